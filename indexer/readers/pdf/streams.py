"""What the streams of a PDF unpack to, counted before PDFium unpacks them: a kilobyte can hold five gigabytes.

The rule: streams are told by their bytes, since a dictionary may name its filters elsewhere or wrongly. What is packed
twice is unpacked twice here too.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator

from indexer.readers import limits

_BEGIN = re.compile(rb"(?<!end)stream\r?\n")
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_DEFLATED = (
    b"\x78\x01",
    b"\x78\x5e",
    b"\x78\x9c",
    b"\x78\xda",
    b"\x48\x89",
    b"\x68\x81",
    b"\x68\xde",
    b"\x58\xc3",
)
"""How data packed with the usual settings begins."""
_DICTIONARY = 2_000
"""Bytes before a stream in which its dictionary says what it is."""
_LAYERS = 4
_PIECE = 1 << 20
_PEEK = 256
"""Bytes of a stream that are enough for the first two of what it holds."""
_MOST_PACKED = 1_040
"""Bytes that deflate packs into one at best."""


def check_streams(data: bytes) -> None:
    """Raise ``ReadError`` if a stream of a PDF, or all of them together, unpack to more than the limits allow."""
    total = 0
    for begin, end in _streams(data):
        if _is_small(data, begin, end):
            continue
        limit = limits.MAX_UNPACKED if _is_image(data, begin) else limits.MAX_STREAM
        size = _size(data[begin:end], limit=limit)
        total += size
        if size > limit:
            raise limits.too_large("PDF 数据流解压后的字节数", size, limit=limit)
        if total > limits.MAX_STREAMS:
            raise limits.too_large("PDF 解压后的总字节数", total, limit=limits.MAX_STREAMS)


def _streams(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the deflated streams in ``data`` begin and end."""
    at = 0
    while found := _BEGIN.search(data, at):
        end = data.find(b"endstream", found.end())
        at = len(data) if end < 0 else end
        if data.startswith(_DEFLATED, found.end()):
            yield found.end(), at


def _is_small(data: bytes, begin: int, end: int) -> bool:
    """Whether a stream can't pass the limit: it is short, and what it holds is not packed again."""
    if (end - begin) * _MOST_PACKED > limits.MAX_STREAM:
        return False
    try:
        first = zlib.decompressobj().decompress(data[begin : min(end, begin + _PEEK)], 2)
    except zlib.error:
        return True
    return len(first) == len(_DEFLATED[0]) and first not in _DEFLATED


def _is_image(data: bytes, begin: int) -> bool:
    """Whether the dictionary before a stream says that it is an image."""
    before = data[max(0, begin - _DICTIONARY) : begin]
    return bool(_IMAGE.search(before, before.rfind(b" obj") + 1))


def _size(packed: bytes, *, limit: int) -> int:
    """The bytes that the outermost or any inner layer unpacks to; little more than ``limit`` if they are more."""
    largest = 0
    layers: list[bytes] = [packed]
    for _ in range(_LAYERS):
        found: list[bytes] = []
        size = 0
        for piece in _unpacked(layers):
            size += len(piece)
            found.append(piece)
            if size > limit:
                return size
        largest = max(largest, size)
        if not found or not found[0].startswith(_DEFLATED):
            break
        layers = found
    return largest


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What deflated ``pieces`` of one stream hold, a megabyte at a time; damage ends it, as it ends it for PDFium."""
    inflater = zlib.decompressobj()
    try:
        for piece in pieces:
            while piece and not inflater.eof:
                yield inflater.decompress(piece, _PIECE)
                piece = inflater.unconsumed_tail
    except zlib.error:
        return
