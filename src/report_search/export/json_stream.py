"""The hits as JSON: the shape of a search, written hit by hit, or one hit a line.

The rule: a hit is what ``presentation.json_payload`` makes of it, here as anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from report_search.export.rows import Export, chunked
from report_search.presentation.json_payload import encoded, hit_payload, search_payload
from report_search.search.searcher import Hit


def json_chunks(export: Export) -> Iterator[bytes]:
    """One object of the shape of a search, with every hit and ``next`` null."""
    return chunked(_members(export))


def ndjson_chunks(export: Export) -> Iterator[bytes]:
    """One hit a line, with ``sha256`` of its report's file and ``generation`` beside what it says itself."""
    return chunked(encoded(_line(hit, export)) + b"\n" for hit in export.walk.hits)


def _line(hit: Hit, export: Export) -> dict[str, Any]:
    shape = msgspec.structs.asdict(hit_payload(hit, export.site.links))
    return {**shape, "sha256": export.sha256(hit), "generation": export.generation}


def _members(export: Export) -> Iterator[bytes]:
    """The members of the object, each as soon as it is known."""
    shape = msgspec.structs.asdict(
        search_payload(replace(export.walk.page, hits=(), next=""), export.site.links)
    )
    separator = b"{"
    for name, value in shape.items():
        yield separator + msgspec.json.encode(name) + b":"
        if name == "hits":
            yield from _array(export)
        else:
            yield msgspec.json.encode(value)
        separator = b","
    yield b"}\n"


def _array(export: Export) -> Iterator[bytes]:
    separator, links = b"[", export.site.links
    for hit in export.walk.hits:
        yield separator + encoded(hit_payload(hit, links))
        separator = b","
    yield b"[]" if separator == b"[" else b"]"
