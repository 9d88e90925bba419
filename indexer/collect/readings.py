"""What is in the kept files: each is read once, by the reader that will index it, in a child process with limits.

The rule: reading here decides nothing that indexing could decide otherwise; it tells what is a report, and which files
print the same text, so that the manifest can say which of them to take.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from indexer.collect.work_queue import WorkQueue
from indexer.manifest import Entry, load_manifest
from indexer.run.discover import DiscoveredFile
from indexer.run.work_plan import Task, tasks_of
from indexer.run.worker_pool import ReadResult, read_all
from report_search.model import Paragraph, Report

SHINGLE = 8
"""Characters of one piece of text that is compared."""
SKETCH = 256
"""Pieces with the smallest hashes that are kept of a text: their overlap estimates that of all."""
SAME_TEXT = 0.8
"""Two files whose pieces overlap by so much (Jaccard) print the same report."""
_NO_TEXT = re.compile(r"[\W_]+")


class FileReading(Struct, frozen=True):
    """What came of reading a file: ``code`` and ``message`` say why it is no report, "" if it is one.

    ``characters`` counts those of its paragraphs, ``sketch`` are the smallest hashes of their pieces.
    """

    code: str = ""
    message: str = ""
    agency: str = ""
    agency_key: str = ""
    year: int | None = None
    title: str = ""
    format: str = ""
    characters: int = 0
    sketch: tuple[int, ...] = ()

    @property
    def is_report(self) -> bool:
        """Whether the file is a report."""
        return not self.code


class KeptFile(Struct, frozen=True):
    """A kept file to read, or a ``member`` of it where it is a bundle: its path in the folder, its SHA-256, what is
    said of it, and the names of the pictures that are its other pages."""

    path: str
    sha256: str
    said: Entry
    member: str = ""
    pages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its path as a manifest and an index name it."""
        return f"{self.path}/{self.member}" if self.member else self.path

    @property
    def key(self) -> str:
        """By what the queue remembers what was read."""
        return f"{self.sha256}/{self.member}" if self.member else self.sha256


def read_kept(queue: WorkQueue, folder: Path, *, kept: Iterable[KeptFile]) -> dict[str, FileReading]:
    """What is in each file, by its name. Only what the queue does not remember is read."""
    files = {one.name: one for one in kept}
    tasks = _tasks(folder, files)
    found: dict[str, FileReading] = {}
    unread = []
    for path, task in tasks.items():
        known = queue.reading(files[path].key, task.recipe)
        if known:
            found[path] = msgspec.json.decode(known, type=FileReading)
        else:
            unread.append(task)
    with tempfile.TemporaryDirectory() as spool, closing(read_all(unread, spool=Path(spool))) as results:
        for task, result in zip(unread, results, strict=True):
            reading = _reading_of(result)
            found[task.file.name] = reading
            file = files[task.file.name]
            # A file that changed meanwhile is read again, and so is one that ran out of time.
            if result.record.sha256 and (file.member or result.record.sha256 == file.sha256):
                queue.set_reading(file.key, task.recipe, outcome=msgspec.json.encode(reading).decode())
    return found


def _tasks(folder: Path, files: Mapping[str, KeptFile]) -> dict[str, Task]:
    """The tasks of reading, with what the corpus adds to the tables and no word of the manifest itself."""
    manifest = replace(load_manifest(folder), entries={name: one.said for name, one in files.items()})
    discovered = [
        DiscoveredFile(
            folder / one.path,
            folder,
            member=one.member,
            pages=tuple(folder / page for page in one.pages),
            is_numbered=bool(one.pages),
        )
        for one in files.values()
    ]
    return {task.file.name: task for task in tasks_of(discovered, {folder: manifest})}


def _reading_of(result: ReadResult) -> FileReading:
    header, record = result.header, result.record
    if header is None or result.spooled is None:
        return FileReading(record.code or "unreadable", record.message)
    text = _text_of(result.spooled.report())
    return FileReading(
        agency=header.agency,
        agency_key=header.agency_key,
        year=header.year,
        title=header.title,
        format=header.source.format,
        characters=len(text),
        sketch=sketch_of(text),
    )


def _text_of(report: Report) -> str:
    """The letters of the paragraphs; tables are drawn otherwise in each format."""
    texts = (
        block.text for _, section in report.walk() for block in section.blocks if isinstance(block, Paragraph)
    )
    return _NO_TEXT.sub("", "".join(texts))


def sketch_of(text: str) -> tuple[int, ...]:
    """The ``SKETCH`` smallest hashes of the pieces of a text."""
    pieces = {text[at : at + SHINGLE] for at in range(max(1, len(text) - SHINGLE + 1))}
    hashes = (int.from_bytes(hashlib.blake2b(one.encode(), digest_size=6).digest()) for one in pieces)
    return tuple(sorted(hashes)[:SKETCH])


def overlap(one: Sequence[int], other: Sequence[int]) -> float:
    """The overlap of two texts (Jaccard, 0 to 1) as their sketches tell it."""
    if not one or not other:
        return 0.0
    smallest = sorted({*one, *other})[:SKETCH]
    both = set(one) & set(other)
    return sum(value in both for value in smallest) / len(smallest)


_BY_FORMAT = {"html": 0, "docx": 1, "markdown": 2, "text": 3}
"""Which format is taken where several print the same text: tables are surest where they are marked up as such."""


def twins_among(readings: Mapping[str, FileReading]) -> dict[str, str]:
    """The files that print the same report as another, with that other one, which is to be taken.

    Taken is the longer text where one is longer by a tenth; else the web page, then DOCX, then what has no marked
    tables, PDF last.
    """
    groups: dict[tuple[str, int | None], list[str]] = {}
    for path, reading in readings.items():
        if reading.is_report:
            groups.setdefault((reading.agency_key, reading.year), []).append(path)
    found: dict[str, str] = {}
    for paths in groups.values():
        found |= _twins(paths, readings)
    return found


def _twins(paths: Iterable[str], readings: Mapping[str, FileReading]) -> dict[str, str]:
    found: dict[str, str] = {}
    taken: list[str] = []
    for path in sorted(paths, key=lambda path: (_BY_FORMAT.get(readings[path].format, 9), path)):
        same = [one for one in taken if overlap(readings[one].sketch, readings[path].sketch) >= SAME_TEXT]
        if not same:
            taken.append(path)
        elif readings[path].characters > 1.1 * readings[same[0]].characters:
            taken[taken.index(same[0])] = path
            found = {twin: path if other == same[0] else other for twin, other in found.items()}
            found[same[0]] = path
        else:
            found[path] = same[0]
    return found
