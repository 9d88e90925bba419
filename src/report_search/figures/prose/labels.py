"""What a figure of a sentence counts, in the sentence's own words: its label.

The rule: a label is made of what stands beside the number in its own clause; only what says nothing by itself
(同比增长, 占比, a bare 、12件) takes the label of the figure that it is about, and a clause without a name that of the
account (“外交小灵通”) whose figures come before it. Nothing is put in other words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from report_search.analysis.fold import FoldedText
from report_search.figures.prose.clauses import NOTHING, Stretch, Surroundings, clauses, enumerated
from report_search.figures.prose.counted import Counted

_SENTENCE_PARTS = frozenset("。;!?")
_PART = re.compile("其中")
_YEAR = r"(?:19|20)[0-9]{2}年"
_YEARS = re.compile(_YEAR)
_LISTED = re.compile("以及|、|和(?![解谐平])|与(?![会否])|及(?![时格其])")
_TIME = re.compile(rf"(?:^|[,。;(])(?:截至|到)?({_YEAR})度?(?:全年|底|末)?,")
"""A clause that only says of which year its sentence speaks."""
_LEAD = re.compile(
    r"[、:\s)的]+|以及|并且|其中|同时|此外|另外|另有|另|还|全年度?|年内|本年度?|今年|当年|一年来|目前|截至[^,]{0,10}?[底末前日月]"
    r"|先后|累计|总计|共计|合计|共(?![青同建享产])|[一二三四五六七八九十]是|\(?[0-9一二三四五六七八九十]{1,2}[.、)]"
    r"|并(?!列|网|购|轨)|我(?:部|局|委|厅|市|省|县|区|办|院|会|行|署)"
)
"""What may begin a clause and says nothing of what is counted."""
_JOINS = re.compile("[、和与及并]|以及")
_NEXT = re.compile("[^、]*、")
"""What belongs to the figure before, in a list: 五小时内发布信息、二十四小时内举行发布会."""
_TRAIL = re.compile(
    r"(?:先后|共计|共有|共|合计|总计|累计|总共|达到|达|(?<![作行])为|有|是|了|的|等|:|(?<![人日月年平])均|分别|依次|稳定在|保持在"
    r"|全部|都|已|也|则|[、和与及\s]|约|近)+$"
)
_CHANGED = (
    "(?:增长|下降|减少|增加|提高|降低|上升|提升|超出|节约|压缩|缩短|扩展"
    "|上浮|下浮|净增|[增减降升涨]|占比|占|比重)"
)
_SINCE = "(?:[与同较比](?:上一?年度?|去年|前年|往年|同期|年初|预算数?)?(?:同期|相比|末)?)"
_RELATION = re.compile(
    rf"(?:{_SINCE}|同比|环比|平均|约|仅)*(?:同比|环比|增幅|降幅|涨幅|{_CHANGED})(?:[了率]|[到至为](?:{_YEAR}度?)?)?的?"
)
"""A clause that only says how another figure changed, or what share of it this one is."""
_ENDS_IN_CHANGE = re.compile(rf"(?:同比|环比|增幅|降幅|涨幅|{_CHANGED})了?$")
_REACHES = re.compile(rf"{_CHANGED}[到至为]")
"""Not how much it changed, but what it is now."""
_FROM = re.compile(rf"[由从](?:上一?年度?|去年|前年|年初|{_YEAR}度?)?的?$")
_RESPECTIVELY = re.compile("分别|依次")
_NEEDS_RIGHT = re.compile("(?:[对向与给把将由在从]|^.{0,4})$")
_RIGHT_LEAD = re.compile("(?:之内|以内|内|的)*")
_COUNTS_WHAT_FOLLOWS = frozenset(("次", "个"))
_SHORTEST_RIGHT = 2
_GOES_ON = re.compile("[均已全都并和及与共其也又不将较同占比增降由为是含]")
_SAYS_NOTHING = re.compile("[均已全都并和及与共其也又不被将较同占比增降由到至为是含]")
_NAME = re.compile('"[^"]{2,20}"')
_EARLIER = re.compile("上一?年度?(?!度?结转)|去年|前年|往年|历年|年初|以来|同期|预算数")


class Label(Struct, frozen=True):
    """What a figure counts, as printed; ``whole`` is the label of what it is a part of, "" for none.

    ``is_change`` for how much something changed or what share it is; ``is_earlier`` for a number of another time than
    the year of the report.
    """

    text: str
    whole: str = ""
    is_change: bool = False
    is_earlier: bool = False


def labels(sentence: FoldedText, figures: Sequence[Counted], *, year: int | None = None) -> list[Label]:
    """The label of each of ``figures``, all that a folded sentence of a report about ``year`` has, in order."""
    reading = _Reading(sentence.text, figures, year=f"{year}年" if year else "")
    return [reading.label(at, clause) for at, clause in enumerate(clauses(sentence, figures))]


class _Told(Struct):
    """What the figures before tell about the next: the one that it may be about, of which it may be a part, the account
    whose figures they are, the last label, and those that a 分别 gave in advance."""

    head: Stretch = NOTHING
    whole: Stretch = NOTHING
    name: Stretch = NOTHING
    last: Stretch = NOTHING
    ahead: list[Stretch] = field(default_factory=list)


class _Reading:
    """A sentence whose figures are labelled one after the other."""

    def __init__(self, text: str, figures: Sequence[Counted], *, year: str) -> None:
        self._text, self._figures, self._year = text, figures, year
        self._told = _Told()

    def label(self, at: int, clause: Surroundings) -> Label:
        """The label of the figure number ``at``; to be called in order."""
        told = self._told
        if not _SENTENCE_PARTS.isdisjoint(clause.between):
            told.name = told.whole = NOTHING
        if _PART.search(clause.between):
            told.whole = told.head
        whole = told.last if clause.is_detail else told.whole
        own = self._own(at, clause)
        is_relation = _RELATION.fullmatch(own.text) is not None
        label = self._completed(own, is_relation=is_relation)
        if not clause.inside:
            told.last = label
            told.head = told.head if is_relation or not own.text else label
        return Label(
            label.printed,
            whole.printed if whole.text != label.text else "",
            is_change=_is_change(label.text, is_relation=is_relation),
            is_earlier=self._is_earlier(at, label.text),
        )

    def _completed(self, own: Stretch, *, is_relation: bool) -> Stretch:
        """The words of a figure with those that it needs from the figures before."""
        told = self._told
        if told.ahead:
            return told.ahead.pop(0)
        if is_relation:
            return told.head.without(_FROM.search(told.head.text)).followed_by(own)
        if not own.text:
            return told.last
        if name := _NAME.search(own.text):
            told.name = own.part(*name.span())
            return own
        return told.name.followed_by(own)

    def _own(self, at: int, clause: Surroundings) -> Stretch:
        """What a figure's clause says of it."""
        if not self._told.ahead and (found := _RESPECTIVELY.search(clause.left.text)):
            self._told.ahead = self._respectively(at, clause.left, found)
        own = self._core(clause)
        if _RELATION.fullmatch(own.text):
            return own
        is_named_behind = self._figures[at].unit in _COUNTS_WHAT_FOLLOWS or _NEEDS_RIGHT.search(own.text)
        return own.followed_by(_noun(clause.right, is_needed=not own.text)) if is_named_behind else own

    def _core(self, clause: Surroundings) -> Stretch:
        left = clause.left
        if clause.is_listed and (joint := _JOINS.match(left.text) or _NEXT.match(left.text)):
            left = left.part(joint.end())
        while lead := _LEAD.match(left.text) or (self._year and re.match(f"{self._year}度?", left.text)):
            left = left.part(lead.end())
        return left.without(_TRAIL.search(left.text))

    def _respectively(self, at: int, left: Stretch, found: re.Match[str]) -> list[Stretch]:
        """The labels of the figures of a list that 分别 deals out; [] if there are not as many names as figures."""
        names = self._core(Surroundings(left.part(0, found.start()), NOTHING, "", False, False, False))
        tail = left.part(found.end())
        tail = tail.without(_TRAIL.search(tail.text))
        cuts = [match.span() for match in _LISTED.finditer(names.text)]
        starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(names.text)]
        if len(starts) != enumerated(self._text, self._figures, start=at):
            return []
        return [names.part(start, end).followed_by(tail) for start, end in zip(starts, ends, strict=True)]

    def _is_earlier(self, at: int, label: str) -> bool:
        """Whether a figure is of another year than its report, by its label and by what its sentence begins with."""
        years = _YEARS.findall(label)
        if not years:
            years = _TIME.findall(self._text, 0, self._figures[at].start)[-1:]
        return _EARLIER.search(label) is not None or any(year != self._year for year in years if self._year)


def _is_change(label: str, *, is_relation: bool) -> bool:
    return (is_relation and _REACHES.search(label) is None) or _ENDS_IN_CHANGE.search(label) is not None


def _noun(right: Stretch, *, is_needed: bool) -> Stretch:
    """What is counted, where it stands behind its number; nothing where the sentence just goes on."""
    right = right.without(_RIGHT_LEAD.match(right.text))
    if is_needed:
        return right if not _GOES_ON.match(right.text) else NOTHING
    is_noun = len(right.text) >= _SHORTEST_RIGHT and not _SAYS_NOTHING.match(right.text)
    return right if is_noun else NOTHING
