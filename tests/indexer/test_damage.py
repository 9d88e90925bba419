"""What happens to reports on their way to a reader, done to synthetic ones: the model is right, or a warning says
where it may not be."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import opencc
import pytest
from msgspec.structs import replace

from indexer.read_report import read_bytes
from indexer.synthetic import forms
from indexer.synthetic.pages import write_html
from indexer.synthetic.plaintext import write_markdown, write_text
from indexer.synthetic.reports import report
from indexer.synthetic.word import write_docx
from report_search.errors import ReadError
from report_search.model import Block, Cell, Paragraph, Report, Row, Section, Source, Table

AGENCY = "示例甲市教育局"
OLD = report(AGENCY, 2020, style="lead")
NEW = report(AGENCY, 2022, style="lead")
CLASSIC = report(AGENCY, 2012, style="lead")
Change = Callable[[str], str]


def bare(made: Report) -> Report:
    return replace(made, source=Source("", "", "", ""), evidence=(), warnings=())


def codes(read: Report) -> set[str]:
    return {warning.code for warning in read.warnings}


def page(made: Report, change: Change = str, *, layout: str = "article") -> Report:
    """``made`` read back from a web page that ``change`` was done to."""
    assert layout in ("article", "print")
    return read_bytes(change(write_html(made, layout=layout).decode()).encode(), "report.html")


def plain(made: Report, change: Change = str) -> Report:
    """``made`` read back from text that ``change`` was done to."""
    return read_bytes(change(write_text(made).decode()).encode(), "report.txt")


def marked(made: Report, change: Change = str) -> Report:
    """``made`` read back from Markdown that ``change`` was done to."""
    return read_bytes(change(write_markdown(made).decode()).encode(), "report.md")


def swapped(old: str, new: str, times: int = -1) -> Change:
    """Replaces ``old``, which has to be there."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, times)

    return change


def table(read: Report, form: str) -> Table:
    (found,) = [b for _, s in read.walk() for b in s.blocks if isinstance(b, Table) and b.form == form]
    return found


def values(found: Table) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(row.headers, tuple(cell.text for cell in row.values)) for row in found.body]


def with_block(made: Report, kind: str, blocks: tuple[Block, ...]) -> Report:
    """``made`` with other blocks in its section of a kind."""
    sections = tuple(replace(s, blocks=blocks) if s.kind == kind else s for s in made.sections)
    return replace(made, sections=sections)


def texts(read: Report) -> list[str]:
    return [b.text for _, s in read.walk() for b in s.blocks if isinstance(b, Paragraph)]


def first_paragraph(made: Report) -> Paragraph:
    return next(b for b in made.sections[1].blocks if isinstance(b, Paragraph))


