"""The book of addresses, ``addresses.sqlite``: every address of a report or a passage that was ever published.

It is the one part of an index that is no cache: no corpus can tell what was published from it last year. The rule: an
entry is never removed. What a build adds is *pending* until its generation is current; readers see published entries
only, and whoever opens the book to write settles what a crash has left (see ``AddressBook.settle``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from report_search.errors import OperatorError
from report_search.passage_ids import Place, id_of, possible_reports, split_id, texts_with

BOOK_FILE = "addresses.sqlite"
BOOK_LAYOUT = 1
"""The layout of the book; a newer one is refused, an older one would be converted."""
SYNCHRONOUS = "FULL"
"""How SQLite waits for the disk: until everything is on it, since nothing else could restore the book."""
PATIENCE = 10.0
"""Seconds that a reader waits while a writer puts its entries on the disk."""

_REPORT_COLUMNS = """
    id TEXT PRIMARY KEY, agency TEXT, agency_key TEXT, year INTEGER, title TEXT, root TEXT, path TEXT, sha256 TEXT,
    published TEXT, first_seen INTEGER, edition INTEGER, came INTEGER, gone INTEGER, reason TEXT, since TEXT
"""
_PASSAGE_COLUMNS = """
    report TEXT, opening TEXT, text INTEGER, suffix TEXT, section TEXT, before INTEGER, after INTEGER,
    first_seen INTEGER, first_edition INTEGER, last_edition INTEGER, PRIMARY KEY (report, opening, text, suffix)
"""
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reports ({_REPORT_COLUMNS}) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages ({_PASSAGE_COLUMNS}) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending_reports ({_REPORT_COLUMNS}) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending_passages ({_PASSAGE_COLUMNS}) WITHOUT ROWID;
"""
_EVER = """
WITH ever AS (
    SELECT report, opening, text, suffix, first_seen FROM passages
    UNION ALL
    SELECT report, opening, text, suffix, first_seen FROM pending_passages
    WHERE (SELECT value FROM facts WHERE name = 'pending') = ?
)
"""
"""Every passage that was ever published, and those of the build that is being published if it is the current one."""


class PublishedReport(Struct, frozen=True):
    """A report whose address was published.

    ``first_seen`` is the time of the build that first held it, in seconds since 1970; ``edition`` counts the times
    that its passages were entered. ``came`` and ``gone`` are the numbers of the builds that first held it, and first
    did not hold it any more (0 while it is held); builds may follow each other within a second. ``reason`` and
    ``since`` are those of its withdrawal, "" if it was not withdrawn.
    """

    id: str
    agency: str
    agency_key: str
    year: int | None
    title: str
    root: str
    path: str
    sha256: str
    published: str
    first_seen: int
    edition: int = 0
    came: int = 0
    gone: int = 0
    reason: str = ""
    since: str = ""


class PublishedPassage(Struct, frozen=True):
    """A passage whose address was published, as it stood when its report was last entered with it.

    ``opening`` is "h" for a heading; ``suffix`` tells equal texts apart. It stood in the editions of its report from
    ``first_edition`` to ``last_edition``.
    """

    report: str
    opening: str
    suffix: str
    place: Place
    first_seen: int
    first_edition: int
    last_edition: int

    @property
    def id(self) -> str:
        """Its address."""
        return id_of(f"{self.report}-{self.opening}", self.place.text, suffix=self.suffix)


class FirstSeenEntries(Struct, frozen=True):
    """When passages were first published, in seconds since 1970.

    ``reports`` are those whose passages all came at one time; of the others, ``passages`` has every (report, id, time).
    """

    reports: Mapping[str, int]
    passages: tuple[tuple[str, str, int], ...]


