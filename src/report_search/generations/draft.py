"""A generation in the making: seen by nobody until it is published, of no worth if it never is.

The rule: everything is written, counted and checked before ``current`` is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from report_search.errors import OperatorError
from report_search.generations.files import digests, files_below, link_tree, sync, sync_tree, write_new
from report_search.generations.generation import ENGINE_FOLDER, REPORT_FOLDER, Generation, report_file
from report_search.generations.run import LAYOUT, RUN_FILE, ReportSummary, Run, SourceRecord, summary_of
from report_search.generations.stored import encode_report
from report_search.model import Report, ReportWarning

Check = Callable[[Path], None]
"""Given the draft's engine folder, raises ``OperatorError`` if a golden query does not find its passages."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the run that filled a draft has to say: the engine's own counts, each source file, warnings."""

    passages: int
    reports: int
    sources: tuple[SourceRecord, ...] = ()
    warnings: tuple[ReportWarning, ...] = ()
    recipe: str = ""


class Draft:
    """A generation being built in ``folder``.

    ``carried`` is the generation whose files it started from, or None: nothing was there, or it was built by
    another engine or fingerprint, so that everything has to be read again.
    """

    def __init__(
        self, folder: Path, *, name: str, engine: str, fingerprint: str, before: Generation | None
    ) -> None:
        self.id = name
        self.folder = folder
        self.engine = engine
        self.fingerprint = fingerprint
        self.before = before
        self.started = now()
        same = before is not None and (before.run.engine, before.run.fingerprint) == (engine, fingerprint)
        self.carried = before if same else None
        self._summaries: dict[str, ReportSummary] = {}
        self.engine_folder.mkdir(parents=True)
        (folder / REPORT_FOLDER).mkdir()
        if self.carried:
            self._carry(self.carried)

    @property
    def engine_folder(self) -> Path:
        """The folder for the engine's files."""
        return self.folder / ENGINE_FOLDER

    @property
    def kept(self) -> dict[str, ReportSummary]:
        """The reports that are in the draft now, by id."""
        return dict(self._summaries)

    def put(self, report: Report, *, passages: int) -> None:
        """Take ``report`` in, in place of one with its id; ``passages`` counts those given to the engine."""
        write_new(self.folder / report_file(report.id), encode_report(report))
        self._summaries[report.id] = summary_of(report, passages=passages)

    def drop(self, report_id: str) -> None:
        """Leave a report out; one that is not there is no error."""
        if self._summaries.pop(report_id, None) is not None:
            (self.folder / report_file(report_id)).unlink(missing_ok=True)

    def seal(self, outcome: Outcome, *, check: Check | None = None) -> Run:
        """Count, check, hash, write ``run.json``, synchronise: then the folder is ready to be published."""
        self._count(outcome)
        if check:
            check(self.engine_folder)
        run = Run(
            layout=LAYOUT,
            generation=self.id,
            previous=self.before.id if self.before else "",
            engine=self.engine,
            fingerprint=self.fingerprint,
            started=self.started,
            built=now(),
            passages=outcome.passages,
            reports=outcome.reports,
            summaries=tuple(self._summaries[key] for key in sorted(self._summaries)),
            sources=outcome.sources,
            checksums=self._checksums(),
            warnings=outcome.warnings,
            recipe=outcome.recipe,
        )
        (self.folder / RUN_FILE).write_bytes(msgspec.json.encode(run))
        sync(self.folder / RUN_FILE)
        sync_tree(self.folder, known=frozenset(self._shared()))
        return run

    def _carry(self, before: Generation) -> None:
        link_tree(before.folder / ENGINE_FOLDER, self.engine_folder)
        link_tree(before.folder / REPORT_FOLDER, self.folder / REPORT_FOLDER)
        self._summaries = {summary.id: summary for summary in before.reports()}

    def _count(self, outcome: Outcome) -> None:
        summaries = self._summaries.values()
        wanted = (sum(s.passages for s in summaries), sum(1 for s in summaries if s.passages))
        if wanted != (outcome.passages, outcome.reports):
            raise OperatorError(
                "index-counts",
                f"新索引的段落数和报告数是 {(outcome.passages, outcome.reports)}，应为 {wanted}；未启用。",
                hint="请删除索引目录后重新运行 report-search index；若仍如此，请报告此问题。",
            )

    def _checksums(self) -> dict[str, str]:
        shared = self._shared()
        paths = {path: path.relative_to(self.folder).as_posix() for path in files_below(self.folder)}
        fresh = [path for path in paths if path not in shared]
        known = {**shared, **dict(zip(fresh, digests(fresh), strict=True))}
        return {name: known[path] for path, name in paths.items()}

    def _shared(self) -> dict[Path, str]:
        """The files that are the carried generation's own (the same on the disk), with their checksums."""
        if not self.carried:
            return {}
        shared = {}
        for name, value in self.carried.run.checksums.items():
            mine, theirs = self.folder / name, self.carried.folder / name
            if mine.exists() and mine.samefile(theirs):
                shared[mine] = value
        return shared


def now() -> str:
    """The time in UTC as ISO text, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
