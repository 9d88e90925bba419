"""Statements: what is compared between reports, a sentence of a paragraph or a row of a table.

The rule: two statements say the same if their keys are equal, the folded texts; how they were printed, and under
which ordinal, makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from report_search.analysis.fold import fold
from report_search.analysis.sentences import sentences
from report_search.fields import BORDER
from report_search.passages import Passage

_DIGITS = re.compile(r"[0-9][0-9,.]*")
_NO_VALUE = re.compile(r"[\s\-—–－/／]*|无")
"""A cell that says that there is no number: no head of a row is printed so."""


@dataclass(frozen=True, slots=True)
class Statement:
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
    return fold(text).text


@lru_cache(maxsize=50_000)
def without_numbers(key: str) -> str:
    """A key with each number replaced by the same sign, so that 157次 and 225次 are alike."""
    return _DIGITS.sub("0", key)


def statements_of(passages: Iterable[Passage]) -> list[Statement]:
    """The statements of passages in their order; headings and heads of tables, which only name things, have none."""
    return [statement for passage in passages for statement in _of_passage(passage)]


def _of_passage(passage: Passage) -> Iterator[Statement]:
    if passage.is_heading or passage.is_head:
        return
    if passage.type == "table":
        label = _label(passage)
        yield Statement(passage.text, passage.id, passage.section, label=label)
        return
    for number, sentence in enumerate(sentences(passage.text)):
        yield Statement(sentence, passage.id, passage.section, number)


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
