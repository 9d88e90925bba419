"""The clients by which serving is measured: every answer is read whole, whatever its head says of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.serving.load_generator import ask_all
from tests.webui.serving.served import hello, serving

LONG = b"a" * 300_000


def answer(environ: dict[str, Any], start_response: Any) -> Iterator[bytes] | list[bytes]:
    """An answer without a length, a long one, none, or a short one."""
    path = environ["PATH_INFO"]
    if path == "/stream":
        start_response("200 OK", [])
        return iter([LONG, b"hello"])
    if path == "/long":
        start_response("200 OK", [("Content-Length", str(len(LONG)))])
        return [LONG]
    if path == "/none":
        start_response("404 Not Found", [("Content-Length", "0")])
        return []
    return hello(environ, start_response)


def test_every_answer_is_read_whole_and_timed() -> None:
    with serving(answer) as (_, port):
        times, size = ask_all(port, [["/", "/stream", "/long", "/"], ["/long", "/", "/"], []])
    assert len(times) == 7
    assert min(times) > 0
    assert 3 * len(LONG) + 5 * len(b"hello") <= size < 3 * len(LONG) + 100


def test_a_connection_that_ends_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answer) as (server, port):
        monkeypatch.setattr(server, "gives_away_one", lambda: True)
        assert len(ask_all(port, [["/", "/long", "/"]])[0]) == 3


def test_an_answer_that_is_none_ends_the_measure() -> None:
    with serving(answer) as (_, port), pytest.raises(SystemExit, match="/none was answered 404"):
        ask_all(port, [["/", "/none"]])