class TestTables:
    def test_both_eras_in_one_report(self) -> None:
        mixed = with_block(NEW, "requests", (forms.requests(Random(5), form=2019).table,))
        for read in (page(mixed), marked(mixed), read_bytes(write_docx(mixed), "r.docx")):
            assert bare(read) == bare(mixed)
            assert not read.warnings

    def test_a_printed_total_that_is_wrong_is_kept_and_reported(self) -> None:
        right = table(NEW, "b-2021")
        row = right.body[0]
        wrong = replace(row, cells=(*row.cells[:-1], replace(row.cells[-1], text="99999", value=99999)))
        broken = replace(right, rows=tuple(wrong if one is row else one for one in right.rows))
        made = with_block(NEW, "requests", (broken,))
        for read in (page(made), marked(made)):
            assert bare(read) == bare(made)
            assert {"total-mismatch", "identity-broken"} <= codes(read)
            assert any("总计" in warning.where for warning in read.warnings)

    def test_numbers_as_they_are_printed(self) -> None:
        printed: dict[str, tuple[float | None, str]] = {
            "6.62 %": (6.62, "%"),
            "1 234": (1234, ""),
            "１，２３４": (1234, ""),
            "66.7 万件": (66.7, "万件"),
            "251000元": (251000, "元"),
            "+5174": (5174, ""),
            "－183": (-183, ""),
            "—": (None, ""),
            "": (None, ""),
        }
        old = table(OLD, "a-2019")
        row = next(one for one in old.body if "规范性文件" in one.headers)
        for text, (value, unit) in printed.items():
            cells = (*row.cells[:-1], replace(row.cells[-1], text=text, value=value, unit=unit))
            changed = replace(old, rows=tuple(replace(o, cells=cells) if o is row else o for o in old.rows))
            made = with_block(OLD, "proactive", (changed,))
            for read in (page(made), marked(made)):
                got = next(one for one in table(read, "a-2019").body if "规范性文件" in one.headers).cells[-1]
                assert (got.text, got.value, got.unit) == (text, value, unit)

    def test_a_footnote_mark_in_a_head_and_its_note_as_last_row(self) -> None:
        note = "[1]该项内对外公开总数量为现行有效的数量。"

        def change(text: str) -> str:
            text = swapped("第二十条第（一）项", "第二十条第（一）项[1]", 1)(text)
            head, tail = text.split("</tbody>", 1)
            return f"{head}<tr><td>{note}</td><td></td><td></td><td></td></tr></tbody>{tail}"

        read = page(OLD, change)
        found = table(read, "a-2019")
        assert found.notes == (note,)
        assert [cells for _, cells in values(found)] == [cells for _, cells in values(table(OLD, "a-2019"))]
        assert not read.warnings

    def test_colspan_that_moves_between_cells(self) -> None:
        def row(*cells: tuple[str, int]) -> str:
            return "<tr>" + "".join(f"<td colspan={wide}>{text}</td>" for text, wide in cells) + "</tr>"

        content = (
            row(("第二十条第（五）项", 5))
            + row(("信息内容", 1), ("上一年项目数量", 1), ("本年增/减", 2), ("处理决定数量", 1))
            + row(("行政许可", 1), ("893", 2), ("-183", 1), ("12854581", 1))
            + row(("其他对外管理服务事项", 1), ("16334", 2), ("+5174", 1), ("77300440", 1))
        )
        html = write_html(CLASSIC, layout="article").decode()
        read = read_bytes(
            html.replace("</div><div class='turn'>", f"<table>{content}</table></div>").encode(), "r.html"
        )
        found = table(read, "a-2019")
        got = {(row.headers[-1], cell.path[-1]): cell.value for row in found.body for cell in row.values}
        assert got["行政许可", "上一年项目数量"] == 893
        assert got["行政许可", "本年增/减"] == -183
        assert got["其他对外管理服务事项", "处理决定数量"] == 77300440

    @pytest.mark.parametrize("between", ["", "<p>— 3 —</p>", "<p></p>"])
    def test_a_table_that_goes_on_without_its_head(self, between: str) -> None:
        # Cut where no cell spans: before the row （七）总计 only the leftmost label comes down from above.
        def change(text: str) -> str:
            at = text.index("<tr><td colspan='3'><p>四、结转下年度继续办理")
            start = "<table border='1' cellspacing='0'><tbody>"
            return f"{text[:at]}</tbody></table>{between}{start}{text[at:]}"

        read = page(NEW, change)
        assert bare(read) == bare(NEW)

    def test_a_table_cut_inside_a_span(self) -> None:
        def change(text: str) -> str:
            at = text.index("<tr><td><p>4.保护第三方合法权益")
            head, tail = text[:at], text[at:]
            tail = tail.replace("<tr><td>", "<tr><td rowspan=18></td><td rowspan=5></td><td>", 1)
            return f"{head}</tbody></table><table border='1'><tbody>{tail}"

        assert values(table(page(NEW, change), "b-2021")) == values(table(NEW, "b-2021"))

    def test_a_row_label_split_over_pages(self) -> None:
        def change(text: str) -> str:
            found = re.search(r"<tr><td colspan='2'><p>（二）部分公开.*?</tr>", text)
            assert found
            whole = found[0]
            first = whole.replace("情形，不计其他情形）", "")
            second = "<tr><td></td><td colspan='2'>情形，不计其他情形）</td>" + "<td></td>" * 7 + "</tr>"
            cut = f"{first}</tbody></table><table><tbody>{second}"
            return text.replace(whole, cut)

        read = page(NEW, change)
        assert values(table(read, "b-2021")) == values(table(NEW, "b-2021"))

    def test_vertical_labels(self) -> None:
        upright = "<br>".join("三、本年度办理结果")
        assert bare(page(NEW, swapped("三、本年度办理结果", upright))) == bare(NEW)

    def test_blanks_inside_labels(self) -> None:
        def change(text: str) -> str:
            text = swapped("1.属于国家秘密", "1. 属于国家秘密")(text)
            return swapped("（三）不予公开", "(三)不予公开")(text)

        read = page(NEW, change)
        assert table(read, "b-2021").form
        assert not read.warnings
        assert [cells for _, cells in values(table(read, "b-2021"))] == [
            cells for _, cells in values(table(NEW, "b-2021"))
        ]


