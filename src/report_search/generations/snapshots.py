"""A snapshot: the current generation, the book of addresses and the state of alerts in one file, to be kept elsewhere
and restored.

The file is a tar archive, compressed by gzip: ``snapshot.json`` (what is in it), ``run.json``, the generation's other
files, the book, ``alerts.sqlite``. The rule: both ways it is the whole or nothing. A snapshot appears under its name
when all of it is on the disk; a restored index becomes current when every file of it was checked, and the one before it
goes on until then.

Nothing of a snapshot is believed but what its record says, no file is opened by an engine here, and nothing in it is
ever run: SQLite files are copied entry by entry, and Whoosh's pickles are read as data. But whoever made it can have
made its answers too: a snapshot from a stranger may say anything.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from report_search.errors import OperatorError
from report_search.generations import Generation, Generations
from report_search.generations.address_book import BOOK_FILE, copy_book, lacks_entries
from report_search.generations.alerts_file import ALERTS_FILE, copy_alerts
from report_search.generations.build_record import RECORD_FILE, decode_record
from report_search.generations.files import sync, sync_tree

FACTS_FILE = "snapshot.json"
LAYOUT = 1
_GENERATION = re.compile(r"\d{6}-[0-9a-f]{6}")
_CHUNK = 1 << 20
_MOST_FACTS = 1 << 16
_MOST_RECORD = 1 << 30
_DAMAGES = (
    *(tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, msgspec.MsgspecError),
    *(FileExistsError, NotADirectoryError, IsADirectoryError),
)
"""What an archive that is none, or is cut short, or names files that get in each other's way, makes of a restore."""


class SnapshotFacts(Struct, frozen=True):
    """What a snapshot says of itself. ``record`` is the SHA-256 of the generation's record; ``book`` and ``alerts`` say
    whether the book of addresses and the state of alerts are in it."""

    layout: int
    generation: str
    built: str
    reports: int
    passages: int
    record: str
    book: bool
    alerts: bool = False


class _Beside(Struct, frozen=True):
    """Where the files that lie beside the generations stand while a snapshot is made or read."""

    book: Path
    alerts: Path

    def of(self, facts: SnapshotFacts) -> dict[str, Path]:
        """Those that a snapshot has, by their names in it."""
        held = ((BOOK_FILE, self.book, facts.book), (ALERTS_FILE, self.alerts, facts.alerts))
        return {name: path for name, path, is_held in held if is_held}

    def remove(self) -> None:
        """Take them away."""
        self.book.unlink(missing_ok=True)
        self.alerts.unlink(missing_ok=True)


def write_snapshot(index: Path, target: Path) -> SnapshotFacts:
    """Write the current generation of ``index`` and its book into the file ``target``, in place of one of that name.

    Raises ``OperatorError``: no index, a damaged one, another writer, an engine whose index is on other machines.
    """
    generations = Generations(index)
    with generations.locked():
        generation = _current(generations)
        generation.verify_all()
        generations.addresses.settle(generation.id)
        aside = target.with_name(f"{target.name}.part")
        beside = _Beside(
            target.with_name(f"{target.name}.addresses"), target.with_name(f"{target.name}.alerts")
        )
        try:
            facts = _facts(generation, index)
            if facts.book:
                copy_book(generations.addresses.path, beside.book)
            if facts.alerts:
                copy_alerts(index / ALERTS_FILE, beside.alerts)
            _write(aside, generation, facts=facts, beside=beside)
            sync(aside)
            aside.replace(target)
            sync(target.absolute().parent)
        finally:
            aside.unlink(missing_ok=True)
            beside.remove()
    return facts


def restore(source: Path, index: Path, *, replace: bool = False) -> SnapshotFacts:
    """Make what is in the file ``source`` the current generation of ``index``.

    Raises ``OperatorError``, and leaves the index as it was, for a file that is no snapshot or is damaged, for an index
    that is there already unless ``replace``, and for one whose book lacks addresses that the snapshot has: no book may
    lose what was published.
    """
    generations = Generations(index)
    with generations.locked(), _naming_damage(source):
        if not replace and (index / "current").exists():
            raise OperatorError(
                "index-exists",
                f"{index} 里已有索引。",
                hint="请换一个索引目录（--index），或加 --replace 换下现有的索引。",
            )
        folder = generations.folder_of("draft-restored")
        beside = _Beside(index / f"{BOOK_FILE}.restored", index / f"{ALERTS_FILE}.restored")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            facts = _read(source, folder, beside=beside)
            record = decode_record((folder / RECORD_FILE).read_bytes(), folder)
            Generation(facts.generation, folder, record).verify_all()
            _install_book(generations, beside.book if facts.book else None)
            if facts.alerts:
                _install_alerts(index / ALERTS_FILE, beside.alerts)
            _install(generations, folder, facts.generation)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            beside.remove()
    return facts


def _current(generations: Generations) -> Generation:
    generation = generations.current()
    if generation is None:
        raise OperatorError(
            "no-index", f"{generations.root} 里还没有索引。", hint="请先运行 report-search index。"
        )
    if "://" in generation.record.engine:
        raise OperatorError(
            "engine-elsewhere",
            "这个索引的段落在 OpenSearch 上，快照带不走。",
            hint=f"请用 OpenSearch 自己的快照，并另外备份 {generations.addresses.path}。",
        )
    return generation


