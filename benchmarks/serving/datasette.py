"""Datasette over the same passages, with an FTS5 index of trigrams: a server for tables.

Its environment is made below ``var/`` once, of the versions that ``datasette.txt`` pins; it is no dependency of the
project. The rule: the limits on its times are lifted, so that it counts every facet as ours does.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sqlite3
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlencode

from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher

PINS = Path(__file__).with_suffix(".txt")
FOLDER = Path(__file__).resolve().parents[2] / "var" / "datasette"
SETTINGS = {"sql_time_limit_ms": 20_000, "facet_time_limit_ms": 20_000, "suggest_facets": "off"}
FACETS = ("year", "agency", "section")
HITS = 20
SHORTEST_WORD = 3
"""A trigram index finds no word of fewer characters."""
_START_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE passages(id TEXT PRIMARY KEY, agency TEXT, year INTEGER, section TEXT, text TEXT);
CREATE INDEX by_agency ON passages(agency);
CREATE INDEX by_year ON passages(year);
CREATE INDEX by_section ON passages(section);
CREATE VIRTUAL TABLE passages_fts USING fts5(text, content='passages', tokenize='trigram');
"""


def python() -> Path:
    """The Python of its environment."""
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment() -> None:
    """Make the environment, unless it is there with just what is pinned."""
    stamp = FOLDER / ".pins"
    state = f"{hashlib.sha256(PINS.read_bytes()).hexdigest()} {sys.version_info[:2]}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state:
        return
    venv.EnvBuilder(with_pip=False, clear=True).create(FOLDER)
    pip = [sys.executable, "-m", "pip", "--python", str(python())]
    flags = ["--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "install", *flags, "--requirement", str(PINS)], check=True)
    stamp.write_text(state, encoding="utf-8")


def write_database(index: Path, path: Path) -> int:
    """Every passage of an index as a table with a full-text index of trigrams; how many there are."""
    database = sqlite3.connect(path)
    database.executescript(_SCHEMA)
    hits = Searcher(index).walk(SearchRequest(facets=())).hits
    rows = (
        (one.passage.id, one.passage.agency, one.passage.year, one.passage.section, one.passage.text)
        for one in hits
    )
    database.executemany("INSERT INTO passages VALUES(?, ?, ?, ?, ?)", rows)
    database.execute("INSERT INTO passages_fts(passages_fts) VALUES('rebuild')")
    database.execute("INSERT INTO passages_fts(passages_fts) VALUES('optimize')")
    database.commit()
    [[passages]] = database.execute("SELECT count(*) FROM passages")
    database.close()
    return int(passages)


@contextmanager
def serving(database: Path) -> Iterator[int]:
    """Datasette on the database; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", name, str(value))]
    command = [
        str(python()),
        "-m",
        "datasette",
        "serve",
        "--immutable",
        str(database),
        "--port",
        str(port),
        *settings,
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until it answers. Raises ``SystemExit`` if it does not."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        with suppress(OSError, HTTPException):
            connection.request("GET", "/-/versions.json")
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.1)
    raise SystemExit("Datasette did not start")


def addresses(words: Sequence[str], *, database: str, is_page: bool) -> list[str]:
    """Where it is asked for each word: a page with facets, or JSON without."""
    facets = [("_facet", field) for field in FACETS] if is_page else [("_nofacet", "1")]
    suffix = "" if is_page else ".json"
    return [
        f"/{quote(database)}/passages{suffix}?"
        + urlencode([("_search", f'"{word}"'), ("_size", HITS), *facets])
        for word in words
    ]
