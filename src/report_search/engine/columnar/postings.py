"""How often, and where, each pair of neighbouring characters and each ranking word stands in each text: read by
slicing a mapped file.

Texts are numbered, and stand one behind the other as codes of characters with a border (code 0) behind each.
What is kept of every *pair* of codes that stand side by side (keys in order, a pair that ends with a border
too): the text of each of its places and the offset there, in order, in the smallest types that hold them.
How often a text has it is how often the text is named. Of every ranking *word*: its texts and its count in
each. Nothing here knows of readings, of the rule of numbers or of deleted texts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from report_search.engine.arrays import Array, Ints, run_starts
from report_search.engine.columnar.string_table import Lookup, pack_lookup

Kind = np.dtype[np.unsignedinteger[Any]]


def pairs(codes: Array, starts: Array, *, letters: int) -> dict[str, Array]:
    """The arrays of ``BigramPostings`` over ``codes``, each less than ``letters``.

    ``starts`` says where each text begins, and at its end where the last of them ends; the last code of each
    text is its border.
    """
    following = np.append(codes[1:], codes[:1] * 0)
    place = smallest(len(codes) + 1)
    order = np.lexsort((following, codes)).astype(place)[np.count_nonzero(codes == 0) :]
    keys = codes[order].astype(smallest(letters * letters))
    keys *= letters
    keys += following[order]
    heads = run_starts(keys)
    texts = np.arange(len(starts) - 1, dtype=smallest(len(starts) - 1))
    owners = np.repeat(texts, np.diff(starts))[order]
    order -= starts.astype(place)[owners]
    return {
        "pair_keys": keys[heads],
        "pair_starts": np.append(heads, len(keys)).astype(place),
        "pair_texts": owners,
        "pair_offsets": narrow_dtype(order),
    }


def words(names: Sequence[str], numbers: Array, *, texts: Array, counts: Array) -> dict[str, Array]:
    """The arrays of ``WordPostings``: the word ``names[numbers[i]]`` stands ``counts[i]`` times in ``texts[i]``.

    The texts are in order, and none has a word twice.
    """
    numbers = numbers.astype(smallest(len(names)))
    order = np.argsort(numbers, kind="stable")
    starts = np.append(0, np.cumsum(np.bincount(numbers, minlength=len(names))))
    return {
        "word_starts": narrow_dtype(starts),
        "word_texts": narrow_dtype(texts)[order],
        "word_counts": narrow_dtype(counts)[order],
        **pack_lookup(names, "word_name_"),
    }


class _Numbers(dict[str, int]):
    """Names to numbers, given in the order in which they are first asked for."""

    def __missing__(self, name: str) -> int:
        self[name] = len(self)
        return self[name]


class WordLists:
    """The ranking words of texts being gathered, text by text; each name is kept once. They are given away once."""

    def __init__(self) -> None:
        self._names = _Numbers()
        self._numbers, self._counts, self._distinct = array("I"), array("I"), array("I")

    def take(self, names: Iterable[str], counts: Sequence[int]) -> None:
        """The words of the next text, each once, with its count in it."""
        self._numbers.extend(map(self._names.__getitem__, names))
        self._counts.extend(counts)
        self._distinct.append(len(counts))

    def arrays(self) -> dict[str, Array]:
        """The arrays of ``WordPostings``."""
        names, numbers, texts, counts = self._given()
        return words(names, numbers, texts=texts, counts=counts)

    def postings(self) -> Iterator[tuple[str, array[int], array[float]]]:
        """Each word, in order, with its texts in order and its count in each."""
        names, numbers, texts, counts = self._given()
        order = np.argsort(numbers.astype(smallest(len(names))), kind="stable")
        owners = array("I", texts.astype(np.uint32)[order].tobytes())
        weights = array("f", counts.astype(np.float32)[order].tobytes())
        ends = np.cumsum(np.bincount(numbers, minlength=len(names))).tolist()
        for name, low, high in sorted(zip(names, [0, *ends], ends, strict=False)):
            yield name, owners[low:high], weights[low:high]

    def _given(self) -> tuple[list[str], Array, Array, Array]:
        """The names, and for each occurrence the number of its name, its text and its count; then they are gone."""
        distinct = np.array(self._distinct, dtype=np.uint32)
        texts = np.repeat(np.arange(len(distinct), dtype=np.uint32), distinct)
        given = list(self._names), np.array(self._numbers), texts, np.array(self._counts)
        self._names = _Numbers()
        self._numbers, self._counts, self._distinct = array("I"), array("I"), array("I")
        return given


class BigramPostings:
    """Pairs of codes, each less than ``letters``, and where they stand."""

    def __init__(self, arrays: dict[str, Array], letters: int, *, prefix: str = "") -> None:
        self._keys, self._starts, self._texts, self._offsets = (
            arrays[f"{prefix}pair_{name}"] for name in ("keys", "starts", "texts", "offsets")
        )
        self._letters = letters

    def counts(self, first: int, second: int) -> tuple[Ints, Ints]:
        """The texts that have a pair, in order, and how often each has it."""
        texts = self.texts(first, second)
        heads = run_starts(texts)
        return texts[heads].astype(np.int64), np.diff(np.append(heads, len(texts)))

    def texts(self, first: int, second: int) -> Array:
        """The text of each place of a pair, in order: as often as it has it."""
        return self._texts[self._range(first, second)]

    def places(self, first: int, second: int) -> tuple[Array, Array]:
        """The text of each place of a pair and the offset there, in order."""
        here = self._range(first, second)
        return self._texts[here], self._offsets[here]

    def beginning(self, first: int) -> tuple[Array, Array]:
        """The text of each place of a single code (not that of the border) and the offset there, in no order."""
        low, high = (self._at(first * self._letters), self._at((first + 1) * self._letters))
        here = slice(int(self._starts[low]), int(self._starts[high]))
        return self._texts[here], self._offsets[here]

    def often(self, first: int, second: int) -> int:
        """How many places a pair has."""
        here = self._range(first, second)
        return int(here.stop - here.start)

    def _range(self, first: int, second: int) -> slice:
        key = first * self._letters + second
        at = self._at(key)
        if at == len(self._keys) or self._keys[at] != key:
            return slice(0, 0)
        return slice(int(self._starts[at]), int(self._starts[at + 1]))

    def _at(self, key: int) -> int:
        """Where the first key stands that is not less; ``key`` may be one more than what the type holds."""
        if key > np.iinfo(self._keys.dtype).max:
            return len(self._keys)
        at: int = np.searchsorted(self._keys, self._keys.dtype.type(key)).item()
        return at


class WordPostings:
    """Words and the texts that have them."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._lookup = Lookup(arrays, "word_name_")
        self._starts, self._texts = arrays["word_starts"], arrays["word_texts"]
        self._counts = arrays["word_counts"]

    def counts(self, word: str) -> tuple[Ints, Ints]:
        """The texts that have a word, in order, and how often each has it."""
        low, high = 0, 0
        for at in self._lookup.find(word):
            low, high = int(self._starts[at]), int(self._starts[at + 1])
        return self._texts[low:high].astype(np.int64), self._counts[low:high].astype(np.int64)


def smallest(limit: int) -> Kind:
    """The smallest type that holds the numbers below ``limit``."""
    return np.min_scalar_type(max(0, limit - 1))


def narrow_dtype(numbers: Array) -> Array:
    """Numbers, none negative, in the smallest type that holds them."""
    return numbers.astype(smallest(int(numbers.max(initial=0)) + 1))
