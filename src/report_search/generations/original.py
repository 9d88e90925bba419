"""The file that a report was read from, to be handed out as it was.

A generation keeps no copy of it: an index is a cache of the corpus, and a copy of every PDF would make it many times as
large. The file is read from where it was found. The rule: only the bytes that were indexed are handed out. They are
copied while they are hashed, so that what is checked is what is given, whatever happens to the file meanwhile.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

from report_search.errors import GoneError
from report_search.generations.build_record import ReportSummary
from report_search.generations.generation import Generation

IN_MEMORY = 4 << 20
"""Bytes of a file that are kept in memory; a larger one is copied to the disk while it is checked."""
_BLOCK = 1 << 18
_HINT = "报告的内容仍可阅读和检索；原件请看发布机关的网页，或请维护者把文件放回原处。"
MEDIA_TYPES = {
    "html": "text/html",
    "markdown": "text/markdown",
    "text": "text/plain",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""The type of a file by the format that it was read as."""
OTHER_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was indexed: its name, media type, size in bytes, and its bytes, open at their beginning."""

    name: str
    media_type: str
    size: int
    file: IO[bytes]


def has_original(generation: Generation, summary: ReportSummary) -> bool:
    """Whether there is a file where the one that a report was read from was found; its bytes are not looked at."""
    try:
        return _path_of(generation, summary).is_file()
    except (GoneError, OSError):
        return False


def open_original(generation: Generation, summary: ReportSummary) -> Original:
    """The file that a report of the generation was read from.

    Raises ``GoneError``: ``original-gone`` if it is not where it was, ``original-changed`` if it is not what it was.
    """
    path = _path_of(generation, summary)
    try:
        with path.open("rb") as source:
            copy, size, sha256 = _copied(source)
    except OSError as error:
        raise GoneError(
            "original-gone", "这份报告当初收录的文件已不在原处，或无法读取。", hint=_HINT
        ) from error
    if sha256 != summary.sha256:
        copy.close()
        raise GoneError("original-changed", "原处的文件已经改动，不再是当初收录的那一份。", hint=_HINT)
    media_type = MEDIA_TYPES.get(summary.format, OTHER_TYPE)
    return Original(PurePosixPath(summary.path).name, media_type, size, copy)


def _path_of(generation: Generation, summary: ReportSummary) -> Path:
    """Where the file of a report was found."""
    for source in generation.record.sources:
        if source.report == summary.id and source.path == summary.path:
            return Path(source.root) / source.path
    raise GoneError("original-gone", "没有记下这份报告当初收录自哪个文件。", hint=_HINT)


def _copied(source: IO[bytes]) -> tuple[IO[bytes], int, str]:
    """A copy of ``source``, its size and its SHA-256."""
    copy = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        digest.update(block)
        copy.write(block)
        size += len(block)
    copy.seek(0)
    return copy, size, digest.hexdigest()
