"""Tables that lost a part of their structure: values under the right heads, or a warning that names the row.

No number may stand under a head that is not its own without a word.
"""

from __future__ import annotations

import pytest

from indexer.document import Grid, GridCell
from indexer.read_report import read_bytes
from indexer.readers.pdf.reader import PdfReader
from indexer.tables.build import build_table
from report_search.analysis.cell_values import is_value
from report_search.model import Report, Table
from report_search.taxonomy.official_forms import REQUEST_COLUMNS, REVIEW_COLUMNS
from tests.indexer.readers.test_pdf import pdf, table

SECTION = "三、收到和处理政府信息公开申请情况"


def report(
    proactive: str = "略。", requests: str = "略。", review: str = "略。", *, name: str = "a.txt"
) -> Report:
    body = f"""某某县审计局2020年政府信息公开工作年度报告

一、总体情况

推进公开。

二、主动公开政府信息情况

{proactive}

三、收到和处理政府信息公开申请情况

{requests}

四、政府信息公开行政复议、行政诉讼情况

{review}

五、存在的主要问题及改进情况

解读不多。

六、其他需要报告的事项

无。
"""
    return read_bytes(body.encode(), name)


def tables(read: Report, kind: str) -> list[Table]:
    (section,) = [one for one in read.sections if one.kind == kind]
    blocks = [block for one in (section, *section.subsections) for block in one.blocks]
    return [block for block in blocks if isinstance(block, Table)]


def warned(read: Report, code: str) -> list[str]:
    return [one.where for one in read.warnings if one.code == code]


def values(found: Table) -> list[tuple[str, list[str]]]:
    return [(row.headers[-1], [cell.text for cell in row.values]) for row in found.body]


@pytest.mark.parametrize(
    ("title", "note"),
    [
        ("第二十条({})项", ""),
        ("第二十条第（{}）项", " 2019年"),
        ("第20条第({})项", "（2019）"),
        ("第二十条{}项", "（单位：件）"),
    ],
)
@pytest.mark.parametrize("change", ["+(0) -(0)", "+3\n-(1)", "＋（2）／－（0）", "增3 减1", "-12"])
def test_the_disclosure_table_with_definitions_and_changes(title: str, note: str, change: str) -> None:
    cells = [
        title.format("一"), "信息内容", "本年新", "本年新", "对外公开总数量",
        "规章：地方政府规章指由有立法权的地方", "人民政府制定的规范性文件。", "2", "1", "7",
        "行政规范性文件（指有普遍约束力的措施）" if note else "规范性文件是指有普遍约束力的措施。", "0", "0", "4",
        title.format("五"), "信息内容", f"上一年项目数量{note}", "本年增/减", "处理决定数量",
        "行政许可", "43", *change.split("\n"), "66", "其他对外管理服务事项", "19", "0", "0",
        title.format("六"), "信息内容", "上一年项目数量", "本年增/减", "处理决定数量",
        "行政处罚：是指对违法行为的惩戒。", "12", "0", "7", "行政强制", "0", "0", "0",
        title.format("八"), "信息内容", "上一年项目数量", "本年增/减", "行政事业性收费", "2", "0",
        title.format("九"), "信息内容", "采购项目数量", "采购总金额", "政府集中采购", "3", "45.6万元",
    ]  # fmt: skip
    read = report("\n".join(cells))
    (found,) = tables(read, "proactive")
    printed = change.replace("\n", " ")
    assert [numbers for _, numbers in values(found)] == [
        ["2", "1", "7"], ["0", "0", "4"], ["43", printed, "66"], ["19", "0", "0"], ["12", "0", "7"],
        ["0", "0", "0"], ["2", "0"], ["3", "45.6万元"],
    ]  # fmt: skip
    assert found.body[0].headers[-1] == "规章：地方政府规章指由有立法权的地方人民政府制定的规范性文件。"
    assert [cell.path[-1] for cell in found.body[2].values] == [
        f"上一年项目数量{note}",
        "本年增/减",
        "处理决定数量",
    ]
    assert not [one for one in read.warnings if one.code.startswith("table-") and one.where.startswith("二")]


@pytest.mark.parametrize("text", ["+(0) -(0)", "+0-0", "增加3 减少1", "＋（5）", "-(3)", "+(1,200)"])
def test_what_rose_and_fell_is_a_value(text: str) -> None:
    assert is_value(text)


