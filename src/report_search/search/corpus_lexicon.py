"""The lexicon of a corpus: the words and labels of the library, and the agencies that the corpus holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report_search.analysis.word_segmenter import query_segmenter
from report_search.data import read_lines
from report_search.query.lexicon import Lexicon
from report_search.search.suggest.completions import CompletionKind, Name, name_of
from report_search.taxonomy import sections, topics
from report_search.taxonomy.additions import Additions
from report_search.taxonomy.agencies import Agency, agency_table


def lexicon_of(
    names: Iterable[str], reports: Iterable[str] | None = None, *, additions: Iterable[Additions] = ()
) -> Lexicon:
    """The lexicon for a corpus with the agencies ``names``; those of the agency table can be named as well.

    ``reports`` are the ids of its reports; without them any report can be named. ``additions`` are what the corpus
    adds to the tables of agencies and topics.

    A name of the corpus means itself. The other names of the same agency mean it too. Where the corpus has an agency
    under several names, those other names mean its canonical name if that is one of them, else the first.
    """
    added = tuple(additions)
    table = agency_table(added)
    resolved = {name: table.resolve(name) for name in sorted(names)}
    # The lexicon gives a name to the first agency that claims it.
    canonical_first = sorted(resolved.items(), key=lambda pair: pair[0] != pair[1].name)
    held = {name: _names_of(agency) for name, agency in canonical_first}
    covered = {agency.name for agency in resolved.values()}
    others = {agency.name: _names_of(agency) for agency in table.agencies if agency.name not in covered}
    lexicon = Lexicon.of(
        query_segmenter(), sections=sections.LABELS, topics=topics.labels(added), agencies={**held, **others}
    )
    return lexicon if reports is None else lexicon.with_reports(reports)


def names_of(lexicon: Lexicon, held: Iterable[str], *, additions: Iterable[Additions] = ()) -> Iterator[Name]:
    """What can be completed in a corpus: its agencies, the topics, the sections, and the words of the domain.

    ``additions`` are what the corpus adds to the tables of agencies and topics.
    """
    added = tuple(additions)
    table = agency_table(added)
    for name in sorted(set(held)):
        yield name_of("agency", name, others=_names_of(table.resolve(name)))
    kinds: tuple[CompletionKind, ...] = ("topic", "section")
    for kind in kinds:
        for label in lexicon.labels[kind]:
            yield name_of(kind, label)
    words = (
        *(line.split()[0] for line in read_lines("dictionary.txt")),
        *topics.terms(added),
        *lexicon.synonyms,
    )
    for word in dict.fromkeys(words):
        yield name_of("word", word)


def _names_of(agency: Agency) -> tuple[str, ...]:
    """Every name of an agency of the table; none for an agency that is not in it."""
    if not agency.key:
        return ()
    return (agency.key, *agency.names)
