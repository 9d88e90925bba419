"""Chosen years in few words: 2014—2019、2021年.

The rule: only years that follow each other without a gap are joined, so that what is written is what was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from report_search.fields import NO_YEAR, NO_YEAR_LABEL


def runs_of_years(values: Sequence[str]) -> list[tuple[str, ...]]:
    """``values`` of the filter ``year`` in runs of years that follow each other, the unknown year last by itself."""
    runs: list[tuple[str, ...]] = []
    for year in sorted(value for value in values if value.isdigit()):
        if runs and int(runs[-1][-1]) + 1 == int(year):
            runs[-1] = (*runs[-1], year)
        else:
            runs.append((year,))
    return runs + [(value,) for value in values if not value.isdigit()]


def years_text(values: Sequence[str]) -> str:
    """``values`` of the filter ``year`` as text; more than two runs by the first and the last year and their number."""
    runs = runs_of_years(values)
    known = [run for run in runs if run[0] != NO_YEAR]
    texts = [run[0] if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in known]
    if len(texts) > 2:
        texts = [f"{known[0][0]}—{known[-1][-1]}年中的 {sum(map(len, known))} 个年份"]
    elif texts:
        texts = ["、".join(texts) + "年"]
    return "、".join(texts + [NO_YEAR_LABEL] * (len(runs) - len(known)))
