"""The queue of a corpus folder: every page that was ever met, what became of it, and when its host may be asked again.

It is a SQLite database, ``.collect/queue.sqlite`` in the folder. What comes of a page and the links that it brought are
entered in one transaction, after its bytes are on the disk. The rule: a kill at any moment loses nothing but the answer
that was on its way, and the next run goes on where this one stopped, no faster than a site was promised.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from report_search.errors import OperatorError

QUEUE_FILE = ".collect/queue.sqlite"
QUEUE_LAYOUT = 1
_OLDEST_ROBOTS = 24 * 3600.0
"""Seconds for which a robots.txt is good."""
PageKind = Literal["list", "report", "attachment", "picture", "import"]
PageState = Literal["due", "done", "gone", "refused", "failed", "same", "skipped"]
_PAGE = """
id, seed, kind, url, form, host, depth, parent, number, title, year, state, note, attempts, not_before, file, sha256,
size, etag, modified, fetched, checked, facts
"""
_SCHEMA = f"""
PRAGMA user_version = {QUEUE_LAYOUT};
CREATE TABLE IF NOT EXISTS pages (
    id INTEGER PRIMARY KEY, seed TEXT, kind TEXT, url TEXT, form TEXT DEFAULT '', host TEXT, depth INTEGER DEFAULT 0,
    parent INTEGER DEFAULT 0, number INTEGER DEFAULT 0, title TEXT DEFAULT '', year INTEGER, state TEXT DEFAULT 'due',
    note TEXT DEFAULT '', attempts INTEGER DEFAULT 0, not_before REAL DEFAULT 0, file TEXT DEFAULT '',
    sha256 TEXT DEFAULT '', size INTEGER DEFAULT 0, etag TEXT DEFAULT '', modified TEXT DEFAULT '',
    fetched TEXT DEFAULT '', checked REAL DEFAULT 0, facts TEXT DEFAULT '', UNIQUE (url, form)
);
CREATE INDEX IF NOT EXISTS pages_due ON pages (state, host);
CREATE INDEX IF NOT EXISTS pages_sha256 ON pages (sha256);
CREATE TABLE IF NOT EXISTS hosts (
    host TEXT PRIMARY KEY, refused TEXT DEFAULT '', ready REAL DEFAULT 0, robots TEXT DEFAULT 'unknown',
    robots_text TEXT DEFAULT '', robots_at REAL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS readings (sha256 TEXT, recipe TEXT, outcome TEXT, PRIMARY KEY (sha256, recipe));
"""


class QueuedPage(Struct, frozen=True):
    """A page of the queue.

    ``number`` is that of a list page in its list, ``parent`` the id of the page that led here (0: a seed). ``note``
    says for people why it is not done. ``not_before`` and ``checked`` are seconds since 1970, ``fetched`` the ISO time
    at which the bytes in ``file`` came. ``facts`` is JSON that a person gave with an import.
    """

    id: int
    seed: str
    kind: PageKind
    url: str
    form: str
    host: str
    depth: int
    parent: int
    number: int
    title: str
    year: int | None
    state: PageState
    note: str
    attempts: int
    not_before: float
    file: str
    sha256: str
    size: int
    etag: str
    modified: str
    fetched: str
    checked: float
    facts: str


class RobotsFile(Struct, frozen=True):
    """A robots.txt as it was fetched, at ``fetched`` (seconds since 1970).

    ``state`` is ``read``, ``none`` (there is none), ``unknown`` (it can't be had now) or ``refused``.
    """

    state: str
    text: str = ""
    fetched: float = 0.0

    def is_current(self, now: float) -> bool:
        """Whether it need not be asked for again."""
        return self.state in ("read", "none") and now - self.fetched < _OLDEST_ROBOTS


class NewPage(Struct, frozen=True):
    """A page to enter; one of the same address and form that is known already stays as it is."""

    seed: str
    kind: PageKind
    url: str
    host: str
    form: str = ""
    depth: int = 0
    parent: int = 0
    number: int = 0
    title: str = ""
    year: int | None = None


class WorkQueue:
    """The queue below ``folder``; for one process at a time. ``scratch`` works on a copy in memory."""

    def __init__(self, folder: Path, *, scratch: bool = False) -> None:
        path = folder / QUEUE_FILE
        try:
            self._db = self._scratch(path) if scratch else self._opened(path)
            self._db.executescript(_SCHEMA)
            self._db.commit()
        except sqlite3.OperationalError as error:
            raise OperatorError(
                "queue-locked", f"采集队列 {path} 打不开：{error}", hint="另一个采集正在进行时请等它结束。"
            ) from error
        except sqlite3.DatabaseError as error:
            raise OperatorError(
                "queue-damaged",
                f"采集队列 {path} 损坏：{error}",
                hint="请移走这个文件再运行；已保存的文件都还在，会重新核对。",
            ) from error

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=0.2, isolation_level=None)
        # Held until the end: two runs on one folder would each keep the pause, and together half of it.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        # A killed process loses nothing that it committed; a power cut may lose the last of it, asked for again then.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("COMMIT")
        return db

    @staticmethod
    def _scratch(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(":memory:", isolation_level=None)
        if path.is_file():
            with sqlite3.connect(path, timeout=0.2) as kept:
                kept.backup(db)
            kept.close()
        return db

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is entered inside, or nothing."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def enter(self, pages: Sequence[NewPage]) -> int:
        """Enter pages as due; how many of them were new."""
        before = self._db.total_changes
        self._db.executemany(
            "INSERT OR IGNORE INTO pages (seed, kind, url, form, host, depth, parent, number, title, year)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (p.seed, p.kind, p.url, p.form, p.host, p.depth, p.parent, p.number, p.title, p.year)
                for p in pages
            ],
        )
        return self._db.total_changes - before

    def set(self, page_id: int, **values: Any) -> None:
        """Set columns of a page."""
        assigned = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(f"UPDATE pages SET {assigned} WHERE id = ?", (*values.values(), page_id))

    def page(self, url: str, form: str = "") -> QueuedPage | None:
        """The page of an address and form."""
        return next(iter(self.pages("url = ? AND form = ?", url, form)), None)

    def pages(self, where: str = "1", *values: Any) -> list[QueuedPage]:
        """The pages for which an SQL condition holds, in the order in which they were met."""
        rows = self._db.execute(f"SELECT {_PAGE} FROM pages WHERE {where} ORDER BY id", values)
        return [QueuedPage(*row) for row in rows]

    def due_hosts(self) -> list[tuple[float, str]]:
        """The hosts of pages that are due and are not refused, each with the time from which it may be asked."""
        rows = self._db.execute(
            "SELECT MAX(COALESCE(ready, 0), MIN(not_before)), pages.host FROM pages LEFT JOIN hosts USING (host)"
            " WHERE state = 'due' AND COALESCE(refused, '') = '' GROUP BY pages.host ORDER BY 1, 2"
        )
        return [(float(ready), str(host)) for ready, host in rows]

    def next_due(self, host: str, now: float) -> QueuedPage | None:
        """The page of a host to ask for now: lists first, then what is least deep."""
        rows = self._db.execute(
            f"SELECT {_PAGE} FROM pages WHERE state = 'due' AND host = ? AND not_before <= ?"
            " ORDER BY kind != 'list', depth, id LIMIT 1",
            (host, now),
        )
        row = rows.fetchone()
        return QueuedPage(*row) if row else None

    def ready(self, host: str) -> float:
        """From when a host may be asked."""
        row = self._db.execute("SELECT ready FROM hosts WHERE host = ?", (host,)).fetchone()
        return float(row[0]) if row else 0.0

    def set_ready(self, host: str, moment: float) -> None:
        """A host may not be asked before ``moment``; on the disk before this returns."""
        self._db.execute(
            "INSERT INTO hosts (host, ready) VALUES (?, ?)"
            " ON CONFLICT (host) DO UPDATE SET ready = MAX(ready, excluded.ready)",
            (host, moment),
        )

    def refused(self, host: str) -> str:
        """Why a host is left alone, "" if it is not."""
        row = self._db.execute("SELECT refused FROM hosts WHERE host = ?", (host,)).fetchone()
        return str(row[0]) if row else ""

    def refuse(self, host: str, reason: str) -> None:
        """Leave a host alone for the rest of this run; "" takes that back."""
        self.set_ready(host, 0.0)
        self._db.execute("UPDATE hosts SET refused = ? WHERE host = ?", (reason, host))

    def forgive(self) -> None:
        """A new run may ask every host again, once."""
        self._db.execute("UPDATE hosts SET refused = ''")

    def robots(self, host: str) -> RobotsFile:
        """What the robots.txt of a host said last."""
        row = self._db.execute(
            "SELECT robots, robots_text, robots_at FROM hosts WHERE host = ?", (host,)
        ).fetchone()
        return RobotsFile(*row) if row else RobotsFile("unknown")

    def set_robots(self, host: str, robots: RobotsFile) -> None:
        """Enter what the robots.txt of a host says."""
        self.set_ready(host, 0.0)
        self._db.execute(
            "UPDATE hosts SET robots = ?, robots_text = ?, robots_at = ? WHERE host = ?",
            (robots.state, robots.text, robots.fetched, host),
        )

    def reading(self, sha256: str, recipe: str) -> str:
        """What came of reading a file, as JSON; "" if it was not read by this recipe."""
        row = self._db.execute(
            "SELECT outcome FROM readings WHERE sha256 = ? AND recipe = ?", (sha256, recipe)
        ).fetchone()
        return str(row[0]) if row else ""

    def set_reading(self, sha256: str, recipe: str, *, outcome: str) -> None:
        """Enter what came of reading a file."""
        self._db.execute("INSERT OR REPLACE INTO readings VALUES (?, ?, ?)", (sha256, recipe, outcome))