def _facts(generation: Generation, index: Path) -> SnapshotFacts:
    record = generation.record
    has_book, has_alerts = (index / BOOK_FILE).exists(), (index / ALERTS_FILE).exists()
    checksum = hashlib.sha256((generation.folder / RECORD_FILE).read_bytes()).hexdigest()
    return SnapshotFacts(
        *(LAYOUT, generation.id, record.built, record.reports, record.passages, checksum),
        *(has_book, has_alerts),
    )


def _write(target: Path, generation: Generation, *, facts: SnapshotFacts, beside: _Beside) -> None:
    with tarfile.open(target, "w:gz", compresslevel=3, format=tarfile.PAX_FORMAT) as archive:
        _add(archive, FACTS_FILE, msgspec.json.encode(facts))
        for name in (RECORD_FILE, *sorted(generation.record.checksums)):
            archive.add(generation.folder / name, name, recursive=False)
        for name, path in beside.of(facts).items():
            archive.add(path, name, recursive=False)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def _read(source: Path, folder: Path, *, beside: _Beside) -> SnapshotFacts:
    """Write what is in ``source`` into ``folder`` and ``beside`` it: what belongs there and nothing else."""
    with tarfile.open(source, "r:gz") as archive:
        members = iter(archive)
        facts = msgspec.json.decode(
            _bytes(archive, members, FACTS_FILE, most=_MOST_FACTS), type=SnapshotFacts
        )
        if facts.layout != LAYOUT:
            raise OperatorError(
                "snapshot-layout", f"快照 {source} 由另一个版本写成。", hint="请用写它的版本恢复。"
            )
        data = _bytes(archive, members, RECORD_FILE, most=_MOST_RECORD)
        is_whole = hashlib.sha256(data).hexdigest() == facts.record
        if not is_whole or not _GENERATION.fullmatch(facts.generation):
            raise _damaged(source)
        folder.mkdir(parents=True)
        (folder / RECORD_FILE).write_bytes(data)
        wanted = {name: folder / name for name in decode_record(data, folder).checksums}
        others = beside.of(facts)
        wanted |= others
        for member in members:
            target = wanted.pop(member.name, None)
            if target is None or not (member.name in others or _is_below(target, folder)):
                raise _damaged(source)
            _copy(_opened(archive, member), target)
        if wanted:
            raise _damaged(source)
    return facts


def _is_below(target: Path, folder: Path) -> bool:
    """Whether a file is to be written where it belongs, whatever its name says."""
    return Path(os.path.normpath(target)).is_relative_to(folder)


def _bytes(archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], name: str, *, most: int) -> bytes:
    """The next file of an archive, which has to be called ``name`` and to be no larger than ``most`` bytes."""
    member = next(members, None)
    if member is None or member.name != name or member.size > most:
        raise tarfile.ReadError(f"no {name}")
    return _opened(archive, member).read()


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """The bytes of a member, which has to be a plain file: no link leads out of the folder."""
    opened = archive.extractfile(member) if member.isreg() else None
    if opened is None:
        raise tarfile.ReadError(f"{member.name} is no file")
    return opened


def _copy(opened: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        shutil.copyfileobj(opened, file, _CHUNK)


def _install_book(generations: Generations, restored: Path | None) -> None:
    """Put the restored book in its place; one that is there already stays, if it knows all that the restored knows."""
    own = generations.addresses.path
    if restored is None:
        return
    clean = restored.with_name(f"{restored.name}.new")
    try:
        # Entry by entry, since the file is from elsewhere.
        copy_book(restored, clean)
        if not _take_its_place(clean, own) and lacks_entries(own, clean):
            raise OperatorError(
                "addresses-differ",
                f"地址簿 {own} 里没有快照中发布过的一些地址，不能丢失它们。",
                hint="请恢复到另一个索引目录（--index）。",
            )
    finally:
        clean.unlink(missing_ok=True)


def _install_alerts(own: Path, restored: Path) -> None:
    """Put the restored state of alerts in its place; one that is there already stays, since it has looked further."""
    clean = restored.with_name(f"{restored.name}.new")
    try:
        copy_alerts(restored, clean)
        _take_its_place(clean, own)
    finally:
        clean.unlink(missing_ok=True)


def _take_its_place(clean: Path, own: Path) -> bool:
    """Move ``clean`` to ``own``; False if a file is there already, which stays."""
    if own.exists():
        return False
    sync(clean)
    clean.replace(own)
    sync(own.parent)
    return True


def _install(generations: Generations, folder: Path, name: str) -> None:
    """Make the generation in ``folder`` the current one under its ``name``."""
    target, aside = generations.folder_of(name), generations.folder_of(f"draft-replaced-{name}")
    if target.exists():
        # It may be the very one that was damaged, so it makes way. Who reads it has its files open.
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
    sync_tree(folder)
    folder.rename(target)
    sync(target.parent)
    generations.make_current(name)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _naming_damage(source: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGES as error:
        raise _damaged(source) from error
    except FileNotFoundError as error:
        raise OperatorError("no-snapshot", f"没有这个文件：{source}", hint="请核对快照的路径。") from error


def _damaged(source: Path) -> OperatorError:
    return OperatorError("snapshot-damaged", f"{source} 不是快照，或已损坏。", hint="请换一份快照。")
