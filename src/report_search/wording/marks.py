"""Marks: what was added to a text and what was dropped, in words.

The rule: a number is one token, so that 157次 becomes 225场 and never 1⟨57⟩, and a number that did not change is not
marked; rows of as many cells are compared cell by cell. Put together, what was kept and inserted is the new text, what
was kept and deleted the old one; where the two print a kept word differently (width, 繁/简), it is given as the new
text prints it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from msgspec import Struct

from report_search.analysis.arabic_numbers import NUMBER
from report_search.analysis.fold import fold, fold_text
from report_search.analysis.similarity import Edit, opcodes
from report_search.analysis.word_segmenter import query_segmenter
from report_search.fields import BORDER

_WHOLE = re.compile(rf"{NUMBER}|[〇零一二三四五六七八九十百千万亿两]{{2,}}")
_DIGIT = re.compile(r"[0-9]")
_RUN = re.compile('[^,。、;:!?()"《》\t]*[,。、;:!?()"《》\t]|[^,。、;:!?()"《》\t]+')
"""What stands between signs that no word has, as folding leaves them, with the sign behind it."""


class Change(Struct, frozen=True):
    """A piece of a text that was kept, inserted or deleted, as printed."""

    op: Edit
    text: str


class _Token(Struct, frozen=True):
    """A word, a number or a single sign: as printed, and as it is compared."""

    text: str
    key: str

    @property
    def is_number(self) -> bool:
        return bool(_DIGIT.search(self.key))


def changes(old: str, new: str) -> tuple[Change, ...]:
    """What turns ``old`` into ``new``, piece by piece; of a changed place what was deleted comes first."""
    before, after = old.split(BORDER), new.split(BORDER)
    if len(before) != len(after):
        return tuple(_changes(old, new))
    pieces = list(_changes(before[0], after[0]))
    for old_cell, new_cell in zip(before[1:], after[1:], strict=True):
        pieces += [Change("keep", BORDER), *_changes(old_cell, new_cell)]
    return tuple(_with_kept_joined(pieces))


def _with_kept_joined(pieces: Iterable[Change]) -> Iterator[Change]:
    for is_kept, run in groupby(pieces, key=lambda piece: piece.op == "keep"):
        if is_kept:
            yield Change("keep", "".join(piece.text for piece in run))
        else:
            yield from run


def _changes(old: str, new: str) -> Iterator[Change]:
    before, after = _tokens(old), _tokens(new)
    steps = list(opcodes([token.key for token in before], [token.key for token in after]))
    found: list[tuple[list[_Token], list[_Token], list[_Token]]] = []
    for step in steps:
        if step.edit == "keep":
            found.append((list(after[step.new_start : step.new_end]), [], []))
            continue
        if not found or found[-1][0]:
            found.append(([], [], []))
        found[-1][1].extend(before[step.old_start : step.old_end])
        found[-1][2].extend(after[step.new_start : step.new_end])
    yield from _pieces(_without_islands(found))


def only_numbers_changed(pieces: Sequence[Change]) -> bool:
    """Whether something changed, and nothing but numbers."""
    changed = [piece for piece in pieces if piece.op != "keep"]
    return bool(changed) and all(_is_number(piece.text) for piece in changed)


_Piece = tuple[list[_Token], list[_Token], list[_Token]]
"""Kept tokens; or deleted and inserted ones."""


def _without_islands(found: Sequence[_Piece]) -> list[_Piece]:
    """The pieces, a single kept character between two changes made a part of the change around it."""
    merged: list[_Piece] = []
    for at, piece in enumerate(found):
        is_inside = bool(merged) and at + 1 < len(found)
        if is_inside and _is_island(piece[0]):
            kept = piece[0]
            merged[-1] = ([], [*merged[-1][1], *kept], [*merged[-1][2], *kept])
        elif merged and not piece[0] and not merged[-1][0]:
            merged[-1] = ([], [*merged[-1][1], *piece[1]], [*merged[-1][2], *piece[2]])
        else:
            merged.append(piece)
    return merged


def _is_island(kept: Sequence[_Token]) -> bool:
    if len(kept) != 1 or len(kept[0].key) != 1:
        return False
    return not kept[0].is_number and kept[0].key != BORDER


def _pieces(found: Sequence[_Piece]) -> Iterator[Change]:
    for kept, deleted, inserted in found:
        if kept:
            yield Change("keep", _text(kept))
        if deleted:
            yield Change("delete", _text(deleted))
        if inserted:
            yield Change("insert", _text(inserted))


def _text(tokens: Sequence[_Token]) -> str:
    return "".join(token.text for token in tokens)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(NUMBER, fold_text(text)))


@lru_cache(maxsize=2048)
def _tokens(text: str) -> tuple[_Token, ...]:
    """The tokens of a text; together their texts are the whole of it."""
    folded = fold(text)
    # ¼ is folded to three characters, and ㎡ to two: a token ends only where a printed character does.
    last = len(folded.text)
    ends = [end for end in _ends(folded.text) if end == last or folded.starts[end] > folded.starts[end - 1]]
    if not ends:
        return (_Token(text, ""),) if text else ()
    # A token begins where it does in print; white space goes with the token before it.
    starts = [0, *(folded.starts[end] for end in ends[:-1])]
    printed = zip(starts, [*starts[1:], len(text)], strict=True)
    keys = zip([0, *ends[:-1]], ends, strict=True)
    return tuple(
        _Token(text[start:end], folded.text[first:behind].replace(",", "") or ",")
        for (start, end), (first, behind) in zip(printed, keys, strict=True)
    )


def _ends(text: str) -> Iterator[int]:
    """Where the tokens of a folded text end."""
    at = 0
    for number in _WHOLE.finditer(text):
        yield from _word_ends(text, at, number.start())
        yield number.end()
        at = number.end()
    yield from _word_ends(text, at, len(text))


def _word_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where the words between two positions end; a sign that is no part of a word is a token of its own."""
    at = start
    for run in _RUN.findall(text, start, end):
        yield from (at + word_end for word_end in _ends_in_run(run))
        at += len(run)


@lru_cache(maxsize=32_768)
def _ends_in_run(run: str) -> tuple[int, ...]:
    """Where the words of a text end, which is cut behind signs that no word has.

    Reports say the same between other numbers, so most of what stands between two signs has been cut before.
    """
    ends: list[int] = []
    at = 0
    for word in query_segmenter().words(run):
        found = run.find(word, at)
        if found < 0:
            continue
        ends += range(at + 1, found + 1)
        at = found + len(word)
        ends.append(at)
    return (*ends, *range(at + 1, len(run) + 1))
