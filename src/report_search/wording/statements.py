"""Statements: what is compared between reports, a sentence of a paragraph or a row of a table.

The rule: two statements say the same if their keys are equal, the folded texts; how they were printed, and under
which ordinal, makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from report_search.analysis.fold import fold_text
from report_search.analysis.sentences import sentences
from report_search.fields import BORDER
from report_search.generations.statement_file import SaidPassage
from report_search.passages import Passage

_DIGITS = re.compile(r"[0-9][0-9,.]*")
_NO_VALUE = re.compile(r"[\s\-—–－/／]*|无")
"""A cell that says that there is no number: no head of a row is printed so."""


class Statement(Struct, frozen=True):
    """A sentence, or a row of a table, in the passage with the id ``passage`` of a section of the kind ``section``.

    ``number`` counts the sentences of its passage from 0. ``label`` are the heads of a row, "" for a sentence.
    """

    text: str
    passage: str
    section: str
    number: int = 0
    label: str = ""

    @property
    def key(self) -> str:
        """The text as it is compared."""
        return key_of(self.text)

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return bool(self.label)


@lru_cache(maxsize=50_000)
def key_of(text: str) -> str:
    """A text as it is compared: folded. Most sentences are said year after year, so the last ones are kept."""
    return fold_text(text)


@lru_cache(maxsize=50_000)
def without_numbers(key: str) -> str:
    """A key with each number replaced by the same sign, so that 157次 and 225次 are alike."""
    return _DIGITS.sub("0", key)


def statements_of(passages: Iterable[Passage]) -> list[Statement]:
    """The statements of passages in their order; headings and heads of tables, which only name things, have none."""
    return statements_in(said_in(passages))


def statements_in(said: Iterable[SaidPassage]) -> list[Statement]:
    """The statements of passages that are cut already."""
    return [
        Statement(text, one.id, one.section, number, one.label)
        for one in said
        for number, text in enumerate(one.said)
    ]


def said_in(passages: Iterable[Passage]) -> list[SaidPassage]:
    """Passages cut into statements, those left out that only name things."""
    return [_cut(passage) for passage in passages if not passage.is_heading and not passage.is_head]


def _cut(passage: Passage) -> SaidPassage:
    is_row = passage.type == "table"
    label = _label(passage) if is_row else ""
    said = (passage.text,) if is_row else tuple(sentences(passage.text))
    return SaidPassage(passage.id, passage.section, label, fold_text(passage.text), said)


def _label(passage: Passage) -> str:
    """What names a row: its heads, whatever its values; its first cell where it has none."""
    parts = passage.text.split(BORDER)
    heads = parts[: min(passage.value_cells, default=len(parts))]
    while heads and _NO_VALUE.fullmatch(heads[-1]):
        heads.pop()
    if len(heads) == len(parts):
        heads = parts[:1]
    return key_of(BORDER.join(heads)) or BORDER


def joined(statements: Sequence[Statement]) -> str:
    """The texts of statements that follow each other, as one."""
    return "".join(statement.text for statement in statements)
