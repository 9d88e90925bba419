"""The chart of the front page: how long a page takes as the corpus grows, for each engine and its peers.

What: from figures that ``python -m benchmarks engines --save FILE.json`` kept, for each engine and size the median
over the classes of queries that all engines were asked: the first time a query is asked, and again. Both scales are
logarithmic. Nothing is measured here. Needs the extra ``chart``.

    python -m benchmarks chart benchmarks/results/engines.json docs/images/engines.svg
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from benchmarks.peers import PEERS

CLASSES = ("two words", "either word", "common words", "8 characters")
TURNS = {"asked for the first time": 0, "asked again": 2}
"""The panels, and the index of their figures among the three of a page."""
COLOURS = ("#0b6e4f", "#c8553d", "#5b7db1", "#8a8a8a", "#b59f3b", "#6d597a")
Series = dict[str, list[tuple[int, float]]]
Kept = dict[str, list[dict[str, Any]]]
"""The figures of every engine by the number of passages."""


def series(kept: Kept, turn: int) -> Series:
    """For each engine its sizes in passages and the milliseconds of a page."""
    found: Series = {}
    for size, engines in kept.items():
        for figures in engines:
            page = statistics.median(figures["pages"][kind][turn] for kind in CLASSES)
            found.setdefault(figures["name"], []).append((int(size), page))
    return found


def draw(kept: Kept, target: Path) -> None:
    """Write the chart to ``target``; its suffix names the format."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "report-search", "font.size": 9})
    figure, panels = pyplot.subplots(1, len(TURNS), figsize=(9, 3.8), sharey=True, layout="constrained")
    for panel, (title, turn) in zip(panels, TURNS.items(), strict=True):
        for (name, points), colour in zip(series(kept, turn).items(), COLOURS, strict=False):
            style = {
                "color": colour,
                "marker": "o",
                "markersize": 4,
                "linewidth": 1.2 if name in PEERS else 2.4,
            }
            panel.loglog(*zip(*points, strict=True), label=name, linestyle=_line(name), **style)
        panel.set(title=title, xlabel="passages")
        panel.grid(visible=True, which="major", alpha=0.3)
        panel.yaxis.set_major_formatter("{x:g}")
    panels[0].set_ylabel("a page, milliseconds")
    panels[-1].legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False)
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)


def _line(name: str) -> str:
    return "--" if name in PEERS else "-"


def main(arguments: list[str]) -> None:
    """Draw the chart from kept figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks chart", description=__doc__)
    parser.add_argument("figures", type=Path)
    parser.add_argument("target", type=Path)
    chosen = parser.parse_args(arguments)
    draw(json.loads(chosen.figures.read_text(encoding="utf-8")), chosen.target)
