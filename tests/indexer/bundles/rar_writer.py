"""Writes RAR files whose members are stored as they are, in the older and the newer format, for tests of reading them.

Blocks of the older format begin with the low half of a CRC-32 over their header; those of the newer one with a whole
one, and their numbers are of seven bits a byte, lowest first.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

_STORED_4, _UNIX_4 = 0x30, 3


def rar4(members: Mapping[str, bytes], *, flags: int = 0, main: int = 0, method: int = _STORED_4) -> bytes:
    """A RAR of the older format, with names in GB18030.

    ``flags`` join those of each file, ``main`` those of it all; ``method`` is said and not done.
    """
    out = bytearray(b"Rar!\x1a\x07\0" + _block4(0x73, main, bytes(6)))
    for name, data in members.items():
        raw = name.encode("gb18030")
        body = struct.pack("<IIBII", len(data), len(data), _UNIX_4, zlib.crc32(data), 0x50210000)
        body += struct.pack("<BBHI", 20, method, len(raw), 0o100644) + raw
        out += _block4(0x74, 0x8000 | flags, body) + data
    return bytes(out + _block4(0x7B, 0x4000, b""))


def _block4(kind: int, flags: int, body: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar5(members: Mapping[str, bytes], *, main: int = 0, extra: bytes = b"") -> bytes:
    """A RAR of the newer format; its names are UTF-8. ``main`` are flags, ``extra`` is a record behind each header."""
    out = bytearray(b"Rar!\x1a\x07\x01\0" + _block5(1, 0, main))
    for name, data in members.items():
        raw, size = name.encode(), _number(len(data))
        # Flags: data behind the header, a CRC; no compression; written on Unix.
        length = _number(len(extra)) if extra else b""
        head = b"\x02" + (b"\x03" if extra else b"\x02") + length + size
        body = b"\x04" + size + _number(0o100644) + struct.pack("<I", zlib.crc32(data))
        out += _framed5(head + body + b"\0\x01" + _number(len(raw)) + raw + extra) + data
    return bytes(out + _block5(5, 0, 0))


def _block5(*numbers: int) -> bytes:
    return _framed5(b"".join(map(_number, numbers)))


def _framed5(body: bytes) -> bytes:
    sized = _number(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
