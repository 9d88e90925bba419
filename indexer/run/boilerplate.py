"""Which passages of a draft say nearly the same: what a run has added is read, and of the rest what is near to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from report_search.engine.registry import open_engine
from report_search.generations import Draft
from report_search.generations.boilerplate_file import read_catalogue, write_boilerplate
from report_search.wording.boilerplate.catalogue import (
    NOTHING,
    Catalogue,
    groups_of,
    restored,
    stored,
    updated,
)


def group_boilerplate(draft: Draft, progress: Callable[[str, int, int], None]) -> None:
    """Write the groups into ``draft``, whose engine is closed. Raises ``OperatorError`` if it can't be read."""
    progress("归组", 0, 0)
    agencies = {report: summary.agency for report, summary in draft.kept.items()}
    catalogue = _catalogue(draft)
    write_boilerplate(draft.folder, groups_of(catalogue, agencies), catalogue=stored(catalogue))


def _catalogue(draft: Draft) -> Catalogue:
    # By itself, so that an error of writing does not keep the engine's files mapped.
    former = restored(read_catalogue(draft.carried)) if draft.carried else NOTHING
    kept = draft.kept.keys() - draft.renewed
    stays = kept & set(former.reports)
    engine = open_engine(draft.engine, draft.engine_folder)
    try:
        snapshot = engine.snapshot()
        joins = {
            report: partial(snapshot.report_passages, report) for report in sorted(draft.kept.keys() - stays)
        }
        return updated(former, kept=stays, added=joins, passages_by_id=snapshot.passages)
    finally:
        engine.close()
