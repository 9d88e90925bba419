"""The history of a sentence: what the same agency said in its place in every other year.

A sentence is followed from report to report, each step an alignment of the whole of both, so that many small edits
are survived that would leave the first and the last wording far apart. The rule: a year of which no report is held
says so and is never taken for one that says nothing near.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from report_search import deadline
from report_search.analysis.similarity import similarity
from report_search.errors import NotFoundError, RequestError
from report_search.generations import ReportSummary
from report_search.passages import Passage
from report_search.search.searcher import IndexState, Searcher
from report_search.wording.align import align
from report_search.wording.library import Library, years_between
from report_search.wording.marks import Change, changes
from report_search.wording.statements import Statement, joined, key_of, statements_of

HistoryState = Literal["same", "reworded", "absent", "not-held"]


class HistoryRow(Struct, frozen=True):
    """What stands in a year, in comparison with the sentence that was asked about.

    ``similarity`` is from 0 to 1, None where nothing stands; ``changes`` turn the older text into the newer.
    """

    year: int | None
    state: HistoryState
    agency: str = ""
    report: str = ""
    passage: str = ""
    text: str = ""
    similarity: float | None = None
    changes: tuple[Change, ...] = ()


class History(Struct, frozen=True):
    """A sentence of ``passage`` through the years, the newest first.

    ``sentence`` is its number among the ``sentences`` of the passage. ``first`` is the first year that says it;
    ``last_changed`` the one from which on every year that says it says the same as the latest; ``verbatim`` how many
    years do so. The years are None where no report has one.
    """

    passage: Passage
    sentence: int
    sentences: tuple[str, ...]
    rows: tuple[HistoryRow, ...]
    first: int | None
    last_changed: int | None
    verbatim: int
    index: IndexState

    @property
    def text(self) -> str:
        """The sentence that was asked about."""
        return self.sentences[self.sentence]


def history(searcher: Searcher, passage_id: str, *, sentence: int | None = None) -> History:
    """The history of a sentence of a passage, by default of its longest.

    Raises what ``Searcher.passage`` raises, ``NotFoundError`` (``no-history``) for a heading or the head of a table,
    which say nothing, and ``RequestError`` (``bad-sentence``) for a number that no sentence has.
    """
    library = Library(searcher)
    passage = library.searcher.passage(passage_id)
    said = statements_of([passage])
    if not said:
        raise NotFoundError("no-history", "标题和表头没有沿革可查。", hint="请选正文的一段或表格的一行。")
    number = _number(said, sentence)
    rows = tuple(_rows(library, passage, said[number]))
    return History(
        passage=passage,
        sentence=number,
        sentences=tuple(one.text for one in said),
        rows=rows,
        first=min(_years(rows), default=None),
        last_changed=min(_verbatim_years(rows), default=None),
        verbatim=len(_verbatim_years(rows)),
        index=library.searcher.state(),
    )


def _number(said: Sequence[Statement], sentence: int | None) -> int:
    if sentence is None:
        return max(range(len(said)), key=lambda at: len(said[at].text))
    if not 0 <= sentence < len(said):
        raise RequestError(
            "bad-sentence",
            f"这一段没有第 {sentence} 句。",
            hint=f"句子从 0 数起，请给出 0 到 {len(said) - 1} 之间的整数。",
        )
    return sentence


def _rows(library: Library, passage: Passage, asked: Statement) -> Iterator[HistoryRow]:
    own = HistoryRow(
        passage.year,
        "same",
        passage.agency,
        passage.report,
        passage.id,
        asked.text,
        1.0,
        changes(asked.text, asked.text),
    )
    by_year = library.by_year(passage.agency, keep=passage.report)
    years = years_between(list(by_year))
    if passage.year is None:
        yield own
    else:
        by_year[passage.year] = [library.summaries[passage.report]]
    place = library.statements(passage.report).index(asked)
    start = (passage.report, (place,))
    newest = len(years) + years.start
    pivot = passage.year if passage.year is not None else newest
    later = _followed(library, start, by_year, years=range(pivot + 1, newest))
    earlier = _followed(library, start, by_year, years=range(pivot - 1, years.start - 1, -1))
    for found in reversed(list(later)):
        yield _row(library, found, asked, is_older=False)
    if passage.year is not None:
        yield own
    for found in earlier:
        yield _row(library, found, asked, is_older=True)


_Place = tuple[str, tuple[int, ...]]
"""A report's id, and positions among its statements."""


class _Found(Struct, frozen=True):
    year: int
    report: ReportSummary | None
    places: tuple[int, ...] = ()


