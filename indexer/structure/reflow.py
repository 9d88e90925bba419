"""Paragraphs that a page or line break tore in two, made whole.

The rule: two pieces are joined only on evidence from both sides of the break. Whatever ends like a sentence, begins
like an item, or is a line of its own between empty lines, stays by itself. Widths count a Chinese character as two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from indexer.document import Line, Part
from indexer.text.dates import date_in
from indexer.text.ordinals import begins_item, ordinal_of
from indexer.text.torn_words import is_word_across
from report_search.analysis.normalise import join_text, normalise
from report_search.model import recognised_of
from report_search.taxonomy.sections import is_known_title

_END = re.compile(r"[。！？：；!?;:…][”’」』）)》\"']*\s*$|[：:]\s*$")
_INSIDE = re.compile(r"[，。；：、,]")
_INDENT = re.compile(r"^[ \u3000\xa0]{2,}|^\u3000")
_SENTENCE = re.compile(r"[。；：！？:;]")
_NEVER_FIRST = tuple("，。、；：！？）》」』”’,;!?)")
_WHOLE_HEADING = re.compile(
    r"(?:情况|事项|问题|措施|打算|方向|工作|建设|管理|保障|方面|制度|机制|体系|水平|质量|力度|成效|数量|说明|计划|意见|建议)$"
)
"""How headings end that are whole."""
_SHORT_SENTENCE = re.compile(
    r"[无未没暂不零略见全我本各已共另]|同上|以上|如下|\d|[一二三四五六七八九十两]+[件条起次项]"
)
"""How the short sentences begin that stand alone under a heading (无。, 未发生。, 1件。)."""
_GOES_ON = re.compile(r"[和与及的等并、]")
"""How no sentence begins."""
_LONGEST_END = 12
"""So many characters hold the mark that ends a sentence and the quotes and brackets behind it."""
_LONG = 24
_LONGEST_HEADING = 60
_LONGEST = 4_000
"""A text with more characters is several paragraphs already, whatever it lacks at its end."""
_RAGGED = 4
"""How far from the margin a full line may end, as a width."""
_LEAST_FULL = 3
_SHORT_REST = 12


def join_wrapped_lines(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with torn paragraphs joined."""
    # 全年共受理信息公开申请12件，其中当面申请    breaks off without a full stop …
    # 3件，通过网络申请9件。                … and goes on as prose: joined
    # （二）依申请公开                      begins an item: stays apart
    indented = _uses_indent(parts)
    wrapped = _wrapped_positions(parts) if _uses_gaps(parts) else frozenset()
    continuing = _continuing_positions(parts)
    whole: list[Part] = []
    for at, part in enumerate(parts):
        last = whole[-1] if whole else None
        if not isinstance(part, Line) or not isinstance(last, Line) or len(last.text) > _LONGEST:
            whole.append(part)
        elif at in continuing or _is_torn(last, part, indented=indented, wrapped=at in wrapped):
            whole[-1] = _joined(last, part)
        else:
            whole.append(part)
    return whole


def _joined(first: Line, second: Line) -> Line:
    return replace(
        first,
        text=join_text(first.text.rstrip(), second.text.lstrip()),
        recognised=recognised_of((first.recognised, second.recognised)),
    )


def _is_torn(first: Line, second: Line, *, indented: bool, wrapped: bool) -> bool:
    """Whether the break before ``second`` is inside a paragraph; ``wrapped`` says that the line widths prove it."""
    if not _can_go_on(first, second, indented=indented):
        return False
    if second.gap:
        return _is_torn_by_page(first, second)
    return wrapped or _is_torn_by_line(first, second)


