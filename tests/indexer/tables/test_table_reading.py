"""What a reader must survive, one by one: tables."""

from __future__ import annotations

import pytest

from indexer.document import Grid, GridCell
from indexer.read_report import read_bytes
from indexer.tables.build import build_tables
from report_search.errors import ReadError
from report_search.model import Cell, Report, Row, Table

TITLE = "示例市民政局2020年政府信息公开工作年度报告"
REQUESTS = "三、收到和处理政府信息公开申请情况"
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
LEGAL = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
LABELS = (
    ("（一）予以公开",),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）",),
    *(("（三）不予公开", row) for row in (
        "1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益",
        "5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项")),
    *(("（四）无法提供", row) for row in (
        "1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确")),
    *(("（五）不予处理", row) for row in (
        "1.信访举报投诉类申请", "2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请",
        "5.要求行政机关确认或重新出具已获取信息")),
)  # fmt: skip
OTHER_2019 = (("（六）其他处理",),)
OTHER_2021 = tuple(("（六）其他处理", row) for row in (
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "3.其他"))  # fmt: skip


def rows_of(version: int) -> list[tuple[str, ...]]:
    others = OTHER_2019 if version == 2019 else OTHER_2021
    inner = [("三、本年度办理结果", *label) for label in (*LABELS, *others, ("（七）总计",))]
    return [("一、本年新收政府信息公开申请数量",), ("二、上年结转政府信息公开申请数量",), *inner,
            ("四、结转下年度继续办理",)]  # fmt: skip


def values_of(row: int, rows: int) -> list[int]:
    """Numbers that keep every identity: each detail row has 1 for persons and 1 for firms."""
    details = rows - 4
    each = {0: details + 2, 1: 0, rows - 2: details, rows - 1: 2}.get(row, 1)
    return [each, each, 0, 0, 0, 0, 2 * each]


def marked_up(version: int) -> Grid:
    """The request table as the official form sets it, with spans."""
    rows: list[tuple[GridCell, ...]] = [
        (GridCell(CORNER, 3, 3), GridCell("申请人情况", 1, 7)),
        (GridCell("自然人", 2), GridCell("法人或其他组织", 1, 5), GridCell("总计", 2)),
        tuple(GridCell(name) for name in LEGAL),
    ]
    paths = rows_of(version)
    seen: set[tuple[str, ...]] = set()
    for at, path in enumerate(paths):
        cells = []
        for depth, name in enumerate(path):
            level = path[: depth + 1]
            if level not in seen:
                seen.add(level)
                under = sum(one[: depth + 1] == level for one in paths)
                cells.append(GridCell(name, under, 3 - depth if depth == len(path) - 1 else 1))
        cells += [GridCell(str(value)) for value in values_of(at, len(paths))]
        rows.append(tuple(cells))
    return Grid(tuple(rows))


def lines_of(version: int, border: str, *, only: int | None = None) -> list[str]:
    """The same table flattened: the cells that begin in each row, with ``border`` between them."""
    grid = marked_up(version)
    return [border.join(cell.text for cell in row) for row in grid.rows][:only]


def report(section: str, body: str) -> Report:
    return read_bytes(f"{TITLE}\n\n{section}\n\n{body}\n".encode(), "x.txt")


def only_table(read: Report) -> Table:
    tables = [block for _, one in read.walk() for block in one.blocks if isinstance(block, Table)]
    assert len(tables) == 1
    return tables[0]


def value(table: Table, headers: tuple[str, ...], path: tuple[str, ...]) -> Cell:
    row = next(row for row in table.body if row.headers == headers)
    return next(cell for cell in row.values if cell.path == path)


def codes(read: Report) -> list[str]:
    """What is warned of in the tables; each test report has one section only and no date."""
    return [one.code for one in read.warnings if one.code not in {"published-unknown", "section-missing"}]


@pytest.mark.parametrize("version", [2019, 2021])
def test_the_request_table_with_spans(version: int) -> None:
    (table,), warnings = build_tables([marked_up(version)], REQUESTS)
    assert table.form == f"b-{version}"
    assert [row.headers for row in table.body] == rows_of(version)
    assert [[cell.value for cell in row.values] for row in table.body] == [
        values_of(at, len(rows_of(version))) for at in range(len(rows_of(version)))
    ]
    assert value(table, rows_of(version)[4], ("申请人情况", "法人或其他组织", "商业企业")).value == 1
    assert warnings == []