@pytest.mark.parametrize("text", ["增加", "+", "减", "3 件 -", "+甲"])
def test_signs_alone_are_no_value_of_change(text: str) -> None:
    assert not is_value(text)


def test_prose_behind_the_table_that_begins_like_a_row_stays_prose() -> None:
    cells = [
        "第二十条第（一）项",
        "信息内容",
        "本年制发件数",
        "本年废止件数",
        "现行有效件数",
        "规章",
        "0",
        "0",
        "0",
    ]
    cells += ["行政规范性文件", "1", "0", "4", "行政许可：全年办理12件，比上年多。"]
    read = report("\n".join(cells))
    (section,) = [one for one in read.sections if one.kind == "proactive"]
    assert getattr(section.blocks[-1], "text", "") == "行政许可：全年办理12件，比上年多。"


PIECES = "| 维持 | 纠正 | 结果 | 审结 | 结果 | 结果 | 其他 | 尚未 | 结果 | 结果 | 其他 | 尚未 |"
FIFTEEN = [str(at) for at in range(15)]


@pytest.mark.parametrize("head", [PIECES, "| " + " | ".join(["结果"] * 15) + " |"])
def test_fifteen_values_under_torn_heads_are_the_table_of_reviews(head: str) -> None:
    rule = "|" + "---|" * (head.count("|") - 1)
    read = report(review=f"{head}\n{rule}\n| {' | '.join(FIFTEEN)} |", name="a.md")
    (found,) = tables(read, "review")
    assert found.form == "c"
    (row,) = found.body
    assert [(cell.text, cell.path) for cell in row.values] == list(zip(FIFTEEN, REVIEW_COLUMNS, strict=True))


def test_torn_heads_are_kept_and_warned_of() -> None:
    row = " | ".join(FIFTEEN)
    read = report(review=f"{PIECES}\n{row}")
    assert warned(read, "table-head-missing") == ["四、政府信息公开行政复议、行政诉讼情况"]
    (found,) = tables(read, "review")
    printed = [*found.notes, *(cell.text for one in found.rows if one.is_head for cell in one.cells)]
    assert sorted(printed) == sorted(cell.strip() for cell in PIECES.strip("| ").split("|"))


def test_rows_that_lost_their_heads_are_unsure() -> None:
    heads = "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n|---|---|---|---|"
    torn = "\n\n".join(f"## 表一：主动公开\n\n{one}" for one in (heads, "| 规章 | 2 | 7 |\n|---|---|---|"))
    read = report(torn, name="a.md")
    assert [one.split(" › ")[-1] for one in warned(read, "table-row-unsure")] == ["规章"]


def test_more_values_than_heads_are_unsure_in_any_table() -> None:
    read = report("| 项目 | 甲 | 乙 |\n|---|---|---|\n| 网站 | 1 | 2 |\n\n中间一段。", name="a.md")
    assert not warned(read, "table-row-unsure")
    grid = Grid(
        (
            tuple(GridCell(text, is_header=True) for text in ("项目", "甲", "乙")),
            tuple(map(GridCell, ("网站", "1", "2", "3"))),
        )
    )
    found, warnings = build_table(grid, "二")
    assert [one.code for one in warnings] == ["table-row-unsure"]
    assert [cell.path for cell in found.body[0].values] == [(), (), ()]


def test_heads_that_are_printed_twice_or_left_blank_are_no_doubt() -> None:
    rows = (("项目", "数量", "金额", "数量", ""), ("网站", "1", "2", "3", "4"))
    found, warnings = build_table(Grid(tuple(tuple(map(GridCell, row)) for row in rows)), "六")
    assert not warnings
    assert [cell.path for cell in found.body[0].values] == [("数量",), ("金额",), ("数量",), ()]


def test_heads_of_the_disclosure_table_that_lost_their_ends_are_no_doubt() -> None:
    rows = (
        ("第二十条第（一）项",),
        ("信息内容", "本年新", "本年新", "对外公开总数量"),
        ("规章", "1", "2", "3"),
        ("规范性文件", "0", "0", "0"),
    )
    found, warnings = build_table(Grid(tuple(tuple(map(GridCell, row)) for row in rows)), "二")
    assert not [one for one in warnings if one.code == "table-row-unsure"]
    assert [cell.path for cell in found.body[0].values] == [("本年新",), ("本年新",), ("对外公开总数量",)]