def flat_rows(text: str) -> tuple[str, list[str], str]:
    """A text cut at its request table: before, the table's lines, after."""
    start = text.index("（本列数据的勾稽关系为")
    end = text.index("\n\n", start)
    return text[:start], text[start:end].split("\n"), text[end:]


class TestFlattenedTables:
    def right(self, read: Report) -> bool:
        """The request table reads as made."""
        return values(table(read, "b-2021")) == values(table(NEW, "b-2021"))

    def test_runs_of_blanks_for_cells(self) -> None:
        def change(text: str) -> str:
            before, rows, after = flat_rows(text)
            return before + "\n".join(re.sub("\t+", "    ", row.strip("\t")) for row in rows) + after

        assert self.right(plain(NEW, change))

    def test_pipes_for_cells(self) -> None:
        def change(text: str) -> str:
            before, rows, after = flat_rows(text)
            return before + "\n".join("| " + row.replace("\t", " | ") + " |" for row in rows) + after

        assert self.right(marked(NEW, change))

    def test_a_cell_a_line_with_pipes(self) -> None:
        def change(text: str) -> str:
            before, rows, after = flat_rows(text)
            cells = ["|\n" + "\n|\n".join(row.split("\t")) + "\n|" for row in rows]
            return before + "\n".join(cells) + after

        read = plain(NEW, change)
        assert self.right(read) or {"table-rebuilt", "table-row-unsure", "table-rows-missing"} & codes(read)

    def test_trailing_zeros_dropped(self) -> None:
        def change(text: str) -> str:
            before, rows, after = flat_rows(text)
            return before + "\n".join(re.sub(r"(?<=\t)0(?=\t|$)", "", row) for row in rows) + after

        read = plain(NEW, change)
        made = dict(values(table(NEW, "b-2021")))
        for headers, cells in values(table(read, "b-2021")):
            assert cells == tuple("" if text == "0" else text for text in made[headers])

    def test_hundreds_of_pipes(self) -> None:
        def change(text: str) -> str:
            before, rows, after = flat_rows(text)
            return before + "\n".join(row.replace("\t", " |" * 30 + " ") + " |" * 100 for row in rows) + after

        read = marked(NEW, change)
        assert self.right(read) or codes(read) & {
            "table-row-unsure",
            "table-rows-missing",
            "table-head-missing",
        }

    def test_column_heads_cut_off(self) -> None:
        def change(text: str) -> str:
            before, rows, after = flat_rows(text)
            return before + "\n".join(rows[3:]) + after

        read = plain(NEW, change)
        assert "table-head-missing" in codes(read) or self.right(read)
        assert {headers[-1] for headers, _ in values(table(read, "b-2021"))} >= {
            "（七）总计",
            "1.属于国家秘密",
        }

    def test_the_file_ends_inside_the_table(self) -> None:
        def change(text: str) -> str:
            before, rows, _ = flat_rows(text)
            return before + "\n".join(rows[:12])

        read = plain(NEW, change)
        assert codes(read) & {"table-ends-early", "table-rows-missing"}
        # What is left does not tell the two forms apart.
        kept = values(table(read, "b-2019"))
        assert len(kept) == 9
        assert set(kept) <= set(values(table(NEW, "b-2021")))


