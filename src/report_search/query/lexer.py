"""From what was typed to tokens: words, exact wording, operators, fields, parentheses.

Both keyboards write the same language: the query is read in half width, with every position kept. What only looks
like an operator (COVID-19, 单位：万元, 规章(试行), 12:30) stays inside its word. The rule: the lexer never fails; it
leaves out what it cannot read and notes it as a problem.

Operators: ``整份:`` before what a whole report is asked for; ``-`` at the start or after white space, with a word right
behind it; ``NOT``, ``AND``, ``OR`` and ``NEAR/10`` in capitals, between blanks; ``|``; ``同句(``; parentheses that
group (see ``brackets``); fields.

``外交部 -“公司” (护照 OR 12:30)`` gives WORDS 外交部, NOT, EXACT “公司”, OPEN, WORDS 护照, OR, WORDS 12:30, CLOSE.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from msgspec import Struct

from report_search.analysis.fold import fold_text
from report_search.fields import DOCUMENT_NAMES
from report_search.query.brackets import Brackets, find_brackets
from report_search.query.diagnostics import Edit, Problem
from report_search.query.fields import FIELD_LIKE, Clause, FieldSource, Misread, read_field, unknown_field
from report_search.query.foreign_syntax import WEIGHT, foreign_problems, weight_problem
from report_search.query.lexicon import Lexicon
from report_search.query.numbers.ranges import read_number
from report_search.query.quotes import Quotes, find_quotes
from report_search.query.wildcards import count_wildcards, has_wildcards

MAX_LENGTH = 8000
"""How many code points a query may have."""
MAX_DEPTH = 60
"""How deep groups may nest."""
DISTANCE = 10
"""How far apart ``NEAR`` without a number allows its operands."""
MAX_DISTANCE = 500
MAX_STARS = 8
"""How many wildcards a word may hold."""

BLANK = "\x00"
"""Takes the place of every character of a quoted stretch, so that no operator is found inside and positions stay."""
# An operator begins and ends at a blank, a separator, a bar, a parenthesis or a quoted stretch.
_ALONE = r"(?<![^\s,、;()|\x00])(?:%s)(?![^\s,、;()|\x00])"
_OPERATOR = re.compile(
    _ALONE % r"(?P<or>OR)|(?P<and>AND)|(?P<not>NOT(?=[\s(\x00]|$))|(?P<near>NEAR)(?:/(?P<distance>\d+))?"
)
# The commas in 1,234 are part of the number and separate nothing.
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)")
_DASHES = "-−"
_BEGINS = r"(?<![^\s,、;(|\x00-])"
_NAMES = "|".join(DOCUMENT_NAMES)
_BEHIND_REPORT = "|".join(f"(?<={name}:)" for name in DOCUMENT_NAMES)
_REPORT = re.compile(rf"(?i:{_BEGINS}|{_BEHIND_REPORT})(?i:{_NAMES}):[ \t]*")
_REPORT_CALL = re.compile(rf"{_REPORT.pattern}[{_DASHES}]?\(")
_SENTENCE = re.compile(rf"(?i:{_BEGINS}|{_BEHIND_REPORT})同句\(")
# 领保OR护照: typed without the blanks that would make it an operator.
_ATTACHED = re.compile(r"(?<=[\u3400-\u9fff])(?:OR|AND|NOT|NEAR/\d+)(?=[\u3400-\u9fff])")
# -183 may be meant as a number; -2014 is a year to be excluded.
_NEGATIVE = re.compile(r"[-−](?!(?:19|20)\d\d(?!\d))\d+(?:[.,]\d+)*%?(?![^\s,、;()|])")
_SEPARATORS = frozenset(",、;")


class TokenKind(Enum):
    """What a token is."""

    WORDS = "words"
    EXACT = "exact"
    PATTERN = "pattern"
    FIELD = "field"
    NOT = "not"
    AND = "and"
    OR = "or"
    NEAR = "near"
    SENTENCE = "sentence"
    REPORT = "report"
    OPEN = "open"
    CLOSE = "close"


class Token(Struct, frozen=True):
    """One token: ``text[start:end]`` of the query. ``SENTENCE`` includes its opening parenthesis, ``REPORT``
    is 整份: with the blanks behind it.

    ``distance`` belongs to NEAR, ``clause`` to FIELD.
    """

    kind: TokenKind
    start: int
    end: int
    distance: int = 0
    clause: Clause | None = None


class Lexed(Struct, frozen=True):
    """The tokens of a query in order and what was wrong with it."""

    tokens: tuple[Token, ...]
    problems: tuple[Problem, ...]


def lex(text: str, lexicon: Lexicon) -> Lexed:
    """The tokens of ``text``, which has at most ``MAX_LENGTH`` code points."""
    return _Lexer(text, lexicon).run()


def begins_operator(text: str) -> bool:
    """Whether ``text``, if it were a query by itself, would begin with an operator or a field."""
    start = half_width(text[:40])
    return start[:1] in ("*", *_DASHES) or any(
        pattern.match(start) is not None for pattern in (_OPERATOR, _SENTENCE, FIELD_LIKE)
    )


def half_width(text: str) -> str:
    """``text`` with each character in half width if there is one; the length stays, so positions do too."""
    return "".join(_HALF.get(mark) or _half_width_of(mark) for mark in text)


_HALF: dict[str, str] = {chr(code): chr(code) for code in range(128)}


def _half_width_of(mark: str) -> str:
    if mark.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", mark)
    # Chinese characters and radicals are left to folding; what becomes several characters (㎡) would move positions.
    if "\u2e80" <= mark < "\ufe00" or len(folded) != 1 or folded.isspace():
        return mark
    return folded


class _Lexer:
    """Reads one query from left to right.

    ``masked`` is the query in half width with quoted stretches blanked: 机关：“外交部” becomes 机关: and five NULs. All
    patterns look at it, while what is shown or folded is cut out of ``text`` at the same positions.
    """

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self.quotes = find_quotes(text)
        self.masked = _masked(text, self.quotes)
        self.brackets = self._find_brackets()
        self.grouping = self.brackets.grouping()
        self.weights = {found.start(): found for found in WEIGHT.finditer(self.masked)}
        self.dropped = frozenset((*self.quotes.unpaired, *self.brackets.unpaired, *self.brackets.too_deep))
        self.marks_between_words = frozenset((*self.grouping, *self.dropped, *self.weights))
        self.quoted = {quote.start: quote.end for quote in self.quotes.pairs}
        self.source = FieldSource(text, self.masked, self.quoted, self.grouping)
        self.commas_in_numbers = {
            at
            for number in _NUMBER.finditer(self.masked)
            for at in range(number.start(), number.end())
            if self.masked[at] == ","
        }
        self.tokens: list[Token] = []
        self.problems: list[Problem] = [*foreign_problems(self.masked)]

    def _find_brackets(self) -> Brackets:
        found = list(_OPERATOR.finditer(self.masked))
        bars = [at for at, mark in enumerate(self.masked) if mark == "|"]
        calls = [match.end() - 1 for match in _SENTENCE.finditer(self.masked)]
        calls += [match.end() - 1 for match in _REPORT_CALL.finditer(self.masked)]
        opened = [match.end() for match in found if self.masked[match.end() : match.end() + 1] == "("]
        operators = sorted((*(match.start() for match in found), *bars, *calls))
        return find_brackets(self.masked, operators, calls=frozenset((*calls, *opened)), depth=MAX_DEPTH)

    def run(self) -> Lexed:
        self._note_unpaired()
        at = 0
        while at < len(self.masked):
            at = self._step(at)
        return Lexed(tuple(self.tokens), tuple(self.problems))

    def _step(self, at: int) -> int:
        """Read what begins at ``at``, and give the position behind it."""
        mark = self.masked[at]
        if at in self.quoted:
            return self._exact(at, self.quoted[at])
        if at in self.dropped or mark.isspace() or mark in _SEPARATORS:
            return at + 1
        if at in self.grouping:
            return self._token(TokenKind.OPEN if at in self.brackets.opens else TokenKind.CLOSE, at, at + 1)
        if at in self.weights:
            self.problems.append(weight_problem(self.weights[at]))
            return self.weights[at].end()
        if mark == "|":
            return self._token(TokenKind.OR, at, at + 1)
        # Each gives the position behind what it read, or None if nothing of its kind begins here. Words come last:
        # they take what is left.
        return self._operator(at) or self._minus(at) or self._field(at) or self._words(at)

    def _token(self, kind: TokenKind, start: int, end: int, *, distance: int = 0) -> int:
        self.tokens.append(Token(kind, start, end, distance))
        return end

    def _exact(self, start: int, end: int) -> int:
        if fold_text(self.text[start + 1 : end - 1].replace("\t", " ")):
            return self._token(TokenKind.EXACT, start, end)
        self._problem("empty-phrase", "引号里没有内容。", start, Edit(start, end))
        return end

    def _operator(self, at: int) -> int | None:
        if found := _SENTENCE.match(self.masked, at):
            opens = found.end() - 1
            return self._token(TokenKind.SENTENCE, at, found.end()) if opens in self.grouping else None
        if found := _REPORT.match(self.masked, at):
            return self._report(found)
        found = _OPERATOR.match(self.masked, at)
        if found is None:
            return None
        kind = TokenKind(found.lastgroup if found.lastgroup != "distance" else "near")
        return self._near(found) if kind is TokenKind.NEAR else self._token(kind, at, found.end())

    def _near(self, found: re.Match[str]) -> int:
        distance = int((found["distance"] or str(DISTANCE))[:6])
        if distance > MAX_DISTANCE:
            message = f"NEAR 的距离最多是 {MAX_DISTANCE} 个字。"
            edit = Edit(found.start(), found.end(), f"NEAR/{MAX_DISTANCE}")
            self._problem("bad-distance", message, found.start(), edit)
            distance = MAX_DISTANCE
        return self._token(TokenKind.NEAR, found.start(), found.end(), distance=distance)

    def _minus(self, at: int) -> int | None:
        """A minus that excludes: ``公司 -企业``, but neither ``COVID-19`` nor ``公司 - 企业`` nor ``--``."""
        if self.masked[at] not in _DASHES or not self._may_exclude(at):
            return None
        behind = self.masked[at + 1] if at + 1 < len(self.masked) else " "
        if behind in "-−|" or behind in _SEPARATORS:
            return None
        if not behind.isspace():
            self._note_negative(at)
            return self._token(TokenKind.NOT, at, at + 1)
        self._note_minus_before_blank(at)
        return at + 1

    def _may_exclude(self, at: int) -> bool:
        """Whether what is before a minus lets it be an operator."""
        before = self.masked[at - 1] if at else " "
        opens_group = before == "(" and at - 1 in self.grouping
        return before.isspace() or before == "|" or opens_group or self._is_behind_report(at)

    def _is_behind_report(self, at: int) -> bool:
        """Whether 整份: ends at ``at``."""
        return bool(self.tokens) and self.tokens[-1].kind is TokenKind.REPORT and self.tokens[-1].end == at

    def _note_minus_before_blank(self, at: int) -> None:
        # 公司 - 企业 is repaired by closing the gap; a minus at either end of the query excludes nothing and goes.
        word = len(self.masked) - len(self.masked[at + 1 :].lstrip())
        is_between_words = word < len(self.masked) and at > 0
        edit = Edit(at + 1, word) if is_between_words else Edit(at, at + 1)
        self._problem("lone-operator", "减号后面要紧跟要排除的词。", at, edit)

    def _note_negative(self, at: int) -> None:
        """A minus before a number excludes it; a hint says how to look for a negative number."""
        if found := _NEGATIVE.match(self.masked, at):
            typed = self.text[at : found.end()]
            message = f"“{typed}”已理解为排除 {typed[1:]}；要查找负数 {typed}，请加引号。"
            edits = (Edit(at, found.end(), f'"{typed}"'),)
            self.problems.append(Problem("negative-number", message, at, edits, fatal=False))

    def _report(self, found: re.Match[str]) -> int:
        """整份: before a word, a quote, a parenthesis, a minus or a field."""
        at = found.start()
        mark = self.masked[found.end() : found.end() + 1]
        is_empty = (
            mark in ("", "|", "\n") or mark in _SEPARATORS or (mark == ")" and found.end() in self.grouping)
        )
        if not is_empty:
            return self._token(TokenKind.REPORT, at, found.end())
        name = self.masked.index(":", at)
        message = f"“{self.text[at:name]}:”后面没有要在整份报告里查找的词。"
        self._problem("empty-value", message, at, Edit(name, found.end(), " "))
        return self._token(TokenKind.WORDS, at, name)

    def _field(self, at: int) -> int | None:
        begins_token = at == 0 or self.masked[at - 1].isspace() or self.masked[at - 1] in ",、;(|-−\x00"
        if not begins_token and not self._is_behind_report(at):
            return None
        found = read_number(self.source, at) or read_field(self.source, at, lexicon=self.lexicon)
        if isinstance(found, Clause):
            if found.problem is not None:
                self.problems.append(found.problem)
            self.tokens.append(Token(TokenKind.FIELD, at, found.end, clause=found))
            return found.end
        if isinstance(found, Misread):
            self.problems.append(found.problem)
            kind = TokenKind.EXACT if found.start in self.quoted else TokenKind.WORDS
            return self._token(kind, found.start, found.end)
        if problem := unknown_field(self.source, at):
            self.problems.append(problem)
        return None

    def _words(self, at: int) -> int:
        """A stretch of words: all up to the next blank, separator, quote or grouping parenthesis."""
        end = at + 1
        while end < len(self.masked) and not self._ends_word(end):
            end += 1
        typed = self.masked[at:end]
        self._note_attached(at, typed)
        if has_wildcards(self.text[at:end]):
            self._wild(at, typed)
        else:
            self._token(TokenKind.WORDS, at, end)
        return end

    def _note_attached(self, at: int, typed: str) -> None:
        for found in _ATTACHED.finditer(typed):
            start, end = at + found.start(), at + found.end()
            message = f"要把 {found[0]} 当作运算符，请在两边加空格；这里已按普通词语处理。"
            edits = (Edit(start, end, f" {found[0]} "),)
            self.problems.append(Problem("glued-operator", message, start, edits, fatal=False))

    def _wild(self, at: int, typed: str) -> None:
        """A word with wildcards; one at its edge means nothing, since a word is found inside others anyway."""
        word = typed.strip("*?")
        start = at + len(typed) - len(typed.lstrip("*?"))
        end = start + len(word)
        if not any(mark.isalnum() for mark in word):
            message = "* 要写在词语中间，代表几个字。"
            self._problem("lone-operator", message, at, Edit(at, at + len(typed), " "))
        elif count_wildcards(word) > MAX_STARS:
            message = f"一个词里最多用 {MAX_STARS} 个 * 或 ?。"
            self._problem("too-many-stars", message, at, *_without_wildcards(typed, at))
            self._token(TokenKind.WORDS, start, end)
        else:
            if word != typed.rstrip("?"):
                message = "词首词尾的 * 不起作用（词语本来就按包含查找），已忽略。"
                edits = Edit(at, start), Edit(end, at + len(typed))
                self.problems.append(Problem("edge-star", message, at, edits, fatal=False))
            self._token(
                TokenKind.PATTERN if has_wildcards(self.text[start:end]) else TokenKind.WORDS, start, end
            )

    def _ends_word(self, at: int) -> bool:
        mark = self.masked[at]
        if mark in _SEPARATORS:
            return at not in self.commas_in_numbers
        return mark.isspace() or mark in ("|", BLANK) or at in self.marks_between_words

    def _note_unpaired(self) -> None:
        for at in self.quotes.unpaired:
            self._problem("unbalanced-quote", "引号没有成对。", at, *_quote_edits(self.text, at))
        for at in self.brackets.unpaired:
            opens = self.masked[at] == "("
            message = "左括号没有对应的右括号。" if opens else "右括号没有对应的左括号。"
            edit = Edit(len(self.text), len(self.text), ")") if opens else Edit(at, at + 1)
            self._problem("unbalanced-parenthesis", message, at, edit)
        for at in sorted(self.brackets.too_deep):
            self._problem("too-deep", f"括号最多嵌套 {MAX_DEPTH} 层。", at, Edit(at, at + 1))

    def _problem(self, code: str, message: str, position: int, *edits: Edit) -> None:
        self.problems.append(Problem(code, message, position, edits))


def _masked(text: str, quotes: Quotes) -> str:
    """``text`` in half width, with every quoted stretch blanked."""
    parts: list[str] = []
    at = 0
    for quote in quotes.pairs:
        parts += (half_width(text[at : quote.start]), BLANK * (quote.end - quote.start))
        at = quote.end
    return "".join((*parts, half_width(text[at:])))


def _without_wildcards(typed: str, at: int) -> tuple[Edit, ...]:
    return tuple(Edit(at + wild, at + wild + 1, " ") for wild, mark in enumerate(typed) if mark in "*?")


def _quote_edits(text: str, at: int) -> tuple[Edit, ...]:
    """Edits that repair a lone quotation mark: “公司 → "公司", 公司” → "公司"; anywhere else it is taken away."""
    before, behind = text[:at], text[at + 1 :]
    opens_stretch = behind.strip() and (not before or before[-1].isspace())
    if opens_stretch and '"' not in behind:
        return Edit(at, at + 1, '"'), Edit(len(text), len(text), '"')
    if opens_stretch:
        return (Edit(at, at + 1),)
    ends_query = before.strip() and not behind.strip()
    if ends_query:
        start = max(before.rfind(" "), before.rfind("\u3000")) + 1
        return Edit(start, start, '"'), Edit(at, at + 1, '"')
    return (Edit(at, at + 1),)
