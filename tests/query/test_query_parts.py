"""The account of how a query was read, and the query without each piece."""

from __future__ import annotations

import pytest

from report_search.query.interpret import Interpretation
from tests.query.trees import Leniently, Make, Strictly


def parts(reading: Interpretation) -> list[tuple[str, str, str]]:
    return [(piece.text, piece.as_, piece.without) for piece in reading.read_as]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("外交部 3件", [("外交部", "word", "3件"), ("3件", "number", "外交部")]),
        ("领保", [("领保", "word", ""), ("领事保护", "synonym", '"领保"')]),
        (
            "领保案件",
            [("领保", "word", "案件"), ("领事保护", "synonym", '"领保" 案件'), ("案件", "word", "领保")],
        ),
        (
            "“外交” 的公司",
            [("外交", "exact", "的公司"), ("的", "dropped", "“外交” 公司"), ("公司", "word", "“外交”")],
        ),
        (
            "公司 OR 企业 OR 案件",
            [
                ("公司", "word", "企业 OR 案件"),
                ("OR 企业", "word", "公司 OR 案件"),
                ("OR 案件", "word", "公司 OR 企业"),
            ],
        ),
        (
            "(公司 OR 企业) 案件",
            [
                ("公司", "word", "(企业) 案件"),
                ("OR 企业", "word", "(公司) 案件"),
                ("案件", "word", "(公司 OR 企业)"),
            ],
        ),
        (
            "公司 -企业 -“案件”",
            [
                ("公司", "word", "-企业 -“案件”"),
                ("-企业", "word", "公司 -“案件”"),
                ("-案件", "exact", "公司 -企业"),
            ],
        ),
        ("-(公司 企业) 案件", [("-(公司 企业)", "pattern", "案件"), ("案件", "word", "-(公司 企业)")]),
        (
            "公司 NEAR/5 企业 案件",
            [
                ("公司", "word", "企业 案件"),
                ("NEAR/5 企业", "word", "公司 案件"),
                ("案件", "word", "公司 NEAR/5 企业"),
            ],
        ),
        (
            "同句(公司 领保) 案件",
            [
                ("同句(公司 领保)", "pattern", "案件"),
                ("领事保护", "synonym", '同句(公司 "领保") 案件'),
                ("案件", "word", "同句(公司 领保)"),
            ],
        ),
        ("外*部，公司", [("外*部", "pattern", "公司"), ("公司", "word", "外*部")]),
        ("年份：2014，公司", [("年份：2014", "field", "公司"), ("公司", "word", "年份：2014")]),
        ("公司 OR", [("公司", "word", "")]),
        ("“公司”-企业", [("公司", "exact", "企业"), ("企业", "word", "“公司”")]),
        ("公司|-企业", [("公司", "word", "-企业"), ("-企业", "word", "公司")]),
        ("((公司)) 企业", [("公司", "word", "企业"), ("企业", "word", "((公司))")]),
        (
            "规章(试行)工作",
            [("规章", "word", "试行)工作"), ("试行", "word", "规章工作"), ("工作", "word", "规章(试行")],
        ),
        ("？", [("？", "exact", "")]),
    ],
)
def test_every_piece_is_shown_and_can_be_taken_away(
    text: str, expected: list[tuple[str, str, str]], leniently: Leniently
) -> None:
    assert parts(leniently(text)) == expected


def test_pieces_stand_where_they_were_typed(strictly: Strictly) -> None:
    text = "外交部，「领事保护」 -公司 年份:2014"
    places = [text[piece.start : piece.end] for piece in strictly(text).read_as]
    assert places == ["外交部", "「领事保护」", "公司", "年份:2014"]


def test_taking_a_word_out_of_a_run_leaves_the_others_as_they_were(leniently: Leniently, make: Make) -> None:
    reading = leniently("外交部公司企业案件")
    left = [leniently(piece.without).tree for piece in reading.read_as]
    words = [make.term(word) for word in ("外交部", "公司", "企业", "案件")]
    assert left == [make.both(*(word for word in words if word != gone)) for gone in words]


def test_neighbours_that_would_join_are_parted(strictly: Strictly, make: Make) -> None:
    reading = strictly("水案件电")
    middle = next(piece for piece in reading.read_as if piece.text == "案件")
    assert middle.without == "水 电"
