"""The text of a Word file, in pieces: runs of characters wherever the last savings left them.

    positions   0        120        135        400          a piece table: where each piece begins in the text,
    pieces      │ 16-bit  │ 8-bit    │ 16-bit   │           and where its bytes lie in the stream

The rule: formatting is looked up by the place of a character's bytes, so every position leads to one.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from indexer.readers import limits
from indexer.readers.doc.file_information import FileInformation

_CLX = 33
_FORMATTING, _TABLE = 1, 2
_COMPRESSED = 0x40000000
_MOST = 20_000_000
"""Characters of one file."""


class TextPiece(Struct, frozen=True):
    """A run of characters: its first position, the place of its first byte, bytes a character, its text."""

    position: int
    place: int
    width: int
    text: str

    @property
    def end(self) -> int:
        """The position behind it."""
        return self.position + len(self.text)


class PieceTable(Struct, frozen=True):
    """All pieces, in the order of the text."""

    pieces: tuple[TextPiece, ...]

    def place(self, position: int) -> int:
        """Where the bytes of the character at ``position`` lie, -1 for a position beyond the text."""
        at = bisect_right(self.pieces, position, key=lambda piece: piece.position) - 1
        if at < 0 or position >= self.pieces[at].end:
            return -1
        piece = self.pieces[at]
        return piece.place + (position - piece.position) * piece.width

    def within(self, start: int, end: int) -> Iterator[TextPiece]:
        """The pieces between two positions, those at the edges cut."""
        for piece in self.pieces:
            first, last = max(start, piece.position), min(end, piece.end)
            if first < last:
                skipped = first - piece.position
                text = piece.text[skipped : last - piece.position]
                yield TextPiece(first, piece.place + skipped * piece.width, piece.width, text)


def read_pieces(information: FileInformation) -> PieceTable:
    """The piece table. Raises ``ReadError`` for a text beyond the limit, ``struct.error`` for a damaged table."""
    table = _piece_table(information.part(_CLX))
    count = max(0, (len(table) - 4) // 12)
    positions = struct.unpack_from(f"<{count + 1}I", table) if count else (0,)
    total = sum(information.stories.values()) + 1
    if total > _MOST or positions[-1] > _MOST:
        raise limits.too_large("字数", max(total, positions[-1]), limit=_MOST)
    pieces = []
    for at in range(count):
        start, end = positions[at], positions[at + 1]
        [place] = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * at + 2)
        if start < end:
            pieces.append(_piece(information.document, place, start=start, length=end - start))
    if [piece.position for piece in pieces] != sorted(piece.position for piece in pieces):
        raise ValueError("pieces overlap")
    return PieceTable(tuple(pieces))


def _piece_table(data: bytes) -> bytes:
    """The table among the parts of a CLX; formatting that pieces refer to comes before it."""
    at = 0
    while at + 5 <= len(data):
        if data[at] == _TABLE:
            [length] = struct.unpack_from("<I", data, at + 1)
            return data[at + 5 : at + 5 + length]
        if data[at] != _FORMATTING:
            break
        at += 3 + struct.unpack_from("<H", data, at + 1)[0]
    return b""


def _piece(document: bytes, place: int, *, start: int, length: int) -> TextPiece:
    """A piece as the table names it: bit 30 says that its characters are bytes, at half the place."""
    if place & _COMPRESSED:
        place = (place & ~_COMPRESSED) // 2
        return TextPiece(start, place, 1, document[place : place + length].decode("cp1252", "replace"))
    place &= _COMPRESSED - 1
    data = document[place : place + 2 * length]
    # Each unit is a position of its own, so halves of characters beyond the first plane are joined later.
    text = data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
    return TextPiece(start, place, 2, text if text.isascii() or len(text) == len(data) // 2 else _units(data))


def _units(data: bytes) -> str:
    return "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])))
