"""Asking tantivy's inverted index: which rows a query has, as a mask, and which passages.

tantivy-py hands hits over one Python object at a time. Its aggregations run on its own side, so the rows of a
query come back as sums of powers of two: ``BITS`` rows share a bucket, and each adds a bit of its own, which
a double holds exactly. At a million rows that takes 37 ms for all of them and 7 ms for a hundredth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np
import tantivy

from report_search.engine import stream
from report_search.engine.arrays import Mask
from report_search.passages import Passage

Item = TypeVar("Item")
BITS = 52
"""Rows that share a bucket: so many powers of two can be added up in a double without loss."""
BUCKETS = 60_000
"""Buckets asked for at a time; tantivy allows no more than 65,000."""
AT_ONCE = 4096
"""Passages fetched with one query."""

BUCKET, BIT, ROW = "bucket", "bit", "row"
ID, REPORT, PASSAGE = "id", "report", "passage"
WORD, PAIR, CHARACTER, STREAM, FLAG = "word", "pair", "character", "stream", "flag"


def schema() -> tantivy.Schema:
    """The fields of a passage in tantivy. Texts come cut into tokens, with a blank between."""
    builder = tantivy.SchemaBuilder()
    for name in (BUCKET, ROW):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_float_field(BIT, fast=True)
    for name in (ID, REPORT):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (WORD, PAIR, CHARACTER, FLAG):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(STREAM, tokenizer_name="whitespace", index_option="position")
    builder.add_bytes_field(PASSAGE, stored=True)
    return builder.build()


def document(passage: Passage, row: int, *, tokens: stream.Tokens, words: dict[str, int]) -> tantivy.Document:
    """A passage as tantivy is given it; ``words`` counts its ranking words."""
    doc = tantivy.Document()
    doc.add_unsigned(ROW, row)
    doc.add_unsigned(BUCKET, row // BITS)
    doc.add_float(BIT, float(1 << row % BITS))
    doc.add_text(ID, passage.id)
    doc.add_text(REPORT, passage.report)
    doc.add_text(WORD, " ".join(stream.counted({stream.word_token(w): c for w, c in words.items()})))
    doc.add_text(PAIR, " ".join(tokens.pairs))
    doc.add_text(CHARACTER, " ".join(tokens.characters))
    doc.add_text(STREAM, " ".join(tokens.stream))
    doc.add_text(FLAG, " ".join(tokens.flags))
    doc.add_bytes(PASSAGE, msgspec.msgpack.encode(passage))
    return doc


class Postings:
    """One fixed state of an index. Safe to share between threads."""

    def __init__(self, index: tantivy.Index, rows: int) -> None:
        self.schema = index.schema
        self._searcher = index.searcher()
        self._rows = rows

    def mask(self, query: tantivy.Query) -> Mask:
        """The row numbers, of ``rows``, that ``query`` has."""
        buckets = -(-self._rows // BITS)
        bits = np.zeros(buckets, dtype=np.int64)
        for low in range(0, buckets, BUCKETS):
            part = query
            if buckets > BUCKETS:
                part = both(query, self._between(low, low + BUCKETS))
            found = self._searcher.aggregate(part, _SUMS)["rows"]["buckets"]
            places = np.array([bucket["key"] for bucket in found], dtype=np.int64)
            bits[places] = np.array([bucket["bits"]["value"] for bucket in found], dtype=np.float64)
        mask = (bits[:, None] >> np.arange(BITS)) & 1
        return mask.astype(np.bool_).reshape(-1)[: self._rows]

    def term(self, field: str, token: str | int) -> tantivy.Query:
        """The passages that have a token."""
        return tantivy.Query.term_query(self.schema, field, token, "basic")

    def wording(self, symbols: Sequence[str]) -> tantivy.Query:
        """The passages in whose stream ``symbols`` stand side by side."""
        if len(symbols) == 1:
            return self.term(CHARACTER, symbols[0])
        if len(symbols) == 2:
            return self.term(STREAM, symbols[0] + symbols[1])
        words: list[str | tuple[int, str]] = list(stream.spread(symbols))
        return tantivy.Query.phrase_query(self.schema, STREAM, words)

    def pair(self, pair: str) -> tantivy.Query:
        """The passages some reading of which has a pair of neighbouring characters (or one character)."""
        if len(pair) == 1:
            return self.term(CHARACTER, stream.character_token(pair))
        tokens = (stream.pair_token(pair), stream.edge_token(pair))
        return either(self.term(PAIR, token) for token in tokens)

    def counts(self, field: str, token: str) -> Iterator[tuple[int, tantivy.Query]]:
        """The counts above one that a token has somewhere, each with the passages that have it so often."""
        known = self._searcher.terms_with_prefix(field, stream.count_prefix(token))
        for found, _ in known:
            yield stream.count_of(found), self.term(field, found)

    def passages(self, query: tantivy.Query, most: int = 0) -> Iterator[tuple[int, Passage]]:
        """The passages that ``query`` has with their row numbers, in no particular order.

        ``most`` is how many they are at most, where that is known: tantivy reserves room for so many.
        """
        most = most or self._count(query) or 1
        hits = [address for _, address in self._searcher.search(query, most, count=False).hits]
        for some in _chunks(hits):
            rows: list[Any] = self._searcher.fast_field_values(ROW, list(some))
            for row, address in zip(rows, some, strict=True):
                data = self._searcher.doc(address).get_first(PASSAGE)
                yield int(row), msgspec.msgpack.decode(bytes(data or b""), type=Passage)

    def _count(self, query: tantivy.Query) -> int:
        found = self._searcher.aggregate(query, {"rows": {"value_count": {"field": ROW}}})
        return int(found["rows"]["value"])

    def of_rows(self, rows: Iterable[int]) -> Iterator[tuple[int, Passage]]:
        """The passages of row numbers, in no particular order."""
        for some in _chunks(list(rows)):
            yield from self.passages(tantivy.Query.term_set_query(self.schema, ROW, list(some)), len(some))

    def of_ids(self, ids: Sequence[str]) -> Iterator[tuple[int, Passage]]:
        """The passages with these ids, in no particular order."""
        for some in _chunks(ids):
            yield from self.passages(either(self.term(ID, id_) for id_ in some), len(some))

    def _between(self, low: int, high: int) -> tantivy.Query:
        kind = tantivy.FieldType.Unsigned
        return tantivy.Query.const_score_query(
            tantivy.Query.range_query(self.schema, BUCKET, kind, low, high, include_upper=False), 0.0
        )


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))


_SUMS = {
    "rows": {
        "terms": {"field": BUCKET, "size": BUCKETS, "segment_size": BUCKETS},
        "aggs": {"bits": {"sum": {"field": BIT}}},
    }
}


def both(*queries: tantivy.Query) -> tantivy.Query:
    """What every query has."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def either(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """What one of the queries has; nothing if there is none."""
    shoulds = [(tantivy.Occur.Should, query) for query in queries]
    return tantivy.Query.boolean_query(shoulds) if shoulds else tantivy.Query.empty_query()


def without(query: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
    """What ``query`` has and ``other`` has not."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.MustNot, other)])
