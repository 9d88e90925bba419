"""A report as JSON and back: the form in which a generation keeps it.

The rule: what is decoded equals what was encoded. A block is a table if it has rows, else a paragraph; the type of
everything else follows from where it is.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from report_search.model import (
    Block,
    Evidence,
    Paragraph,
    Report,
    ReportWarning,
    Script,
    Section,
    Source,
    Table,
    TurnedPage,
)


class _ReportData(Struct, frozen=True):
    """A report whose sections are still plain data."""

    id: str
    agency: str
    agency_key: str
    year: int | None
    title: str
    published: str
    source: Source
    sections: tuple[dict[str, Any], ...]
    warnings: tuple[ReportWarning, ...]
    evidence: tuple[Evidence, ...]
    period: str
    number: str
    script: Script
    turned_pages: tuple[TurnedPage, ...] = ()


def encode_report(report: Report) -> bytes:
    """``report`` as JSON."""
    return msgspec.json.encode(report)


def decode_report(data: bytes) -> Report:
    """The report in ``data``, equal to the one that was encoded. Raises ``msgspec.MsgspecError``."""
    # msgspec can't decode ``Paragraph | Table`` by itself: neither says in JSON which of the two it is.
    decoded = msgspec.json.decode(data, type=_ReportData)
    sections = tuple(_section(section) for section in decoded.sections)
    return Report(**{**asdict(decoded), "sections": sections})


def _section(data: dict[str, Any]) -> Section:
    return Section(
        number=data["number"],
        title=data["title"],
        kind=data["kind"],
        blocks=tuple(_block(block) for block in data["blocks"]),
        subsections=tuple(_section(section) for section in data["subsections"]),
        mark=data.get("mark", ""),
    )


def _block(data: dict[str, Any]) -> Block:
    if "rows" in data:
        return msgspec.convert(data, Table)
    return msgspec.convert(data, Paragraph)
