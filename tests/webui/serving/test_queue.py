"""Who waits, who goes first, and who is told to come again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from socket import MSG_PEEK
from typing import Any

import pytest

from tests.webui.serving.served import (
    Slow,
    ask,
    ask_again,
    connect,
    full,
    hello,
    read_all,
    request,
    serving,
    until,
)
from webui.operating.settings import ServiceSettings, networks
from webui.serving import channel, dispatcher
from webui.serving.refusal import Refusal


def test_what_does_not_fit_into_the_queue_is_refused_at_once_and_then_all_is_well() -> None:
    slow = Slow()
    with serving(slow, queue=3, client_connections=0) as (server, port), ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask, port)
        until(lambda: slow.asked == 1)
        waiting = [pool.submit(ask, port) for _ in range(3)]
        until(lambda: len(server.task_dispatcher.queue) == 3)
        began = time.monotonic()
        status, headers, body = ask(port, "/api/v1/search?q=a")
        assert time.monotonic() - began < 2
        assert (status, headers["retry-after"], headers["cache-control"]) == (503, "1", "no-store")
        assert json.loads(body)["error"]["code"] == "busy"
        status, headers, body = ask(port, "/?q=a")
        assert (status, headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert "现在访问的人太多" in body.decode()
        slow.go.set()
        assert [one.result()[0] for one in (first, *waiting)] == [200] * 4
        assert ask(port)[0] == 200


def test_who_was_refused_keeps_the_connection_and_is_heard_when_it_was_told_to_come_again() -> None:
    with full() as (slow, server, port), connect(port) as connection:
        status, headers, _ = ask_again(connection)
        assert (status, headers["retry-after"], headers.get("connection")) == (503, "1", None)
        slow.go.set()
        until(lambda: not server.task_dispatcher.queue)
        began = time.monotonic()
        assert ask(port)[0] == 200
        assert ask_again(connection)[0] == 200
        assert 0.5 < time.monotonic() - began < 1 + channel.REST_SECONDS
        began = time.monotonic()
        assert ask_again(connection)[0] == 200
        assert time.monotonic() - began < 0.5


def test_a_proxy_that_speaks_for_others_is_heard_at_once() -> None:
    proxy = ServiceSettings(trusted_proxies=networks(("127.0.0.1",)))
    with full(service=proxy) as (slow, server, port), connect(port) as connection:
        began = time.monotonic()
        assert [ask_again(connection)[0] for _ in range(3)] == [503] * 3
        slow.go.set()
        until(lambda: not server.task_dispatcher.queue)
        assert ask_again(connection)[0] == 200
        assert time.monotonic() - began < 0.5


def test_a_refusal_of_head_has_no_body() -> None:
    proxy = ServiceSettings(trusted_proxies=networks(("127.0.0.1",)))
    with (
        full(service=proxy) as (_, _, port),
        connect(port, b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n") as connection,
    ):
        until(lambda: b"\r\n\r\n" in connection.recv(65536, MSG_PEEK))
        head = connection.recv(65536)
        assert head.startswith(b"HTTP/1.1 503")
        assert head.endswith(b"\r\n\r\n")
        assert ask_again(connection)[0] == 503


def test_a_stop_hears_who_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "REST_SECONDS", 60.0)
    with full() as (slow, server, port), connect(port) as connection:
        assert ask_again(connection)[0] == 503
        slow.go.set()
        until(lambda: not server.task_dispatcher.queue)
        server.stop()
        status, headers, _ = ask_again(connection)
        assert (status, headers["connection"]) == (200, "close")


def test_who_is_refused_is_told_so_in_the_language_that_is_preferred() -> None:
    error = channel.busy()
    for accepted, message in (("", error.message), ("en", "Too much is asked at once")):
        told = Refusal(error, path="/reports/api/v1/search", accepted=accepted)
        _, headers, body = told.to_response()
        assert json.loads(body)["error"]["message"].startswith(message)
        assert dict(headers)["Access-Control-Allow-Origin"] == "*"
    _, headers, body = Refusal(error, path="/", accepted="en").to_response()
    assert error.message in body.decode()
    assert "Access-Control-Allow-Origin" not in dict(headers)


def test_a_probe_goes_before_those_that_wait() -> None:
    slow, answered = Slow(), []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answered.append(environ["PATH_INFO"])
        return slow(environ, start_response)

    with serving(app, queue=2, client_connections=0) as (server, port), ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, port, "/first")]
        until(lambda: slow.asked == 1)
        asked += [pool.submit(ask, port, "/second") for _ in range(2)]
        until(lambda: len(server.task_dispatcher.queue) == 2)
        for number, probe in enumerate(("/healthz", "/readyz"), 3):
            asked.append(pool.submit(ask, port, probe))
            until(lambda: len(server.task_dispatcher.queue) == number)  # noqa: B023 - called at once
        slow.go.set()
        assert [one.result()[0] for one in asked] == [200] * 5
        assert answered[:3] == ["/first", "/healthz", "/readyz"]


def test_a_probe_that_waited_long_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "LONGEST_WAIT", 0.0)
    slow = Slow()
    with serving(slow, client_connections=0) as (server, port), ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask, port, "/healthz")]
        until(lambda: slow.asked == 1)
        asked.append(pool.submit(ask, port, "/healthz"))
        until(lambda: len(server.task_dispatcher.queue) == 1)
        slow.go.set()
        assert [one.result()[0] for one in asked] == [200, 200]


def test_a_long_comparison_keeps_no_search_waiting() -> None:
    slow = Slow()

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = slow if environ["PATH_INFO"] == "/api/v1/match" else hello
        return answer(environ, start_response)

    most = dispatcher.MOST_PATIENT
    with serving(app, client_connections=0) as (_, port), ThreadPoolExecutor(8) as pool:
        compared = [pool.submit(ask, port, "/api/v1/match")]
        until(lambda: slow.asked == 1)
        compared += [pool.submit(ask, port, "/api/v1/match") for _ in range(most + 1)]
        assert ask(port, "/?q=a")[0] == 200
        # One is compared, four wait, and the sixth was told to come again.
        until(lambda: any(one.done() for one in compared))
        assert ask(port, "/?q=a")[0] == 200
        slow.go.set()
        assert sorted(one.result()[0] for one in compared) == [*[200] * (most + 1), 503]


def test_whoever_waited_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "LONGEST_WAIT", 0.2)
    slow = Slow()
    with serving(slow, client_connections=0) as (_, port), ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, port)
        until(lambda: slow.asked == 1)
        second = pool.submit(ask, port)
        time.sleep(0.4)
        slow.go.set()
        assert (first.result()[0], second.result()[0]) == (200, 503)
        assert slow.asked == 1


def stream(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    """An export without an end, and everything else at once."""
    if environ["PATH_INFO"] != "/export":
        return iter(hello(environ, start_response))
    start_response("200 OK", [("Content-Type", "text/csv")])
    return iter(lambda: b"x" * 100_000, b"")


def test_a_reader_who_takes_nothing_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "MOST_STREAMS", 2)
    monkeypatch.setattr(channel, "STALLED_SECONDS", 1.0)
    with serving(stream, client_connections=0) as (server, port):
        readers = [connect(port, request("/export")) for _ in range(2)]
        for one in readers:
            assert one.recv(12) == b"HTTP/1.1 200"
        assert ask(port)[0] == 200
        status, headers, _ = ask(port, "/export")
        assert (status, headers["retry-after"]) == (503, "10")
        # Whoever takes no byte for a while is let go, and the next may export.
        until(lambda: not server.active_channels, seconds=15)
        with connect(port, request("/export")) as again:
            assert again.recv(12) == b"HTTP/1.1 200"
        for one in readers:
            one.close()


def test_what_was_sent_behind_a_refused_request_ends_with_its_connection() -> None:
    with full() as (_, _, port), connect(port, 100 * request(keep=True)) as connection:
        assert read_all(connection).count(b"HTTP/1.") == 1


def test_a_crowd_of_probes_waits_like_others() -> None:
    with full() as (slow, server, port), ThreadPoolExecutor(dispatcher.MOST_PROBES) as pool:
        probes = [pool.submit(ask, port, "/healthz") for _ in range(dispatcher.MOST_PROBES)]
        until(lambda: len(server.task_dispatcher.queue) == 1 + dispatcher.MOST_PROBES)
        assert ask(port, "/healthz")[0] == 503
        slow.go.set()
        assert [one.result()[0] for one in probes] == [200] * dispatcher.MOST_PROBES
