"""What a corpus adds to the library's own tables: agencies and topics that only it knows.

``agencies.toml`` and ``topics.toml`` beside a corpus's manifest are of the form of the library's files. The rule: they
add and never change; what contradicts the library or another corpus is an error for the operator. A file is read with
the additions of its own corpus in force; an index keeps those of all its corpora (``run.json``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from msgspec import Struct

AGENCIES_FILE = "agencies.toml"
TOPICS_FILE = "topics.toml"


class Additions(Struct, frozen=True):
    """The texts of the two files of the corpus folder ``root``, "" for one that is not there."""

    root: str = ""
    agencies: str = ""
    topics: str = ""

    def __bool__(self) -> bool:
        return bool(self.agencies or self.topics)


NO_ADDITIONS = Additions()
_IN_FORCE: ContextVar[tuple[Additions, ...]] = ContextVar("additions", default=())


def in_force() -> tuple[Additions, ...]:
    """The additions that agencies and topics are looked up with here, beside the library's tables."""
    return _IN_FORCE.get()


@contextmanager
def applying(additions: Iterable[Additions]) -> Iterator[None]:
    """Look agencies and topics up with ``additions``, and no others, as long as this context lasts."""
    token = _IN_FORCE.set(tuple(one for one in additions if one))
    try:
        yield
    finally:
        _IN_FORCE.reset(token)