def _followed(
    library: Library, start: _Place, by_year: dict[int, list[ReportSummary]], *, years: Iterable[int]
) -> Iterator[_Found]:  # fmt: skip
    """Where a statement stands in each of ``years``, going from one to the next."""
    now, own = start, library.summaries[start[0]].agency
    for year in years:
        deadline.check()
        reports = _comparable(by_year, year, now=library.summaries[now[0]], own=own)
        found = next(filter(None, (_in_report(library, now, report) for report in reports)), None)
        if found:
            now = (found.report.id, found.places) if found.report else now
            yield _Found(year, found.report, found.places)
        else:
            yield _Found(year, reports[0] if reports else None)


def _comparable(
    by_year: Mapping[int, Sequence[ReportSummary]], year: int, *, now: ReportSummary, own: str
) -> list[ReportSummary]:
    """The reports of a year that may say what ``now`` says, the likeliest first.

    While two bodies report beside each other, each says its own; a sentence came from a predecessor only if it stands
    in the first report after the merger.
    """
    held = by_year.get(year, ())
    own_reports = [one for one in held if one.agency == own]
    others = [one for one in held if one.agency != own]
    if not own_reports or now.agency != own:
        return sorted(held, key=lambda one: one.agency != now.agency)
    return [*own_reports, *(one for one in others if _took_over(by_year, now, one.agency))]


def _took_over(by_year: Mapping[int, Sequence[ReportSummary]], now: ReportSummary, other: str) -> bool:
    """Whether ``now`` is the first report of its body after the last one of the ``other``."""
    last = max(year for year, held in by_year.items() if any(one.agency == other for one in held))
    after = [
        year for year, held in by_year.items() if year > last and now.agency in {one.agency for one in held}
    ]
    return now.year == min(after, default=None)


def _in_report(library: Library, now: _Place, report: ReportSummary) -> _Found | None:
    """Where ``report`` says what stands at a place of another."""
    before, after = library.statements(now[0]), library.statements(report.id)
    places = _verbatim(before, after, now[1]) or _aligned(before, after, now[1])
    return _Found(report.year or 0, report, places) if places else None


def _verbatim(
    before: Sequence[Statement], after: Sequence[Statement], places: tuple[int, ...]
) -> tuple[int, ...]:
    """The one place of equal words, which needs no alignment; () where there is none or several to choose from."""
    wanted = [before[at] for at in places]
    if any(one.is_row for one in wanted):
        return ()
    keys = [one.key for one in wanted]
    found = tuple(at for at, one in enumerate(after) if one.key in keys)
    return found if len(found) == len(keys) else ()


def _aligned(
    before: Sequence[Statement], after: Sequence[Statement], places: tuple[int, ...]
) -> tuple[int, ...]:
    # Only what is of the same sort can be paired, and half of a report are rows of tables.
    is_row = before[places[0]].is_row
    old, new = _of_sort(before, is_row), _of_sort(after, is_row)
    links = align([before[at] for at in old], [after[at] for at in new])
    found = (new[at] for link in links if {old[i] for i in link.older} & set(places) for at in link.newer)
    return tuple(sorted(found))


def _of_sort(statements: Sequence[Statement], is_row: bool) -> list[int]:
    return [at for at, one in enumerate(statements) if one.is_row == is_row]


def _row(library: Library, found: _Found, asked: Statement, *, is_older: bool) -> HistoryRow:
    if found.report is None:
        return HistoryRow(found.year, "not-held")
    if not found.places:
        return HistoryRow(found.year, "absent", found.report.agency, found.report.id)
    said = [library.statements(found.report.id)[at] for at in found.places]
    text = joined(said)
    pair = (text, asked.text) if is_older else (asked.text, text)
    is_same = key_of(text) == asked.key
    return HistoryRow(
        year=found.year,
        state="same" if is_same else "reworded",
        agency=found.report.agency,
        report=found.report.id,
        passage=said[0].passage,
        text=text,
        similarity=similarity(key_of(text), asked.key),
        changes=changes(*pair),
    )


def _years(rows: Sequence[HistoryRow]) -> list[int]:
    return [row.year for row in rows if row.year is not None and row.text]


def _verbatim_years(rows: Sequence[HistoryRow]) -> list[int]:
    """The years that say the same as the latest, back to the first that says it otherwise."""
    said = [row for row in rows if row.text and row.year is not None]
    found: list[int] = []
    for row in said:
        if key_of(row.text) != key_of(said[0].text):
            break
        found.append(row.year or 0)
    return found