HEADS = ["申请人情况", *(column[-1] for column in REQUEST_COLUMNS)]
LABELS = [
    "一、本年新收政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "（一）予以公开",
    "1.属于国家秘密",
    "2.重复申请",
    "（七）总计",
]
FIRST = [40, 184, 234, 289, 344, 399, 454, 504, 555]


def numbers(row: int, *, lost: int = 0) -> list[str]:
    return [str(10 * row + at) for at in range(1, 8 - lost)]


def continued(second: list[float], *, lost: int = 0) -> tuple[Table, list[str]]:
    """The request table on two pages, the second part with columns at ``second``; labels of the rows warned of."""
    rows = [[label, *numbers(at)] for at, label in enumerate(LABELS)]
    below = [row[: 8 - lost] for row in rows[3:]]
    data = pdf(
        table(FIRST, [740 + 20 * at for at in range(5)], [HEADS, *rows[:3]]),
        table(second, [80 + 20 * at for at in range(len(below) + 1)], below),
    )
    (grid,) = [part for part in PdfReader().read(data, "x.pdf").parts if isinstance(part, Grid)]
    found, warnings = build_table(grid, SECTION)
    return found, [one.where.split(" › ")[-1] for one in warnings if one.code == "table-row-unsure"]


@pytest.mark.parametrize(
    "second",
    [
        [40, 300, 330, 360, 390, 420, 450, 480, 555],
        [40, 170, 200, 230, 300, 325, 400, 460, 555],
        [40, 189, 239, 294, 349, 404, 459, 509, 555],
        FIRST,
    ],
)
def test_a_continuation_with_other_widths_has_its_values_in_the_order_of_the_form(
    second: list[float],
) -> None:
    found, unsure = continued(second)
    wanted = [column[-1] for column in REQUEST_COLUMNS]
    assert [row.headers[-1] for row in found.body] == LABELS
    for at, row in enumerate(found.body):
        assert [(cell.path[-1], cell.text) for cell in row.values] == list(
            zip(wanted, numbers(at), strict=True)
        )
    assert not unsure


@pytest.mark.parametrize(
    "second", [[40, 300, 330, 360, 390, 420, 450, 555], [40, 186, 236, 291, 346, 401, 504, 555]]
)
def test_a_continuation_that_lost_a_column_is_unsure_row_by_row(second: list[float]) -> None:
    found, unsure = continued(second, lost=1)
    assert unsure == LABELS[3:]
    assert all(not cell.path for row in found.body[3:] for cell in row.values)
    assert all(cell.path for row in found.body[:3] for cell in row.values)


@pytest.mark.parametrize(("year", "warns"), [(2018, 0), (2019, 3), (2023, 3)])
def test_a_section_without_its_official_table_is_warned_of(year: int, warns: int) -> None:
    titles = ["总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况"]
    titles += ["政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项"]
    body = "\n\n".join(f"{n}、{title}\n\n见下图。" for n, title in zip("一二三四五六", titles, strict=True))
    read = read_bytes(f"某某县审计局{year}年政府信息公开工作年度报告\n\n{body}".encode(), "a.txt")
    assert (
        warned(read, "table-missing")
        == [f"{n}、{title}" for n, title in zip("二三四", titles[1:4], strict=True)][:warns]
    )


def test_reports_of_another_form_have_no_official_tables() -> None:
    body = "一、概述\n\n略。\n\n二、主动公开情况\n\n略。\n\n三、依申请公开和不予公开情况\n\n略。"
    read = read_bytes(f"某某大学2020年信息公开工作年度报告\n\n{body}".encode(), "a.txt")
    assert not warned(read, "table-missing")


def test_a_table_in_another_section_is_read_all_the_same() -> None:
    row = " | ".join(FIFTEEN)
    heads = " | ".join(path[-1] for path in REVIEW_COLUMNS)
    read = report(requests=f"行政复议 | 行政诉讼 |\n{heads} |\n{row} |")
    assert [one[0] for one in warned(read, "table-missing")] == ["二", "三"]
