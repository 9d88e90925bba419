"""A generation to read from: its record, its reports, the engine's folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from report_search.errors import OperatorError
from report_search.generations.build_record import REBUILD, BuildRecord, ReportSummary, damaged
from report_search.generations.checksum_cache import ChecksumCache
from report_search.generations.files import digest, digests, files_below
from report_search.generations.report_json import decode_report
from report_search.model import Report

ENGINE_FOLDER = "engine"
REPORT_FOLDER = "reports"
WITNESS_FILE = "hashed.json"


@dataclass(frozen=True)
class Generation:
    """One generation. ``id`` names it in cursors; ``folder`` holds its files; ``run`` is its record."""

    id: str
    folder: Path
    run: BuildRecord

    @cached_property
    def engine_folder(self) -> Path:
        """Where its engine's files are, handed out once they have been verified.

        Raises ``OperatorError`` unless they are those that were published.
        """
        self.verify()
        return self.folder / ENGINE_FOLDER

    def reports(self) -> tuple[ReportSummary, ...]:
        """All its reports without their sections, in the order of their ids."""
        return self.run.summaries

    def report(self, report_id: str) -> Report | None:
        """A report, whole; None if it is not here. Raises ``OperatorError`` if its file is damaged or
        gone."""
        name = report_file(report_id)
        if name not in self.run.checksums:
            return None
        path = self.folder / name
        try:
            if digest(path) != self.run.checksums[name]:
                raise damaged(path)
            return decode_report(path.read_bytes())
        except (OSError, KeyError, msgspec.MsgspecError) as error:
            raise damaged(path) from error

    def require(self, fingerprint: str) -> None:
        """Raise ``OperatorError`` if the index was built by an analyser other than ``fingerprint``."""
        if self.run.fingerprint != fingerprint:
            raise OperatorError("index-fingerprint", "索引与当前版本的分词和归一规则不一致。", hint=REBUILD)

    def verify(self) -> None:
        """Raise ``OperatorError`` unless the engine's files are those that were published, every byte.

        To be called before an engine opens them: parts may be of a format that runs what it reads. Files that
        ``witness`` vouches for are not hashed again.
        """
        wanted = self.engine_files()
        found = set(files_below(self.folder / ENGINE_FOLDER))
        if stray := found.symmetric_difference(wanted):
            raise damaged(min(stray))
        witness = self.witness()
        doubtful = [path for path, value in wanted.items() if not witness.is_unchanged(path, value)]
        for path, value in zip(doubtful, digests(doubtful), strict=True):
            if value != wanted[path]:
                raise damaged(path)

    def engine_files(self) -> dict[Path, str]:
        """The engine's files with their checksums."""
        prefix = ENGINE_FOLDER + "/"
        checksums = self.run.checksums.items()
        return {self.folder / name: value for name, value in checksums if name.startswith(prefix)}

    def witness(self) -> ChecksumCache:
        """What is known of files that were hashed before."""
        return ChecksumCache(self.folder.parent.parent / WITNESS_FILE)


def report_file(report_id: str) -> str:
    """The path of a report's file in a generation; what a file name can't hold is written as ``%xx``."""
    safe = "".join(c if c.isalnum() or c in "-_" else f"%{ord(c):x}" for c in report_id)
    return f"{REPORT_FOLDER}/{safe}.json"
