"""A small lexicon, and readers of queries that use it."""

from __future__ import annotations

import pytest

from report_search.query.interpret import Interpretation, read
from report_search.query.lexicon import Lexicon, synonyms_of
from report_search.search.corpus_lexicon import lexicon_of
from tests.query.trees import Leniently, Make, Strictly
from tests.query.vocabulary import STOPWORDS, SYNONYMS, SmallSegmenter


@pytest.fixture
def segmenter() -> SmallSegmenter:
    return SmallSegmenter()


@pytest.fixture
def lexicon(segmenter: SmallSegmenter) -> Lexicon:
    small = Lexicon.of(
        segmenter,
        sections={"overview": "总体情况", "proactive": "主动公开", "requests": "依申请公开"},
        topics={"consular": "领事保护与服务", "budget": "预算决算与“三公”"},
        agencies={"外交部": ("waijiaobu", "中华人民共和国外交部"), "商务部": ("shangwubu",)},
    )
    return Lexicon(segmenter, frozenset(STOPWORDS), synonyms_of(SYNONYMS), small.values, small.labels)


@pytest.fixture(scope="session")
def real() -> Lexicon:
    return lexicon_of(["外交部", "商务部"])


@pytest.fixture
def strictly(lexicon: Lexicon) -> Strictly:
    def reads(text: str, *, expand: bool = True) -> Interpretation:
        return read(text, lexicon, strict=True, expand=expand)

    return reads


@pytest.fixture
def leniently(lexicon: Lexicon) -> Leniently:
    def reads(text: str) -> Interpretation:
        return read(text, lexicon, strict=False)

    return reads


@pytest.fixture
def make() -> Make:
    """Nodes by short names, with the ranking words of the small segmenter."""
    return Make(SmallSegmenter().search_words)
