"""The official forms of the tables, as facts: their heads and their rows as printed.

The forms of 2019 (国办公开办函〔2019〕60号) and of 2021 (国办公开办函〔2021〕30号). ``a`` is the table of proactive
disclosure, ``b`` that of requests, ``c`` that of reviews and lawsuits. The rule: labels are as the forms print them;
matching a printed label to them is the task of ``indexer.tables.labels``.
"""

from __future__ import annotations

from msgspec import Struct

FORM_YEARS = (2019, 2021)
"""The first years of the two forms: before and after each, reports have other sections and tables."""
RULE_OF_SUMS = "本列数据的勾稽关系"
"""How the top left cell of the request table begins."""

_REFUSED = (
    "1.属于国家秘密",
    "2.其他法律行政法规禁止公开",
    "3.危及“三安全一稳定”",
    "4.保护第三方合法权益",
    "5.属于三类内部事务信息",
    "6.属于四类过程性信息",
    "7.属于行政执法案卷",
    "8.属于行政查询事项",
)
_UNABLE = ("1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确")
_UNHANDLED = (
    "1.信访举报投诉类申请",
    "2.重复申请",
    "3.要求提供公开出版物",
    "4.无正当理由大量反复申请",
    "5.要求行政机关确认或重新出具已获取信息",
)
_OTHERWISE = (
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "3.其他",
)
_DONE = "三、本年度办理结果"
OTHERWISE = "（六）其他处理"
"""A row in the form of 2019, a group of three rows in that of 2021."""


def _request_rows(*, version: int) -> tuple[tuple[str, ...], ...]:
    # The form of 2021 divides what that of 2019 counts in one row.
    others = (
        ((_DONE, OTHERWISE),) if version == 2019 else tuple((_DONE, OTHERWISE, row) for row in _OTHERWISE)
    )
    return (
        ("一、本年新收政府信息公开申请数量",),
        ("二、上年结转政府信息公开申请数量",),
        (_DONE, "（一）予以公开"),
        (_DONE, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
        *((_DONE, "（三）不予公开", row) for row in _REFUSED),
        *((_DONE, "（四）无法提供", row) for row in _UNABLE),
        *((_DONE, "（五）不予处理", row) for row in _UNHANDLED),
        *others,
        (_DONE, "（七）总计"),
        ("四、结转下年度继续办理",),
    )


REQUEST_ROWS = {"b-2019": _request_rows(version=2019), "b-2021": _request_rows(version=2021)}
"""The value rows of the request table as the labels that lead to them: 23 in the form of 2019, 25 in that of 2021."""

_LEGAL = "法人或其他组织"
REQUEST_COLUMNS: tuple[tuple[str, ...], ...] = (
    ("申请人情况", "自然人"),
    *(
        ("申请人情况", _LEGAL, one)
        for one in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    ),
    ("申请人情况", "总计"),
)
"""The seven value columns of the request table, each as the heads that lead to it."""
_OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
REVIEW_COLUMNS: tuple[tuple[str, ...], ...] = (
    *(("行政复议", one) for one in _OUTCOMES),
    *(("行政诉讼", "未经复议直接起诉", one) for one in _OUTCOMES),
    *(("行政诉讼", "复议后起诉", one) for one in _OUTCOMES),
)
"""The fifteen columns of the table of reviews and lawsuits, five outcomes three times."""
DISCLOSURE_HEADS = {
    "a-2019": (
        "本年新制作数量",
        "本年新公开数量",
        "对外公开总数量",
        "上一年项目数量",
        "本年增/减",
        "采购项目数量",
        "采购总金额",
    ),
    "a-2021": ("本年制发件数", "本年废止件数", "现行有效件数", "本年处理决定数量", "本年收费金额"),
}
"""The heads that only one form of the disclosure table has, which tell the two apart."""
SHARED_DISCLOSURE_HEADS = ("信息内容", "处理决定数量")
DISCLOSURE_ROWS = (
    "规章",
    "规范性文件",
    "行政规范性文件",
    "行政许可",
    "其他对外管理服务事项",
    "行政处罚",
    "行政强制",
    "行政事业性收费",
    "政府集中采购",
)


class DisclosureBlock(Struct, frozen=True):
    """A block of the disclosure table: the item of article 20, its column heads, the label's first, and its rows."""

    item: str
    heads: tuple[str, ...]
    rows: tuple[str, ...]


_CHANGES = ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")
_DECISIONS = ("信息内容", "本年处理决定数量")
DISCLOSURE_BLOCKS: dict[str, tuple[DisclosureBlock, ...]] = {
    "a-2019": (
        DisclosureBlock(
            "一", ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"), ("规章", "规范性文件")
        ),
        DisclosureBlock("五", _CHANGES, ("行政许可", "其他对外管理服务事项")),
        DisclosureBlock("六", _CHANGES, ("行政处罚", "行政强制")),
        DisclosureBlock("八", _CHANGES[:-1], ("行政事业性收费",)),
        DisclosureBlock("九", ("信息内容", "采购项目数量", "采购总金额"), ("政府集中采购",)),
    ),
    "a-2021": (
        DisclosureBlock(
            "一", ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"), ("规章", "行政规范性文件")
        ),
        DisclosureBlock("五", _DECISIONS, ("行政许可",)),
        DisclosureBlock("六", _DECISIONS, ("行政处罚", "行政强制")),
        DisclosureBlock("八", ("信息内容", "本年收费金额"), ("行政事业性收费",)),
    ),
}
BLOCKS = {form: tuple(block.item for block in blocks) for form, blocks in DISCLOSURE_BLOCKS.items()}
"""The items of article 20 that the disclosure table has one block each for."""
