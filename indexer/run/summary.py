"""What a run has to say when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from report_search.generations import SourceRecord
from report_search.model import ReportWarning
from report_search.presentation.file_names import printable_name

SHOWN = 20
"""How many warnings are printed; ``check`` prints all."""


class FileFailure(Struct, frozen=True):
    """A file that was not read, and why. ``kept`` says that what was read from it before stays in the index."""

    path: str
    code: str
    message: str
    kept: bool = False

    @classmethod
    def of(cls, record: SourceRecord) -> FileFailure:
        """The failure that the record of a file tells of."""
        return cls(record.path, record.code, record.message, kept=bool(record.report))


class Summary(Struct, frozen=True):
    """Counts and names of one run.

    ``skipped`` names what the manifest leaves out, ``withdrawn`` what it takes back; ``warnings`` pairs the path of a
    file with a warning about it, all that hold or, with ``only_new_warnings``, those that did not hold before.
    ``generation`` is "" where there is no index, since nothing could be read.
    """

    read: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    skipped: tuple[str, ...]
    failed: tuple[FileFailure, ...]
    warnings: tuple[tuple[str, ReportWarning], ...]
    passages: int
    reports: int
    generation: str
    index: str
    seconds: float
    withdrawn: tuple[str, ...] = ()
    only_new_warnings: bool = False

    @property
    def anything_read(self) -> bool:
        """Whether any file of this run is in the index now, or was taken out of it on purpose."""
        return bool(self.read or self.unchanged or (self.withdrawn and self.removed))

    def lines(self) -> Iterator[str]:
        """The summary for people."""
        for failure in self.failed:
            kept = "（索引中保留上一次读入的内容）" if failure.kept else ""
            yield f"读取失败 {printable_name(failure.path)}：{failure.message}{kept}"
        for path, warning in self.warnings[:SHOWN]:
            where = f"（{warning.where}）" if warning.where else ""
            yield f"警告 {printable_name(path)}：{warning.message}{where}"
        if len(self.warnings) > SHOWN:
            yield f"另有 {len(self.warnings) - SHOWN} 条警告，见 report-search check。"
        yield self._counts()
        if not self.anything_read:
            yield (
                "没有读到任何报告，索引里的报告没有变。"
                if self.generation
                else "没有读到任何报告，没有建立索引。"
            )
        if self.generation:
            yield f"索引 {self.index}：{self.reports} 份报告，{self.passages} 段，用时 {self.seconds:.1f} 秒。"

    def _counts(self) -> str:
        skipped = f"按清单略过 {len(self.skipped)} 个，" if self.skipped else ""
        withdrawn = f"按清单撤下 {len(self.withdrawn)} 份，" if self.withdrawn else ""
        warnings = "新警告" if self.only_new_warnings else "警告"
        return (
            f"读入 {len(self.read)} 份，未变 {len(self.unchanged)} 份，移出 {len(self.removed)} 份，{skipped}"
            f"{withdrawn}失败 {len(self.failed)} 个，{warnings} {len(self.warnings)} 条。"
        )

    def as_json(self) -> dict[str, Any]:
        """The summary for programs."""
        return {
            "read": list(self.read),
            "unchanged": list(self.unchanged),
            "removed": list(self.removed),
            "skipped": list(self.skipped),
            "withdrawn": list(self.withdrawn),
            "failed": [
                {"path": f.path, "code": f.code, "message": f.message, "kept": f.kept} for f in self.failed
            ],
            "warnings": [
                {"path": path, "code": w.code, "message": w.message, "where": w.where}
                for path, w in self.warnings
            ],
            "passages": self.passages,
            "reports": self.reports,
            "generation": self.generation or None,
            "index": self.index,
            "seconds": round(self.seconds, 3),
        }
