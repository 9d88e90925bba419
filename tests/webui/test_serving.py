"""The server itself, over a real socket."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    run_job(IndexJob(paths=(CORPUS,), index=folder, engine="whoosh"))
    return folder


@pytest.fixture(scope="module")
def port(index: Path) -> Iterator[int]:
    command = [sys.executable, "-u", "-m", "report_search", "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        assert server.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", server.stdout.readline())
        assert address is not None
        yield int(address[1])
        server.terminate()


def ask(port: int, target: str) -> tuple[int, bytes]:
    """Status and body of a request whose target is sent as it is, in UTF-8."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def test_chinese_in_an_address_is_taken_as_typed(port: int) -> None:
    """``curl '…?q=领事保护'`` sends bare UTF-8, which the server library by itself answers with 400."""
    status, body = ask(port, "/api/v1/search?q=领事保护&year=2014..2019")
    assert status == 200
    told = json.loads(body)
    assert told["query"]["text"] == "领事保护"
    assert told["total"]["reports"] == 2


def test_the_server_answers_pages_and_health(port: int) -> None:
    assert ask(port, "/healthz")[0] == 200
    status, body = ask(port, "/?q=“领事保护”")
    assert status == 200
    assert "<mark>领事保护</mark>" in body.decode()


def test_a_port_that_is_taken_is_the_operators_to_change(port: int, index: Path) -> None:
    command = [sys.executable, "-m", "report_search", "serve", "--port", str(port), "--index", str(index)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
