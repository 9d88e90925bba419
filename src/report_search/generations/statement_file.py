"""The file of a generation with what each report says, cut into statements: the same beside every engine.

Who cuts them is above; here they are only written and read. The rule: what the generation before has of a report that
stays is carried over, so an update writes what a build from nothing writes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec import Struct

from report_search.errors import OperatorError
from report_search.generations.build_record import damaged
from report_search.generations.database_file import DatabaseDraft, SealedDatabase, has_version
from report_search.generations.generation import Generation

STATEMENT_FILE = "statements.sqlite"
VERSION = 1
"""Raised when statements are cut otherwise, too: a file of another version is made anew."""
NO_STATEMENTS = "no-statements"
_TABLES = "CREATE TABLE reports (id TEXT PRIMARY KEY, passages BLOB NOT NULL) WITHOUT ROWID"
_QUICK = 1
"""The level of compression: a higher one takes three times as long for a tenth less."""


class SaidPassage(Struct, frozen=True):
    """A passage that says something, in a section of the kind ``section``.

    ``key`` is its folded text; ``said`` are its sentences as printed, or its one row of a table, whose heads are
    ``label``, "" for a paragraph.
    """

    id: str
    section: str
    label: str
    key: str
    said: tuple[str, ...]


_DECODER = msgspec.msgpack.Decoder(tuple[tuple[str, str, str, str, tuple[str, ...]], ...])

_REPORT_IDS = {"reports": "id"}


class StatementWriter(DatabaseDraft):
    """Fills ``folder/statements.sqlite``; begins with the file of ``former``, another generation's folder."""

    def __init__(self, folder: Path, *, former: Path | None = None) -> None:
        super().__init__(folder, STATEMENT_FILE, former=former, tables=_TABLES, report_columns=_REPORT_IDS)

    def put(self, report: str, passages: Iterable[SaidPassage]) -> None:
        """Add a report, its passages in reading order."""
        rows = [(one.id, one.section, one.label, one.key, one.said) for one in passages]
        packed = zlib.compress(msgspec.msgpack.encode(rows), _QUICK)
        self._database.execute("INSERT INTO reports VALUES (?, ?)", (report, packed))

    def finish(self) -> None:
        """Say that every report was put."""
        self._complete(VERSION)


def has_statements(folder: Path) -> bool:
    """Whether a generation's folder has the file, in the layout of this version."""
    return has_version(folder / STATEMENT_FILE, VERSION)


class StatementFile:
    """The file of a generation, verified. Safe to share between threads.

    Raises ``OperatorError`` (``no-statements``) if the index was built without it, ``index-damaged`` if it is not the
    one that was published.
    """

    def __init__(self, generation: Generation) -> None:
        self._file = SealedDatabase(generation, STATEMENT_FILE, version=VERSION, missing=NO_STATEMENTS)

    def report(self, report: str) -> list[SaidPassage]:
        """The passages of a report that say something, in reading order; [] if it is not there."""
        rows = self._file.rows("SELECT passages FROM reports WHERE id = ?", (report,))
        return self._unpacked(rows[0][0]) if rows else []

    def every_report(self) -> Iterator[tuple[str, list[SaidPassage]]]:
        """All reports by id, each with its passages."""
        with closing(self._file.connect()) as database:
            for report, packed in database.execute("SELECT id, passages FROM reports"):
                yield report, self._unpacked(packed)

    def _unpacked(self, packed: bytes) -> list[SaidPassage]:
        try:
            rows: Sequence[tuple[str, str, str, str, tuple[str, ...]]] = _DECODER.decode(
                zlib.decompress(packed)
            )
        except (zlib.error, msgspec.MsgspecError) as error:
            raise damaged(self._file.path) from error
        return [SaidPassage(*row) for row in rows]


def statement_file(generation: Generation) -> StatementFile | None:
    """The file of a generation; None if it was built without one. Raises ``OperatorError`` if it is damaged."""
    try:
        return StatementFile(generation)
    except OperatorError as error:
        if error.code == NO_STATEMENTS:
            return None
        raise