class AddressBook:
    """The book below ``root``, the folder of an index; it need not be there yet. Safe to share between threads."""

    def __init__(self, root: Path) -> None:
        self.path = root / BOOK_FILE

    def report(self, report_id: str) -> PublishedReport | None:
        """The report that ever had this address."""
        rows = self._rows("SELECT * FROM reports WHERE id = ?", (report_id,))
        return PublishedReport(*rows[0]) if rows else None

    def reports(self) -> tuple[PublishedReport, ...]:
        """Every report that was ever published, in the order of ids."""
        return tuple(PublishedReport(*row) for row in self._rows("SELECT * FROM reports ORDER BY id"))

    def passage(self, passage_id: str) -> PublishedPassage | None:
        """The passage that ever had this address."""
        for report_id in possible_reports(passage_id):
            parts = split_id(passage_id, report_id)
            if parts is None:
                continue
            rows = self._rows(
                "SELECT * FROM passages WHERE report = ? AND opening = ? AND text BETWEEN ? AND ? AND suffix = ?",
                (report_id, parts.opening, *texts_with(parts.stem), parts.suffix),
            )
            if rows:
                return _passage(rows[0])
        return None

    def passages(self, report_id: str) -> tuple[PublishedPassage, ...]:
        """Every passage of a report that was ever published, in the order of texts."""
        return tuple(map(_passage, self._rows("SELECT * FROM passages WHERE report = ?", (report_id,))))

    def first_seen(self, ids: Iterable[str]) -> dict[str, str]:
        """When each of these addresses was first published, as ISO times in UTC; what never was is left out."""
        found = {}
        for one in ids:
            entry = self.report(one) or self.passage(one)
            if entry is not None:
                found[one] = iso_time(entry.first_seen)
        return found

    def first_seen_in(self, generation: str) -> FirstSeenEntries:
        """When every passage was first published, ``generation`` being the current one.

        Its own count even where a crash, or this very moment, stands between it and the book.
        """
        reports = self._rows(
            f"{_EVER} SELECT report, min(first_seen), max(first_seen) FROM ever GROUP BY report",
            (generation,),
        )
        rows = self._rows(
            f"{_EVER} SELECT report, opening, text, suffix, first_seen FROM ever WHERE report IN"
            " (SELECT report FROM ever GROUP BY report HAVING min(first_seen) < max(first_seen))",
            (generation,),
        )
        return FirstSeenEntries(
            {report: first for report, first, last in reports if first == last},
            tuple(
                (report, id_of(f"{report}-{opening}", text, suffix=suffix), seconds)
                for report, opening, text, suffix, seconds in rows
            ),
        )

    def last_seen(self) -> int:
        """When the last address was first published, in seconds since 1970; 0 of an empty book."""
        rows = self._rows(
            "SELECT max(coalesce((SELECT max(first_seen) FROM passages), 0),"
            " coalesce((SELECT max(first_seen) FROM reports), 0))"
        )
        return int(rows[0][0]) if rows else 0

    def fact(self, name: str) -> str:
        """``generation`` is the one whose addresses were entered last, ``pending`` the one being published; or "".

        ``builds`` is how many builds have entered addresses.
        """
        rows = self._rows("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that makes the book where there is none: committed at the end, undone by an error.

        Only for whoever holds the writer's lock. Raises ``OperatorError`` if the book can't be read.
        """
        with _naming_damage(self.path), closing(sqlite3.connect(self.path, timeout=PATIENCE)) as connection:
            connection.isolation_level = None
            # Pages must not reach the file before the transaction ends: readers would be shut out for as long.
            connection.execute("PRAGMA cache_spill = OFF")
            connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
            layout = _require_layout(connection, self.path)
            connection.execute("BEGIN IMMEDIATE")
            try:
                if layout < BOOK_LAYOUT:
                    _make_tables(connection)
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def settle(self, current: str) -> None:
        """Make what is pending published if its generation is the ``current`` one, else drop it.

        A build makes its entries pending before ``current`` is renamed and calls this behind it. Where a crash came
        between, the next writer's call does the same.
        """
        if not self.path.exists() or not self.fact("pending"):
            return
        with self.writing() as connection:
            if current and self.fact("pending") == current:
                for table in ("reports", "passages"):
                    connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM pending_{table}")
                set_fact(connection, generation=current)
            for table in ("reports", "passages"):
                connection.execute(f"DELETE FROM pending_{table}")
            set_fact(connection, pending="")

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        # Opened for writing, though nothing is written: after a crash SQLite has to put the file right first.
        with (
            _naming_damage(self.path),
            closing(
                sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)
            ) as book,
        ):
            # A book without a layout is one whose first transaction was cut short.
            return book.execute(statement, values).fetchall() if _require_layout(book, self.path) else []


def copy_book(source: Path, target: Path) -> None:
    """Write what was published according to the book ``source`` into a new one, ``target``.

    Entries are copied, not the file: a book from elsewhere may be no book, and nothing in it is executed. Raises
    ``OperatorError`` for a book that can't be read.
    """
    target.unlink(missing_ok=True)
    with _naming_damage(source), closing(sqlite3.connect(_address_of(source, "ro"), uri=True)) as book:
        book.execute("PRAGMA trusted_schema = OFF")
        if not _require_layout(book, source):
            raise sqlite3.DatabaseError("no book of addresses")
        with closing(sqlite3.connect(target)) as copy:
            _make_tables(copy)
            for table in ("facts", "reports", "passages"):
                rows = book.execute(f"SELECT * FROM {table}")
                while some := rows.fetchmany(10_000):
                    copy.executemany(f"INSERT INTO {table} VALUES ({_marks(some[0])})", some)
            copy.execute("DELETE FROM facts WHERE name = 'pending'")
            copy.commit()


def lacks_entries(book: Path, of: Path) -> bool:
    """Whether ``book`` lacks an address that the book ``of`` has."""
    with _naming_damage(book), closing(sqlite3.connect(_address_of(book, "ro"), uri=True)) as connection:
        connection.execute("ATTACH ? AS other", (_address_of(of, "ro"),))
        keys = {"reports": "id", "passages": "report, opening, text, suffix"}
        return any(
            connection.execute(
                f"SELECT {key} FROM other.{table} EXCEPT SELECT {key} FROM main.{table} LIMIT 1"
            ).fetchone()
            for table, key in keys.items()
        )


def _address_of(path: Path, mode: str) -> str:
    """The address of a book for SQLite."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def put_report(connection: sqlite3.Connection, report: PublishedReport, *, table: str) -> None:
    """Enter ``report`` in ``reports`` or ``pending_reports``, in place of what is known of its address."""
    values = astuple(report)
    connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({_marks(values)})", values)


def put_passages(connection: sqlite3.Connection, passages: Iterable[PublishedPassage], *, table: str) -> None:
    """Enter ``passages`` in ``passages`` or ``pending_passages``, in place of what is known of their addresses."""
    rows = [_row(passage) for passage in passages]
    if rows:
        connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({_marks(rows[0])})", rows)


def set_fact(connection: sqlite3.Connection, **facts: str) -> None:
    """Set what ``AddressBook.fact`` gives, by name."""
    connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())


