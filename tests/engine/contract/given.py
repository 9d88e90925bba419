"""What the tests of every engine begin with: two small corpora, an engine filled with them, and what they ask of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from msgspec.structs import replace

from report_search.engine.protocol import Engine, EngineRequest, Matches, Snapshot
from report_search.engine.registry import open_engine
from report_search.passages import Locator, Passage
from report_search.query.ast import Everything, Query
from tests.engine.corpus import passage
from tests.sampling import sampled

BASIC = [
    passage(0, "加强领事保护工作。", report=0, section="preamble"),
    passage(1, "举办新闻发布会13场", report=0),
    passage(0, "领事保护与协助工作，全年办理1,234件", report=1, section="requests"),
    passage(1, "答覆申请二〇二三年", report=1, type="table"),
    passage(0, "共收到申请2,350条", report=2),
    passage(0, "领事 保护", report=3),
]
TIERS = [
    passage(0, "领事工作", position=9, type="heading", locator=Locator("waijiaobu-2019", (0,), -1)),
    passage(1, "领事\t工作", type="table", locator=Locator("waijiaobu-2019", (0,), 1, -1)),
    passage(2, "我们做了许多领事方面的工作，开了许多的会议，并且讨论了文物的保护和公开"),
    passage(3, "领事\t3\t5", type="table", locator=Locator("waijiaobu-2019", (0,), 1, 2)),
]
"""A heading, the head of a table, a paragraph and a row, which has only one of two words."""
EXAMPLES = int(os.environ.get("REPORT_SEARCH_EXAMPLES", sampled(60)))
"""Random cases for each property; more of them where there is time."""
relaxed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
"""The same test runs for several classes on purpose; each engine is another case."""


def everything(snapshot: Snapshot, tree: Query = Everything(), **changes: object) -> Matches:  # noqa: B008
    """All hits of a tree in one slice."""
    return snapshot.find(replace(EngineRequest(tree, limit=1000), **changes))  # type: ignore[arg-type]


def ids(matches: Matches) -> list[str]:
    return [hit.id for hit in matches.hits]


def apart(batches: list[list[Passage]]) -> list[list[Passage]]:
    """The batches with positions and ids that no two passages share."""
    found, number = [], 0
    for batch in batches:
        found.append([])
        for item in batch:
            found[-1].append(replace(item, id=f"{item.report}-{number:08x}", position=number))
            number += 1
    return found


class FilledEngine:
    """Inherit and set ``name``."""

    name: str

    @classmethod
    @contextmanager
    def filled(cls, *batches: Iterable[Passage]) -> Iterator[Engine]:
        """An engine in a folder of its own, with one commit for each batch."""
        with tempfile.TemporaryDirectory() as folder:
            engine = open_engine(cls.name, Path(folder))
            for batch in batches:
                with engine.writer() as writer:
                    writer.add(batch)
            yield engine
            engine.close()

    @pytest.fixture(scope="class")
    @classmethod
    def basic(cls) -> Iterator[Engine]:
        """One engine for all tests that read."""
        with cls.filled(BASIC[:4], BASIC[4:]) as engine:
            yield engine

    @pytest.fixture(scope="class")
    @classmethod
    def tiers(cls) -> Iterator[Engine]:
        """A heading, the head of a table, a paragraph and a row, for all tests that read."""
        with cls.filled(TIERS) as engine:
            yield engine

    @pytest.fixture
    def own(self) -> Iterator[Engine]:
        """An engine with the same passages for one test, which may write."""
        with self.filled(BASIC[:4], BASIC[4:]) as engine:
            yield engine
