"""From lines to sections: which lines are headings, and what comes under which.

Numbering decides before markup, since converted files have wrong heading levels. The rule: no line is lost. A line
that is not surely a heading stays a paragraph, and a number that jumps or repeats is a warning, never a repair.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.document import Grid, Line, Part
from indexer.structure.headings import (
    BY_MARKUP,
    KNOWN,
    Heading,
    has_text_below,
    heading_of,
    is_known,
    kind_of,
    with_headings_apart,
    without_contents,
)
from indexer.structure.numbering_checks import item_warnings
from indexer.structure.section_chain import SectionChain, section_chain, top_style
from indexer.text.ordinals import Ordinal, han_numeral, ordinal_of
from report_search.analysis.normalise import normalise
from report_search.model import ReportWarning

_MOST_MISSING = 20
"""So many missing sections are named before one that is there."""
_FIXED_SECTIONS = 6
_FIXED_TITLES = frozenset(
    {"收到和处理政府信息公开申请情况", "其他需要报告的事项", "政府信息公开行政复议、行政诉讼情况"}
)
"""Titles that only the fixed form of 2019 and later uses."""


class OutlineNode(Struct):
    """A section in the making.

    ``style`` is how it is numbered, ``mark`` what is printed behind the number, ``blocks`` what comes directly under
    it.
    """

    number: str = ""
    title: str = ""
    style: str = ""
    value: int = 0
    mark: str = ""
    blocks: list[Line | Grid] = field(default_factory=list)
    children: list[OutlineNode] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The heading as people read it, for warnings."""
        needs_mark = self.number and self.number[-1] not in "）).．、"
        return f"{self.number}、{self.title}" if needs_mark else self.number + self.title


def build_outline(parts: Sequence[Part]) -> tuple[list[OutlineNode], list[ReportWarning]]:
    """The sections of ``parts`` in order (a preamble without title first, if there is any text before them)."""
    # 根据……编制本报告。           the preamble
    # 一、总体情况                style han: it numbers the sections of this report
    # （一）全年培训3次。          ends like a sentence, so it is no heading but a paragraph of section 一
    # （二）依申请公开             a heading below 一, since text follows it
    # 收到申请3件。
    # 三、存在的问题              a section; the warning says that 二 is missing
    spread = list(with_headings_apart(parts))
    headings = without_contents([heading_of(part) if isinstance(part, Line) else None for part in spread])
    headings = [
        None if one is not None and one.style == KNOWN and not has_text_below(headings, at) else one
        for at, one in enumerate(headings)
    ]
    top = top_style(headings)
    chain = section_chain(headings, top)
    nodes = _Builder(spread, headings, top=top, chain=chain).build()
    return nodes, [*_numbering_warnings(nodes), *item_warnings(nodes)]


class _Builder:
    """Puts every part under its heading.

    ``_roots`` are the sections so far, the untitled one first; ``_stack`` is the open section and the headings open
    within it. ``_refused`` holds the last number of each style that was taken as a paragraph in the open section.
    """

    def __init__(
        self, parts: Sequence[Part], headings: Sequence[Heading | None], *, top: str, chain: SectionChain
    ) -> None:
        self._parts = parts
        self._headings = headings
        self._top = top
        self._main = chain.sections
        self._within = chain.within
        self._roots: list[OutlineNode] = [OutlineNode()]
        self._stack: list[OutlineNode] = [self._roots[0]]
        self._refused: dict[str, int] = {}
        # The numbers of the sections that the chain found, and the kinds of those begun so far.
        self._numbers = frozenset(one.value for at in chain.sections if (one := headings[at]))
        self._kinds: set[str] = set()

    def build(self) -> list[OutlineNode]:
        """The sections in order, the untitled first one dropped if it is empty."""
        for at, part in enumerate(self._parts):
            heading = self._headings[at]
            if heading is not None and isinstance(part, Line):
                self._add_heading(at, part, heading)
            else:
                self._append(at, part)
        return [node for node in self._roots if node.heading or node.blocks or node.children]

    def _add_heading(self, at: int, line: Line, heading: Heading) -> None:
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
        self._kinds.add(kind_of(node.title))
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

    def _is_top(self, at: int, heading: Heading) -> bool:
        """Whether the heading begins a section."""
        if at in self._main:
            return True
        if at in self._within:
            return False
        known = is_known(heading.title)
        if heading.style == self._top:
            # The annex of statistics numbers its groups like sections and names them alike.
            return known and kind_of(self._roots[-1].title) != "statistics"
        if heading.style == BY_MARKUP and known:
            return True
        if heading.style in (BY_MARKUP, KNOWN):
            return len(self._roots) == 1 and kind_of(heading.title) == "preamble"
        return known and self._is_missing_section(heading)

    def _is_missing_section(self, heading: Heading) -> bool:
        """Whether a heading of another style has the number that is missing among the sections right here."""
        # 一、… 二、… 3.存在的问题 四、…: one number was printed in the wrong style.
        last = self._roots[-1]
        is_next = last.value > 0 and heading.value == last.value + 1
        if heading.style != "number" or heading.rest or not is_next:
            return False
        return heading.value not in self._numbers and kind_of(heading.title) not in self._kinds

    def _is_sub(self, at: int, heading: Heading) -> bool:
        """Whether the heading begins a subsection; else it is a paragraph."""
        is_page_title = len(self._roots) == 1 and heading.style == BY_MARKUP
        if heading.style == KNOWN or heading.rest or is_page_title:
            return False
        line = self._parts[at]
        if isinstance(line, Line) and (line.level or line.strong):
            return True
        # Where （一） was a paragraph, （二） is one too.
        continues_paragraphs = self._refused.get(heading.style) == heading.value - 1
        return not continues_paragraphs and self._has_content(at, heading)

    def _has_content(self, at: int, heading: Heading) -> bool:
        """Whether anything comes under the heading before the next one of its own or a higher style."""
        if at + 1 >= len(self._parts):
            return False
        upper = set(self._styles_above(heading.style))
        after = self._headings[at + 1]
        if after is not None:
            return after.style not in upper and after.style != self._top
        ordinal = self._ordinal(at + 1)
        return ordinal is None or ordinal.style not in upper

    def _styles_above(self, style: str) -> list[str]:
        """``style`` and the styles of the open headings that one of this style comes under."""
        # Behind （一） and its 1. 2., （二） closes them, so that 1. may come below it again.
        styles = [node.style for node in self._stack]
        return [*styles[: styles.index(style) if style in styles else None], style]

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


def _node(heading: Heading) -> OutlineNode:
    return OutlineNode(heading.number, heading.title, heading.style, heading.value, heading.mark)


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
    # Where the numbers begin again, how many there should be is anyone's guess; ``missing_sections`` looks at titles.
    restarts = sum(node.value == 1 for node in nodes) > 1
    if last is None or last.style != "han" or not fixed or restarts:
        return []
    return [
        ReportWarning("section-missing", f"缺少第{numeral}部分（“{last.heading}”之后没有了）", numeral)
        for numeral in map(han_numeral, range(last.value + 1, _FIXED_SECTIONS + 1))
    ]


def _missing(value: int, last: OutlineNode | None, node: OutlineNode) -> ReportWarning:
    numeral = han_numeral(value) if node.style == "han" else str(value)
    before = f"“{last.heading}”之后" if last else "开头"
    return ReportWarning("section-missing", f"缺少第{numeral}部分（{before}直接是“{node.heading}”）", numeral)
