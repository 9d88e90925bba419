"""Postings of character bigrams and of ranking words, as arrays: read by slicing a mapped file.

Texts are numbered and laid end to end as codes of characters, each followed by a border (code 0). A *position*
counts through all of them, an *offset* through one text. Of every bigram (two neighbouring codes; the second may be
the border) the texts and offsets of its occurrences are kept; of every ranking word its texts, and its count in each.

The rule: everything is kept in the smallest unsigned type that holds it, and what reads it knows nothing of
additional readings, of numbers that must not be cut, or of deleted texts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from report_search.engine.arrays import Array, Ints, group_starts
from report_search.engine.columnar.string_table import StringLookup, pack_lookup

UnsignedDtype = np.dtype[np.unsignedinteger[Any]]


def build_bigrams(codes: Array, text_starts: Array, *, alphabet_size: int) -> dict[str, Array]:
    """The arrays of ``BigramPostings``, each of the smallest unsigned type that holds it.

    ``codes``, ``(n_codes,)`` unsigned, each below ``alphabet_size``, ends each text with its border;
    ``text_starts``, ``(n_texts + 1,)`` integers, says where each text begins and where the last one ends. Given back:

    - ``pair_keys``, ``(n_bigrams,)``: first code × ``alphabet_size`` + second code, ascending
    - ``pair_starts``, ``(n_bigrams + 1,)``: where the occurrences of each begin in the next two arrays
    - ``pair_texts``, ``(n_occurrences,)``: the text of each occurrence; for one bigram ascending
    - ``pair_offsets``, ``(n_occurrences,)``: its offset in that text; for one bigram and text ascending
    """
    # Worked example: the texts 领事保护 and 保护 over the alphabet border 事 保 护 领 (codes 0 1 2 3 4):
    #
    #     codes  4 1 2 3 0 2 3 0     text_starts  0 5 8     alphabet_size  5
    #
    #     bigram   key   text  offset        pair_keys     7 13    15    21
    #     事保      7    0     1             pair_starts   0 1     3     5  6
    #     保护     13    0 1   2 0           pair_texts    0 0 1   0 1   0
    #     护|      15    0 1   3 1           pair_offsets  1 2 0   3 1   0
    #     领事     21    0     0
    seconds = np.append(codes[1:], codes[:1] * 0)
    position_dtype = smallest_dtype(len(codes) + 1)
    # A stable sort by first and second code leaves the occurrences of a bigram in the order of their positions.
    # Bigrams that begin with a border (code 0) come first and are left out: they lie across two texts.
    n_borders = np.count_nonzero(codes == 0)
    positions = np.lexsort((seconds, codes)).astype(position_dtype)[n_borders:]
    # In place from here on: a corpus of a million passages has 150 million positions.
    keys = codes[positions].astype(smallest_dtype(alphabet_size * alphabet_size))
    keys *= alphabet_size
    keys += seconds[positions]
    firsts = group_starts(keys)
    text_numbers = np.arange(len(text_starts) - 1, dtype=smallest_dtype(len(text_starts) - 1))
    owners = np.repeat(text_numbers, np.diff(text_starts))[positions]
    positions -= text_starts.astype(position_dtype)[owners]  # now they are offsets
    return {
        "pair_keys": keys[firsts],
        "pair_starts": np.append(firsts, len(keys)).astype(position_dtype),
        "pair_texts": owners,
        "pair_offsets": narrow_dtype(positions),
    }


def build_words(names: Sequence[str], numbers: Array, *, texts: Array, counts: Array) -> dict[str, Array]:
    """The arrays of ``WordPostings``: the word ``names[numbers[i]]`` occurs ``counts[i]`` times in ``texts[i]``.

    ``texts`` is ascending, and no text has a word twice. Given back, beside the arrays of a ``StringLookup`` that
    begin with ``word_name_``, each of the smallest unsigned type that holds it:

    - ``word_starts``, ``(n_words + 1,)``: where the postings of each word begin in the next two arrays
    - ``word_texts``, ``(n_postings,)``: the texts of each word, ascending
    - ``word_counts``, ``(n_postings,)``: how often each of these texts has it
    """
    numbers = numbers.astype(smallest_dtype(len(names)))
    order = np.argsort(numbers, kind="stable")
    starts = np.append(0, np.cumsum(np.bincount(numbers, minlength=len(names))))
    return {
        "word_starts": narrow_dtype(starts),
        "word_texts": narrow_dtype(texts)[order],
        "word_counts": narrow_dtype(counts)[order],
        **pack_lookup(names, "word_name_"),
    }


class _NumberedNames(dict[str, int]):
    """Names to numbers, given in the order in which they are first looked up."""

    def __missing__(self, name: str) -> int:
        self[name] = len(self)
        return self[name]


class WordPostingsBuilder:
    """Gathers the ranking words of texts, text by text, and inverts them once, at the end.

    ``arrays`` or ``postings`` may be called once: what was gathered is released before the sorted copy is made, so
    that both are never in memory together.
    """

    def __init__(self) -> None:
        self._names = _NumberedNames()
        # For each occurrence the number of its name and its count; for each text how many occurrences it has.
        self._numbers, self._counts, self._distinct = array("I"), array("I"), array("I")

    def add(self, names: Iterable[str], counts: Sequence[int]) -> None:
        """Add the words of the next text, each once, with its count in it."""
        self._numbers.extend(map(self._names.__getitem__, names))
        self._counts.extend(counts)
        self._distinct.append(len(counts))

    def arrays(self) -> dict[str, Array]:
        """The arrays of ``WordPostings``."""
        names, numbers, texts, counts = self._release()
        return build_words(names, numbers, texts=texts, counts=counts)

    def postings(self) -> Iterator[tuple[str, array[int], array[float]]]:
        """Each word, in order, with its texts, ascending, and its count in each."""
        names, numbers, texts, counts = self._release()
        order = np.argsort(numbers.astype(smallest_dtype(len(names))), kind="stable")
        owners = array("I", texts.astype(np.uint32)[order].tobytes())
        weights = array("f", counts.astype(np.float32)[order].tobytes())
        ends = np.cumsum(np.bincount(numbers, minlength=len(names))).tolist()
        for name, low, high in sorted(zip(names, [0, *ends], ends, strict=False)):
            yield name, owners[low:high], weights[low:high]

    def _release(self) -> tuple[list[str], Array, Array, Array]:
        """The names, and for each occurrence the number of its name, its text and its count; then they are gone."""
        distinct = np.array(self._distinct, dtype=np.uint32)
        texts = np.repeat(np.arange(len(distinct), dtype=np.uint32), distinct)
        released = list(self._names), np.array(self._numbers), texts, np.array(self._counts)
        self._names, self._numbers = _NumberedNames(), array("I")
        self._counts, self._distinct = array("I"), array("I")
        return released


class BigramPostings:
    """Bigrams of codes, each below ``alphabet_size``, and their occurrences. See ``build_bigrams`` for the layout."""

    def __init__(self, arrays: dict[str, Array], alphabet_size: int, *, prefix: str = "") -> None:
        self._keys, self._starts, self._texts, self._offsets = (
            arrays[f"{prefix}pair_{name}"] for name in ("keys", "starts", "texts", "offsets")
        )
        self._alphabet_size = alphabet_size

    def counts(self, first: int, second: int) -> tuple[Ints, Ints]:
        """The texts that have a bigram, ascending, and how often each has it; two int64 arrays."""
        texts = self.texts(first, second)
        firsts = group_starts(texts)
        return texts[firsts].astype(np.int64), np.diff(np.append(firsts, len(texts)))

    def texts(self, first: int, second: int) -> Array:
        """The text of each occurrence of a bigram, ascending: a text is there as often as it has the bigram."""
        return self._texts[self._slice(first, second)]

    def occurrences(self, first: int, second: int) -> tuple[Array, Array]:
        """The text and the offset of each occurrence of a bigram, in the order of their positions."""
        found = self._slice(first, second)
        return self._texts[found], self._offsets[found]

    def starting_with(self, first: int) -> tuple[Array, Array]:
        """The text and the offset of each occurrence of a single code, other than the border, in no order.

        Bigrams that begin with one code are neighbours in the keys, and every character has a bigram: the last one of
        a text has one with the border.
        """
        low = self._lower_bound(first * self._alphabet_size)
        high = self._lower_bound((first + 1) * self._alphabet_size)
        found = slice(int(self._starts[low]), int(self._starts[high]))
        return self._texts[found], self._offsets[found]

    def counts_of(self, first: int, *, texts: int) -> tuple[Ints, Ints]:
        """Which of ``texts`` have a single code, other than the border, ascending, and how often each has it."""
        counts = np.bincount(self.starting_with(first)[0], minlength=texts)
        found = np.flatnonzero(counts)
        return found, counts[found]

    def frequency(self, first: int, second: int) -> int:
        """How many occurrences a bigram has, without reading them."""
        found = self._slice(first, second)
        return int(found.stop - found.start)

    def _slice(self, first: int, second: int) -> slice:
        """Where the occurrences of a bigram lie; empty if it has none."""
        key = first * self._alphabet_size + second
        at = self._lower_bound(key)
        if at == len(self._keys) or self._keys[at] != key:
            return slice(0, 0)
        return slice(int(self._starts[at]), int(self._starts[at + 1]))

    def _lower_bound(self, key: int) -> int:
        """The position of the first key that is not less than ``key``."""
        # The key behind the last possible one does not fit the type and would wrap to 0: with 65,536 characters and
        # keys of 32 bits that is 65536 × 65536.
        if key > np.iinfo(self._keys.dtype).max:
            return len(self._keys)
        # A key of another type than that of the array would make numpy convert the whole array.
        at: int = np.searchsorted(self._keys, self._keys.dtype.type(key)).item()
        return at


class WordPostings:
    """Ranking words and the texts that have them. See ``build_words`` for the layout."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._lookup = StringLookup(arrays, "word_name_")
        self._starts, self._texts = arrays["word_starts"], arrays["word_texts"]
        self._counts = arrays["word_counts"]

    def counts(self, word: str) -> tuple[Ints, Ints]:
        """The texts that have a word, ascending, and how often each has it; two int64 arrays."""
        low, high = 0, 0
        for at in self._lookup.find(word):  # at most one: names are different
            low, high = int(self._starts[at]), int(self._starts[at + 1])
        return self._texts[low:high].astype(np.int64), self._counts[low:high].astype(np.int64)


def smallest_dtype(limit: int) -> UnsignedDtype:
    """The smallest unsigned type that holds the numbers below ``limit``."""
    return np.min_scalar_type(max(0, limit - 1))


def narrow_dtype(numbers: Array) -> Array:
    """Numbers, none negative, in the smallest unsigned type that holds them."""
    return numbers.astype(smallest_dtype(int(numbers.max(initial=0)) + 1))