FLAT = {
    "tabs": lambda lines: "\n".join(lines),
    "pipes": lambda lines: "\n".join("| " + line.replace("\t", " | ") + " |" for line in lines),
    "blanks": lambda lines: "\n".join(line.replace("\t", "   ") for line in lines),
    "single blanks": lambda lines: "\n".join(line.replace("\t", " ") for line in lines),
    "a cell a line": lambda lines: "\n".join(line.replace("\t", "\n") for line in lines),
    "a cell a line with empty lines": lambda lines: "\n\n".join(line.replace("\t", "\n\n") for line in lines),
    "a cell a line with pipes": lambda lines: "\n|\n".join(line.replace("\t", "\n|\n") for line in lines),
    "hundreds of pipes": lambda lines: "\n".join(line.replace("\t", "||||||") + "|" * 40 for line in lines),
}


@pytest.mark.parametrize("version", [2019, 2021])
@pytest.mark.parametrize("way", FLAT)
def test_a_flattened_request_table_is_rebuilt(version: int, way: str) -> None:
    read = report(REQUESTS, FLAT[way](lines_of(version, "\t")))
    table = only_table(read)
    (wanted,), _ = build_tables([marked_up(version)], REQUESTS)
    assert table.rows == wanted.rows
    assert table.form == wanted.form
    assert codes(read) == []


def test_a_markdown_pipe_table_loses_its_rule_and_nothing_else() -> None:
    body = "| 名称 | 数量 |\n|---|---:|\n| 公报 | 12 |\n| 画册 |  |"
    table = only_table(report("一、总体情况", body))
    assert [row.headers for row in table.body] == [("公报",), ("画册",)]
    assert [[(cell.value, cell.path) for cell in row.values] for row in table.body] == [
        [(12, ("数量",))],
        [(None, ("数量",))],
    ]


def test_a_file_that_ends_inside_the_table() -> None:
    read = report(REQUESTS, "\n".join(lines_of(2019, "\t", only=13)))
    assert codes(read) == ["table-ends-early"]
    where = read.warnings[-1].where
    assert where.startswith(REQUESTS)
    assert where.endswith("8.属于行政查询事项") or "属于" in where


def test_dropped_zero_cells_are_never_guessed() -> None:
    lines = lines_of(2019, "\t")
    lines[3] = "一、本年新收政府信息公开申请数量\t40"
    read = report(REQUESTS, "\n".join(lines))
    row = only_table(read).body[0]
    assert [(cell.text, cell.value, cell.path) for cell in row.values] == [("40", 40, ())]
    assert "table-row-unsure" in codes(read)
    assert any("一、本年新收" in one.where for one in read.warnings)


def test_an_empty_cell_is_not_zero() -> None:
    lines = lines_of(2019, "\t")
    lines[5] = "三、本年度办理结果\t（一）予以公开\t1\t\t0\t0\t0\t0\t2"
    table = only_table(report(REQUESTS, "\n".join(lines)))
    cells = table.body[2].values
    assert [(cell.text, cell.value) for cell in cells][:3] == [("1", 1), ("", None), ("0", 0)]
    assert cells[1].path == ("申请人情况", "法人或其他组织", "商业企业")


def test_column_heads_cut_off_are_told_from_the_form_and_warned_of() -> None:
    read = report(REQUESTS, "\n".join(lines_of(2019, "\t")[3:]))
    table = only_table(read)
    assert value(table, rows_of(2019)[0], ("申请人情况", "自然人")).value == 21
    assert codes(read) == ["table-head-missing"]


def test_contradicting_totals_are_warned_of_one_by_one_and_never_mended() -> None:
    lines = lines_of(2019, "\t")
    lines[3] = "一、本年新收政府信息公开申请数量\t30\t21\t0\t0\t0\t0\t99"
    read = report(REQUESTS, "\n".join(lines))
    assert only_table(read).body[0].values[-1].text == "99"
    assert sorted(codes(read)) == ["identity-broken", "identity-broken", "total-mismatch"]
    mismatch = next(one for one in read.warnings if one.code == "total-mismatch")
    assert mismatch.where.endswith("一、本年新收政府信息公开申请数量 › 申请人情况 › 总计")


@pytest.mark.parametrize("at", [5, 9, 13, 20])
@pytest.mark.parametrize("head_again", [False, True])
def test_a_table_continued_on_the_next_page_is_one(at: int, head_again: bool) -> None:
    whole = marked_up(2021)
    first = Grid(whole.rows[:at], page=1)
    rest = split_rows(whole, at)
    second = Grid((*whole.rows[:3], *rest) if head_again else rest, page=2)
    tables, warnings = build_tables([first, second], REQUESTS)
    (wanted,), _ = build_tables([whole], REQUESTS)
    assert len(tables) == 1
    assert [row.headers for row in tables[0].body] == [row.headers for row in wanted.body]
    assert [[cell.value for cell in row.values] for row in tables[0].body] == [
        [cell.value for cell in row.values] for row in wanted.body
    ]
    assert [one.code for one in warnings] == []


