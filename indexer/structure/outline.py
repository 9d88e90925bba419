"""From lines to sections: which lines are headings, and what stands under which.

Numbering decides before markup, since the levels of a converted file lie. The rule: no line is lost. A line that
is not surely a heading stays a paragraph, and a number that jumps or repeats is a warning, never a repair.
"""

from __future__ import annotations

import re
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
_LONGEST = 48
_BY_MARKUP = "markup"
_MOST_CANDIDATES = 400
"""Headings among which the sections are sought: more than any report has, few enough to compare all pairs."""
_FIXED_SECTIONS = 6
_FIXED_TITLES = frozenset(
    {"收到和处理政府信息公开申请情况", "其他需要报告的事项", "政府信息公开行政复议、行政诉讼情况"}
)
"""Titles that only the fixed form of 2019 and later uses."""


@dataclass(slots=True)
class OutlineNode:
    """A section in the making. ``style`` is how it is numbered, ``blocks`` what stands directly under it."""

    number: str = ""
    title: str = ""
    style: str = ""
    value: int = 0
    where: str = ""
    blocks: list[Line | Grid] = field(default_factory=list)
    children: list[OutlineNode] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The heading as people read it, for warnings."""
        return (
            f"{self.number}、{self.title}"
            if self.number and self.number[-1] not in "）).．、"
            else self.number + self.title
        )


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line read as a heading; ``rest`` is text that was glued behind it."""

    style: str
    value: int
    number: str
    title: str
    rest: str = ""
    level: int = 0


def build_outline(parts: Sequence[Part]) -> tuple[list[OutlineNode], list[ReportWarning]]:
    """The sections of ``parts`` in order (a preamble without title first, if anything stands there)."""
    spread = list(_unglued(parts))
    headings = _without_contents([_heading(part) if isinstance(part, Line) else None for part in spread])
    headings = [
        one if one is None or one.style != "known" or _stands_over(headings, at) else None
        for at, one in enumerate(headings)
    ]
    top = _top_style(headings)
    main = _main_chain(headings, top)
    builder = _Builder(spread, headings, top=top, main=main)
    nodes = builder.build()
    return nodes, [*_numbering_warnings(nodes), *item_warnings(nodes)]


def _unglued(parts: Sequence[Part]) -> Iterator[Part]:
    """``parts`` with a known section heading that was glued behind a sentence on a line of its own."""
    for part in parts:
        if isinstance(part, Line):
            at = _glued_at(part.text)
            if at:
                yield replace(part, text=part.text[:at].rstrip())
                yield replace(part, text=part.text[at:].lstrip())
                continue
        yield part


def _stands_over(headings: Sequence[_Heading | None], at: int) -> bool:
    """Whether text comes directly below the line at ``at``: an unnumbered title without any is no heading."""
    return at + 1 < len(headings) and headings[at + 1] is None


def _without_contents(headings: Sequence[_Heading | None]) -> list[_Heading | None]:
    """``headings`` without those of a table of contents: they stand together and come again further down."""
    names = [(one.style, one.value, normalise(one.title)) if one and one.value else None for one in headings]
    found = list(headings)
    for at, name in enumerate(names):
        beside = (at + 1 < len(names) and names[at + 1]) or (at and names[at - 1] and found[at - 1] is None)
        if name and beside and name in names[at + 1 :]:
            found[at] = None
    return found


_LEADERS = re.compile(r"(…|\.{3,}|·{3,}|-{4,})\s*\d{1,3}\s*$")
_GLUED = re.compile(r"(?<=[。；！？])\s*(?=[一二三四五六七八九十]{1,2}、[^。；，,]{4,40}$)")


def _glued_at(text: str) -> int:
    match = _GLUED.search(text)
    if not match or not match.start():
        return 0
    ordinal = ordinal_of(text[match.end() :])
    return match.end() if ordinal and sections.is_known_title(normalise(ordinal.rest)) else 0


