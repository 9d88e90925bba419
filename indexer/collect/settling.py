"""After collecting: which of the kept files are taken, and why the reports that were expected and are not here are not.

The rule: 未发布 is said only of a year that a list, read to its end, does not name; whatever could not be looked at
is 未收 or 网站拒绝.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.collect.clock import iso_time
from indexer.collect.manifest_file import CollectedEntry, TomlValue, write_collected
from indexer.collect.page_pictures import pictures_on_pages
from indexer.collect.readings import FileReading, KeptFile, read_kept, twins_among
from indexer.collect.seeds import Seed
from indexer.collect.work_queue import QueuedPage, WorkQueue
from indexer.manifest import PICTURES, Entry, load_manifest
from indexer.run.discover import files_in
from report_search.corpus_coverage import SCANNED
from report_search.model import MissingReport
from report_search.taxonomy.additions import applying
from report_search.taxonomy.agencies import resolve

PERSON_FACTS = ("agency", "year", "title")
"""What a person says of a file that is imported."""


class Settled(Struct, frozen=True):
    """What was written: how many reports are taken, how many kept files are not, what is missing."""

    reports: int
    left_out: int
    missing: tuple[MissingReport, ...]


class _KeptPage(Struct, frozen=True):
    """A kept file, or a member of one: the page that gave it, its name in the folder, what is in it, and the name of
    the file that prints the same ("" for none).

    ``is_needless`` says of a picture that a file that can be read is held of the same year. ``pictures`` are the files
    of the pictures that a page shows, by the address as it has it; ``others`` those that are its further pages.
    """

    page: QueuedPage
    name: str
    reading: FileReading
    twin: str
    is_needless: bool = False
    pictures: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def is_member(self) -> bool:
        """Whether it stands in a bundle."""
        return self.name != self.page.file

    @property
    def is_taken(self) -> bool:
        """Whether it is to be indexed as a report."""
        return self.reading.is_report and not self.twin

    @property
    def is_scan(self) -> bool:
        """Whether it is a picture of a report."""
        return self.reading.code in SCANNED and not self.is_needless

    @property
    def year(self) -> int | None:
        """The year that it is about: as it was read, else as the link said."""
        return self.reading.year if self.reading.is_report else self.page.year


def settle(queue: WorkQueue, folder: Path, *, seeds: Sequence[Seed] = ()) -> Settled:
    """Read what is new, decide what is taken, and write ``collected.toml``.

    Without ``seeds`` what was missing stays as the file says, but for what is here now.
    """
    with applying([load_manifest(folder).additions]):
        return _settle(queue, folder, seeds)


def _settle(queue: WorkQueue, folder: Path, seeds: Sequence[Seed]) -> Settled:
    kept = _kept(queue, folder, _pages_there(queue, folder, "kind != 'picture'"))
    pages = {one.name: one.page for one in kept}
    by_name = {seed.name: seed for seed in seeds} or _remembered(queue)
    missing = tuple(_missing(queue, by_name, kept))
    entries = list(chain.from_iterable(_entries(one, by_name, pages) for one in kept))
    entries += [_picture_entry(queue, page) for page in _pages_there(queue, folder, "kind = 'picture'")]
    write_collected(folder, entries, missing=missing)
    if seeds:
        _remember(queue, seeds)
    taken, scans = sum(one.is_taken for one in kept), sum(one.is_scan for one in kept)
    return Settled(taken, len(kept) - taken - scans, missing)


def _pages_there(queue: WorkQueue, folder: Path, where: str) -> list[QueuedPage]:
    """The pages whose files are in their places."""
    return [page for page in queue.pages(f"file != '' AND {where}") if (folder / page.file).is_file()]


def _kept(queue: WorkQueue, folder: Path, pages: Sequence[QueuedPage]) -> list[_KeptPage]:
    """The kept files, those in a bundle each for itself, with what is in each."""
    shown = pictures_on_pages(queue, folder)
    files: list[KeptFile] = []
    page_of: dict[str, QueuedPage] = {}
    for page in pages:
        said = _known(page, shown.get(page.file, {}))
        files += [
            KeptFile(page.file, page.sha256, said, one.member, one.page_names)
            for one in files_in(folder / page.file, folder)
        ]
        page_of[page.file] = page
    readings = read_kept(queue, folder, kept=files)
    twins = twins_among(readings)
    kept = [
        _KeptPage(
            page_of[one.path],
            one.name,
            readings[one.name],
            twins.get(one.name, ""),
            pictures=shown.get(one.path, {}),
            others=one.pages,
        )
        for one in files
    ]
    held = {(one.page.seed, one.year) for one in kept if one.is_taken}
    return [replace(one, is_needless=(one.page.seed, one.page.year) in held) for one in kept]


def _known(page: QueuedPage, pictures: Mapping[str, str]) -> Entry:
    """What a reader is told of a file: what a person said, and which files its pictures are."""
    told = {PICTURES: json.dumps(pictures, ensure_ascii=False)} if pictures else {}
    return Entry({**_said(page).facts, **told})


def _said(page: QueuedPage) -> Entry:
    """What a person said of an imported file, which then counts as a report."""
    facts: dict[str, object] = json.loads(page.facts) if page.facts else {}
    return Entry({name: str(facts[name]) for name in PERSON_FACTS if facts.get(name)})


def _entries(
    one: _KeptPage, seeds: Mapping[str, Seed], pages: Mapping[str, QueuedPage]
) -> Iterator[CollectedEntry]:
    """The entry of a file; if it is left out, its further pages are too."""
    entry = _entry(one, seeds, pages)
    yield entry
    if entry.facts.get("skip"):
        yield from (replace(entry, file=other) for other in one.others)


def _entry(one: _KeptPage, seeds: Mapping[str, Seed], pages: Mapping[str, QueuedPage]) -> CollectedEntry:
    page = one.page
    facts = _origin(page)
    if one.pictures:
        facts[PICTURES] = one.pictures
    said = _said(page).facts
    if said:
        facts |= {
            name: int(said[name]) if name == "year" else said[name] for name in PERSON_FACTS if name in said
        }
    elif one.is_taken or one.is_scan:
        facts |= _facts_of_seed(one, seeds.get(page.seed))
    if one.twin:
        facts |= {"skip": True, "note": f"与 {pages[one.twin].url} 同文，取那一份"}
    elif not one.reading.is_report and not one.is_scan and not said:
        facts |= {"skip": True, "note": one.reading.message}
    return CollectedEntry(one.name, facts)


def _origin(page: QueuedPage) -> dict[str, TomlValue]:
    return {"url": page.url if page.url.startswith("http") else "", "fetched": page.fetched}


def _picture_entry(queue: WorkQueue, page: QueuedPage) -> CollectedEntry:
    """A picture is read with the page that shows it, and is no report of its own."""
    shown_on = next((one.url for one in queue.pages("id = ?", page.parent)), "")
    return CollectedEntry(page.file, {**_origin(page), "skip": True, "note": f"是 {shown_on} 里的图片"})


def _facts_of_seed(one: _KeptPage, seed: Seed | None) -> dict[str, str | int]:
    """What the seed knows better than a reader: whose reports it lists; and the link's year where none was read."""
    facts: dict[str, str | int] = {}
    # What stands in a bundle may be of other agencies than the one whose list led to it.
    if seed and seed.agency and not one.is_member:
        facts["agency"] = seed.agency
    if one.year and (one.is_scan or one.reading.year is None):
        facts["year"] = one.year
    return facts


