"""A generation to read from: its record, its reports, the engine's folder.

The rule: only files whose bytes were checked against the record are handed out.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import msgspec
from msgspec import Struct

from report_search.errors import OperatorError
from report_search.generations.build_record import (
    REBUILD_HINT,
    RECORD_FILE,
    BuildRecord,
    ReportSummary,
    WithdrawnReport,
    damaged,
)
from report_search.generations.checksum_cache import ChecksumCache
from report_search.generations.files import digest_of, digests, files_below
from report_search.generations.report_json import decode_report
from report_search.model import Report

ENGINE_FOLDER = "engine"
REPORT_FOLDER = "reports"
CHECKSUM_CACHE_FILE = "hashed.json"


class Generation(Struct, frozen=True, dict=True):
    """One generation. ``id`` names it in cursors; ``folder`` holds its files; ``record`` says what they are."""

    id: str
    folder: Path
    record: BuildRecord

    @cached_property
    def engine_folder(self) -> Path:
        """The folder of the engine's files, once they have been verified.

        Raises ``OperatorError`` unless they are those that were published.
        """
        self.verify()
        return self.folder / ENGINE_FOLDER

    def reports(self) -> tuple[ReportSummary, ...]:
        """All its reports without their sections, in the order of their ids."""
        return self.record.summaries

    def report(self, report_id: str) -> Report | None:
        """A report with its sections; None if it is not here. Raises ``OperatorError`` if its file is damaged or
        gone."""
        name = report_file(report_id)
        if name not in self.record.checksums:
            return None
        path = self.folder / name
        try:
            data = path.read_bytes()
            if digest_of(data) != self.record.checksums[name]:
                raise damaged(path)
            return decode_report(data)
        except (OSError, KeyError, msgspec.MsgspecError) as error:
            raise damaged(path) from error

    def has(self, report_id: str) -> bool:
        """Whether it holds a report."""
        return report_file(report_id) in self.record.checksums

    def withdrawn(self, report_id: str) -> WithdrawnReport | None:
        """What is known of a report that was taken back; None for any other."""
        return next((one for one in self.record.withdrawn if one.id == report_id), None)

    def require(self, fingerprint: str) -> None:
        """Raise ``OperatorError`` if the index was built by an analyser other than ``fingerprint``."""
        if self.record.fingerprint != fingerprint:
            raise OperatorError(
                "index-fingerprint", "索引与当前版本的分词和归一规则不一致。", hint=REBUILD_HINT
            )

    def verify(self) -> None:
        """Raise ``OperatorError`` unless the engine's files are those that were published, every byte.

        To be called before an engine opens them: some are of a format that executes what it reads. Files that the
        checksum cache knows to be unchanged are not hashed again.
        """
        wanted = self.engine_files()
        present = set(files_below(self.folder / ENGINE_FOLDER))
        # Files that are gone, and files that were added: an engine may read whatever is in its folder.
        if differing := present.symmetric_difference(wanted):
            raise damaged(min(differing))
        cache = self.checksum_cache()
        unsure = [path for path, checksum in wanted.items() if not cache.is_unchanged(path, checksum)]
        for path, checksum in zip(unsure, digests(unsure), strict=True):
            if checksum != wanted[path]:
                raise damaged(path)

    def verify_all(self) -> None:
        """Raise ``OperatorError`` unless every file is what was published, read anew from the disk."""
        wanted = {self.folder / name: checksum for name, checksum in self.record.checksums.items()}
        present = set(files_below(self.folder)) - {self.folder / RECORD_FILE}
        if differing := present.symmetric_difference(wanted):
            raise damaged(min(differing))
        for path, checksum in zip(wanted, digests(wanted), strict=True):
            if checksum != wanted[path]:
                raise damaged(path)

    def engine_files(self) -> dict[Path, str]:
        """The engine's files with their checksums."""
        prefix = ENGINE_FOLDER + "/"
        checksums = self.record.checksums.items()
        return {self.folder / name: checksum for name, checksum in checksums if name.startswith(prefix)}

    def checksum_cache(self) -> ChecksumCache:
        """The checksums taken before; all generations of an index share one cache."""
        return ChecksumCache(self.folder.parent.parent / CHECKSUM_CACHE_FILE)


def report_file(report_id: str) -> str:
    """The path of a report's file in a generation; what a file name can't hold is written as ``%xx``."""
    safe = "".join(c if c.isalnum() or c in "-_" else f"%{ord(c):x}" for c in report_id)
    return f"{REPORT_FOLDER}/{safe}.json"
