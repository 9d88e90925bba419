"""Lines that were a table before a page was saved as text, collected into one flattened grid.

The rule: cells are told apart by tabs, pipes or several blanks; plain lines become a table only where the heads and
labels of an official form prove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from indexer.document import Grid, GridCell, Line, Part
from indexer.tables import labels
from indexer.tables.annex import annex_at
from indexer.tables.columns_of_blanks.reader import ColumnTables
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import label_key, trim
from report_search.taxonomy import official_forms

_BLANKS = re.compile(r"[ \u3000\xa0]{2,}")
_PIPES = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^[\s|:+\-=─━┼│]+$")
"""The line below the head of a Markdown table: ``|---|---:|``."""
_LEAST_LABELS = 4
_LEAST_VALUES = 2
_REACH = 12
"""Lines within which a row that an agency added must lead back to the official ones."""


def collect_flat_tables(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with the lines of every flattened table as one ``Grid``."""
    # Four layouts of the same table are met:
    #   规章⇥3⇥1 / 规范性文件⇥2⇥0          a row a line with borders between the cells: _Runs
    #   第二十条第（一）项 / 信息内容 / …     a cell of an official form a line: _Runs
    #   统计指标 / 单位 / 统计数 / …         the annex of 2014 to 2018 the same way: annex_at
    #      自然人    商业企      科研机 / …    the look of a page, labels torn over lines: columns_of_blanks
    found: list[Part] = []
    column_tables, runs = ColumnTables(parts), _Runs(parts)
    at = 0
    while at < len(parts):
        if annex := annex_at(parts, at):
            grid, at = annex
            found.append(grid)
        elif in_columns := column_tables.at(at):
            made, at = in_columns
            found += made
        elif end := runs.end_from(at):
            found.append(_grid(list(_lines(parts[at:end]))))
            at = end
        else:
            found.append(parts[at])
            at += 1
    return found


def _lines(parts: Iterable[Part]) -> Iterator[Line]:
    return (part for part in parts if isinstance(part, Line))


