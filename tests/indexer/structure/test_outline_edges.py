"""Single decisions about lines: which are headings, where they belong, which are joined, which leave the text."""

from __future__ import annotations

import pytest

from indexer.document import Document, Grid, GridCell, Line, Part
from indexer.structure.boilerplate import drop_boilerplate, is_buttons, trail_names
from indexer.structure.front_matter import read_front_matter
from indexer.structure.lost_line_breaks import drop_cell_borders, restore_line_breaks
from indexer.structure.outline import OutlineNode, build_outline
from indexer.structure.paragraphs import read_paragraph
from indexer.structure.reflow import join_wrapped_lines

Tree = list[tuple[str, list[str], "Tree"]]


def lines(*texts: str) -> list[Part]:
    return [Line(text) for text in texts]


def texts(parts: list[Part]) -> list[str]:
    return [part.text for part in parts if isinstance(part, Line)]


def tree(*parts: str | Part) -> Tree:
    """The sections as (heading, paragraphs, subsections)."""
    nodes, _ = build_outline([Line(part) if isinstance(part, str) else part for part in parts])
    return [_of_node(node) for node in nodes]


def _of_node(node: OutlineNode) -> tuple[str, list[str], Tree]:
    return node.heading, texts(list(node.blocks)), [_of_node(child) for child in node.children]


def codes(*texts_of_lines: str) -> list[str]:
    _, warnings = build_outline(lines(*texts_of_lines))
    return [warning.code for warning in warnings]


class TestOutline:
    def test_an_inner_list_of_the_same_style_does_not_break_the_sections(self) -> None:
        found = tree(
            "一、总体情况",
            "好。",
            "二、主动公开",
            "一、宣传",
            "到位。",
            "二、培训",
            "三次。",
            "三、存在的问题",
            "少。",
        )
        assert [heading for heading, _, _ in found] == ["一、总体情况", "二、主动公开", "三、存在的问题"]
        assert found[1][2] == [("一、宣传", ["到位。"], []), ("二、培训", ["三次。"], [])]

    def test_an_item_goes_on_with_an_upper_numbering(self) -> None:
        found = tree(
            "一、总体情况",
            "（一）主动公开",
            "1.网站建设",
            "好。",
            "（二）收到申请3件。",
            "（三）收到举报1件。",
        )
        assert found == [
            (
                "一、总体情况",
                [],
                [
                    ("（一）主动公开", [], [("1.网站建设", ["好。"], [])]),
                    ("", ["（二）收到申请3件。", "（三）收到举报1件。"], []),
                ],
            )
        ]

    def test_an_item_that_does_not_go_on_stays_in_the_inner_section(self) -> None:
        found = tree("一、总体情况", "（一）主动公开", "1.网站建设", "好。", "（四）收到申请3件。")
        assert found[0][2] == [("（一）主动公开", [], [("1.网站建设", ["好。", "（四）收到申请3件。"], [])])]

    def test_one_section_with_a_number_of_another_style(self) -> None:
        found = tree(
            "一、总体情况",
            "好。",
            "二、主动公开",
            "好。",
            "3.存在的问题",
            "少。",
            "四、其他需要报告的事项",
            "无。",
        )
        assert [heading for heading, _, _ in found] == [
            "一、总体情况",
            "二、主动公开",
            "3、存在的问题",
            "四、其他需要报告的事项",
        ]

    def test_a_number_of_another_style_that_does_not_follow_is_no_section(self) -> None:
        found = tree("一、总体情况", "好。", "二、主动公开", "好。", "4.存在的问题", "少。")
        assert [heading for heading, _, _ in found] == ["一、总体情况", "二、主动公开"]

    def test_arabic_numbers_are_sections_if_two_known_titles_have_them(self) -> None:
        assert [heading for heading, _, _ in tree("1.总体情况", "好。", "2.存在的问题", "少。")] == [
            "1、总体情况",
            "2、存在的问题",
        ]

    def test_a_list_is_no_heading_where_its_first_item_was_a_paragraph(self) -> None:
        found = tree("一、总体情况", "（一）培训", "（二）宣传", "好。")
        assert found == [("一、总体情况", ["（一）培训", "（二）宣传", "好。"], [])]

    def test_a_table_of_contents_is_no_section(self) -> None:
        body = ("一、总体情况", "好。", "二、存在的问题", "少。")
        found = tree("一、总体情况", "二、存在的问题", *body)
        assert [(heading, blocks) for heading, blocks, _ in found if heading] == [
            ("一、总体情况", ["好。"]),
            ("二、存在的问题", ["少。"]),
        ]

    def test_a_single_repeated_heading_is_no_table_of_contents(self) -> None:
        found = tree("一、总体情况", "好。", "一、总体情况", "再好。")
        assert [blocks for _, blocks, _ in found] == [["好。"], ["再好。"]]

    def test_leaders_with_a_page_number_are_no_heading(self) -> None:
        assert tree("一、总体情况……3", "好。") == [("", ["一、总体情况……3", "好。"], [])]

    def test_an_unnumbered_title_needs_text_below_it(self) -> None:
        with_text = tree("总体情况", "好。", "存在的问题", "少。")
        assert [heading for heading, _, _ in with_text] == ["总体情况", "存在的问题"]
        assert tree("总体情况", "存在的问题", "少。")[0][1] == ["总体情况"]

    def test_text_glued_behind_a_known_title_goes_below_it(self) -> None:
        assert tree("一、总体情况。全年公开信息3条。") == [("一、总体情况", ["全年公开信息3条。"], [])]
        assert tree("一、总体情况2020年公开信息3条。") == [("一、总体情况", ["2020年公开信息3条。"], [])]

    def test_a_known_heading_behind_a_sentence_is_set_apart(self) -> None:
        assert tree("一、总体情况", "全年良好。二、存在的问题", "少。") == [
            ("一、总体情况", ["全年良好。"], []),
            ("二、存在的问题", ["少。"], []),
        ]

    def test_the_deepest_level_of_markup_does_not_make_sections(self) -> None:
        found = tree(
            Line("总体情况", level=2),
            "好。",
            Line("网站建设", level=3),
            "新。",
            Line("存在的问题", level=2),
            "少。",
        )
        assert [(heading, len(children)) for heading, _, children in found] == [
            ("总体情况", 1),
            ("存在的问题", 0),
        ]

    def test_a_marked_line_is_a_subsection_but_for_the_title_of_the_page(self) -> None:
        page_title, subtitle = Line("示例市教育局", level=1), Line("网站建设", level=3)
        assert tree(page_title, "一、总体情况", "好。", subtitle, "新。") == [
            ("", ["示例市教育局"], []),
            ("一、总体情况", ["好。"], [("网站建设", ["新。"], [])]),
        ]

    @pytest.mark.parametrize(
        ("numbers", "expected"),
        [
            ("一二三", []),
            ("一三", ["section-missing"]),
            ("一四", ["section-missing", "section-missing"]),
            ("二三", ["section-missing"]),
            ("一一", ["section-repeated"]),
            ("一二一", ["section-restarted"]),
        ],
    )
    def test_each_missing_or_repeated_number_is_a_warning(self, numbers: str, expected: list[str]) -> None:
        titles = ("总体情况", "主动公开", "存在的问题")
        made = [
            text for one, title in zip(numbers, titles, strict=False) for text in (f"{one}、{title}", "好。")
        ]
        assert codes(*made) == expected

    @pytest.mark.parametrize(
        ("items", "expected"),
        [
            ("一二三", []),
            ("一三", ["item-missing"]),
            ("一五", ["item-missing"]),
            ("一六", []),
            ("二三", []),
            ("三一", []),
        ],
    )
    def test_an_item_missing_between_its_neighbours(self, items: str, expected: list[str]) -> None:
        assert codes("一、总体情况", *(f"（{one}）全年良好。" for one in items)) == expected


