"""``report-search mcp``: one message a line, nothing else on standard output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from report_search.presentation.mcp.server import MOST_BYTES

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def command(index: Path) -> list[str]:
    return [sys.executable, "-m", "report_search", "mcp", "--index", str(index)]


def told(message: Any) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def converse(index: Path, *lines: bytes, end: bytes = b"\n", **environment: str) -> tuple[list[Any], str]:
    """The replies to lines of standard input, and what stood on standard error."""
    done = subprocess.run(
        command(index),
        input=b"".join(line + end for line in lines),
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b"" or done.stdout.endswith(b"\n")
    return [json.loads(line) for line in done.stdout.split(b"\n") if line], done.stderr.decode()


def test_each_line_is_answered_with_one_line_in_utf_8(index: Path) -> None:
    opening = {**PING, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}
    notified = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    search = {
        **PING,
        "id": 2,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": "微博"}},
    }
    list_ = [{**PING, "id": 4}]
    long = {**PING, "id": 5, "params": {"text": "x" * 2 * MOST_BYTES}}
    lines = [told(one) for one in (opening, notified, search, {**PING, "id": 3}, list_, long)]
    # A terminal in another encoding changes nothing.
    replies, said = converse(
        index,
        *lines[:3],
        b"",
        b"  ",
        b"no json",
        *lines[3:],
        told({**PING, "id": "last"}),
        PYTHONIOENCODING="ascii",
    )
    assert said == ""
    assert [reply["id"] for reply in replies] == [1, 2, None, 3, None, None, "last"]
    assert replies[0]["result"]["protocolVersion"] == "2025-06-18"
    assert "微博" in replies[1]["result"]["content"][0]["text"]
    assert [replies[at]["error"]["code"] for at in (2, 4, 5)] == [-32700, -32600, -32600]
    assert replies[6]["result"] == {}


def test_lines_may_end_as_on_windows_and_the_last_need_not_end(index: Path) -> None:
    assert converse(index, told(PING), end=b"\r\n")[0] == [{"jsonrpc": "2.0", "id": 1, "result": {}}]
    assert converse(index, told(PING), end=b"")[0] == [{"jsonrpc": "2.0", "id": 1, "result": {}}]
    assert converse(index)[0] == []


def test_an_index_that_is_missing_is_told_by_the_tool(tmp_path: Path) -> None:
    message = {**PING, "method": "tools/call", "params": {"name": "coverage"}}
    replies, said = converse(tmp_path / "none", told({**PING, "method": "tools/list"}), told(message))
    assert len(replies[0]["result"]["tools"]) == 9
    assert replies[1]["result"]["isError"] is True
    assert "report-search index" in replies[1]["result"]["content"][0]["text"]
    assert said == ""


def test_an_address_that_is_none_is_the_operators_to_change(index: Path) -> None:
    done = subprocess.run(
        command(index),
        input=told(PING),
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "REPORT_SEARCH_URL": "nowhere"},
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert "REPORT_SEARCH_URL" in done.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_interrupt_ends_it_quietly(index: Path) -> None:
    with subprocess.Popen(
        command(index), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        server.stdin.write(told(PING) + b"\n")
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["result"] == {}
        time.sleep(0.1)
        # A signal between Python's last look for signals and the start of a read waits for the read to end: on a busy
        # machine a first one may come just then.
        for _ in range(4):
            server.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.wait(5)
                break
        assert server.wait(0) == 130
        assert server.stdout.read() == b""
        assert server.stderr.read() == b""


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_client_that_is_gone_ends_it_without_a_traceback(index: Path) -> None:
    with subprocess.Popen(
        command(index), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        server.stdout.close()
        server.stdin.write(told(PING) + b"\n")
        server.stdin.flush()
        server.stdin.close()
        assert server.wait(20) == 0
        assert server.stderr.read() == b""
