"""The lexicon of a corpus: the library's words and labels together with the agencies that the corpus holds."""

from __future__ import annotations

from collections.abc import Iterable

from report_search.analysis.word_segmenter import query_segmenter
from report_search.query.lexicon import Lexicon
from report_search.taxonomy import agencies, sections, topics


def lexicon_of(names: Iterable[str]) -> Lexicon:
    """The lexicon for a corpus with the agencies ``names``; those of the agency table are known as well.

    A name of the corpus means itself. The other names of its body mean it too, unless the corpus has the body
    under another of its names as well, or the table's name itself.
    """
    bodies = {name: agencies.resolve(name) for name in sorted(names)}
    by_own_name_first = sorted(bodies.items(), key=lambda pair: pair[0] != pair[1].name)
    here = {name: _names_of(body) for name, body in by_own_name_first}
    covered = {body.name for body in bodies.values()}
    rest = {body.name: _names_of(body) for body in agencies.agencies() if body.name not in covered}
    segmenter = query_segmenter()
    return Lexicon.of(segmenter, sections=sections.LABELS, topics=topics.labels(), agencies={**here, **rest})


def _names_of(body: agencies.Agency) -> tuple[str, ...]:
    return (body.key, body.name, *body.aliases, *(former.name for former in body.former)) if body.key else ()
