"""What stands in a paragraph of Markdown: the lines that it prints, without marks of emphasis, links and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token
from msgspec import Struct, field
from msgspec.structs import replace

from indexer.readers.html.tree import BLOCKS
from indexer.readers.markdown.parser import parser

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_INLINE_TAGS = """
a abbr b big br cite code del dfn em font i img input ins kbd label mark nobr q s samp small span strike strong sub sup
tt u var wbr
"""
_KNOWN_TAGS = BLOCKS | frozenset(_INLINE_TAGS.split())
"""Elements of HTML; anything else between angle brackets was printed."""
_WORD_END = re.compile(r"[\u4e00-\u9fffA-Za-z0-9，、]")
_WORD_START = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_NUMBERED = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十百\d]{1,4}[）)、.．]|第[一二三四五六七八九十百\d]{1,4}[章节条项部])"
)
_KEY = re.compile(r"\s*[^：:，。]{1,12}[：:]")
_SHORT = 24
"""A numbered line of fewer characters is a heading."""
_OPENING = 64
"""So many characters, and so many pieces, tell how a sentence opens: more than ``_SHORT``, and no piece is empty."""
_BOLD_TAGS = frozenset(("b", "strong"))
_HEADING_TAGS = {f"h{level}": level for level in range(1, 7)}


class MarkdownLine(Struct):
    """A line of a paragraph; ``source_line`` counts the line ends of the source before it, from 0.

    ``behind_break`` says that a ``<br>`` stands before it.
    """

    source_line: int
    text: str = ""
    strong: bool = True
    level: int = 0
    behind_break: bool = False

    def add(self, text: str, *, strong: bool, level: int) -> None:
        """Append what was printed in one style."""
        self.text += text
        self.strong = self.strong and (strong or not text.strip())
        self.level = self.level or level


class _Style(Struct):
    bold: int = 0
    level: int = 0
    lines: list[MarkdownLine] = field(default_factory=lambda: [MarkdownLine(0)])
    source_line: int = 0


def printed_lines(source: str) -> list[MarkdownLine]:
    """The lines that ``source``, the lines of a paragraph, prints; empty ones are left out."""
    style = _Style()
    for token in _inline_tokens(source):
        _take(token, style)
    return list(_without_torn_breaks([line for line in style.lines if line.text.strip()]))


def _without_torn_breaks(lines: list[MarkdownLine]) -> Iterator[MarkdownLine]:
    """The lines with those joined that a ``<br>`` tears in the middle of a sentence.

    ``政府信息<br>公开工作`` is one sentence; ``一、总体情况<br>2021年`` and ``来源：某局<br>日期：…`` are two lines.
    """
    sentence: list[MarkdownLine] = []
    for line in lines:
        if sentence and line.behind_break and _goes_on(sentence, line):
            sentence.append(line)
            continue
        if sentence:
            yield _joined(sentence)
        sentence = [line]
    if sentence:
        yield _joined(sentence)


def _joined(sentence: list[MarkdownLine]) -> MarkdownLine:
    first, *others = sentence
    return replace(first, text=first.text + "".join(line.text.lstrip() for line in others))


def _goes_on(sentence: list[MarkdownLine], line: MarkdownLine) -> bool:
    """Whether the pieces of a sentence go on with ``line``."""
    # Only the opening and the last character are looked at: a paragraph may have a hundred thousand breaks.
    opening = "".join(piece.text[:_OPENING] for piece in sentence[:_OPENING])
    is_heading = bool(_NUMBERED.match(opening)) and len(opening) < _SHORT
    is_open = bool(_WORD_END.fullmatch(sentence[-1].text[-1:]) and _WORD_START.match(line.text))
    begins_anew = _NUMBERED.match(line.text) or _KEY.match(line.text)
    is_one_style = sentence[0].strong == line.strong
    return is_one_style and is_open and not (is_heading or begins_anew or _KEY.match(opening))


def printed_cell(source: str) -> list[str]:
    """The lines of a cell."""
    return [line.text.strip() for line in printed_lines(source)]


def _inline_tokens(source: str) -> Iterator[Token]:
    for token in parser().parseInline(source):
        yield from token.children or ()


def _take(token: Token, style: _Style) -> None:
    match token.type:
        case "softbreak" | "hardbreak":
            style.source_line += 1
            style.lines.append(MarkdownLine(style.source_line))
        case "strong_open" | "strong_close":
            style.bold += token.nesting
        case "html_inline":
            _take_html(token.content, style)
        case "text" | "code_inline" | "text_special":
            style.lines[-1].add(token.content, strong=style.bold > 0, level=style.level)
        # A picture prints no words; links and emphasis print what is in them.


def _take_html(source: str, style: _Style) -> None:
    tag = _TAG.match(source)
    name = tag[2].lower() if tag else ""
    if tag and name not in _KNOWN_TAGS:
        style.lines[-1].add(source, strong=style.bold > 0, level=style.level)
        return
    opens = bool(tag) and not tag[1]  # type: ignore[index]
    if name in _BOLD_TAGS:
        style.bold = max(0, style.bold + (1 if opens else -1))
    if name in _HEADING_TAGS:
        style.level = _HEADING_TAGS[name] if opens else 0
    if name == "br" or name in BLOCKS:
        style.lines.append(MarkdownLine(style.source_line, behind_break=name == "br"))
