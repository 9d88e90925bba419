"""From lines to sections: which lines are headings, and what comes under which.

Numbering decides before markup, since converted files have wrong heading levels. The rule: no line is lost. A line
that is not surely a heading stays a paragraph, and a number that jumps or repeats is a warning, never a repair.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from indexer.document import Grid, Line, Part
from indexer.structure.numbering_checks import item_warnings
from indexer.text.ordinals import Ordinal, han_numeral, ordinal_of
from report_search.analysis.normalise import normalise, one_line
from report_search.model import ReportWarning
from report_search.taxonomy import sections

_SENTENCE = re.compile(r"[。；！？;!?]")
_TITLE_ENDS = re.compile(r"[，、,：:]$")
_TITLE_BREAK = re.compile(r"[。：:\s\u3000]+|(?=20\d\d\s*年)|(?=本(?:年度|机关|局|部|单位))")
"""Where a title may end and the text glued behind it begin."""
_LONGEST = 48
_BY_MARKUP = "markup"
_KNOWN = "known"
"""Styles of headings without a number: marked as headings, or one of the known titles on a line of its own."""
_BOLD_LEVEL = 9
"""A bold line ranks below every level of markup."""
_MOST_CANDIDATES = 400
"""Headings among which the sections are sought: more than any report has, few enough to compare all pairs."""
_MOST_MISSING = 20
"""So many missing sections are named before one that is there."""
_FIXED_SECTIONS = 6
_FIXED_TITLES = frozenset(
    {"收到和处理政府信息公开申请情况", "其他需要报告的事项", "政府信息公开行政复议、行政诉讼情况"}
)
"""Titles that only the fixed form of 2019 and later uses."""


@dataclass(slots=True)
class OutlineNode:
    """A section in the making. ``style`` is how it is numbered, ``blocks`` what comes directly under it."""

    number: str = ""
    title: str = ""
    style: str = ""
    value: int = 0
    blocks: list[Line | Grid] = field(default_factory=list)
    children: list[OutlineNode] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The heading as people read it, for warnings."""
        needs_mark = self.number and self.number[-1] not in "）).．、"
        return f"{self.number}、{self.title}" if needs_mark else self.number + self.title


@dataclass(frozen=True, slots=True)
class _Heading:
    """What heading a line can be; ``rest`` is text that was glued behind it."""

    style: str
    value: int
    number: str
    title: str
    rest: str = ""
    level: int = 0


def build_outline(parts: Sequence[Part]) -> tuple[list[OutlineNode], list[ReportWarning]]:
    """The sections of ``parts`` in order (a preamble without title first, if there is any text before them)."""
    # 根据……编制本报告。           the preamble
    # 一、总体情况                style han: it numbers the sections of this report
    # （一）全年培训3次。          ends like a sentence, so it is no heading but a paragraph of section 一
    # （二）依申请公开             a heading below 一, since text follows it
    # 收到申请3件。
    # 三、存在的问题              a section; the warning says that 二 is missing
    spread = list(_with_headings_apart(parts))
    headings = _without_contents([_heading(part) if isinstance(part, Line) else None for part in spread])
    headings = [
        None if one is not None and one.style == _KNOWN and not _has_text_below(headings, at) else one
        for at, one in enumerate(headings)
    ]
    top = _top_style(headings)
    main = _main_chain(headings, top)
    nodes = _Builder(spread, headings, top=top, main=main).build()
    return nodes, [*_numbering_warnings(nodes), *item_warnings(nodes)]


def _is_known(title: str) -> bool:
    return sections.is_known_title(normalise(title))


def _kind_of(title: str) -> str:
    return sections.kind_of(normalise(title))


def _with_headings_apart(parts: Sequence[Part]) -> Iterator[Part]:
    """``parts`` with a known section heading that was glued behind a sentence on a line of its own."""
    for part in parts:
        at = _glued_heading(part.text) if isinstance(part, Line) else 0
        if at and isinstance(part, Line):
            yield replace(part, text=part.text[:at].rstrip())
            yield replace(part, text=part.text[at:].lstrip())
        else:
            yield part


def _has_text_below(headings: Sequence[_Heading | None], at: int) -> bool:
    """Whether text comes directly below the line at ``at``: an unnumbered title without any is no heading."""
    return at + 1 < len(headings) and headings[at + 1] is None


