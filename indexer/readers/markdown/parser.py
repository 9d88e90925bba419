"""The Markdown parser: markdown-it-py with CommonMark's rules, bent where they would eat what was printed.

The rule: a character that was printed stays; only what is surely markup goes. So indented lines are no code, text
behind ``[注]:`` is no link target, and stars between digits are printed (7*24小时). Quotes, lists, comments and tables
are taken apart before, by ``source``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, lheading, reference
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

_HEADING = re.compile(r"(#{1,6})(?!#)(.*)")
_CLOSING_MARKS = re.compile(r"(?<=[ \t])#+$")
_UNDERLINE = re.compile(r"[ \t]*(?:=+|-{3,})[ \t]*")
_LINK_TARGET = re.compile(r"[ \t]*\[[^\]\n]+\]:[ \t]*<?(?:[a-z]+:)?//\S+")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\](?::[ \t]*)?")
_MATH = re.compile(r"\$(?! )([^$\n]{1,200}?)(?<! )\$(?!\d)")
_FORMULA = re.compile(r"[\d.,%+\-×÷=~<>()（） ]+")
_COMMAND = re.compile(r"\\(?:([A-Za-z]+) ?|(.))")
_COMMANDS = {
    "approx": "≈",
    "cdot": "·",
    "circ": "°",
    "div": "÷",
    "dots": "…",
    "ge": "≥",
    "geq": "≥",
    "ldots": "…",
    "le": "≤",
    "leq": "≤",
    "permil": "‰",
    "pm": "±",
    "quad": " ",
    "rightarrow": "→",
    "sim": "~",
    "times": "×",
    "to": "→",
}
"""What is printed for a LaTeX command in the formulas that converters write around numbers and units."""
_STYLES = frozenset(
    ("bf", "boldsymbol", "left", "mathbf", "mathit", "mathrm", "right", "rm", "text", "textbf")
)
"""LaTeX commands that print nothing by themselves."""
_WIDE = re.compile(
    r"[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff“”‘’—…·]"
)


@cache
def parser() -> MarkdownIt:
    """The parser, made once; it keeps no state between texts. Its blocks are headings, rules, fences, paragraphs."""
    markdown = MarkdownIt("commonmark", {"html": True})
    markdown.disable(["blockquote", "code", "html_block", "list"])
    markdown.block.ruler.at("heading", _heading, {"alt": ["paragraph"]})
    markdown.block.ruler.at("lheading", _underlined_heading)
    markdown.block.ruler.at("reference", _link_target)
    markdown.enable("strikethrough")
    markdown.inline.ruler.at("emphasis", _emphasis)
    markdown.inline.ruler.before("link", "footnote", _footnote)
    markdown.inline.ruler.before("escape", "math", _math)
    return markdown


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


# Rules of blocks are called with the line to begin at, the line behind the last, and whether only to look.
def _heading(state: StateBlock, start: int, *span: Any) -> bool:
    """``#`` to ``######`` with or without a blank behind it: copies of reports often lack it."""
    match = _HEADING.fullmatch(_line(state, start))
    if not match:
        return False
    _, silent = span
    if not silent:
        level = len(match[1])
        state.line = start + 1
        state.push("heading_open", f"h{level}", 1).map = [start, state.line]
        token = state.push("inline", "", 0)
        text = _CLOSING_MARKS.sub("", match[2].rstrip(" \t"))
        token.content, token.map, token.children = text.strip(" \t"), [start, state.line], []
        state.push("heading_close", f"h{level}", -1)
    return True


def _underlined_heading(state: StateBlock, start: int, *span: Any) -> bool:
    """One line with ``===`` or ``---`` below it. CommonMark lets a whole paragraph, and a lone ``-``, be one."""
    end, silent = span
    has_underline = start + 1 < end and _UNDERLINE.fullmatch(_line(state, start + 1))
    return bool(has_underline) and lheading(state, start, end, silent)


def _link_target(state: StateBlock, start: int, *span: Any) -> bool:
    """``[1]: https://…``; CommonMark takes any word for an address and prints nothing (``[注]: 不含乡镇``)."""
    return bool(_LINK_TARGET.match(_line(state, start))) and reference(state, start, *span)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """A run of ``*`` or ``_`` as possible ends of emphasis, by CommonMark's rule made fit for Chinese.

    The rule of CommonMark asks for a blank or punctuation on the other side of a mark beside punctuation, which Chinese
    does not print: ``**“放管服”**改革`` would keep its stars. Wide characters, punctuation too, count as letters here.
    """
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    can_open, can_close = _flanks(before, after), _flanks(after, before)
    if marker == "_":
        # Inside a word an underscore is printed: file_name.
        can_open, can_close = can_open and not before.isalnum(), can_close and not after.isalnum()
    length = end - state.pos
    for _ in range(length):
        state.push("text", "", 0).content = marker
        # Each character is a delimiter of its own; markdown-it pairs them and tells ** from * afterwards.
        state.delimiters.append(
            Delimiter(ord(marker), length, len(state.tokens) - 1, end=-1, open=can_open, close=can_close)
        )
    state.pos = end
    return True


def _flanks(outside: str, inside: str) -> bool:
    """Whether a mark between the two may belong to what is ``inside``."""
    if outside.isdigit() and inside.isdigit():
        return False
    if inside.isspace():
        return False
    return (
        not _is_narrow_punctuation(inside)
        or outside.isspace()
        or not outside.isascii()
        or not outside.isalnum()
    )


def _is_narrow_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS" and not _WIDE.match(char)


def _footnote(state: StateInline, silent: bool) -> bool:
    """``[^1]`` marks a footnote, ``[^1]:`` opens its text; neither was printed so."""
    match = _FOOTNOTE.match(state.src, state.pos)
    if match:
        state.pos = match.end()
    return bool(match)


def _math(state: StateInline, silent: bool) -> bool:
    """``$12.5\\%$`` as converters write numbers and units; any other dollar is printed."""
    match = _MATH.match(state.src, state.pos) if state.src[state.pos] == "$" else None
    text = _formula(match[1]) if match else None
    if match is None or text is None:
        return False
    if not silent:
        state.pending += text
    state.pos = match.end()
    return True


def _formula(source: str) -> str | None:
    """What a formula prints; None if it is none or uses more of LaTeX than numbers and units need."""
    if "\\" not in source and "{" not in source:
        return source if _FORMULA.fullmatch(source) else None
    unknown = [
        name for name, _ in _COMMAND.findall(source) if name and name not in _STYLES and name not in _COMMANDS
    ]
    if unknown:
        return None
    printed = _COMMAND.sub(lambda found: _COMMANDS.get(found[1] or "", found[2] or ""), source)
    return re.sub(r"(?<!\\)[{}^_]", "", printed)
