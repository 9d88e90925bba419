"""Pasted text against the whole corpus: for each piece, in which reports it stands verbatim, nearly, or not at all.

The rule: a piece stands verbatim only where its folded text stands as a whole, with neither end inside a number, as in
a quoted search; and every report that is held is answered for, so that "none" is never a guess. A line that can't be
read says so and stops nothing.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec import Struct

from report_search import deadline
from report_search.analysis.sentences import sentences
from report_search.errors import RequestError
from report_search.search.searcher import IndexState, Searcher
from report_search.wording.held_texts import HeldTexts, Places, Windows
from report_search.wording.library import Library
from report_search.wording.marks import Change, changes
from report_search.wording.statements import key_of

MatchMode = Literal["sentences", "lines"]
MATCH_MODES: tuple[MatchMode, ...] = ("sentences", "lines")
MatchState = Literal["verbatim", "near", "none"]
MOST_CHARACTERS = 8000
"""Of a text that is cut into sentences."""
MOST_LINES = 500
LONGEST_PIECE = 1000
MOST_ANSWERS = 3_000_000
"""Pieces by reports: so many rows are answered at once."""
MOST_MARKED, FEWEST_MARKED = 5000, 20
"""So many near texts are shown with their changes, shared by the pieces, and so many of a piece at least."""
NEAR = 0.6
_SHORT, _NEAR_IF_SHORT = 16, 0.75
"""A few common words make half of a short sentence, so it has to be nearer."""


class MatchRow(NamedTuple):
    """Where a piece stands in a report.

    ``changes`` turn what stands there into the piece; () unless it is near. They are None where so much is near that
    only the nearest is marked.
    """

    agency: str
    year: int | None
    report: str
    state: MatchState
    passage: str = ""
    similarity: float | None = None
    changes: tuple[Change, ...] | None = ()


class MatchYear(NamedTuple):
    """In how many reports of a year a piece stands, and the passage where it does first; "" where it does not."""

    year: int | None
    verbatim: int
    near: int
    passage: str


class MatchedPiece(Struct, frozen=True):
    """A sentence or line that was pasted. ``code`` and ``message`` say why it can't be read, "" where it can.

    Rows are made when they are asked for: of five hundred lines and three thousand reports there are a million.
    """

    text: str
    standing: PieceStanding | None = None
    code: str = ""
    message: str = ""

    @property
    def rows(self) -> Sequence[MatchRow]:
        """A row for every report, by agency and then by year, the newest first; none if it can't be read."""
        if self.standing is None:
            return ()
        found = self.standing.found()
        return [found.get(at, none) for at, none in enumerate(self.standing.corpus.none_rows)]

    def found(self, most: int | None = None) -> list[MatchRow]:
        """The rows of reports in which it stands; at most so many, those where it is nearest, in the same order."""
        found = self.standing.found(most) if self.standing else {}
        return [found[at] for at in sorted(found)]

    def count(self, state: MatchState) -> int:
        """The number of rows of a state."""
        return self.standing.count(state) if self.standing else 0

    def years(self) -> Sequence[MatchYear]:
        """Every year that is held, the newest first, what has no year last; none if it can't be read."""
        return self.standing.years() if self.standing else ()


