"""Asking tantivy which rows are live, as a mask, and for the passages of rows.

tantivy-py hands hits over one Python object at a time, which is too slow for a million. Its aggregations run in Rust,
so live rows come back as sums of powers of two: ``BITS`` rows share a bucket, each passage has a bit of its own there,
and the sum of the bits of a bucket says which of its rows are live. At a million rows that takes 37 ms for all of them
and 7 ms for a hundredth.

The rule: a row is live if and only if tantivy's commit has its passage.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import tantivy

from report_search.engine.arrays import Mask
from report_search.engine.columnar.prepared import unpack
from report_search.passages import Passage

BITS = 52
"""The rows of a bucket: a double has a mantissa of 53 bits, so a sum of 52 different powers of two is exact."""
BUCKETS = 60_000
"""The buckets that are asked for at a time; tantivy allows no more than 65,000."""

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
    """A passage as tantivy is given it: row 107 has bit 3 of bucket 2."""
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

    def mask(self) -> Mask:
        """Which rows are live, ``(n_rows,) bool``."""
        # Rows 0 … 3 live but for 2, all others dead: bucket 0 comes back with the sum 1 + 2 + 8 = 11, which is binary
        # 1011. A bucket without a live row doesn't come back.
        buckets = -(-self._rows // BITS)
        sums = np.zeros(buckets, dtype=np.int64)
        for low in range(0, buckets, BUCKETS):
            query = self._between(BUCKET, low, low + BUCKETS)
            found = self._searcher.aggregate(query, _SUMS)["rows"]["buckets"]
            numbers = np.array([bucket["key"] for bucket in found], dtype=np.int64)
            sums[numbers] = np.array([bucket["bits"]["value"] for bucket in found], dtype=np.float64)
        # A row of 52 bits for each bucket, lowest first, which one after another are the rows. The last bucket may go
        # beyond the last row.
        bits = (sums[:, None] >> np.arange(BITS)) & 1
        return bits.astype(np.bool_).reshape(-1)[: self._rows]

    def having(self, rows: range) -> tantivy.Query:
        """A query for the passages of a range of rows."""
        return self._between(ROW, rows.start, rows.stop)

    def packed_of_row(self, row: int) -> bytes:
        """The passage of a row that is live, packed."""
        ((_, address),) = self._searcher.search(self._row(row), 1, count=False).hits
        return self._packed(address)

    def of_rows(self, rows: range) -> Iterator[Passage]:
        """The passages of those rows of a range (not empty) that are live, in no particular order."""
        hits = self._searcher.search(self.having(rows), len(rows), count=False).hits
        return (unpack(self._packed(address)) for _, address in hits)

    def _packed(self, address: tantivy.DocAddress) -> bytes:
        return bytes(self._searcher.doc(address).get_first(PASSAGE) or b"")

    def _row(self, row: int) -> tantivy.Query:
        """A query for the passage of one row."""
        # A term query takes a hundredth of the time of a range or of a set of terms.
        return tantivy.Query.term_query(self._schema, ROW, row, "basic")

    def _between(self, field: str, low: int, high: int) -> tantivy.Query:
        """A query for the passages whose number in ``field`` is from ``low`` up to, but not, ``high``."""
        kind = tantivy.FieldType.Unsigned
        found = tantivy.Query.range_query(self._schema, field, kind, low, high, include_upper=False)
        return tantivy.Query.const_score_query(found, 0.0)


_SUMS = {
    "rows": {
        "terms": {"field": BUCKET, "size": BUCKETS, "segment_size": BUCKETS},
        "aggs": {"bits": {"sum": {"field": BIT}}},
    }
}
