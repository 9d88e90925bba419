"""A generation in the making: nobody sees it before it is published, and it is deleted if it never is.

The rule: everything is written, counted and checked before ``current`` is touched.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from report_search.errors import OperatorError
from report_search.generations.addresses import Addresses
from report_search.generations.build_record import (
    IDS,
    LAYOUT,
    RECORD_FILE,
    BuildRecord,
    ReportSummary,
    SourceRecord,
    WithdrawnReport,
    summary_of,
)
from report_search.generations.files import (
    digests,
    file_identities,
    files_below,
    link_tree,
    sync,
    sync_tree,
    write_new,
)
from report_search.generations.generation import ENGINE_FOLDER, REPORT_FOLDER, Generation, report_file
from report_search.generations.report_json import encode_report
from report_search.model import MissingReport, Report, ReportHeader, ReportWarning
from report_search.taxonomy.additions import Additions

SPOOL_FOLDER = "spool"

Check = Callable[[Path], None]
"""Given the draft's engine folder, raises ``OperatorError`` if a query does not find the passages it must find."""


class BuildOutcome(Struct, frozen=True):
    """What is known at the end of a build: the engine's own counts, each source file, warnings, what was taken back.

    ``additions`` are what each corpus adds to the library's tables, ``missing`` the reports known not to be here.
    """

    passages: int
    reports: int
    sources: tuple[SourceRecord, ...] = ()
    warnings: tuple[ReportWarning, ...] = ()
    recipe: str = ""
    withdrawn: tuple[WithdrawnReport, ...] = ()
    additions: tuple[Additions, ...] = ()
    missing: tuple[MissingReport, ...] = ()


class Draft:
    """A generation being built in ``folder``, which is made when it is first needed.

    ``before`` is the current generation, None if there is none. ``carried`` is the same if its files are carried
    over; None if it was built by another engine or fingerprint, so that everything has to be read again.
    ``addresses`` gives passages the ids under which they are published. ``hashed`` names the files that were hashed
    when the draft was sealed, ``sealed_ns`` is the time of that.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        built_by: tuple[str, str],
        before: Generation | None,
        addresses: Addresses,
    ) -> None:
        """``built_by`` are the engine and the fingerprint."""
        self.id = name
        self.folder = folder
        self.engine, self.fingerprint = built_by
        self.before = before
        self.addresses = addresses
        self.started = now()
        self.carried = before if _is_built_by(before, built_by) else None
        self.hashed: frozenset[str] = frozenset()
        self.sealed_ns = 0
        self._is_begun = False
        self._renewed: set[str] = set()
        reports = self.carried.reports() if self.carried else ()
        self._summaries = {summary.id: summary for summary in reports}

    @property
    def engine_folder(self) -> Path:
        """The folder for the engine's files."""
        self._begin()
        return self.folder / ENGINE_FOLDER

    @property
    def kept(self) -> dict[str, ReportSummary]:
        """The reports that are in the draft now, by id."""
        return dict(self._summaries)

    @property
    def renewed(self) -> frozenset[str]:
        """The reports that are in the draft as it was given them, and not as the carried generation has them."""
        return frozenset(self._renewed)

    def put(self, report: Report, *, passages: int) -> None:
        """Add ``report``, or replace the one with its id; ``passages`` counts those given to the engine."""
        self._begin()
        write_new(self.folder / report_file(report.id), encode_report(report))
        self._summaries[report.id] = summary_of(report.header, passages=passages)
        self._renewed.add(report.id)

    @contextmanager
    def spool(self) -> Iterator[Path]:
        """A folder for reports that may go into the draft, on the same disk; gone before the draft is sealed."""
        folder = self.folder / SPOOL_FOLDER
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def adopt(self, file: Path, header: ReportHeader, *, passages: int) -> None:
        """As ``put`` does, for a report that ``file`` in the spool holds as ``encode_report`` gives it: it is moved."""
        self._begin()
        # A rename gives the name to another file, so a generation that shares the old one by a link keeps it.
        file.replace(self.folder / report_file(header.id))
        self._summaries[header.id] = summary_of(header, passages=passages)
        self._renewed.add(header.id)

    def drop(self, report_id: str) -> None:
        """Remove a report; one that is not there is no error."""
        self._begin()
        self._renewed.discard(report_id)
        if self._summaries.pop(report_id, None) is not None:
            (self.folder / report_file(report_id)).unlink(missing_ok=True)

    def seal(self, outcome: BuildOutcome, *, check: Check | None = None) -> BuildRecord:
        """Count, check, hash, write ``run.json``, synchronise: then the folder is ready to be published."""
        self._begin()
        self._compare_counts(outcome)
        if check:
            check(self.engine_folder)
        shared = self._shared_checksums()
        record = BuildRecord(
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
            checksums=self._checksums(shared),
            warnings=outcome.warnings,
            recipe=outcome.recipe,
            withdrawn=outcome.withdrawn,
            ids=IDS,
            additions=outcome.additions,
            missing=outcome.missing,
        )
        (self.folder / RECORD_FILE).write_bytes(msgspec.json.encode(record))
        sync(self.folder / RECORD_FILE)
        sync_tree(self.folder, synced=shared.keys())
        return record

    def _begin(self) -> None:
        """Make the folder, with what is carried over."""
        if self._is_begun:
            return
        self._is_begun = True
        for name in (ENGINE_FOLDER, REPORT_FOLDER):
            (self.folder / name).mkdir(parents=True)
            if self.carried:
                link_tree(self.carried.folder / name, self.folder / name)

    def _compare_counts(self, outcome: BuildOutcome) -> None:
        """Raise ``OperatorError`` unless the engine holds what it was given; it sees no report without passages."""
        summaries = self._summaries.values()
        wanted = (sum(s.passages for s in summaries), sum(1 for s in summaries if s.passages))
        if wanted != (outcome.passages, outcome.reports):
            raise OperatorError(
                "index-counts",
                f"新索引的段落数和报告数是 {(outcome.passages, outcome.reports)}，应为 {wanted}；未启用。",
                hint="请删除索引目录后重新运行 report-search index；若仍如此，请报告此问题。",
            )

    def _checksums(self, shared: Mapping[str, str]) -> dict[str, str]:
        """The checksum of each file; those that are ``shared`` are not hashed again."""
        # The time before hashing: a file that is written to meanwhile is then newer than its checksum.
        self.sealed_ns = time.time_ns()
        names = [path.relative_to(self.folder).as_posix() for path in files_below(self.folder)]
        new_names = [name for name in names if name not in shared]
        self.hashed = frozenset(new_names)
        new_digests = digests(self.folder / name for name in new_names)
        checksums = {**shared, **dict(zip(new_names, new_digests, strict=True))}
        return {name: checksums[name] for name in names}

    def _shared_checksums(self) -> dict[str, str]:
        """The files that are hard links to the carried generation's, with their checksums.

        A file that an engine or ``put`` has written anew has another inode, even under its old name.
        """
        if not self.carried:
            return {}
        mine, theirs = file_identities(self.folder), file_identities(self.carried.folder)
        return {
            name: checksum
            for name, checksum in self.carried.record.checksums.items()
            if name in mine and mine[name] == theirs.get(name)
        }


def _is_built_by(generation: Generation | None, built_by: tuple[str, str]) -> bool:
    if generation is None:
        return False
    return (generation.record.engine, generation.record.fingerprint) == built_by


def now() -> str:
    """The time in UTC as ISO text, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