def split_rows(whole: Grid, at: int) -> tuple[tuple[GridCell, ...], ...]:
    """The rows from ``at`` on, as a page break leaves them: cells that span into them begin anew, empty."""
    open_cells = []
    for row in range(3, at):
        column = 0
        for cell in whole.rows[row]:
            if row + cell.rowspan > at:
                open_cells.append(GridCell("", row + cell.rowspan - at, cell.colspan))
            column += cell.colspan
    return ((*open_cells, *whole.rows[at]), *whole.rows[at + 1 :])


def test_a_row_label_split_over_two_pages() -> None:
    whole = marked_up(2019)
    at = next(n for n, row in enumerate(whole.rows) if row[0].text.startswith("2.其他法律"))
    label, *numbers = whole.rows[at]
    first = Grid((*whole.rows[:at], (GridCell("2.其他法律行政"), *numbers)), page=1)
    rest = split_rows(whole, at + 1)
    torn = (
        GridCell("", rest[0][0].rowspan + 1),
        GridCell("", rest[0][1].rowspan + 1),
        GridCell("法规禁止公开"),
    )
    second = Grid(((*torn, *(GridCell("") for _ in numbers)), rest[0][2:], *rest[1:]), page=2)
    tables, warnings = build_tables([first, second], REQUESTS)
    assert label.text == "2.其他法律行政法规禁止公开"
    assert [row.headers for row in tables[0].body] == rows_of(2019)
    assert warnings == []


def test_vertical_labels_and_broken_heads_are_read_as_one_line() -> None:
    grid = marked_up(2019)
    rows = [list(row) for row in grid.rows]
    rows[5][0] = GridCell("\n".join("三、本年度办理结果"), 20)
    rows[1][0] = GridCell("自然\n人", 2)
    (table,), warnings = build_tables([Grid(tuple(map(tuple, rows)))], REQUESTS)
    assert value(table, rows_of(2019)[3], ("申请人情况", "自然人")).value == 1
    assert warnings == []


A_2019 = """第二十条第（一）项
信息内容\t本年新制作数量\t本年新公开数量\t对外公开总数量
规章\t1\t1\t3
规范性文件\t1\t1\t
第二十条第（五）项
信息内容\t上一年项目数量\t本年增/减\t处理决定数量
行政许可\t893\t-183\t12,854,581
其他对外管理服务事项\t16334\t+5174\t66.7 万件
第二十条第（六）项
信息内容\t上一年项目数量\t本年增/减\t处理决定数量
行政处罚\t4309\t－3\t０
行政强制\t261\t0\t6.62 %
第二十条第（八）项
信息内容\t上一年项目数量\t本年增/减
行政事业性收费\t49\t-1
第二十条第（九）项
信息内容\t采购项目数量\t采购总金额
政府集中采购\t47\t251000元"""


@pytest.mark.parametrize("way", FLAT)
def test_the_disclosure_table_of_2019_flattened_in_any_way(way: str) -> None:
    lines = A_2019.replace("规范性文件\t1\t1\t\n", "规范性文件\t1\t1\t2\n").split("\n")
    read = report("二、主动公开政府信息情况", FLAT[way](lines))
    table = only_table(read)
    five = "第二十条第（五）项"
    assert table.form == "a-2019"
    assert value(table, (five, "其他对外管理服务事项"), ("处理决定数量",)).value == 66.7
    assert value(table, ("第二十条第（九）项", "政府集中采购"), ("采购总金额",)).unit == "元"
    assert codes(read) == []


def test_values_keep_sign_unit_and_print() -> None:
    table = only_table(report("二、主动公开政府信息情况", A_2019))
    found = {
        cell.text: (cell.value, cell.unit)
        for row in table.body
        for cell in row.values
        if cell.text not in {"0", "1"}
    }
    assert found["-183"] == (-183, "")
    assert found["+5174"] == (5174, "")
    assert found["12,854,581"] == (12854581, "")
    assert found["－3"] == (-3, "")
    assert found["０"] == (0, "")
    assert found["6.62 %"] == (6.62, "%")
    assert found["251000元"] == (251000, "元")
    assert found[""] == (None, "")


