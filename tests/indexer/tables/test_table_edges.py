"""Single decisions of the table readers: spans, heads, row labels, page breaks, flattened lines."""

from __future__ import annotations

import pytest

from indexer.document import Grid, GridCell, Line, Part
from indexer.tables import labels
from indexer.tables.annex import annex_at
from indexer.tables.build import build_table
from indexer.tables.continuation import merge_continuations
from indexer.tables.from_lines import collect_flat_tables
from indexer.tables.headers import read_table
from indexer.tables.layout import MAX_COLUMNS, lay_out
from indexer.tables.reconstruct.label_tokens import tokens_of
from report_search.errors import ReadError
from report_search.model import Table

Printed = str | tuple[str, int, int]


def grid(*rows: tuple[Printed, ...], page: int = 0, flattened: bool = False) -> Grid:
    """A grid of texts, or of (text, rowspan, colspan)."""
    cells = (
        tuple(GridCell(cell) if isinstance(cell, str) else GridCell(*cell) for cell in row) for row in rows
    )
    return Grid(tuple(cells), page=page, flattened=flattened)


def read(*rows: tuple[Printed, ...]) -> Table:
    return read_table(lay_out(grid(*rows)))


def paths(table: Table) -> list[tuple[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]]:
    """The headers of each row, and its values with their column heads."""
    return [(row.headers, [(cell.text, cell.path) for cell in row.values]) for row in table.body]


def heads(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows if row.is_head]


class TestLayout:
    def test_a_cell_begins_where_no_span_from_above_is(self) -> None:
        layout = lay_out(grid((("甲", 2, 1), ("乙", 1, 2)), ("丙", "丁"), ("戊",)))
        assert [[(cell.text, cell.column) for cell in row] for row in layout.rows] == [
            [("甲", 0), ("乙", 1)],
            [("丙", 1), ("丁", 2)],
            [("戊", 0)],
        ]
        assert [cell.text if cell else None for cell in layout.cover[1]] == ["甲", "丙", "丁"]
        assert [cell.text if cell else None for cell in layout.cover[2]] == ["戊", None, None]
        assert layout.width == 3

    def test_spans_end_with_the_table_and_are_never_less_than_one(self) -> None:
        (first,), (second,) = lay_out(grid((("甲", 9, 0),), (("乙", 0, 1),))).rows
        assert (first.rowspan, first.colspan, first.bottom, first.right) == (2, 1, 2, 1)
        assert (second.rowspan, second.column) == (1, 1)

    def test_the_widest_row_that_is_allowed(self) -> None:
        widest = grid(tuple("1" for _ in range(MAX_COLUMNS)))
        assert lay_out(widest).width == MAX_COLUMNS
        with pytest.raises(ReadError):
            lay_out(Grid(((*widest.rows[0], GridCell("1")),)))

    def test_a_grid_without_cells(self) -> None:
        assert lay_out(Grid(())).width == 0
        assert lay_out(Grid(((), ()))).width == 0


