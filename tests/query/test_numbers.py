"""``数:`` and ``整份:`` as they are typed, what they mean, and what is said where they can't be read."""

from __future__ import annotations

import pytest

from report_search.errors import RequestError
from report_search.passages import Passage
from report_search.query.ast import AtLeast, HasNumber, InReport, NumberRange, Query
from report_search.query.evaluate import is_complete, is_hit, spans, views
from report_search.query.interpret import Interpretation
from tests.engine.corpus import passage
from tests.query.trees import Leniently, Make, Strictly

CELLS = "申请\t12\t66.7 万件\t-5\t5.5%\t/"


def hits(tree: Query, *found: Passage) -> list[int]:
    """The positions of the hits among passages."""
    return [at for at, seen in enumerate(views(found)) if is_hit(tree, seen)]


def paragraphs(*texts: str, report: int = 1) -> list[Passage]:
    return [passage(at, text, report=report) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        *(
            (typed, NumberRange(100, None, (False, False)))
            for typed in ("数:>100", "数：＞１００", "number:> 100")
        ),
        *(
            (typed, NumberRange(1000, None))
            for typed in ("数:>=1,000", "数:≥一千", "NUMBER:=>1000", "数:≧1000")
        ),
        *((typed, NumberRange(None, 0, (False, False))) for typed in ("数:<0", '数:"<0"')),
        *((typed, NumberRange(None, 5e7)) for typed in ("数:<=5千万", "数:≤五千万", "数:=<50000000")),
        *((typed, NumberRange(3, 3)) for typed in ("数:=3", "数:3", "数:==3")),
        *((typed, NumberRange(10, 20)) for typed in ("数:10..20", "数:10～20", "数:10-20", "数:十至二十")),
        ("数:-5..5", NumberRange(-5, 5)),
        ("数:1.5..2.5", NumberRange(1.5, 2.5)),
        ("数:1万..2亿", NumberRange(1e4, 2e8)),
        *(
            (typed, NumberRange(5, None, (False, False), is_percent=True))
            for typed in ("数:>5％", "数:>百分之五")
        ),
        *((typed, NumberRange(5, 10, is_percent=True)) for typed in ("数:5%..10%", "数:5..10%")),
    ],
)
def test_comparisons_are_read(typed: str, wanted: NumberRange, strictly: Strictly) -> None:
    reading = strictly(typed)
    assert reading.tree == HasNumber(wanted)
    assert [(part.text, part.as_, part.without) for part in reading.read_as] == [(typed, "field", "")]


def test_a_number_stands_beside_the_words_of_its_and(strictly: Strictly, make: Make) -> None:
    word, other, above = make.term("护照"), make.term("签证"), NumberRange(5, None, (False, False))
    for typed, beside in [
        ("护照 数:>5", (word,)),
        ("数:>5 护照 -签证 年份:2014", (word,)),
        ("护照 -数:>5", (word,)),
        ("(护照 OR 签证) 数:>5", (word, other)),
        ("护照 (数:>5 OR 签证)", (word,)),
        ("护照 数:>5 整份:签证", (word,)),
        ("护照 OR 数:>5", ()),
        ("年份:2014 数:>5", ()),
    ]:
        assert HasNumber(above, beside) in list(_walk(strictly(typed).tree)), typed
    assert strictly("整份:(护照 数:>5) 签证").tree == make.both(
        make.in_report(make.both(word, HasNumber(above, (word,)))), other
    )


def _walk(tree: Query) -> list[Query]:
    below = [tree.child] if hasattr(tree, "child") else list(getattr(tree, "children", ()))
    return [tree, *(node for child in below for node in _walk(child))]


def test_in_a_paragraph_the_number_is_in_one_sentence_with_a_word(strictly: Strictly) -> None:
    found = paragraphs(
        "受理护照120件。",
        "受理护照。办结120件",
        "护照、签证共120件",
        "2014年护照第120条",
        "护照增长120%",
        "护照八十件，一百二十人",
    )
    assert hits(strictly("护照 数:>100").tree, *found) == [0, 2, 5]
    assert hits(strictly("数:>100").tree, *found) == [0, 1, 2, 5]
    assert hits(strictly("护照 数:>100%").tree, *found) == [4]
    assert hits(strictly("护照 -数:>100").tree, *found) == [1, 3, 4]
    assert hits(strictly("领保 数:120").tree, passage(0, "领事保护120件")) == [0]


def test_in_a_row_the_value_of_a_value_cell_counts(strictly: Strictly) -> None:
    row = passage(0, CELLS, type="table", value_cells=(1, 2, 3, 4))
    head = passage(1, "申请\t12 件", type="table")
    for typed in ("申请 数:12", "数:>600000", "数:<0", "数:=5.5%", "数:667000"):
        assert hits(strictly(typed).tree, row, head) == [0], typed
    for typed in ("数:66.7", "数:=5.5", "数:13", "护照 数:12"):
        assert hits(strictly(typed).tree, row, head) == [], typed


