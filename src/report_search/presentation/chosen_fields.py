"""What of a hit is wanted: ``fields`` chooses its keys, ``cells`` adds the cells of rows.

The rule: an unknown name is an error that lists the known ones, never a key that is silently not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from report_search.errors import RequestError
from report_search.model import Report
from report_search.presentation.payloads.hits import HIT_FIELDS
from report_search.presentation.payloads.searching import SearchPayload
from report_search.search.table_cells import TableCells

if TYPE_CHECKING:
    from report_search.search.results import Hit, SearchPage


def read_fields(values: Iterable[str]) -> tuple[str, ...]:
    """The fields of a hit that are wanted, in their usual order; () for all.

    ``values`` are names, several in one value with commas between. Raises ``RequestError`` (``bad-fields``) for a
    name that no field has.
    """
    names = [name.strip() for value in values for name in value.split(",")]
    chosen = set(filter(None, names))
    for name in names:
        if name and name not in HIT_FIELDS:
            raise RequestError(
                "bad-fields", f"结果没有名为“{name}”的字段。", hint=f"可用的字段：{'、'.join(HIT_FIELDS)}。"
            )
    return tuple(name for name in HIT_FIELDS if name in chosen)


def with_fields(payload: SearchPayload, fields: tuple[str, ...]) -> SearchPayload | dict[str, Any]:
    """``payload`` with only ``fields`` of each hit; as it is for ()."""
    if not fields:
        return payload
    hits = [{name: getattr(hit, name) for name in fields} for hit in payload.hits]
    return {**msgspec.structs.asdict(payload), "hits": hits}


def with_row_cells(page: SearchPage, report: Callable[[str], Report | None]) -> SearchPage:
    """``page`` with the cells of every row among its hits; ``report`` fetches a report by its id."""
    tables = TableCells(report, lambda _: ())
    return replace(page, hits=tuple(_with_own_cells(hit, tables) for hit in page.hits))


def _with_own_cells(hit: Hit, tables: TableCells) -> Hit:
    is_row = hit.passage.type == "table" and not hit.passage.is_head
    return replace(hit, cells=tables.of_row(hit.passage)) if is_row else hit