class TestHeads:
    def test_a_split_head_leads_to_the_columns_below_it(self) -> None:
        table = read(
            ("项目", ("申请人情况", 1, 2), "总计"),
            ("", "自然人", "企业", ""),
            ("新收", "3", "1", "4"),
        )
        assert paths(table) == [
            (
                ("新收",),
                [("3", ("申请人情况", "自然人")), ("1", ("申请人情况", "企业")), ("4", ("总计",))],
            )
        ]

    def test_a_wide_head_over_values_is_not_split(self) -> None:
        table = read(("项目", ("数量", 1, 2), "备注"), ("公报", "3", "1", "4"), ("画册", "2", "5", "7"))
        assert heads(table) == [["项目", "数量", "备注"]]
        assert paths(table)[0] == (("公报",), [("3", ("数量",)), ("1", ("数量",)), ("4", ("备注",))])

    def test_the_corner_over_two_columns_of_labels(self) -> None:
        table = read(
            (("项目", 2, 2), ("数量", 1, 2)),
            ("纸质", "电子"),
            (("公报", 2, 1), "正刊", "3", "1"),
            ("增刊", "", "2"),
        )
        assert paths(table) == [
            (("公报", "正刊"), [("3", ("数量", "纸质")), ("1", ("数量", "电子"))]),
            (("公报", "增刊"), [("", ("数量", "纸质")), ("2", ("数量", "电子"))]),
        ]

    @pytest.mark.parametrize(("head", "headers"), [("年份", ("2019",)), ("发文", ())])
    def test_numbers_in_the_first_column_are_labels_only_under_a_head_that_says_so(
        self, head: str, headers: tuple[str, ...]
    ) -> None:
        table = read((head, "件数"), ("2019", "3"), ("2020", "4"))
        assert table.body[0].headers == headers

    def test_years_with_their_unit_are_labels(self) -> None:
        table = read(("期间", "件数"), ("2019年", "3"), ("2020年", "4"))
        assert [row.headers for row in table.body] == [("2019年",), ("2020年",)]

    def test_the_column_of_units_is_no_row_head(self) -> None:
        table = read(("指标", "单位", "数量"), ("公开信息", "条", "3"))
        assert paths(table) == [(("公开信息",), [("条", ("单位",)), ("3", ("数量",))])]

    def test_a_second_column_of_labels_needs_numbers_behind_it(self) -> None:
        with_numbers = read(("类别", "名称", "数量"), ("书", "公报", "3"))
        assert with_numbers.body[0].headers == ("书", "公报")
        without = read(("类别", "名称", "说明"), ("书", "公报", "月刊"))
        assert without.body[0].headers == ("书",)

    def test_values_are_counted_where_one_head_row_has_a_wide_label_head(self) -> None:
        table = read((("名称", 1, 2), "纸质", "电子"), ("公报", "3", "1"))
        assert paths(table) == [(("公报",), [("3", ("纸质",)), ("1", ("电子",))])]

    def test_marked_heads_may_follow_each_other(self) -> None:
        marked = Grid(
            (
                (GridCell("数量", 1, 2, is_header=True), GridCell("合计", is_header=True)),
                (
                    GridCell("纸质", is_header=True),
                    GridCell("电子", is_header=True),
                    GridCell("", is_header=True),
                ),
                (GridCell("3"), GridCell("1"), GridCell("4")),
            )
        )
        table = read_table(lay_out(marked))
        assert heads(table) == [["数量", "合计"], ["纸质", "电子", ""]]

    def test_a_row_with_a_number_is_no_head(self) -> None:
        assert heads(read(("公报", "3"), ("画册", "1"))) == []

    def test_a_title_across_the_table_begins_anew(self) -> None:
        table = read(
            ("名称", "纸质", "电子"),
            ("公报", "3", "1"),
            (("附：增刊", 1, 3),),
            ("名称", "册数", "页数"),
            ("专刊", "2", "30"),
        )
        assert paths(table)[1] == (
            ("附：增刊", "专刊"),
            [("2", ("册数",)), ("30", ("页数",))],
        )

    def test_a_first_row_alone_is_the_caption(self) -> None:
        table = read((("公报情况表", 1, 2),), ("名称", "数量"), ("公报", "3"))
        assert table.caption == "公报情况表"
        assert heads(table) == [["名称", "数量"]]

    @pytest.mark.parametrize(
        ("last", "notes"),
        [
            ("注：含增刊", ("注：含增刊",)),
            ("※含增刊", ("※含增刊",)),
            (
                "以上各项数据均由示例市教育局办公室统计并经审核后公布",
                ("以上各项数据均由示例市教育局办公室统计并经审核后公布",),
            ),
            ("以上数据经审核", ()),
        ],
    )
    def test_a_last_row_alone_is_a_note_if_marked_or_long(self, last: str, notes: tuple[str, ...]) -> None:
        assert read(("名称", "数量"), ("公报", "3"), ((last, 1, 2),)).notes == notes

    def test_a_short_last_row_alone_is_a_row_of_the_table(self) -> None:
        table = read(("名称", "数量"), ("公报", "3"), (("以上数据经审核", 1, 2),))
        assert table.body[-1].headers == ("以上数据经审核",)

    def test_a_long_row_within_the_table_is_a_title_and_no_note(self) -> None:
        text = "以上各项数据均由示例市教育局办公室统计并经审核后公布"
        table = read(("名称", "数量"), ("公报", "3"), ((text, 1, 2),), ("画册", "1"))
        assert table.notes == ()
        assert table.body[-1].headers[0] == text

    def test_a_row_beside_a_span_from_above_is_not_alone(self) -> None:
        table = read(("类别", "名称", "数量"), (("书", 2, 1), "公报", "3"), ("", "注：无"))
        assert table.notes == ()


