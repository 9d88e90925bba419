"""Pages saved without their line breaks or with the borders of the table they were laid out in.

The rule: a line is cut only before a printed section title, item or official table that stands in it behind a blank
or a full stop, and only where several such titles prove that the breaks were lost. Borders around prose go, words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.document import Line, Part
from indexer.tables import labels
from indexer.text.ordinals import ordinal_of
from report_search.analysis.normalise import label_key, normalise
from report_search.taxonomy import official_forms, sections

_TITLE = re.compile(
    r"(?:^|(?<=[\s。；！？|]))[一二三四五六七八九十]{1,2}、\s?[^\s。；，,：:|]{3,40}(?=[\s。：:|]|$)"
)
_ITEM = re.compile(r"(?<=[\s|])(?=[（(][一二三四五六七八九十]{1,2}[)）]\s?[\u4e00-\u9fff])")
_TABLE = re.compile(
    r"(?<=[\s|])(?=第二十条第[（(]一[)）]项[\s|]|[（(]?本列数据的勾稽关系|行政复议[\s|]+行政诉讼[\s|]+结果维持)"
)
_LEAST_TITLES = 2
_EDGES = "|｜ \t\u3000\xa0"


def restore_line_breaks(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with every line that lost its breaks cut at its section titles, items and tables."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Line) and len(titles := _titles(part.text)) >= _LEAST_TITLES:
            found += _cut(part, titles)
        else:
            found.append(part)
    return found


def drop_cell_borders(parts: Sequence[Part]) -> list[Part]:
    """``parts`` without the pipes at the edges of lines that are no table, and without lines of nothing else."""
    found: list[Part] = []
    gap = False
    for part in parts:
        if (
            isinstance(part, Line)
            and part.text.strip()[:1] + part.text.strip()[-1:]
            != part.text.strip(_EDGES)[:1] + part.text.strip(_EDGES)[-1:]
        ):
            bare = part.text.strip(_EDGES)
            gap = gap or not bare
            if not bare:
                continue
            part = replace(part, text=bare)
        found.append(replace(part, gap=True) if gap and isinstance(part, Line) else part)
        gap = False
    return found


def _titles(text: str) -> list[tuple[int, int]]:
    """Where the known section titles stand in ``text``; a list of them, as an opening announces it, is none."""
    found = []
    for match in _TITLE.finditer(text):
        ordinal = ordinal_of(match.group())
        if ordinal and sections.is_known_title(normalise(ordinal.rest)):
            found.append(match.span())
    return found


def _cut(line: Line, titles: Sequence[tuple[int, int]]) -> Iterator[Line]:
    at = 0
    for start, end in titles:
        yield from _lines(line, line.text[at:start])
        yield replace(line, text=line.text[start:end].strip(_EDGES), gap=True)
        at = end
    yield from _lines(line, line.text[at:])


def _lines(line: Line, text: str) -> Iterator[Line]:
    for piece in _TABLE.split(text):
        pieces = [piece] if labels.block_item(piece.split(maxsplit=1)[0] if piece.split() else "") else []
        if label_key(official_forms.RULE_OF_SUMS) in label_key(piece[:20]):
            pieces = [piece]
        for one in pieces or _ITEM.split(piece):
            bare = one.strip(_EDGES).lstrip("。：: ")
            if bare:
                yield replace(line, text=bare, gap=True, level=0, strong=False)
