"""A deadline ends what takes too long, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from report_search import deadline
from report_search.errors import TooCostlyError


def test_without_a_deadline_nothing_ends() -> None:
    deadline.check()
    with deadline.limited_to(None):
        deadline.check()
        assert deadline.seconds_left() is None


def test_a_deadline_that_is_over_says_how_long_it_was() -> None:
    with deadline.limited_to(0), pytest.raises(TooCostlyError) as caught:
        deadline.check()
    assert caught.value.seconds == 0
    assert caught.value.code == "too-costly"
    deadline.check()


def test_an_inner_deadline_never_gives_more_time() -> None:
    with deadline.limited_to(0), deadline.limited_to(60):
        assert deadline.seconds_left() == 0
        with pytest.raises(TooCostlyError):
            deadline.check()
    with deadline.limited_to(60), deadline.limited_to(0), pytest.raises(TooCostlyError):
        deadline.check()


def test_a_deadline_belongs_to_its_thread() -> None:
    seen: list[float | None] = []
    with deadline.limited_to(0):
        thread = threading.Thread(target=lambda: seen.append(deadline.seconds_left()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_a_stream_is_read_without_the_deadline_it_began_under() -> None:
    def stream() -> Iterator[int]:
        for number in range(3):
            deadline.check()
            yield number

    with deadline.limited_to(0):
        written = stream()
    assert list(written) == [0, 1, 2]


def test_what_is_made_once_takes_none_of_the_time() -> None:
    with deadline.limited_to(0.05):
        with deadline.uncounted():
            time.sleep(0.1)
            assert deadline.seconds_left() == 0
        deadline.check()
        assert 0 < (deadline.seconds_left() or 0) <= 0.05
    assert deadline.seconds_left() is None
    with deadline.uncounted():
        pass
    assert deadline.seconds_left() is None