def iso_time(seconds: int) -> str:
    """An ISO time in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def seconds_of(time: str) -> int:
    """The seconds since 1970 of an ISO time."""
    return int(datetime.fromisoformat(time).timestamp())


def _row(passage: PublishedPassage) -> tuple[object, ...]:
    place = passage.place
    return (
        passage.report,
        passage.opening,
        place.text,
        passage.suffix,
        place.section,
        place.before,
        place.after,
        passage.first_seen,
        passage.first_edition,
        passage.last_edition,
    )


def _passage(row: tuple[Any, ...]) -> PublishedPassage:
    report, opening, text, suffix, section, before, after, first_seen, first, last = row
    place = Place(text, section, before, after)
    return PublishedPassage(report, opening, suffix, place, first_seen, first, last)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {BOOK_LAYOUT}")


def _require_layout(connection: sqlite3.Connection, path: Path) -> int:
    """The layout of the book, 0 of an empty one. Raises ``OperatorError`` for one of a later version."""
    layout: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if layout > BOOK_LAYOUT:
        raise OperatorError(
            "addresses-layout",
            f"地址簿 {path} 由更新的版本写成，这个版本读不了。",
            hint="请用写它的那个版本，或更新的版本。",
        )
    return layout


@contextmanager
def _naming_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise OperatorError(
            "addresses-damaged",
            f"地址簿读不出来或写不进去：{path}（{error}）",
            hint="请核对磁盘和权限，或从备份恢复这个文件；实在没有备份，移走它再运行 report-search index，"
            "地址按现有语料重新生成。",
        ) from error
