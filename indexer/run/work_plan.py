"""What a run has to do: which files are unchanged, which are to be read, which are gone.

A file is unchanged if its bytes and its recipe are (the version of all that reading it depends on, see
``input_fingerprint``); where size and modification time are the same, it is not even hashed. What could not be read
is not tried again until one of the two changes. A file that the manifest leaves out counts as gone.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from indexer.manifest import Entry, load_manifest
from indexer.run.discover import DiscoveredFile
from indexer.run.input_fingerprint import base_recipe, recipe_of
from report_search.errors import machine_fault
from report_search.generations import Generation, SourceRecord


@dataclass(frozen=True, slots=True)
class Task:
    """A file that may have to be read: what the manifest says of it, and the recipe by which it is read now."""

    file: DiscoveredFile
    entry: Entry
    recipe: str

    @property
    def key(self) -> str:
        """What the record of the file is looked up by."""
        return source_key(str(resolved(self.file.root)), self.file.name)


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """The work of a run, as tasks and as records of the run before.

    ``same`` are the records of unchanged files, failures among them; ``read`` the files to read and ``former`` their
    records by ``source_key``, where there are any; ``gone`` the records whose reports are to leave; ``others`` those
    of files not among the paths, if they are kept; ``skipped`` names what the manifest leaves out.
    """

    same: tuple[SourceRecord, ...] = ()
    read: tuple[Task, ...] = ()
    former: dict[str, SourceRecord] = field(default_factory=dict)
    gone: tuple[SourceRecord, ...] = ()
    others: tuple[SourceRecord, ...] = ()
    skipped: tuple[str, ...] = ()

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
        return tuple(record for record in self.gone if record.report)


def tasks_of(files: Iterable[DiscoveredFile]) -> Iterator[Task]:
    """A task for each file. Raises ``OperatorError`` for a manifest that can't be read."""
    manifests = {}
    base = base_recipe()
    for file in files:
        if file.root not in manifests:
            manifests[file.root] = load_manifest(file.root)
        entry = manifests[file.root].entry(file.name)
        # A plain dict, since a task is pickled on its way to another process and a mapping proxy can't be.
        yield Task(file, Entry(dict(entry.facts), entry.skip), recipe_of(base, entry))


def plan(before: Generation | None, tasks: Iterable[Task], *, carried: bool, keep_others: bool) -> WorkPlan:
    """What is to be done. No file counts as unchanged unless the files of ``before`` were ``carried`` over."""
    records = {source_key(r.root, r.path): r for r in before.record.sources} if before else {}
    former: dict[str, SourceRecord] = {}
    same, read, skipped, gone = [], [], [], []
    for task in tasks:
        record = records.pop(task.key, None)
        if task.entry.skip:
            skipped.append(task.file.name)
            if record:
                gone.append(record)
        elif record and carried and _is_current(record, task):
            same.append(record)
        else:
            read.append(task)
            if record:
                former[task.key] = record
    # What is left was met by the run before and is not among the paths of this one.
    others = tuple(records.values())
    if keep_others:
        return WorkPlan(tuple(same), tuple(read), former, tuple(gone), others, tuple(skipped))
    return WorkPlan(tuple(same), tuple(read), former, (*gone, *others), (), tuple(skipped))


def _is_current(record: SourceRecord, task: Task) -> bool:
    """Whether reading the file again would give what ``record`` says."""
    return record.recipe == task.recipe and is_same(task.file.path, record)


def source_key(root: str, path: str) -> str:
    """What a file is looked up by, from the two parts of its record."""
    return (Path(root) / path).as_posix()


def resolved(root: Path) -> Path:
    """A corpus folder as the system knows it."""
    return _resolved(root.absolute())


@lru_cache(maxsize=64)
def _resolved(root: Path) -> Path:
    """``Path.resolve`` walks the disk, and every file of a folder asks."""
    return root.resolve()


def is_same(path: Path, record: SourceRecord) -> bool:
    """Whether the file at ``path`` is what it was when ``record`` was made; never so without a hash."""
    if not record.sha256:
        return False
    size, mtime, sha256 = facts_of(path, before=(record.size, record.mtime))
    return mtime > 0 and size == record.size and sha256 in ("", record.sha256)


def facts_of(path: Path, *, before: tuple[int, int] = (-1, -1)) -> tuple[int, int, str]:
    """Size, modification time in nanoseconds and SHA-256 of a file, as they are now.

    The hash is "" where size and time are those ``before``: the file is not read then. (0, 0, "") for what can't be
    opened or is no ordinary file. Raises ``OperatorError`` for a fault of the machine.
    """
    try:
        now = path.stat()
        if not stat.S_ISREG(now.st_mode):
            return 0, 0, ""
        if (now.st_size, now.st_mtime_ns) == before:
            return (*before, "")
        with path.open("rb") as file:
            return now.st_size, now.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        if fault := machine_fault(error):
            raise fault from error
        return 0, 0, ""


def record_of(task: Task) -> SourceRecord:
    """The record of a file as it is now, before anyone has read it."""
    size, mtime, sha256 = facts_of(task.file.path)
    return SourceRecord(
        task.file.name, sha256, size, mtime, root=str(resolved(task.file.root)), recipe=task.recipe
    )
