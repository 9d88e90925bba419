"""Pages saved without their line breaks or with the borders of the table they were laid out in.

The rule: a line is split only before a section title, item or official table that follows a blank or a full stop in
it, and only where several such titles prove that the breaks were lost. Borders around prose go, words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

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
    r"(?<=[\s|])(?=第二十条第?[（(]一[)）]项[\s|]|[（(]?本列数据的勾稽关系|行政复议[\s|]+行政诉讼[\s|]+结果维持)"
)
_LEAST_TITLES = 2
_EDGES = "|｜ \t\u3000\xa0"


def restore_line_breaks(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with every line that lost its breaks split at its section titles, items and tables."""
    # 一、总体情况 全年培训3次。（一）主动公开 …… 二、主动公开政府信息情况 第二十条第（一）项 信息内容 …… →
    # 一、总体情况 / 全年培训3次。（一）主动公开 …… / 二、主动公开政府信息情况 / 第二十条第（一）项 信息内容 ……
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Line) and len(titles := _title_spans(part.text)) >= _LEAST_TITLES:
            found += _split_at_titles(part, titles)
        else:
            found.append(part)
    return found


def drop_cell_borders(parts: Sequence[Part]) -> list[Part]:
    """``parts`` without the pipes at the edges of lines that are no table, and without lines of nothing else."""
    found: list[Part] = []
    gap = False
    for part in parts:
        if isinstance(part, Line) and _has_border(part.text):
            bare = part.text.strip(_EDGES)
            if not bare:
                # A line of nothing but borders separates what is above it from what is below.
                gap = True
                continue
            part = replace(part, text=bare)
        found.append(replace(part, gap=True) if gap and isinstance(part, Line) else part)
        gap = False
    return found


def _has_border(text: str) -> bool:
    """Whether the first or the last character of ``text`` is a pipe; blanks at its ends are left to others."""
    printed, bare = text.strip(), text.strip(_EDGES)
    return printed[:1] != bare[:1] or printed[-1:] != bare[-1:]


def _title_spans(text: str) -> list[tuple[int, int]]:
    """Where the known section titles are in ``text``; a list of them, as an opening announces it, is none."""
    found = []
    for match in _TITLE.finditer(text):
        ordinal = ordinal_of(match.group())
        if ordinal and sections.is_known_title(normalise(ordinal.rest)):
            found.append(match.span())
    return found


def _split_at_titles(line: Line, titles: Sequence[tuple[int, int]]) -> Iterator[Line]:
    at = 0
    for start, end in titles:
        yield from _split_at_items(line, line.text[at:start])
        yield replace(line, text=line.text[start:end].strip(_EDGES), gap=True)
        at = end
    yield from _split_at_items(line, line.text[at:])


def _split_at_items(line: Line, text: str) -> Iterator[Line]:
    """The text between two section titles as a line for each item and each official table."""
    for piece in _TABLE.split(text):
        # （一）予以公开 in a table looks like an item, so a table stays whole.
        for one in [piece] if _is_table(piece) else _ITEM.split(piece):
            bare = one.strip(_EDGES).lstrip("。：: ")
            if bare:
                yield replace(line, text=bare, gap=True, level=0, strong=False)


def _is_table(text: str) -> bool:
    """Whether ``text`` begins as the disclosure table or the request table does."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    is_request_table = label_key(official_forms.RULE_OF_SUMS) in label_key(text[:20])
    return is_request_table or bool(labels.block_item(first))
