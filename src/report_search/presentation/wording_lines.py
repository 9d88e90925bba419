"""What the command line prints of wording: plain lines, added words in ［+ +］ and dropped ones in ［- -］."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from report_search.fields import NO_YEAR_LABEL

if TYPE_CHECKING:
    # Only named in annotations, so that nothing else is loaded for a few lines.
    from report_search.wording.comparison import ComparedRow, Comparison
    from report_search.wording.history import History
    from report_search.wording.marks import Change
    from report_search.wording.matching import MatchedPiece, Matching, MatchState
    from report_search.wording.rewriting import Rewriting

STATE_LABELS = {"same": "相同", "reworded": "有改动", "absent": "无相近表述", "not-held": "未收录"}
ROW_LABELS = {"same": "相同", "reworded": "改写", "moved": "移动", "added": "新增", "dropped": "删去"}
MATCH_LABELS: Mapping[MatchState, str] = {"verbatim": "逐字", "near": "相近", "none": "没有"}
NUMBERS_LABEL = "数字变化"
"""What a reworded row is called in which nothing but numbers changed."""
REWRITTEN_MEANS = (
    "两份报告所有句子的字数中，没有原样保留的占多少；0% 为一字未改，100% 为没有一处相同。"
    "只是移动了位置的算保留，表格不计。"
)
"""What a share that was rewritten is."""
_SIGNS = {"keep": "{}", "insert": "［+{}+］", "delete": "［-{}-］"}


def marked_text(changes: Sequence[Change]) -> str:
    """A text with its changes, in signs."""
    return "".join(_SIGNS[change.op].format(change.text) for change in changes).replace("\t", " ")


def summary_of(history: History) -> str:
    """首次出现 2014 / 最近修改 2021 / 逐字沿用 4 年; "" where no report has a year."""
    if history.first is None:
        return ""
    return f"首次出现 {history.first} / 最近修改 {history.last_changed} / 逐字沿用 {history.verbatim} 年"


def history_lines(history: History) -> Iterator[str]:
    """A sentence through the years: what it was compared with, the summary, a line a year."""
    yield f"第 {history.sentence} 句（共 {len(history.sentences)} 句）：{history.text}".replace("\t", " ")
    if summary_of(history):
        yield summary_of(history)
    for row in history.rows:
        year = row.year if row.year is not None else NO_YEAR_LABEL
        yield f"{year}  {STATE_LABELS[row.state]}  {row.passage}".rstrip()
        if row.state == "reworded":
            yield f"      {marked_text(row.changes)}"


def comparison_lines(found: Comparison) -> Iterator[str]:
    """Two reports, section by section; what is the same is only counted."""
    yield f"甲：{found.a.title}（{found.a.id}）"
    yield f"乙：{found.b.title}（{found.b.id}）"
    yield f"改写 {share(found.rewritten)}"
    for section in found.sections:
        yield ""
        yield f"{section.label}  改写 {share(section.rewritten)}"
        for row in section.changed:
            yield f"  {row_label(row)}  {_row_text(row)}"
        if section.same:
            yield f"  相同 {len(section.same)} 处"


def match_lines(found: Matching) -> Iterator[str]:
    """Each piece: where it stands verbatim, where nearly, and in how many reports not."""
    for number, piece in enumerate(found.pieces, 1):
        yield f"{number}. {piece.text}"
        if piece.code:
            yield f"   {piece.message}"
            continue
        for row in piece.found():
            year = row.year if row.year is not None else NO_YEAR_LABEL
            yield f"   {MATCH_LABELS[row.state]}  {row.agency} {year}  {row.passage}"
            if row.changes:
                yield f"      {marked_text(row.changes)}"
        yield f"   {match_summary(piece)}"


def match_summary(piece: MatchedPiece) -> str:
    """In how many reports a piece stands, and in how many not."""
    counts = (f"{label} {piece.count(state)} 份" for state, label in MATCH_LABELS.items())
    return "，".join(counts)


def row_label(row: ComparedRow) -> str:
    """What happened to a row."""
    return NUMBERS_LABEL if row.numbers else ROW_LABELS[row.state]


def rewriting_lines(found: Rewriting) -> Iterator[str]:
    """How much an agency rewrote: a line a year, the newest first."""
    yield f"{found.agency.name}：各年改写的比例"
    yield REWRITTEN_MEANS
    if not found.years:
        yield "收录的年报不足两年，无从比较。"
    for one in found.years:
        sections = "  ".join(
            f"{part.label} {share(part.share)}" for part in one.sections if part.share is not None
        )
        yield f"{one.year}（同{one.before_year}年比）  全文 {share(one.share)}  {sections}"


def share(value: float | None) -> str:
    """A share in per cent; a dash where nothing can be compared."""
    return "—" if value is None else f"{value:.0%}"


def _row_text(row: ComparedRow) -> str:
    if row.state == "reworded":
        return marked_text(row.changes)
    side = row.b or row.a
    return side.text.replace("\t", " ") if side else ""
