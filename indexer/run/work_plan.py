"""What a run has to do: which files are unchanged, which are to be read, which are gone.

A file is unchanged if its bytes and its recipe are (the version of all that reading it depends on, see
``input_fingerprint``); where size and modification time are the same, it is not even hashed. What could not be read
is not tried again until one of the two changes. A file that the manifest leaves out counts as gone, whether it is there
or not.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.manifest import Entry, Manifest, load_manifest
from indexer.readers.beside import bytes_at
from indexer.run.discover import DiscoveredFile
from indexer.run.input_fingerprint import base_recipe, recipe_of
from report_search.bundle import read_member_of_run
from report_search.errors import ReadError, machine_fault
from report_search.generations import Generation, PictureBeside, SourceRecord
from report_search.model import MissingReport
from report_search.presentation.file_names import readable_name
from report_search.taxonomy.additions import NO_ADDITIONS, Additions


class Task(Struct, frozen=True):
    """A file that may have to be read: what the manifest says of it, and the recipe by which it is read now.

    ``additions`` are what its corpus adds to the tables of agencies and topics.
    """

    file: DiscoveredFile
    entry: Entry
    recipe: str
    additions: Additions = NO_ADDITIONS

    @property
    def key(self) -> str:
        """What the record of the file is looked up by."""
        return source_key(root_name(self.file.root), self.file.name)


class WorkPlan(Struct, frozen=True):
    """The work of a run, as tasks and as records of the run before.

    ``same`` are the records of unchanged files, failures among them; ``read`` the files to read and ``former`` their
    records by ``source_key``, where there are any; ``gone`` the records of files that are not among the paths any more,
    whose reports are to leave; ``others`` those of such files if they are kept; ``left_out`` the records whose reports
    are to leave because a manifest says so; ``skipped`` names the files that it leaves out.
    ``additions`` are what each corpus adds to the tables, those of ``others`` included, in the order of their folders.
    """

    same: tuple[SourceRecord, ...] = ()
    read: tuple[Task, ...] = ()
    former: dict[str, SourceRecord] = field(default_factory=dict)
    gone: tuple[SourceRecord, ...] = ()
    others: tuple[SourceRecord, ...] = ()
    left_out: tuple[SourceRecord, ...] = ()
    skipped: tuple[str, ...] = ()
    additions: tuple[Additions, ...] = ()

    @property
    def unchanged(self) -> tuple[SourceRecord, ...]:
        """Files that were read before and need not be again."""
        return tuple(record for record in self.same if not record.code)

    @property
    def known_failures(self) -> tuple[SourceRecord, ...]:
        """Files that could not be read before and are not tried again."""
        return tuple(record for record in self.same if record.code)

    @property
    def removed(self) -> tuple[SourceRecord, ...]:
        """Files whose reports leave the index."""
        return tuple(record for record in (*self.gone, *self.left_out) if record.report)


def manifests_of(files: Iterable[DiscoveredFile], folders: Iterable[Path] = ()) -> dict[Path, Manifest]:
    """The manifest of each corpus folder: those of ``files``, and ``folders``, which may hold no file any more.

    Raises ``OperatorError`` for a manifest that can't be read.
    """
    roots = dict.fromkeys([*(file.root for file in files), *(path for path in folders if path.is_dir())])
    return {root: load_manifest(root) for root in roots}


def missing_in(manifests: Mapping[Path, Manifest]) -> tuple[MissingReport, ...]:
    """The reports that the manifests say are not here, by agency and year."""
    found = {(one.agency, one.year): one for manifest in manifests.values() for one in manifest.missing}
    return tuple(found[key] for key in sorted(found))


def tasks_of(files: Sequence[DiscoveredFile], manifests: Mapping[Path, Manifest] | None = None) -> list[Task]:
    """A task for each file. Raises ``OperatorError`` for a manifest that can't be read."""
    known = manifests_of(files) if manifests is None else manifests
    base = base_recipe()
    tasks = []
    for file in files:
        entry = known[file.root].entry(file.name)
        # A plain dict, since a task is pickled on its way to another process and a mapping proxy can't be.
        plain = replace(entry, facts=dict(entry.facts))
        added = known[file.root].additions
        tasks.append(
            Task(file, plain, recipe_of(base, entry, additions=added, pictures=file.pictures), added)
        )
    return tasks


def plan(
    before: Generation | None,
    tasks: Iterable[Task],
    *,
    carried: bool,
    keep_others: bool,
    withdrawn: Collection[str] = (),
) -> WorkPlan:
    """What is to be done. No file counts as unchanged unless the files of ``before`` were ``carried`` over.

    ``withdrawn`` holds the ``source_key`` of each file whose report is taken back, be the file there or not.
    """
    tasks = tuple(tasks)
    left_out, wanted = _divided(tasks)
    records = _records(before)
    former: dict[str, SourceRecord] = {}
    same, read = [], []
    for task in wanted:
        record = records.pop(task.key, None)
        if record and carried and _is_current(record, task):
            same.append(record)
            continue
        read.append(task)
        if record:
            former[task.key] = record
    taken_out = [
        records.pop(key) for key in sorted({*withdrawn, *(task.key for task in left_out)} & records.keys())
    ]
    # What is left was met by the run before and is not among the paths of this one.
    others = tuple(records.values())
    kept, gone = (others, ()) if keep_others else ((), others)
    skipped = tuple(task.file.name for task in left_out if task.entry.skip)
    additions = _additions(before, tasks, kept)
    return WorkPlan(tuple(same), tuple(read), former, gone, kept, tuple(taken_out), skipped, additions)


