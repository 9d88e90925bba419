"""The addresses of a draft: whoever fills it gives every report's passages here and gets them back under ids that last.

A passage that was published keeps its address as long as it is surely the same: its text stands once in the report, as
before, or stands between the same neighbours in a section of the same kind. The rule: in doubt an address is left to
what it was, and what stands there now gets a new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from report_search.generations.address_book import (
    AddressBook,
    PublishedPassage,
    PublishedReport,
    put_passages,
    put_report,
    seconds_of,
    set_fact,
)
from report_search.generations.build_record import ReportSummary, WithdrawnReport
from report_search.generations.generation import Generation
from report_search.model import ReportHeader
from report_search.passage_ids import Place, new_suffixes, places_of, split_id, stem_of
from report_search.passages import Passage

HEADING = "heading"
"""The type of passages whose ids have an opening of their own; they are no neighbours of any others."""


class _Entry(Struct, frozen=True):
    """A report with its passages, as they are to be entered."""

    report: PublishedReport
    passages: tuple[PublishedPassage, ...]


class Addresses:
    """The addresses that a draft may add to the book below ``root``; ``started`` is the draft's ISO time."""

    def __init__(self, root: Path, *, started: str) -> None:
        self.book = AddressBook(root)
        # No two builds share a time, whatever the clock says: "since the last one" must miss nothing of the next.
        self._started = max(seconds_of(started), self.book.last_seen() + 1)
        self._build = int(self.book.fact("builds") or 0) + 1
        # Encoded, since all passages of a large corpus are in here until the draft is published.
        self._entries: dict[str, bytes] = {}

    def knows(self, generation: str) -> bool:
        """Whether the addresses of ``generation``, the current one, were entered last."""
        return self.book.fact("generation") == generation

    def settle(self, header: ReportHeader, passages: Sequence[Passage], *, root: str) -> list[Passage]:
        """``passages``, all those of the report of ``header``, under the addresses that they keep or are given.

        The report is entered with them once the draft is published. ``root`` is the corpus folder of its file.
        """
        known = self.book.report(header.id)
        edition = known.edition + 1 if known else 1
        former = self.book.passages(header.id) if known else ()
        settled: list[PublishedPassage] = []
        named: list[Passage] = []
        for passage, place in _placed(passages):
            opening = _opening(passage)
            settled.append(PublishedPassage(header.id, opening, "", place, self._started, edition, edition))
            named.append(passage)
        entries = _with_suffixes(settled, former=former, edition=edition - 1)
        report = self._entry_of(header, root, known=known, seen=self._started)
        self._entries[header.id] = msgspec.msgpack.encode(_Entry(report, tuple(entries)))
        by_position = {passage.position: entry.id for passage, entry in zip(named, entries, strict=True)}
        return [
            passage
            if by_position[passage.position] == passage.id
            else replace(passage, id=by_position[passage.position])
            for passage in passages
        ]

    def prepare(
        self, generation: str, *, summaries: Iterable[ReportSummary], withdrawn: Iterable[WithdrawnReport]
    ) -> None:
        """Make all that was settled pending, in one transaction; to be called before ``current`` is renamed."""
        reports = {report.id: report for report in self.book.reports()}
        with self.book.writing() as connection:
            for data in self._entries.values():
                entry = msgspec.msgpack.decode(data, type=_Entry)
                put_report(connection, entry.report, table="pending_reports")
                put_passages(connection, entry.passages, table="pending_passages")
            for report in self._changed(reports, summaries, withdrawn):
                put_report(connection, report, table="pending_reports")
            set_fact(connection, pending=generation)
            set_fact(connection, builds=str(self._build))

    def enter(
        self, generation: Generation, published: Iterable[tuple[ReportHeader, str, Sequence[Passage]]]
    ) -> None:
        """Enter the reports of ``generation``, which is current, under the ids that they have there.

        For an index that has no book yet, or whose book is behind: each report with its corpus folder and passages.
        """
        seen = seconds_of(generation.record.built)
        entries = [
            self._as_published(header, root, passages, seen=seen) for header, root, passages in published
        ]
        with self.book.writing() as connection:
            for entry in entries:
                put_report(connection, entry.report, table="reports")
                put_passages(connection, entry.passages, table="passages")
            for taken in generation.record.withdrawn:
                report = self.book.report(taken.id) or _of_withdrawn(taken, first_seen=seen)
                gone = replace(
                    report, reason=taken.reason, since=taken.since, gone=report.gone or self._build
                )
                put_report(connection, gone, table="reports")
            set_fact(connection, generation=generation.id)
            set_fact(connection, builds=str(self._build))
        self._build += 1
        self._started = max(self._started, seen + 1)

    def _as_published(
        self, header: ReportHeader, root: str, passages: Sequence[Passage], *, seen: int
    ) -> _Entry:
        known = self.book.report(header.id)
        edition = known.edition + 1 if known else 1
        former = {passage.id: passage for passage in self.book.passages(header.id)} if known else {}
        entries = []
        for passage, place in _placed(passages):
            parts = split_id(passage.id, header.id)
            if parts is None:
                continue
            new = PublishedPassage(header.id, parts.opening, parts.suffix, place, seen, edition, edition)
            entries.append(_continued(new, former.get(new.id)))
        report = self._entry_of(header, root, known=known, seen=seen)
        return _Entry(report, tuple(entries))

    def _entry_of(
        self, header: ReportHeader, root: str, *, known: PublishedReport | None, seen: int
    ) -> PublishedReport:
        """The entry of a report whose passages are entered; ``known`` is the one that there is."""
        source = header.source
        return PublishedReport(
            id=header.id,
            agency=header.agency,
            agency_key=header.agency_key,
            year=header.year,
            title=header.title,
            root=root,
            path=source.path,
            sha256=source.sha256,
            published=header.published,
            first_seen=known.first_seen if known else seen,
            edition=known.edition + 1 if known else 1,
            came=known.came if known else self._build,
        )

    def _changed(
        self,
        known: Mapping[str, PublishedReport],
        summaries: Iterable[ReportSummary],
        withdrawn: Iterable[WithdrawnReport],
    ) -> Iterator[PublishedReport]:
        """Reports to be entered beside those that were settled: new without passages, gone, or back again."""
        held = {summary.id: summary for summary in summaries}
        for name in held.keys() - self._entries.keys():
            report = known.get(name)
            if report is None:
                yield replace(_of_summary(held[name]), first_seen=self._started, came=self._build)
            elif report.reason or report.gone:
                yield replace(report, reason="", since="", gone=0)
        taken_back = {taken.id: taken for taken in withdrawn}
        for name in (known.keys() | taken_back.keys()) - held.keys():
            report = known.get(name) or _of_withdrawn(taken_back[name], first_seen=self._started)
            gone = replace(report, gone=report.gone or self._build)
            if name in taken_back:
                gone = replace(gone, reason=taken_back[name].reason, since=taken_back[name].since)
            if gone != known.get(name):
                yield gone


