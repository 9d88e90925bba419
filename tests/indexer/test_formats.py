"""Every format gives the report that its web page gives, and no damaged file harms its reader.

``python -m benchmarks formats`` tries two hundred reports and a thousand mutants of each.
"""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from benchmarks.files.formats import FORMATS, bare, mutant
from benchmarks.reading import WRITERS
from indexer.read_report import read_bytes
from indexer.synthetic.reports import report, reports
from report_search.errors import ReadError
from report_search.model import Report
from tests.sampling import WHOLE

NEEDS = {"doc": "olefile", "xls": "olefile", "xlsx": "python_calamine"}
MUTANTS = 1_000 if WHOLE else 50
REPORTS: list[Report] = [
    *(report("示例癸区人民政府", year) for year in (2012, 2016, 2019, 2021)),
    *reports(20 if WHOLE else 3, seed=5),
]


def skip_without_extra(format_: str) -> None:
    if format_ in NEEDS:
        pytest.importorskip(NEEDS[format_], reason="the extra office is not installed")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_is_the_same_in_every_format(format_: str) -> None:
    skip_without_extra(format_)
    for made in REPORTS:
        read = read_bytes(WRITERS[format_](made), "x.txt")
        assert bare(read) == bare(read_bytes(WRITERS["html"](made), "x.html"))
        assert not read.warnings
        assert read.source.format in (format_, "sheet")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_damaged_file_is_refused_or_read_in_time(format_: str) -> None:
    skip_without_extra(format_)
    for number in range(MUTANTS):
        data = mutant(format_, number)
        begin = time.process_time()
        with suppress(ReadError):
            read_bytes(data, "x.txt")
        assert time.process_time() - begin < 20, f"mutant {number}"


def test_mutants_are_the_same_each_time_and_differ() -> None:
    assert mutant("rtf", 3) == mutant("rtf", 3)
    assert len({mutant("rtf", number) for number in range(10)}) == 10


@pytest.mark.parametrize(("format_", "number"), [("ofd", 234), ("odt", 946), ("xls", 551)])
def test_what_once_harmed_a_reader(format_: str, number: int) -> None:
    """A part without a byte left; an entry without a name; sectors that lead in a circle."""
    skip_without_extra(format_)
    begin = time.process_time()
    with suppress(ReadError):
        read_bytes(mutant(format_, number), "x.txt")
    assert time.process_time() - begin < 10
