"""New connections go to the worker that has the fewest, and none waits for a worker that is gone."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from tests.webui.serving.served import WrappedApplication, ask, connect, hello, until
from webui.serving import balance
from webui.serving.balance import Balance
from webui.serving.listener import listen
from webui.serving.settings import ServerSettings
from webui.serving.worker import Server


def test_the_worker_with_the_fewest_takes_the_next() -> None:
    shared = Balance.of(3)
    assert shared.may_take(0, 0)
    assert shared.may_take(1, 0)
    assert not shared.may_take(0, 1)
    assert shared.may_take(1, 1)
    assert shared.may_take(0, 1)


def test_a_worker_that_left_or_hangs_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    shared, now = Balance.of(2), [100.0]
    monkeypatch.setattr(balance, "monotonic", lambda: now[0])
    assert shared.may_take(1, 0)
    assert not shared.may_take(0, 5)
    shared.leave(1)
    assert shared.may_take(0, 5)
    assert shared.may_take(1, 0)
    assert not shared.may_take(0, 5)
    now[0] += balance.STALE_SECONDS + 0.1
    assert shared.may_take(0, 5)


def test_a_burst_of_connections_that_ask_nothing_keeps_nobody_waiting() -> None:
    """Two workers left connections to each other and slept a second each time: the 110th was taken after 20."""
    shared = Balance.of(2)
    settings = ServerSettings(index=Path("none"), client_connections=0)
    with listen("127.0.0.1", 0) as listener:
        servers = [
            Server(
                WrappedApplication(hello),  # type: ignore[arg-type]
                listener.dup(),
                settings=settings,
                share=partial(shared.may_take, number),  # type: ignore[arg-type]
            )
            for number in range(2)
        ]
        threads = [threading.Thread(target=server.run) for server in servers]
        port = listener.getsockname()[1]
        for thread in threads:
            thread.start()
        dripping = [connect(port, b"GET / HTTP/1.1\r\nHost: loc") for _ in range(110)]
        try:
            until(lambda: sum(len(one.active_channels) for one in servers) == 110, seconds=4)
            assert ask(port)[0] == 200
            held = [len(one.active_channels) for one in servers]
            assert abs(held[0] - held[1]) <= 4
        finally:
            for one in dripping:
                one.close()
            for server in servers:
                server.stop()
            for thread in threads:
                thread.join(10)
