"""The life of an index: generations, one of which is current.

An index is a cache of the corpus, but for its book of addresses. A generation is a folder that nobody changes once it
is current: the engine's files, every report as JSON, and ``run.json``. The rule: whatever happens, ``current`` names a
generation that was completely checked and is on the disk, or there is no ``current``; and the book knows every address
that a current generation ever had.

    root/
      lock                    held by the one writer, released by the system when its process ends
      current                 id of the current generation, and the SHA-256 of its run.json
      addresses.sqlite        the book: every address that was ever published, see ``address_book``
      hashed.json             the checksum cache: what the system said of the engine's files when they were hashed
      generations/<id>/       run.json · engine/… · reports/<report id>.json
      generations/draft-<id>/ being built; left over if its writer was killed
"""

from __future__ import annotations

import hashlib
import secrets
import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from report_search.config import DEFAULT_INDEX
from report_search.errors import OperatorError
from report_search.generations.address_book import AddressBook, PublishedPassage, PublishedReport
from report_search.generations.addresses import Addresses
from report_search.generations.build_record import (
    RECORD_FILE,
    BuildRecord,
    PictureBeside,
    ReportSummary,
    SourceRecord,
    WithdrawnReport,
    damaged,
    decode_record,
)
from report_search.generations.draft import BuildOutcome, Check, Draft, now
from report_search.generations.files import replace_file, sync
from report_search.generations.generation import Generation

__all__ = [
    "AddressBook",
    "Addresses",
    "BuildOutcome",
    "BuildRecord",
    "Draft",
    "Generation",
    "Generations",
    "PictureBeside",
    "PublishedPassage",
    "PublishedReport",
    "ReportSummary",
    "SourceRecord",
    "WithdrawnReport",
]

GRACE = 600.0
"""Seconds that a generation older than the previous one is kept for readers that still open its files."""
MOST = 8
"""Generations at most, however young they are: updates that follow each other closely would fill the disk."""
_NUMBER_DIGITS = 6
"""Digits of a generation's number, with which its id begins: so ids sort by age."""