class PieceStanding(Struct, frozen=True):
    """In which reports of a corpus ``text`` stands verbatim, and in which of the others nearly, by ``windows``.

    Of the different texts that are near it, the ``marked`` nearest are shown with their changes.
    """

    text: str
    corpus: MatchedCorpus
    verbatim: Places
    near: Places
    windows: Windows
    marked: int

    def count(self, state: MatchState) -> int:
        """The number of reports of a state."""
        verbatim, near = len(self.verbatim.reports), len(self.near.reports)
        return {"verbatim": verbatim, "near": near, "none": len(self.corpus.texts.reports) - verbatim - near}[
            state
        ]

    def found(self, most: int | None = None) -> dict[int, MatchRow]:
        """The rows by the numbers of the reports in which it stands; at most those ``most`` nearest."""
        verbatim, near = self.verbatim.nearest(most), self.near
        if most is not None:
            near = near.nearest(most - len(verbatim.reports))
        places, texts = self.corpus.places, self.corpus.texts
        rows = {
            at: MatchRow(*places[at], "verbatim", texts.passage_id(passage), 1.0)
            for at, passage in verbatim.pairs()
        }
        stands = [self.windows.text(window) for window in near.at.tolist()]
        marks = self._marks(stands, near)
        for (at, window), text, similarity in zip(
            near.pairs(), stands, near.similarity.tolist(), strict=True
        ):
            passage_id = self._passage_of(window)
            rows[at] = MatchRow(*places[at], "near", passage_id, similarity, marks.get(text))
        return rows

    def years(self) -> list[MatchYear]:
        """Every year that is held, with the number of reports in which it stands."""
        counts, first = Counter[tuple[int | None, MatchState]](), dict[int | None, str]()
        for at, passage in self.verbatim.pairs():
            year = self.corpus.texts.reports[at].year
            counts[year, "verbatim"] += 1
            first.setdefault(year, self.corpus.texts.passage_id(passage))
        for at, window in self.near.pairs():
            year = self.corpus.texts.reports[at].year
            counts[year, "near"] += 1
            first.setdefault(year, self._passage_of(window))
        return [
            MatchYear(year, counts[year, "verbatim"], counts[year, "near"], first.get(year, ""))
            for year in self.corpus.years
        ]

    def _marks(self, texts: Sequence[str], near: Places) -> dict[str, tuple[Change, ...]]:
        """The changes of the texts that stand at the places, of those nearest."""
        different = dict.fromkeys(texts[at] for at in near.by_nearness().tolist())
        return {text: changes(text, self.text) for text in islice(different, self.marked)}

    def _passage_of(self, window: int) -> str:
        return self.corpus.texts.passage_id(int(self.windows.passages[window]))


class Matching(Struct, frozen=True):
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
    if len(pieces) * len(corpus.texts.reports) > MOST_ANSWERS:
        most = MOST_ANSWERS // len(corpus.texts.reports)
        raise RequestError(
            "too-much",
            f"已收录 {len(corpus.texts.reports)} 份报告，一次最多比对 {most} 句。",
            hint="请分几次粘贴。",
        )
    marked = max(FEWEST_MARKED, MOST_MARKED // len(pieces))
    matched: dict[int, MatchedPiece] = {}
    # Those of equally many sentences one after the other: what they are compared with is laid out once.
    for at in sorted(range(len(pieces)), key=lambda at: len(sentences(pieces[at]))):
        matched[at] = _matched(pieces[at], corpus, marked=marked)
    return Matching(mode, tuple(matched[at] for at in range(len(pieces))), pinned.state())


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

    folder: Path
    searcher: Searcher = field(compare=False)

    @classmethod
    def of(cls, searcher: Searcher) -> _Source:
        return cls(searcher.generation().folder, searcher)


class MatchedCorpus:
    """Every report of a generation, by agency and then by year, the newest first."""

    def __init__(self, texts: HeldTexts) -> None:
        self.texts = texts
        self.places = tuple((one.agency, one.year, one.id) for one in texts.reports)
        """Agency, year and id of each report."""
        self.none_rows = tuple(MatchRow(*place, "none") for place in self.places)
        """The row of each report for what does not stand there."""
        self.years = sorted({one.year for one in texts.reports}, key=lambda year: -(year or 0))


@lru_cache(maxsize=1)
def _corpus_of(source: _Source) -> MatchedCorpus:
    """The corpus of the generation that was matched against last: laying it out takes longer than matching."""
    with deadline.uncounted():
        library = Library(source.searcher)
        said = dict(library.every_report())
        summaries = sorted(
            library.summaries.values(), key=lambda one: (one.agency_key, -(one.year or 0), one.id)
        )
        return MatchedCorpus(HeldTexts((one, said.get(one.id, ())) for one in summaries))


def _matched(piece: str, corpus: MatchedCorpus, *, marked: int) -> MatchedPiece:
    deadline.check()
    code, message = _fault(piece)
    if code:
        return MatchedPiece(piece, code=code, message=message)
    said = sentences(piece)
    text = "".join(said) or piece
    key = key_of(text)
    verbatim = corpus.texts.verbatim(key)
    windows = corpus.texts.windows(max(1, len(said)))
    near = windows.nearest(key, at_least=NEAR if len(key) >= _SHORT else _NEAR_IF_SHORT)
    return MatchedPiece(piece, PieceStanding(text, corpus, verbatim, near.but(verbatim), windows, marked))
