"""The file in which saved searches keep how far they have looked and what is still to be handed on.

It lies beside the generations, is carried by snapshots, and is used by ``report_search.alerts``. The rule: like the
book of addresses it is copied entry by entry, never as a file, so nothing that a file from elsewhere holds is run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from report_search.errors import OperatorError

ALERTS_FILE = "alerts.sqlite"
ALERTS_LAYOUT = 1
ALERTS_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS alerts (name TEXT PRIMARY KEY, digest TEXT, seen INTEGER, ran TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, alert TEXT, kind TEXT, address TEXT, name TEXT, body BLOB,
    made TEXT, sent TEXT DEFAULT '', attempts INTEGER DEFAULT 0, error TEXT DEFAULT ''
);
PRAGMA user_version = {ALERTS_LAYOUT};
"""
_COLUMNS = {
    "alerts": ("name", "digest", "seen", "ran"),
    "deliveries": (
        *("number", "id", "alert", "kind", "address", "name", "body", "made", "sent", "attempts", "error"),
    ),
}
_BATCH = 1000


def copy_alerts(source: Path, target: Path) -> None:
    """Write what is in the file ``source`` into a new one, ``target``.

    Raises ``OperatorError`` for a file that can't be read, or of a later version.
    """
    target.unlink(missing_ok=True)
    address = f"{source.absolute().as_uri()}?mode=ro"
    with naming_damage(source), closing(sqlite3.connect(address, uri=True)) as alerts:
        alerts.execute("PRAGMA trusted_schema = OFF")
        if not require_layout(alerts, source):
            raise sqlite3.DatabaseError("no alerts")
        with closing(sqlite3.connect(target)) as copy:
            copy.executescript(ALERTS_SCHEMA)
            for table, columns in _COLUMNS.items():
                named, marks = ", ".join(columns), ", ".join("?" * len(columns))
                rows = alerts.execute(f"SELECT {named} FROM {table}")
                while some := rows.fetchmany(_BATCH):
                    copy.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", some)
            copy.commit()


def require_layout(connection: sqlite3.Connection, path: Path) -> int:
    """The layout of the file, 0 of an empty one. Raises ``OperatorError`` for one of a later version."""
    layout: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if layout > ALERTS_LAYOUT:
        raise OperatorError(
            "alerts-layout",
            f"{path} 由更新的版本写成，这个版本读不了。",
            hint="请用写它的那个版本，或更新的版本。",
        )
    return layout


@contextmanager
def naming_damage(path: Path) -> Iterator[None]:
    """Raise ``OperatorError`` (``alerts-damaged``) for whatever SQLite can't do with the file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise OperatorError(
            "alerts-damaged",
            f"提醒的记录读不出来或写不进去：{path}（{error}）",
            hint="请核对磁盘和权限，或从备份恢复这个文件；移走它则所有提醒从下一次运行起重新开始。",
        ) from error