class Generations:
    """The generations below ``root``, a folder that need not be there yet."""

    def __init__(
        self, root: Path, *, grace: float = GRACE, on_wait: Callable[[], None] | None = None
    ) -> None:
        """``on_wait`` is called before another writer is waited for; without it, another writer is an error."""
        self.root = root
        self.grace = grace
        self._on_wait = on_wait
        self._folder = root / "generations"
        self._loaded: tuple[str, Generation] | None = None
        self.addresses = AddressBook(root)

    def current(self) -> Generation | None:
        """The current generation; None if nothing was ever published. Its engine's files are not read here.

        Raises ``OperatorError`` if its record is damaged.
        """
        try:
            pointer = (self.root / "current").read_text(encoding="ascii").split()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise damaged(self.root / "current") from error
        if len(pointer) != 2:
            raise damaged(self.root / "current")
        return self._load(pointer[0], pointer[1])

    def _index_command(self) -> str:
        """The command that makes this index, as it has to be typed."""
        where = "" if self.root == DEFAULT_INDEX else f" --index {shlex.quote(str(self.root))}"
        return f"report-search index{where}"

    def open(self, fingerprint: str) -> Generation:
        """The current generation with its fingerprint and every engine file checked: ready for an engine.

        Raises ``OperatorError``: no index, another fingerprint, damaged files.
        """
        generation = self.current()
        if generation is None:
            raise OperatorError(
                "no-index", f"{self.root} 里还没有索引。", hint=f"请运行 {self._index_command()}。"
            )
        generation.require(fingerprint)
        generation.verify()
        return generation

    @contextmanager
    def draft(self, *, engine: str, fingerprint: str) -> Iterator[Draft]:
        """A new generation to fill, under the writer's lock; it starts with what the current one holds.

        If it is not published, it is deleted. Raises ``OperatorError`` at once if there is another writer and it is
        not waited for.
        """
        with self.locked():
            began_ns = time.time_ns()
            before = self._undamaged_current()
            self._remove_superseded(before)
            fresh = self._next_id()
            folder = self._folder / f"draft-{fresh}"
            self.addresses.settle(self._current_id())
            draft = Draft(
                folder,
                name=fresh,
                built_by=(engine, fingerprint),
                before=before,
                addresses=Addresses(self.root, started=now()),
            )
            try:
                yield draft
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            self._record_checksums(draft, began_ns)

    def publish(self, draft: Draft, outcome: BuildOutcome, *, check: Check | None = None) -> Generation:
        """Check ``draft`` and make it current by one atomic step; to be called inside its ``with``.

        Raises ``OperatorError`` and leaves the current one as it is if the counts differ or ``check`` fails.
        """
        draft.seal(outcome, check=check)
        # A crash after this line leaves a complete generation that is not current; the next writer removes it.
        draft.folder.rename(self._folder / draft.id)
        sync(self._folder)
        # A crash from here on leaves pending addresses; whoever writes next settles them by what is current then.
        draft.addresses.prepare(draft.id, summaries=draft.kept.values(), withdrawn=outcome.withdrawn)
        self._make_current(draft.id)
        self.addresses.settle(draft.id)
        generation = self.current()
        assert generation is not None
        self._remove_superseded(generation)
        return generation

    def rollback(self) -> Generation:
        """Make the previous generation current, once every file of it was checked.

        Raises ``OperatorError`` and leaves the current one as it is if there is none before it, or it is damaged.
        """
        with self.locked():
            current = self.current()
            if current is None or not (self._folder / current.record.previous / RECORD_FILE).is_file():
                raise OperatorError(
                    "no-previous", "没有可以退回的上一代索引。", hint=f"请运行 {self._index_command()}。"
                )
            return self.make_current(current.record.previous)

    def make_current(self, name: str) -> Generation:
        """Make the generation in the folder ``name`` current once every file of it was checked; under ``locked``.

        Raises ``OperatorError`` and leaves the current one as it is if a file is damaged.
        """
        folder = self._folder / name
        Generation(name, folder, decode_record(_bytes_of(folder / RECORD_FILE), folder)).verify_all()
        self._make_current(name)
        generation = self.current()
        assert generation is not None
        return generation

    def folder_of(self, name: str) -> Path:
        """The folder of a generation, or of one that is being made (``draft-…``)."""
        return self._folder / name

    def _record_checksums(self, draft: Draft, began_ns: int) -> None:
        """Put the checksums of the current engine's files into the cache.

        Done when the draft is gone: making and removing hard links changes what the system says of a file.
        """
        current = self.current()
        if current is None or current.id not in (draft.id, draft.before.id if draft.before else ""):
            return
        files = current.engine_files()
        new_files = {self._folder / draft.id / name for name in draft.hashed}
        # Files carried over were verified after ``draft`` had begun, new ones were hashed when it was sealed.
        hashed = {path: draft.sealed_ns if path in new_files else began_ns for path in files}
        current.checksum_cache().record(files, hashed=hashed)

    def _make_current(self, name: str) -> None:
        checksum = hashlib.sha256((self._folder / name / RECORD_FILE).read_bytes()).hexdigest()
        replace_file(self.root / "current", f"{name} {checksum}\n".encode("ascii"))

    def _load(self, name: str, checksum: str) -> Generation:
        """The generation ``name``, whose record must have the ``checksum``."""
        if self._loaded and self._loaded[0] == checksum:
            return self._loaded[1]
        folder = self._folder / name
        try:
            data = (folder / RECORD_FILE).read_bytes()
        except OSError as error:
            raise damaged(folder / RECORD_FILE) from error
        if hashlib.sha256(data).hexdigest() != checksum:
            raise damaged(folder / RECORD_FILE)
        generation = Generation(name, folder, decode_record(data, folder))
        self._loaded = (checksum, generation)
        return generation

    def _current_id(self) -> str:
        """The id that ``current`` holds, whatever has become of its generation; "" if it can't be read."""
        try:
            return (self.root / "current").read_text(encoding="ascii").partition(" ")[0]
        except (OSError, UnicodeDecodeError):
            return ""

    def _undamaged_current(self) -> Generation | None:
        """The current generation, or None if it is damaged: then everything is read again from the corpus."""
        try:
            current = self.current()
            if current is not None:
                current.verify()
        except OperatorError:
            return None
        return current

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the writer's lock. Raises ``OperatorError`` at once if another writer has it and is not waited for."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.root / "lock", timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout as busy:
            if self._on_wait is None:
                raise OperatorError(
                    "index-locked",
                    f"另一个进程正在更新索引 {self.root}。",
                    hint="请等它完成后再试，或加 --wait 等待，或换一个索引目录（--index）。",
                ) from busy
            self._on_wait()
            lock.acquire(timeout=-1)
        try:
            yield
        finally:
            lock.release()

    def _next_id(self) -> str:
        """The id after the highest one: ``000007-3fa94c``."""
        prefixes = [path.name[:_NUMBER_DIGITS] for path in self._folder.iterdir()]
        highest = max((int(prefix) for prefix in prefixes if prefix.isdigit()), default=0)
        return f"{highest + 1:0{_NUMBER_DIGITS}d}-{secrets.token_hex(3)}"

    def _remove_superseded(self, current: Generation | None) -> None:
        """Remove leftovers, and generations older than the previous one once their grace is over or there are too
        many."""
        kept = {current.id, current.record.previous} if current else set()
        others = sorted((path for path in self._folder.iterdir() if path.name not in kept), reverse=True)
        young = [path for path in others if self._is_in_grace(path, current)][: MOST - len(kept)]
        for path in others:
            if path not in young:
                shutil.rmtree(path, ignore_errors=True)

    def _is_in_grace(self, path: Path, current: Generation | None) -> bool:
        """Whether readers may still open the files of an older generation."""
        record = path / RECORD_FILE
        # A folder that sorts after the current one was never current itself: a draft, or a publication cut short.
        if current is None or path.name >= current.id or not record.is_file():
            return False
        return time.time() - record.stat().st_mtime < self.grace


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise damaged(path) from error
