"""What alerts have found and where it has gone, kept in ``alerts.sqlite`` beside the generations of an index.

A run enters what it found for every target, and up to which time it looked, in one transaction; only then is anything
sent, and each delivery is marked as soon as it has gone. So a crash loses nothing and repeats nothing but the one
delivery that it came in the middle of: that one goes again under the same id, by which a receiver knows it. The rule:
what is entered is what is sent, byte for byte, however often that is tried.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report_search.errors import OperatorError

OUTBOX_FILE = "alerts.sqlite"
OUTBOX_LAYOUT = 1
KEPT_SENT = 1000
"""So many of the deliveries that have gone are remembered, without their content."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (name TEXT PRIMARY KEY, digest TEXT, seen INTEGER, ran TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, alert TEXT, kind TEXT, address TEXT, name TEXT, body BLOB,
    made TEXT, sent TEXT DEFAULT '', attempts INTEGER DEFAULT 0, error TEXT DEFAULT ''
);
"""
_WAITING = """
SELECT id, alert, kind, address, name, body, attempts, error FROM deliveries WHERE sent = '' ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class LastRun:
    """How far an alert has looked: passages first published up to ``seen`` (seconds since 1970), at ``ran``.

    ``digest`` is that of the search that was run; another search of the same name begins anew.
    """

    digest: str
    seen: int
    ran: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something found that goes to one target: ``body`` under the file ``name``, by an ``id`` that stays its own.

    ``attempts`` failed so far, the last with ``error``.
    """

    id: str
    alert: str
    kind: str
    address: str
    name: str
    body: bytes
    attempts: int = 0
    error: str = ""


class Outbox:
    """The outbox below ``root``, the folder of an index. For one process at a time."""

    def __init__(self, root: Path) -> None:
        self.path = root / OUTBOX_FILE

    def last_run(self, alert: str) -> LastRun | None:
        """How far an alert has looked; None if it never ran."""
        rows = self._rows("SELECT digest, seen, ran FROM alerts WHERE name = ?", (alert,))
        return LastRun(*rows[0]) if rows else None

    def enter(self, alert: str, run: LastRun, *, deliveries: Sequence[Delivery]) -> None:
        """Enter what a run has found, and how far it looked: both or, after a crash, neither."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?)", (alert, run.digest, run.seen, run.ran)
            )
            connection.executemany(
                "INSERT OR IGNORE INTO deliveries (id, alert, kind, address, name, body, made)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (one.id, one.alert, one.kind, one.address, one.name, one.body, run.ran)
                    for one in deliveries
                ],
            )

    def waiting(self) -> tuple[Delivery, ...]:
        """What has not gone yet, in the order in which it was found."""
        return tuple(Delivery(*row) for row in self._rows(_WAITING))

    def mark_sent(self, delivery: Delivery, *, at: str) -> None:
        """Note that a delivery has gone; its content is not kept."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE deliveries SET sent = ?, body = x'', error = '' WHERE id = ?", (at, delivery.id)
            )
            connection.execute(
                "DELETE FROM deliveries WHERE sent != '' AND number NOT IN"
                " (SELECT number FROM deliveries WHERE sent != '' ORDER BY number DESC LIMIT ?)",
                (KEPT_SENT,),
            )

    def mark_failed(self, delivery: Delivery, error: str) -> None:
        """Note why a delivery has not gone; it waits for the next run."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE deliveries SET attempts = attempts + 1, error = ? WHERE id = ?", (error, delivery.id)
            )

    def drop(self, delivery: Delivery) -> None:
        """Forget a delivery whose target the operator has taken out."""
        with self._writing() as connection:
            connection.execute("DELETE FROM deliveries WHERE id = ?", (delivery.id,))

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        with self._naming_damage(), closing(self._connect()) as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on the disk at the end, undone by an error."""
        with self._naming_damage(), closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        layout = connection.execute("PRAGMA user_version").fetchone()[0]
        if layout > OUTBOX_LAYOUT:
            connection.close()
            raise OperatorError(
                "alerts-layout",
                f"{self.path} 由更新的版本写成，这个版本读不了。",
                hint="请用写它的那个版本，或更新的版本。",
            )
        if layout < OUTBOX_LAYOUT:
            connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {OUTBOX_LAYOUT}; COMMIT;")
        return connection

    @contextmanager
    def _naming_damage(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise OperatorError(
                "alerts-damaged",
                f"提醒的记录读不出来或写不进去：{self.path}（{error}）",
                hint="请核对磁盘和权限，或从备份恢复这个文件；移走它则所有提醒从下一次运行起重新开始。",
            ) from error
