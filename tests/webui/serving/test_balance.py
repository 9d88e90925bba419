"""New connections go to the worker that has the fewest, and none waits for a worker that is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.webui.serving.served import WrappedApplication, ask, connect, hello, until
from webui.serving import balance, worker
from webui.serving.balance import Share
from webui.serving.listener import listen
from webui.serving.settings import ServerSettings
from webui.serving.worker import Server


def test_the_worker_with_the_fewest_takes_the_next() -> None:
    shares = Share.among(3)
    assert shares[0].may_take(0)
    assert shares[1].may_take(0)
    assert not shares[0].may_take(1)
    assert shares[1].may_take(1)
    assert shares[0].may_take(1)


def test_one_goes_to_a_worker_that_has_two_fewer() -> None:
    shares = Share.among(2)
    assert shares[0].may_take(5)
    assert not shares[0].has_too_many(5)
    assert shares[1].may_take(0)
    assert [shares[0].has_too_many(own) for own in (0, 1, 2, 5)] == [False, False, True, True]
    shares[1].leave()
    assert not shares[0].has_too_many(5)


def test_a_worker_that_left_or_hangs_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    shares, now = Share.among(2), [100.0]
    monkeypatch.setattr(balance, "monotonic", lambda: now[0])
    assert shares[1].may_take(0)
    assert not shares[0].may_take(5)
    shares[1].leave()
    assert shares[0].may_take(5)
    assert shares[1].may_take(0)
    assert not shares[0].may_take(5)
    now[0] += balance.STALE_SECONDS + 0.1
    assert shares[0].may_take(5)


@contextmanager
def workers(number: int) -> Iterator[tuple[list[Server], Callable[[Server], None], int]]:
    """Workers on one socket that share its connections, the function that starts one, and the port."""
    shares, threads = Share.among(number), []
    settings = ServerSettings(index=Path("none"), client_connections=0)

    def start(server: Server) -> None:
        threads.append(threading.Thread(target=server.run))
        threads[-1].start()

    with listen("127.0.0.1", 0) as listener:
        servers = [
            Server(
                WrappedApplication(hello),  # type: ignore[arg-type]
                listener.dup(),
                settings=settings,
                share=share,
            )
            for share in shares
        ]
        try:
            yield servers, start, listener.getsockname()[1]
        finally:
            for server in servers:
                server.stop()
            for thread in threads:
                thread.join(10)
                assert not thread.is_alive()


def test_a_burst_of_connections_that_ask_nothing_keeps_nobody_waiting() -> None:
    """Two workers left connections to each other and slept a second each time: the 110th was taken after 20."""
    with workers(2) as (servers, start, port), ExitStack() as opened:
        for server in servers:
            start(server)
        for _ in range(110):
            opened.enter_context(connect(port, b"GET / HTTP/1.1\r\nHost: loc"))
        until(lambda: sum(len(one.active_channels) for one in servers) == 110, seconds=4)
        assert ask(port)[0] == 200
        held = [len(one.active_channels) for one in servers]
        assert abs(held[0] - held[1]) <= 4


def test_a_worker_that_has_too_many_leaves_some_to_one_that_was_started_later() -> None:
    """A worker that died and was started anew had no connection but those that came later."""
    with workers(2) as (servers, start, port), ExitStack() as opened:
        start(servers[0])
        clients = [opened.enter_context(closing_client(port)) for _ in range(6)]

        def held() -> list[int]:
            for client in clients:
                client.request("GET", "/")
                answer = client.getresponse()
                assert (answer.status, answer.read()) == (200, b"hello")
            return [len(one.active_channels) for one in servers]

        assert held() == [6, 0]
        start(servers[1])
        until(lambda: held() == [3, 3])
        began = time.monotonic()
        while time.monotonic() < began + 2 * worker.GIVING_SECONDS:
            assert held() == [3, 3]


def closing_client(port: int) -> AbstractContextManager[HTTPConnection]:
    """A client that connects again after an answer that ends its connection."""
    return closing(HTTPConnection("127.0.0.1", port, timeout=10))
