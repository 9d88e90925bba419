"""Pasted text against the whole corpus: for each piece, in which reports it stands verbatim, nearly, or not at all.

The rule: a piece stands verbatim only where its folded text stands as a whole, with neither end inside a number, as in
a quoted search; and every report that is held is answered for, so that "none" is never a guess. A line that can't be
read says so and stops nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from report_search import deadline
from report_search.analysis.arabic_numbers import inside_number
from report_search.analysis.sentences import sentences
from report_search.analysis.similarity import nearest
from report_search.errors import RequestError
from report_search.generations import ReportSummary
from report_search.search.searcher import IndexState, Searcher
from report_search.wording.marks import Change, changes
from report_search.wording.statements import Statement, joined, key_of, statements_of

MatchMode = Literal["sentences", "lines"]
MATCH_MODES: tuple[MatchMode, ...] = ("sentences", "lines")
MatchState = Literal["verbatim", "near", "none"]
MOST_CHARACTERS = 8000
"""Of a text that is cut into sentences."""
MOST_LINES = 500
LONGEST_PIECE = 1000
MOST_ANSWERS = 300_000
"""Pieces by reports: so many rows are answered at once."""
NEAR = 0.6
_SHORT, _NEAR_IF_SHORT = 16, 0.75
"""A few common words make half of a short sentence, so it has to be nearer."""


@dataclass(frozen=True, slots=True)
class MatchRow:
    """Where a piece stands in a report. ``changes`` turn what stands there into the piece; () unless it is near."""

    agency: str
    year: int | None
    report: str
    state: MatchState
    passage: str = ""
    similarity: float | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchedPiece:
    """A sentence or line that was pasted. ``code`` and ``message`` say why it can't be read, "" where it can."""

    text: str
    rows: tuple[MatchRow, ...] = ()
    code: str = ""
    message: str = ""

    def of_state(self, state: MatchState) -> tuple[MatchRow, ...]:
        """The rows of one state."""
        return tuple(row for row in self.rows if row.state == state)


@dataclass(frozen=True, slots=True)
class Matching:
    """Every piece in its order, each with a row for every report, by agency and then by year, the newest first."""

    mode: MatchMode
    pieces: tuple[MatchedPiece, ...]
    index: IndexState


def match(searcher: Searcher, text: str, *, mode: MatchMode = "sentences") -> Matching:
    """Where each sentence, or line, of ``text`` stands.

    Raises ``RequestError`` (``no-text``, ``too-long``, ``too-many-lines``, ``too-much``) where nothing can be answered.
    """
    pinned = searcher.pinned()
    pieces = _pieces(text, mode)
    corpus = _corpus_of(_Source.of(pinned))
    if len(pieces) * len(corpus.reports) > MOST_ANSWERS:
        most = MOST_ANSWERS // len(corpus.reports)
        raise RequestError(
            "too-much",
            f"已收录 {len(corpus.reports)} 份报告，一次最多比对 {most} 句。",
            hint="请分几次粘贴。",
        )
    return Matching(mode, tuple(_matched(piece, corpus) for piece in pieces), pinned.state())


def read_mode(typed: str) -> MatchMode:
    """The mode that was asked for; "" is the default. Raises ``RequestError`` (``bad-mode``) for any other."""
    for mode in MATCH_MODES:
        if typed in (mode, ""):
            return mode
    raise RequestError("bad-mode", f"参数 mode 不能是“{typed}”。", hint="sentences 按句，lines 按行。")


def _pieces(text: str, mode: MatchMode) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise RequestError("no-text", "没有要比对的文字。", hint="请粘贴一句话、一段话，或每行一句的清单。")
    if mode == "lines":
        if len(lines) > MOST_LINES:
            raise RequestError(
                "too-many-lines",
                f"一次最多 {MOST_LINES} 行，给出的是 {len(lines)} 行。",
                hint="请分几次粘贴。",
            )
        return lines
    if len(text) > MOST_CHARACTERS:
        raise RequestError(
            "too-long",
            f"一次最多 {MOST_CHARACTERS} 字，给出的是 {len(text)} 字。",
            hint="请分几次粘贴，或改为按行。",
        )
    return [sentence for line in lines for sentence in sentences(line)]


