"""A passage as OpenSearch stores it: the mapping, the document, and the keys by which hits are ordered.

Texts come cut into tokens, with a blank between, for the built-in ``whitespace`` analyzer. What is fetched again
is the passage itself, as JSON; the tokens are indexed and forgotten. ``cell`` names everything that filters and
facets ask of a passage, so that counting a result is counting its cells.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import msgspec

from report_search.analysis.fold import fold
from report_search.analysis.word_segmenter import Segmenter
from report_search.engine.fields import sort_key, values_of
from report_search.engine.opensearch.token_stream import GAP, Tokens, word_token
from report_search.engine.protocol import FILTER_FIELDS, SortKey
from report_search.engine.proximity import REACH
from report_search.passages import Passage

Json = dict[str, Any]
TEXT, CONTEXT = "", "above_"
"""What the names of the fields of a passage's text and of its context begin with."""
NEWEST, OLDEST = "newest", "oldest"

FAR = " ".join([GAP] * (REACH + 4))
"""What stands between a text and its fragments, so that nothing is near across it."""

_CELL = msgspec.json.Decoder(list[list[str]])
_LAST = "\uffff"
_NO_YEAR = 99_999


def mapping() -> Json:
    """The fields of a passage."""
    keyword: Json = {"type": "keyword"}
    words = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
    known = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}
    ordered = {**known, "index_options": "positions"}
    fields: dict[str, Json] = {
        **dict.fromkeys(FILTER_FIELDS, keyword),
        **dict.fromkeys((NEWEST, OLDEST, "flag", "above_flag", "above_key", "published"), keyword),
        "cell": {"type": "keyword", "eager_global_ordinals": True},
        "year_number": {"type": "integer"},
        "position": {"type": "integer"},
        "word": words,
        "pair": words,
        **dict.fromkeys(("edge", "char", "above_pair", "above_edge", "above_char"), known),
        **dict.fromkeys(("stream", "above_stream"), ordered),
        "passage": {"type": "keyword", "index": False, "doc_values": False},
    }
    return {"dynamic": False, "_source": {"includes": ["passage"]}, "properties": fields}


def prepare(passage: Passage, segmenter: Segmenter) -> bytes:
    """The document of a passage as JSON; its id is the passage's."""
    return msgspec.json.encode(_document(passage, segmenter))


def _document(passage: Passage, segmenter: Segmenter) -> Json:
    folded = fold(passage.text)
    tokens = Tokens(folded)
    key = sort_key(passage, complete=True, score=0.0)
    return {
        **{field: list(values_of(passage, field)) for field in FILTER_FIELDS},
        "cell": cell_of(passage),
        NEWEST: newest(key),
        OLDEST: oldest(key),
        "year_number": key.year,
        "published": passage.published,
        "position": passage.position,
        "word": " ".join(map(word_token, segmenter.search_words(folded.text))),
        "pair": " ".join(tokens.base_pairs),
        "edge": " ".join(tokens.edge_pairs),
        "char": " ".join(tokens.characters),
        "stream": " ".join(FAR if token == GAP else token for token in tokens.stream),
        "flag": tokens.flags,
        **_context(passage.context),
        "passage": msgspec.json.encode(passage).decode(),
    }


@lru_cache(4096)
def _context(context: str) -> Json:
    """The fields of a context; the same one stands over many passages."""
    tokens = Tokens(fold(context))
    return {
        "above_pair": " ".join(set(tokens.base_pairs)),
        "above_edge": " ".join(tokens.edge_pairs),
        "above_char": " ".join(tokens.characters),
        "above_stream": " ".join(tokens.stream),
        "above_flag": tokens.flags,
        "above_key": key_of(context),
    }


def key_of(context: str) -> str:
    """What stands for a context."""
    return hashlib.sha256(context.encode()).hexdigest()[:32]


def passage_of(source: Json) -> Passage:
    """The passage in what a document gives back."""
    return msgspec.json.decode(source["passage"], type=Passage)


def cell_of(passage: Passage) -> str:
    """Everything that filters and facets ask of a passage, as one key."""
    return msgspec.json.encode([values_of(passage, field) for field in FILTER_FIELDS]).decode()


def values_of_cell(cell: str) -> list[list[str]]:
    """The values of each of ``FILTER_FIELDS`` in a key made by ``cell_of``."""
    return _CELL.decode(cell)


def newest(key: SortKey) -> str:
    """A key whose ascending order is: newest year first, none last; newest date first, none last; report;
    position."""
    year = _NO_YEAR - key.year
    return f"{year:05d} {_backwards(key.published)} {_place(key)}"


def oldest(key: SortKey) -> str:
    """A key whose ascending order is: oldest year first, none last; oldest date first, none last; report;
    position."""
    return f"{key.year or _NO_YEAR:05d} {key.published or _LAST} {_place(key)}"


def _backwards(text: str) -> str:
    """A text that sorts before another where ``text`` would sort behind it."""
    return "".join(chr(0xFFFF - ord(char)) for char in text) + _LAST


def _place(key: SortKey) -> str:
    return f"{key.report} {key.position:08d}"
