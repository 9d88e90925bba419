"""Writes compound files (OLE2): streams in sectors, chained by a table.

A library that follows the chains of a damaged file may never come to an end, so it is given a file written anew, with
the streams that were read safely. The rule: streams are padded to 4,096 bytes, from which on they lie in sectors of the
file itself, so that no second kind of sectors is needed.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SMALLEST = 4096
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_HEAD_PLACES = 109
"""Sectors of the table that the head has room for."""
_LONG = 6_000_000
"""Bytes from which on sectors are of 4,096 bytes: the table of smaller ones would not fit into the head."""


def write_compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams at its top. Raises ``ValueError`` for more than 400 megabytes."""
    shift = 12 if sum(map(len, streams.values())) > _LONG else 9
    sector = 1 << shift
    padded = {name: data.ljust(_SMALLEST, b"\0") for name, data in streams.items()}
    chains: list[int] = []
    starts = {}
    body: list[bytes] = []
    for name, data in padded.items():
        starts[name] = len(chains)
        body.append(_add(chains, data, sector))
    directory = _directory(padded, starts)
    directory_start = len(chains)
    body.append(_add(chains, directory, sector))
    in_a_sector = sector // 4
    tables = 1
    while len(chains) + tables > tables * in_a_sector:
        tables += 1
    if tables > _HEAD_PLACES:
        raise ValueError("too long for a table that lies in the head alone")
    table_start = len(chains)
    chains += [_TABLE] * tables
    chains += [_FREE] * (tables * in_a_sector - len(chains))
    body.append(struct.pack(f"<{len(chains)}I", *chains))
    places = [*range(table_start, table_start + tables)]
    places += [_FREE] * (_HEAD_PLACES - tables)
    head = struct.pack(
        "<8s16xHHHHH6xIII4xIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3 if shift == 9 else 4, 0xFFFE, shift, 6),
        *(0 if shift == 9 else -(-len(directory) // sector), tables, directory_start),
        *(_SMALLEST, _END, 0, _END, 0),
        *places,
    )
    return head.ljust(sector, b"\0") + b"".join(body)


def _add(chains: list[int], data: bytes, sector: int) -> bytes:
    """``data`` in whole sectors, whose chain is added to those there are."""
    count = -(-len(data) // sector)
    chains += [*range(len(chains) + 1, len(chains) + count), _END]
    return data.ljust(count * sector, b"\0")


def _directory(streams: Mapping[str, bytes], starts: Mapping[str, int]) -> bytes:
    """The directory: the root, and the streams as a tree that leans to one side, in the order that names have."""
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", kind=5, child=1 if names else _FREE, start=_END, size=0)]
    for at, name in enumerate(names, start=1):
        right = at + 1 if at < len(names) else _FREE
        entries.append(_entry(name, right=right, start=starts[name], size=len(streams[name])))
    while len(entries) % 4:
        entries.append(_entry("", kind=0, start=0, size=0))
    return b"".join(entries)


def _entry(name: str, *, start: int, size: int, kind: int = 2, **links: int) -> bytes:
    encoded = name.encode("utf-16-le")
    length = len(encoded) + 2 if name else 0
    right, child = links.get("right", _FREE), links.get("child", _FREE)
    return struct.pack("<64sHBBIII16x4x16xIII", encoded, length, kind, 1, _FREE, right, child, start, size, 0)