class TestContinuation:
    HEAD = ("名称", "数量")

    def test_the_same_columns_go_on_a_page_later(self) -> None:
        first, second = grid(self.HEAD, ("公报", "3"), page=1), grid(("画册", "1"), page=2)
        (whole,) = merge_continuations([first, second])
        assert [row[0].text for row in whole.rows] == ["名称", "公报", "画册"]
        assert whole.page == 2
        assert not whole.flattened

    def test_three_pages_are_one_table(self) -> None:
        pages = [grid(self.HEAD, (f"公报{page}", "3"), page=page) for page in (1, 2, 3)]
        (whole,) = merge_continuations(pages)
        assert [row[0].text for row in whole.rows] == ["名称", "公报1", "公报2", "公报3"]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (grid(HEAD, ("公报", "3"), page=1), grid(("画册", "1"), page=1)),
            (grid(HEAD, ("公报", "3"), page=0), grid(("画册", "1"), page=2)),
            (grid(HEAD, ("公报", "3"), page=2), grid(("画册", "1"), page=1)),
            (grid(HEAD, ("公报", "3"), page=1), grid(("画册", "1", "2"), page=2)),
            (grid(HEAD, ("公报", "3"), page=1), grid(("单位", "姓名"), ("画册", "1"), page=2)),
            (grid(HEAD, ("公报", "3"), page=1, flattened=True), grid(("画册", "1"), page=2)),
            (grid(HEAD, ("公报", "3"), page=1), grid(HEAD, ("公报", "3"), page=2)),
        ],
        ids=["same page", "no page", "earlier page", "more columns", "another head", "flattened", "a copy"],
    )
    def test_another_table_stays_apart(self, first: Grid, second: Grid) -> None:
        assert merge_continuations([first, second]) == [first, second]

    FIRST = grid(
        ("第二十条第（一）项",),
        ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
        ("规章", "1", "0", "3"),
    )

    def test_the_disclosure_table_goes_on_with_its_next_row_or_block(self) -> None:
        rows = grid(("规范性文件", "2", "1", "4"))
        block = grid(("第二十条第（五）项",), ("信息内容", "本年处理决定数量"), ("行政许可", "7"))
        (whole,) = merge_continuations([self.FIRST, rows, block])
        assert whole.flattened
        assert len(whole.rows) == 7

    @pytest.mark.parametrize(("pages", "page"), [((1, 2), 2), ((1, 0), 1)])
    def test_the_whole_is_on_the_last_page_that_is_told(self, pages: tuple[int, int], page: int) -> None:
        first = Grid(self.FIRST.rows, page=pages[0])
        (whole,) = merge_continuations([first, grid(("规范性文件", "2", "1", "4"), page=pages[1])])
        assert whole.page == page

    @pytest.mark.parametrize(
        "second",
        [
            grid(("规范性文件", "2", "1", "4"), ("第二十条第（一）项",)),
            grid(("规章", "2", "1", "4"), ("行政许可", "2", "1", "4")),
            grid(("公报", "2", "1", "4")),
        ],
        ids=["the same block", "the same row", "no label of the form"],
    )
    def test_a_second_disclosure_table_stays_apart(self, second: Grid) -> None:
        assert merge_continuations([self.FIRST, second]) == [self.FIRST, second]

    REQUESTS = (
        ("申请人情况",),
        ("一、本年新收政府信息公开申请数量", "1"),
        ("二、上年结转政府信息公开申请数量", "0"),
        ("三、本年度办理结果", "（一）予以公开", "1"),
    )

    @pytest.mark.parametrize(
        ("rows", "pieces"),
        [
            ((("四、结转下年度继续办理", "0"),), 1),
            ((("三、本年度办理结果", "（三）不予公开", "1.属于国家秘密", "1"),), 1),
            ((("一、本年新收政府信息公开申请数量", "1"), ("四、结转下年度继续办理", "0")), 1),
            ((*REQUESTS[1:], ("四、结转下年度继续办理", "0")), 2),
            ((("三、本年度办理结果", "1"),), 2),
            ((("申请人情况", ""), ("四、结转下年度继续办理", "0")), 2),
            ((("（本列数据的勾稽关系为", ""), ("四、结转下年度继续办理", "0")), 2),
        ],
        ids=[
            "a later row",
            "a group label again",
            "one label again",
            "three labels again",
            "nothing new",
            "a head",
            "the rule of sums",
        ],
    )
    def test_the_request_table_goes_on_with_later_rows(
        self, rows: tuple[tuple[str, ...], ...], pieces: int
    ) -> None:
        first = grid(*self.REQUESTS)
        assert len(merge_continuations([first, grid(*rows)])) == pieces

    def test_the_values_of_the_table_of_reviews_follow_its_heads(self) -> None:
        first = grid(("行政复议", "行政诉讼"), ("结果维持", "结果纠正"))
        assert len(merge_continuations([first, grid(("1", "2"), ("", "/"))])) == 1
        assert len(merge_continuations([first, grid(("1", "无法提供"))])) == 2
        filled = grid(("行政复议", "行政诉讼"), ("结果维持", "结果纠正"), ("1", "0"))
        assert len(merge_continuations([filled, grid(("1", "2"))])) == 2


