"""What printed titles and names stand for."""

from __future__ import annotations

import re

import pytest

from report_search.taxonomy import sections
from report_search.taxonomy.agencies import agencies, resolve


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("preamble", "引言 引　言 前言"),
        ("overview", "总体情况 概述 工作基本情况 政府信息公开总体情况 主要工作概述 一、概述"),
        ("proactive", "主动公开政府信息情况 行政机关主动公开政府信息情况 主动公开信息情况 政府信息主动公开情况 "
                      "重点热点信息公开情况 加强主动公开工作 继续推进财政资金信息公开 加强公共资源配置信息公开 "
                      "加强公共服务信息公开 政策解读和回应关切情况"),
        ("requests", "收到和处理政府信息公开申请情况 依申请公开信息和不予公开信息情况 继续做好依申请公开工作 "
                     "政府信息依申请公开情况 依申请公开政府信息情况和不予公开政府信息的情况"),
        ("review", "政府信息公开行政复议、行政诉讼情况 因信息公开申请行政复议或提起行政诉讼情况 复议、诉讼情况 "
                   "因政府信息公开申请投诉举报、行政复议、提起行政诉讼的情况 因信息公开工作受到举报的情况 "
                   "行政复议和行政诉讼情况"),
        ("problems", "存在的主要问题及改进情况 存在问题及改进情况 主要问题和改进措施 工作存在的主要问题及改进措施"),
        ("organisation", "加强制度建设和基础建设 监督保障 人员和收支情况"),
        ("fees", "信息公开收费及减免情况 政府信息公开的收费及减免情况 经费使用和收费情况"),
        ("statistics", "政府信息公开情况统计表 附表 清单事项公开情况表"),
        ("other", "其他需要报告的事项 咨询处理情况 人大建议和政协提案办理结果公开情况 需要说明的事项 大事记"),
    ],
)  # fmt: skip
def test_titles_since_2008(kind: str, titles: str) -> None:
    for title in titles.split(" "):
        assert sections.kind_of(title) == kind, title


def test_kinds_are_in_the_order_of_a_report_with_their_labels() -> None:
    assert list(sections.LABELS.items()) == [
        ("preamble", "引言"), ("overview", "总体情况"), ("proactive", "主动公开"), ("requests", "依申请公开"),
        ("review", "复议诉讼"), ("problems", "问题与改进"), ("organisation", "制度与保障"), ("fees", "收费"),
        ("statistics", "统计附表"), ("other", "其他事项")]  # fmt: skip


def test_known_titles_are_whole_titles() -> None:
    assert sections.is_known_title("三、收到和处理政府信息公开申请情况")
    assert not sections.is_known_title("加强主动公开工作")
    assert not sections.is_known_title("总体情况良好")
    assert not sections.is_known_title("")


def test_a_body_is_one_agency_however_it_is_written() -> None:
    for name in ("外交部", "中华人民共和国外交部", " 外交部 ", "外 交 部"):
        assert resolve(name).key == "waijiaobu"
    assert resolve("国家卫生和计划生育委员会").name == "国家卫生健康委员会"
    assert resolve("发改委") == resolve("国家发展和改革委员会")
    assert resolve("示例县民政局").key == ""
    assert resolve("我部").key == ""


def test_merged_bodies_are_not_their_successor() -> None:
    assert resolve("国家工商行政管理总局").name != resolve("国家市场监督管理总局").name


def test_the_table_is_sound() -> None:
    names: dict[str, str] = {}
    for agency in agencies():
        assert re.fullmatch(r"[a-z0-9]+", agency.key)
        for name in (agency.name, *agency.aliases, *(one.name for one in agency.former)):
            assert names.setdefault(name, agency.key) == agency.key
        assert all(one.start < one.end for one in agency.former)
    assert len({agency.key for agency in agencies()}) == len(agencies()) > 150
