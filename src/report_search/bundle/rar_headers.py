"""What the headers of a RAR say that libarchive does not tell or does not check: passwords, volumes, CRCs.

Up to version 4 a RAR is a chain of blocks: a CRC of two bytes, a kind, two bytes of flags, the length of the header,
and, where a flag says so, the length of the data behind it. Since version 5 a block is a CRC of four bytes and numbers
of seven bits a byte: the length of what follows, a kind, flags, lengths. The rule: headers are read as far as they go,
and what is no header ends them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from msgspec import Struct

_RAR4, _RAR5 = b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0"
_MAIN4, _FILE4, _END4 = 0x73, 0x74, 0x7B
_HAS_DATA4, _LARGE4 = 0x8000, 0x0100
_LOCKED_HEADERS4, _VOLUME4 = 0x0080, 0x0001
_LOCKED4, _FOLDER4 = 0x0004, 0x00E0
_OLDEST, _STORED = 29, 0x30
"""The version from which on libarchive unpacks, and the method that needs no unpacking."""
_MAIN5, _FILE5, _LOCKED5, _END5 = 1, 2, 4, 5
_HAS_EXTRA5, _HAS_DATA5, _VOLUME5 = 1, 2, 1
_ENCRYPTION5 = 1
"""The kind of the extra record by which a file is locked."""
_BLOCKS = 20_000
_LONGEST_HEADER = 2 * 1024 * 1024


class RarFacts(Struct, frozen=True):
    """``is_locked`` by a password, ``is_volume`` of several, ``is_too_old`` for libarchive.

    ``checksums`` are the CRC-32 of each file in their order, of the older format: of the newer one libarchive proves
    them itself.
    """

    is_locked: bool = False
    is_volume: bool = False
    is_too_old: bool = False
    checksums: tuple[int, ...] = ()


def rar_facts(file: IO[bytes]) -> RarFacts:
    """What the headers of a RAR say; nothing for any other file."""
    file.seek(0)
    opening = file.read(len(_RAR5))
    if opening == _RAR5:
        return _facts5(file)
    if opening.startswith(_RAR4):
        file.seek(len(_RAR4))
        return _facts4(file)
    return RarFacts()


def _facts4(file: IO[bytes]) -> RarFacts:
    is_locked = is_volume = is_too_old = False
    checksums = []
    for kind, flags, body in _blocks4(file):
        if kind == _MAIN4:
            is_locked, is_volume = bool(flags & _LOCKED_HEADERS4), bool(flags & _VOLUME4)
            if is_locked:
                break
        elif kind == _FILE4 and len(body) >= 19:
            is_locked = is_locked or bool(flags & _LOCKED4)
            # Behind the two sizes and the system.
            checksum, _, version, method = struct.unpack_from("<IIBB", body, 9)
            is_too_old = is_too_old or (version < _OLDEST and method != _STORED)
            if flags & _FOLDER4 != _FOLDER4:
                checksums.append(int(checksum))
    return RarFacts(is_locked, is_volume, is_too_old, tuple(checksums))


def _blocks4(file: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Kind, flags and body of each block, its data left out."""
    for _ in range(_BLOCKS):
        head = file.read(7)
        if len(head) < 7:
            return
        _, kind, flags, length = struct.unpack("<HBHH", head)
        body = file.read(max(0, length - 7))
        if kind == _END4 or length < 7:
            return
        yield kind, flags, body
        file.seek(_data_behind4(kind, flags, body), 1)


def _data_behind4(kind: int, flags: int, body: bytes) -> int:
    if kind != _FILE4 and not flags & _HAS_DATA4:
        return 0
    is_large = kind == _FILE4 and flags & _LARGE4
    # The upper half stands behind the fixed fields.
    high = int.from_bytes(body[25:29], "little") if is_large else 0
    return high << 32 | int.from_bytes(body[:4], "little")


def _facts5(file: IO[bytes]) -> RarFacts:
    is_locked = is_volume = False
    for kind, flags, body in _blocks5(file):
        if kind == _LOCKED5:
            return RarFacts(is_locked=True)
        if kind == _MAIN5:
            skipped = _number(body, 0)[1] if flags & _HAS_EXTRA5 else 0
            is_volume = bool(_number(body, skipped)[0] & _VOLUME5)
        elif kind == _FILE5 and flags & _HAS_EXTRA5:
            is_locked = is_locked or _ENCRYPTION5 in _extra_records(body)
    return RarFacts(is_locked, is_volume)


def _blocks5(file: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Kind and flags of each block, and what is behind them in its header."""
    for _ in range(_BLOCKS):
        # Four bytes of CRC, and three for the length at most.
        head = file.read(7)
        length, at = _number(head, 4)
        if len(head) < 7 or not 0 < length <= _LONGEST_HEADER:
            return
        file.seek(at - len(head), 1)
        body = file.read(length)
        kind, at = _number(body, 0)
        flags, at = _number(body, at)
        if kind == _END5:
            return
        yield kind, flags, body[at:]
        if flags & _HAS_DATA5:
            after = _number(body, at)[1] if flags & _HAS_EXTRA5 else at
            file.seek(_number(body, after)[0], 1)


def _extra_records(body: bytes) -> list[int]:
    """The kinds of the extra records at the end of a header, whose length is its first number."""
    kinds: list[int] = []
    length = _number(body, 0)[0]
    at = max(0, len(body) - length)
    while at < len(body) and len(kinds) < 100:
        size, at = _number(body, at)
        kinds.append(_number(body, at)[0])
        at += size
    return kinds


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at a place, and the place behind it; 0 where there is none."""
    value = 0
    for shift, byte in enumerate(data[at : at + 9]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value, at + shift + 1
    return 0, len(data)
