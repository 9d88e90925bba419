"""Two reports side by side: what one says of the other's sentences and rows, section by section.

How much was rewritten is a share: of all characters of the sentences of both, those that were not kept, so that 0 is
word for word and 1 nothing in common (the measure of Cohen, Malloy and Nguyen's "Lazy Prices", by insertions and
deletions). What was only moved was kept. The rule: rows of tables are compared and shown, but never counted in the
share, since numbers change every year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from report_search.errors import RequestError
from report_search.generations import ReportSummary
from report_search.search.searcher import IndexState, Searcher
from report_search.taxonomy import sections
from report_search.wording.align import Link, align
from report_search.wording.library import Library
from report_search.wording.marks import Change, changes, only_numbers_changed
from report_search.wording.statements import Statement, joined, key_of

RowState = Literal["same", "reworded", "moved", "added", "dropped"]
_ORDER: Mapping[RowState, int] = {"reworded": 1, "added": 2, "dropped": 3, "moved": 4, "same": 5}


class ComparedSide(Struct, frozen=True):
    """What one report says: its text, where it stands, whether it is a row of a table."""

    passage: str
    section: str
    text: str
    is_row: bool = False


class ComparedRow(Struct, frozen=True):
    """A statement of both reports, or of one. ``numbers`` says that nothing but numbers changed.

    ``changes`` turn the text of ``a`` into that of ``b``; ``similarity`` is None where one is missing.
    """

    state: RowState
    a: ComparedSide | None
    b: ComparedSide | None
    similarity: float | None = None
    changes: tuple[Change, ...] = ()
    numbers: bool = False

    @property
    def section(self) -> str:
        """The kind of section that it counts in: the one of ``b``, or of what was dropped."""
        side = self.b or self.a
        return side.section if side else ""


class ComparedSection(Struct, frozen=True):
    """The rows of a kind of section, changed numbers first, what is the same last.

    ``rewritten`` is the share that was rewritten, None where neither report has a sentence there.
    """

    kind: str
    label: str
    rows: tuple[ComparedRow, ...]
    rewritten: float | None

    @property
    def changed(self) -> tuple[ComparedRow, ...]:
        """What is not the same."""
        return tuple(row for row in self.rows if row.state != "same")

    @property
    def same(self) -> tuple[ComparedRow, ...]:
        """What is word for word the same, in the same section."""
        return tuple(row for row in self.rows if row.state == "same")


class Comparison(Struct, frozen=True):
    """Two reports, the sections in their usual order."""

    a: ReportSummary
    b: ReportSummary
    sections: tuple[ComparedSection, ...]
    rewritten: float | None
    index: IndexState


def compare(searcher: Searcher, reports: tuple[str, str]) -> Comparison:
    """Two reports side by side, by their ids: the first is ``a``, the second ``b``.

    Raises what ``Searcher.report`` raises, and ``RequestError`` (``same-report``) for a report beside itself.
    """
    a, b = reports
    if a == b:
        raise RequestError("same-report", "两边是同一份报告。", hint="请选两份不同的报告。")
    library = Library(searcher)
    for one in (a, b):
        if one not in library.summaries:
            library.searcher.report(one)
    grouped: dict[str, list[ComparedRow]] = defaultdict(list)
    for row in rows_of(library.statements(a), library.statements(b)):
        grouped[row.section].append(row)
    order = {kind: at for at, kind in enumerate(sections.LABELS)}
    kinds = sorted(grouped, key=lambda kind: order.get(kind, len(order)))
    return Comparison(
        a=library.summaries[a],
        b=library.summaries[b],
        sections=tuple(_section(kind, grouped[kind]) for kind in kinds),
        rewritten=share_rewritten(row for rows in grouped.values() for row in rows),
        index=library.searcher.state(),
    )


def rows_of(a: Sequence[Statement], b: Sequence[Statement], *, marks: bool = True) -> Iterator[ComparedRow]:
    """Every statement of both reports in one row each: those of ``b`` in its order, then what only ``a`` has.

    Without ``marks`` what changed within a row is not looked for: whoever only counts needs it not.
    """
    links = {link.newer[0]: link for link in align(a, b)}
    paired = {at for link in links.values() for at in link.newer}
    for at, statement in enumerate(b):
        if at in links:
            yield _paired(a, b, links[at], marks=marks)
        elif at not in paired:
            yield ComparedRow("added", None, _side([statement]))
    kept = {at for link in links.values() for at in link.older}
    for at, statement in enumerate(a):
        if at not in kept:
            yield ComparedRow("dropped", _side([statement]), None)


def share_rewritten(rows: Iterable[ComparedRow]) -> float | None:
    """The share of the characters of all sentences in both reports that was not kept; None without any sentence."""
    total = kept = 0.0
    for row in rows:
        sides = [side for side in (row.a, row.b) if side and not side.is_row]
        length = sum(len(key_of(side.text)) for side in sides)
        total += length
        kept += length * (row.similarity or 0.0)
    return 1 - kept / total if total else None


def _section(kind: str, rows: Sequence[ComparedRow]) -> ComparedSection:
    ordered = sorted(rows, key=lambda row: 0 if row.numbers else _ORDER[row.state])
    label = sections.LABELS.get(kind, kind)
    return ComparedSection(kind, label, tuple(ordered), share_rewritten(rows))


def _paired(a: Sequence[Statement], b: Sequence[Statement], link: Link, *, marks: bool) -> ComparedRow:
    old, new = _side([a[at] for at in link.older]), _side([b[at] for at in link.newer])
    is_same = key_of(old.text) == key_of(new.text)
    if is_same:
        state: RowState = "same" if old.section == new.section else "moved"
        return ComparedRow(state, old, new, 1.0)
    if not marks:
        return ComparedRow("reworded", old, new, link.similarity)
    pieces = changes(old.text, new.text)
    return ComparedRow("reworded", old, new, link.similarity, pieces, only_numbers_changed(pieces))


def _side(statements: Sequence[Statement]) -> ComparedSide:
    first = statements[0]
    return ComparedSide(first.passage, first.section, joined(statements), first.is_row)
