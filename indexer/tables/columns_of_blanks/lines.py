"""Lines of a page's look: the pieces of labels on them, the values of a row, and what pieces spell together.

The rule: a gap of two blanks parts pieces, any blank parts values; a line with tabs or pipes is of another kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from indexer.document import Line, Part
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import join_text, label_key, trim

_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_BLANKS = re.compile(r"[ \u3000\xa0]+")
_WORD = re.compile(r"[^ \u3000\xa0]+")
_SENTENCE = re.compile(r"[。；！？]")


class PrintedRow(Struct, frozen=True):
    """A line with the values of a row: where it is, the texts left of them, the values."""

    at: int
    pieces: tuple[str, ...]
    values: tuple[str, ...]


def pieces_of(text: str) -> list[str]:
    """The texts of a line between gaps; [] for a line with borders of another kind."""
    if "\t" in text or "|" in text or "｜" in text:
        return []
    return [piece for piece in map(trim, _GAP.split(text)) if piece]


def row_at(parts: Sequence[Part], at: int, *, least: int = 2) -> PrintedRow | None:
    """The values that end the line at ``at``, and what stands before them; None for fewer than ``least``."""
    part = parts[at]
    if not isinstance(part, Line) or not pieces_of(part.text):
        return None
    words = list(_WORD.finditer(part.text))
    count = 0
    while count < len(words) and is_value(words[-1 - count].group()):
        count += 1
    if count < least:
        return None
    values = words[len(words) - count :]
    before = part.text[: values[0].start()] if values else part.text
    return PrintedRow(at, tuple(pieces_of(before)), tuple(word.group() for word in values))


def is_line_of(part: Part, text: str) -> bool:
    """Whether every piece on a line is part of ``text``, the keys of all labels and heads of a table."""
    if not isinstance(part, Line) or part.level or _SENTENCE.search(part.text):
        return False
    pieces = pieces_of(part.text)
    return bool(pieces) and all(is_piece_of(piece, text) for piece in pieces)


def is_piece_of(piece: str, text: str) -> bool:
    """Whether ``piece``, or each of its words, is part of ``text``."""
    return all(label_key(word) in text for word in _BLANKS.split(piece))


def spelled(text: str, pieces: Sequence[str]) -> str:
    """``text`` as ``pieces`` print it, in their order, others between them left out; "" if they don't."""
    key, found, at = label_key(text), "", 0
    for piece in pieces:
        name = label_key(piece)
        # A mark of a vertical label stands on a line of its own: 三 / 、 / 本 / 年.
        is_next_mark = not name and found and text.startswith(found + piece)
        if is_next_mark or (name and key.startswith(name, at)):
            found, at = join_text(found, piece), at + len(name)
    if at == len(key):
        return found
    # Pieces of heads are printed row by row, so that those of others are between them, and in another order.
    return text if Counter(key) <= Counter(label_key("".join(pieces))) else ""
