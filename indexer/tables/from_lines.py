"""Runs of lines that were a table before a page was saved as text: gathered into one flattened grid.

The rule: cells are told apart by tabs, pipes or runs of blanks; a run of plain lines becomes a table only where the
heads and labels of an official form prove it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.document import Grid, GridCell, Line, Part
from indexer.tables import labels
from indexer.tables.annex import annex_at
from report_search.analysis.cell_values import is_value
from report_search.analysis.normalise import label_key, trim
from report_search.taxonomy import official_forms

_BLANKS = re.compile(r"[ \u3000\xa0]{2,}")
_PIPES = re.compile(r"(?<!\\)\|")
_SEPARATOR = re.compile(r"^[\s|:+\-=─━┼│]+$")
_LEAST_PROOF = 4
_REACH = 12
"""Lines within which a row that an agency added must lead back to the official ones."""


def collect_flat_tables(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with every run of lines that is a flattened table as one ``Grid``."""
    found: list[Part] = []
    at = 0
    while at < len(parts):
        annex = annex_at(parts, at)
        if annex:
            found.append(annex[0])
            at = annex[1]
            continue
        end = _end_of_marked(parts, at) or _end_of_cells(parts, at)
        if end:
            found.append(_grid([part for part in parts[at:end] if isinstance(part, Line)]))
            at = end
        else:
            found.append(parts[at])
            at += 1
    return found


def _end_of_marked(parts: Sequence[Part], start: int) -> int:
    """The end of a run of two or more lines with tabs, pipes or columns of blanks, 0 if there is none."""
    end = start
    while end < len(parts) and _marked(parts[end]):
        end += 1
    end = _end_of_family(parts, start, end)
    lines = [part for part in parts[start:end] if isinstance(part, Line)]
    if len(lines) < 2 and not (
        lines and len(_split(lines[0].text)) > 2 and labels.detect_form(_split(lines[0].text))
    ):
        return 0
    if all("\t" not in line.text and "|" not in line.text for line in lines) and not _proven(lines):
        return 0
    return end


def _marked(part: Part) -> bool:
    return isinstance(part, Line) and not part.level and len(_split(part.text)) > 1


def _proven(lines: Sequence[Line]) -> bool:
    cells = [cell for line in lines for cell in _split(line.text)]
    return bool(labels.detect_form(cells)) and sum(map(is_value, cells)) >= 2


def _end_of_cells(parts: Sequence[Part], start: int) -> int:
    """The end of a run of lines that each hold one cell (or a row) of an official form, 0 if there is none."""
    first = parts[start]
    if not isinstance(first, Line) or not _opens(first.text):
        return 0
    last = end = start + 1
    while end < len(parts) and isinstance(part := parts[end], Line) and not part.level:
        whole = _is_cell(part.text)
        if not whole and not labels.is_fragment(trim(part.text)) and not _is_own_label(parts, end):
            break
        end += 1
        last = end if whole else last
    last = _end_of_family(parts, start, last)
    cells = [cell for part in parts[start:last] if isinstance(part, Line) for cell in _cells(part.text)]
    proof = sum(labels.is_official(cell) for cell in cells)
    return (
        last if proof >= _LEAST_PROOF and sum(map(is_value, cells)) > 1 and labels.detect_form(cells) else 0
    )


def _end_of_family(parts: Sequence[Part], start: int, end: int) -> int:
    """Where within the run another official table begins, else ``end``."""
    own = ""
    for at in range(start, end):
        part = parts[at]
        found = (
            {labels.table_family(cell) for cell in _cells(part.text)} - {""}
            if isinstance(part, Line)
            else set()
        )
        if own and found and own not in found:
            return at
        own = own or min(found, default="")
    return end


def _is_own_label(parts: Sequence[Part], at: int) -> bool:
    """Whether the line labels a row that the agency added: values before and behind it, then the form goes on."""
    texts = [trim(part.text.strip("|｜ ")) for part in parts[at - 1 : at + _REACH] if isinstance(part, Line)]
    after = next((text for text in texts[2:] if not is_value(text)), "")
    return len(texts) > 3 and is_value(texts[0]) and is_value(texts[2]) and labels.is_official(after)


def _opens(text: str) -> bool:
    pieces = labels.split_glued_cells(text)
    bare = pieces[0] if len(pieces) > _LEAST_PROOF else trim(text.strip("|｜ "))
    return (
        bool(labels.block_item(bare))
        or label_key(official_forms.RULE_OF_SUMS) in label_key(bare)
        or labels.is_column_head(bare)
    )


def _is_cell(text: str) -> bool:
    cells = [cell for cell in _split(text) if cell]
    return all(is_value(cell) or labels.is_official(cell) or labels.split_glued_cells(cell) for cell in cells)


def _cells(text: str) -> list[str]:
    """The cells of a line, those that single blanks glue together taken apart where the form proves them."""
    found = []
    for cell in _split(text):
        glued = [] if is_value(cell) else labels.split_glued_cells(cell)
        whole = labels.is_official(cell) and len(glued) <= _LEAST_PROOF
        found += [cell] if whole or not glued else glued
    return found


def _split(text: str) -> list[str]:
    """The cells of a line; a line without any border is one cell."""
    if "|" in text or "｜" in text:
        cells = _PIPES.split(text.replace("｜", "|").strip())
        cells = cells[1:] if cells and not cells[0].strip() else cells
        cells = cells[:-1] if cells and not cells[-1].strip() else cells
        return [trim(cell.replace("\\|", "|")) for cell in cells]
    if "\t" in text:
        return [trim(cell) for cell in text.split("\t")]
    return [trim(cell) for cell in _BLANKS.split(text.strip())]


def _grid(lines: Sequence[Line]) -> Grid:
    rows = []
    for at, line in enumerate(lines):
        if "|" in line.text and _SEPARATOR.match(line.text):
            continue
        head = (
            at + 1 < len(lines) and "|" in lines[at + 1].text and bool(_SEPARATOR.match(lines[at + 1].text))
        )
        rows.append(tuple(GridCell(text, is_header=head) for text in _cells(line.text)))
    return Grid(tuple(row for row in rows if row), page=lines[0].page, where=lines[0].where, flattened=True)
