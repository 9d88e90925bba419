"""PDF files: text in order, paragraphs by geometry, tables by their strokes, joined over page borders.

The files are written here, byte by byte, so that each place of each character and stroke is known.
"""

from __future__ import annotations

import time

import pytest

from indexer.document import Document, Grid, Line
from indexer.readers import limits
from indexer.readers.pdf.reader import PdfReader
from report_search.errors import ReadError

WIDTH, HEIGHT = 595, 842
LEFT, RIGHT = 90, 510
FULL = "全年公开各类信息一千余条并通过多种渠道作出说明推动各项工作有序开展取得明显成效"[:35]


def text(x: float, y: float, content: str, *, size: float = 12) -> str:
    """Draws ``content`` with its baseline ``y`` points below the top of the page."""
    return f"BT /F1 {size} Tf {x} {HEIGHT - y} Td <{content.encode('utf-16-be').hex()}> Tj ET\n"


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S\n"


def bar(x0: float, y0: float, x1: float, y1: float) -> str:
    """A ruling as a thin filled bar, as browsers draw them."""
    return f"{x0} {HEIGHT - y1} {max(x1 - x0, 0.75)} {max(y1 - y0, 0.75)} re f\n"


def pdf(*pages: str, info: str = "", encrypt: str = "", page: str = "", form: str = "") -> bytes:
    """A PDF of ``pages`` (content streams) with one font that every viewer knows; F1 runs level, F2 downward."""
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(pages)))
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        3: "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        4: "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        "/Supplement 2>>/DW 1000/W[814[500 500 500]]/FontDescriptor 5 0 R>>",
        5: "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        "/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
        6: f"<<{info}>>",
        7: "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\n"
        "stream\n0\nendstream",
        8: f"<</Type/XObject/Subtype/Form/BBox[0 0 {WIDTH} {HEIGHT}]/Matrix[1 0 0 1 0 -10]/Resources"
        f"<</Font<</F1 3 0 R/F2 9 0 R>>>>/Length {len(form)}>>\nstream\n{form}endstream",
        9: "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-V/DescendantFonts[4 0 R]>>",
    }
    for at, content in enumerate(pages):
        objects[10 + 2 * at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents {11 + 2 * at} 0 R"
            f"/Resources<</Font<</F1 3 0 R/F2 9 0 R>>/XObject<</I 7 0 R/F 8 0 R>>>>{page}>>"
        )
        objects[11 + 2 * at] = f"<</Length {len(content)}>>\nstream\n{content}endstream"
    out = b"%PDF-1.7\n"
    places = {}
    for number, one in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{one}\nendobj\n".encode()
    start = len(out)
    size = max(objects) + 1
    out += f"xref\n0 {size}\n".encode()
    for number in range(size):
        used = number in places
        out += f"{places.get(number, 0):010d} {0 if used else 65535:05d} {'n' if used else 'f'} \n".encode()
    return (
        out
        + f"trailer\n<</Size {size}/Root 1 0 R/Info 6 0 R{encrypt}>>\nstartxref\n{start}\n%%EOF\n".encode()
    )


def read(*pages: str, **options: str) -> Document:
    data = pdf(*pages, **options)
    assert PdfReader().recognises(data, "x.html")
    return PdfReader().read(data, "x.pdf")


def lines(*pages: str) -> list[str]:
    return [part.text for part in read(*pages).parts if isinstance(part, Line)]


