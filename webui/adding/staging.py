"""Files that were dropped and are not yet taken: a folder for each time, in the corpus folder, where no index looks.

The rule: a name that a browser sends decides nothing but what people read; where a file stands is decided here.
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Protocol

from msgspec import Struct

from report_search.errors import NotFoundError, RequestError

MOST_FILES = 20
MOST_BYTES = 64 * 1024 * 1024
"""Bytes of one file: as many as a reader takes."""
_STAGING = "_uploads"
_BATCH = re.compile(r"[0-9a-f]{24}")
_UNSAFE = re.compile(r"[^\w.()（）-]+")
_FORGOTTEN = 24 * 3600.0
"""Seconds after which files that nobody took are deleted."""


class SentFile(Protocol):
    """A file of a form."""

    filename: str | None
    stream: IO[bytes]


class StagedFile(Struct, frozen=True):
    """A file that waits: its number in its batch, what it is called, where it stands."""

    number: int
    name: str
    path: Path


class Staging:
    """The batches below a corpus folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _STAGING

    def put(self, files: Iterable[SentFile]) -> str:
        """Keep files as a new batch; its name. Raises ``RequestError`` for none, too many, or one too large."""
        self._forget_old()
        sent = [file for file in files if file.filename]
        if not sent:
            raise RequestError("no-file", "没有选文件。", hint="请拖入或选择报告文件。")
        if len(sent) > MOST_FILES:
            raise RequestError(
                "too-many-files", f"一次最多 {MOST_FILES} 个文件。", hint="多的请用 report-search index。"
            )
        batch = secrets.token_hex(12)
        folder = self._folder / batch
        folder.mkdir(parents=True)
        for number, file in enumerate(sent):
            data = file.stream.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES or not data:
                shutil.rmtree(folder)
                what = "是空的" if not data else f"超过 {MOST_BYTES >> 20} MB"
                raise RequestError("bad-file", f"{file.filename} {what}。", hint="请去掉它再试。")
            (folder / f"{number:02}-{_plain(file.filename or '')}").write_bytes(data)
        return batch

    def files(self, batch: str) -> list[StagedFile]:
        """The files of a batch. Raises ``NotFoundError`` for one that is not there."""
        folder = self._folder / batch
        if not _BATCH.fullmatch(batch) or not folder.is_dir():
            raise NotFoundError("no-batch", "这些文件已经收录或清理了。", hint="请重新添加。")
        paths = sorted(path for path in folder.iterdir() if path.is_file())
        return [StagedFile(int(path.name[:2]), path.name[3:], path) for path in paths]

    def file(self, batch: str, number: int) -> StagedFile:
        """A file of a batch. Raises ``NotFoundError``."""
        for file in self.files(batch):
            if file.number == number:
                return file
        raise NotFoundError("no-batch", "没有这个文件。", hint="请重新添加。")

    def remove(self, batch: str) -> None:
        """Delete a batch that was taken."""
        shutil.rmtree(self._folder / batch, ignore_errors=True)

    def _forget_old(self) -> None:
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if time.time() - folder.stat().st_mtime > _FORGOTTEN:
                shutil.rmtree(folder, ignore_errors=True)


def _plain(name: str) -> str:
    """The last part of a name, without what a file system or a command line could take amiss."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _UNSAFE.sub("_", last).strip("._-")[-80:] or "file"
