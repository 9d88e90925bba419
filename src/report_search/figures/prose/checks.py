"""Does a report's text say the same number as its table?

Asked of the requests of a year (received, carried in, left over, granted, granted in part) and of the reviews. The
rule: a figure counts only where its sentence can mean nothing but what the cell counts, in the report's own year: no
part of it, no other year, no 余 or 约. Where any sentence of the report agrees with the table, another number is taken
for that of a part, and nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from report_search.analysis.fold import fold_text
from report_search.figures.cells import OfficialCell, show
from report_search.figures.checks import Check, Operand
from report_search.figures.prose.reading import ProseFigure

RECEIVED = "requests.new.total"
_ALSO_RIGHT = (("requests.carried_in.total",), ("requests.total.total",))


class _Saying(Struct, frozen=True):
    """How reports call what a measure counts: ``label`` is found in the whole label of a figure, ``beside`` in its
    sentence."""

    measure: str
    label: re.Pattern[str]
    beside: re.Pattern[str]


_REQUESTS = re.compile("申请")
_SAYINGS = (
    _Saying(
        RECEIVED,
        re.compile("(?:收到|新收|接收|收悉)到?[^,0-9]{0,20}?(?:信息公开)?申请(?:数量|数|件)?$"),
        _REQUESTS,
    ),
    _Saying(
        "requests.carried_in.total",
        re.compile("^(?:上一?年度?|往年)结转(?:的|办理)?(?:政府)?(?:信息公开)?(?:申请)?$"),
        _REQUESTS,
    ),
    _Saying(
        "requests.carried_out.total",
        re.compile("^(?:结转|转入)(?:至|到)?(?:下一?|次)年度?(?:继续)?(?:办理|答复)?(?:的)?(?:申请)?$"),
        _REQUESTS,
    ),
    _Saying("requests.granted.total", re.compile("^予以公开(?:的?申请)?$"), _REQUESTS),
    _Saying("requests.partly.total", re.compile("^(?:予以)?部分公开(?:的?申请)?$"), _REQUESTS),
    _Saying(
        "reviews.total",
        re.compile(
            "信息公开(?:工作)?(?:申请)?(?:引起|引发|提起|产生|被申请|被提起|申请)?的?行政复议(?:案件|申请)?$"
        ),
        re.compile("行政复议"),
    ),
)
_UNITS = frozenset(("件", "条", "宗", "份", "例", "次", "起", "项"))
_EVERYBODY = re.compile("(?:公民|自然人)[、和及]法人(?:(?:[、和及]|或者|以及)?其[他它](?:社会)?组织)?")
_PART = re.compile(
    "其中|网络|网上|信函|邮寄|邮件|邮箱|当面|现场|传真|窗口|平台|电话|本级|机关本|下属|各区|各县|直属|转办|转来"
    "|不予|自然人|法人|企业|重复|补正|涉及|关于|余|约|近|超|诉讼"
)
"""Words in the clause beside which a number is that of a part, or no exact one."""
_OTHER_TIME = re.compile("上年(?!结转)|去年|上一年(?!度?结转)|历年|以来|同期|截至|月|季度|上半年|下半年")
"""Words in the sentence up to the number beside which it is that of another time."""
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年")


def check_prose(
    figures: Iterable[ProseFigure], cells: Mapping[str, OfficialCell], *, year: int | None
) -> list[Check]:
    """The numbers that the text says of what a cell counts, where it is another one; at most one check a measure."""
    said: dict[str, list[ProseFigure]] = {}
    for figure in figures:
        for saying in _SAYINGS:
            if _is_said(saying, figure, year=year):
                said.setdefault(saying.measure, []).append(figure)
    return [
        _check(saying.measure, cells[saying.measure], said[saying.measure][0])
        for saying in _SAYINGS
        if _contradicts(said.get(saying.measure, ()), cells, saying.measure)
    ]


def _contradicts(said: Sequence[ProseFigure], cells: Mapping[str, OfficialCell], measure: str) -> bool:
    """Whether something is said of a measure whose cell is a number, and nothing that is said agrees with it."""
    cell = cells.get(measure)
    if not said or cell is None or not cell.counts or cell.value is None:
        return False
    right = _right_values(cells) if measure == RECEIVED else {cell.value}
    return not any(one.value in right for one in said)


def _check(measure: str, cell: OfficialCell, said: ProseFigure) -> Check:
    value, printed = int(said.value), cell.value or 0
    message = f"正文写作 {said.text}，表中为 {cell.text}，相差 {show(abs(value - printed))}"
    left = Operand(said.text, value, said.sentence, said.passage)
    right = Operand(cell.text, printed, " › ".join(cell.path), cell.passage)
    return Check("prose", measure, left, right, message, path=cell.path)


def _right_values(cells: Mapping[str, OfficialCell]) -> set[int | float]:
    """What may be said of the requests of a year: those received, with those carried in, those settled."""
    received = cells[RECEIVED].value or 0
    others = [cells[key].value or 0 for keys in _ALSO_RIGHT for key in keys if key in cells]
    return {received, *(received + other for other in others[:1]), *others[1:]}


def _is_said(saying: _Saying, figure: ProseFigure, *, year: int | None) -> bool:
    """Whether a figure says what the measure counts, exactly and all of it."""
    label = _EVERYBODY.sub("", fold_text(figure.label))
    is_exact = not figure.about and figure.high is None and figure.unit in _UNITS and not figure.is_change
    if not is_exact or figure.whole or not saying.label.search(label):
        return False
    return _is_of_the_whole(fold_text(figure.sentence[: figure.start]), saying, year=year)


def _is_of_the_whole(before: str, saying: _Saying, *, year: int | None) -> bool:
    """Whether a number is of all that its measure counts, by what stands before it."""
    before = re.split("[;。]", before)[-1]
    # What became of requests is told clause by clause, and of which requests in the first.
    clause = before if saying.measure != RECEIVED else re.split("[,:]", before)[-1]
    clause = _EVERYBODY.sub("", clause)
    years = {int(found) for found in _YEAR.findall(before)}
    is_beside = saying.beside.search(before) is not None
    return is_beside and not (_PART.search(clause) or _OTHER_TIME.search(before)) and years <= {year}