def lines(text: str) -> list[Part]:
    return [Line(line) for line in text.split("\n")]


def collected(text: str) -> list[list[list[str]] | str]:
    """Every part that comes of the lines of ``text``: the texts of a grid, or the line."""
    return [
        part.text if isinstance(part, Line) else [[cell.text for cell in row] for row in part.rows]
        for part in collect_flat_tables(lines(text))
    ]


class TestFlatTables:
    def test_two_rows_with_borders_are_a_table_and_one_is_none(self) -> None:
        assert collected("名称\t数量\n公报\t3") == [[["名称", "数量"], ["公报", "3"]]]
        assert collected("名称\t数量\n没有表格。") == ["名称\t数量", "没有表格。"]

    def test_one_row_is_a_table_if_it_is_of_a_form(self) -> None:
        row = "第二十条第（一）项\t信息内容\t本年制发件数"
        assert collected(row) == [[row.split("\t")]]

    def test_a_row_of_a_form_needs_three_cells(self) -> None:
        assert collected("第二十条第（一）项\t本年制发件数") == ["第二十条第（一）项\t本年制发件数"]

    def test_blanks_need_the_proof_of_a_form(self) -> None:
        assert collected("名称   数量\n公报   3\n画册   4") == ["名称   数量", "公报   3", "画册   4"]
        proven = "第二十条第（一）项   本年制发件数\n规章   3\n规范性文件   4"
        assert collected(proven) == [[row.split() for row in proven.split("\n")]]

    def test_pipes_at_the_edges_are_the_frame_and_escaped_ones_are_text(self) -> None:
        assert collected("| 名称 | a\\|b |\n｜公报｜｜") == [[["名称", "a|b"], ["公报", ""]]]

    def test_the_rule_of_a_markdown_table_marks_the_head_above_it(self) -> None:
        (part,) = collect_flat_tables(lines("| 名称 | 数量 |\n|---|---:|\n| 公报 | 3 |"))
        assert isinstance(part, Grid)
        assert [[cell.is_header for cell in row] for row in part.rows] == [[True, True], [False, False]]

    A_CELL_A_LINE = "第二十条第（一）项\n信息内容\n本年制发件数\n本年废止件数\n规章\n3\n1"

    def test_a_cell_a_line_ends_with_the_last_whole_cell(self) -> None:
        (table, rest) = collected(f"{self.A_CELL_A_LINE}\n全年公开信息")
        assert table == [[cell] for cell in self.A_CELL_A_LINE.split("\n")]
        assert rest == "全年公开信息"

    def test_a_torn_label_at_the_end_stays_outside(self) -> None:
        assert collected(f"{self.A_CELL_A_LINE}\n规范性")[-1] == "规范性"

    def test_a_row_that_the_agency_added_leads_back_to_the_form(self) -> None:
        text = f"{self.A_CELL_A_LINE}\n校内规定\n5\n2\n规范性文件\n2\n0"
        assert collected(text) == [[[cell] for cell in text.split("\n")]]
        assert len(collected(f"{self.A_CELL_A_LINE}\n校内规定\n5\n2\n校外规定\n2\n0")) > 1

    def test_too_few_labels_prove_nothing(self) -> None:
        text = "第二十条第（一）项\n本年制发件数\n3\n1"
        assert collected(text) == text.split("\n")

    def test_a_heading_ends_the_table(self) -> None:
        parts = [*lines(self.A_CELL_A_LINE), Line("规范性文件", level=2)]
        assert collect_flat_tables(parts)[-1] == parts[-1]

    @pytest.mark.parametrize("last", ["规章\t3", "规章\t3\n其他\t4"])
    def test_another_official_table_begins_a_new_grid(self, last: str) -> None:
        first, second = (
            f"第二十条第（一）项\t本年制发件数\n{last}",
            "行政复议\t行政诉讼\n结果维持\t结果纠正\n1\t0",
        )
        assert collected(f"{first}\n{second}") == [
            [row.split("\t") for row in text.split("\n")] for text in (first, second)
        ]