def rows(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def grids(*pages: str) -> list[Grid]:
    return [part for part in read(*pages).parts if isinstance(part, Grid)]


def failure(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        PdfReader().read(data, "x.pdf")
    assert caught.value.message
    assert caught.value.hint
    return caught.value


def outcome(data: bytes) -> str:
    """The code of the error or of the last warning."""
    try:
        return PdfReader().read(data, "x.pdf").warnings[-1].code
    except ReadError as error:
        return error.code


def paragraph(y: float, *content: str, indent: float = 24) -> str:
    """Lines set 20 points apart from ``y`` on, the first one indented."""
    return "".join(
        text(LEFT + (0 if at else indent), y + 20 * at, line, size=12) for at, line in enumerate(content)
    )


def table(xs: list[float], ys: list[float], cells: list[list[str]], draw: object = rule) -> str:
    """A fully ruled table; an empty text is an empty cell."""
    assert callable(draw)
    drawn = "".join(draw(xs[0], y, xs[-1], y) for y in ys) + "".join(draw(x, ys[0], x, ys[-1]) for x in xs)
    for row, top in zip(cells, ys, strict=False):
        for content, x in zip(row, xs, strict=False):
            drawn += text(x + 3, top + 14, content, size=9) if content else ""
    return drawn


def test_paragraphs_by_indent_short_line_and_heading() -> None:
    page = (
        text(180, 80, "示例市政府信息公开工作年度报告", size=18)
        + paragraph(130, "一、总体情况")
        + paragraph(150, FULL[:33], FULL, "到此为止。")
        + paragraph(210, FULL[:33], FULL[:34] + "。")
        + text(LEFT, 250, "二、其他情况", size=12)
        + text(LEFT, 270, "（一）没有缩进的一项。")
    )
    assert lines(page) == [
        "示例市政府信息公开工作年度报告",
        "一、总体情况",
        FULL[:33] + FULL + "到此为止。",
        FULL[:33] + FULL[:34] + "。",
        "二、其他情况",
        "（一）没有缩进的一项。",
    ]


def test_a_title_on_two_lines_is_one() -> None:
    page = (
        text(LEFT, 80, "示例市人力资源和社会保障局政府信息公开工作年", size=18)
        + text(280, 110, "度报告", size=18)
        + paragraph(150, FULL[:33], FULL, FULL, FULL, "到此为止。")
    )
    assert lines(page)[0] == "示例市人力资源和社会保障局政府信息公开工作年度报告"


def test_a_paragraph_goes_on_over_the_page_border() -> None:
    first = paragraph(100, FULL[:33], FULL) + text(290, 815, "— 1 —", size=9)
    second = text(LEFT, 80, "续上页，到此为止。") + paragraph(100, FULL[:33], "完。")
    second += text(290, 815, "— 2 —", size=9)
    document = read(first, second)
    found = [part for part in document.parts if isinstance(part, Line)]
    assert [part.text for part in found] == [FULL[:33] + FULL + "续上页，到此为止。", FULL[:33] + "完。"]
    assert [(part.page, part.where) for part in found] == [(1, "第1页"), (2, "第2页")]


def test_running_heads_and_page_numbers_are_dropped() -> None:
    pages = [
        text(220, 40, "示例市政府信息公开", size=9)
        + paragraph(120, f"第{at}页的正文内容。")
        + text(280, 810, f"第 {at} 页 共 3 页", size=9)
        for at in (1, 2, 3)
    ]
    assert lines(*pages) == ["第1页的正文内容。", "第2页的正文内容。", "第3页的正文内容。"]


def test_a_number_in_the_text_is_no_page_number() -> None:
    assert lines(paragraph(300, "2019", indent=0) + paragraph(340, "正文内容在这里。")) == [
        "2019",
        "正文内容在这里。",
    ]


def test_latin_words_part_and_chinese_does_not() -> None:
    page = text(LEFT, 100, "COVID") + text(LEFT + 66, 100, "and") + text(LEFT + 110, 100, "疫情防控")
    assert lines(page)[0].replace("\t", " ").startswith("COVID and")
    assert lines(text(LEFT, 100, "公开") + text(LEFT + 30, 100, "信息，收到 2 350 件")) == [
        "公开信息，收到 2 350 件"
    ]


def test_columns_without_rulings_are_told_by_tabs() -> None:
    page = "".join(
        text(x, y, content)
        for y, row in ((100, ("规章", "3", "4")), (120, ("规范性文件", "12", "0")))
        for x, content in zip((LEFT, 260, 400), row, strict=True)
    )
    assert lines(page) == ["规章\t3\t4", "规范性文件\t12\t0"]


@pytest.mark.parametrize("draw", [rule, bar])
def test_a_ruled_table(draw: object) -> None:
    page = paragraph(80, "二、主动公开情况") + table(
        [90, 230, 370, 510],
        [100, 120, 140, 160],
        [["信息内容", "制发", "废止"], ["规章", "3", ""], ["文件", "12", "-4"]],
        draw,
    )
    document = read(page + paragraph(200, "三、其他情况"))
    assert [type(part) for part in document.parts] == [Line, Grid, Line]
    (grid,) = [part for part in document.parts if isinstance(part, Grid)]
    assert rows(grid) == [["信息内容", "制发", "废止"], ["规章", "3", ""], ["文件", "12", "-4"]]
    assert (grid.page, grid.where) == (1, "第1页")


def test_spans_are_rulings_that_are_missing() -> None:
    page = (
        rule(90, 100, 510, 100) + rule(230, 120, 510, 120) + rule(90, 140, 510, 140) + rule(90, 160, 510, 160)
        + rule(90, 100, 90, 160) + rule(230, 100, 230, 160) + rule(370, 120, 370, 160) + rule(510, 100, 510, 160)
        + text(93, 124, "项目", size=9) + text(300, 114, "数量", size=9)
        + text(240, 134, "甲", size=9) + text(380, 134, "乙", size=9)
        + text(93, 154, "规章", size=9) + text(240, 154, "1", size=9) + text(380, 154, "2", size=9)
    )  # fmt: skip
    (grid,) = grids(page)
    assert [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in grid.rows] == [
        [("项目", 2, 1), ("数量", 1, 2)],
        [("甲", 1, 1), ("乙", 1, 1)],
        [("规章", 1, 1), ("1", 1, 1), ("2", 1, 1)],
    ]


def test_the_lines_of_a_cell_are_joined_and_its_number_is_whole() -> None:
    page = table([90, 150, 190], [100, 140, 160], [["", ""], ["乙", "2"]])
    page += text(93, 114, "不予公", size=9) + text(93, 128, "开", size=9)
    page += text(153, 114, "2695", size=9) + text(153, 128, "4", size=9)
    (grid,) = grids(page)
    assert rows(grid)[0] == ["不予公开", "26954"]


XS = [90.0, 200.0, 340.0, 510.0]


def test_a_table_goes_on_over_the_page_border() -> None:
    first = table(XS, [700, 720, 740], [["项目", "件数", "备注"], ["规章", "3", "无"]]) + text(
        290, 815, "1", size=9
    )
    second = table(XS, [80, 100, 120], [["文件", "12", ""], ["许可", "5", "无"]]) + paragraph(
        160, "三、其他情况"
    )
    document = read(paragraph(100, FULL[:33], "到此为止。") + first, second)
    (grid,) = [part for part in document.parts if isinstance(part, Grid)]
    assert rows(grid) == [
        ["项目", "件数", "备注"],
        ["规章", "3", "无"],
        ["文件", "12", ""],
        ["许可", "5", "无"],
    ]
    assert grid.where == "第1至2页"


def test_a_head_printed_again_is_dropped() -> None:
    head = ["项目", "件数", "备注"]
    first = table(XS, [700, 720, 740], [head, ["规章", "3", "无"]])
    second = table(XS, [80, 100, 120], [head, ["许可", "5", "无"]])
    (grid,) = grids(paragraph(100, FULL) + first, second + paragraph(160, "完。"))
    assert rows(grid) == [head, ["规章", "3", "无"], ["许可", "5", "无"]]


def test_a_cell_that_spans_the_page_border_is_one() -> None:
    first = (
        table(XS, [700, 720, 740], [["不予公开", "1.国家秘密", "3"], ["", "2.法律禁止", "4"]])
        .replace(rule(90.0, 720, 510.0, 720), rule(200.0, 720, 510.0, 720))
    )  # fmt: skip
    second = table(XS, [80, 100, 120], [["", "3.三安全", "5"], ["总计", "全部", "12"]])
    (grid,) = grids(paragraph(100, FULL) + first, second + paragraph(160, "完。"))
    assert [[(cell.text, cell.rowspan) for cell in row] for row in grid.rows] == [
        [("不予公开", 3), ("1.国家秘密", 1), ("3", 1)],
        [("2.法律禁止", 1), ("4", 1)],
        [("3.三安全", 1), ("5", 1)],
        [("总计", 1), ("全部", 1), ("12", 1)],
    ]


def test_a_row_that_the_page_border_tears_is_one() -> None:
    first = table(XS, [700, 720, 740], [["项目", "甲", "乙"], ["部分公开（只计这一", "3", "4"]])
    second = table(XS, [80, 100, 120], [["情形）", "", ""], ["总计", "5", "6"]])
    (grid,) = grids(paragraph(100, FULL) + first, second + paragraph(160, "完。"))
    assert rows(grid)[1:] == [["部分公开（只计这一情形）", "3", "4"], ["总计", "5", "6"]]


def test_a_title_row_at_the_head_of_a_page_is_a_row_of_its_own() -> None:
    first = table(XS, [700, 720, 740], [["项目", "单位", "数"], ["（一）公开数", "条", "4"]])
    second = table(XS, [80, 100, 120], [["二、回应解读情况", "", ""], ["（一）回应数", "次", "6"]])
    (grid,) = grids(paragraph(100, FULL) + first, second + paragraph(160, "完。"))
    assert rows(grid)[1:] == [
        ["（一）公开数", "条", "4"],
        ["二、回应解读情况", "", ""],
        ["（一）回应数", "次", "6"],
    ]


def test_tables_with_text_between_them_stay_apart() -> None:
    first = table(XS, [700, 720, 740], [["甲", "乙", "丙"], ["1", "2", "3"]])
    second = paragraph(60, "三、另一张表") + table(XS, [80, 100, 120], [["甲", "乙", "丙"], ["4", "5", "6"]])
    assert len(grids(first, second)) == 2


def test_a_frame_around_text_is_no_table() -> None:
    page = rule(80, 90, 520, 90) + rule(80, 130, 520, 130) + rule(80, 90, 80, 130) + rule(520, 90, 520, 130)
    assert lines(page + paragraph(110, "框里的正文内容。")) == ["框里的正文内容。"]


def test_radicals_stay_as_printed() -> None:
    assert lines(paragraph(100, "为了⽅便⽤户")) == ["为了⽅便⽤户"]


def test_metadata() -> None:
    title = "示例市2020年报告".encode("utf-16-be").hex()
    document = read(
        paragraph(100, "正文内容。"), info=f"/Title<FEFF{title}>/CreationDate(D:20210120093000+08'00')"
    )
    assert document.title == "示例市2020年报告"
    assert document.facts == {"Title": "示例市2020年报告", "CreationDate": "2021-01-20"}
    assert read(paragraph(100, "正文内容。"), info="/Title(Microsoft Word - 1.doc)").title == ""


SCAN = f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /I Do Q\n"


def test_a_scan_is_refused_and_a_scanned_page_is_reported() -> None:
    assert failure(pdf(SCAN, SCAN)).code == "no-text"
    assert failure(pdf("")).code == "no-text"
    # An empty picture: with the extra `scan` nothing is recognised on it, without it nothing looks.
    document = read(paragraph(100, FULL[:33], "到此为止。"), SCAN)
    assert [(warning.code, warning.where) for warning in document.warnings] == [
        ("page-without-text", "第2页")
    ]


def test_a_locked_file() -> None:
    lock = f"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<{'41' * 32}>/U<{'42' * 32}>>>/ID[<00><00>]"
    assert failure(pdf(paragraph(100, FULL), encrypt=lock)).code == "encrypted"


def test_damaged_and_truncated_files() -> None:
    whole = pdf(paragraph(100, FULL[:33], "到此为止。"))
    assert failure(b"%PDF-1.7\n" + b"garbage " * 20).code == "damaged"
    assert failure(b"").code == "empty"
    for size in range(100, len(whole) - 40, 97):
        assert outcome(whole[:size]) in ("damaged", "no-text", "file-truncated")


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    many = pdf(*[paragraph(100, FULL)] * 4)
    monkeypatch.setattr(limits, "MAX_PAGES", 3)
    assert failure(many).code == "limit"
    monkeypatch.setattr(limits, "MAX_PAGES", 500)
    monkeypatch.setattr(limits, "MAX_MARKS", 20)
    assert failure(many).code == "limit"
    monkeypatch.setattr(limits, "MAX_MARKS", 200_000)
    monkeypatch.setattr(limits, "MAX_SECONDS", -1.0)
    assert failure(many).code == "limit"
    monkeypatch.setattr(limits, "MAX_SECONDS", 60.0)
    monkeypatch.setattr(limits, "MAX_CELLS", 3)
    assert failure(pdf(table(XS, [100, 120, 140], [["甲", "乙", "丙"]]))).code == "limit"


def test_only_the_mark_of_a_pdf_is_recognised() -> None:
    assert not PdfReader().recognises(b"<html>%PD", "x.pdf")
    assert PdfReader().recognises(b"\r\n%PDF-1.4", "x.doc")


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.readers.pdf.reader.pdfium", None)
    error = failure(pdf(paragraph(100, FULL)))
    assert error.code == "missing-library"
    assert "report-search[pdf]" in error.hint


CELLS = [["项目", "甲", "乙"], ["规章", "3", "4"]]


@pytest.mark.parametrize(
    ("turn", "page"),
    [
        (f"0 1 -1 0 {HEIGHT} 0", f"/Rotate 90/MediaBox[0 0 {HEIGHT} {WIDTH}]"),
        (f"0 1 -1 0 {HEIGHT} 0", f"/MediaBox[0 0 {HEIGHT} {WIDTH}]"),
        (f"0 -1 1 0 0 {WIDTH}", f"/Rotate 270/MediaBox[0 0 {HEIGHT} {WIDTH}]"),
        (f"-1 0 0 -1 {WIDTH} {HEIGHT}", "/Rotate 180"),
    ],
)
def test_turned_pages(turn: str, page: str) -> None:
    content = f"q {turn} cm " + paragraph(80, "一、总体情况") + table(XS, [100, 120, 140], CELLS) + "Q\n"
    line, grid = read(content, page=page).parts
    assert isinstance(line, Line)
    assert line.text == "一、总体情况"
    assert isinstance(grid, Grid)
    assert rows(grid) == CELLS


def test_rulings_and_text_inside_a_form() -> None:
    form = table(XS, [100, 120, 140], CELLS)
    (grid,) = read(f"q 1 0 0 1 5 0 cm /F Do Q\n{paragraph(300, '正文内容。')}", form=form).parts[:1]
    assert isinstance(grid, Grid)
    assert rows(grid) == CELLS


def test_a_drawing_is_no_table() -> None:
    lattice = "".join(
        rule(100 + at % 60 * 7, 200 + at // 60 * 7, 104 + at % 60 * 7, 200 + at // 60 * 7)
        for at in range(3600)
    )
    started = time.monotonic()
    assert lines(lattice + paragraph(100, "正文内容。")) == ["正文内容。"]
    assert time.monotonic() - started < 10


def test_the_only_row_before_a_page_border_is_no_frame() -> None:
    first = (
        rule(90, 720, 510, 720) + rule(90, 740, 510, 740) + rule(90, 720, 90, 740) + rule(510, 720, 510, 740)
    )
    first += text(200, 734, "第二十条第（一）项", size=9) + text(290, 815, "1", size=9)
    second = table(XS, [80, 100, 120], [["信息内容", "制发", "废止"], ["规章", "3", "1"]])
    (grid,) = grids(paragraph(100, FULL[:33], "到此为止。") + first, second)
    assert [(cell.text, cell.colspan) for cell in grid.rows[0]] == [("第二十条第（一）项", 3)]
    assert len(grid.rows) == 3


def test_a_row_that_no_ruling_closes_at_the_page_border_is_one() -> None:
    down = "".join(rule(x, 740, x, 760) for x in XS)
    first = table(XS, [700, 720, 740], [["项目", "甲", "乙"], ["规章", "1", "2"]]) + down
    first += text(93, 754, "部分公开（只计", size=9) + text(203, 754, "3", size=9)
    up = "".join(rule(x, 70, x, 80) for x in XS)
    second = up + text(93, 78, "这一情形）", size=9) + table(XS, [80, 100], [["总计", "5", "6"]])
    (grid,) = grids(paragraph(100, FULL) + first, second + paragraph(160, "完。"))
    assert rows(grid)[2:] == [["部分公开（只计这一情形）", "3", ""], ["总计", "5", "6"]]