LONG = "全年共受理信息公开申请，其中当面提出申请的共十二件次"
"""Long enough for prose, with a comma and without an end."""


class TestReflow:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (Line(LONG), Line("三件，均已答复。", gap=False)),
            (Line(LONG), Line("，均已答复。")),
            (Line("加强领事"), Line("保护工作", gap=False)),
            (Line("全年共受理信息公开申请共十二件次（其中当面提出申请的"), Line("有三件）", gap=False)),
            (Line(f"（一）{LONG}"), Line("件。全部办结", gap=False)),
        ],
        ids=["prose", "page", "inside a word", "inside brackets", "rest of a heading"],
    )
    def test_a_torn_paragraph_is_joined(self, first: Line, second: Line) -> None:
        assert texts(join_wrapped_lines([first, second])) == [first.text + second.text]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (Line(f"{LONG}。"), Line("均已答复。", gap=False)),
            (Line(LONG), Line("（二）均已答复。", gap=False)),
            (Line(LONG), Line("均已答复。", gap=False, strong=True)),
            (Line(LONG), Line("均已答复。", gap=False, level=2)),
            (Line(LONG), Line("均\t已答复。", gap=False)),
            (Line(LONG), Line("办公室")),
            (Line(f"　　{LONG}"), Line("　　均已答复。", gap=False)),
            (Line("（一）受理情况"), Line("全年共受理，均已答复。", gap=False)),
            (Line("一、总体情况"), Line("全年良好。", gap=False)),
        ],
        ids=["end", "item", "bold", "heading", "tab", "no prose", "indent", "item heading", "section"],
    )
    def test_what_begins_anew_stays_apart(self, first: Line, second: Line) -> None:
        assert texts(join_wrapped_lines([first, second])) == [first.text, second.text]

    @pytest.mark.parametrize(("length", "count"), [(12, 1), (13, 2)])
    def test_the_rest_of_a_heading_ends_within_twelve_characters(self, length: int, count: int) -> None:
        rest = Line("续" * length + "。全部办结", gap=False)
        assert len(join_wrapped_lines([Line(f"（一）{LONG}"), rest])) == count

    def test_a_table_is_never_joined(self) -> None:
        table = Grid(((GridCell("3"),),))
        assert join_wrapped_lines([Line(LONG), table, Line("均已答复。", gap=False)])[1] == table

    def test_full_lines_continue_although_a_sentence_ends(self) -> None:
        full = "全年共受理信息公开申请十二件，" + "均已按期答复申请人。"
        paragraph = [Line(full, gap=at == 0) for at in range(3)]
        parts: list[Part] = [*paragraph, Line("没有收费。", gap=False)]
        parts += [*paragraph, Line("没有诉讼。", gap=False), *paragraph, Line("没有复议。", gap=False)]
        assert texts(join_wrapped_lines(parts)) == [
            full * 3 + last for last in ("没有收费。", "没有诉讼。", "没有复议。")
        ]


