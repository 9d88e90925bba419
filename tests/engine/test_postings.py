"""Postings of bigrams and words from arrays: the same as counting in each text."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_search.engine.columnar import postings
from report_search.engine.columnar.postings import BigramPostings, WordPostings, smallest_dtype
from tests.engine.contract.given import relaxed

ALPHABET_SIZE = 5


def test_the_worked_example_is_what_the_code_builds() -> None:
    """领事保护 and 保护, as ``build_bigrams`` shows them."""
    codes = np.array([4, 1, 2, 3, 0, 2, 3, 0], dtype=np.uint16)
    arrays = postings.build_bigrams(codes, np.array([0, 5, 8]), alphabet_size=5)
    assert {name: array.tolist() for name, array in arrays.items()} == {
        "pair_keys": [7, 13, 15, 21],
        "pair_starts": [0, 1, 3, 5, 6],
        "pair_texts": [0, 0, 1, 0, 1, 0],
        "pair_offsets": [1, 2, 0, 3, 1, 0],
    }
    assert all(array.dtype == np.uint8 for array in arrays.values())


@relaxed
@given(st.lists(st.lists(st.integers(1, ALPHABET_SIZE - 1), max_size=12), max_size=6))
def test_bigrams_occur_where_the_texts_have_them(texts: list[list[int]]) -> None:
    codes = np.array([code for text in texts for code in (*text, 0)], dtype=np.uint16)
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    pairs = BigramPostings(postings.build_bigrams(codes, starts, alphabet_size=ALPHABET_SIZE), ALPHABET_SIZE)
    places = [
        (pair, at, offset)
        for at, text in enumerate(texts)
        for offset, pair in enumerate(pairwise((*text, 0)))
    ]
    for first in range(1, ALPHABET_SIZE):
        found = zip(*(array.tolist() for array in pairs.starting_with(first)), strict=True)
        assert sorted(found) == [(at, offset) for pair, at, offset in places if pair[0] == first]
        for second in range(ALPHABET_SIZE):
            own = [(at, offset) for pair, at, offset in places if pair == (first, second)]
            here = zip(*(array.tolist() for array in pairs.occurrences(first, second)), strict=True)
            assert list(here) == own
            assert pairs.texts(first, second).tolist() == [at for at, _ in own]
            counts = zip(*(array.tolist() for array in pairs.counts(first, second)), strict=True)
            assert list(counts) == sorted(Counter(at for at, _ in own).items())
            assert pairs.frequency(first, second) == len(own)


@relaxed
@given(st.lists(st.dictionaries(st.sampled_from(["公开", "领事", "\ud800", "x"]), st.integers(1, 300))))
def test_words_occur_where_the_texts_have_them(texts: list[dict[str, int]]) -> None:
    names = sorted({name for text in texts for name in text})
    entries = [
        (names.index(name), at, count) for at, text in enumerate(texts) for name, count in text.items()
    ]
    numbers, owners, counts = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    words = WordPostings(postings.build_words(names, numbers, texts=owners, counts=counts))
    for name in (*names, "保护"):
        found = zip(*(array.tolist() for array in words.counts(name)), strict=True)
        assert list(found) == [(at, text[name]) for at, text in enumerate(texts) if name in text]


@pytest.mark.parametrize(
    ("limit", "kind"),
    [(0, np.uint8), (256, np.uint8), (257, np.uint16), (1 << 16, np.uint16), (1 << 32, np.uint32)],
)
def test_numbers_take_no_more_room_than_they_need(limit: int, kind: type[np.unsignedinteger]) -> None:
    assert smallest_dtype(limit) == np.dtype(kind)


def test_keys_of_a_full_alphabet_do_not_overflow() -> None:
    alphabet_size = 1 << 16
    codes = np.array([alphabet_size - 1, alphabet_size - 1, 0], dtype=np.uint16)
    pairs = BigramPostings(
        postings.build_bigrams(codes, np.array([0, 3]), alphabet_size=alphabet_size), alphabet_size
    )
    assert pairs.occurrences(alphabet_size - 1, alphabet_size - 1)[1].tolist() == [0]
    assert sorted(pairs.starting_with(alphabet_size - 1)[1].tolist()) == [0, 1]
    assert pairs.frequency(alphabet_size - 1, 1) == 0
