"""Wordings, patterns, nearness and sentences from arrays: the same as matching each text by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_search.analysis.fold import FoldedText, Variant, fold
from report_search.analysis.matching import occurs_in
from report_search.engine.columnar import indexed_text, text_index
from report_search.engine.columnar.positional import texts_matching
from report_search.engine.columnar.text_index import TextIndex
from report_search.engine.columnar.variant_index import VariantSpans
from report_search.query.ast import Near, Pattern, Within
from report_search.query.positions import holds
from tests.engine.contract.given import relaxed
from tests.engine.corpus import phrase, positional_trees, texts


def index_of(folded: list[FoldedText]) -> TextIndex:
    return TextIndex(text_index.build([indexed_text.text_of(text) for text in folded]))


@st.composite
def touching_variants(draw: st.DrawFn) -> FoldedText:
    """A text whose variants may touch, overlap and nest, as those of no printed text do."""
    text = draw(st.text("甲乙1,.3", max_size=12))
    edges = draw(
        st.lists(st.tuples(st.integers(0, 12), st.integers(1, 3), st.text("甲乙13", min_size=1, max_size=4)))
    )
    variants = {Variant(at, at + size, other) for at, size, other in edges if at + size <= len(text)}
    at = tuple(range(len(text) + 1))
    ordered = tuple(sorted(variants, key=lambda edge: (edge.start, edge.end, edge.text)))
    return FoldedText(text, text, at[:-1], at[1:], ordered)


@relaxed
@given(st.lists(texts.map(fold), max_size=6), st.lists(texts.map(fold), min_size=1, max_size=4))
def test_texts_contain_a_needle_as_each_text_by_itself_does(
    printed: list[FoldedText], needles: list[FoldedText]
) -> None:
    index = index_of(printed)
    for needle in needles:
        assert index.containing(needle).tolist() == [occurs_in(needle, text) for text in printed]


@relaxed
@given(
    st.lists(touching_variants(), max_size=4),
    touching_variants(),
    st.text("甲乙1,.3", min_size=1, max_size=6),
)
def test_variants_that_touch_or_overlap_are_matched(
    printed: list[FoldedText], needle: FoldedText, plain: str
) -> None:
    index = index_of(printed)
    for wanted in (needle, FoldedText(plain, plain, (), ())):
        expected = [occurs_in(wanted, text) for text in printed]
        assert index.containing(wanted).tolist() == expected
        assert not (np.array(expected, dtype=np.bool_) & ~index.candidates(wanted)).any() or wanted.is_empty


@relaxed
@given(st.lists(texts.map(fold), max_size=6), st.lists(positional_trees, min_size=1, max_size=3))
def test_positional_trees_match_the_texts_that_each_by_itself_does(
    printed: list[FoldedText], wanted: list[Pattern | Near | Within]
) -> None:
    index = index_of(printed)
    for tree in wanted:
        assert texts_matching(tree, index).tolist() == [holds(tree, text) for text in printed]


@pytest.mark.parametrize("between", ["", "丙", "丙丙", "丙" * 40])
def test_a_match_may_run_through_two_variants(between: str) -> None:
    text = f"甲{between}乙"
    at = tuple(range(len(text) + 1))
    edges = (Variant(0, 1, "丁戊"), Variant(1 + len(between), 2 + len(between), "己庚"))
    index = index_of([FoldedText(text, text, at[:-1], at[1:], edges), fold("丁戊己庚")])
    for wording in (f"戊{between}己", f"丁戊{between}己庚", f"戊{between}乙", f"甲{between}己"):
        needle = fold(wording)
        assert index.containing(needle).tolist() == [True, wording in "丁戊己庚"]


PAGE = [
    "受理申请1,234件，答覆十三件。领事保护",
    "受理申请\n\n1,234件。答复13件",
    "申请\t1,234\t答复",
    "二〇二三年申请12.5万件；答復1234件",
    "第十二条　申请公开，第13条答复",
    "发布新闻\n\n举行活动",
]


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        (Near(phrase("申请"), phrase("1234件"), 3), [0, 1]),
        (Near(phrase("申请"), phrase("234件"), 9), []),
        (Near(phrase("答复"), phrase("13件"), 0), [0, 1]),
        (Near(phrase("申请"), phrase("答复"), 9), [0, 1, 3, 4]),
        (Within((phrase("申请"), phrase("答复"))), [0, 4]),
        (Within((phrase("申请"), phrase("1234"))), [0]),
        (Within((phrase("2023年"), phrase("12.5万"))), [3]),
        (Within((phrase("发布"), phrase("活动"))), []),
        (Within((phrase("举行"), phrase("活动"))), [5]),
        (Pattern("申请12*件", (fold("申请12"), fold("件"))), [0, 1]),
        (Pattern("申请*件", (fold("申请"), fold("件"))), []),
        (Pattern("答*件", (fold("答"), fold("件"))), [0, 1, 3]),
        (Pattern("答复1*件", (fold("答复1"), fold("件"))), [0, 1, 3]),
        (Pattern("第*条", (fold("第"), fold("条")), 2), [4]),
        (Pattern("1*4", (fold("1"), fold("4")), 3), [3]),
    ],
)
def test_numbers_variants_blank_lines_and_cells(tree: Near | Within | Pattern, found: list[int]) -> None:
    printed = list(map(fold, PAGE))
    assert [at for at, text in enumerate(printed) if holds(tree, text)] == found
    assert np.flatnonzero(texts_matching(tree, index_of(printed))).tolist() == found


def test_a_variant_is_laid_out_as_it_is_read() -> None:
    """依法答覆。 as ``VariantSpans.layout`` shows it."""
    arrays = text_index.build([indexed_text.text_of(fold("依法答覆。"))])
    spans = VariantSpans(
        *(arrays[f"edge_{name}"] for name in ("texts", "low", "high", "own")), arrays["starts"]
    )
    positions, starts = spans.layout(np.arange(1), reach=2)
    assert positions.tolist() == [1, 2, 6, 4, 5]
    assert starts.tolist() == [0, 5]
    assert spans.layout(np.arange(1), reach=1)[0].tolist() == [2, 6, 4, 5]


def test_a_text_comes_back_with_its_variants_and_sentences() -> None:
    printed = list(map(fold, PAGE))
    index = index_of(printed)
    for at, text in enumerate(printed):
        again = index.folded(at)
        assert (again.text, again.variants) == (text.text, text.variants)
        assert indexed_text.text_of(again).breaks == indexed_text.text_of(text).breaks


def test_a_candidate_that_would_end_behind_the_last_text_is_none() -> None:
    """Its bigram is the needle's rarest, and the rest was compared beyond the end of the array: an IndexError."""
    printed = ["子丑寅"] * 4 + ["寅卯"] * 2 + ["甲子"]
    index = index_of([fold(text) for text in printed])
    for needle in ("甲子丑寅卯", "甲子丑", "子丑寅卯辰"):
        assert not index.containing(fold(needle)).any()
    assert index.containing(fold("甲子")).tolist() == [False] * 6 + [True]
