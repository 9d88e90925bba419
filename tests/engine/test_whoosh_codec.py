"""What is written past Whoosh's own methods: postings are read as they were, stored passages are the same bytes."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import analysis, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import RamStorage

from report_search.analysis.word_segmenter import query_segmenter
from report_search.engine.columnar.postings import WordPostingsBuilder
from report_search.engine.whoosh import codec as whoosh_codec
from tests.engine.corpus import passage

SCHEMA = fields.Schema(
    words=fields.FieldType(formats.Existence(), analysis.IDAnalyzer()), passage=fields.STORED()
)
words = st.dictionaries(
    st.text(min_size=1, max_size=6),
    st.dictionaries(st.integers(0, 60), st.integers(1, 3), min_size=1),
    max_size=5,
)


def _built(postings: dict[str, dict[int, int]]) -> WordPostingsBuilder:
    builder = WordPostingsBuilder()
    for row in range(61):
        own = {word: counts[row] for word, counts in postings.items() if row in counts}
        builder.add(own, list(own.values()))
    return builder


def _files(storage: RamStorage) -> dict[str, bytes]:
    return {name.partition(".")[2]: storage.files[name] for name in storage.list()}


@pytest.mark.parametrize("block", [3, 4096])
@given(postings=words)
def test_postings_are_read_as_they_were_written(block: int, postings: dict[str, dict[int, int]]) -> None:
    """Rows, weights, and what Whoosh itself knows of each word: how many rows it has, and its weight in all."""
    with pytest.MonkeyPatch.context() as small:
        small.setattr(whoosh_codec, "BLOCK", block)
        storage, codec = RamStorage(), whoosh_codec.codec()
        segment = codec.new_segment(storage, "test")
        terms = codec.field_writer(storage, segment)
        terms.start_field("words", SCHEMA["words"])
        whoosh_codec.add_words(terms, _built(postings))
        terms.finish_field()
        terms.close()
    reader = codec.terms_reader(storage, segment)
    for word, counts in postings.items():
        rows, weights = whoosh_codec.read_postings(reader, "words", word=word.encode())
        assert dict(zip(rows.tolist(), weights.tolist(), strict=True)) == counts
        assert rows.tolist() == sorted(counts)
        known = reader.term_info("words", word.encode())
        assert (known.doc_frequency(), known.weight()) == (len(counts), sum(counts.values()))
        assert (known.min_id(), known.max_id()) == (min(counts), max(counts))
    rows, weights = whoosh_codec.read_postings(reader, "words", word=b"nowhere at all")
    assert len(rows) == len(weights) == 0
    reader.close()


def test_stored_passages_are_the_same_bytes() -> None:
    passages = [passage(number, f"第{number}段，领事保护") for number in range(5)]
    written = []
    for fast in (False, True):
        storage, codec = RamStorage(), W3Codec()
        documents = codec.per_document_writer(storage, codec.new_segment(storage, "test"))
        for row, one in enumerate(passages):
            if fast:
                packed = whoosh_codec.prepare_stored(one, query_segmenter()).packed
                whoosh_codec.add_stored(documents, row, data=packed)
                continue
            documents.start_doc(row)
            documents.add_field("passage", SCHEMA["passage"], msgspec.msgpack.encode(one), 0)
            documents.finish_doc()
        documents.close()
        written.append(_files(storage))
    assert written[0] == written[1]
