"""The smallest gaps over whole arrays: the same as in each text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_search.analysis.fold import fold
from report_search.engine import scoring
from report_search.engine.columnar import indexed_text, text_index
from report_search.engine.columnar.bigram_index import BigramIndex
from report_search.engine.proximity import REACH, smallest_gap
from report_search.query.ast import AtLeast
from report_search.query.interpret import read
from report_search.search.corpus_lexicon import lexicon_of
from tests.engine.contract.given import relaxed

WORDINGS = st.text("甲乙丙1", min_size=1, max_size=3)
TEXTS = st.lists(st.text("甲乙丙丁1。\t𠮷", max_size=60), max_size=6)


@relaxed
@given(TEXTS, WORDINGS, WORDINGS)
def test_gaps_from_arrays_are_those_of_each_text(printed: list[str], one: str, two: str) -> None:
    texts = [fold(text) for text in printed]
    expected = [
        (at, gap) for at, t in enumerate(texts) if (gap := smallest_gap(one, two, text=t.text)) is not None
    ]
    index = BigramIndex(text_index.build([indexed_text.text_of(text) for text in texts]))
    for rows, gaps in (index.gaps(one, two), index.gaps(two, one)):
        assert list(zip(rows.tolist(), gaps.tolist(), strict=True)) == expected


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("甲乙丙丁", 0),
        ("丙丁甲乙", 0),
        ("甲乙和丙丁", 1),
        ("甲乙，，，甲乙，丙丁", 1),
        ("甲乙" + "，" * REACH + "丙丁", REACH),
        ("甲乙" + "，" * (REACH + 1) + "丙丁", None),
        ("甲乙", None),
    ],
)
def test_the_smallest_gap_counts(text: str, gap: int | None) -> None:
    assert smallest_gap("甲乙", "丙丁", text=text) == gap


def test_wordings_that_overlap_are_not_near() -> None:
    assert smallest_gap("甲乙", "乙丙", text="甲乙丙") is None


def test_each_word_is_looked_for_near_the_next_two() -> None:
    lexicon = lexicon_of(())
    tree = read("预算公开内容说明", lexicon, strict=False).tree
    assert isinstance(tree, AtLeast)
    one, two, three, four = (child.folded.text for child in tree.children)  # type: ignore[union-attr]
    near = scoring.plan(tree).near
    assert near == ((one, two), (one, three), (two, three), (two, four), (three, four))
    long = " ".join(chr(at) * 2 for at in range(0x4E10, 0x4E50))
    assert len(scoring.plan(read(long, lexicon, strict=False).tree).near) == scoring.MAX_NEAR_PAIRS


def test_a_wording_with_a_character_that_no_text_has_is_not_found() -> None:
    index = BigramIndex(text_index.build([indexed_text.text_of(fold("甲乙"))]))
    for wording in ("丙", "甲丙", "\U0010ffff", "甲乙甲乙", "\0", "乙\0"):
        assert not len(index.find(wording))
