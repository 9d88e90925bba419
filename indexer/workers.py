"""Reading many files at once, each in a process of its own where that pays.

A worker leaves the report it read in a spool folder and hands back only what the run needs to know about it, so that
a thousand reports never stand in memory together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from indexer.corpus import Manifest
from indexer.discover import Found
from indexer.reading import read_file
from report_search.errors import ReadError
from report_search.generations.stored import decode_report, encode_report
from report_search.model import Report

FEW = 8
"""So many files are read in this process: starting others would cost more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file: ``light`` is the report without its sections and ``spool`` the file that holds it
    whole; else ``code`` and ``message`` say why it was not read.
    """

    file: Found
    light: Report | None = None
    spool: str = ""
    code: str = ""
    message: str = ""

    def load(self) -> Report:
        """The report, whole."""
        return decode_report(Path(self.spool).read_bytes())


def read_all(files: Sequence[Found], *, manifests: Mapping[Path, Manifest], spool: Path) -> Iterator[Reading]:
    """Read ``files`` into ``spool``, in their order."""
    work = partial(_read, manifests=dict(manifests), spool=spool)
    if len(files) <= FEW or (os.cpu_count() or 1) == 1:
        yield from map(work, enumerate(files))
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, enumerate(files), chunksize=4)


def _read(numbered: tuple[int, Found], *, manifests: Mapping[Path, Manifest], spool: Path) -> Reading:
    number, file = numbered
    try:
        report = read_file(file.path, root=file.root, manifest=manifests.get(file.root))
    except ReadError as error:
        return Reading(file, code=error.code, message=error.message)
    place = spool / f"{number}.json"
    place.write_bytes(encode_report(report))
    return Reading(file, light=replace(report, sections=()), spool=str(place))
