"""The official client, two major versions of it, drives every tool over both transports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from report_search.presentation.mcp.catalogue import TOOLS
from tests.webui.mcp import environments

DRIVER = Path(__file__).with_name("client_driver.py")
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search", {"query": "微博", "max_tokens": 500}),
    ("search", {"query": '"领事保护'}),
    ("read", {"id": "waijiaobu-2014"}),
    ("outline", {"report": "waijiaobu-2014"}),
    ("history", {"passage": "PASSAGE"}),
    ("compare", {"a": "waijiaobu-2014", "b": "waijiaobu-2019"}),
    ("series", {"measure": "requests.granted.total"}),
    ("series", {}),
    ("checks", {"agency": ["外交部"]}),
    ("mentions", {"query": "微博", "made_up": True}),
    ("coverage", {}),
    ("coverage", {"agency": ["外交部"], "year": ["2016"]}),
)
FAILING = (1,)
"""The numbers of the calls that can't be answered."""
NEWEST = {1: "2025-11-25", 2: "2026-07-28"}


@pytest.fixture(scope="module")
def passage(index: Path) -> str:
    done = _command("show", "waijiaobu-2014", "--json", "--index", str(index))
    assert json.loads(done)["id"] == "waijiaobu-2014"
    found = json.loads(_command("search", "领事救助", "--json", "--index", str(index)))
    return str(found["hits"][0]["id"])


def _command(*arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "report_search", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return run.stdout


@pytest.fixture(scope="module")
def url(index: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "report_search", "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        assert server.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
        assert address is not None
        yield f"{address[0]}mcp"
        server.terminate()


@pytest.fixture(scope="module", params=environments.MAJORS)
def major(request: pytest.FixtureRequest) -> int:
    if not environments.is_made(request.param):
        pytest.skip(
            f"no official MCP client {request.param}: run python3 tests/webui/mcp/environments.py, as .ci/run does"
        )
    return int(request.param)


@cache
def driven(major: int, transport: str, *, target: str, passage: str, mode: str = "auto") -> dict[str, Any]:
    """What the client of a major version made of all the calls; ``target`` is an address or the folder of an index."""
    calls = json.loads(json.dumps(CALLS).replace("PASSAGE", passage))
    where: dict[str, Any] = {"url": target}
    if transport == "stdio":
        where = {"command": [sys.executable, "-m", "report_search", "mcp", "--index", target]}
    asked = json.dumps({**where, "calls": calls, "mode": mode})
    done = subprocess.run(
        [str(environments.python(major)), str(DRIVER), asked],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(params=["http", "stdio"])
def found(request: pytest.FixtureRequest, major: int, url: str, index: Path, passage: str) -> dict[str, Any]:
    target = url if request.param == "http" else str(index)
    return driven(major, request.param, target=target, passage=passage)


def test_the_client_agrees_on_its_newest_version_and_sees_every_tool(
    found: dict[str, Any], major: int
) -> None:
    assert found["major"] == major
    assert found["version"] == NEWEST[major]
    assert [tool["name"] for tool in found["tools"]] == list(TOOLS)
    assert all(tool["annotations"]["readOnlyHint"] for tool in found["tools"])


def test_the_client_takes_the_answer_of_every_tool(found: dict[str, Any]) -> None:
    assert {name for name, _ in CALLS} == set(TOOLS)
    for number, ((name, _), result) in enumerate(zip(CALLS, found["results"], strict=True)):
        assert result.get("isError", False) is (number in FAILING), (name, result)
        if number not in FAILING:
            answer = result["structuredContent"]
            assert json.loads(result["content"][0]["text"]) == answer
            assert {"truncated", "next", "generation"} <= answer.keys()


def test_what_is_wrong_reaches_the_model_and_an_unknown_tool_the_program(found: dict[str, Any]) -> None:
    (number,) = FAILING
    assert "unbalanced-quote" in found["results"][number]["content"][0]["text"]
    assert "no_such_tool" in json.dumps(found["unknown"])


def test_both_transports_give_the_same(major: int, url: str, index: Path, passage: str) -> None:
    http = driven(major, "http", target=url, passage=passage)
    stdio = driven(major, "stdio", target=str(index), passage=passage)
    root = url.removesuffix("/mcp")
    told = json.dumps(stdio["results"]).replace("http://127.0.0.1:8000", root)
    assert json.loads(told) == http["results"]


def test_the_newer_client_may_open_in_the_older_way(url: str, passage: str) -> None:
    if not environments.is_made(2):
        pytest.skip("no official MCP client 2: run python3 tests/webui/mcp/environments.py, as .ci/run does")
    modern = driven(2, "http", target=url, passage=passage)
    legacy = driven(2, "http", target=url, passage=passage, mode="legacy")
    assert legacy["version"] == "2025-11-25"
    texts = [[result["content"] for result in one["results"]] for one in (modern, legacy)]
    assert texts[0] == texts[1]
