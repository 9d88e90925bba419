"""The bounds of a worker on connections, and what becomes of those that end."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from socket import socket

import pytest

from tests.webui.serving.served import Slow, ask, connect, hello, read_all, request, serving, until
from webui.operating.settings import ServiceSettings, networks
from webui.serving import channel, worker

HALF = b"GET / HTTP/1.1\r\nHost: loc"


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


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_an_answer_says_once_whether_its_connection_ends(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = f"GET / HTTP/{version}\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n".encode()
    with serving(hello) as (server, port):
        monkeypatch.setattr(server, "gives_away_one", lambda: True)
        with connect(port, sent) as connection:
            head = read_all(connection).partition(b"\r\n\r\n")[0]
    assert [line for line in head.split(b"\r\n") if line.startswith(b"Connection")] == [b"Connection: close"]


def test_a_stop_answers_all_that_were_sent_together() -> None:
    slow = Slow()
    with serving(slow) as (server, port), connect(port, 5 * request(keep=True)) as connection:
        until(lambda: slow.asked == 1)
        server.stop()
        slow.go.set()
        assert read_all(connection).count(b"hello") == 5


def test_requests_sent_together_are_all_answered_though_the_connection_is_to_go_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(hello) as (server, port):
        monkeypatch.setattr(server, "gives_away_one", lambda: True)
        with connect(port, 5 * request(keep=True)) as connection:
            assert read_all(connection).count(b"hello") == 5


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
