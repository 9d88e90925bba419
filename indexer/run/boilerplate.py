"""Which passages of a draft say nearly the same: found over all of them, whatever this run has added or removed."""

from __future__ import annotations

from collections.abc import Callable

from report_search.engine.registry import open_engine
from report_search.generations import Draft
from report_search.generations.boilerplate_file import BoilerplateGroup, write_boilerplate
from report_search.wording.boilerplate import boilerplate_groups


def group_boilerplate(draft: Draft, progress: Callable[[str, int, int], None]) -> None:
    """Write the groups into ``draft``, whose engine is closed. Raises ``OperatorError`` if it can't be read."""
    progress("归组", 0, 0)
    write_boilerplate(draft.folder, _groups(draft))


def _groups(draft: Draft) -> list[BoilerplateGroup]:
    # By itself, so that an error of writing does not keep the engine's files mapped.
    engine = open_engine(draft.engine, draft.engine_folder)
    try:
        snapshot = engine.snapshot()
        passages = (one for report in sorted(draft.kept) for one in snapshot.report_passages(report))
        return boilerplate_groups(passages)
    finally:
        engine.close()