def _without_contents(headings: Sequence[_Heading | None]) -> list[_Heading | None]:
    """``headings`` without those of a table of contents: they are neighbours and come again further down."""
    names = [(one.style, one.value, normalise(one.title)) if one and one.value else None for one in headings]
    last_at = {name: at for at, name in enumerate(names)}
    found = list(headings)
    for at, name in enumerate(names):
        if name is None:
            continue
        heading_follows = at + 1 < len(names) and names[at + 1] is not None
        # The last entry is followed by text, but the entry before it has been dropped already.
        entry_before = at > 0 and names[at - 1] is not None and found[at - 1] is None
        if (heading_follows or entry_before) and last_at[name] > at:
            found[at] = None
    return found


_LEADERS = re.compile(r"(…|\.{3,}|·{3,}|-{4,})\s*\d{1,3}\s*$")
"""The dots and the page number of an entry of a table of contents."""
_GLUED = re.compile(r"(?<=[。；！？])\s*(?=[一二三四五六七八九十]{1,2}、[^。；，,]{4,40}$)")


def _glued_heading(text: str) -> int:
    """Where in ``text`` a known section heading begins behind a sentence, 0 if none does."""
    match = _GLUED.search(text)
    if not match or not match.start():
        return 0
    ordinal = ordinal_of(text[match.end() :])
    return match.end() if ordinal and _is_known(ordinal.rest) else 0


def _heading(line: Line) -> _Heading | None:
    """What heading ``line`` can be, None if it can be none."""
    text = one_line(line.text)
    ordinal = ordinal_of(text)
    if ordinal is not None:
        return _numbered(ordinal, line)
    if not text or _SENTENCE.search(text) or len(text) > _LONGEST:
        return None
    if line.level or line.strong:
        return _Heading(_BY_MARKUP, 0, "", text, level=line.level or _BOLD_LEVEL)
    return _Heading(_KNOWN, 0, "", text) if _is_known(text) else None


def _numbered(ordinal: Ordinal, line: Line) -> _Heading | None:
    title, rest = (ordinal.rest, "") if _is_title(ordinal.rest, line) else _split_known(ordinal.rest)
    return _Heading(ordinal.style, ordinal.value, ordinal.printed, title, rest, line.level) if title else None


def _is_title(text: str, line: Line) -> bool:
    if not text or len(text) > _LONGEST or _LEADERS.search(text):
        return False
    if line.level:
        # A marked heading may end with a full stop.
        return not _SENTENCE.search(text[:-1])
    return not _SENTENCE.search(text) and not _TITLE_ENDS.search(text)


def _split_known(text: str) -> tuple[str, str]:
    """A known title that begins ``text`` and what was glued behind it, ("", "") if there is none."""
    # 总体情况。2020年，我局…… and 总体情况2020年，我局…… → (总体情况, 2020年，我局……)
    for match in _TITLE_BREAK.finditer(text[:_LONGEST]):
        title, rest = text[: match.start()], text[match.end() :]
        if len(title) > 3 and rest and _is_known(title):
            return title, rest
    return "", ""


def _top_style(headings: Sequence[_Heading | None]) -> str:
    """The style that numbers the sections of this report."""
    found = [heading for heading in headings if heading]
    styles = {heading.style for heading in found}
    known = Counter(heading.style for heading in found if _is_known(heading.title))
    # 1. and （一） number items too; two known section titles prove that they number the sections.
    proven = [style for style in ("number", "han-paren") if known[style] > 1]
    by_certainty = ("part", "han", *proven, _BY_MARKUP, _KNOWN, "han-paren", "number")
    return next((style for style in by_certainty if style in styles), "")


