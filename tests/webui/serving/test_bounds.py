"""What a worker does where more is asked of it than it can give, or less than it was promised."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain
from socket import MSG_PEEK, socket
from typing import Any

import pytest

from tests.webui.serving.served import ask, ask_again, connect, hello, read_all, request, serving, until
from webui.operating.settings import ServiceSettings, networks
from webui.serving import channel, dispatcher, worker
from webui.serving.refusal import Refusal

HALF = b"GET / HTTP/1.1\r\nHost: loc"


class Slow:
    """An application whose answers wait until they are let go."""

    def __init__(self) -> None:
        self.go, self.asked = threading.Event(), 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked += 1
        assert self.go.wait(20)
        return hello(environ, start_response)


def test_half_requests_shut_nobody_out_and_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "HEAD_SECONDS", 0.5)
    with serving(hello, client_connections=0) as (server, port):
        dripping = [connect(port, HALF) for _ in range(110)]
        try:
            assert ask(port)[0] == 200
            until(lambda: len(server.active_channels) == 110)
            for _ in range(4):
                # A byte now and then keeps no connection.
                time.sleep(0.2)
                for one in dripping:
                    with suppress(OSError):
                        one.send(b"a")
            until(lambda: not server.active_channels)
        finally:
            for one in dripping:
                one.close()


def test_a_client_with_too_many_connections_loses_those_that_dawdle() -> None:
    with serving(hello, client_connections=5) as (server, port):
        idle = connect(port, request(keep=True))
        until(lambda: b"hello" in idle.recv(1000))
        dripping = [connect(port, HALF) for _ in range(4)]
        until(lambda: len(server.active_channels) == 5)
        assert ask(port)[0] == 200
        # One that asks nothing is missed less than one that was answered before.
        assert read_all(dripping[0]) == b""
        idle.sendall(request())
        assert b"hello" in read_all(idle)
        for one in (*dripping, idle):
            one.close()


@pytest.fixture
def turning(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """While it is cleared a server looks at no connection, so that much may happen between two looks."""
    gate, loop = threading.Event(), worker.wasyncore.loop
    gate.set()
    monkeypatch.setattr(worker.wasyncore, "loop", lambda **how: gate.wait(20) and loop(**how))
    return gate


def pause(turning: threading.Event, server: worker.Server) -> None:
    """Let a server end the look that is on, and wait before the next."""
    turning.clear()
    server.pull_trigger()
    time.sleep(0.1)


def close_all(*groups: list[socket]) -> None:
    """Close connections."""
    for one in chain.from_iterable(groups):
        one.close()


def test_whoever_takes_the_place_of_another_is_not_taken_for_it(
    turning: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """The system gives the number of a socket that was closed to the next one, while what had arrived on it is still
    to be read."""
    with serving(hello, client_connections=4) as (server, port):
        dripping = [connect(port, HALF) for _ in range(4)]
        until(lambda: len(server.active_channels) == 4)
        pause(turning, server)
        for one in dripping:
            one.send(b"a")
        newcomers = [connect(port) for _ in range(4)]
        turning.set()
        assert all(read_all(one) == b"" for one in dripping)
        for one in newcomers:
            one.sendall(request())
        assert [b"hello" in read_all(one) for one in newcomers] == [True] * 4
        close_all(dripping, newcomers)
    assert "Socket error" not in caplog.text


def test_who_is_about_to_go_takes_no_place_from_who_comes(turning: threading.Event) -> None:
    with serving(hello, client_connections=3) as (server, port):
        kept, *leaving = [connect(port, request(keep=True)) for _ in range(3)]
        for one in (kept, *leaving):
            until(lambda one=one: b"hello" in one.recv(1000))
        pause(turning, server)
        for channel in sorted(server.active_channels.values(), key=lambda one: one.creation_time)[1:]:
            channel.close_when_flushed = True
        newcomers = [connect(port, request()) for _ in leaving]
        turning.set()
        assert [b"hello" in read_all(one) for one in newcomers] == [True] * 2
        kept.sendall(request())
        assert b"hello" in read_all(kept)
        assert all(read_all(one) == b"" for one in leaving)
        close_all([kept], leaving, newcomers)


def test_a_trusted_proxy_has_as_many_connections_as_it_wants() -> None:
    service = ServiceSettings(trusted_proxies=networks(("127.0.0.1",)))
    with serving(hello, client_connections=2, service=service) as (server, port):
        dripping = [connect(port, HALF) for _ in range(6)]
        until(lambda: len(server.active_channels) == 6)
        assert ask(port)[0] == 200
        for one in dripping:
            one.close()


def test_one_worker_has_a_bound_on_all_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MOST_CONNECTIONS", 8)
    with serving(hello, client_connections=0) as (server, port):
        dripping = [connect(port, HALF) for _ in range(20)]
        until(lambda: len(server.active_channels) == 8)
        assert ask(port)[0] == 200
        for one in dripping:
            one.close()


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


@contextmanager
def full(**settings: Any) -> Iterator[tuple[Slow, worker.Server, int]]:
    """A server with as many requests as may wait."""
    slow = Slow()
    with serving(slow, queue=1, **settings) as (server, port), ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, port)
        until(lambda: slow.asked == 1)
        second = pool.submit(ask, port)
        until(lambda: len(server.task_dispatcher.queue) == 1)
        try:
            yield slow, server, port
        finally:
            slow.go.set()
        assert (first.result()[0], second.result()[0]) == (200, 200)


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


def test_a_stop_answers_what_was_asked() -> None:
    slow = Slow()
    slow.go.set()
    answers: list[bytes] = []

    def client(port: int) -> None:
        """Ask again and again over one connection, until the server says that it ends."""
        with connect(port) as connection:
            while True:
                connection.sendall(request(keep=True))
                answer = b""
                while not answer.endswith(b"hello"):
                    part = connection.recv(1000)
                    assert part, "a request was lost"
                    answer += part
                answers.append(answer)
                if b"connection: close" in answer.lower():
                    return

    with serving(slow) as (server, port), ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(client, port) for _ in range(8)]
        until(lambda: len(answers) > 50)
        server.stop()
        for one in clients:
            one.result(10)
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)


def longest_query(path: str, characters: int) -> bytes:
    """A request with so many Chinese characters, as a browser writes them."""
    return f"GET {path}?q={'%E5%85%AC' * characters} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


def test_the_longest_query_fits_into_a_head() -> None:
    """8,000 Chinese characters were 431 with an English line: a head had 64 KB."""
    with serving(hello) as (_, port), connect(port, longest_query("/", 8_000)) as connection:
        assert b"200 OK" in read_all(connection)


@pytest.mark.parametrize(("path", "is_json"), [("/", False), ("/api/v1/search", True)])
def test_a_head_that_is_too_long_is_refused_in_words(path: str, is_json: bool) -> None:
    with serving(hello) as (_, port), connect(port) as connection:
        # The answer comes before all is sent, and what follows it is not read.
        with suppress(OSError):
            connection.sendall(longest_query(path, 14_563)[: worker.MOST_HEADER_BYTES])
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    assert b" 431 " in head.partition(b"\r\n")[0]
    assert b"\r\nRetry-After:" not in head
    if is_json:
        assert json.loads(body)["error"]["code"] == "head-too-long"
    else:
        assert "/match" in body.decode()


def test_a_body_that_is_too_long_is_refused_in_words() -> None:
    size = worker.MOST_BODY_BYTES + 1
    sent = f"POST /api/v1/match HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
    with serving(hello) as (_, port), connect(port, sent.encode()) as connection:
        with suppress(OSError):
            connection.sendall(b"a" * size)
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    assert b" 413 " in head.partition(b"\r\n")[0]
    assert json.loads(body)["error"]["code"] == "body-too-long"