def grid(text: str) -> Grid:
    """Rows by line, cells by ``|``; ``x*2`` spans two columns."""
    rows = []
    for line in text.strip().split("\n"):
        cells = []
        for cell in line.split("|"):
            name, _, span = cell.strip().partition("*")
            cells.append(GridCell(name, 1, int(span or 1)))
        rows.append(tuple(cells))
    return Grid(tuple(rows))


def test_both_forms_in_one_report_are_told_by_their_heads() -> None:
    a = grid("第二十条第（一）项*4\n信息内容|本年制发件数|本年废止件数|现行有效件数\n规章|1|2|3\n行政规范性文件|4|5|6\n"
             "第二十条第（五）项*4\n信息内容|本年处理决定数量*3\n行政许可|7*3\n"
             "第二十条第（六）项*4\n信息内容|本年处理决定数量*3\n行政处罚|8*3\n行政强制|9*3\n"
             "第二十条第（八）项*4\n信息内容|本年收费金额（单位：万元）*3\n行政事业性收费|59237.2449*3")  # fmt: skip
    (first,), _ = build_tables([a], "二")
    (second,), _ = build_tables([marked_up(2019)], "三")
    assert (first.form, second.form) == ("a-2021", "b-2019")
    fee = value(first, ("第二十条第（八）项", "行政事业性收费"), ("本年收费金额（单位：万元）",))
    assert (fee.value, fee.text) == (59237.2449, "59237.2449")


def test_a_footnote_mark_in_a_head_and_its_note_as_last_row() -> None:
    text = (
        "第二十条第（一）项[1]*5\n信息内容|本年新制作数量|本年新公开数量*2|对外公开总数量\n"
        "规章|12|12*2|287\n[1]该项内为现行有效的数量。||||"
    )
    (table,), _ = build_tables([grid(text)], "二")
    assert table.notes == ("[1]该项内为现行有效的数量。",)
    assert table.body[0].headers == ("第二十条第（一）项[1]", "规章")
    assert [cell.path for cell in table.body[0].values] == [
        ("本年新制作数量",),
        ("本年新公开数量",),
        ("对外公开总数量",),
    ]


def test_colspans_that_move_between_cells_keep_values_under_their_heads() -> None:
    text = (
        "第二十条第（五）项*5\n信息内容|上一年项目数量|本年增/减*2|处理决定数量\n行政许可|893*2|-183|12854581"
    )
    (table,), _ = build_tables([grid(text)], "二")
    assert [(cell.text, cell.path) for cell in table.body[0].values] == [
        ("893", ("上一年项目数量",)), ("-183", ("本年增/减",)), ("12854581", ("处理决定数量",))]  # fmt: skip


def test_the_table_of_reviews_with_spans_and_its_sums() -> None:
    outcomes = "结果维持|结果纠正|其他结果|尚未审结|总计"
    numbers = "1|2|3|4|10|0|0|0|0|0|1|1|1|1|5"
    rows: list[tuple[GridCell, ...]] = [
        (GridCell("行政复议", 1, 5), GridCell("行政诉讼", 1, 10)),
        (
            *(GridCell(one, 2) for one in outcomes.split("|")),
            GridCell("未经复议直接起诉", 1, 5),
            GridCell("复议后起诉", 1, 5),
        ),
        tuple(GridCell(one) for one in outcomes.split("|") * 2),
        tuple(GridCell(one) for one in numbers.split("|")),
    ]
    (table,), warnings = build_tables([Grid(tuple(rows))], "四")
    assert table.form == "c"
    assert value(table, (), ("行政诉讼", "复议后起诉", "结果维持")).value == 1
    assert value(table, (), ("行政复议", "总计")).value == 10
    assert [(one.code, one.where) for one in warnings] == [
        ("total-mismatch", "四 › 行政诉讼 › 复议后起诉 › 总计")
    ]


def test_the_statistics_annex_of_2014() -> None:
    text = (
        "统计指标|单位|统计数\n一、主动公开情况|——|——\n"
        "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）|条|1866\n其中：主动公开规范性文件数|条|12"
    )
    (table,), _ = build_tables([grid(text)], "附")
    assert table.form == "stats-2014"
    assert [row.headers[-1] for row in table.body][-1] == "其中：主动公开规范性文件数"
    assert [(cell.text, cell.path) for cell in table.body[-1].values] == [
        ("条", ("单位",)),
        ("12", ("统计数",)),
    ]