class TestSections:
    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text.replace("## ", "### "),
            lambda text: text.replace("## ", ""),
            lambda text: re.sub(r"^## (.*)$", r"**\1**", text, flags=re.M),
            lambda text: text.replace("## ", "# "),
        ],
        ids=["deeper", "none", "bold", "top"],
    )
    def test_markdown_marks_of_any_level(self, change: Change) -> None:
        assert bare(marked(NEW, change)) == bare(NEW)

    def test_markdown_marks_that_differ(self) -> None:
        assert bare(marked(NEW, swapped("## 三、", "#### 三、"))) == bare(NEW)

    def test_a_jump_is_reported(self) -> None:
        made = replace(NEW, sections=tuple(s for s in NEW.sections if s.number != "四"))
        read = page(made)
        assert bare(read) == bare(made)
        assert codes(read) == {"section-missing"}
        assert "四" in next(w.message for w in read.warnings)

    def test_a_repeated_number_is_reported(self) -> None:
        read = page(NEW, swapped(">五、", ">四、"))
        assert [s.number for s in read.sections] == ["", "一", "二", "三", "四", "四", "六"]
        assert codes(read) & {"section-repeated", "section-missing"}

    def test_a_heading_glued_behind_a_break(self) -> None:
        heading = NEW.sections[2].title

        def change(text: str) -> str:
            return re.sub(rf"</p>\s*<h2>二、{heading}</h2>", f"<br/>二、{heading}</p>", text)

        assert (
            change(write_html(NEW, layout="article").decode()) != write_html(NEW, layout="article").decode()
        )
        assert bare(page(NEW, change)) == bare(NEW)

    def test_an_intro_behind_the_first_heading(self) -> None:
        intro = Paragraph("一年来，全局上下认真落实各项要求，工作取得新的进展。")
        first = NEW.sections[1]
        made = replace(
            NEW,
            sections=(NEW.sections[0], replace(first, blocks=(intro, *first.blocks)), *NEW.sections[2:]),
        )
        assert bare(page(made)) == bare(made)
        assert bare(plain(made)) == bare(made)

    def test_half_width_ordinals(self) -> None:
        half = report(AGENCY, 2022, style="half-width")
        assert bare(plain(half)) == bare(half)

    def test_arabic_section_numbers_like_those_of_items(self) -> None:
        def change(text: str) -> str:
            for at, number in enumerate("一二三四五六", 1):
                text = swapped(f"## {number}、", f"{at}、")(text)
            return text

        read = marked(NEW, change)
        assert [s.title for s in read.sections[1:]] == [s.title for s in NEW.sections[1:]]
        assert [s.kind for s in read.sections[1:]] == [s.kind for s in NEW.sections[1:]]


