"""What a run has to do: which files are as they were, which are to be read, which are gone.

A file is as it was if its bytes and the recipe of reading are; size and modification time spare it the hashing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from indexer.discover import Found
from report_search.generations import Generation, SourceRecord


@dataclass(frozen=True, slots=True)
class Plan:
    """The work of a run.

    ``same`` are the records of files that need no reading, ``read`` the files to read, ``former`` the records of
    those among them that are known, by place; ``gone`` the records whose files are not among the paths any more,
    ``others`` those of them that are kept.
    """

    same: tuple[SourceRecord, ...]
    read: tuple[Found, ...]
    former: dict[str, SourceRecord] = field(default_factory=dict)
    gone: tuple[SourceRecord, ...] = ()
    others: tuple[SourceRecord, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether the index is up to date."""
        return not self.read and not self.gone


def plan(
    before: Generation | None, found: Iterable[Found], *, carried: bool, recipe: str, keep_others: bool
) -> Plan:
    """What is to be done. Nothing is as it was unless the files of ``before`` were ``carried`` over."""
    known = {place_of(r.root, r.path): r for r in before.run.sources} if before else {}
    trusted = carried and before is not None and before.run.recipe == recipe
    same, read, former = [], [], {}
    for one in found:
        record = known.pop(place(one), None)
        if record and trusted and not record.code and is_same(one, record):
            same.append(record)
            continue
        read.append(one)
        if record:
            former[place(one)] = record
    rest = tuple(known.values())
    gone, others = ((), rest) if keep_others else (rest, ())
    return Plan(tuple(same), tuple(read), former, gone=gone, others=others)


def place(one: Found) -> str:
    """Where a file is: what a record is known by."""
    return place_of(str(one.root.resolve()), one.name)


def place_of(root: str, path: str) -> str:
    """The same from a record's two parts."""
    return (Path(root) / path).as_posix()


def is_same(one: Found, record: SourceRecord) -> bool:
    """Whether the file is what it was when ``record`` was made."""
    try:
        stat = one.path.stat()
        if (stat.st_size, stat.st_mtime_ns) == (record.size, record.mtime):
            return True
        return stat.st_size == record.size and _sha256(one.path) == record.sha256
    except OSError:
        return False


def record_of(one: Found, *, report: str = "", code: str = "", message: str = "") -> SourceRecord:
    """The record of a file as it is now; a file that can't be opened has no hash."""
    try:
        stat = one.path.stat()
        size, mtime, sha256 = stat.st_size, stat.st_mtime_ns, _sha256(one.path)
    except OSError:
        size, mtime, sha256 = 0, 0, ""
    return SourceRecord(
        one.name,
        sha256,
        size,
        mtime,
        report=report,
        code=code,
        message=message,
        root=str(one.root.resolve()),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
