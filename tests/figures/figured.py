"""An index with figures and the truth about it, as tests share it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report_search.figures.database import FigureDatabase
from report_search.generations import Generation
from report_search.search.searcher import Searcher

SINCE = 2019


@dataclass(frozen=True)
class Figured:
    """An index with figures, the folder of its files, and the truth about them."""

    index: Path
    files: Path
    truth: dict[str, Any]

    @property
    def generation(self) -> Generation:
        return Searcher(self.index).generation()

    @property
    def database(self) -> FigureDatabase:
        return FigureDatabase(self.generation)

    def names(self) -> dict[str, str]:
        """The ids that the index gives, by the names of the truth."""
        by_path = {summary.path: summary.id for summary in self.generation.reports()}
        return {
            one["report"]: by_path[one["file"]] for one in self.truth["reports"] if one["file"] in by_path
        }
