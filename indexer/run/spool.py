"""Reports on their way from the process that read them into the draft: two files each, in a folder of the draft.

One file holds the report exactly as a generation keeps it, so it can be moved into the draft; the other holds its
passages with their topics. Both carry the id that the report has if no other shares its agency and year. The rule:
a report is encoded once and its passages are made once, by whoever read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from report_search.generations.report_json import decode_report, encode_report
from report_search.model import Report
from report_search.passages import Passage


class SpooledReport(Struct, frozen=True):
    """Where a report and its passages are written to, and read from again."""

    report_file: Path
    passages_file: Path

    @classmethod
    def numbered(cls, folder: Path, number: int) -> SpooledReport:
        """The two files of the report with this number in ``folder``; they need not be there yet."""
        return cls(folder / f"{number}.json", folder / f"{number}.passages")

    def write(self, report: Report, passages: Sequence[Passage]) -> None:
        """Write both files."""
        self.report_file.write_bytes(encode_report(report))
        self.passages_file.write_bytes(msgspec.msgpack.encode(passages))

    def report(self) -> Report:
        """The report with its sections."""
        return decode_report(self.report_file.read_bytes())

    def passages(self) -> list[Passage]:
        """Its passages, with their topics."""
        return msgspec.msgpack.decode(self.passages_file.read_bytes(), type=list[Passage])
