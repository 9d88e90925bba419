"""The file that a report was read from, to be handed out as it was.

A generation keeps no copy of it: an index is a cache of the corpus, and a copy of every PDF would make it many times as
large. The file is read from where it was found. The rule: only the bytes that were indexed are handed out, and they are
the ones that were hashed, whatever happens to the file meanwhile. A file is no larger than a reader takes (64 MB), so
it is held in memory for as long as it is sent.
"""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from msgspec import Struct

from report_search.bundle import read_member, reading_below, split
from report_search.bundle.pages import packed_pages
from report_search.errors import GoneError, ReadError
from report_search.generations.build_record import PictureBeside, ReportSummary, SourceRecord
from report_search.generations.generation import Generation

_HINT = "报告的内容仍可阅读和检索；原件请看发布机关的网页，或请维护者把文件放回原处。"
MEDIA_TYPES = {
    "html": "text/html",
    "markdown": "text/markdown",
    "text": "text/plain",
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "doc": "application/msword",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "sheet": "application/vnd.ms-excel",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "pages": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""The type of a file by the format that it was read as."""
OTHER_TYPE = "application/octet-stream"


class Original(Struct, frozen=True):
    """A file as it was indexed: its name, its media type, its bytes."""

    name: str
    media_type: str
    data: bytes


def has_original(generation: Generation, summary: ReportSummary) -> bool:
    """Whether there is a file where the one that a report was read from was found; its bytes are not looked at."""
    source = _source_of(generation, summary)
    return source is not None and split(Path(source.root), source.path)[0].is_file()


def pages_beside(generation: Generation, summary: ReportSummary) -> tuple[str, tuple[PictureBeside, ...]]:
    """The corpus folder of a report, and the pictures in it that were recognised with its file; ("", ()) for none."""
    source = _source_of(generation, summary)
    return (source.root, source.beside) if source else ("", ())


def read_original(generation: Generation, summary: ReportSummary) -> Original:
    """The file that a report of the generation was read from.

    Raises ``GoneError``: ``original-gone`` if it is not where it was, ``original-changed`` if it is not what it was.
    """
    source = _source_of(generation, summary)
    if source is None:
        raise GoneError("original-gone", "没有记下这份报告当初收录自哪个文件。", hint=_HINT)
    try:
        data = bytes_of_source(source)
    except (OSError, ReadError) as error:
        raise GoneError(
            "original-gone", "这份报告当初收录的文件已不在原处，或无法读取。", hint=_HINT
        ) from error
    if hashlib.sha256(data).hexdigest() != summary.sha256:
        raise GoneError("original-changed", "原处的文件已经改动，不再是当初收录的那一份。", hint=_HINT)
    media_type = MEDIA_TYPES.get(summary.format, OTHER_TYPE)
    path = PurePosixPath(summary.path)
    return Original(f"{path.stem}.zip" if source.pages else path.name, media_type, data)


def _source_of(generation: Generation, summary: ReportSummary) -> SourceRecord | None:
    """The record of the file of a report."""
    sources = generation.record.sources
    return next((one for one in sources if one.report == summary.id and one.path == summary.path), None)


def bytes_of_source(source: SourceRecord) -> bytes:
    """The bytes of a file, or of a member of a bundle, as they are now; of several pages those of all packed together.

    Raises ``OSError``, ``ReadError``.
    """
    if source.pages:
        with reading_below(Path(source.root)) as read:
            names = (source.path, *source.pages)
            return packed_pages(names, read=read, is_numbered=source.is_numbered)
    path, member = split(Path(source.root), source.path)
    if member:
        return read_member(path, member)
    with path.open("rb") as file:
        # A byte more than it had, so that a file that has grown is neither read whole nor taken for the same.
        return file.read(source.size + 1)