class TestLostBreaks:
    GLUED = "一、总体情况 全年培训3次。 （一）主动公开 好。 二、存在的问题 人手不足。"

    def test_two_known_titles_prove_that_breaks_were_lost(self) -> None:
        assert texts(restore_line_breaks(lines(self.GLUED))) == [
            "一、总体情况",
            "全年培训3次。",
            "（一）主动公开 好。",
            "二、存在的问题",
            "人手不足。",
        ]

    def test_one_title_proves_nothing(self) -> None:
        text = "一、总体情况 全年培训3次。 （一）主动公开 好。"
        assert texts(restore_line_breaks(lines(text))) == [text]

    def test_a_table_in_the_line_stays_whole(self) -> None:
        text = "一、总体情况 好。 二、主动公开 第二十条第（一）项 信息内容 （一）规章 3 三、存在的问题 无。"
        assert "第二十条第（一）项 信息内容 （一）规章 3" in texts(restore_line_breaks(lines(text)))

    def test_borders_go_from_prose_and_leave_a_gap_where_nothing_else_was(self) -> None:
        parts = [Line("| 全年良好。 |", gap=False), Line("|", gap=False), Line("没有收费。", gap=False)]
        assert [(part.text, part.gap) for part in drop_cell_borders(parts) if isinstance(part, Line)] == [
            ("全年良好。", False),
            ("没有收费。", True),
        ]

    def test_indents_without_borders_stay(self) -> None:
        assert texts(drop_cell_borders(lines("　　全年良好。"))) == ["　　全年良好。"]


class TestBoilerplate:
    def test_doubtful_lines_go_only_beside_sure_ones(self) -> None:
        trail = "当前位置：首页 > 信息公开"
        assert texts(drop_boilerplate(lines(trail, "打印", "收藏", "全年良好。"))) == ["全年良好。"]
        assert texts(drop_boilerplate(lines("打印", "全年良好。"))) == ["打印", "全年良好。"]
        assert texts(drop_boilerplate(lines(trail, "一、总体情况", "打印", "全年良好。"))) == [
            "一、总体情况",
            "打印",
            "全年良好。",
        ]

    def test_a_footer_goes_upwards(self) -> None:
        assert texts(
            drop_boilerplate(lines("全年良好。", "网站地图", "联系我们", "版权所有：示例市人民政府"))
        ) == ["全年良好。"]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("字体：[大 中 小] 打印", True),
            ("【打印】", True),
            ("分享到：", True),
            ("打印", False),
            ("微信", False),
            ("微信 微博", False),
            ("打印 关闭", True),
            ("打印全年报告", False),
            ("", False),
            ("||", False),
        ],
    )
    def test_a_row_of_buttons(self, text: str, expected: bool) -> None:
        assert is_buttons(text) is expected

    def test_the_names_of_a_trail(self) -> None:
        assert trail_names("当前位置：首页 > 教育局 > 信息公开") == ["教育局", "信息公开"]


def front(*printed: str | Part) -> tuple[str, list[tuple[str, str]], list[str]]:
    """The title, the facts and the lines that are left."""
    parts = tuple(Line(one) if isinstance(one, str) else one for one in printed)
    found = read_front_matter(Document("text", parts))
    return found.title, [(fact.about, fact.text) for fact in found.facts], texts(found.parts)