def _missing(
    queue: WorkQueue, seeds: Mapping[str, Seed], kept: Sequence[_KeptPage]
) -> Iterator[MissingReport]:
    found: dict[tuple[str, int], MissingReport] = {}
    for seed in seeds.values():
        if seed.agency:
            agency = resolve(seed.agency).name or seed.agency
            own = [one for one in kept if _is_of(one, seed, agency)]
            for missing in _missing_of(seed, agency, own=own, pages=queue.pages("seed = ?", seed.name)):
                found.setdefault((agency, missing.year), missing)
    yield from found.values()


def _is_of(one: _KeptPage, seed: Seed, agency: str) -> bool:
    """Whether a file is of the agency of a seed: by what it says, or because the list of the seed led to it."""
    return one.reading.agency == agency or (one.page.seed == seed.name and not one.is_member)


def _missing_of(
    seed: Seed, agency: str, *, own: Sequence[_KeptPage], pages: Sequence[QueuedPage]
) -> Iterator[MissingReport]:
    """The reports of an agency that its seed expects and that are not among its ``own`` files."""
    held = {one.year for one in own if one.is_taken or one.twin}
    scanned = {one.year: one.page for one in own if one.is_scan}
    for year in seed.expected_years:
        if year in held:
            continue
        if year in scanned:
            page = scanned[year]
            yield MissingReport(agency, year, "scan", url=page.url, checked=page.fetched)
        else:
            yield _reason(MissingReport(agency, year, "not-collected", url=seed.url), pages)


def _reason(base: MissingReport, pages: Sequence[QueuedPage]) -> MissingReport:
    """Why nothing came of a year, by what became of the pages of its seed."""
    lists = [page for page in pages if page.kind == "list"]
    own = [page for page in pages if page.kind != "list" and page.year == base.year]
    base = replace(base, checked=_day(max((page.checked for page in (*own, *lists)), default=0.0)))
    return _reason_of_reports(base, own) if own else _reason_of_lists(base, lists)


def _reason_of_reports(base: MissingReport, pages: Sequence[QueuedPage]) -> MissingReport:
    """Why nothing came of a year that a list names: what became of the pages that it leads to."""
    page = next((one for one in pages if one.state == "refused"), pages[0])
    if page.state == "refused":
        return replace(base, reason="refused", note=page.note, url=page.url)
    default = "还没有采集" if page.state == "due" else "链接所指的不是报告"
    return replace(base, note=page.note or default, url=page.url)


def _reason_of_lists(base: MissingReport, lists: Sequence[QueuedPage]) -> MissingReport:
    """Why nothing came of a year that no list names: it is not published only if every list was read to its end."""
    unread = next((page for page in lists if page.state not in ("done", "gone")), None)
    if unread is not None and unread.state == "refused":
        return replace(base, reason="refused", note=unread.note, url=unread.url)
    if unread is not None:
        return replace(base, note=unread.note or "列表没有读完")
    if any(page.state == "done" for page in lists):
        return replace(base, reason="not-published", note="网站的列表里没有")
    return replace(base, note="列表没有读完")


def _day(seconds: float) -> str:
    return iso_time(seconds)[:10] if seconds else ""


def _remember(queue: WorkQueue, seeds: Sequence[Seed]) -> None:
    """Keep what the seeds expect, so that an import knows it, too."""
    told = [{"name": s.name, "url": s.url, "agency": s.agency, "years": s.years} for s in seeds]
    queue.set_reading("seeds", "", outcome=json.dumps(told, ensure_ascii=False))


def _remembered(queue: WorkQueue) -> dict[str, Seed]:
    told = json.loads(queue.reading("seeds", "") or "[]")
    return {one["name"]: Seed(**one) for one in told}