def _heading(line: Line) -> _Heading | None:
    """What heading ``line`` can be, None if it can be none."""
    text = one_line(line.text)
    ordinal = ordinal_of(text)
    if ordinal is not None:
        return _numbered(ordinal, line)
    if not text or _SENTENCE.search(text) or len(text) > _LONGEST:
        return None
    if line.level or line.strong:
        return _Heading(_BY_MARKUP, 0, "", text, level=line.level or 9)
    if sections.is_known_title(normalise(text)):
        return _Heading("known", 0, "", text)
    return None


def _numbered(ordinal: Ordinal, line: Line) -> _Heading | None:
    title, rest = (ordinal.rest, "") if _is_title(ordinal.rest, line) else _split_known(ordinal.rest)
    return _Heading(ordinal.style, ordinal.value, ordinal.printed, title, rest, line.level) if title else None


def _is_title(text: str, line: Line) -> bool:
    if not text or len(text) > _LONGEST or _LEADERS.search(text):
        return False
    if line.level:
        return not _SENTENCE.search(text[:-1])
    return not _SENTENCE.search(text) and not _TITLE_ENDS.search(text)


def _split_known(text: str) -> tuple[str, str]:
    """A known title at the head of ``text`` and what was glued behind it, ("", "") if there is none."""
    for match in re.finditer(
        r"[。：:\s\u3000]+|(?=20\d\d\s*年)|(?=本(?:年度|机关|局|部|单位))", text[:_LONGEST]
    ):
        title, rest = text[: match.start()], text[match.end() :]
        if len(title) > 3 and rest and sections.is_known_title(normalise(title)):
            return title, rest
    return "", ""


def _top_style(headings: Sequence[_Heading | None]) -> str:
    """The style that numbers the sections of this report."""
    found = [heading for heading in headings if heading]
    for style in ("part", "han"):
        if any(heading.style == style for heading in found):
            return style
    for style in ("number", "han-paren"):
        known = [one for one in found if one.style == style and sections.is_known_title(normalise(one.title))]
        if len(known) > 1:
            return style
    for style in (_BY_MARKUP, "known", "han-paren", "number"):
        if any(heading.style == style for heading in found):
            return style
    return ""


def _main_chain(headings: Sequence[_Heading | None], top: str) -> set[int]:
    """Positions of the headings of style ``top`` that carry the report: the best rising run of numbers."""
    own = [(at, one) for at, one in enumerate(headings) if one and one.style == top]
    if top in (_BY_MARKUP, "known"):
        least = min((one.level for _, one in own), default=0)
        return {at for at, one in own if one.level == least}
    own = own[:_MOST_CANDIDATES]
    best: list[tuple[float, list[int]]] = []
    for n, (at, one) in enumerate(own):
        weight = 1.0 + 2.0 * sections.is_known_title(normalise(one.title)) + 0.5 * bool(one.level)
        options = [
            (score + 0.5 * (one.value == own[m][1].value + 1), chain)
            for m, (score, chain) in enumerate(best[:n])
            if own[m][1].value < one.value
        ]
        score, chain = max(options, key=lambda option: option[0], default=(0.0, []))
        best.append((score + weight, [*chain, at]))
    return set(max(best, key=lambda option: option[0])[1]) if best else set()


