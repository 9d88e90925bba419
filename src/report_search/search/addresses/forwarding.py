"""Where an address leads that was published and is not in the index any more: on, or to why it leads nowhere.

It leads on (``MovedError``) to the one place of the same agency and year where the same text stands now. Else it is
gone (``GoneError``), with what stands nearest today and why. The rule: never to another place in silence, never to a
passage that merely holds the text, and not found is only what never was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NoReturn

from msgspec import Struct

from report_search.engine.protocol import Snapshot
from report_search.errors import GoneError, MovedError, NotFoundError, Standing
from report_search.generations import (
    AddressBook,
    Generation,
    PublishedPassage,
    PublishedReport,
    ReportSummary,
    WithdrawnReport,
)
from report_search.passage_ids import Place, places_of, possible_reports, split_id, text_digest
from report_search.passages import Passage

SAME = 0.9
"""The share of a report's texts that have to stand in another one for it to be the same report under a new address."""


class Today(Struct, frozen=True):
    """What stands now, and the book of what ever did.

    ``published`` are the ids of all reports that the book had when the generation was opened, none where that is not
    known: what came with a later generation never was, for whoever answers from this one to the end.
    """

    generation: Generation
    snapshot: Snapshot
    book: AddressBook
    published: Collection[str] = ()

    def report(self, report_id: str) -> PublishedReport | None:
        """What is known of a report; None if there never was one with that id."""
        is_later = bool(self.published) and report_id not in self.published
        return None if is_later else self.book.report(report_id)


class _Placed(Struct, frozen=True):
    """A passage of today with its place in its report."""

    passage: Passage
    place: Place


def forward_report(today: Today, report_id: str) -> NoReturn:
    """Raise what is to be said of the address of a report that is not in the index."""
    known = today.report(report_id)
    withdrawn = _withdrawn(today, report_id, known)
    if known is None and withdrawn is None:
        raise NotFoundError(
            "no-report", f"没有编号为“{report_id}”的报告。", hint="已收录的报告见“收录范围”。"
        )
    best, share = _best_edition(today, known)
    nearest = Standing("report", best.id) if best else None
    if withdrawn is not None:
        raise _withdrawn_error(withdrawn, nearest)
    assert known is not None
    if nearest and share >= SAME:
        raise MovedError(report_id, nearest)
    raise _gone(f"报告“{_name(known)}”", "superseded" if nearest else "removed", nearest)


def _best_edition(today: Today, known: PublishedReport | None) -> tuple[ReportSummary | None, float]:
    """The report of today that holds most of the last texts of ``known``, and their share: 1 for the very file."""
    if known is None:
        return None, 0.0
    texts = _last_texts(today, known)
    editions = [one for group in _editions(today, known) for one in group]
    shares = {one.id: 1.0 if _is_same_file(known, one) else _share(today, one.id, texts) for one in editions}
    best = max(editions, key=lambda one: (shares[one.id], one.published, one.id), default=None)
    return best, shares[best.id] if best else 0.0


def forward_passage(today: Today, passage_id: str) -> NoReturn:
    """Raise what is to be said of the address of a passage that is not in the index."""
    known = today.book.passage(passage_id)
    report = today.report(known.report) if known else None
    # The book enters a passage with its report.
    if known is None or report is None:
        _refuse_unknown(today, passage_id)
    groups = _placed_groups(today, report, opening=known.opening)
    # The report itself decides, where the text stands in it at all, then the same file, then other editions.
    standing = ([one for one in group if one.place.text == known.place.text] for group in groups)
    equals = next(filter(None, standing), [])
    others = [one for one in equals if not _stood_beside(today, one.passage, known)]
    if target := _the_one(others, known.place, stood_alone=_stood_alone(today, known)):
        raise MovedError(passage_id, Standing("passage", target.passage.id))
    nearest = _nearest(groups, known.place, equals)
    if withdrawn := _withdrawn(today, known.report, report):
        raise _withdrawn_error(withdrawn, nearest)
    raise _gone(f"这一段（“{passage_id}”，原在{_name(report)}）", _why(today, report, nearest), nearest)


def _refuse_unknown(today: Today, passage_id: str) -> NoReturn:
    """Raise ``NotFoundError``, or what is known of a report whose passages were never entered in the book."""
    for report_id in possible_reports(passage_id):
        withdrawn = today.generation.withdrawn(report_id)
        is_known = split_id(passage_id, report_id) is not None and not today.book.passages(report_id)
        if withdrawn is not None and is_known:
            raise _withdrawn_error(withdrawn, None)
    raise NotFoundError(
        "no-passage", f"没有编号为“{passage_id}”的段落。", hint="请核对地址，或重新检索原文。"
    )


def _withdrawn(today: Today, report_id: str, known: PublishedReport | None) -> WithdrawnReport | None:
    """What is known of a report that was taken back on purpose and is not here again; None for any other."""
    if found := today.generation.withdrawn(report_id):
        return found
    if known is None or not known.reason or today.generation.has(report_id):
        return None
    return WithdrawnReport(
        known.id, known.agency, known.year, known.title, known.reason, known.since, known.path, known.root
    )


def _editions(today: Today, known: PublishedReport) -> list[list[ReportSummary]]:
    """The reports of today that may hold what ``known`` held, in groups, the likeliest first.

    They are itself, those read from its file (whatever agency and year are read from it now), and those of its agency
    and year: first those that came when it went, then those that came later, last those that stood beside it.
    """
    roots = {record.report: record.root for record in today.generation.record.sources if record.report}
    came = {report.id: report.came for report in today.book.reports()}
    groups: dict[tuple[int, int], list[ReportSummary]] = defaultdict(list)
    for summary in today.generation.reports():
        if summary.id == known.id:
            groups[0, 0].append(summary)
        elif _is_same_file(known, summary) or (known.root, known.path) == (
            roots.get(summary.id),
            summary.path,
        ):
            groups[1, 0].append(summary)
        elif (summary.agency_key, summary.year) == (known.agency_key, known.year):
            stood_beside = not known.gone or came.get(summary.id, 0) < known.gone
            groups[(3, 0) if stood_beside else (2, came[summary.id])].append(summary)
    return [groups[rank] for rank in sorted(groups)]


