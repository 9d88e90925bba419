"""Bringing a draft and its engine up to date with what was read.

Every report that is to be in the index is an entry, taken over from the previous generation or read just now. Ids are
settled over all entries at once, by the book of addresses: what was published keeps its id. The rule: only what is new,
or has a new id or warning, passes through the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from indexer.run.input_fingerprint import base_recipe
from indexer.run.spool import SpooledReport
from indexer.run.work_plan import WorkPlan, source_key
from indexer.run.worker_pool import ReadResult
from indexer.structure.report_ids import assign_ids
from report_search.engine.registry import open_engine
from report_search.figures.extract import figures_of
from report_search.figures.writer import FigureWriter, has_figures
from report_search.generations import BuildOutcome, Draft, Generation, SourceRecord
from report_search.generations.build_record import header_of
from report_search.generations.statement_file import StatementWriter, has_statements
from report_search.model import Report, ReportHeader
from report_search.passages import Passage, count_passages, passages_with_headings, with_report_id
from report_search.references.extract import citations_of
from report_search.references.writer import ReferenceWriter, has_references
from report_search.search.addresses.editions import superseded_by
from report_search.taxonomy.additions import applying
from report_search.taxonomy.topics import assign
from report_search.wording.statements import said_in

SAMPLES = 5
"""So many new passages are kept to be looked for in the finished engine."""


class _Entry(Struct, frozen=True):
    """A report that is to be in the index.

    ``header`` is as it was read, or as the previous generation has it; ``settled`` is what it is to be in this one.
    ``spooled`` is None for a report of the previous generation. ``is_indexed`` says that the engine of the draft
    starts with its passages, under the id of ``header``.
    """

    header: ReportHeader
    settled: ReportHeader
    record: SourceRecord
    spooled: SpooledReport | None = None
    is_indexed: bool = False

    @property
    def is_up_to_date(self) -> bool:
        """Whether engine and draft hold it already as it is to be."""
        return self.is_indexed and self.settled == self.header

    @property
    def named_record(self) -> SourceRecord:
        """The record of its file, with the id of the report."""
        return replace(self.record, report=self.settled.id)


def update_draft(
    draft: Draft, todo: WorkPlan, *, results: Sequence[ReadResult], progress: Callable[[str, int, int], None]
) -> tuple[BuildOutcome, list[Passage]]:
    """Bring ``draft`` up to date; what it holds then, and up to ``SAMPLES`` of the passages that were added.

    The engine is left closed. Raises ``OperatorError`` if it can't be written.
    """
    entries = _with_settled_ids(draft, [*_former(draft, todo, results), *_new(results)])
    pending = [entry for entry in entries if not entry.is_up_to_date]
    up_to_date = {entry.settled.id for entry in entries if entry.is_up_to_date}
    samples: list[Passage] = []
    former = carried_tables(draft)
    engine = open_engine(draft.engine, draft.engine_folder)
    try:
        with (
            engine.writer() as writer,
            FigureWriter(draft.folder, former=former) as figures,
            ReferenceWriter(draft.folder, former=former) as references,
            StatementWriter(draft.folder, former=former) as statements,
        ):
            figures.keep(up_to_date)
            references.keep(up_to_date)
            statements.keep(up_to_date)
            # Removed before anything is added: a new report may take the id of one that leaves.
            for stale in draft.kept.keys() - up_to_date:
                writer.remove_report(stale)
                draft.drop(stale)
            for done, entry in enumerate(pending, 1):
                with applying(one for one in todo.additions if one.root == entry.record.root):
                    report, passages = _put(draft, entry)
                writer.add(passages)
                figures.put(figures_of(report, passages))
                references.put(citations_of(passages))
                statements.put(report.id, said_in(passages))
                samples += passages[: SAMPLES - len(samples)]
                progress("入库", done, len(pending))
            figures.finish(_superseded(draft))
            references.finish()
            statements.finish()
        counts = engine.info()
    finally:
        engine.close()
    unread = [record for record in _former_records(todo, results) if not record.report]
    sources = sorted([*(entry.named_record for entry in entries), *unread], key=lambda r: (r.root, r.path))
    outcome = BuildOutcome(
        counts.passages, counts.reports, tuple(sources), recipe=base_recipe(), additions=todo.additions
    )
    return outcome, samples


def failures(todo: WorkPlan, results: Sequence[ReadResult]) -> list[SourceRecord]:
    """The records of files that could not be read now; ``report`` is the id of the one read before, which stays."""
    found = []
    for result in results:
        if result.header is None:
            former = todo.former.get(source_key(result.record.root, result.record.path))
            found.append(replace(result.record, report=former.report if former else ""))
    return found


def _former_records(todo: WorkPlan, results: Sequence[ReadResult]) -> list[SourceRecord]:
    """Records of files whose report stays, if they have one: unchanged ones, others that are kept, failures."""
    return [*todo.same, *todo.others, *failures(todo, results)]


def _former(draft: Draft, todo: WorkPlan, results: Sequence[ReadResult]) -> Iterator[_Entry]:
    """The reports of the previous generation that stay."""
    if draft.before is None:
        return
    headers = {summary.id: header_of(summary) for summary in draft.before.reports()}
    is_indexed = carried_tables(draft) is not None  # looked up in files, so not for each report
    for record in _former_records(todo, results):
        if record.report:
            header = headers[record.report]
            yield _Entry(header, header, record, is_indexed=is_indexed)


def _new(results: Iterable[ReadResult]) -> Iterator[_Entry]:
    """The reports that were read now."""
    for result in results:
        if result.header is not None:
            yield _Entry(result.header, result.header, result.record, spooled=result.spooled)


def _with_settled_ids(draft: Draft, entries: Sequence[_Entry]) -> list[_Entry]:
    settled = assign_ids(
        [entry.header for entry in entries],
        roots=[entry.record.root for entry in entries],
        published=draft.addresses.book.reports(),
    )
    return [replace(entry, settled=header) for entry, header in zip(entries, settled, strict=True)]


def _put(draft: Draft, entry: _Entry) -> tuple[Report, list[Passage]]:
    """Put the report of ``entry`` into ``draft`` as it was settled; with its passages and headings, for the engine."""
    settled, spooled = entry.settled, entry.spooled
    # If nothing was spooled, the engine or the analyser is another one, or the id or a warning has changed.
    found = _stored(draft.before, entry.header.id) if spooled is None else spooled.report()
    report = _under(settled, found)
    if spooled is None:
        passages = assign(report, passages_with_headings(report))
        draft.put(report, passages=count_passages(passages))
    elif settled == entry.header:
        passages = spooled.passages()
        draft.adopt(spooled.report_file, settled, passages=count_passages(passages))
    else:
        passages = with_report_id(spooled.passages(), settled.id)
        draft.put(report, passages=count_passages(passages))
    return report, draft.addresses.settle(settled, passages, root=entry.record.root)


def carried_tables(draft: Draft) -> Path | None:
    """The folder of the generation that ``draft`` begins with, if it has all that is made beside the engine's files."""
    folder = draft.carried.folder if draft.carried else None
    has_all = folder is not None and all(has(folder) for has in (has_figures, has_references, has_statements))
    return folder if has_all else None


def _superseded(draft: Draft) -> Collection[str]:
    """The reports of ``draft`` that a later edition replaces; what is new came with this build, after all others."""
    came = {report.id: report.came for report in draft.addresses.book.reports()}
    newest = max(came.values(), default=0) + 1
    kept = draft.kept
    return superseded_by(kept.values(), {name: came.get(name, newest) for name in kept}).keys()


def _under(header: ReportHeader, report: Report) -> Report:
    """``report`` with what settling may change."""
    return replace(report, id=header.id, warnings=header.warnings)


def _stored(generation: Generation | None, report_id: str) -> Report:
    report = generation.report(report_id) if generation else None
    assert report is not None, f"run.json lists {report_id}, and its generation was verified"
    return report
