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
from pathlib import Path
from typing import Any

from msgspec import Struct

from report_search.errors import OperatorError
from report_search.generations.alerts_file import (
    ALERTS_FILE,
    ALERTS_LAYOUT,
    ALERTS_SCHEMA,
    naming_damage,
    require_layout,
)

KEPT_SENT = 1000
"""So many of the deliveries that have gone are remembered, without their content."""
_WAITING = """
SELECT id, alert, kind, address, name, body, attempts, error FROM deliveries WHERE sent = '' ORDER BY number
"""


class LastRun(Struct, frozen=True):
    """How far an alert has looked: passages first published up to ``seen`` (seconds since 1970), at ``ran``.

    ``digest`` is that of the search that was run; another search of the same name begins anew.
    """

    digest: str
    seen: int
    ran: str


class Delivery(Struct, frozen=True):
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
        self.path = root / ALERTS_FILE

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
        with naming_damage(self.path), closing(self._connect()) as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on the disk at the end, undone by an error."""
        with naming_damage(self.path), closing(self._connect()) as connection:
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
        try:
            layout = require_layout(connection, self.path)
        except OperatorError:
            connection.close()
            raise
        if layout < ALERTS_LAYOUT:
            connection.executescript(f"BEGIN; {ALERTS_SCHEMA} COMMIT;")
        return connection
