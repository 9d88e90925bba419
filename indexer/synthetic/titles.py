"""Section titles by era, each with its canonical kind: what was printed from 2008 on."""

from __future__ import annotations

Titles = tuple[tuple[str, str], ...]
"""Printed titles in order, each with its kind."""

_CLASSIC: tuple[Titles, ...] = (
    (
        ("概述", "overview"),
        ("主动公开信息情况", "proactive"),
        ("依申请公开信息和不予公开信息情况", "requests"),
        ("信息公开收费及减免情况", "fees"),
        ("因信息公开申请行政复议或提起行政诉讼情况", "review"),
        ("信息公开工作存在的主要问题及改进措施", "problems"),
    ),
    (
        ("概述", "overview"),
        ("主动公开政府信息情况", "proactive"),
        ("依申请公开政府信息情况和不予公开政府信息的情况", "requests"),
        ("政府信息公开的收费及减免情况", "fees"),
        ("因政府信息公开申请投诉举报、行政复议、提起行政诉讼的情况", "review"),
        ("工作存在的主要问题及改进措施", "problems"),
    ),
    (
        ("概述", "overview"),
        ("主动公开政府信息情况", "proactive"),
        ("重点热点信息公开情况", "proactive"),
        ("依申请公开政府信息情况", "requests"),
        ("人大建议和政协提案办理结果公开情况", "other"),
        ("复议、诉讼情况", "review"),
        ("主要问题和改进措施", "problems"),
    ),
    (
        ("概述", "overview"),
        ("主动公开政府信息情况", "proactive"),
        ("依申请公开政府信息情况", "requests"),
        ("复议、诉讼情况", "review"),
        ("咨询处理情况", "other"),
        ("主要问题和改进措施", "problems"),
    ),
    (
        ("概述", "overview"),
        ("政府信息主动公开情况", "proactive"),
        ("政府信息依申请公开情况", "requests"),
        ("人员和收支情况", "organisation"),
        ("咨询情况", "other"),
        ("行政复议和行政诉讼情况", "review"),
        ("主要问题和改进措施", "problems"),
    ),
    (
        ("主要工作概述", "overview"),
        ("主动公开政府信息情况", "proactive"),
        ("依申请公开政府信息情况", "requests"),
        ("经费使用和收费情况", "fees"),
        ("行政复议和行政诉讼情况", "review"),
        ("主要问题和改进措施", "problems"),
        ("需要说明的事项", "other"),
    ),
)
_FIXED: tuple[Titles, ...] = tuple(
    (
        (overview, "overview"),
        (proactive, "proactive"),
        ("收到和处理政府信息公开申请情况", "requests"),
        (review, "review"),
        (problems, "problems"),
        ("其他需要报告的事项", "other"),
    )
    for overview, proactive, review, problems in (
        (
            "总体情况",
            "主动公开政府信息情况",
            "政府信息公开行政复议、行政诉讼情况",
            "存在的主要问题及改进情况",
        ),
        (
            "政府信息公开总体情况",
            "行政机关主动公开政府信息情况",
            "因政府信息公开工作被申请行政复议和提起行政诉讼情况",
            "政府信息公开工作存在的主要问题及改进情况",
        ),
        (
            "工作基本情况",
            "主动公开政府信息情况",
            "政府信息公开行政复议、行政诉讼情况",
            "存在问题及改进情况",
        ),
    )
)
ANNEX = ("政府信息公开情况统计表", "statistics")
"""The annex of the reports of 2014 to 2018, set as their last section."""


def titles_of(year: int) -> tuple[Titles, ...]:
    """The sets of titles that reports of ``year`` use."""
    if year >= 2019:
        return _FIXED
    if year >= 2014:
        return tuple((*titles, ANNEX) for titles in _CLASSIC)
    return _CLASSIC
