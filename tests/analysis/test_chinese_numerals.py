"""Chinese numerals: which are well formed, and where they stand for a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_search.analysis.chinese_numerals import numeral_variants, parse
from report_search.analysis.fold import fold
from report_search.analysis.matching import occurs_in
from report_search.analysis.mixed_numerals import mixed_numerals, parse_mixed

DIGITS = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        *(
            ("一", "1"),
            ("两", "2"),
            ("十", "10"),
            ("十三", "13"),
            ("二十", "20"),
            ("廿一", "21"),
            ("卅", "30"),
        ),
        *(
            ("一百零五", "105"),
            ("一百一十三", "113"),
            ("一百十三", "113"),
            ("三百二十一", "321"),
            ("两百五十", "250"),
        ),
        *(("一千零五", "1005"), ("一千零五十", "1050"), ("两千", "2000"), ("一千〇五", "1005")),
        *(
            ("一万二千", "12000"),
            ("一万零五百", "10500"),
            ("二十万三千", "203000"),
            ("二十万零三千", "203000"),
        ),
        *(("九十九万九千九百九十九", "999999"), ("一亿零五", "100000005"), ("三亿五千万零六", "350000006")),
        *(("十三万", "13万"), ("两万", "2万"), ("三千万", "3000万"), ("十三亿", "13亿"), ("伍拾", "50")),
        *(
            ("三万亿", "30000亿"),
            ("三亿五千万", "35000万"),
            ("一亿零三万", "10003万"),
            ("一万五千亿", "15000亿"),
        ),
    ],
)
def test_well_formed_numerals(numeral: str, value: str) -> None:
    assert parse(numeral) == value


@pytest.mark.parametrize(
    "numeral",
    [
        *(
            "",
            "零",
            "百",
            "千",
            "万",
            "千万",
            "十十",
            "两十",
            "一百零两",
            "零五",
            "五零",
            "三五",
            "七八十",
            "一百五",
            "三百一",
        ),
        *(
            "一千五十",
            "一千零零五",
            "一百零五十",
            "一万五百",
            "十百",
            "百十",
            "二二",
            "陆",
            "3",
            "甲",
        ),
    ],
)
def test_what_is_no_numeral_has_no_reading(numeral: str) -> None:
    assert parse(numeral) == ""


def spell(value: int) -> str:
    """The standard way to write a number below 100,000,000."""
    high, low = divmod(value, 10_000)
    if high:
        gap = "零" if 0 < low < 1000 else ""
        return spell(high) + "万" + (gap + spell(low) if low else "")
    said = ""
    pending = False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            said += ("零" if pending and said else "") + DIGITS[digit] + name
        pending = digit == 0
    return said


@given(st.integers(1, 99_999_999))
def test_every_number_written_the_standard_way_is_read(value: int) -> None:
    expected = f"{value // 10_000}万" if value % 10_000 == 0 else str(value)
    assert parse(spell(value)) == expected


def read(text: str) -> str:
    """``text`` with every numeral replaced by its reading."""
    folded = fold(text).text
    for start, end, reading in reversed(list(numeral_variants(folded))):
        folded = folded[:start] + reading + folded[end:]
    return folded


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("第十二条", "第12条"),
        ("第三十条（一）项", "第30条(一)项"),
        ("第三十一、三十二条", "第31、32条"),
        ("第一〇五号", "第105号"),
        ("申请十三件", "申请13件"),
        ("三百二十一件", "321件"),
        ("两千个", "2000个"),
        ("一万二千件", "12000件"),
        ("十三万元", "13万元"),
        ("十五万余元", "15万余元"),
        ("二十余次", "20余次"),
        ("三千多万条", "3000多万条"),
        ("一百二十余万元", "120余万元"),
        ("一次", "1次"),
        ("一个项目", "1个项目"),
        ("二十个工作日", "20个工作日"),
        ("十九届四中全会", "19届四中全会"),
        ("二十国集团", "20国集团"),
        ("二〇二三年度", "2023年度"),
        ("二○一八—二零二〇年", "2018-2020年"),
        ("二0二三年", "2023年"),
        ("二Ｏ二三年", "2023年"),
        ("一九九八年", "1998年"),
        ("〇八年", "08年"),
        ("二〇二二，二〇二三年", "2022,2023年"),
        ("二〇一九年十二月三十一日", "2019年12月31日"),
        ("二 〇 二 三 年", "2023年"),
        ("兩萬元", "2万元"),
        ("伍拾萬元", "50万元"),
        ("二О一三年", "2013年"),
        ("二ο一三年", "2013年"),
        ("增长百分之五。", "增长5%。"),
        ("百分之三点五至百分之十二", "3.5%至12%"),
        ("百分之零点五", "0.5%"),
        ("百分之百", "100%"),
        ("百分之5.2", "5.2%"),
        ("千分之三", "3‰"),
        ("三点五亿元", "3.5亿元"),
        ("三点五个百分点", "3.5个百分点"),
        ("一点二倍", "1.2倍"),
        ("两点五万余件", "2.5万余件"),
    ],
)
def test_numerals_that_stand_for_numbers(text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize(
    "text",
    [
        *(
            "一带一路",
            "三微一体",
            "四个全面",
            "两个一百年",
            "八项规定",
            "一国两制",
            "中法两国",
            "十三五规划",
            "第一时间",
            "一次性",
        ),
        *(
            "一是围绕",
            "（一）",
            "一、总体情况",
            "十九大",
            "三中全会",
            "九八年",
            "三五年",
            "七八个",
            "两三个",
            "一两次",
            "万一人",
        ),
        *(
            "统一部署",
            "统一条件",
            "之一件",
            "逐一项",
            "一部分",
            "一条件",
            "三项目",
            "数十件",
            "几十个",
            "百余件",
            "千万个",
            "一起",
        ),
        *(
            "三分之二",
            "百分之五十多",
            "百分之七八",
            "下午三点五分",
            "三点五次",
            "零点零五元",
            "5十三件",
            "三3件",
            "十三,345件",
            "5,十三件",
            "二〇一九.5",
            "十分重要",
        ),
        *("○○年", "○○○○年", "零零号"),
        *("80万元", "13件", "第12条"),
    ],
)
def test_numerals_that_are_left_alone(text: str) -> None:
    assert read(text) == fold(text).text


def test_neighbours_that_would_join_to_one_number_are_both_left_alone() -> None:
    assert read("第十二,三百四十五条") == "第十二,三百四十五条"
    assert read("第十二、三百四十五条") == "第12、345条"


def test_the_brackets_of_an_item_may_as_well_be_missing() -> None:
    def found(text: str) -> set[str]:
        folded = fold(text).text
        return {folded[:start] + reading + folded[end:] for start, end, reading in numeral_variants(folded)}

    assert found("第（一）项") == {"第(1)项", "第1项"}
    assert found("第(12)款") == {"第12款"}
    assert found("第（一）号") == {"第(1)号"}
    assert found("第（一带）项") == {"第(1带)项"}


@pytest.mark.parametrize(
    ("mixed", "number"),
    [
        *(
            ("5千万", "5000万"),
            ("3万亿", "30000亿"),
            ("2.5千万", "2500万"),
            ("6拾万", "60万"),
            ("3亿5千万", "35000万"),
        ),
        *(("2万5千", "25000"), ("7千", "7000"), ("4百", "400"), ("2千5百3十6", "2536"), ("1万2000", "12000")),
        *(("80万", "80万"), ("5000万", "5000万")),
        *(("20千", ""), ("3万5", ""), ("5千3", ""), ("3亿万", ""), ("1.5千", ""), ("0百", "")),
    ],
)
def test_numerals_half_in_digits(mixed: str, number: str) -> None:
    assert parse_mixed(mixed) == number


@pytest.mark.parametrize(
    "text", ["80万元", "3千米", "6千瓦", "5百分点", "2千克", "1,234千人", "3.5千人", "G20千人", "10万零5百人"]
)
def test_no_number_is_cut_or_taken_from_another_word(text: str) -> None:
    assert list(mixed_numerals(text)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("投入5千万元", "投入五千万元"), ("投入5000万元", "投入5千万元"), ("投入3万亿元", "投入三万亿元")),
        *(("受理3千余件", "受理三千余件"), ("受理三千余", "受理3千余"), ("受理3000余件", "受理3千余件")),
        *(("覆盖二十二省", "覆盖22省"), ("十二部门联合", "12部门联合"), ("三亿五千万元", "3亿5千万元")),
    ],
)
def test_both_ways_of_writing_find_each_other(one: str, other: str) -> None:
    assert occurs_in(fold(one), fold(other))
    assert occurs_in(fold(other), fold(one))
