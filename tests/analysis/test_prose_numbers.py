"""What the numbers of running text are worth, and which stand for no quantity."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_search.analysis.amounts import Amount, read_amount
from report_search.analysis.fold import fold
from report_search.analysis.prose_numbers import ProseNumber, quantities, read_numbers
from tests.engine.corpus import PIECES
from tests.sampling import sampled


def read(text: str) -> list[tuple[str, float, str]]:
    """Each quantity as printed, what it is worth, and its unit."""
    folded = fold(text)
    return [(folded.text[n.start : n.end], n.value, n.unit) for n in quantities(folded)]


def kinds(text: str) -> list[str]:
    return [number.kind for number in read_numbers(fold(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("举办例行记者会 225 场，发布微博 732 条", [("225", 225, "场"), ("732", 732, "条")]),
        ("共收到申请１，２３４件", [("1,234", 1234, "件")]),
        ("投入66.7万元，比3亿元少", [("66.7万", 667_000, "元"), ("3亿", 300_000_000, "元")]),
        ("总量3万亿、5千万、2万5千人", [("3万亿", 3e12, ""), ("5千万", 5e7, ""), ("2万5千", 25_000, "人")]),
        ("受理十三件，五千万人", [("十三", 13, "件"), ("五千万", 5e7, "人")]),
        ("二十万零三百人", [("二十万零三百", 200_300, "人")]),
        ("3至5件、10—20个", [("3", 3, "件"), ("5", 5, "件"), ("10", 10, "个"), ("20", 20, "个")]),
        ("2000至3000件", [("2000", 2000, "件"), ("3000", 3000, "件")]),
        ("净流入-5人，为-3", [("-3", -3, "")]),
        ("温度(-5)", [("-5", -5, "")]),
        ("15日内答复，20个工作日，3个月", [("15", 15, "日"), ("20", 20, "个工作日"), ("3", 3, "个月")]),
        ("提高3.2个百分点", [("3.2", 3.2, "个百分点")]),
        ("全长12km，APP12个", [("12", 12, ""), ("12", 12, "个")]),
        ("（1）12件", [("12", 12, "件")]),
        ("召开3次会议", [("3", 3, "次")]),
        ("平均用时28分钟", [("28", 28, "分钟")]),
        ("抽查136家次，3件次日办结", [("136", 136, "家次"), ("3", 3, "件")]),
        ("得分92.5分。", [("92.5", 92.5, "分")]),
        ("", []),
    ],
)
def test_quantities_are_worth_what_is_printed(text: str, wanted: list[tuple[str, float, str]]) -> None:
    found = read(text)
    if "净流入-5" in text:
        # Between two characters a dash is no minus.
        assert found.pop(0) == ("5", 5, "人")
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("增长12.5％", [("12.5%", 12.5)]),
        ("占百分之五，千分之三", [("百分之五", 5), ("千分之三", 0.3)]),
        ("下降5%-10%，同比-5.3%", [("5%", 5), ("10%", 10), ("-5.3%", -5.3)]),
        ("3到5%", [("3", 3), ("5%", 5)]),
    ],
)
def test_percentages_are_told_from_numbers(text: str, wanted: list[tuple[str, float]]) -> None:
    folded = fold(text)
    found = quantities(folded)
    assert all(number.is_percent and not number.unit for number in found)
    assert [(folded.text[n.start : n.end], pytest.approx(n.value)) for n in found] == wanted


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(
            (text, "year")
            for text in ("2019年", "2019年度报告", "二〇一九年", "2015-2018年", "2014、2016年", "08年")
        ),
        *(
            (text, "year")
            for text in ("2019 政务公开", "（2019）", "2 0 1 9 年", "1.2019年，我部", "2018版画册")
        ),
        *(
            (text, "date")
            for text in ("12月31日", "1-10月", "5日", "3时", "上午9点", "80年代", "21世纪", "一季度")
        ),
        *(
            (text, "date")
            for text in ("2019-05-01", "2019/5/1", "2019.5.1", "10:30", "8月中旬", "上一年", "上一季度")
        ),
        *(
            (text, "ordinal")
            for text in (
                "第三次",
                "第十二条",
                "第36条至38条",
                "第三、四条",
                "十九届",
                "第(一)项",
                "人大二次会议",
            )
        ),
        *(
            (text, "list")
            for text in ("1.加强领导", "2、加强", "(3)加强", "4)加强", "①加强", "如下：1.加强；2.落实")
        ),
        *((text, "list") for text in ("⒈加强", "加强。\n5.落实", "2.1 公开情况")),
        *((text, "document") for text in ("〔2021〕30号", "[2019]60号", "国务院令第711号", "12号文")),
        *(
            (text, "name")
            for text in ("COVID-19", "G20峰会", "5g", "www.gov.cn/a12", "12345热线", "“12345”平台")
        ),
        *(
            (text, "name")
            for text in ("电话：65961114", "010-65961114", "邮编100701", "13800138000", "三分之2")
        ),
        *((text, "name") for text in ("7*24小时", "7×24小时", "比例为3:1", "二十国集团")),
    ],
)
def test_what_stands_for_no_quantity_is_left_out_by_its_kind(text: str, kind: str) -> None:
    assert set(kinds(text)) == {kind}


@pytest.mark.parametrize(
    "text", ["一是加强", "三公经费", "一带一路", "“十三五”规划", "统一部署", "（一）总体情况", "双随机"]
)
def test_numerals_that_count_nothing_are_no_numbers(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "value", "qualifier"),
    [
        ("近2000条", 2000, "近"),
        ("约30余万件", 300_000, "约余"),
        ("超过100次", 100, "超过"),
        ("300多万人", 3_000_000, "多"),
        ("3千余件", 3000, "余"),
        ("受理12件", 12, ""),
        ("不超过20个工作日", 20, "不超过"),
        ("每次15条以上", 15, "以上"),
        ("阅读量10万+", 100_000, "+"),
        ("拍摄12件多媒体作品", 12, ""),
    ],
)
def test_what_is_not_exact_says_so(text: str, value: float, qualifier: str) -> None:
    (number,) = quantities(fold(text))
    assert (number.value, number.qualifier) == (value, qualifier)


@settings(max_examples=sampled(300), deadline=None)
@given(
    st.lists(
        st.sampled_from((*PIECES, "%", ".", ":", "(", ")", "年", "月", "-", "至", "万")), max_size=14
    ).map("".join)
)
def test_any_text_gives_numbers_in_order_and_in_range(text: str) -> None:
    folded = fold(text)
    last = 0
    for number in read_numbers(folded):
        assert isinstance(number, ProseNumber)
        assert last <= number.start < number.end <= len(folded.text)
        assert "\t" not in folded.text[number.start : number.end]
        last = number.end


@pytest.mark.parametrize(
    ("typed", "value", "is_percent"),
    [
        ("100", 100, False),
        ("１，２３４．５", 1234.5, False),
        ("-3", -3, False),
        ("−3", -3, False),
        ("5千万", 5e7, False),
        ("五千万", 5e7, False),
        ("五十", 50, False),
        ("一", 1, False),
        ("三点五亿", 3.5e8, False),
        ("1.2万亿", 1.2e12, False),
        ("3亿5千万", 3.5e8, False),
        ("12.5％", 12.5, True),
        ("百分之五", 5, True),
        ("5‰", 0.5, True),
    ],
)
def test_an_amount_is_worth_what_the_text_would_be(typed: str, value: float, is_percent: bool) -> None:
    assert read_amount(typed) == Amount(value, is_percent)


@pytest.mark.parametrize("typed", ["", "abc", "1,23", "12件", "1.2.3", "-", "万", "十万五万", "点五"])
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert read_amount(typed) is None
