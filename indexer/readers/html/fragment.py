"""A stretch of HTML inside a file of another format: tables that converters write into Markdown or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from indexer.document import Part
from indexer.readers.html.lines import Walker
from indexer.readers.html.page import parse_page

_TABLE = re.compile(r"<(/?)table\b[^<>]*>", re.I)


def table_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where tables begin and end in ``text``, those inside others not named; one that is never closed is text."""
    depth = start = 0
    for tag in _TABLE.finditer(text):
        if not tag[1]:
            start = start if depth else tag.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield start, tag.end()


def fragment_parts(source: str, *, where: str) -> list[Part]:
    """The lines and tables of ``source``, all of it; ``where`` names its place in the file around it."""
    walker = Walker()
    walker.walk(parse_page(source).body())
    return [replace(item.part, where=where) for item in walker.items]
