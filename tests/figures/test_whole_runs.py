"""A sample of ``benchmarks/numbers/figures.py``: every cell right in each format, every planted fault found."""

from __future__ import annotations

import pytest

from benchmarks.numbers.figures import compare_cells, eras, false_alarms, find_faults
from benchmarks.numbers.planted import KINDS, planted
from indexer.synthetic import printing
from tests.sampling import WHOLE


@pytest.mark.parametrize(("form", "share"), [("html", 1), ("docx", 1), ("pdf", 4)])
def test_every_cell_of_mixed_eras_is_right(form: str, share: int) -> None:
    if form == "pdf" and not printing.is_available():
        pytest.skip("no Chromium to print PDF with")
    made = list(eras((60 if WHOLE else 12) // share))
    told = compare_cells(made, form)
    assert told.wrong_reports == ()
    assert told.cells == told.right > 50 * len(made)


def test_every_planted_fault_is_found_and_nothing_else() -> None:
    told = find_faults(planted(60 if WHOLE else 12, seed=5))
    assert set(told.planted) == set(KINDS)
    assert told.found == told.planted
    assert told.extra == 0


def test_clean_reports_give_no_alarm_when_they_are_read_again() -> None:
    assert false_alarms(30 if WHOLE else 8) == 0
