"""New connections go to the worker that has the fewest, and none waits for a worker that is gone."""

from __future__ import annotations

import pytest

from webui.serving import balance
from webui.serving.balance import Balance


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
