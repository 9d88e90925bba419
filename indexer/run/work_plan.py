"""What a run has to do: which files are as they were, which are to be read, which are gone.

A file is as it was if its bytes and its recipe are; size and modification time spare it the hashing. What could
not be read is not tried again until one of the two changes. A file that the manifest leaves out is as good as gone.
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
from report_search.generations import Generation, SourceRecord


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read: what the manifest says of it, and the recipe by which it is read."""

    file: DiscoveredFile
    entry: Entry
    recipe: str

    @property
    def place(self) -> str:
        """Where the file is: what its record is known by."""
        return place_of(str(resolved(self.file.root)), self.file.name)


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """The work of a run.

    ``same`` are the records of files that need no reading, failures among them; ``read`` the files to read,
    ``former`` the records of those among them that are known, by place; ``gone`` the records whose reports are to
    leave, ``others`` those of files not among the paths that are kept; ``skipped`` names what the manifest leaves
    out.
    """

    same: tuple[SourceRecord, ...] = ()
    read: tuple[Task, ...] = ()
    former: dict[str, SourceRecord] = field(default_factory=dict)
    gone: tuple[SourceRecord, ...] = ()
    others: tuple[SourceRecord, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether the index is up to date."""
        return not self.read and not self.gone


def tasks_of(found: Iterable[DiscoveredFile]) -> Iterator[Task]:
    """A task for each file. Raises ``OperatorError`` for a manifest that can't be read."""
    manifests = {}
    base = base_recipe()
    for one in found:
        if one.root not in manifests:
            manifests[one.root] = load_manifest(one.root)
        entry = manifests[one.root].entry(one.name)
        yield Task(one, Entry(dict(entry.facts), entry.skip), recipe_of(base, entry))


def plan(before: Generation | None, tasks: Iterable[Task], *, carried: bool, keep_others: bool) -> WorkPlan:
    """What is to be done. Nothing is as it was unless the files of ``before`` were ``carried`` over."""
    known = {place_of(r.root, r.path): r for r in before.record.sources} if before else {}
    former: dict[str, SourceRecord] = {}
    same, read, skipped, gone = [], [], [], []
    for task in tasks:
        record = known.pop(task.place, None)
        if task.entry.skip:
            skipped.append(task.file.name)
            gone += [record] if record else []
        elif record and carried and record.recipe == task.recipe and is_same(task.file.path, record):
            same.append(record)
        else:
            read.append(task)
            if record:
                former[task.place] = record
    rest = tuple(known.values())
    leaving, others = ((), rest) if keep_others else (rest, ())
    return WorkPlan(tuple(same), tuple(read), former, (*gone, *leaving), others, tuple(skipped))


def place_of(root: str, path: str) -> str:
    """Where a file is, from its record's two parts."""
    return (Path(root) / path).as_posix()


def resolved(root: Path) -> Path:
    """A corpus folder as the system knows it."""
    return _resolved(root.absolute())


@lru_cache(maxsize=64)
def _resolved(root: Path) -> Path:
    """Asked once for a folder, since every file asks."""
    return root.resolve()


def is_same(path: Path, record: SourceRecord) -> bool:
    """Whether the file at ``path`` is what it was when ``record`` was made; never so without a hash."""
    if not record.sha256:
        return False
    size, mtime, sha256 = facts_of(path, known=(record.size, record.mtime))
    return mtime > 0 and size == record.size and sha256 in ("", record.sha256)


def facts_of(path: Path, *, known: tuple[int, int] = (-1, -1)) -> tuple[int, int, str]:
    """Size, modification time in nanoseconds and SHA-256 of a file, as they are now.

    The hash is "" where size and time are those ``known``, since nothing was read then; all three are empty for
    what can't be opened or is no ordinary file.
    """
    try:
        now = path.stat()
        if not stat.S_ISREG(now.st_mode):
            return 0, 0, ""
        if (now.st_size, now.st_mtime_ns) == known:
            return (*known, "")
        with path.open("rb") as file:
            return now.st_size, now.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return 0, 0, ""


def record_of(task: Task) -> SourceRecord:
    """The record of a file as it is now, before anyone has read it."""
    size, mtime, sha256 = facts_of(task.file.path)
    return SourceRecord(
        task.file.name, sha256, size, mtime, root=str(resolved(task.file.root)), recipe=task.recipe
    )
