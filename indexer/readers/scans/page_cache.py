"""Pages that were recognised before, one small file each, by the hash of the picture and of what recognises it.

The rule: the cache may vanish at any time; what is in it is what recognising the page again would give.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np

from indexer.readers.scans import recognizer
from indexer.readers.scans.page import PictureReading
from indexer.readers.scans.recognizer import Picture


def key_of(picture: Picture, scale: float) -> str:
    """The name under which what ``picture`` shows is kept."""
    digest = hashlib.sha256(f"{_means()} {picture.shape} {scale:.6f}".encode())
    digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()


@cache
def _means() -> str:
    """A hash of the code that recognises and of the versions of its libraries."""
    digest = hashlib.sha256(recognizer.versions().encode())
    modules = (one for one in files("indexer.readers.scans").iterdir() if one.name.endswith(".py"))
    for module in sorted(modules, key=lambda one: one.name):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def load(folder: Path, key: str) -> PictureReading | None:
    """What was kept under ``key``; None if there is nothing."""
    try:
        return msgspec.msgpack.decode(_path(folder, key).read_bytes(), type=PictureReading)
    except (OSError, msgspec.MsgspecError):
        return None


def keep(folder: Path, key: str, *, reading: PictureReading) -> None:
    """Keep ``reading`` under ``key``. What can't be written is recognised again next time."""
    path = _path(folder, key)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
        unfinished.write_bytes(msgspec.msgpack.encode(reading))
        unfinished.replace(path)


def _path(folder: Path, key: str) -> Path:
    return folder / key[:2] / f"{key}.msgpack"