class TestFrontMatter:
    TITLE = "示例市教育局2019年政府信息公开工作年度报告"

    @pytest.mark.parametrize(
        "printed",
        [
            (TITLE,),
            ("示例市教育局", "2019年政府信息公开工作年度报告"),
            ("示例市教育局2019年", "政府信息公开工作年度报告"),
            ("示例市教育局2019年政府信息公开", "工作年度报告"),
            ("示例市教育局", "2019年政府信息公开", "工作年度报告"),
        ],
    )
    def test_a_title_of_one_to_three_lines(self, printed: tuple[str, ...]) -> None:
        title, _, left = front(*printed, "全年良好。")
        assert title == self.TITLE
        assert left == ["全年良好。"]

    @pytest.mark.parametrize(("length", "joined"), [(40, True), (41, False)])
    def test_a_long_line_is_no_part_of_a_title(self, length: int, joined: bool) -> None:
        agency, rest = "示" * (length - 3) + "教育局", "2019年政府信息公开工作年度报告"
        assert front(agency, rest, "全年良好。")[0] == (agency + rest if joined else rest)

    def test_a_title_printed_twice_leaves_twice(self) -> None:
        assert front(self.TITLE, "来源：办公室", self.TITLE, "全年良好。")[2] == ["全年良好。"]

    @pytest.mark.parametrize("again", [TITLE.replace("2019年", ""), "示例市教育局"])
    def test_what_repeats_the_title_below_it_leaves_the_text(self, again: str) -> None:
        assert front(self.TITLE, again, "全年良好。")[2] == ["全年良好。"]

    def test_lines_with_a_table_between_them_are_no_title_together(self) -> None:
        table = Grid(((GridCell("来源"), GridCell("办公室")),))
        title, _, _ = front("示例市教育局2019年", table, "政府信息公开工作年度报告", "好。")
        assert title == "政府信息公开工作年度报告"

    def test_a_column_of_the_site_leaves_only_above_the_title(self) -> None:
        assert front("信息公开年报", self.TITLE, "全年良好。")[2] == ["全年良好。"]
        assert front(self.TITLE, "信息公开年报", "全年良好。")[2] == ["信息公开年报", "全年良好。"]

    def test_a_key_with_its_value_on_the_next_line(self) -> None:
        _, facts, left = front(self.TITLE, "发布机构：", "示例市教育局", "全年良好。")
        assert ("publisher", "示例市教育局") in facts
        assert left == ["全年良好。"]

    @pytest.mark.parametrize("below", ["来源：办公室", "一、总体情况", "全年良好。", "示" * 41])
    def test_a_line_that_says_something_else_is_no_value(self, below: str) -> None:
        _, facts, _ = front(self.TITLE, "发布机构：", below, "好。")
        assert ("publisher", below) not in facts

    def test_keys_and_values_in_one_line_behind_a_date(self) -> None:
        _, facts, _ = front(self.TITLE, "2020-01-20 来源：办公室 文号：示教〔2020〕3号", "全年良好。")
        assert facts == [("stamp", "2020-01-20"), ("origin", "办公室"), ("number", "示教〔2020〕3号")]

    def test_a_table_of_metadata_and_one_of_values(self) -> None:
        def table(*cells: str) -> Grid:
            return Grid((tuple(GridCell(cell) for cell in cells),))

        _, facts, _ = front(table("来源", "办公室", "文号：3号", ""), self.TITLE, "好。")
        assert ("origin", "办公室") in facts
        assert ("number", "3号") in facts
        _, facts, _ = front(table("来源", "文号：3号", "日期", "2020-01-20"), self.TITLE, "好。")
        assert facts == [("origin", ""), ("number", "3号"), ("published", "2020-01-20")]
        assert front(self.TITLE, table("来源", "办公室"), "好。")[1] == [("origin", "办公室")]
        assert front(self.TITLE, table("名称", "纸质", "电子", "合计"), "好。")[1] == []
        assert front(self.TITLE, table("名称", "3", "时间", "4", "5", "6", "7"), "好。")[1] == []

    def test_the_agency_below_the_title_signs_it(self) -> None:
        _, facts, left = front("2019年政府信息公开工作年度报告", "示例市教育局", "全年良好。")
        assert facts == [("signature", "示例市教育局")]
        assert left == ["全年良好。"]

    def test_nothing_below_the_first_prose_is_metadata(self) -> None:
        assert front(self.TITLE, "全年良好。", "来源：办公室")[2] == ["全年良好。", "来源：办公室"]


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("（一）深化主动公开。全年公开30条。", "深化主动公开"),
        ("（一）深化主动公开：全年公开30条。", "深化主动公开"),
        ("（一）深化，主动公开：全年公开30条。", ""),
        ("（一）全年公开30条。其中网站20条。", ""),
        ("（一）深化主动公开。", ""),
        ("（一）" + "深" * 45 + "。全年。", "深" * 45),
        ("（一）" + "深" * 46 + "。全年。", ""),
        ("深化主动公开。全年公开30条。", ""),
    ],
)
def test_the_lead_of_an_item(text: str, lead: str) -> None:
    assert read_paragraph(text).lead == lead