def _continuing_positions(parts: Sequence[Part]) -> frozenset[int]:
    """Positions of lines that continue a text set to one width although the full line before ends a sentence.

    Only where every paragraph begins behind an empty line or with an indent does a line that has neither continue.
    """
    lines = [part for part in parts if isinstance(part, Line) and "\t" not in part.text]
    margin = _margin(lines)
    if not margin:
        return frozenset()
    gaps, indents = (_sets_apart(lines, margin, indent=indent) for indent in (False, True))
    if not gaps and not indents:
        return frozenset()
    return frozenset(
        at
        for at, (before, part) in enumerate(pairwise(parts), start=1)
        if _is_full(before, margin) and _is_flush(part, gaps=gaps, indents=indents)
    )


def _margin(lines: Sequence[Line]) -> int:
    """The width that lines of prose are set to, 0 if they are not."""
    widths = sorted((_raw_width(line) for line in lines if len(line.text) >= _LONG), reverse=True)
    for width in widths[:2]:
        if sum(width - _RAGGED <= one <= width for one in widths) >= _LEAST_FULL:
            return width
    return 0


def _sets_apart(lines: Sequence[Line], margin: int, *, indent: bool) -> bool:
    """Whether the lines behind those that surely end a paragraph have a gap (or an indent) before them."""
    begin_paragraph = [
        after
        for before, after in pairwise(lines)
        if _END.search(before.text) and _is_short(before, margin) and not begins_item(after.text)
    ]
    apart = sum(bool(_INDENT.match(line.text)) if indent else line.gap for line in begin_paragraph)
    # A habit is what at least two lines show, and four of five.
    return apart >= 2 and apart * 5 >= len(begin_paragraph) * 4


def _is_short(line: Line, margin: int) -> bool:
    """Whether ``line`` ends so far from the margin that the next character would have fitted on it."""
    return _raw_width(line) < margin - 2 * _RAGGED


def _is_full(part: Part, margin: int) -> bool:
    return isinstance(part, Line) and not part.level and margin - _RAGGED <= _raw_width(part) <= margin


def _is_flush(part: Part, *, gaps: bool, indents: bool) -> bool:
    """Whether ``part`` is a line without what sets paragraphs apart in this text (``gaps``, ``indents``)."""
    if not isinstance(part, Line) or part.level or "\t" in part.text:
        return False
    if _INDENT.match(part.text) or begins_item(part.text) or date_in(part.text):
        return False
    # Where paragraphs are told by indents alone, a gap is nothing but the line spacing.
    gap_begins_paragraph = gaps or not indents
    return not (part.gap and gap_begins_paragraph)


def _raw_width(line: Line) -> int:
    return sum(1 if char.isascii() else 2 for char in line.text.rstrip())


def _wrapped_positions(parts: Sequence[Part]) -> frozenset[int]:
    """Positions of lines that continue a paragraph set to one width: every line of it but the last is full."""
    found: set[int] = set()
    paragraph: list[int] = []
    for at, part in enumerate(parts):
        if paragraph and isinstance(part, Line) and not part.gap and not _ends_paragraph(parts[at - 1], part):
            paragraph.append(at)
            continue
        found |= _continuations(parts, paragraph)
        paragraph = [at]
    return frozenset(found | _continuations(parts, paragraph))


def _ends_paragraph(before: Part, line: Line) -> bool:
    """Whether ``line`` surely begins something new behind ``before``."""
    text = before.text if isinstance(before, Line) else ""
    if not text or _END.search(text):
        return True
    is_heading = begins_item(text) and not _INSIDE.search(text.strip()[4:])
    return is_heading or begins_item(line.text) or bool(date_in(line.text))