def _placed(passages: Iterable[Passage]) -> Iterator[tuple[Passage, Place]]:
    """Each passage with its place among those of its kind: headings move nothing but each other."""
    by_opening: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_opening[_opening(passage)].append(passage)
    for group in by_opening.values():
        yield from zip(group, places_of([(one.section, one.text) for one in group]), strict=True)


def _opening(passage: Passage) -> str:
    # A heading's id has its mark behind the report's id; so has its type, in a model that knows the type.
    return "h" if str(passage.type) == HEADING else ""


def _with_suffixes(
    new: Sequence[PublishedPassage], *, former: Sequence[PublishedPassage], edition: int
) -> list[PublishedPassage]:
    """``new`` passages of one report with what tells equals apart; ``edition`` is the one before."""
    known: dict[tuple[str, int], list[PublishedPassage]] = defaultdict(list)
    for passage in former:
        known[passage.opening, stem_of(passage.place.text)].append(passage)
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at, passage in enumerate(new):
        groups[passage.opening, stem_of(passage.place.text)].append(at)
    settled = list(new)
    for key, group in groups.items():
        kept = _kept([new[at] for at in group], known[key], edition=edition)
        taken = {passage.suffix for passage in known[key]}
        open_ones = [at for at, one in zip(group, kept, strict=True) if one is None]
        suffixes = _open_suffixes([new[at].place for at in open_ones], group=len(group), taken=taken)
        since = _earliest(known[key], kept, edition=edition)
        for at, suffix in zip(open_ones, suffixes, strict=True):
            settled[at] = replace(new[at], suffix=suffix, first_edition=min(since, new[at].first_edition))
        for at, one in zip(group, kept, strict=True):
            if one is not None:
                settled[at] = _continued(replace(new[at], suffix=one.suffix), one)
    return settled


def _earliest(
    known: Sequence[PublishedPassage], kept: Sequence[PublishedPassage | None], *, edition: int
) -> int:
    """The first edition in which a passage with a new address may have stood, under an address that is now in doubt."""
    found = {passage.suffix for passage in kept if passage is not None}
    doubtful = (one for one in known if one.last_edition == edition and one.suffix not in found)
    return min((one.first_edition for one in doubtful), default=edition + 1)


