"""Nothing that can be typed breaks the reading of queries, and nothing is read silently as if nothing were asked."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_search.analysis.fold import fold
from report_search.errors import RequestError
from report_search.query.ast import And, AtLeast, Everything, Or, Query, Within, children
from report_search.query.builder import MAX_LEAVES
from report_search.query.interpret import Interpretation, read
from report_search.query.lexer import MAX_DEPTH, MAX_LENGTH
from report_search.query.lexicon import Lexicon
from report_search.query.quotes import find_quotes
from report_search.query.serialise import to_data
from tests.query.trees import tree_of
from tests.sampling import sampled

WORDS = [
    "领事保护",
    "领保",
    "外交部",
    "公司",
    "的",
    "和",
    "2014",
    "年",
    "3件",
    "第十二条",
    "二〇二三年",
    "COVID-19",
    "1,234",
]
MARKS = list(' 　\t\n，、；。？：（）()[]《》“”"＂「」『』-－—*＊|｜/.…\u200b\x00⼯領')
OPERATORS = ["1,234", "OR", "AND", "NOT", "NEAR/5", "NEAR", " OR ", " -", "ＯＲ", "同句(", "同句（"]
FIELDS = [
    "整份:",
    "document：",
    "数:",
    "number:>",
    "数:10..",
    "数：>5",
    "≥",
    "%",
    "年份:",
    "year:",
    "章节：",
    "2014..2019",
    "主动公开",
    "yaer:",
    "http://a.cn",
]
PIECES = st.sampled_from([*WORDS, *MARKS, *OPERATORS, *FIELDS])
TYPED = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=40)
SETTINGS = settings(
    max_examples=sampled(600), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def walk(tree: Query) -> Iterator[Query]:
    yield tree
    for child in children(tree):
        yield from walk(child)


def attempt(text: str, lexicon: Lexicon) -> tuple[Interpretation | None, RequestError | None]:
    """The strict reading, or the error."""
    try:
        return read(text, lexicon, strict=True), None
    except RequestError as error:
        return None, error


def check_tree(tree: Query, text: str) -> None:
    nodes = list(walk(tree))
    assert not (Everything() in nodes and fold(text.strip()).text)
    for node in nodes:
        if isinstance(node, (And, Or)):
            assert len(node.children) > 1
            assert len(set(node.children)) == len(node.children)
        if isinstance(node, AtLeast):
            assert len(node.children) > 3
            assert 0 < node.count < len(node.children)
        if isinstance(node, Within):
            assert node.children
    assert tree_of(to_data(tree)) == tree


@pytest.mark.parametrize(
    "text", ["？““领事保护”", '？“"”领事保护', "？“领事保护““", "？“领事保护“(", "？“领事保护”"]
)
def test_what_is_suggested_for_quotes_in_a_question_can_be_read(text: str, lexicon: Lexicon) -> None:
    (hint,) = [one for one in read(text, lexicon, strict=False).hints if one.code == "quotes-weigh"]
    if hint.suggestion:
        assert read(hint.suggestion, lexicon, strict=True).hints == ()
    assert text != "？“领事保护”" or hint.suggestion == '？"领事保护"'


@pytest.mark.parametrize("meant", ["啊啊|", '"啊啊', "啊啊 (", "啊啊"])
def test_what_is_suggested_for_a_query_encoded_twice_can_be_read(meant: str, lexicon: Lexicon) -> None:
    error = attempt(meant.encode("gb18030").decode("latin-1"), lexicon)[1]
    assert error is not None
    assert read(error.suggestion, lexicon, strict=True).hints == ()
    assert "啊啊" in error.suggestion


@SETTINGS
@given(text=TYPED)
def test_lenient_reading_always_has_a_tree(text: str, lexicon: Lexicon) -> None:
    reading = read(text, lexicon, strict=False)
    check_tree(reading.tree, text)
    for hint in reading.hints:
        assert 0 <= hint.position <= len(text)
        if hint.suggestion:
            read(hint.suggestion, lexicon, strict=True)
    for piece in reading.read_as:
        assert 0 <= piece.start < piece.end <= len(text)
        assert piece.text
    if reading.tree != Everything():
        assert reading.read_as


@SETTINGS
@given(text=TYPED)
def test_strict_reading_has_a_tree_or_an_error_with_a_place(text: str, lexicon: Lexicon) -> None:
    reading, error = attempt(text, lexicon)
    if reading is not None:
        check_tree(reading.tree, text)
        assert reading == read(text, lexicon, strict=False)
        return
    assert error is not None
    assert error.position is not None
    assert 0 <= error.position <= len(text)
    if error.suggestion:
        read(error.suggestion, lexicon, strict=True)


@SETTINGS
@given(text=TYPED)
def test_a_query_without_a_piece_is_never_worse(text: str, lexicon: Lexicon) -> None:
    """Taking a piece out of a query that strict reading takes leaves one that it takes."""
    reading, _ = attempt(text, lexicon)
    for piece in reading.read_as if reading is not None else ():
        read(piece.without, lexicon, strict=True)


@SETTINGS
@given(text=st.text(alphabet='"＂“”「」『』a 中', max_size=16))
def test_quotes_are_paired_in_order_and_nothing_is_lost(text: str) -> None:
    found = find_quotes(text)
    at = 0
    for quote in found.pairs:
        assert at <= quote.start < quote.end <= len(text)
        assert quote.end - quote.start >= 2
        at = quote.end
    inside = {at for quote in found.pairs for at in range(quote.start, quote.end)}
    marks = {at for at, mark in enumerate(text) if mark in '"＂“”「」『』'}
    assert marks - inside == set(found.unpaired)


HEAVY = [
    " OR ".join(f"公司{at}件" for at in range(300)),
    "|".join("领事保护" for _ in range(300)),
    "(" * 50 + "公司" + ")" * 50,
    "(" * 50 + "公司 OR 企业" + ")" * 50,
    "".join(f"(公司{at} OR " for at in range(50)) + "企业" + ")" * 50,
    "-(" * 50 + "公司" + ")" * 50,
    "(" * 4000,
    ")" * 4000,
    "(" * 3900 + "公司" + ")" * 3900,
    '"' * 7999,
    "“" * 7999,
    "”" * 7999,
    "「" * 7999,
    "“”" * 3999,
    "*" * 7999,
    "公*" * 3999,
    "-" * 7999,
    " -" * 3999,
    "NOT " * 1999,
    "OR " * 2600,
    "NEAR " * 1500,
    "a NEAR " * 1100,
    "同句(" * 2600,
    "年份:" * 2600,
    "year:2014," * 799,
    "章节:甲 " * 1500,
    "1" * 7999,
    "1," * 3999,
    "2014" * 1999,
    "二〇" * 3999,
    "领事保护" * 1999,
    "，" * 7999,
    "x:" * 3999,
    "a.b-" * 1999,
    "".join(chr(0x4E00 + at) for at in range(7999)),
    " ".join(chr(0x4E00 + at) for at in range(3999)),
    "领" * (MAX_LENGTH + 1),
    "领 " * 100_000,
]


@pytest.mark.parametrize("text", HEAVY, ids=lambda text: f"{text[:8]!r}x{len(text)}")
def test_heavy_queries_are_answered_in_time(text: str, real: Lexicon) -> None:
    read("热身", real, strict=False)
    # The processor's time, so that what else runs on the machine makes no query slow.
    begun = time.process_time()
    check_tree(read(text, real, strict=False).tree, text)
    lenient = time.process_time() - begun
    begun = time.process_time()
    reading, error = attempt(text, real)
    assert (reading is None) == (error is not None)
    assert max(lenient, time.process_time() - begun) < 3


def test_three_hundred_alternatives_and_fifty_parentheses_are_read(real: Lexicon) -> None:
    tree = read(HEAVY[0], real, strict=True).tree
    assert isinstance(tree, Or)
    assert len(tree.children) == 300
    assert read(HEAVY[2], real, strict=True).tree == read("公司", real, strict=True).tree
    nested = read(HEAVY[4], real, strict=True).tree
    assert isinstance(nested, Or)


def test_limits_are_errors_or_hints_that_say_what_was_left_out(real: Lexicon) -> None:
    long = "领" * (MAX_LENGTH + 1)
    many = " ".join(f"{at}件" for at in range(MAX_LEAVES + 1))
    deep = "(" * (MAX_DEPTH + 1) + "公司" + ")" * (MAX_DEPTH + 1)
    for text, code in ((long, "too-long"), (many, "too-many-words"), (deep, "too-deep")):
        with pytest.raises(RequestError) as caught:
            read(text, real, strict=True)
        assert caught.value.code == code
        assert code in [hint.code for hint in read(text, real, strict=False).hints]
    tree = read(many, real, strict=False).tree
    assert isinstance(tree, And)
    assert len(tree.children) == MAX_LEAVES
