"""Many arrays in one file, read by mapping it into memory: nothing is copied, and nothing is unpickled.

Layout, little-endian throughout:

    8 bytes   magic
    8 bytes   length of the header, int64
    header    JSON: name, type, shape and offset of each array
    arrays    each from a multiple of 64 bytes on; offsets count from the first of them

The rule: opening a file reads its header and nothing else, so that the size of an index has no part in the time to
start; and the bytes depend on the arrays alone.

Why a format of our own: ``numpy.savez`` is a zip file, whose arrays can't be mapped, and ``numpy.load`` may unpickle;
``.npy`` files are one array each, and a segment has 50. safetensors comes nearest (a JSON header, then the bytes) but
is one more compiled dependency, for what is 30 lines here: it orders arrays by type rather than as they are given, and
its numpy reader copies each array instead of mapping it. Arrow and HDF5 would bring many megabytes and types that
nothing here needs.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from report_search.engine.arrays import Array
from report_search.errors import OperatorError

MAGIC = b"RSARRAY1"
ALIGN = 64
"""Bytes: a line of the processor's cache, and a multiple of the size of every type."""


class _Entry(Struct, frozen=True):
    """An array in the header; ``offset`` is in bytes from where the arrays begin."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write ``arrays`` to a new file at ``path``. Raises ``FileExistsError`` if there is one: files never change."""
    # The header is needed first, so offsets are counted before anything is written.
    entries, size = [], 0
    for name, array in arrays.items():
        dtype = array.dtype.newbyteorder("<")
        entries.append(_Entry(name, dtype.str, array.shape, size))
        size += _aligned(array.nbytes)
    header = msgspec.json.encode(entries)
    start = _aligned(16 + len(header))
    with path.open("xb") as file:
        file.write(MAGIC + struct.pack("<q", len(header)) + header)
        for entry, array in zip(entries, arrays.values(), strict=True):
            file.write(b"\0" * (start + entry.offset - file.tell()))
            file.write(np.ascontiguousarray(array, dtype=entry.dtype).data if array.size else b"")
        file.write(b"\0" * (start + size - file.tell()))


def read_arrays(path: Path) -> dict[str, Array]:
    """The arrays in the file at ``path``, read-only. Raises ``OperatorError`` if it is no such file."""
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
        if bytes(data[:8]) != MAGIC:
            raise ValueError("no magic")
        (length,) = struct.unpack("<q", bytes(data[8:16]))
        entries = msgspec.json.decode(bytes(data[16 : 16 + length]), type=list[_Entry])
        start = _aligned(16 + length)
        return {entry.name: _view(data, entry, start) for entry in entries}
    except (OSError, ValueError, TypeError, struct.error, msgspec.MsgspecError) as error:
        raise OperatorError(
            "index-damaged", f"索引文件损坏：{path}", hint="请运行 report-search index 重建索引。"
        ) from error


def _view(data: Array, entry: _Entry, start: int) -> Array:
    """An array as a view of the mapped bytes; a file that is too short fails here, in ``reshape``."""
    dtype = np.dtype(entry.dtype)
    size = int(np.prod(entry.shape, dtype=np.int64)) * dtype.itemsize
    first = start + entry.offset
    # As a plain array: each slice of a memmap would be another memmap, which takes ten times as long to make.
    return data[first : first + size].view(dtype).view(np.ndarray).reshape(entry.shape)


def _aligned(size: int) -> int:
    """``size`` rounded up to a multiple of ``ALIGN``."""
    return -(-size // ALIGN) * ALIGN