def _open_suffixes(places: Sequence[Place], *, group: int, taken: set[str]) -> list[str]:
    """The suffixes of passages that were never published, among ``group`` whose texts have the same digits."""
    if group == 1 and len(places) == 1 and "" not in taken:
        return [""]
    return new_suffixes(places, taken=taken)


def _kept(
    group: Sequence[PublishedPassage], known: Sequence[PublishedPassage], *, edition: int
) -> list[PublishedPassage | None]:
    """For each of a ``group`` with equal digits, the published passage that it surely is; None if there is none."""
    if not known:
        return [None] * len(group)
    kept: list[PublishedPassage | None] = [None] * len(group)
    for text in {passage.place.text for passage in group}:
        alike = [at for at, passage in enumerate(group) if passage.place.text == text]
        records = [record for record in known if record.place.text == text]
        for at, record in _matches(group, alike, records, edition=edition):
            kept[at] = record
    return kept


def _matches(
    group: Sequence[PublishedPassage],
    alike: Sequence[int],
    records: Sequence[PublishedPassage],
    *,
    edition: int,
) -> Iterator[tuple[int, PublishedPassage]]:
    """Which of the passages with one text (``alike``: their positions in ``group``) are which of the ``records``."""
    standing = [record for record in records if record.last_edition == edition]
    candidates = standing or list(records)
    # It stands once, and stood once: wherever that is, it is the same text of the same report.
    if len(alike) == 1 and len(candidates) == 1:
        yield alike[0], candidates[0]
        return
    same = dict(_at_same_place(group, alike, records=(standing, records)))
    yield from same.items()
    yield from _last_one(group, alike, standing=standing, same=same)


def _last_one(
    group: Sequence[PublishedPassage],
    alike: Sequence[int],
    *,
    standing: Sequence[PublishedPassage],
    same: Mapping[int, PublishedPassage],
) -> Iterator[tuple[int, PublishedPassage]]:
    """The one of all equal texts that did not stay at its place, where the others are the ``same``."""
    kept = {record.suffix for record in same.values()}
    left = [at for at in alike if at not in same]
    missed = [record for record in standing if record.suffix not in kept]
    # All but one are found again: the last is the last if it is in a section of the kind, beside one neighbour it had.
    is_one_left = len(left) == len(missed) == 1 and len(alike) == len(standing)
    if is_one_left and _is_near(group[left[0]].place, missed[0].place):
        yield left[0], missed[0]


def _at_same_place(
    group: Sequence[PublishedPassage],
    alike: Sequence[int],
    *,
    records: tuple[Sequence[PublishedPassage], Sequence[PublishedPassage]],
) -> Iterator[tuple[int, PublishedPassage]]:
    """The passages that stand where records stood; ``records`` are those of the edition before, and all there ever
    were."""
    standing, ever = records
    for place in dict.fromkeys(group[at].place for at in alike):
        # In a run of equal passages each has its like for a neighbour: which of them has gone or come nobody knows.
        if place.text in (place.before, place.after) and len(alike) != len(standing):
            continue
        here = [at for at in alike if group[at].place == place]
        # One that was left in doubt is never taken up again while others of its text stand.
        there = [record for record in standing or ever if record.place == place]
        # Twins keep their order among themselves; if there are more or fewer than before, nobody knows which is which.
        if len(here) == len(there):
            yield from zip(here, sorted(there, key=_suffix_order), strict=True)


def _is_near(place: Place, other: Place) -> bool:
    has_neighbour = place.before == other.before or place.after == other.after
    return place.section == other.section and has_neighbour


def _suffix_order(record: PublishedPassage) -> tuple[int, str]:
    return len(record.suffix), record.suffix


def _continued(new: PublishedPassage, former: PublishedPassage | None) -> PublishedPassage:
    """``new`` with the beginning of ``former``, which has its address."""
    if former is None:
        return new
    return replace(new, first_seen=former.first_seen, first_edition=former.first_edition)


def _of_summary(summary: ReportSummary) -> PublishedReport:
    return PublishedReport(
        id=summary.id,
        agency=summary.agency,
        agency_key=summary.agency_key,
        year=summary.year,
        title=summary.title,
        root="",
        path=summary.path,
        sha256=summary.sha256,
        published=summary.published,
        first_seen=0,
    )


def _of_withdrawn(taken: WithdrawnReport, *, first_seen: int) -> PublishedReport:
    # The id of a report is its agency's slug and its year, or "nd"; of what was never read no more is known.
    key = taken.id.removesuffix(f"-{taken.year if taken.year is not None else 'nd'}")
    return PublishedReport(
        id=taken.id,
        agency=taken.agency,
        agency_key=key,
        year=taken.year,
        title=taken.title,
        root=taken.root,
        path=taken.path,
        sha256="",
        published="",
        first_seen=first_seen,
    )
