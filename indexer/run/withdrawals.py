"""Reports that an editor took back on purpose, with ``withdrawn`` in the manifest.

Such a report leaves the index, and its address says that it was withdrawn and why. What the address tells is kept
from build to build, so that the file and the entry of the manifest may both be deleted some day. The rule: a report
counts as withdrawn from the first build that left it out until it is in the index again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from indexer.manifest import Entry, Manifest
from indexer.run.work_plan import root_name, source_key
from indexer.structure.report_ids import report_id, slug_of
from report_search.generations import Generation, PublishedReport, WithdrawnReport
from report_search.taxonomy.additions import NO_ADDITIONS, Additions, applying
from report_search.taxonomy.agencies import resolve


class Withdrawal(Struct, frozen=True):
    """What a manifest takes back: the corpus folder and the path of the file, which need not be there any more.

    ``additions`` are what the corpus adds to the tables of agencies and topics.
    """

    root: str
    path: str
    entry: Entry
    additions: Additions = NO_ADDITIONS

    @property
    def key(self) -> str:
        """What the record of the file is looked up by."""
        return source_key(self.root, self.path)


def withdrawals_in(manifests: Mapping[Path, Manifest]) -> dict[str, Withdrawal]:
    """What the manifests of the corpus folders take back, by ``source_key``."""
    found = (
        Withdrawal(root_name(root), path, entry, manifest.additions)
        for root, manifest in manifests.items()
        for path, entry in manifest.entries.items()
        if entry.withdrawn
    )
    return {withdrawal.key: withdrawal for withdrawal in found}


class KnownReports(Struct, frozen=True):
    """What is known of reports that are or were in the index: by the generation before, and by the book of addresses.

    ``now`` is the ISO time of this build.
    """

    before: Generation | None = None
    published: Sequence[PublishedReport] = ()
    now: str = ""


def withdrawn_reports(
    known: KnownReports, withdrawals: Iterable[Withdrawal], *, held: Iterable[str]
) -> tuple[WithdrawnReport, ...]:
    """Every report that was taken back, now or earlier, but for those that are ``held`` (ids).

    Nothing is known of a file that was never read, unless the manifest names agency and year.
    """
    withdrawn = {
        one.id: _of_book(one, reason=one.reason, since=one.since) for one in known.published if one.reason
    }
    if known.before:
        withdrawn |= {one.id: one for one in known.before.record.withdrawn}
    former = _by_file(known)
    for withdrawal in withdrawals:
        report = former.get(withdrawal.key) or _named(withdrawal, now=known.now)
        if report is not None:
            since = withdrawn[report.id].since if report.id in withdrawn else known.now
            withdrawn[report.id] = replace(report, reason=withdrawal.entry.withdrawn, since=since)
    present = set(held)
    return tuple(withdrawn[name] for name in sorted(withdrawn) if name not in present)


def _by_file(known: KnownReports) -> dict[str, WithdrawnReport]:
    """The reports that were published, withdrawn before, or are in the index, by the ``source_key`` of their file."""
    found = {
        source_key(one.root, one.path): _of_book(one, reason="", since=known.now)
        for one in known.published
        if one.root
    }
    before = known.before
    if before is None:
        return found
    found |= {source_key(one.root, one.path): one for one in before.record.withdrawn}
    summaries = {summary.id: summary for summary in before.reports()}
    for record in before.record.sources:
        if summary := summaries.get(record.report):
            found[source_key(record.root, record.path)] = WithdrawnReport(
                id=summary.id,
                agency=summary.agency,
                year=summary.year,
                title=summary.title,
                reason="",
                since=known.now,
                path=record.path,
                root=record.root,
            )
    return found


def _of_book(report: PublishedReport, *, reason: str, since: str) -> WithdrawnReport:
    return WithdrawnReport(
        report.id, report.agency, report.year, report.title, reason, since, report.path, report.root
    )


def _named(withdrawal: Withdrawal, *, now: str) -> WithdrawnReport | None:
    """The report of the agency and year that the manifest names; None if it names none."""
    facts = withdrawal.entry.facts
    agency, year = facts.get("agency", ""), facts.get("year", "")
    if not agency or not year.isdigit():
        return None
    with applying([withdrawal.additions]):
        slug, name = slug_of(agency), resolve(agency).name
    return WithdrawnReport(
        id=report_id(slug, int(year)),
        agency=name,
        year=int(year),
        title=facts.get("title", ""),
        reason=withdrawal.entry.withdrawn,
        since=now,
        path=withdrawal.path,
        root=withdrawal.root,
    )