class _Runs:
    """Runs of lines that may be a table; lines that were looked through in vain are not looked through again.

    Where a run is no table, no part of it is one: fewer cells prove less.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._no_rows_before = 0
        self._no_cells_before = 0
        # Where the last run of either kind ends: several tables in it are no reason to look for its end again.
        self._rows_end = 0
        self._cells_end = 0

    def end_from(self, start: int) -> int:
        """The end of the table that begins at ``start``, 0 if none does."""
        return self._end_of_bordered_rows(start) or self._end_of_official_cells(start)

    def _end_of_bordered_rows(self, start: int) -> int:
        """The end of the rows from ``start`` on with tabs, pipes or columns of blanks, 0 if they are no table."""
        if start < self._no_rows_before:
            return 0
        self._rows_end = max(self._rows_end, start)
        while self._rows_end < len(self._parts) and _has_borders(self._parts[self._rows_end]):
            self._rows_end += 1
        end = _end_of_one_form(self._parts, start, self._rows_end)
        if _is_bordered_table(list(_lines(self._parts[start:end]))):
            return end
        self._no_rows_before = end
        return 0

    def _end_of_official_cells(self, start: int) -> int:
        """The end of the lines from ``start`` on that hold one cell (or a row) of an official form, 0 if none do."""
        first = self._parts[start]
        if start < self._no_cells_before or not isinstance(first, Line) or not _opens_form(first.text):
            return 0
        if start >= self._cells_end:
            self._cells_end = _end_of_cells(self._parts, start)
        end = _end_of_one_form(self._parts, start, self._cells_end)
        cells = [cell for line in _lines(self._parts[start:end]) for cell in _cells(line.text)]
        has_labels = sum(map(labels.is_official, cells)) >= _LEAST_LABELS
        if has_labels and _is_official_table(cells):
            return end
        self._no_cells_before = end
        return 0


def _has_borders(part: Part) -> bool:
    return isinstance(part, Line) and not part.level and len(_split(part.text)) > 1


def _is_bordered_table(lines: Sequence[Line]) -> bool:
    if len(lines) < 2 and not any(_is_row_of_form(line.text) for line in lines):
        return False
    if any("\t" in line.text or "|" in line.text for line in lines):
        return True
    # Prose has several blanks between words too, so alone they prove nothing.
    return _is_official_table([cell for line in lines for cell in _split(line.text)])


def _is_row_of_form(text: str) -> bool:
    cells = _split(text)
    return len(cells) > 2 and bool(labels.detect_form(cells))


def _is_official_table(cells: Sequence[str]) -> bool:
    return bool(labels.detect_form(cells)) and sum(map(is_value, cells)) >= _LEAST_VALUES


def _end_of_cells(parts: Sequence[Part], start: int) -> int:
    """The position behind the last whole cell that can be reached from ``start``."""
    end = start + 1
    for at in range(start + 1, len(parts)):
        part = parts[at]
        if not isinstance(part, Line) or part.level:
            break
        if _is_cell(part.text):
            end = at + 1
        # What is no whole cell belongs to the table only if one follows it.
        elif not _is_part_of_cell(parts, at):
            break
    return end


def _is_part_of_cell(parts: Sequence[Part], at: int) -> bool:
    """Whether the line is a torn label, goes on with a definition, or labels a row that the agency added."""
    is_torn = any(labels.is_fragment(trim(line.text)) for line in _lines(parts[at : at + 1]))
    return is_torn or _continues_definition(parts, at) or _is_added_label(parts, at)


def _continues_definition(parts: Sequence[Part], at: int) -> bool:
    """Whether the lines before lead back to a label whose definition is still open (no full stop, no value yet)."""
    for before in reversed(list(_lines(parts[max(0, at - _REACH) : at]))):
        if before.text.rstrip().endswith("。") or _is_values(before.text):
            return False
        if labels.begins_definition(before.text.strip("|｜ ")):
            return True
    return False


def _is_values(text: str) -> bool:
    return all(map(is_value, filter(None, _split(text))))


def _end_of_one_form(parts: Sequence[Part], start: int, end: int) -> int:
    """Where between ``start`` and ``end`` another official table begins, else ``end``."""
    own = ""
    for at in range(start, end):
        families = _families(parts[at])
        if own and families and own not in families:
            return at
        own = own or min(families, default="")
    return end


def _families(part: Part) -> set[str]:
    """The official tables that a cell of the line ``part`` can only belong to."""
    cells = _cells(part.text) if isinstance(part, Line) else []
    return {labels.table_family(cell) for cell in cells} - {""}


def _is_added_label(parts: Sequence[Part], at: int) -> bool:
    """Whether the line labels a row that the agency added: values before and behind it, then the form goes on."""
    # 3 / 本机关规章 / 5 / 规范性文件: the line in question is the second one.
    texts = [trim(line.text.strip("|｜ ")) for line in _lines(parts[at - 1 : at + _REACH])]
    if len(texts) < 4 or not is_value(texts[0]) or not is_value(texts[2]):
        return False
    next_label = next((text for text in texts[2:] if not is_value(text)), "")
    return labels.is_official(next_label)


def _opens_form(text: str) -> bool:
    """Whether ``text`` begins with what an official form begins with: a block, the rule of sums, a column head."""
    cells = labels.split_glued_cells(text)
    first = cells[0] if len(cells) > _LEAST_LABELS else trim(text.strip("|｜ "))
    is_corner = label_key(official_forms.RULE_OF_SUMS) in label_key(first)
    return is_corner or bool(labels.block_item(first)) or labels.is_column_head(first)


def _is_cell(text: str) -> bool:
    cells = [cell for cell in _split(text) if cell]
    return all(is_value(cell) or labels.is_official(cell) or labels.split_glued_cells(cell) for cell in cells)


def _cells(text: str) -> list[str]:
    """The cells of a line, those that single blanks glue together taken apart where the form proves them."""
    found = []
    for cell in _split(text):
        glued = [] if is_value(cell) else labels.split_glued_cells(cell)
        # Labels like 第二十条第（一）项 are recognised by their beginning, so a few words glued behind them count as
        # one label; more than that is a whole row.
        is_whole = labels.is_official(cell) and len(glued) <= _LEAST_LABELS
        found += glued if glued and not is_whole else [cell]
    return found


def _split(text: str) -> list[str]:
    """The cells of a line; a line without any border is one cell."""
    if "|" in text or "｜" in text:
        return _split_at_pipes(text)
    if "\t" in text:
        return [trim(cell) for cell in text.split("\t")]
    return [trim(cell) for cell in _BLANKS.split(text.strip())]


def _split_at_pipes(text: str) -> list[str]:
    """The cells between pipes; those at the edges are the frame, ``\\|`` is a pipe that is printed."""
    cells = _PIPES.split(text.replace("｜", "|").strip())
    if cells and not cells[0].strip():
        del cells[0]
    if cells and not cells[-1].strip():
        del cells[-1]
    return [trim(cell.replace("\\|", "|")) for cell in cells]


def _grid(lines: Sequence[Line]) -> Grid:
    rows = []
    for line, after in zip_longest(lines, lines[1:]):
        if _is_rule(line):
            continue
        is_head = after is not None and _is_rule(after)
        cells = (GridCell(text, is_header=is_head, recognised=line.recognised) for text in _cells(line.text))
        rows.append(tuple(cells))
    return Grid(tuple(row for row in rows if row), page=lines[0].page, where=lines[0].where, flattened=True)


def _is_rule(line: Line) -> bool:
    return "|" in line.text and bool(_RULE.match(line.text))