def _main_chain(headings: Sequence[_Heading | None], top: str) -> set[int]:
    """Positions of the headings of style ``top`` that are sections: the rising numbers with the highest score."""
    own = [(at, one) for at, one in enumerate(headings) if one and one.style == top]
    if top in (_BY_MARKUP, _KNOWN):
        least = min((one.level for _, one in own), default=0)
        return {at for at, one in own if one.level == least}
    # 一、总体情况 二、主动公开 (一、宣传 二、培训) 三、存在的问题: the inner list has the same style. A heading scores
    # 1, a known title 2 more, markup and the next number half a point each. The best chain that ends at a heading is
    # the best one that ends before it at a smaller number, plus its own score; here the outer 一 二 三 wins.
    own = own[:_MOST_CANDIDATES]
    best: list[tuple[float, list[int]]] = []
    for n, (at, one) in enumerate(own):
        earlier = [
            (score + 0.5 * (one.value == before.value + 1), chain)
            for (score, chain), (_, before) in zip(best, own[:n], strict=True)
            if before.value < one.value
        ]
        score, chain = max(earlier, key=_score, default=(0.0, []))
        best.append((score + _weight(one), [*chain, at]))
    return set(max(best, key=_score)[1]) if best else set()


def _weight(heading: _Heading) -> float:
    return 1.0 + 2.0 * _is_known(heading.title) + 0.5 * bool(heading.level)


def _score(scored: tuple[float, list[int]]) -> float:
    return scored[0]


class _Builder:
    """Puts every part under its heading.

    ``_roots`` are the sections so far, the untitled one first; ``_stack`` is the open section and the headings open
    within it. ``_refused`` holds the last number of each style that was taken as a paragraph in the open section.
    """

    def __init__(
        self, parts: Sequence[Part], headings: Sequence[_Heading | None], *, top: str, main: set[int]
    ) -> None:
        self._parts = parts
        self._headings = headings
        self._top = top
        self._main = main
        self._roots: list[OutlineNode] = [OutlineNode()]
        self._stack: list[OutlineNode] = [self._roots[0]]
        self._refused: dict[str, int] = {}

    def build(self) -> list[OutlineNode]:
        """The sections in order, the untitled first one dropped if it is empty."""
        for at, part in enumerate(self._parts):
            heading = self._headings[at]
            if heading is not None and isinstance(part, Line):
                self._add_heading(at, part, heading)
            else:
                self._append(at, part)
        return [node for node in self._roots if node.heading or node.blocks or node.children]

    def _add_heading(self, at: int, line: Line, heading: _Heading) -> None:
        if self._is_top(at, heading):
            self._open_section(_node(heading))
        elif self._is_sub(at, heading):
            self._hang(_node(heading))
        else:
            if not heading.rest:
                self._refused[heading.style] = heading.value
            self._append(at, line)
            return
        if heading.rest:
            self._stack[-1].blocks.append(replace(line, text=heading.rest, level=0, strong=False))

    def _open_section(self, node: OutlineNode) -> None:
        if node.style in ("han", "number"):
            # People cite section 一, not section 一、.
            node.number = node.number.rstrip("、.． ")
        self._roots.append(node)
        self._stack = [node]
        self._refused = {}

    def _append(self, at: int, part: Line | Grid) -> None:
        """Put ``part`` under the open heading; an item that goes on with an upper numbering leaves the lower ones.

        Such an item is a paragraph among siblings that are subsections, so it gets one without a heading.
        """
        # （一）主动公开 (heading) / 1.网站 (heading) / …… / （二）收到申请3件。 (paragraph): the last line continues
        # （一）, so it must not come under 1.
        ordinal = self._ordinal(at)
        styles = [node.style for node in self._stack]
        if ordinal is not None and ordinal.style in styles[1:]:
            depth = styles.index(ordinal.style, 1)
            if ordinal.value == self._stack[depth].value + 1:
                self._continue_numbering(depth, ordinal)
        self._stack[-1].blocks.append(part)

    def _continue_numbering(self, depth: int, ordinal: Ordinal) -> None:
        """Make the open node at ``depth`` an untitled one that holds the item with ``ordinal``."""
        is_open_and_untitled = depth == len(self._stack) - 1 and not self._stack[-1].heading
        if not is_open_and_untitled:
            del self._stack[depth:]
            self._hang(OutlineNode(style=ordinal.style))
        self._stack[-1].value = ordinal.value

    def _is_top(self, at: int, heading: _Heading) -> bool:
        """Whether the heading begins a section."""
        if at in self._main:
            return True
        known = _is_known(heading.title)
        if heading.style == self._top:
            # The annex of statistics numbers its groups like sections and names them alike.
            return known and _kind_of(self._roots[-1].title) != "statistics"
        if heading.style == _BY_MARKUP and known:
            return True
        if heading.style in (_BY_MARKUP, _KNOWN):
            return len(self._roots) == 1 and _kind_of(heading.title) == "preamble"
        return known and self._is_missing_section(heading)

    def _is_missing_section(self, heading: _Heading) -> bool:
        """Whether a heading of another style has the number that is missing among the sections right here."""
        # 一、… 二、… 3.存在的问题 四、…: one number was printed in the wrong style.
        last = self._roots[-1]
        is_next = last.value > 0 and heading.value == last.value + 1
        if heading.style != "number" or heading.rest or not is_next:
            return False
        numbers = {one.value for at in self._main if (one := self._headings[at])}
        kinds = {_kind_of(node.title) for node in self._roots[1:]}
        return heading.value not in numbers and _kind_of(heading.title) not in kinds

    def _is_sub(self, at: int, heading: _Heading) -> bool:
        """Whether the heading begins a subsection; else it is a paragraph."""
        is_page_title = len(self._roots) == 1 and heading.style == _BY_MARKUP
        if heading.style == _KNOWN or heading.rest or is_page_title:
            return False
        line = self._parts[at]
        if isinstance(line, Line) and (line.level or line.strong):
            return True
        # Where （一） was a paragraph, （二） is one too.
        continues_paragraphs = self._refused.get(heading.style) == heading.value - 1
        return not continues_paragraphs and self._has_content(at, heading)

    def _has_content(self, at: int, heading: _Heading) -> bool:
        """Whether anything comes under the heading before the next one of its own or a higher style."""
        if at + 1 >= len(self._parts):
            return False
        upper = {heading.style, *(node.style for node in self._stack)}
        after = self._headings[at + 1]
        if after is not None:
            return after.style not in upper and after.style != self._top
        ordinal = self._ordinal(at + 1)
        return ordinal is None or ordinal.style not in upper

    def _ordinal(self, at: int) -> Ordinal | None:
        part = self._parts[at]
        return ordinal_of(part.text) if isinstance(part, Line) else None

    def _hang(self, node: OutlineNode) -> None:
        """Open ``node`` beside the open heading of its style, else below the innermost open heading."""
        styles = [parent.style for parent in self._stack[1:]]
        if node.style in styles:
            del self._stack[1 + styles.index(node.style) :]
        self._stack[-1].children.append(node)
        self._stack.append(node)