class TestAnnex:
    HEADS = "统计指标\n单位\n统计数"
    ROWS = "一、主动公开情况\n——\n（一）公开信息数\n条\n120\n（二）公开文件数\n条\n3\n二、依申请公开\n--"

    def rows(self, text: str) -> list[list[str]]:
        found = annex_at(lines(text), 0)
        return [[cell.text for cell in row] for row in found[0].rows] if found else []

    def test_a_cell_a_line(self) -> None:
        assert self.rows(f"{self.HEADS}\n{self.ROWS}") == [
            ["统计指标", "单位", "统计数"],
            ["一、主动公开情况", "——", ""],
            ["（一）公开信息数", "条", "120"],
            ["（二）公开文件数", "条", "3"],
            ["二、依申请公开", "--", ""],
        ]

    def test_only_the_heads_are_marked(self) -> None:
        found = annex_at(lines(f"{self.HEADS}\n{self.ROWS}"), 0)
        assert found is not None
        assert [row[0].is_header for row in found[0].rows] == [True, False, False, False, False]

    def test_empty_lines_behind_the_last_value_stay_outside(self) -> None:
        found = annex_at(lines(f"{self.HEADS}\n{self.ROWS}\n\n\n\n说明文字"), 0)
        assert found is not None
        assert found[1] == 13

    def test_rows_on_one_line_under_heads_on_one_line(self) -> None:
        rows = [f"（{numeral}）公开数 条 12" for numeral in "一二三四"]
        assert self.rows("\n".join(["指标 单位 数值", *rows])) == [
            ["指标", "单位", "数值"],
            *([f"（{numeral}）公开数", "条", "12"] for numeral in "一二三四"),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            f"指示\n单位\n统计数\n{ROWS}",
            f"统计指标\n统计数\n单位\n{ROWS}",
            f"统计指标\n单位\n{ROWS}",
            "统计指标\n单位\n统计数\n一、主动公开情况\n——\n（一）公开信息数\n条\n120\n（二）公开文件数\n条\n3",
        ],
        ids=["no label head", "no unit head", "no value head", "three rows"],
    )
    def test_what_is_no_annex(self, text: str) -> None:
        assert annex_at(lines(text), 0) is None

    def test_two_columns_of_values_need_two_values(self) -> None:
        heads = "统计指标\n单位\n统计数\n累计"
        whole = f"{heads}\n" + "\n".join(f"（{n}）公开数\n条\n1\n2" for n in "一二三四")
        assert self.rows(whole)[1] == ["（一）公开数", "条", "1", "2"]
        assert self.rows(whole + "\n（五）公开数\n条\n1\n说明文字")[-1][0] == "（四）公开数"


