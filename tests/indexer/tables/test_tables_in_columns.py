"""Tables in text that keeps the look of a page, as ``pdftotext -layout`` writes it: labels and heads torn over lines.

The texts are laid out here, so that every way of tearing a label can be tried on every row.
"""

from __future__ import annotations

import time
from random import Random

import pytest

from indexer.document import Line
from indexer.read_report import read_bytes
from indexer.tables.from_lines import collect_flat_tables
from report_search.model import Report, Table
from report_search.taxonomy.official_forms import REQUEST_COLUMNS, REQUEST_ROWS, REVIEW_COLUMNS

HEAD = """
                                                         申请人情况
（本列数据的勾稽关系为：第一项加第二项之和，                  法人或其他组织
等于第三项加第四项之和）
                               自然人                                              总计
                                        商业企      科研机     社会公益     法律服务
                                                                           其他
                                        业        构       组织       机构
"""
REVIEW_HEAD = """
   行政复议                              行政诉讼
                             未经复议直接起诉            复议后起诉
结果   结果    其他   尚未
                        总计
                              结 果   结果   其他   尚未         结果   结果    其他   尚未审
维持   纠正    结果    审结
                                                         总计                      总计
                              维持    纠正   结果   审结         维持   纠正    结果   结
"""
WIDE = "         "


def values(row: int) -> list[str]:
    """Seven values that tell the row: 3 × row + 1 in all."""
    parts = [row, row, 1, 0, row, 0]
    return [*map(str, parts), str(sum(parts))]


def laid_out(form: str, *, tear: str, letters: bool, seed: int = 1) -> list[str]:
    """The lines of the request table: ``tear`` says where torn labels stand, ``letters`` that vertical ones are set."""
    rng = Random(seed)
    vertical = [*"三、本年度办理结果"] if letters else []
    group: tuple[str, ...] = ()
    lines: list[str] = []
    for at, path in enumerate(REQUEST_ROWS[form]):
        label, numbers = path[-1], WIDE.join(values(at))
        if len(path) > 2 and path[:2] != group:
            group = path[:2]
            lines += [f"     {group[1][:4]}", "", f"     {group[1][4:]}"]
        middle = len(label) // 2
        side = f"{vertical.pop(0)}{WIDE}" if vertical and at > 3 else WIDE
        if tear == "around" and rng.random() < 0.5:
            lines += [f"{WIDE}{label[:middle]}", f"{side}{WIDE}{numbers}", f"{WIDE}{label[middle:]}"]
        elif tear == "below" and rng.random() < 0.5:
            lines += [f"{side}{label[:middle]}{WIDE}{numbers}", f"{WIDE}{label[middle:]}"]
        else:
            lines.append(f"{side}{label}{WIDE}{numbers}")
        lines.append("")
    return lines


def read(requests: str = "", reviews: str = "", proactive: str = "", *, year: int = 2023) -> Report:
    return read_bytes(
        f"""某某县审计局{year}年政府信息公开工作年度报告
     一、总体情况
     本年推进公开。
     二、主动公开政府信息情况
{proactive or "     本年主动公开。"}
     三、收到和处理政府信息公开申请情况
{requests or "     未收到申请。"}
     四、政府信息公开行政复议、行政诉讼情况
{reviews or "     未发生。"}
     五、存在的主要问题及改进情况
     解读形式单一。
     六、其他需要报告的事项
     无。
""".encode(),
        "report.txt",
    )


def only_table(report: Report, kind: str) -> Table:
    (section,) = [one for one in report.sections if one.kind == kind]
    assert not section.subsections
    (table,) = section.blocks
    assert isinstance(table, Table)
    return table


def codes(report: Report) -> list[str]:
    return [one.code for one in report.warnings if one.code not in ("published-unknown", "table-missing")]


def assert_whole(table: Table, form: str) -> None:
    assert table.form == form
    assert [row.headers for row in table.body] == list(REQUEST_ROWS[form])
    for at, row in enumerate(table.body):
        assert [cell.text for cell in row.values] == values(at)
        assert tuple(cell.path for cell in row.values) == REQUEST_COLUMNS


