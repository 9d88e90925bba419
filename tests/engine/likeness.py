"""For engines that compute the stated formula themselves: the same answers as memory, to the last bit."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from report_search.engine.protocol import Sort
from report_search.engine.registry import open_engine
from report_search.passages import Passage
from report_search.query.ast import Query
from tests.engine.contract.given import apart, everything, relaxed
from tests.engine.contract.whole import EngineContract
from tests.engine.corpus import REPORTS, filters, passages, trees


class LikeMemory(EngineContract):
    """The contract, and that nothing at all differs from memory after several commits and removals."""

    @relaxed
    @given(
        st.lists(passages(most=8), max_size=3),
        st.sets(st.sampled_from([name for name, *_ in REPORTS]), max_size=2),
        trees,
        filters,
        st.sampled_from(["relevance", "newest", "oldest"]),
    )
    def test_it_answers_as_memory_does(
        self,
        batches: list[list[Passage]],
        removed: set[str],
        tree: Query,
        chosen: tuple[tuple[str, tuple[str, ...]], ...],
        sort: Sort,
    ) -> None:
        """The same hits in the same order with the same scores, totals and counts, to the last bit."""
        answers = []
        for name in ("memory", self.name):
            with tempfile.TemporaryDirectory() as folder:
                engine = open_engine(name, Path(folder))
                for batch in apart(batches):
                    with engine.writer() as writer:
                        writer.add(batch)
                with engine.writer() as writer:
                    for report in removed:
                        writer.remove_report(report)
                found = everything(engine.snapshot(), tree, filters=chosen, sort=sort)
                counts = {facet.field: set(facet.values) for facet in found.facets}
                answers.append((found.total, found.hits, found.more, counts))
                engine.close()
        assert answers[0] == answers[1]
