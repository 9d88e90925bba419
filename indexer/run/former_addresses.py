"""Entering the addresses of an index whose book of addresses is missing or behind.

An index of version 0.1 has no book, an operator may have lost it, and a rollback leaves it ahead. The rule: before
anything is changed, every address of the current generation is in the book, under the id by which it is found today.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from msgspec.structs import replace

from report_search.engine.protocol import Snapshot
from report_search.engine.registry import open_engine
from report_search.errors import OperatorError
from report_search.generations import Draft, Generation
from report_search.generations.build_record import IDS, header_of
from report_search.model import ReportHeader
from report_search.passage_ids import ordinal_ids
from report_search.passages import Passage, passages_of, passages_with_headings

LOG = logging.getLogger("indexer")


def enter_former(draft: Draft) -> None:
    """Enter the addresses of the generation before ``draft`` unless its book has them."""
    before = draft.before
    if before is None or draft.addresses.knows(before.id):
        return
    with _engine_of(before) as snapshot:
        draft.addresses.enter(before, _former(before, snapshot))


@contextmanager
def _engine_of(before: Generation) -> Iterator[Snapshot | None]:
    """What the engine of ``before`` holds; None where it can't be opened."""
    # An engine of another version, or one that is not installed any more, may raise anything.
    try:
        engine = open_engine(before.record.engine, before.engine_folder)
    except Exception as unreadable:  # noqa: BLE001 - whatever an engine's files do to it
        LOG.info("addresses are taken from the reports: %s", unreadable)
        yield None
        return
    try:
        yield engine.snapshot()
    finally:
        with suppress(OperatorError):
            engine.close()


def _former(
    before: Generation, snapshot: Snapshot | None
) -> Iterator[tuple[ReportHeader, str, Sequence[Passage]]]:
    """Each report of ``before`` with its corpus folder and its passages, as the engine has them if it can be read."""
    roots = {record.report: record.root for record in before.record.sources if record.report}
    for summary in before.reports():
        passages: Sequence[Passage] = ()
        if snapshot is not None:
            with suppress(Exception):
                passages = snapshot.report_passages(summary.id)
        passages = passages or _as_counted(before, summary.id)
        yield header_of(summary), roots.get(summary.id, ""), passages


def _as_counted(before: Generation, report_id: str) -> list[Passage]:
    """The passages of a report by its JSON alone, with the ids that the generation's own rule gave them."""
    report = before.report(report_id)
    if report is None:
        return []
    if before.record.ids >= IDS:
        return passages_with_headings(report)
    # Under the rule of 0.1 headings were no passages.
    passages = passages_of(report)
    ids = ordinal_ids(f"{report_id}-", [passage.text for passage in passages])
    return [replace(passage, id=name) for passage, name in zip(passages, ids, strict=True)]
