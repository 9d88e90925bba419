"""A passage as OpenSearch stores it: the mapping, the document, and the keys by which hits are sorted.

Texts come cut into tokens, with a space between, for the built-in ``whitespace`` analyzer. What is fetched again is
the passage itself, as JSON; the tokens are indexed and not stored. ``cell`` holds everything that filters and facets
ask of a passage, so that a result is counted by counting its cells. The rule: the server analyses nothing and sorts
nothing but plain keys, so it can't differ from the other engines in how it reads or orders.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import msgspec

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.word_segmenter import Segmenter
from report_search.engine.opensearch.token_stream import GAP, Tokens, character_token, word_token
from report_search.engine.protocol import SortKey, sort_key
from report_search.engine.proximity import REACH
from report_search.fields import FILTER_FIELDS
from report_search.hashing import hash64
from report_search.passages import Passage, values_of
from report_search.query.numbers.of_passage import numbers_of

Json = dict[str, Any]
TEXT, CONTEXT = "", "above_"
"""What the names of the fields of a passage's text and of its context begin with."""
NEWEST, OLDEST = "newest", "oldest"
"""Fields that hold the sort keys of the orders of these names."""
TEXT_GROUP = "text_group"
"""The field with the group of equal texts, which is the hash of the folded text in hex digits."""
NUMBER, PERCENT, IN_CELL = "number", "percent", "cell_"
"""The fields of the numbers and the percentages in sentences; those of value cells begin with ``cell_``."""

FRAGMENT_GAP = " ".join([GAP] * (REACH + 4))
"""What separates a text from its fragments, and these from each other: too wide for anything to be near across it."""

_CELL = msgspec.json.Decoder(list[list[str]])
_LAST = "\uffff"
"""Sorts after every character of a date or a name."""
_NO_YEAR = 99_999
"""Sorts after every year, in either direction; five digits, as all years in keys have."""


def mapping() -> Json:
    """The fields of a passage."""
    keyword: Json = {"type": "keyword"}
    double: Json = {"type": "double"}
    # Three kinds of token fields, each with no more than what is asked of it: BM25 needs counts, candidates need
    # only to be found, wordings need positions.
    ranked = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
    findable = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}
    positional = {**findable, "index_options": "positions"}
    fields: dict[str, Json] = {
        **dict.fromkeys(FILTER_FIELDS, keyword),
        **dict.fromkeys(
            (NEWEST, OLDEST, "flag", "above_flag", "above_key", "published", TEXT_GROUP), keyword
        ),
        "cell": {"type": "keyword", "eager_global_ordinals": True},
        "year_number": {"type": "integer"},
        **{name: {"type": "integer"} for name in ("position", "tier", "characters", "words")},
        **dict.fromkeys((NUMBER, PERCENT, IN_CELL + NUMBER, IN_CELL + PERCENT), double),
        "word": ranked,
        "pair": ranked,
        **dict.fromkeys(("edge", "char", "base_char", "above_pair", "above_edge", "above_char"), findable),
        **dict.fromkeys(("stream", "above_stream"), positional),
        "passage": {"type": "keyword", "index": False, "doc_values": False},
    }
    return {"dynamic": False, "_source": {"includes": ["passage"]}, "properties": fields}


def prepare(passage: Passage, segmenter: Segmenter) -> bytes:
    """The document of a passage as JSON; its id is the passage's."""
    return msgspec.json.encode(_document(passage, segmenter))


def _document(passage: Passage, segmenter: Segmenter) -> Json:
    folded = fold(passage.text)
    tokens = Tokens(folded)
    words = segmenter.search_words(folded.text)
    key = sort_key(passage, complete=True, score=0.0)
    return {
        **{field: list(values_of(passage, field)) for field in FILTER_FIELDS},
        "cell": cell_of(passage),
        NEWEST: newest(key),
        OLDEST: oldest(key),
        "year_number": key.year,
        "published": passage.published,
        "position": passage.position,
        TEXT_GROUP: f"{hash64(folded.text):016x}",
        "tier": key.tier,
        "characters": len(folded.text),
        "words": len(words),
        **_number_fields(passage, folded),
        "word": " ".join(map(word_token, words)),
        "pair": " ".join(tokens.base_pairs),
        "edge": " ".join(tokens.variant_pairs),
        "char": " ".join(tokens.characters),
        "base_char": " ".join(map(character_token, set(folded.text))),
        "stream": " ".join(FRAGMENT_GAP if token == GAP else token for token in tokens.stream),
        "flag": tokens.flags,
        **_context_fields(passage.context),
        "passage": msgspec.json.encode(passage).decode(),
    }


def _number_fields(passage: Passage, text: FoldedText) -> Json:
    """The values of a passage's numbers, by the field that holds each kind."""
    fields: dict[str, list[float]] = {}
    for number in numbers_of(passage, text):
        name = (IN_CELL if number.in_cell else "") + (PERCENT if number.is_percent else NUMBER)
        fields.setdefault(name, []).append(number.value)
    return fields


@lru_cache(4096)
def _context_fields(context: str) -> Json:
    """The fields of a context; many passages share one, so they are kept."""
    tokens = Tokens(fold(context))
    return {
        "above_pair": " ".join(set(tokens.base_pairs)),
        "above_edge": " ".join(tokens.variant_pairs),
        "above_char": " ".join(tokens.characters),
        "above_stream": " ".join(tokens.stream),
        "above_flag": tokens.flags,
        "above_key": context_key(context),
    }


def context_key(context: str) -> str:
    """A short key that only equal contexts share: 32 hex digits of a hash."""
    return hashlib.sha256(context.encode()).hexdigest()[:32]


def passage_of(source: Json) -> Passage:
    """The passage in the ``_source`` of a hit."""
    return msgspec.json.decode(source["passage"], type=Passage)


def cell_of(passage: Passage) -> str:
    """Everything that filters and facets ask of a passage, as one key.

    It is JSON with the values of each of ``FILTER_FIELDS``: ``[["2019"],["overview"],["press","website"],…]``.
    """
    return msgspec.json.encode([values_of(passage, field) for field in FILTER_FIELDS]).decode()


def values_of_cell(cell: str) -> list[list[str]]:
    """The values of each of ``FILTER_FIELDS`` in a key made by ``cell_of``."""
    return _CELL.decode(cell)


def newest(key: SortKey) -> str:
    """The sort key for newest first: year (none last), date (none last), then report and position, ascending.

    Servers sort keys in ascending order, so the year is counted backwards: 2019 becomes 97980, and no year, which
    is year 0, becomes 99999.
    """
    year = _NO_YEAR - key.year
    return f"{year:05d} {_descending(key.published)} {_tie_break(key)}"


def oldest(key: SortKey) -> str:
    """The sort key for oldest first: year (none last), date (none last), then report and position, ascending."""
    return f"{key.year or _NO_YEAR:05d} {key.published or _LAST} {_tie_break(key)}"


def _descending(text: str) -> str:
    """A text that sorts before another just if ``text`` sorts after the other.

    Each character is replaced by its complement; the end mark makes 2019-03 sort before its own beginning, 2019.
    """
    return "".join(chr(0xFFFF - ord(char)) for char in text) + _LAST


def _tie_break(key: SortKey) -> str:
    return f"{key.report} {key.position:08d}"
