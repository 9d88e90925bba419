"""The paragraphs of a generation as they are compared: kept beside it, so that the next one compares only what is new.

A catalogue has the paragraphs of every report, which of them say the same, the signature of each different text, and
the links between near texts. The rule: groups are a function of the paragraphs that are there, whatever was there
before; a catalogue made from a former one has the groups of one made from nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from report_search.analysis.fold import fold_text
from report_search.generations.boilerplate_file import BoilerplateGroup, StoredCatalogue
from report_search.hashing import hash64
from report_search.passages import Passage
from report_search.wording.boilerplate.near_texts import SHORTEST, SIMILAR, Flags, Links, Rows, link_near
from report_search.wording.boilerplate.signatures import (
    AGREEING,
    BANDS,
    FUNCTIONS,
    Hashes,
    Signatures,
    comparable_text,
    signatures_of,
    without_numbers,
)
from report_search.wording.boilerplate.word_table import NO_WORDS, WordTable, updated_words

RECIPE = f"1 {SIMILAR} {SHORTEST} {BANDS} {FUNCTIONS} {AGREEING}"
"""By what texts are compared: a catalogue made by another recipe is of no use."""

PassagesById = Callable[[Sequence[str]], Sequence[Passage]]


class Catalogue(Struct, frozen=True):
    """The paragraphs of reports, in the order of the reports' ids and in reading order.

    - ``reports`` are the ids, ascending; ``counts`` says how many paragraphs each has.
    - ``passages`` are the ids of all paragraphs; ``folded``, ``(n_passages,) uint64``, are the hashes of their folded
      texts; ``texts``, ``(n_passages,) int64``, says which text each has.
    - ``digests``, ``(n_texts,) uint64``, are the hashes of the different texts as they are compared, ascending;
      ``signed``, ``(n_signed,) int64``, are those long enough to be near another, ascending; ``signatures`` has a row
      for each of them.
    - ``links``, ``(n_links, 2) int64``, are pairs of near texts, as positions in ``signed``; they connect every group.
    - ``words`` are those of the different folded texts.
    """

    reports: tuple[str, ...]
    counts: tuple[int, ...]
    passages: tuple[str, ...]
    folded: Hashes
    texts: Rows
    digests: Hashes
    signed: Rows
    signatures: Signatures
    links: Rows
    words: WordTable

    def ranges(self) -> Iterator[tuple[str, slice]]:
        """Each report with the range of its paragraphs."""
        for report, (start, stop) in zip(
            self.reports, pairwise(accumulate(self.counts, initial=0)), strict=True
        ):
            yield report, slice(start, stop)


NOTHING = Catalogue(
    (),
    (),
    (),
    np.zeros(0, np.uint64),
    np.zeros(0, np.int64),
    np.zeros(0, np.uint64),
    np.zeros(0, np.int64),
    np.zeros((0, FUNCTIONS), np.uint8),
    np.zeros((0, 2), np.int64),
    NO_WORDS,
)


def updated(
    former: Catalogue,
    *,
    kept: Collection[str],
    added: Mapping[str, Callable[[], Sequence[Passage]]],
    passages_by_id: PassagesById,
) -> Catalogue:
    """``former`` with the reports that are ``kept`` alone, and those ``added``, each by what reads its passages.

    ``passages_by_id`` gives kept passages, which have to be read again where something new may be near them.
    """
    paragraphs = _Paragraphs(former, kept)
    for report, read in added.items():
        paragraphs.read(report, read())
    return paragraphs.catalogue(passages_by_id)


class _Paragraphs:
    """The paragraphs of the reports that stay and of those that join, while a catalogue is made."""

    def __init__(self, former: Catalogue, kept: Collection[str]) -> None:
        self._former = former
        self._texts: dict[int, str] = {}
        """The texts of the reports that were read, by their digests."""
        self._folded: dict[int, str] = {}
        """Their folded texts, by the hashes of these."""
        self._rows: dict[str, tuple[tuple[str, ...], Hashes, Hashes]] = {}
        """The paragraphs of each report: ids, hashes of the folded texts, digests."""
        digests = former.digests[former.texts]
        for report, own in former.ranges():
            if report in kept:
                self._rows[report] = former.passages[own], former.folded[own], digests[own]

    def read(self, report: str, passages: Sequence[Passage]) -> None:
        """Add a report."""
        paragraphs = [passage for passage in passages if passage.type == "paragraph"]
        folded = [fold_text(passage.text) for passage in paragraphs]
        texts = [without_numbers(text) for text in folded]
        digests = [hash64(text) for text in texts]
        self._texts |= zip(digests, texts, strict=True)
        hashes = [hash64(text) for text in folded]
        self._folded |= zip(hashes, folded, strict=True)
        ids = tuple(passage.id for passage in paragraphs)
        self._rows[report] = (
            ids,
            np.array([hash64(text) for text in folded], np.uint64),
            np.array(digests, np.uint64),
        )

    def catalogue(self, passages_by_id: PassagesById) -> Catalogue:
        """What all of them make."""
        reports = tuple(sorted(self._rows))
        rows = [self._rows[report] for report in reports]
        passages = tuple(passage for ids, _, _ in rows for passage in ids)
        folded = np.concatenate([NOTHING.folded, *(hashes for _, hashes, _ in rows)])
        all_digests = np.concatenate([NOTHING.digests, *(digests for _, _, digests in rows)])
        digests, first, texts = np.unique(all_digests, return_index=True, return_inverse=True)
        first_passages = [passages[row] for row in first.tolist()]
        signing = _Signing(self._former, digests, texts=self._texts)
        links = Links(len(signing.signed))
        for one, other in signing.former_links.tolist():
            links.add(one, other)

        wanted = _Fetching(digests, first_passages, self._texts)
        fetch = partial(wanted.texts, signing.signed, passages_by_id=passages_by_id)
        link_near(signing.signatures, links, unsettled=signing.unsettled, fetch=fetch)
        return Catalogue(
            reports,
            tuple(len(ids) for ids, _, _ in rows),
            passages,
            folded,
            texts.astype(np.int64),
            digests,
            signing.signed,
            signing.signatures,
            np.array(links.pairs, dtype=np.int64).reshape(-1, 2),
            updated_words(self._former.words, np.unique(folded), new=self._folded),
        )


class _Fetching(Struct, frozen=True):
    """The texts ``digests`` as they are compared: those read just now are at hand, by their digests.

    Others are taken from the first passage that has each.
    """

    digests: Hashes
    first_passages: Sequence[str]
    at_hand: Mapping[int, str]

    def texts(self, signed: Rows, numbers: Sequence[int], *, passages_by_id: PassagesById) -> list[str]:
        """The texts with these ``numbers`` among the signed ones."""
        wanted = signed[np.asarray(numbers)].tolist()
        digest_of = {text: int(self.digests[text]) for text in wanted}
        far = [text for text in wanted if digest_of[text] not in self.at_hand]
        found = {one.id: one for one in passages_by_id([self.first_passages[text] for text in far])}
        again = {text: comparable_text(found[self.first_passages[text]].text) for text in far}
        return [again[text] if text in again else self.at_hand[digest_of[text]] for text in wanted]


class _Signing:
    """The signatures of the texts ``digests``: those of the former catalogue, and of new ones made of ``texts``.

    ``unsettled``, ``(n_signed,) bool``, are the new ones and those that a text which left may have connected;
    ``former_links`` are the links between texts that stay, as positions in ``signed``.
    """

    def __init__(self, former: Catalogue, digests: Hashes, *, texts: Mapping[int, str]) -> None:
        places, stays = _places(former.digests[former.signed], digests)
        is_long = np.zeros(len(digests), dtype=np.bool_)
        is_long[places[stays]] = True
        known = is_long.copy()
        new = _members(digests, [digest for digest, text in texts.items() if len(text) >= SHORTEST])
        is_long |= new
        self.signed: Rows = np.flatnonzero(is_long)
        row_of = np.cumsum(is_long) - 1
        self.signatures: Signatures = np.empty((len(self.signed), FUNCTIONS), dtype=np.uint8)
        self.signatures[row_of[places[stays]]] = former.signatures[stays]
        fresh = np.flatnonzero(is_long & ~known)
        if len(fresh):
            self.signatures[row_of[fresh]] = signatures_of([texts[one] for one in digests[fresh].tolist()])
        self.unsettled: Flags = np.ones(len(self.signed), dtype=np.bool_)
        self.unsettled[row_of[places[stays & ~_lost(former, stays)]]] = False
        both_stay = stays[former.links].all(axis=1)
        self.former_links: Rows = row_of[places[former.links[both_stay]]]


def _places(wanted: Hashes, ascending: Hashes) -> tuple[Rows, Flags]:
    """Where each of ``wanted`` stands in ``ascending``, and whether it does at all."""
    places = np.searchsorted(ascending, wanted)
    places[places == len(ascending)] = 0
    found = ascending[places] == wanted if len(ascending) else np.zeros(len(wanted), dtype=np.bool_)
    return places, found


def _members(ascending: Hashes, wanted: Sequence[int]) -> Flags:
    """Which of ``ascending`` are among ``wanted``."""
    places, found = _places(np.array(wanted, dtype=np.uint64), ascending)
    members = np.zeros(len(ascending), dtype=np.bool_)
    members[places[found]] = True
    return members


def _lost(former: Catalogue, stays: Flags) -> Flags:
    """Which signed texts were connected with one that left, ``(n_signed,) bool``."""
    links = Links(len(former.signed))
    for one, other in former.links.tolist():
        links.add(one, other)
    groups = links.groups()
    lost: Flags = np.isin(groups, np.unique(groups[~stays]))
    return lost


def groups_of(catalogue: Catalogue, agencies: Mapping[str, str]) -> list[BoilerplateGroup]:
    """The groups of two and more paragraphs, by their first one; ``agencies`` has the agency of each report."""
    links = Links(len(catalogue.signed))
    for one, other in catalogue.links.tolist():
        links.add(one, other)
    # A text too short to be near another is a group by itself, and so is one that no link connects.
    group_of_text = np.arange(len(catalogue.digests))
    group_of_text[catalogue.signed] = catalogue.signed[links.groups()]
    groups: npt.NDArray[np.int64] = group_of_text[catalogue.texts]
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.append(True, groups[order][1:] != groups[order][:-1])[: len(order)])
    agency_of = [agencies[report] for report, own in catalogue.ranges() for _ in range(own.stop - own.start)]
    members = [rows.tolist() for rows in np.split(order, starts[1:]) if len(rows) > 1]
    return [
        BoilerplateGroup(
            tuple(catalogue.passages[row] for row in rows),
            len({agency_of[row] for row in rows}),
            _different(catalogue.folded[rows]),
        )
        for rows in sorted(members)
    ]


def _different(folded: Hashes) -> tuple[int, ...]:
    """The hashes of folded texts that are not all the same, ascending; () where they are."""
    found = np.unique(folded).tolist()
    return tuple(found) if len(found) > 1 else ()


def boilerplate_groups(passages: Sequence[Passage]) -> list[BoilerplateGroup]:
    """The groups of passages by themselves."""
    by_report: dict[str, list[Passage]] = {}
    for passage in passages:
        by_report.setdefault(passage.report, []).append(passage)
    paragraphs = _Paragraphs(NOTHING, ())
    for report, own in by_report.items():
        paragraphs.read(report, own)
    agencies = {passage.report: passage.agency for passage in passages}
    return groups_of(paragraphs.catalogue(lambda ids: ()), agencies)


def stored(catalogue: Catalogue) -> StoredCatalogue:
    """The catalogue as it is kept."""
    return StoredCatalogue(
        RECIPE,
        catalogue.reports,
        catalogue.counts,
        catalogue.passages,
        catalogue.folded.astype("<u8").tobytes(),
        catalogue.texts.astype("<i4").tobytes(),
        catalogue.digests.astype("<u8").tobytes(),
        catalogue.signed.astype("<i4").tobytes(),
        catalogue.signatures.tobytes(),
        catalogue.links.astype("<i4").tobytes(),
        catalogue.words.vocabulary,
        catalogue.words.texts.astype("<u8").tobytes(),
        catalogue.words.starts.astype("<i8").tobytes(),
        catalogue.words.words.astype("<i4").tobytes(),
    )


def restored(kept: StoredCatalogue | None) -> Catalogue:
    """The catalogue that was kept; an empty one where none was, or one made by another recipe."""
    if kept is None or kept.recipe != RECIPE:
        return NOTHING
    return Catalogue(
        kept.reports,
        kept.counts,
        kept.passages,
        np.frombuffer(kept.folded, "<u8").astype(np.uint64),
        np.frombuffer(kept.texts, "<i4").astype(np.int64),
        np.frombuffer(kept.digests, "<u8").astype(np.uint64),
        np.frombuffer(kept.signed, "<i4").astype(np.int64),
        np.frombuffer(kept.signatures, np.uint8).reshape(-1, FUNCTIONS),
        np.frombuffer(kept.links, "<i4").astype(np.int64).reshape(-1, 2),
        WordTable(
            kept.vocabulary,
            np.frombuffer(kept.cut, "<u8").astype(np.uint64),
            np.frombuffer(kept.starts, "<i8").astype(np.int64),
            np.frombuffer(kept.words, "<i4").astype(np.int64),
        ),
    )