def _node(heading: _Heading) -> OutlineNode:
    return OutlineNode(heading.number, heading.title, heading.style, heading.value)


def _numbering_warnings(nodes: Sequence[OutlineNode]) -> list[ReportWarning]:
    found: list[ReportWarning] = []
    last: OutlineNode | None = None
    for node in nodes:
        if not node.value:
            continue
        expected = last.value + 1 if last else 1
        if node.value > expected:
            # A number far above the one before it is none of this list; it needs no warning for each between.
            missing = range(expected, min(node.value, expected + _MOST_MISSING))
            found += [_missing(value, last, node) for value in missing]
        elif node.value < expected:
            code = "section-repeated" if last and node.value == last.value else "section-restarted"
            found.append(ReportWarning(code, f"章节编号“{node.number}”重复或重新开始", node.heading))
        last = node
    return found + _missing_tail(nodes, last)


def _missing_tail(nodes: Sequence[OutlineNode], last: OutlineNode | None) -> list[ReportWarning]:
    """Warnings for the sections that the fixed form of 2019 has behind the last one."""
    fixed = any(normalise(node.title) in _FIXED_TITLES for node in nodes)
    if last is None or last.style != "han" or not fixed:
        return []
    return [
        ReportWarning("section-missing", f"缺少第{numeral}部分（“{last.heading}”之后没有了）", numeral)
        for numeral in map(han_numeral, range(last.value + 1, _FIXED_SECTIONS + 1))
    ]


def _missing(value: int, last: OutlineNode | None, node: OutlineNode) -> ReportWarning:
    numeral = han_numeral(value) if node.style == "han" else str(value)
    before = f"“{last.heading}”之后" if last else "开头"
    return ReportWarning("section-missing", f"缺少第{numeral}部分（{before}直接是“{node.heading}”）", numeral)
