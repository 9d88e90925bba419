"""A SQLite file of a generation: begun in a draft, vouched for by the record, read and never written.

The rule: a file is read only if its generation vouches for its bytes; every answer opens it for itself, so that threads
may share it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from report_search.errors import OperatorError
from report_search.generations.build_record import REBUILD_HINT, damaged
from report_search.generations.files import digest
from report_search.generations.generation import Generation


class DatabaseDraft:
    """The database ``name`` of a draft in ``folder``, being filled with what is known of each report.

    It begins with ``tables``, or as the file of ``former``, another generation's folder. ``report_columns`` has the
    column of each table that says which report a row is of; its first table has every report. A context manager: left
    without an error the file is complete, else it is deleted.
    """

    def __init__(
        self, folder: Path, name: str, *, former: Path | None, tables: str, report_columns: Mapping[str, str]
    ) -> None:
        self._report_columns = report_columns
        self._path = folder / name
        self._has_former = former is not None
        self._path.unlink(missing_ok=True)
        if former is not None:
            # Copied, not linked: a generation that is current must not change.
            shutil.copyfile(former / name, self._path)
        self._database = sqlite3.connect(self._path)
        try:
            # Nobody reads the file before it is sealed, so a crash costs nothing but the draft.
            self._database.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
                # Enough to tell a good index from a bad one; to look at every row of a million takes seconds.
                "PRAGMA analysis_limit = 1000;"
            )
            if former is None:
                self._database.executescript(tables)
        except sqlite3.Error:
            # A context that is never entered is never left: the file would stay open.
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
        if error is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def keep(self, reports: Collection[str]) -> None:
        """Drop every report but ``reports``; to be called before any is put."""
        table, column = next(iter(self._report_columns.items()))
        known = [str(row[0]) for row in self._database.execute(f"SELECT DISTINCT {column} FROM {table}")]
        gone = [(one,) for one in set(known) - set(reports)]
        for table, column in self._report_columns.items():
            self._database.executemany(f"DELETE FROM {table} WHERE {column} = ?", gone)

    def _complete(self, version: int) -> None:
        """Say of the file that it is whole, in the layout ``version``."""
        self._database.execute(f"PRAGMA user_version = {version}")
        self._database.commit()


def has_version(path: Path, version: int) -> bool:
    """Whether there is a database at ``path`` in the layout ``version``. Raises ``OperatorError`` if it is damaged."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(_read_only(path), uri=True)) as database:
            return bool(database.execute("PRAGMA user_version").fetchone()[0] == version)
    except sqlite3.Error as error:
        raise damaged(path) from error


class SealedDatabase:
    """The database ``name`` of ``generation``, of the layout ``version``. Safe to share between threads.

    Raises ``OperatorError`` with the code ``missing`` if the index was built without it, or in another layout, and
    ``index-damaged`` if the file is not the one that was published.
    """

    def __init__(self, generation: Generation, name: str, *, version: int, missing: str) -> None:
        self.path = generation.folder / name
        self.sha256 = generation.record.checksums.get(name, "")
        if not self.sha256:
            raise OperatorError(missing, "这个索引还没有这些数据。", hint=REBUILD_HINT)
        try:
            is_whole = digest(self.path) == self.sha256
        except OSError as error:
            raise damaged(self.path) from error
        if not is_whole:
            raise damaged(self.path)
        if not has_version(self.path, version):
            raise OperatorError(missing, "这个索引的数据由另一个版本建立。", hint=REBUILD_HINT)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """What a statement gives."""
        with closing(self.connect()) as database:
            return database.execute(statement, values).fetchall()

    def connect(self) -> sqlite3.Connection:
        """A connection that can only read."""
        try:
            return sqlite3.connect(_read_only(self.path), uri=True)
        except sqlite3.Error as error:
            raise damaged(self.path) from error


def _read_only(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"