def _fault(piece: str) -> tuple[str, str]:
    """Why a piece can't be read, as a code and a message; ("", "") where it can."""
    if len(piece) > LONGEST_PIECE:
        return "too-long", f"超过 {LONGEST_PIECE} 字，没有比对。"
    if any(map(_is_unreadable, piece)):
        return "unreadable", "有无法识别的字符，可能是编码有误，没有比对。"
    if not any(char.isalnum() for char in piece):
        return "no-words", "没有文字或数字，没有比对。"
    return "", ""


def _is_unreadable(char: str) -> bool:
    """Whether a character stands for bytes that were none, or is a control character."""
    return char == "\ufffd" or (unicodedata.category(char) in ("Cc", "Cs") and char != "\t")


@dataclass(frozen=True, slots=True)
class _Source:
    """The generation that is matched against, and who reads it."""

    generation: tuple[str, str, int]
    searcher: Searcher = field(compare=False)

    @classmethod
    def of(cls, searcher: Searcher) -> _Source:
        state = searcher.state()
        return cls((state.generation, state.built, state.passages), searcher)


class _ReportText:
    """A report as it is matched: the folded texts of its passages, and its sentences."""

    def __init__(self, summary: ReportSummary, searcher: Searcher) -> None:
        self.summary = summary
        passages = [one for one in searcher.report_passages(summary.id) if not one.is_head]
        self.passages = [(key_of(one.text), one.id) for one in passages]
        self._statements = statements_of(passages)
        self._windows: dict[int, tuple[list[str], list[Sequence[Statement]]]] = {}

    def verbatim(self, key: str) -> str:
        """The passage in which ``key`` stands, "" for none."""
        return next((passage for text, passage in self.passages if key in text and _stands(key, text)), "")

    def near(self, key: str, *, sentences_long: int) -> tuple[Sequence[Statement], float] | None:
        """The sentences in a row that are nearest to ``key``, as many as it has, and how near they are."""
        keys, windows = self._windows_of(sentences_long)
        found = nearest(key, keys, at_least=NEAR if len(key) >= _SHORT else _NEAR_IF_SHORT)
        return (windows[found[0]], found[1]) if found else None

    def _windows_of(self, length: int) -> tuple[list[str], list[Sequence[Statement]]]:
        if length not in self._windows:
            said = self._statements
            windows = [said[at : at + length] for at in range(len(said) - length + 1)]
            whole = [one for one in windows if one[0].passage == one[-1].passage]
            self._windows[length] = ([key_of(joined(one)) for one in whole], list(whole))
        return self._windows[length]


def _stands(key: str, text: str) -> bool:
    """Whether ``key`` stands in ``text`` somewhere with neither end inside a number."""
    at = text.find(key)
    while at >= 0:
        if not inside_number(text, at) and not inside_number(text, at + len(key)):
            return True
        at = text.find(key, at + 1)
    return False


class _Corpus:
    """Every report of a generation, by agency and then by year, the newest first; cut when it is first needed."""

    def __init__(self, source: _Source) -> None:
        self._searcher = source.searcher

    @cached_property
    def reports(self) -> list[_ReportText]:
        summaries = sorted(
            self._searcher.reports(), key=lambda one: (one.agency_key, -(one.year or 0), one.id)
        )
        return [_ReportText(summary, self._searcher) for summary in summaries]


@lru_cache(maxsize=1)
def _corpus_of(source: _Source) -> _Corpus:
    """The corpus of the generation that was matched against last: cutting it takes longer than matching."""
    return _Corpus(source)


def _matched(piece: str, corpus: _Corpus) -> MatchedPiece:
    code, message = _fault(piece)
    if code:
        return MatchedPiece(piece, code=code, message=message)
    return MatchedPiece(piece, tuple(_rows(piece, corpus)))


def _rows(piece: str, corpus: _Corpus) -> Iterator[MatchRow]:
    said = sentences(piece)
    text = "".join(said) or piece
    key = key_of(text)
    for report in corpus.reports:
        deadline.check()
        summary = report.summary
        place = summary.agency, summary.year, summary.id
        if passage := report.verbatim(key):
            yield MatchRow(*place, "verbatim", passage, 1.0)
        elif found := report.near(key, sentences_long=max(1, len(said))):
            window, similarity = found
            yield MatchRow(*place, "near", window[0].passage, similarity, changes(joined(window), text))
        else:
            yield MatchRow(*place, "none")