class TestParagraphs:
    @pytest.mark.parametrize("tear", ["\n", "\n\n", "\n\n- 3 -\n\n", "\n\n　　\n"])
    def test_torn_by_a_page_border(self, tear: str) -> None:
        whole = first_paragraph(NEW).text
        middle = whole.index("，", len(whole) // 2) + 3
        read = plain(NEW, swapped(whole, whole[:middle] + tear + whole[middle:]))
        assert bare(read) == bare(NEW)

    def test_hard_line_ends_inside_sentences(self) -> None:
        # A line end right behind a full stop is left out: there, the next line may well be a paragraph.
        def change(text: str) -> str:
            return "\n".join("\n".join(re.findall(r".{1,38}(?<!。)|.+", line)) for line in text.split("\n"))

        assert bare(plain(CLASSIC, change)) == bare(CLASSIC)

    def test_hard_breaks_in_a_page(self) -> None:
        whole = first_paragraph(NEW).text
        pieces = "<br>".join(whole[at : at + 40] for at in range(0, len(whole), 40))
        assert bare(page(NEW, swapped(whole, pieces))) == bare(NEW)

    def test_page_numbers_between_paragraphs(self) -> None:
        whole = first_paragraph(NEW).text
        read = plain(NEW, swapped(whole, f"{whole}\n\n— 2 —\n\n第 3 页 共 9 页"))
        assert bare(read) == bare(NEW)

    def test_a_stray_word_stays_as_printed(self) -> None:
        whole = first_paragraph(NEW).text
        at = whole.index("，")
        strayed = whole[:at] + " and " + whole[at:]
        assert strayed in texts(plain(NEW, swapped(whole, strayed)))

    def test_ideographic_indents_are_no_text(self) -> None:
        assert not any(text.startswith(("　", " ")) for text in texts(plain(NEW)))


class TestChrome:
    HEAD = "首页 > 政务公开 > 政府信息公开年报\n\n索 引 号：SL-2022-01　　发布机构：示例甲市教育局\n\n"
    TAIL = (
        "\n\n上一篇：2021年政府信息公开工作年度报告\n\n下一篇：没有了\n\n扫一扫在手机打开当前页\n\n返回顶部\n信息提示\n\n"
        "您即将离开本网站，跳转到其他网站，\n是否继续访问？\n\n继续访问放弃\n"
    )

    def test_boilerplate_around_a_saved_text(self) -> None:
        read = plain(
            NEW,
            lambda text: (
                self.HEAD + text.replace("\n\n", "\n\n字体：[大 中 小]\n\n打印本页\n\n", 1) + self.TAIL
            ),
        )
        assert bare(read) == bare(NEW)

    def test_share_buttons_and_fonts_in_a_page(self) -> None:
        bar = "<div>分享到：<a>微信</a><a>微博</a> 打印 关闭</div>"
        assert bare(page(NEW, swapped("<div class='text'>", bar + "<div class='text'>"))) == bare(NEW)


class TestMetadata:
    def test_agency_only_as_our_bureau(self) -> None:
        made = plain(CLASSIC, lambda text: text.replace(AGENCY, "我局"))
        assert codes(made) & {"agency-unknown", "agency-unsure"}

    def test_two_dates_that_conflict(self) -> None:
        def change(text: str) -> str:
            return swapped(
                f"发布日期：{NEW.published}", f"成文日期：2023-01-02　　发布日期：{NEW.published}", 1
            )(text)

        read = plain(NEW, change)
        assert read.published == NEW.published

    def test_year_in_the_address_only(self) -> None:
        def change(text: str) -> str:
            text = text.replace("2012年", "本年").replace("2012", "")
            text = re.sub(r"发布日期：[\d-]*|'[\d-]* 09:30'", "''", text)
            return text.replace(
                "<style>", "<link rel='canonical' href='http://www.example.gov.cn/nb/2012/1.html'><style>"
            )

        read = page(CLASSIC, change)
        assert read.year == 2012 or codes(read) & {"year-unknown", "year-unsure"}

    def test_academic_year(self) -> None:
        title = "示例大学2020—2021学年信息公开工作年度报告"
        text = (
            f"{title}\n\n发布日期：2021-10-28\n\n本报告的统计期限为2020年9月1日至2021年8月31日。\n\n一、概述\n\n"
            f"{first_paragraph(NEW).text}\n\n二、主动公开情况\n\n学校主动公开信息三百余条。\n\n三、评议情况\n\n师生评价良好。\n"
        )
        read = read_bytes(text.encode(), "report.txt")
        assert read.title == title
        assert read.period
        assert read.year in (2020, 2021)


class TestNotReports:
    @pytest.mark.parametrize(
        ("title", "text"),
        [
            (
                "关于做好2020年政府信息公开工作年度报告编制工作的通知",
                "各科室：现将有关事项通知如下。请于一月底前报送。",
            ),
            (
                "政府信息公开工作年度报告（模板）",
                "一、总体情况\n\n（简要说明）\n\n二、主动公开政府信息情况\n\n……",
            ),
            ("示例市2020年上半年政府信息公开工作统计表", "公开信息三百余条。"),
            (
                "示例市政府信息公开年报目录",
                "\n\n".join(f"示例市{year}年政府信息公开工作年度报告" for year in range(2017, 2022)),
            ),
        ],
    )
    def test_what_only_looks_like_one(self, title: str, text: str) -> None:
        for data in (
            f"{title}\n\n{text}\n",
            f"<html><body><h1>{title}</h1><p>{text}</p><p>　</p></body></html>",
        ):
            with pytest.raises(ReadError) as caught:
                read_bytes(data.encode(), "x.txt")
            assert caught.value.code == "not-a-report"


def test_cells_are_not_shared_between_models() -> None:
    assert isinstance(table(NEW, "b-2021").rows[0], Row)
    assert isinstance(table(NEW, "b-2021").rows[0].cells[0], Cell)
    assert isinstance(NEW.sections[0], Section)


class TestScript:
    def test_a_traditional_copy_is_kept_as_printed(self) -> None:
        convert = opencc.OpenCC("s2t").convert
        read = page(NEW, convert)
        assert read.script == "traditional"
        assert (read.year, read.agency, read.agency_key) == (NEW.year, NEW.agency, NEW.agency_key)
        assert [s.kind for s in read.sections] == [s.kind for s in NEW.sections]
        assert texts(read) == [convert(text) for text in texts(NEW)]
        for form in ("a-2021", "b-2021", "c"):
            made = [cells for _, cells in values(table(NEW, form))]
            assert [cells for _, cells in values(table(read, form))] == made

    def test_radicals_in_headings_and_labels_change_nothing_but_the_print(self) -> None:
        def change(text: str) -> str:
            return text.replace("一、", "⼀、").replace("二、", "⼆、").replace("自然人", "⾃然⼈")

        read = page(NEW, change)
        assert [s.kind for s in read.sections] == [s.kind for s in NEW.sections]
        assert [cells for _, cells in values(table(read, "b-2021"))] == [
            cells for _, cells in values(table(NEW, "b-2021"))
        ]
