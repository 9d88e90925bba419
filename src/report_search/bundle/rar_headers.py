"""What a RAR of the older format says of its members and libarchive does not check: a password, a CRC.

A RAR up to version 4 is a chain of blocks: a CRC of two bytes, a kind, two bytes of flags, the length of the header,
and, where a flag says so, the length of the data behind it. Of the newer format libarchive checks both itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

RAR4 = b"Rar!\x1a\x07\0"
_MAIN, _FILE, _END = 0x73, 0x74, 0x7B
_HAS_DATA, _LARGE = 0x8000, 0x0100
_LOCKED_HEADERS, _VOLUME = 0x0080, 0x0001
_LOCKED = 0x0004
_FOLDER = 0x00E0
_BLOCKS = 20_000


@dataclass(frozen=True, slots=True)
class RarFacts:
    """``is_locked`` by a password, ``is_volume`` of several; ``checksums``: the CRC-32 of each file, in their order."""

    is_locked: bool = False
    is_volume: bool = False
    checksums: tuple[int, ...] = ()


def rar_facts(file: IO[bytes]) -> RarFacts:
    """What the headers of an older RAR say, as far as they go; nothing for any other file."""
    file.seek(0)
    if file.read(len(RAR4)) != RAR4:
        return RarFacts()
    is_locked = is_volume = False
    checksums = []
    for kind, flags, body in _blocks(file):
        if kind == _MAIN:
            is_locked, is_volume = bool(flags & _LOCKED_HEADERS), bool(flags & _VOLUME)
            if is_locked:
                break
        elif kind == _FILE:
            is_locked = is_locked or bool(flags & _LOCKED)
            if flags & _FOLDER != _FOLDER and len(body) >= 13:
                # Behind the two sizes and the system: the CRC.
                checksums.append(int(struct.unpack_from("<I", body, 9)[0]))
    return RarFacts(is_locked, is_volume, tuple(checksums))


def _blocks(file: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Kind, flags and body of each block, its data left out."""
    for _ in range(_BLOCKS):
        head = file.read(7)
        if len(head) < 7:
            return
        _, kind, flags, length = struct.unpack("<HBHH", head)
        body = file.read(max(0, length - 7))
        if kind == _END or length < 7:
            return
        yield kind, flags, body
        data = 0
        if flags & _HAS_DATA or kind == _FILE:
            data = int.from_bytes(body[:4], "little")
            if kind == _FILE and flags & _LARGE and len(body) >= 29:
                data |= int.from_bytes(body[25:29], "little") << 32
        file.seek(data, 1)
