"""Does a report's text say the same number of requests as its table?

The rule: a sentence counts only where it can mean nothing but all requests received in the report's own year: no part
of them, no other year, no 余 or 约. Where any sentence of the report agrees with the table, another number is taken for
that of a part, and nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from report_search.analysis.fold import fold
from report_search.figures.cells import OfficialCell, show
from report_search.figures.checks import Check, Operand

RECEIVED = "requests.new.total"
_ALSO_RIGHT = (("requests.carried_in.total",), ("requests.total.total",))
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_RECEIVED = re.compile(
    r"(?:收到|新收|接收|收悉)(?:到)?[^,0-9]{0,20}?(?:信息公开)?申请(?:数量|数)?(?:共计|共|总计|合计|为)?"
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<unit>件|条|宗|份|例|次|起|项)(?P<after>.{0,2})"
)
_EVERYBODY = re.compile("(?:公民|自然人)[、和及]法人(?:(?:[、和及]|或者|以及)?其[他它](?:社会)?组织)?")
_PART = re.compile(
    "其中|网络|网上|信函|邮寄|邮件|邮箱|当面|现场|传真|窗口|平台|电话|本级|机关本|下属|各区|各县|直属|转办|转来"
    "|不予|结转|自然人|法人|企业|重复|补正|涉及|关于|余|约|近|超"
)
"""Words in the clause beside which a number is that of a part, or no exact one."""
_OTHER_TIME = re.compile("上年|去年|上一年|历年|以来|同期|截至|月|季度|上半年|下半年")
"""Words in the sentence up to the number beside which it is that of another time."""
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年")


@dataclass(frozen=True, slots=True)
class ProseText:
    """A paragraph: its text and the id of its passage."""

    text: str
    passage: str


@dataclass(frozen=True, slots=True)
class _Said:
    value: int
    text: str
    sentence: str
    passage: str


def check_prose(
    paragraphs: Iterable[ProseText], cells: Mapping[str, OfficialCell], *, year: int | None
) -> list[Check]:
    """The number of requests that the text says, where it is another one than the table's; at most one check."""
    total = cells.get(RECEIVED)
    if total is None or not total.counts or total.value is None:
        return []
    said = [one for paragraph in paragraphs for one in _said(paragraph, year=year)]
    if not said or any(one.value in _right_values(cells) for one in said):
        return []
    first = said[0]
    message = f"正文写作 {first.text}，表中为 {total.text}，相差 {show(abs(first.value - total.value))}"
    left = Operand(first.text, first.value, first.sentence, first.passage)
    right = Operand(total.text, total.value, " › ".join(total.path), total.passage)
    return [Check("prose", RECEIVED, left, right, message, path=total.path)]


def _right_values(cells: Mapping[str, OfficialCell]) -> set[int | float]:
    """What may be said of the requests of a year: those received, with those carried in, those settled."""
    received = cells[RECEIVED].value or 0
    others = [cells[key].value or 0 for keys in _ALSO_RIGHT for key in keys if key in cells]
    return {received, *(received + other for other in others[:1]), *others[1:]}


def _said(paragraph: ProseText, *, year: int | None) -> Iterator[_Said]:
    folded = fold(paragraph.text)
    for sentence in _SENTENCE.finditer(folded.text):
        match = _RECEIVED.search(sentence[0])
        if match and _is_of_the_whole(sentence[0], match, year=year):
            start = sentence.start() + match.start("number")
            printed = folded.span(start, sentence.start() + match.end("unit"))
            yield _Said(
                int(match["number"].replace(",", "")),
                paragraph.text[slice(*printed)],
                sentence[0].strip(),
                paragraph.passage,
            )


def _is_of_the_whole(sentence: str, match: re.Match[str], *, year: int | None) -> bool:
    """Whether a number is of all requests of the year, by what stands before it in its sentence and in it."""
    before = sentence[: match.start("number")]
    clause = _EVERYBODY.sub("", re.split("[,:]", before)[-1])
    years = {int(found) for found in _YEAR.findall(before)}
    return not (_PART.search(clause) or _OTHER_TIME.search(before)) and years <= {year}