def _continuations(parts: Sequence[Part], paragraph: Sequence[int]) -> set[int]:
    """The positions in ``paragraph`` but the first, if its lines are all about as wide as the widest."""
    widths = [_width(part.text) for at in paragraph if isinstance(part := parts[at], Line)]
    if len(widths) < 2:
        return set()
    *inner, last = widths
    full = max(inner)
    # A line may end early where the next word or number didn't fit: by two characters, or a seventh of the width.
    is_even = min(inner) >= full - max(4, full // 7)
    return set(paragraph[1:]) if is_even and last <= full + 2 else set()


def _width(text: str) -> int:
    """How wide ``text`` is set, a Chinese character counting as two."""
    return sum(1 if char.isascii() else 2 for char in text.strip())


def _can_go_on(first: Line, second: Line, *, indented: bool) -> bool:
    """Whether nothing forbids that ``second`` continues the sentence that ``first`` breaks off."""
    differs_in_setting = first.level or second.level or first.strong != second.strong
    if differs_in_setting or "\t" in first.text or "\t" in second.text:
        return False
    if _ends_sentence(first.text) or begins_item(second.text) or _is_heading(first, second):
        return False
    # An indent begins a paragraph, unless all lines of the file have one or none of the prose has.
    begins_paragraph = _INDENT.match(second.text) and (indented or _INDENT.match(first.text))
    return not begins_paragraph


def _ends_sentence(text: str) -> bool:
    """Whether ``text`` ends like a sentence; however long it is, only its end is looked at."""
    return bool(_END.search(text.rstrip()[-_LONGEST_END:]))


def _is_heading(first: Line, second: Line) -> bool:
    """Whether ``first`` is the heading of an item and ``second`` its text, not the rest of a heading."""
    text = first.text.strip()
    if len(text) > _LONGEST_HEADING or not begins_item(text) or _SENTENCE.search(text):
        return False
    if is_known_title(normalise(text)):
        return True
    return not _is_rest_of_heading(text, second.text.strip())


def _is_rest_of_heading(heading: str, rest: str) -> bool:
    """Whether ``rest`` is the end of a long heading, not a short sentence of its own under it."""
    # （一）深化政务公开工作，进一步规范依申请公开办 / 理流程。 is one heading of two lines: the first is long and the
    # second ends soon. 四、政府信息公开类行政复议、行政诉讼和举报申诉等情况 / 无。 is a whole heading and its text.
    end = _SENTENCE.search(rest)
    if len(heading) < _LONG or end is None or end.start() > _SHORT_REST:
        return False
    is_whole = bool(_WHOLE_HEADING.search(heading) or _SHORT_SENTENCE.match(rest))
    return not is_whole or bool(_GOES_ON.match(rest)) or is_word_across(heading, rest)


def _is_torn_by_page(first: Line, second: Line) -> bool:
    """An empty line is between them: only prose that breaks off, and goes on as prose, is one paragraph."""
    if not _is_prose(first):
        return False
    return bool(_END.search(second.text)) or _is_prose(second) or _is_open(first, second)


def _is_torn_by_line(first: Line, second: Line) -> bool:
    """A line break is between them: prose that breaks off, or a break inside a word or brackets."""
    return _is_prose(first) or _is_open(first, second) or is_word_across(first.text, second.text)


def _is_open(first: Line, second: Line) -> bool:
    """Whether ``first`` ends inside brackets, or ``second`` begins with a mark that never begins a line."""
    text = first.text
    if len(text.strip()) < _LONG:
        return False
    is_inside = any(text.count(left) > text.count(right) for left, right in ("（）", "《》", "“”", "()"))
    return is_inside or second.text.strip()[:1] in _NEVER_FIRST


def _is_prose(line: Line) -> bool:
    """Whether ``line`` is long and has commas, as the lines of a paragraph do and a name or a label does not."""
    ordinal = ordinal_of(line.text)
    text = ordinal.rest if ordinal else line.text
    return len(line.text.strip()) >= _LONG and bool(_INSIDE.search(text))


def _uses_gaps(parts: Sequence[Part]) -> bool:
    lines = [part for part in parts if isinstance(part, Line)][1:]
    return any(line.gap for line in lines)


def _uses_indent(parts: Sequence[Part]) -> bool:
    lines = [part for part in parts if isinstance(part, Line) and len(part.text) > _LONG]
    return sum(bool(_INDENT.match(line.text)) for line in lines) * 2 > len(lines)