def _additions(
    before: Generation | None, tasks: Iterable[Task], others: Iterable[SourceRecord]
) -> tuple[Additions, ...]:
    """What each corpus adds: that of the files now, and as it was for reports that are kept of other folders."""
    roots = {record.root for record in others}
    former = before.record.additions if before else ()
    found = {one.root: one for one in former if one.root in roots}
    for task in tasks:
        root = root_name(task.file.root)
        found.pop(root, None)
        if task.additions:
            found[root] = replace(task.additions, root=root)
    return tuple(found[root] for root in sorted(found))


def _records(before: Generation | None) -> dict[str, SourceRecord]:
    """The records of the run before by ``source_key``."""
    sources = before.record.sources if before else ()
    return {source_key(record.root, record.path): record for record in sources}


def _divided(tasks: Iterable[Task]) -> tuple[list[Task], list[Task]]:
    """The tasks that a manifest leaves out, and the others."""
    left_out: list[Task] = []
    wanted: list[Task] = []
    for task in tasks:
        (left_out if task.entry.is_left_out else wanted).append(task)
    return left_out, wanted


def _is_current(record: SourceRecord, task: Task) -> bool:
    """Whether reading the file again would give what ``record`` says."""
    return record.recipe == task.recipe and is_same(task.file.path, record, member=task.file.member)


def source_key(root: str, path: str) -> str:
    """What a file is looked up by, from the two parts of its record."""
    return (Path(root) / path).as_posix()


def root_name(root: Path) -> str:
    """A corpus folder as the system knows it, as a record names it."""
    return _root_name(root.absolute())


@lru_cache(maxsize=64)
def _root_name(root: Path) -> str:
    """``Path.resolve`` walks the disk, and every file of a folder asks."""
    return readable_name(str(root.resolve()))


def is_same(path: Path, record: SourceRecord, *, member: str = "") -> bool:
    """Whether the file at ``path`` is what it was when ``record`` was made; never so without a hash."""
    if not record.sha256:
        return False
    size, mtime, sha256 = facts_of(path, before=(record.size, record.mtime), member=member)
    # Of several pages together the hash is another one; the recipe holds that of each page.
    is_equal = sha256 in ("", record.sha256) or bool(record.pages)
    return mtime > 0 and size == record.size and is_equal


def facts_of(path: Path, *, before: tuple[int, int] = (-1, -1), member: str = "") -> tuple[int, int, str]:
    """Size, modification time in nanoseconds and SHA-256 of a file, as they are now.

    Of a ``member`` of a bundle, size and time are those of the bundle and the hash is its own.
    The hash is "" where size and time are those ``before``: the file is not read then. (0, 0, "") for what can't be
    opened or is no ordinary file. Raises ``OperatorError`` for a fault of the machine.
    """
    try:
        now = path.stat()
        if not stat.S_ISREG(now.st_mode):
            return 0, 0, ""
        if (now.st_size, now.st_mtime_ns) == before:
            return (*before, "")
        if member:
            return now.st_size, now.st_mtime_ns, hashlib.sha256(read_member_of_run(path, member)).hexdigest()
        with path.open("rb") as file:
            return now.st_size, now.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()
    except ReadError:
        return 0, 0, ""
    except OSError as error:
        if fault := machine_fault(error):
            raise fault from error
        return 0, 0, ""


def record_of(task: Task) -> SourceRecord:
    """The record of a file as it is now, before anyone has read it."""
    file = task.file
    # What must not be opened has no facts, and so is looked at again by every run.
    size, mtime, sha256 = (0, 0, "") if file.refusal else facts_of(file.path, member=file.member)
    if file.pages and sha256:
        sha256 = _hash_of_pages(file)
    return SourceRecord(
        file.name,
        sha256,
        size,
        mtime,
        root=root_name(file.root),
        recipe=task.recipe,
        pages=file.page_names,
        is_numbered=file.is_numbered,
    )


def pictures_beside(file: DiscoveredFile) -> tuple[PictureBeside, ...]:
    """The pictures that are read with a web page, as they are now."""
    found = ((address, path, bytes_at(path)) for address, path in file.shown)
    return tuple(
        PictureBeside(
            address,
            readable_name(path.relative_to(file.root).as_posix()),
            "" if data is None else hashlib.sha256(data).hexdigest(),
        )
        for address, path, data in found
    )


def _hash_of_pages(file: DiscoveredFile) -> str:
    """The SHA-256 of the pages of a report, "" if one can't be had."""
    try:
        return hashlib.sha256(file.packed()).hexdigest()
    except ReadError:
        return ""
    except OSError as error:
        if fault := machine_fault(error):
            raise fault from error
        return ""