def _is_same_file(known: PublishedReport, summary: ReportSummary) -> bool:
    return bool(known.sha256) and summary.sha256 == known.sha256


def _last_texts(today: Today, known: PublishedReport) -> frozenset[int]:
    """The texts of the last edition of a report, headings left out."""
    passages = today.book.passages(known.id)
    return frozenset(
        one.place.text for one in passages if one.last_edition == known.edition and not one.opening
    )


def _share(today: Today, report_id: str, texts: frozenset[int]) -> float:
    """The share of ``texts`` that stand in a report of today; 0 for none."""
    if not texts:
        return 0.0
    standing = {text_digest(passage.text) for passage in today.snapshot.report_passages(report_id)}
    return len(texts & standing) / len(texts)


def _placed_groups(today: Today, report: PublishedReport, *, opening: str) -> list[list[_Placed]]:
    """The passages of each group of ``_editions``."""
    return [
        [one for edition in group for one in _placed(today, edition.id, opening=opening)]
        for group in _editions(today, report)
    ]


def _placed(today: Today, report_id: str, *, opening: str) -> Iterator[_Placed]:
    """The passages of a report of today, headings or all others, with their places."""
    passages = [
        passage
        for passage in today.snapshot.report_passages(report_id)
        if (parts := split_id(passage.id, report_id)) and parts.opening == opening
    ]
    places = places_of([(passage.section, passage.text) for passage in passages])
    yield from (_Placed(passage, place) for passage, place in zip(passages, places, strict=True))


def _stood_beside(today: Today, passage: Passage, known: PublishedPassage) -> bool:
    """Whether a passage of the same report stood there already when ``known`` still did: then it is another place."""
    if passage.report != known.report:
        return False
    entry = today.book.passage(passage.id)
    return entry is not None and entry.first_edition <= known.last_edition


def _stood_alone(today: Today, known: PublishedPassage) -> bool:
    """Whether no equal text stood in the report when ``known`` was last there."""
    return not any(
        one.place.text == known.place.text
        and one.first_edition <= known.last_edition <= one.last_edition
        and one.id != known.id
        for one in today.book.passages(known.report)
    )


def _the_one(equals: Sequence[_Placed], place: Place, *, stood_alone: bool) -> _Placed | None:
    """The passage at which a text surely stands now: the only one that has it, or the only one at its place.

    If it ``stood_alone``, the only one is it. If several reports have it, nobody knows which of them goes on with the
    one that had it.
    """
    if len(equals) == 1 and stood_alone:
        return equals[0]
    if len({one.passage.report for one in equals}) > 1:
        return None
    same = [one for one in equals if one.place == place]
    return same[0] if len(same) == 1 else None


def _nearest(groups: Sequence[Sequence[_Placed]], place: Place, equals: Sequence[_Placed]) -> Standing | None:
    """What stands today where ``place`` was: an equal text, what stands between its neighbours, or its section."""
    for one in (*equals, *(one for group in groups for one in _near(group, place))):
        return Standing("passage", one.passage.id)
    return next((Standing("report", group[0].passage.report) for group in groups if group), None)


def _near(group: Sequence[_Placed], place: Place) -> Iterator[_Placed]:
    """Passages that stand where ``place`` was, the likeliest first."""
    behind = [one for one in group if _shares(one.place.before, place.before)]
    before = [one for one in group if _shares(one.place.after, place.after)]
    yield from (one for one in behind if one in before)
    yield from (*behind, *before)
    yield from (one for one in group if one.place.section == place.section)


def _shares(neighbour: int, other: int) -> bool:
    """Whether two neighbours are the same text; the ends of two reports are none."""
    return neighbour == other != 0


def _why(today: Today, report: PublishedReport, nearest: Standing | None) -> str:
    if today.generation.has(report.id):
        return "corrected"
    return "superseded" if nearest else "removed"


def _gone(what: str, why: str, nearest: Standing | None) -> GoneError:
    reasons = {
        "corrected": f"{what}在后来更正的版本里已经没有了，或文字有改动。",
        "superseded": f"{what}已由同一机关同一年的另一份报告取代，原来的文字不在其中。",
        "removed": f"{what}曾经收录，现在已不在库中。",
    }
    return GoneError(why, reasons[why], hint=_hint(nearest), nearest=nearest)


def _withdrawn_error(report: WithdrawnReport, nearest: Standing | None) -> GoneError:
    name = f"《{report.title}》" if report.title else f"{report.agency}{report.year}年的报告"
    message = f"{name}已于 {report.since[:10]} 撤下，原因：{report.reason}"
    hint = _hint(nearest) if nearest else "本库不再收录这份报告，检索结果里也没有它的内容。"
    return GoneError("withdrawn", message, hint=hint, nearest=nearest)


def _hint(nearest: Standing | None) -> str:
    if nearest is None:
        return "同一机关同一年现在没有别的报告；可按原文重新检索。"
    what = "段落" if nearest.kind == "passage" else "报告"
    return f"现在最接近的{what}是 {nearest.path}。"


def _name(report: PublishedReport) -> str:
    year = f"{report.year}年" if report.year is not None else ""
    return f"《{report.title}》" if report.title else f"{report.agency}{year}的报告"
