"""The formats of an export: how each is named, kept and written.

The rule: hits, their order and their texts are equal in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain

from msgspec import Struct

from report_search import export as writers
from report_search.config import SITE_NAME
from report_search.export.json_stream import json_chunks, ndjson_chunks
from report_search.export.rows import COLUMNS, PROSE, Export, chunked, rows
from report_search.presentation.csv_table import csv_lines

LONGEST_NAME = 40
"""Characters of a query in the name of a file."""
_NOT_IN_A_NAME = re.compile(r'[\s\\/:*?"<>|.\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')
"""What a file system refuses or takes for a path, and marks that turn the direction of a name."""


class ExportFormat(Struct, frozen=True):
    """A format: its name for people, its type, and what writes it. ``write`` raises at once what it raises at all."""

    label: str
    media_type: str
    write: Callable[[Export], Iterator[bytes]]
    is_text: bool = True


def _csv_chunks(export: Export) -> Iterator[bytes]:
    """The table with its head as CSV."""
    prose = {at for at, column in enumerate(COLUMNS) if column in PROSE}
    return chunked(csv_lines(chain([COLUMNS], rows(export)), prose=prose))


def _xlsx_chunks(export: Export) -> Iterator[bytes]:
    """The table as a workbook."""
    return writers.xlsx_chunks(export)


FORMATS: Mapping[str, ExportFormat] = {
    "csv": ExportFormat("CSV 表格", "text/csv", _csv_chunks),
    "xlsx": ExportFormat(
        "Excel 工作簿",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _xlsx_chunks,
        is_text=False,
    ),
    "ndjson": ExportFormat("NDJSON，每行一段", "application/x-ndjson", ndjson_chunks),
    "json": ExportFormat("JSON", "application/json", json_chunks),
}
"""The formats by suffix, in the order in which they are offered."""


def file_name(query: str, suffix: str, *, made: datetime) -> str:
    """The name of the file that an export is kept as: 政府信息公开年报检索-领事保护-2026-12-01.csv."""
    words = _NOT_IN_A_NAME.sub(" ", query).strip()[:LONGEST_NAME].strip().replace(" ", "_")
    return "-".join(filter(None, (SITE_NAME, words, made.date().isoformat()))) + f".{suffix}"
