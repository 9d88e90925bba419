"""Looks for the official tables in lines whose columns are made of blanks.

The rule: every line is gone through once for each table, even where pieces of labels follow each other without one.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.document import Part
from indexer.tables.columns_of_blanks.disclosure import disclosure_at
from indexer.tables.columns_of_blanks.requests import requests_at
from indexer.tables.columns_of_blanks.reviews import reviews_at

_TABLES = (disclosure_at, requests_at, reviews_at)


class ColumnTables:
    """The tables in columns of blanks among ``parts``."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._looked_at = [0] * len(_TABLES)
        """The position up to which there is none, for each of the tables."""

    def at(self, start: int) -> tuple[list[Part], int] | None:
        """What the table at ``start`` becomes (its grid, lines of no row), and the position behind it; None if none."""
        for which, table_at in enumerate(_TABLES):
            if start < self._looked_at[which]:
                continue
            made, end = table_at(self._parts, start)
            if made:
                return made, end
            self._looked_at[which] = end
        return None
