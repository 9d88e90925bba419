"""Dates, years and numerals as they are printed, in digits and in Chinese characters."""

from __future__ import annotations

import datetime

import pytest

from indexer.text.dates import (
    academic_year_in,
    compact_date_in,
    date_in,
    document_number_in,
    is_document_number,
    period_in,
    with_arabic_years,
    years_in,
)
from indexer.text.ordinals import begins_item, han_numeral, numeral_value, ordinal_of


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("2014年12月19日", "2014-12-19"),
        ("２０１４年１２月１９日", "2014-12-19"),
        ("2014 年 1 月 9 日", "2014-01-09"),
        ("2014-12-19 08:30", "2014-12-19"),
        ("2014/1/9", "2014-01-09"),
        ("2014.12.31", "2014-12-31"),
        ("二〇一四年12月19日", "2014-12-19"),
        ("二〇一四年十二月三十一日", "2014-12-31"),
        ("二○一九年十月一日", "2019-10-01"),
        ("二零二〇年三月十日", "2020-03-10"),
        ("二〇二一年一月十一日", "2021-01-11"),
        ("二〇二一年二月二十日", "2021-02-20"),
        ("二〇二一年十一月二十九日", "2021-11-29"),
        ("二〇二一年九月三十日", "2021-09-30"),
        ("二〇二〇年二月二十九日", "2020-02-29"),
        ("印发于二〇二一年三月五日，共印3份", "2021-03-05"),
        # A date in digits is preferred, wherever it is.
        ("二〇二一年三月五日（2020年1月31日）", "2020-01-31"),
        # A date that does not exist is passed over, and the next one counts.
        ("2021年2月30日，2021年3月1日", "2021-03-01"),
    ],
)
def test_a_whole_date_is_read(printed: str, date: str) -> None:
    assert date_in(printed) == date


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "2014年12月",
        "12月19日",
        "2021年2月30日",
        "2021年13月1日",
        "2021年1月0日",
        "12021年1月1日",
        "1999年12月31日",
        "二〇二一年十三月一日",
        "二〇二一年二月三十日",
        "二〇二一年一二月一日",
        "二〇二一年五月",
        "一九九九年十二月三十一日",
    ],
)
def test_what_is_no_whole_date_or_does_not_exist_is_none(printed: str) -> None:
    assert date_in(printed) == ""


def test_every_day_of_a_year_in_chinese_numerals() -> None:
    first = datetime.date(2020, 1, 1)
    days = [first + datetime.timedelta(days=n) for n in range(366)]
    assert days[-1] == datetime.date(2020, 12, 31)
    for day in days:
        printed = f"二〇二〇年{han_numeral(day.month)}月{han_numeral(day.day)}日"
        assert date_in(printed) == day.isoformat(), printed


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("二〇二三年", "2023年"),
        ("二○二三年", "2023年"),
        ("二O二三 年", "2023 年"),
        ("二零一九至二〇二〇学年", "2019至2020学年"),
        ("２０２３年", "2023年"),
        ("二〇二三号", "二〇二三号"),
        ("二百二十三年", "二百二十三年"),
    ],
)
def test_chinese_years_become_digits_and_other_numerals_stay(printed: str, folded: str) -> None:
    assert with_arabic_years(printed) == folded


def test_years_are_four_digits_from_2000_on() -> None:
    assert years_in("2019年和二〇二〇年，1999年，12021，2021号") == [2019, 2020, 2021]


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("/202001/t20200131_12.html", "2020-01-31"),
        ("20200131", "2020-01-31"),
        ("20201301", ""),
        ("120200131", ""),
        ("202001311", ""),
        ("2020-01-31", ""),
    ],
)
def test_a_date_of_eight_digits(printed: str, date: str) -> None:
    assert compact_date_in(printed) == date


def test_a_document_number_is_told_from_the_text_around_it() -> None:
    assert document_number_in("文号： 沪府办〔2020〕3号 ") == "沪府办〔2020〕3号"
    assert document_number_in("沪府办2020年3号") == ""
    assert is_document_number(" 沪府办〔2020〕3号 ")
    assert not is_document_number("见沪府办〔2020〕3号文")