class TestLabels:
    def test_no_label_of_the_request_table_is_printed_twice(self) -> None:
        for name, path in labels.request_labels().items():
            assert name.endswith(labels.label_key(path[-1])[-4:])

    @pytest.mark.parametrize(
        ("text", "cells"),
        [
            ("规章 3 1", ["规章", "3", "1"]),
            ("1.属于国家秘密 0 0", ["1.属于国家秘密", "0", "0"]),
            ("公报 3", []),
            ("3 件", ["3 件"]),
            ("", []),
            ("3 规章", ["3", "规章"]),
        ],
    )
    def test_glued_cells_are_told_apart_by_the_form(self, text: str, cells: list[str]) -> None:
        assert labels.split_glued_cells(text) == cells

    @pytest.mark.parametrize(
        ("cells", "form"),
        [
            (["信息内容", "本年制发件数", "规章"], "a-2021"),
            (["信息内容", "本年新公开数量", "第二十条第（一）项"], "a-2019"),
            (["信息内容", "本年制发件数"], ""),
            (["（一）予以公开", "（七）总计", "四、结转下年度继续办理"], "b-2019"),
            (["（一）予以公开", "四、结转下年度继续办理"], ""),
            (["（一）予以公开", "申请人情况"], "b-2019"),
            (["申请人情况"], ""),
            (["行政复议", "结果纠正"], "c"),
            (["行政复议", "其他结果"], ""),
            (["统计指标", "单位"], "stats-2014"),
            (["名称"], ""),
        ],
    )
    def test_a_form_is_told_by_what_the_table_prints(self, cells: list[str], form: str) -> None:
        assert labels.detect_form(cells) == form

    def test_the_tail_of_a_token_remembers_empty_cells(self) -> None:
        assert [(token.text, token.tail) for token in tokens_of([["规章 3", "", "1"]])] == [
            ("规章", ("3", "", "1")),
            ("3", ("", "1")),
            ("1", ()),
        ]


def test_a_missing_value_is_placed_by_its_line_and_otherwise_unsure() -> None:
    block, head = ("第二十条第（一）项",), ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    table, warnings = build_table(grid(block, head, ("规章", "3", "", "1"), flattened=True), "二")
    assert paths(table)[0][1] == [("3", ("本年制发件数",)), ("", ("本年废止件数",)), ("1", ("现行有效件数",))]
    assert "table-row-unsure" not in {one.code for one in warnings}
    table, warnings = build_table(grid(block, head, ("规章", "3", "1"), flattened=True), "二")
    assert paths(table)[0][1] == [("3", ()), ("1", ())]
    assert "table-row-unsure" in {one.code for one in warnings}


def test_a_line_with_a_text_among_its_values_places_none() -> None:
    block, head = ("第二十条第（一）项",), ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    table, warnings = build_table(grid(block, head, ("规章", "3", "公报", "1"), flattened=True), "二")
    assert paths(table) == [(("第二十条第（一）项", "规章"), [("3", ())])]
    assert table.notes == ("公报", "1")
    assert "table-row-unsure" in {one.code for one in warnings}
