"""View models of the page: each file with what was read of it, to be looked at beside what is printed.

The rule: what a reader was unsure of is said before anything is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from webui import template_filters
from webui.adding.commands import CommandError, parse
from webui.adding.staging import StagedFile

SHOWN_SUFFIXES = {".html": "text/html", ".htm": "text/html", ".pdf": "application/pdf", ".txt": "text/plain"}
"""What a browser shows by itself, by the suffix of a file."""
_LONGEST = 400


class ReadLine(Struct, frozen=True):
    """A line of what was read: a heading of some ``level`` (0: a text), or the cells of a row."""

    text: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()


class FileReview(Struct, frozen=True):
    """A file and what was read of it; ``problem`` says why it is no report, "" if it is one."""

    number: int
    name: str
    is_shown: bool
    agency: str = ""
    year: str = ""
    title: str = ""
    problem: str = ""
    hint: str = ""
    doubts: tuple[str, ...] = ()
    lines: tuple[ReadLine, ...] = ()


def review_of(file: StagedFile) -> FileReview:
    """What is read of a file."""
    is_shown = file.path.suffix.lower() in SHOWN_SUFFIXES
    try:
        told = parse(file.path)
    except CommandError as error:
        return FileReview(file.number, file.name, is_shown, problem=error.message, hint=error.hint)
    unsure = [f"{_fact(one)}，不能确定" for one in told["evidence"] if not one["sure"]]
    warnings = [one["message"] + (f"（{one['where']}）" if one["where"] else "") for one in told["warnings"]]
    return FileReview(
        file.number,
        file.name,
        is_shown,
        agency=told["agency"],
        year=str(told["year"] or ""),
        title=told["title"],
        doubts=(*unsure, *warnings),
        lines=tuple(_lines(told["sections"], 1)),
    )


def _fact(evidence: Mapping[str, Any]) -> str:
    label = template_filters.field_label(evidence["field"])
    return f"{label}“{evidence['value']}”取自{template_filters.origin_label(evidence['found_in'])}"


def _lines(sections: Sequence[Mapping[str, Any]], level: int) -> Iterator[ReadLine]:
    for section in sections:
        heading = f"{section['number']}{'、' if section['number'] and level == 1 else ''}{section['title']}"
        if heading:
            yield ReadLine(heading, level)
        for block in section["blocks"]:
            yield from _block_lines(block)
        yield from _lines(section["subsections"], level + 1)


def _block_lines(block: Mapping[str, Any]) -> Iterator[ReadLine]:
    if block["type"] == "paragraph":
        text = block["text"]
        yield ReadLine(text if len(text) <= _LONGEST else text[:_LONGEST] + "……")
        return
    if block["caption"]:
        yield ReadLine(block["caption"])
    for row in block["rows"]:
        yield ReadLine(cells=(*row["headers"], *(cell["text"] for cell in row["cells"])))