class _Builder:
    """Hangs every part under its heading."""

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
                self._place(at, part, heading)
            else:
                self._append(at, part)
        return [node for node in self._roots if node.title or node.number or node.blocks or node.children]

    def _place(self, at: int, line: Line, heading: _Heading) -> None:
        if self._is_top(at, heading):
            node = _node(heading, line)
            node.number = node.number.rstrip("、.． ") if heading.style in ("han", "number") else node.number
            self._roots.append(node)
            self._stack = [node]
            self._refused = {}
        elif self._is_sub(at, heading):
            self._hang(_node(heading, line))
        else:
            if not heading.rest:
                self._refused[heading.style] = heading.value
            self._append(at, line)
            return
        if heading.rest:
            self._stack[-1].blocks.append(replace(line, text=heading.rest, level=0, strong=False))

    def _append(self, at: int, part: Line | Grid) -> None:
        """Put ``part`` under the open heading; an item that goes on with an upper numbering leaves the lower ones.

        Such an item is a paragraph among siblings that are subsections, so it stands in one without a heading.
        """
        ordinal = self._ordinal(at)
        styles = [node.style for node in self._stack]
        if ordinal is not None and ordinal.style in styles[1:]:
            depth = styles.index(ordinal.style, 1)
            if ordinal.value == self._stack[depth].value + 1:
                if self._stack[-1].heading or depth < len(self._stack) - 1:
                    del self._stack[depth:]
                    self._hang(OutlineNode(style=ordinal.style))
                self._stack[-1].value = ordinal.value
        self._stack[-1].blocks.append(part)

    def _is_top(self, at: int, heading: _Heading) -> bool:
        if at in self._main:
            return True
        known = sections.is_known_title(normalise(heading.title))
        if heading.style == self._top:
            return known and sections.kind_of(normalise(self._roots[-1].title)) != "statistics"
        if heading.style in (_BY_MARKUP, "known"):
            kind = sections.kind_of(normalise(heading.title))
            prefaces = kind == "preamble" and len(self._roots) == 1
            return prefaces or (known and heading.style == _BY_MARKUP)
        return known and self._goes_on(heading)

    def _goes_on(self, heading: _Heading) -> bool:
        """Whether a heading of another style has the number that is missing among the sections right here."""
        last = self._roots[-1]
        numbers = {one.value for at in self._main if (one := self._headings[at])}
        kinds = {sections.kind_of(normalise(node.title)) for node in self._roots[1:]}
        fresh = sections.kind_of(normalise(heading.title)) not in kinds and heading.value not in numbers
        wanted = heading.style == "number" and not heading.rest and last.value > 0
        return fresh and wanted and heading.value == last.value + 1

    def _is_sub(self, at: int, heading: _Heading) -> bool:
        first_of_all = len(self._roots) == 1 and heading.style == _BY_MARKUP
        if heading.style == "known" or heading.rest or first_of_all:
            return False
        line = self._parts[at]
        if isinstance(line, Line) and (line.level or line.strong):
            return True
        if self._refused.get(heading.style) == heading.value - 1:
            return False
        return self._has_content(at, heading)

    def _has_content(self, at: int, heading: _Heading) -> bool:
        """Whether something stands under the heading before the next one of its own or a higher style."""
        if at + 1 >= len(self._parts):
            return False
        after = self._headings[at + 1]
        if after is None:
            ordinal = self._ordinal(at + 1)
            return ordinal is None or ordinal.style not in {
                heading.style,
                *(node.style for node in self._stack),
            }
        return after.style not in {heading.style, self._top, *(node.style for node in self._stack)}

    def _ordinal(self, at: int) -> Ordinal | None:
        part = self._parts[at]
        return ordinal_of(part.text) if isinstance(part, Line) else None

    def _hang(self, node: OutlineNode) -> None:
        styles = [parent.style for parent in self._stack[1:]]
        if node.style in styles:
            del self._stack[1 + styles.index(node.style) :]
        self._stack[-1].children.append(node)
        self._stack.append(node)


def _node(heading: _Heading, line: Line) -> OutlineNode:
    return OutlineNode(heading.number, heading.title, heading.style, heading.value, line.where)


def _numbering_warnings(nodes: Sequence[OutlineNode]) -> list[ReportWarning]:
    found: list[ReportWarning] = []
    last: OutlineNode | None = None
    for node in nodes:
        if not node.value:
            continue
        expected = last.value + 1 if last else 1
        if node.value > expected:
            found += [_missing(value, last, node) for value in range(expected, node.value)]
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
