"""Fields: names and values in two languages, lists, ranges; and where they end."""

from __future__ import annotations

import pytest

from report_search.fields import NO_YEAR
from tests.query.trees import Make, Strictly


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("年份:2014", "year", ["2014"]),
        ("年份：２０１４年", "year", ["2014"]),
        ("year:二〇一四年", "year", ["2014"]),
        ("YEAR: 2014", "year", ["2014"]),
        ("year:2014,2016", "year", ["2014", "2016"]),
        ("年份：2014、2016", "year", ["2014", "2016"]),
        ("year:2014|2016", "year", ["2014", "2016"]),
        ("year:none", "year", ["nd"]),
        ("年份:未知", "year", ["nd"]),
        ("章节:主动公开", "section", ["proactive"]),
        ("章节：主動公開", "section", ["proactive"]),
        ("section:proactive,requests", "section", ["proactive", "requests"]),
        ("主题:领事保护与服务", "topic", ["consular"]),
        ("主题:「预算决算与三公」", "topic", ["budget"]),
        ("主题:budget", "topic", ["budget"]),
        ("机关:外交部", "agency", ["外交部"]),
        ("agency:waijiaobu", "agency", ["外交部"]),
        ('agency:"中华人民共和国外交部"', "agency", ["外交部"]),
        ("机关：“外交部”，“商务部”", "agency", ["外交部", "商务部"]),
        ("类型：表格", "type", ["table"]),
        ("type:paragraph", "type", ["paragraph"]),
        ("report:waijiaobu-2019", "report", ["waijiaobu-2019"]),
    ],
)
def test_values_are_resolved(
    text: str, field: str, values: list[str], strictly: Strictly, make: Make
) -> None:
    reading = strictly(text)
    assert reading.tree == make.field(field, *values)
    assert [(piece.text, piece.as_, piece.without) for piece in reading.read_as] == [(text, "field", "")]


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("2014..2019", 2014, 2019),
        ("2014..", 2014, None),
        ("..2019", None, 2019),
        ("2014-2019", 2014, 2019),
        ("2014—2019", 2014, 2019),
        ("2014～2019", 2014, 2019),
        ("2014年至2019年", 2014, 2019),
        ("２０１４．．２０１９", 2014, 2019),
        ("2014……2019", 2014, 2019),
        ("2014–2019", 2014, 2019),
    ],
)
def test_years_may_be_a_range(
    value: str, low: int | None, high: int | None, strictly: Strictly, make: Make
) -> None:
    assert strictly(f"year:{value}").tree == make.between(low, high)


def test_years_and_ranges_may_be_mixed(strictly: Strictly, make: Make) -> None:
    assert strictly("year:2008,2014..2019").tree == make.either(
        make.field("year", "2008"), make.between(2014, 2019)
    )


def test_a_field_ends_where_no_value_follows(strictly: Strictly, make: Make) -> None:
    year, word = make.field("year", "2014"), make.term("公司")
    for text in (
        "year:2014，公司",
        "year:2014 公司",
        "年份：2014、公司",
        "year:2014；公司",
        "(year:2014 公司)",
    ):
        assert strictly(text).tree == make.both(year, word), text
    assert strictly("year:2014|公司").tree == make.either(year, word)
    assert strictly("year:2014|year:2016 公司").tree == make.both(
        make.either(year, make.field("year", "2016")), word
    )


def test_a_colon_is_an_operator_only_behind_a_known_field_at_the_start(
    strictly: Strictly, make: Make
) -> None:
    assert strictly("单位：万元").tree == make.both(make.term("单位"), make.term("万元"))
    assert strictly("工作年份：2014").tree != make.field("year", "2014")
    assert strictly("“公司”年份:2014").tree == make.both(make.phrase("公司"), make.field("year", "2014"))


def test_the_year_of_reports_without_one_can_be_asked_for(strictly: Strictly, make: Make) -> None:
    assert strictly(f"year:{NO_YEAR}").tree == make.field("year", NO_YEAR)