@pytest.mark.parametrize(
    ("printed", "period"),
    [
        (
            "统计期限为2019年1月1日至2019年12月31日。",
            ("2019年1月1日至2019年12月31日", "2019-01-01", "2019-12-31"),
        ),
        ("2019年9月1日起至8月31日", ("2019年9月1日起至8月31日", "2019-09-01", "2020-08-31")),
        ("2019年2月30日至2019年12月31日", ("", "", "")),
        ("2019年1月1日至2019年12月32日", ("", "", "")),
        ("2019年1月1日", ("", "", "")),
    ],
)
def test_a_period_needs_both_days(printed: str, period: tuple[str, str, str]) -> None:
    assert period_in(printed) == period


def test_an_academic_year_stays_as_printed() -> None:
    assert academic_year_in("示例大学2020-2021学年信息公开年度报告") == "2020-2021学年"
    assert academic_year_in("示例大学2020年度报告") == ""


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("3", 3),
        ("１２", 12),
        ("③", 3),
        ("⑿", 12),
        ("㈢", 3),
        ("〇", 0),
        ("九", 9),
        ("十", 10),
        ("十一", 11),
        ("二十", 20),
        ("九十九", 99),
        ("一百", 100),
        ("一百零五", 105),
        ("一百二十三", 123),
        ("两百", 200),
        ("甲", -1),
        ("十甲", -1),
    ],
)
def test_numerals_have_a_value(numeral: str, value: int) -> None:
    assert numeral_value(numeral) == value


def test_chinese_numerals_below_a_hundred_and_back() -> None:
    assert [han_numeral(value) for value in (1, 10, 11, 20, 21, 99)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]
    assert all(numeral_value(han_numeral(value)) == value for value in range(1, 100))


@pytest.mark.parametrize(
    ("line", "style", "value", "rest"),
    [
        ("一、总体情况", "han", 1, "总体情况"),
        ("十二．其他", "han", 12, "其他"),
        ("（三）受理", "han-paren", 3, "受理"),
        ("第二部分 概述", "part", 2, "概述"),
        ("第十章：附则", "part", 10, "附则"),
        ("3.网站", "number", 3, "网站"),
        ("（4）微博", "number-paren", 4, "微博"),
        ("4）微博", "number-paren", 4, "微博"),
        ("② 咨询", "circle", 2, "咨询"),
    ],
)
def test_an_ordinal_begins_a_line(line: str, style: str, value: int, rest: str) -> None:
    ordinal = ordinal_of(line)
    assert ordinal is not None
    assert (ordinal.style, ordinal.value, ordinal.rest) == (style, value, rest)


@pytest.mark.parametrize("line", ["3.5万件", "2020年工作", "总体情况一、", "", "一带一路"])
def test_numbers_and_words_are_no_ordinals(line: str) -> None:
    assert ordinal_of(line) is None


@pytest.mark.parametrize("line", ["一是加强领导", "第二，加强培训", "其三是宣传", "首先要说明", "（一）受理"])
def test_an_enumeration_begins_an_item(line: str) -> None:
    assert begins_item(line)


def test_prose_begins_no_item() -> None:
    assert not begins_item("全年共受理申请")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019年9月1日至8月31日", "2019-09-01", "2020-08-31"),
        ("2019年9月1日至2020年8月31日", "2019-09-01", "2020-08-31"),
        ("2021年1月1日至12月31日", "2021-01-01", "2021-12-31"),
        ("2021年13月1日至12月31日，即2021年1月1日至12月31日", "2021-01-01", "2021-12-31"),
        ("2021年9月1日至2020年8月31日", "", ""),
        ("2023年3月1日至2月29日", "2023-03-01", "2024-02-29"),
    ],
)
def test_a_period_never_ends_before_it_begins(text: str, first: str, last: str) -> None:
    assert period_in(text)[1:] == (first, last)


def test_a_later_date_in_chinese_numerals_counts_where_the_first_does_not_exist() -> None:
    assert date_in("二〇二〇年二月三十日更正，二〇二〇年三月一日印发") == "2020-03-01"
    assert date_in("二〇二〇年二月三十日") == ""
