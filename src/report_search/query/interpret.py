"""Reading a query: from what was typed to the tree, with an account of how it was read.

Strict reading (API, command line) refuses what it can't understand, with a position and a repaired query. Lenient
reading (the page) always gives a tree, and a hint for each thing it could not take as typed. A query that was not
understood is never read as if nothing had been asked: if nothing else is left, what was typed is exact wording. A
question that no passage can answer (who does not mention something) finds nothing, and a hint says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from report_search.analysis.encoding_faults import Misencoded, find_encoding_fault
from report_search.errors import RequestError
from report_search.query.ast import Everything, Not, Query
from report_search.query.builder import MAX_LEAVES, Builder
from report_search.query.diagnostics import Edit, Problem, repaired
from report_search.query.lexer import MAX_LENGTH, Token, TokenKind
from report_search.query.lexicon import Lexicon
from report_search.query.parser import ParsedQuery, parse, repair
from report_search.query.query_parts import QueryPart
from report_search.query.questions import asks_absence, silent_about
from report_search.record import Record

MOST_HINTS = 20
"""How many problems of a query are shown; the suggestion of the first repairs them all."""
MOST_CHECKED = 20_000
"""Up to so many code points in all, the queries without each part are parsed and repaired if need be."""

ASKS_ABSENCE = "asks-absence"
"""The code of the hint on a question about a silence; its suggestion is what is to be looked up by agency and year."""

__all__ = ["ASKS_ABSENCE", "Hint", "Interpretation", "QueryPart", "read"]


class Hint(Record, frozen=True):
    """Something to know about how a query was read.

    ``position`` is a code-point offset into the query. ``suggestion`` is a query that says what was probably
    meant and that strict reading takes; "" if none is known.
    """

    code: str
    message: str
    position: int
    suggestion: str


class Interpretation(Record, frozen=True):
    """A query as it was read: its tree, its parts in order, its hints in order of position."""

    tree: Query
    read_as: tuple[QueryPart, ...]
    hints: tuple[Hint, ...]


def read(text: str, lexicon: Lexicon, *, strict: bool, expand: bool = True) -> Interpretation:
    """Read a query. ``expand`` lets listed synonyms satisfy unquoted words.

    Raises ``RequestError`` if ``strict`` and the query can't be taken as typed.
    """
    hints: list[Hint] = []
    if fault := find_encoding_fault(text[:MAX_LENGTH]):
        hints.append(_misencoded(fault, _as_readable(fault.meant, lexicon), strict=strict))
    if len(text) > MAX_LENGTH:
        hints.append(_too_long(text, strict=strict))
        text = text[:MAX_LENGTH]
    parsed = parse(text, lexicon)
    if strict and parsed.fatal:
        raise _error(parsed, lexicon)
    hints += _hints(parsed, lexicon)
    builder = Builder(parsed, lexicon, expand=expand)
    tree = builder.build()
    if builder.overflow is not None:
        hints.append(_too_many(builder.overflow, strict=strict))
    if _asks_absence(parsed):
        tree = Not(Everything())
        hints.append(_absence(_silent_about(parsed, lexicon)))
    elif builder.weighing:
        hints.append(_weighing(text, builder.weighing, lexicon))
    parts = _with_repairs(builder.parts, parsed, lexicon)
    return Interpretation(tree, parts, tuple(sorted(hints, key=lambda hint: hint.position)))


_READ = {
    "unbalanced-quote": "已按未加引号处理。",
    "unbalanced-parenthesis": "已忽略。",
    "too-deep": "更深的括号已忽略。",
    "lone-operator": "已忽略。",
    "empty-phrase": "已忽略。",
    "empty-group": "已忽略。",
    "unknown-value": "已按词语查找。",
    "unknown-field": "已按词语查找。",
    "empty-value": "已按词语查找。",
    "misplaced-operator": "已按并列关系处理。",
    "too-many-stars": "已按词语查找。",
}
"""How lenient reading took what the problem is about."""


def _error(parsed: ParsedQuery, lexicon: Lexicon) -> RequestError:
    first = parsed.fatal[0]
    suggestion = repair(parsed, lexicon)
    hint = f"可以改为：{suggestion}" if suggestion else ""
    return RequestError(first.code, first.message, hint=hint, position=first.position, suggestion=suggestion)


def _with_repairs(parts: list[QueryPart], parsed: ParsedQuery, lexicon: Lexicon) -> tuple[QueryPart, ...]:
    """The parts, with ``without`` repaired where removing the part leaves a query that strict reading refuses.

    In a pasted text a mark may lose its partner: 规章(试行)工作 without 规章 is 试行)工作.
    """
    if parsed.fatal or len(parts) * len(parsed.text) > MOST_CHECKED:
        return tuple(parts)
    checked = []
    for part in parts:
        rest = parse(part.without, lexicon)
        if rest.fatal:
            part = replace(part, without=repair(rest, lexicon))
        elif find_encoding_fault(part.without):
            # What is left looks like lost characters only by chance: in quotes it is literal.
            part = replace(part, without=f"「{part.without}」")
        checked.append(part)
    return tuple(checked)


def _hints(parsed: ParsedQuery, lexicon: Lexicon) -> list[Hint]:
    if not parsed.problems:
        return []
    whole = repair(parsed, lexicon) if parsed.fatal else ""
    return [_as_hint(problem, parsed, lexicon, whole=whole) for problem in parsed.problems[:MOST_HINTS]]


def _as_hint(problem: Problem, parsed: ParsedQuery, lexicon: Lexicon, *, whole: str) -> Hint:
    suggestion = whole if problem.fatal else repair(parsed, lexicon, *problem.edits)
    return Hint(problem.code, problem.message + _READ.get(problem.code, ""), problem.position, suggestion)


def _asks_absence(parsed: ParsedQuery) -> bool:
    """Whether the words of a query ask who does not say something; quoted wording may stand among them."""
    kinds = {token.kind for token in parsed.tokens}
    if not kinds <= {TokenKind.WORDS, TokenKind.EXACT, TokenKind.FIELD}:
        return False
    shown = (token for token in parsed.tokens if token.kind is not TokenKind.FIELD)
    return asks_absence("".join(parsed.text[token.start : token.end] for token in shown))


def _weighing(text: str, quoted: Sequence[Token], lexicon: Lexicon) -> Hint:
    """Tells that what stands in Chinese quotation marks in a question is not demanded; the suggestion demands it."""
    wording = text[quoted[0].start + 1 : quoted[0].end - 1]
    edits = (Edit(at, at + 1, '"') for token in quoted for at in (token.start, token.end - 1))
    message = f"问题里用“”「」引出的话（“{wording}”）只影响排序，不要求原样出现；要只看原样含有它的段落，请改用直引号。"
    demanded = repaired(text, edits)
    # Beside a mark without its partner, a straight one may open or close what it should not: ？““领事保护”.
    return Hint("quotes-weigh", message, quoted[0].start, _as_readable(demanded, lexicon))


def _silent_about(parsed: ParsedQuery, lexicon: Lexicon) -> str:
    """What a question about a silence asks for, as a query that strict reading takes; "" if it can't be told.

    Fields and quoted wording stay as typed; of the words between them the frame of the question is left out.
    """
    kept: dict[TokenKind, list[str]] = {TokenKind.FIELD: [], TokenKind.EXACT: []}
    words, end = "", 0
    for token in parsed.tokens:
        typed = parsed.text[token.start : token.end]
        # Blanks between words stay: they ask for both, wherever they stand.
        words += parsed.text[end : token.start]
        end = token.end
        if token.kind is TokenKind.WORDS:
            words += typed
            continue
        kept[token.kind].append(typed)
        # Where the quotes stood the frame may close (没有提到“护照”的机关): a mark keeps their place.
        words += _PLACE if token.kind is TokenKind.EXACT else ""
    rest = _BESIDE_PLACE.sub(" ", silent_about(words)).strip()
    asked = " ".join((*kept[TokenKind.FIELD], _agency_first(rest, lexicon), *kept[TokenKind.EXACT])).strip()
    return "" if parse(asked, lexicon).fatal or asks_absence(asked) else asked


_PLACE = "\ufffc"
"""Stands for quoted wording among words."""
_BESIDE_PLACE = re.compile(rf"[和与及或、]?\s*{_PLACE}\s*[和与及或、]?")
"""A mark with what joins it to others."""


def _agency_first(words: str, lexicon: Lexicon) -> str:
    """``words`` with an agency at their beginning as a field: 外交部 领事保护 is 机关:外交部 领事保护."""
    first, _, rest = words.partition(" ")
    agency = lexicon.resolve("agency", first) if rest else None
    return f"机关:{first} {rest}" if agency else words


def _absence(suggestion: str) -> Hint:
    message = (
        "这句话问的是谁没有写。段落只能说明写了什么，所以没有列出段落；请按机关和年份查看谁提到、谁没有提到。"
        "要列出通篇没有某个说法的报告，请写 整份:-“原话”；"
        "要找原文里的“没有……”，请把这几个字放进引号。"
    )
    return Hint(ASKS_ABSENCE, message, 0, suggestion)


def _as_readable(text: str, lexicon: Lexicon) -> str:
    """A query that is to be suggested: as strict reading takes it, or "" if it takes it in no form."""
    try:
        read(text, lexicon, strict=True)
    except RequestError as error:
        return error.suggestion
    return text


def _misencoded(fault: Misencoded, meant: str, *, strict: bool) -> Hint:
    if strict:
        hint = f"可以改为：{meant}" if meant else "请用 UTF-8 编码发送检索式，地址中只编码一次。"
        raise RequestError(fault.code, fault.message, hint=hint, position=fault.position, suggestion=meant)
    return Hint(fault.code, f"{fault.message}已按收到的字查找。", fault.position, meant)


def _too_long(text: str, *, strict: bool) -> Hint:
    message = f"检索式最多 {MAX_LENGTH} 个字，收到 {len(text)} 个。"
    if strict:
        raise RequestError("too-long", message, hint="请只用其中有特点的词句检索。", position=MAX_LENGTH)
    return Hint("too-long", f"{message}只检索了前 {MAX_LENGTH} 个字。", MAX_LENGTH, "")


def _too_many(position: int, *, strict: bool) -> Hint:
    message = f"检索式最多含 {MAX_LEAVES} 个词语。"
    if strict:
        raise RequestError("too-many-words", message, hint="请只用其中有特点的词句检索。", position=position)
    return Hint("too-many-words", f"{message}只检索了前 {MAX_LEAVES} 个。", position, "")
