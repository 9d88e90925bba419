"""Many arrays in one file, read by mapping it into memory: nothing is copied and nothing is ever unpickled.

Layout: eight bytes of magic, eight bytes with the length of a JSON header, the header (name, type, shape and
place of each array), then the arrays, each on a border of 64 bytes. Little-endian throughout.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from report_search.engine.arrays import Array
from report_search.errors import OperatorError

MAGIC = b"RSARRAY1"
ALIGN = 64


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write ``arrays`` to a new file at ``path``."""
    entries, at = [], 0
    for name, array in arrays.items():
        dtype = array.dtype.newbyteorder("<")
        entries.append(_Entry(name, dtype.str, array.shape, at))
        at += -(-array.nbytes // ALIGN) * ALIGN
    header = msgspec.json.encode(entries)
    start = _start(len(header))
    with path.open("xb") as file:
        file.write(MAGIC + struct.pack("<q", len(header)) + header)
        for entry, array in zip(entries, arrays.values(), strict=True):
            file.write(b"\0" * (start + entry.offset - file.tell()))
            file.write(np.ascontiguousarray(array, dtype=entry.dtype).data if array.size else b"")
        file.write(b"\0" * (start + at - file.tell()))


def read_arrays(path: Path) -> dict[str, Array]:
    """The arrays in the file at ``path``, read-only. Raises ``OperatorError`` if it is no such file."""
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
        if bytes(data[:8]) != MAGIC:
            raise ValueError("no magic")
        (length,) = struct.unpack("<q", bytes(data[8:16]))
        entries = msgspec.json.decode(bytes(data[16 : 16 + length]), type=list[_Entry])
        start = _start(length)
        return {entry.name: _view(data, entry, start) for entry in entries}
    except (OSError, ValueError, TypeError, struct.error, msgspec.MsgspecError) as error:
        raise OperatorError(
            "index-damaged", f"索引文件损坏：{path}", hint="请运行 report-search index 重建索引。"
        ) from error


def _view(data: Array, entry: _Entry, start: int) -> Array:
    dtype = np.dtype(entry.dtype)
    size = int(np.prod(entry.shape, dtype=np.int64)) * dtype.itemsize
    place = start + entry.offset
    return data[place : place + size].view(dtype).view(np.ndarray).reshape(entry.shape)


def _start(header: int) -> int:
    return -(-(16 + header) // ALIGN) * ALIGN
