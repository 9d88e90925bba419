"""The life of an index: generations, one of which is current.

An index is a cache of the corpus. A generation is a folder that no one changes once it is current: the
engine's files, every report as JSON, and ``run.json``. The rule: whatever happens, ``current`` names a
generation that was checked whole and lies on the disk, or none.

    root/
      lock                    held by the one writer, freed by the system when its process ends
      current                 id of the current generation, and the SHA-256 of its run.json
      hashed.json             what the system said of the engine's files when they were hashed
      generations/<id>/       run.json · engine/… · reports/<report id>.json
      generations/draft-<id>/ being built; worthless once its writer is gone
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from report_search.errors import OperatorError
from report_search.generations.build_record import (
    RUN_FILE,
    BuildRecord,
    ReportSummary,
    SourceRecord,
    damaged,
    decode_run,
)
from report_search.generations.draft import BuildOutcome, Check, Draft
from report_search.generations.files import replace_file, sync
from report_search.generations.generation import Generation

__all__ = [
    "BuildOutcome",
    "BuildRecord",
    "Draft",
    "Generation",
    "Generations",
    "ReportSummary",
    "SourceRecord",
]

GRACE = 600.0
"""Seconds that a generation older than the one before is kept for readers that still open its files."""


class Generations:
    """The generations below ``root``, a folder that need not be there yet."""

    def __init__(self, root: Path, *, grace: float = GRACE) -> None:
        self.root = root
        self.grace = grace
        self._folder = root / "generations"
        self._seen: tuple[str, Generation] | None = None

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

    def open(self, fingerprint: str) -> Generation:
        """The current generation with its fingerprint and every engine file checked: ready for an engine.

        Raises ``OperatorError``: no index, another fingerprint, damaged files.
        """
        generation = self.current()
        if generation is None:
            raise OperatorError(
                "no-index", f"{self.root} 里还没有索引。", hint="请运行 report-search index。"
            )
        generation.require(fingerprint)
        generation.verify()
        return generation

    @contextmanager
    def draft(self, *, engine: str, fingerprint: str) -> Iterator[Draft]:
        """A new generation to fill, under the writer's lock; it starts with what the current one holds.

        Left without ``publish``, it is thrown away. Raises ``OperatorError`` at once if there is another
        writer.
        """
        with self._lock():
            began = time.time_ns()
            before = self._sound()
            self._clean(before)
            fresh = self._next_id()
            folder = self._folder / f"draft-{fresh}"
            draft = Draft(folder, name=fresh, engine=engine, fingerprint=fingerprint, before=before)
            try:
                yield draft
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            self._bear_witness(draft, began)

    def publish(self, draft: Draft, outcome: BuildOutcome, *, check: Check | None = None) -> Generation:
        """Check ``draft`` and make it current by one atomic step; to be called inside its ``with``.

        Raises ``OperatorError`` and leaves the current one as it is if the counts or ``check`` don't hold.
        """
        draft.seal(outcome, check=check)
        place = self._folder / draft.id
        draft.folder.rename(place)
        sync(self._folder)
        self._point(draft.id)
        generation = self.current()
        assert generation is not None
        self._clean(generation)
        return generation

    def rollback(self) -> Generation:
        """Make the generation before the current one current. Raises ``OperatorError`` if there is none."""
        with self._lock():
            current = self.current()
            if current is None or not (self._folder / current.run.previous / RUN_FILE).is_file():
                raise OperatorError(
                    "no-previous", "没有可以退回的上一代索引。", hint="请运行 report-search index。"
                )
            self._point(current.run.previous)
            generation = self.current()
            assert generation is not None
            return generation

    def _bear_witness(self, draft: Draft, began: int) -> None:
        """Keep what the system says of the engine's files, now that they have all their links."""
        current = self.current()
        if current is not None and current.id in (draft.id, draft.before.id if draft.before else ""):
            files = current.engine_files()
            new = {self._folder / draft.id / name for name in draft.hashed}
            hashed = {path: draft.sealed if path in new else began for path in files}
            current.witness().record(files, hashed=hashed)

    def _point(self, name: str) -> None:
        seal = hashlib.sha256((self._folder / name / RUN_FILE).read_bytes()).hexdigest()
        replace_file(self.root / "current", f"{name} {seal}\n".encode("ascii"))

    def _load(self, name: str, seal: str) -> Generation:
        seen = self._seen
        if seen and seen[0] == seal:
            return seen[1]
        folder = self._folder / name
        try:
            data = (folder / RUN_FILE).read_bytes()
        except OSError as error:
            raise damaged(folder / RUN_FILE) from error
        if hashlib.sha256(data).hexdigest() != seal:
            raise damaged(folder / RUN_FILE)
        generation = Generation(name, folder, decode_run(data, folder))
        self._seen = (seal, generation)
        return generation

    def _sound(self) -> Generation | None:
        """The current generation, or None if it is damaged: then everything is read again from the corpus."""
        try:
            current = self.current()
            if current is not None:
                current.verify()
        except OperatorError:
            return None
        return current

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.root / "lock", timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout as busy:
            raise OperatorError(
                "index-locked",
                f"另一个进程正在更新索引 {self.root}。",
                hint="请等它完成后再试，或换一个索引目录（--index）。",
            ) from busy
        try:
            yield
        finally:
            lock.release()

    def _next_id(self) -> str:
        numbers = [int(p.name[:6]) for p in self._folder.iterdir() if p.name[:6].isdigit()]
        return f"{max(numbers, default=0) + 1:06d}-{secrets.token_hex(3)}"

    def _clean(self, current: Generation | None) -> None:
        """Remove leftovers, and generations older than the one before once their grace is over."""
        kept = {current.id, current.run.previous} if current else set()
        for path in self._folder.iterdir():
            if path.name in kept:
                continue
            superseded = current is not None and path.name < current.id and (path / RUN_FILE).is_file()
            if superseded and time.time() - (path / RUN_FILE).stat().st_mtime < self.grace:
                continue
            shutil.rmtree(path, ignore_errors=True)
