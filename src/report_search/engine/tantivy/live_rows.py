"""Asking tantivy: which rows are alive, as a mask, and which passages they are.

tantivy-py hands hits over one Python object at a time. Its aggregations run on its own side, so the rows of a
query come back as sums of powers of two: ``BITS`` rows share a bucket, and each adds a bit of its own, which
a double holds exactly. At a million rows that takes 37 ms for all of them and 7 ms for a hundredth.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import tantivy

from report_search.engine.arrays import Mask
from report_search.engine.columnar.prepared import unpack
from report_search.passages import Passage

BITS = 52
"""Rows that share a bucket: so many powers of two can be added up in a double without loss."""
BUCKETS = 60_000
"""Buckets asked for at a time; tantivy allows no more than 65,000."""

BUCKET, BIT, ROW = "bucket", "bit", "row"
REPORT, PASSAGE = "report", "passage"


def schema() -> tantivy.Schema:
    """The fields of a passage in tantivy."""
    builder = tantivy.SchemaBuilder()
    for name in (BUCKET, ROW):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_float_field(BIT, fast=True)
    builder.add_text_field(REPORT, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field(PASSAGE, stored=True)
    return builder.build()


def document(passage: Passage, row: int, *, packed: bytes) -> tantivy.Document:
    """A passage as tantivy is given it."""
    doc = tantivy.Document()
    doc.add_unsigned(ROW, row)
    doc.add_unsigned(BUCKET, row // BITS)
    doc.add_float(BIT, float(1 << row % BITS))
    doc.add_text(REPORT, passage.report)
    doc.add_bytes(PASSAGE, packed)
    return doc


class LiveRows:
    """One fixed state of an index. Safe to share between threads."""

    def __init__(self, index: tantivy.Index, rows: int) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._rows = rows

    def alive(self) -> Mask:
        """The row numbers, of ``rows``, whose passages are there."""
        buckets = -(-self._rows // BITS)
        bits = np.zeros(buckets, dtype=np.int64)
        for low in range(0, buckets, BUCKETS):
            some = self._between(BUCKET, low, low + BUCKETS)
            found = self._searcher.aggregate(some, _SUMS)["rows"]["buckets"]
            places = np.array([bucket["key"] for bucket in found], dtype=np.int64)
            bits[places] = np.array([bucket["bits"]["value"] for bucket in found], dtype=np.float64)
        mask = (bits[:, None] >> np.arange(BITS)) & 1
        return mask.astype(np.bool_).reshape(-1)[: self._rows]

    def having(self, rows: range) -> tantivy.Query:
        """The passages of a range of row numbers."""
        return self._between(ROW, rows.start, rows.stop)

    def of_row(self, row: int) -> Passage:
        """The passage of a row number that is alive."""
        ((_, address),) = self._searcher.search(self._row(row), 1, count=False).hits
        return self._passage(address)

    def of_rows(self, rows: range) -> Iterator[Passage]:
        """The passages of a range (not empty) of row numbers that are alive, in no particular order."""
        hits = self._searcher.search(self.having(rows), len(rows), count=False).hits
        return (self._passage(address) for _, address in hits)

    def _passage(self, address: tantivy.DocAddress) -> Passage:
        return unpack(bytes(self._searcher.doc(address).get_first(PASSAGE) or b""))

    def _row(self, row: int) -> tantivy.Query:
        """A query for a term takes a hundredth of the time of one for a set of them."""
        return tantivy.Query.term_query(self._schema, ROW, row, "basic")

    def _between(self, field: str, low: int, high: int) -> tantivy.Query:
        kind = tantivy.FieldType.Unsigned
        found = tantivy.Query.range_query(self._schema, field, kind, low, high, include_upper=False)
        return tantivy.Query.const_score_query(found, 0.0)


_SUMS = {
    "rows": {
        "terms": {"field": BUCKET, "size": BUCKETS, "segment_size": BUCKETS},
        "aggs": {"bits": {"sum": {"field": BIT}}},
    }
}
