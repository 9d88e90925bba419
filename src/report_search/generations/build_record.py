"""The record of a generation, ``run.json``: what went in, what failed and why, and the checksum of each file."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from report_search.errors import OperatorError
from report_search.model import Evidence, MissingReport, ReportHeader, ReportWarning, Script, Source
from report_search.record import Record
from report_search.taxonomy.additions import Additions

RECORD_FILE = "run.json"
LAYOUT = 1
"""The layout of a generation's folder; raised when an older one can't be read any more."""
IDS = 2
"""The rule by which passages were given their ids; 1 counted equal passages of a report in reading order."""
REBUILD_HINT = "请运行 report-search index 重建索引。"


class PictureBeside(Struct, frozen=True):
    """A picture that a web page shows and that is a file beside it.

    ``address`` is what leads to it (see ``indexer.readers.beside``), ``path`` that of the file below the corpus folder,
    ``sha256`` its hash as it was read, "" for one that could not be.
    """

    address: str
    path: str
    sha256: str


class SourceRecord(Struct, frozen=True):
    """A file of the corpus as it was when it was read: ``report`` is the id of the report read from it.

    ``path`` is relative to the corpus folder ``root``. If the file could not be read, ``code`` and ``message`` say
    why, and ``report`` is "" or the id of the report last read from it, which stays in the index; ``agency`` and
    ``year`` are then what the manifest says of it, "" and None for nothing. ``mtime`` is in nanoseconds; ``recipe``
    is the version of everything besides the file that the reading depended on. ``pages`` are the paths of the pictures
    that are its other pages (``sha256`` is then that of all packed together), ``is_numbered`` that they were found by
    their numbers. ``beside`` are the pictures that were recognised with a web page.
    """

    path: str
    sha256: str
    size: int
    mtime: int
    report: str = ""
    code: str = ""
    message: str = ""
    root: str = ""
    recipe: str = ""
    agency: str = ""
    year: int | None = None
    pages: tuple[str, ...] = ()
    is_numbered: bool = False
    beside: tuple[PictureBeside, ...] = ()


class ReportSummary(Record, frozen=True):
    """A report without its sections, for lists and coverage.

    ``passages`` counts those in the engine; ``sha256`` is that of the file as it was read, ``fetched`` when it was
    fetched from ``url``, "" if no manifest says it.
    """

    id: str
    agency: str
    agency_key: str
    year: int | None
    title: str
    published: str
    path: str
    url: str
    format: str
    passages: int
    period: str = ""
    number: str = ""
    script: Script = "simplified"
    sha256: str = ""
    warnings: tuple[ReportWarning, ...] = ()
    unsure: tuple[Evidence, ...] = ()
    fetched: str = ""


class WithdrawnReport(Struct, frozen=True):
    """A report that was taken back on purpose: what its address still tells.

    ``path`` and ``root`` are those of its file, ``reason`` is the editor's, ``since`` the ISO time in UTC of the build
    that first left it out. ``title`` is "" if the report was never read here.
    """

    id: str
    agency: str
    year: int | None
    title: str
    reason: str
    since: str
    path: str
    root: str = ""


class BuildRecord(Struct, frozen=True):
    """One generation's record.

    ``started`` and ``built`` are ISO times in UTC. ``checksums`` maps each file's path in the folder to its SHA-256;
    ``passages`` and ``reports`` are the engine's counts; ``summaries`` are in the order of their ids; ``previous`` is
    the id of the generation before, "" for none; ``recipe`` is the version of the code and data of reading;
    ``withdrawn`` lists the reports that were taken back, in the order of their ids, and none that is here; ``ids`` is
    the rule of its passages' ids, as ``IDS`` names it; ``additions`` are what each corpus adds to the library's tables,
    in the order of their folders; ``missing`` are the reports that a manifest says are not here, by agency and year.
    """

    layout: int
    generation: str
    previous: str
    engine: str
    fingerprint: str
    started: str
    built: str
    passages: int
    reports: int
    summaries: tuple[ReportSummary, ...]
    sources: tuple[SourceRecord, ...]
    checksums: dict[str, str]
    warnings: tuple[ReportWarning, ...] = ()
    recipe: str = ""
    withdrawn: tuple[WithdrawnReport, ...] = ()
    ids: int = 1
    additions: tuple[Additions, ...] = ()
    missing: tuple[MissingReport, ...] = ()


def summary_of(report: ReportHeader, *, passages: int) -> ReportSummary:
    """What the record keeps of a report that has ``passages`` passages."""
    return ReportSummary(
        id=report.id,
        agency=report.agency,
        agency_key=report.agency_key,
        year=report.year,
        title=report.title,
        published=report.published,
        path=report.source.path,
        url=report.source.url,
        format=report.source.format,
        passages=passages,
        period=report.period,
        number=report.number,
        script=report.script,
        sha256=report.source.sha256,
        warnings=report.warnings,
        unsure=tuple(fact for fact in report.evidence if not fact.sure),
        fetched=report.source.fetched,
    )


def header_of(summary: ReportSummary) -> ReportHeader:
    """The header that ``summary`` was made of, but for the evidence that was sure, which no summary keeps."""
    return ReportHeader(
        id=summary.id,
        agency=summary.agency,
        agency_key=summary.agency_key,
        year=summary.year,
        title=summary.title,
        published=summary.published,
        source=Source(summary.path, summary.url, summary.sha256, summary.format, summary.fetched),
        warnings=summary.warnings,
        evidence=summary.unsure,
        period=summary.period,
        number=summary.number,
        script=summary.script,
    )


def decode_record(data: bytes, folder: Path) -> BuildRecord:
    """The record in ``data``. Raises ``OperatorError`` if it is damaged or of another layout."""
    try:
        record = msgspec.json.decode(data, type=BuildRecord)
    except msgspec.MsgspecError as error:
        raise damaged(folder / RECORD_FILE) from error
    if record.layout != LAYOUT:
        raise OperatorError("index-layout", f"索引 {folder} 由另一个版本建立。", hint=REBUILD_HINT)
    return record


def damaged(path: Path) -> OperatorError:
    """The error for a file that differs from what it was when its generation was published."""
    return OperatorError("index-damaged", f"索引文件损坏或被改动：{path}", hint=REBUILD_HINT)