def test_a_table_of_no_form_has_heads_rows_and_columns() -> None:
    text = "地区|申请|办结\n东城|12|11\n西城|7|7\n合计|19|18"
    (table,), _ = build_tables([grid(text)], "一")
    assert table.form == ""
    assert [(row.headers, [cell.value for cell in row.values]) for row in table.body] == [
        (("东城",), [12, 11]), (("西城",), [7, 7]), (("合计",), [19, 18])]  # fmt: skip
    assert [cell.path for cell in table.body[0].values] == [("申请",), ("办结",)]


def test_a_table_of_words_only_loses_no_cell() -> None:
    text = "序号|文件名称|文号\n1|某办法|示政〔2020〕1号\n2|某细则|示政〔2020〕2号"
    (table,), _ = build_tables([grid(text)], "一")
    printed = [cell.text for row in table.rows for cell in row.cells]
    assert printed == text.replace("\n", "|").split("|")
    assert all(row.headers for row in table.body)


def test_spans_beyond_the_table_are_cut_and_huge_ones_refused() -> None:
    rows = ((GridCell("甲", 99), GridCell("1")), (GridCell("2"),))
    (table,), _ = build_tables([Grid(rows)], "一")
    assert sum(cell.text == "甲" for row in table.rows for cell in row.cells) == 1
    with pytest.raises(ReadError, match="表格"):
        build_tables([Grid(tuple((GridCell("x", 1, 1000),) for _ in range(1001)))], "一")


def test_rows_give_the_cells_that_begin_in_them() -> None:
    (table,), _ = build_tables([marked_up(2019)], REQUESTS)
    starts = [cell.text for row in table.body for cell in row.cells if cell.is_header]
    assert len(starts) == len(set(starts))
    assert isinstance(table.body[0], Row)


def test_a_cell_a_line_table_ends_at_the_next_heading() -> None:
    body = (
        "\n".join(A_2019.replace("\t", "\n").split("\n")) + "\n四、政府信息公开行政复议、行政诉讼情况\n无。"
    )
    read = report("二、主动公开政府信息情况", body)
    assert only_table(read).notes == ()
    assert [one.number for one in read.sections] == ["二", "四"]


def test_two_flattened_tables_that_touch_stay_two() -> None:
    read = report("二、主动公开政府信息情况", A_2019 + "\n" + "\n".join(lines_of(2019, "\t")))
    forms = [block.form for _, one in read.walk() for block in one.blocks if isinstance(block, Table)]
    assert forms == ["a-2019", "b-2019"]


def test_heads_of_two_levels_in_a_table_of_no_form() -> None:
    rows = (
        (GridCell("地区", 2), GridCell("申请", 1, 2), GridCell("答复", 1, 2)),
        (GridCell("网上"), GridCell("当面"), GridCell("按时"), GridCell("延期")),
        tuple(GridCell(one) for one in ["东城", "1", "2", "3", "0"]),
        tuple(GridCell(one) for one in ["西城", "", "5", "5", "0"]),
    )
    (table,), _ = build_tables([Grid(rows)], "一")
    assert value(table, ("西城",), ("申请", "网上")).value is None
    assert value(table, ("西城",), ("答复", "按时")).value == 5


def test_years_and_places_are_row_heads() -> None:
    (table,), _ = build_tables([grid("年份|申请|办结\n2019年|12|11\n2020年|7|7")], "一")
    assert [row.headers for row in table.body] == [("2019年",), ("2020年",)]
    (table,), _ = build_tables([grid("2019年|12\n2020年|7")], "一")
    assert [row.headers for row in table.body] == [("2019年",), ("2020年",)]


def test_an_empty_first_value_is_a_value_cell() -> None:
    text = "第二十条第（九）项*3\n信息内容|采购项目数量|采购总金额\n政府集中采购||10524 万元"
    (table,), _ = build_tables([grid(text)], "二")
    assert [(cell.text, cell.value, cell.path) for cell in table.body[0].values] == [
        ("", None, ("采购项目数量",)), ("10524 万元", 10524, ("采购总金额",))]  # fmt: skip


def test_a_traditional_table_is_told_by_its_heads_and_kept_as_printed() -> None:
    text = (
        "第二十條第（五）項*4\n信息內容|上一年項目數量|本年增/減|處理決定數量\n行政許可|893|-183|12854581\n"
        "其他對外管理服務事項|1|0|66.7 萬件"
    )
    (table,), _ = build_tables([grid(text)], "二")
    assert table.form == "a-2019"
    assert table.body[0].headers == ("第二十條第（五）項", "行政許可")
    assert value(table, ("第二十條第（五）項", "其他對外管理服務事項"), ("處理決定數量",)).unit == "萬件"