def test_the_number_found_is_marked(strictly: Strictly) -> None:
    text, cells = (
        "受理护照120件，签证３０余万件。发布80条",
        passage(0, CELLS, type="table", value_cells=(1, 2, 3, 4)),
    )
    (seen,) = views([passage(0, text)])
    assert [text[a:b] for a, b in spans(strictly("护照 数:>100").tree, seen)] == ["护照120", "３０余万"]
    assert [text[a:b] for a, b in spans(strictly("数:<100").tree, seen)] == ["80"]
    assert spans(strictly("护照 -数:<100").tree, seen) == [(2, 4)]
    (row,) = views([cells])
    assert [CELLS[a:b] for a, b in spans(strictly("数:>600000 OR 数:<0").tree, row)] == ["66.7 万件", "-5"]


def test_a_whole_report_is_asked(strictly: Strictly) -> None:
    found = [
        passage(0, "护照", report=0),
        passage(1, "公司", report=0),
        passage(2, "护照和签证", report=1),
        passage(3, "案件", report=2, headings=("一、签证",)),
    ]
    for typed, wanted in [
        ("整份:护照", [0, 1, 2]),
        ("document:(护照 公司)", [0, 1]),
        ("整份:(护照 OR 案件)", [0, 1, 2, 3]),
        ("整份:-护照", [3]),
        ("-整份:护照", [3]),
        ("整份:(护照 -签证)", [0, 1]),
        ("整份:“护照和签证”", [2]),
        ("整份:签证", [2, 3]),
        ("公司 整份:护照", [1]),
        ("整份:护照 年份:2014", [0, 1]),
        ("整份:公司 OR 案件", [0, 1, 3]),
    ]:
        assert hits(strictly(typed).tree, *found) == wanted, typed


def test_a_whole_report_marks_nothing_and_lets_nothing_off(strictly: Strictly) -> None:
    tree = strictly("整份:外交部公司企业案件处理").tree
    assert not any(isinstance(node, AtLeast) for node in _walk(tree))
    seen = views(paragraphs("外交部公司", "企业案件处理"))
    assert [is_complete(tree, one) for one in seen] == [True, True]
    assert [spans(tree, one) for one in seen] == [[], []]


def test_a_whole_report_takes_what_stands_right_behind_it(strictly: Strictly, make: Make) -> None:
    passport, visa = make.term("护照"), make.term("签证")
    assert strictly("整份:护照 签证").tree == make.both(InReport(passport), visa)
    assert strictly("整份： -（护照 签证）").tree == InReport(make.not_(make.both(passport, visa)))
    assert strictly("整份:同句(护照 签证)").tree == InReport(make.within(passport, visa))
    assert strictly("整份:年份:2014").tree == InReport(make.field("year", "2014"))
    assert strictly("整份:护照 OR 签证").tree == make.either(InReport(passport), visa)
    assert [(part.text, part.as_) for part in strictly("-整份:(护照 签证) 公司").read_as] == [
        ("-整份:(护照 签证)", "field"),
        ("公司", "word"),
    ]


@pytest.mark.parametrize(
    ("typed", "code", "position", "repaired"),
    [
        ("护照 数:abc", "unknown-value", 5, "护照 abc"),
        ("护照 数:10..", "unknown-value", 5, "护照 数:>=10"),
        ("数:..10", "unknown-value", 2, "数:<=10"),
        ("数:20..10", "unknown-value", 2, "数:10..20"),
        ("数:>100件", "unknown-value", 2, "数:>100"),
        ("数:1,2", "unknown-value", 2, "(数:1 OR 数:2)"),
        ("护照 数:", "empty-value", 3, "护照 数"),
        ("护照 数:>", "empty-value", 3, "护照 数"),
        ("整份:", "empty-value", 0, "整份"),
        ("护照 整份：", "empty-value", 3, "护照 整份"),
        ("整份: OR 护照", "empty-value", 0, "护照"),
        ("护照 整份:()", "empty-group", 6, "护照 整份"),
        ("护照 整份:“”", "empty-value", 3, "护照"),
        ("整份:整份:护照", "lone-operator", 3, "整份:护照"),
        ("整份:- 护照", "lone-operator", 3, "整份:-护照"),
        ("护照 NEAR 数:>5", "misplaced-operator", 3, "护照 AND 数:>5"),
        ("同句(护照 整份:签证)", "misplaced-operator", 0, "(护照 整份:签证)"),
        ("年份:2014,公司", "unknown-value", 8, "年份:2014 公司"),
    ],
)
def test_what_cannot_be_read_has_a_place_and_a_repair(
    typed: str, code: str, position: int, repaired: str, strictly: Strictly, leniently: Leniently
) -> None:
    with pytest.raises(RequestError) as caught:
        strictly(typed)
    assert (caught.value.code, caught.value.position, caught.value.suggestion) == (code, position, repaired)
    reading: Interpretation = leniently(typed)
    assert code in [hint.code for hint in reading.hints]


def test_a_value_that_is_none_leaves_the_year_where_it_is(leniently: Leniently, make: Make) -> None:
    """年份:2014,公司 was read as 公司 in any year, and the suggestion had no year either."""
    reading = leniently("年份:2014,公司")
    assert reading.tree == make.both(make.field("year", "2014"), make.term("公司"))