@pytest.mark.parametrize("form", ["b-2019", "b-2021"])
@pytest.mark.parametrize("letters", [True, False])
@pytest.mark.parametrize("tear", ["nowhere", "around", "below"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_row_of_the_request_table(form: str, letters: bool, tear: str, seed: int) -> None:
    lines = laid_out(form, tear=tear, letters=letters, seed=seed)
    report = read(HEAD + "\n".join(lines))
    table = only_table(report, "requests")
    if not letters:
        table_rows = [("三、本年度办理结果", *row.headers) for row in table.body[2:-1]]
        assert table_rows == list(REQUEST_ROWS[form][2:-1])
        return
    assert_whole(table, form)
    assert set(codes(report)) <= {"total-mismatch", "identity-broken"}


def test_a_page_mark_and_heads_printed_again_inside_the_table() -> None:
    lines = laid_out("b-2021", tear="around", letters=True)
    at = len(lines) // 2
    while lines[at]:
        at += 1
    report = read(HEAD + "\n".join([*lines[:at], "", "        - 4 -", HEAD, *lines[at:]]))
    assert_whole(only_table(report, "requests"), "b-2021")


def test_heads_that_are_lost_are_warned_of() -> None:
    report = read("\n".join(laid_out("b-2021", tear="nowhere", letters=True)))
    assert_whole(only_table(report, "requests"), "b-2021")
    assert "table-head-missing" in codes(report)


def test_a_row_without_a_printed_label_is_taken_only_where_nothing_else_can_be_meant() -> None:
    whole = laid_out("b-2021", tear="nowhere", letters=True)
    at = next(at for at, line in enumerate(whole) if "5.属于三类" in line)
    bare = [*whole[:at], WIDE * 3 + WIDE.join(values(8)), *whole[at + 1 :]]
    assert_whole(only_table(read(HEAD + "\n".join(bare)), "requests"), "b-2021")
    # Without the row below, nobody knows whether it is 5.… or 6.…: the line stays, and both rows are missing.
    below = next(at for at, line in enumerate(bare) if "6.属于四类" in line)
    report = read(HEAD + "\n".join([*bare[:below], *bare[below + 1 :]]))
    (section,) = [one for one in report.sections if one.kind == "requests"]
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    assert len(table.body) == 23
    assert "".join(values(8)) in "".join(getattr(block, "text", "") for block in section.blocks).replace(
        " ", ""
    )
    (warning,) = [one for one in report.warnings if one.code == "table-rows-missing"]
    assert "5.属于三类" in warning.message
    assert "6.属于四类" in warning.message


def test_a_row_with_a_value_lost_is_unsure() -> None:
    lines = laid_out("b-2021", tear="nowhere", letters=True)
    at = next(at for at, line in enumerate(lines) if "2.重复申请" in line)
    lines[at] = lines[at][: lines[at].rindex(WIDE)]
    report = read(HEAD + "\n".join(lines))
    (row,) = [row for row in only_table(report, "requests").body if row.headers[-1] == "2.重复申请"]
    assert all(not cell.path for cell in row.values)
    (warning,) = [one for one in report.warnings if one.code == "table-row-unsure"]
    assert warning.where == "三、收到和处理政府信息公开申请情况 › 2.重复申请"


@pytest.mark.parametrize("split", [15, 5])
def test_the_table_of_reviews_below_torn_heads(split: int) -> None:
    numbers = [str(at) for at in range(1, 16)]
    lines = [WIDE.join(numbers[at : at + split]) for at in range(0, 15, split)]
    table = only_table(read(reviews=REVIEW_HEAD + "\n".join(lines)), "review")
    assert table.form == "c"
    (row,) = table.body
    assert [cell.text for cell in row.values] == numbers
    assert tuple(cell.path for cell in row.values) == REVIEW_COLUMNS


def test_reviews_with_fourteen_values_are_no_table_and_warned_of() -> None:
    report = read(reviews=REVIEW_HEAD + WIDE.join("12345678901234"))
    warned = [one for one in report.warnings if one.code == "table-missing"]
    assert "四、政府信息公开行政复议、行政诉讼情况" in [one.where for one in warned]


DISCLOSURE = """
                        第二十条第（一）项

     信息内容            本年制发件数        本年废止件        现行有效件数
                                           数

        规章               0             0              0

     行政规范性文
                         3             1              12
        件

                        第二十条（五）项

     信息内容                     本年处理决定数量

     行政许可                          412

                        第二十条第（六）项

     信息内容                     本年处理决定数量

     行政处罚                           15
     行政强制                           7

                        第二十条第（八）项

     信息内容               本年收费金额（单位：万元）

   行政事业性收
                             32.5
        费
"""


def test_the_disclosure_table_with_torn_labels_and_heads() -> None:
    table = only_table(read(proactive=DISCLOSURE), "proactive")
    assert table.form == "a-2021"
    assert [(row.headers[-1], [(cell.path[-1], cell.text) for cell in row.values]) for row in table.body] == [
        ("规章", [("本年制发件数", "0"), ("本年废止件数", "0"), ("现行有效件数", "0")]),
        ("行政规范性文件", [("本年制发件数", "3"), ("本年废止件数", "1"), ("现行有效件数", "12")]),
        ("行政许可", [("本年处理决定数量", "412")]),
        ("行政处罚", [("本年处理决定数量", "15")]),
        ("行政强制", [("本年处理决定数量", "7")]),
        ("行政事业性收费", [("本年收费金额（单位：万元）", "32.5")]),
    ]
    assert [row.headers[0] for row in table.body][2] == "第二十条（五）项"


def test_prose_with_numbers_is_no_table() -> None:
    report = read(
        "     本年收到申请    3    件，其中自然人    2    件。\n     总计    1   2   3   4   5   6   7"
    )
    (section,) = [one for one in report.sections if one.kind == "requests"]
    assert not any(isinstance(block, Table) for block in section.blocks)


@pytest.mark.parametrize(
    "text", ["公开", "总计", "1  1  1  1  1  1  1", "第二十条第（一）项", "行政许可   3"]
)
def test_pieces_that_never_become_a_table_are_looked_through_once(text: str) -> None:
    started = time.process_time()
    assert len(collect_flat_tables([Line(text)] * 1500)) == 1500
    assert time.process_time() - started < 15
