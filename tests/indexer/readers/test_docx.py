"""Word files: what Word prints is read, its own numbers included; what it hides is not.

Most files are written here part by part; those of python-docx show what other programs write.
"""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from random import Random

import docx
import pytest

from indexer.document import Document, Grid, Line
from indexer.readers import limits
from indexer.readers.docx.numbering import formatted
from indexer.readers.docx.reader import DocxReader
from report_search.errors import ReadError

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMES = f'xmlns:w="{W}" xmlns:wps="{WPS}" xmlns:mc="{MC}" xmlns:v="urn:schemas-microsoft-com:vml"'


def packed(body: str, **others: str) -> bytes:
    parts = {"word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"}
    parts |= {
        f"word/{name}.xml": f"<w:{name} {NAMES}>{content}</w:{name}>" for name, content in others.items()
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


def p(content: str, properties: str = "") -> str:
    run = content if content.startswith("<w:") else f"<w:r><w:t>{content}</w:t></w:r>"
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>"


def read(data: bytes) -> Document:
    assert DocxReader().recognises(data, "x.pdf")
    return DocxReader().read(data, "x.docx")


def lines(body: str, **others: str) -> list[str]:
    return [part.text for part in read(packed(body, **others)).parts if isinstance(part, Line)]


def failure(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        DocxReader().read(data, "x.docx")
    assert caught.value.message
    assert caught.value.hint
    return caught.value


STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="x"><w:name w:val="章"/><w:basedOn w:val="1"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="y"><w:name w:val="己"/><w:basedOn w:val="y"/>'
    '<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="character" w:styleId="s"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
)


def level(at: int, kind: str, pattern: str, more: str = "") -> str:
    look = f'<w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{pattern}"/>'
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/>{look}</w:lvl>'


NUMBERING = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCountingThousand", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "%1.%4", "<w:isLgl/>")
    + level(4, "bullet", "●")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
    "</w:lvlOverride></w:num>"
)


def item(text: str, depth: int, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def test_generated_numbers_become_text() -> None:
    body = "".join(
        [
            item("总体情况", 0),
            item("主动公开", 1),
            item("制度", 2),
            item("培训", 2),
            item("依申请公开", 1),
            item("重新数起", 2),
            item("合法", 3),
            item("圆点", 4),
            item("主动公开情况", 0),
            item("又从一数起", 1),
            item("从五数起", 0, 2),
            item("接着数", 0, 2),
            p("没有编号", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'),
        ]
    )
    assert lines(body, numbering=NUMBERING) == [
        "一、总体情况",
        "（一）主动公开",
        "1.制度",
        "2.培训",
        "（二）依申请公开",
        "1.重新数起",
        "1.1 合法",
        "圆点",
        "二、主动公开情况",
        "（一）又从一数起",
        "五、从五数起",
        "六、接着数",
        "没有编号",
    ]


@pytest.mark.parametrize(
    ("number", "kind", "printed"),
    [
        (10, "chineseCounting", "十"),
        (12, "chineseCountingThousand", "十二"),
        (20, "japaneseCounting", "二十"),
        (103, "chineseCountingThousand", "一百零三"),
        (110, "chineseCountingThousand", "一百一十"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (20, "ideographDigital", "二〇"),
        (3, "decimalEnclosedCircle", "③"),
        (21, "decimalEnclosedCircle", "21"),
        (14, "lowerRoman", "xiv"),
        (2, "ideographTraditional", "乙"),
        (28, "upperLetter", "BB"),
        (7, "decimalZero", "07"),
        (15, "decimalFullWidth", "１５"),
        (19, "decimalFullWidth", "１９"),
        (4, "noSuchFormat", "4"),
        (999_999_999, "lowerRoman", "999999999"),
    ],
)
def test_number_formats(number: int, kind: str, printed: str) -> None:
    assert formatted(number, kind) == printed


def test_styles_give_levels_bold_and_numbers() -> None:
    body = (
        p("标题一", '<w:pStyle w:val="1"/>')
        + p("章一", '<w:pStyle w:val="x"/>')
        + p("自称为基", '<w:pStyle w:val="y"/>')
        + p("<w:r><w:rPr><w:rStyle w:val='s'/></w:rPr><w:t>粗体</w:t></w:r>")
        + p("<w:r><w:rPr><w:b/></w:rPr><w:t>半</w:t></w:r><w:r><w:t>粗</w:t></w:r>")
        + p("<w:r><w:rPr><w:b w:val='0'/></w:rPr><w:t>不粗</w:t></w:r>", '<w:pStyle w:val="1"/>')
    )
    document = read(packed(body, styles=STYLES, numbering=NUMBERING))
    assert [(part.text, part.level, part.strong) for part in document.parts if isinstance(part, Line)] == [
        ("标题一", 1, True),
        ("一、章一", 1, True),
        ("自称为基", 3, False),
        ("粗体", 0, True),
        ("半粗", 0, False),
        ("不粗", 1, False),
    ]


def test_runs_tabs_breaks_and_fields() -> None:
    body = p(
        "<w:r><w:t>主动</w:t></w:r><w:r><w:t xml:space='preserve'>公开 </w:t><w:noBreakHyphen/><w:t>19</w:t></w:r>"
        "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>3</w:t></w:r><w:r><w:br/><w:t>下一行</w:t></w:r>"
        "<w:r><w:br w:type='page'/><w:t>同一行</w:t></w:r>"
    )
    body += p("<w:r><w:t>规章</w:t><w:tab/><w:t>3</w:t></w:r>")
    document = read(packed(body))
    assert [(part.text, part.gap) for part in document.parts if isinstance(part, Line)] == [
        ("主动公开 -19链接3", True),
        ("下一行同一行", False),
        ("规章\t3", True),
    ]


def test_deleted_hidden_and_listed_things_are_not_text() -> None:
    body = (
        p("<w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>")
        + p("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:t>可见</w:t></w:r>")
        + p(
            "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo>"
        )
        + p("总体情况\t1", '<w:pStyle w:val="c"/>')
        + "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>{p('目录')}</w:sdtContent></w:sdt><w:sdt><w:sdtContent>{p('控件里的正文')}</w:sdtContent></w:sdt>"
    )
    assert lines(body, styles=STYLES) == ["新增", "可见", "移来", "控件里的正文"]


def test_text_boxes_follow_their_paragraph_once() -> None:
    box = f"<w:txbxContent>{p('框里的话')}{p('第二句')}</w:txbxContent>"
    body = p(
        "<w:r><w:t>正文</w:t><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines(body + p("后文")) == ["正文", "框里的话", "第二句", "后文"]
    assert lines(p(f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>")) == ["框里的话", "第二句"]


def test_footnotes_stand_behind_the_text_with_their_mark() -> None:
    notes = f'<w:footnote w:type="separator" w:id="0">{p("线")}</w:footnote>'
    notes += f'<w:footnote w:id="2">{p("注文")}</w:footnote>'
    body = p("<w:r><w:t>正文</w:t><w:footnoteReference w:id='2'/></w:r>")
    assert lines(body, footnotes=notes) == ["正文[2]", "[2]注文"]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def test_merged_cells() -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide = '<w:gridSpan w:val="2"/>'
    body = table(
        row(cell("项目", wide + down), cell("数量", wide)),
        row(cell("", wide + on), cell("甲"), cell("乙")),
        row(cell("不予公开", down), cell("1.秘密"), cell("3"), cell("4")),
        row(cell("", on), cell("2.法律"), cell(""), cell("6")),
        row(cell("已删去"), properties="<w:del/>"),
        row(cell("2.后补"), cell("5"), cell("6"), properties='<w:gridBefore w:val="1"/>'),
    )
    (grid,) = read(packed(body)).parts
    assert isinstance(grid, Grid)
    assert [[(one.text, one.rowspan, one.colspan) for one in cells] for cells in grid.rows] == [
        [("项目", 2, 2), ("数量", 1, 2)],
        [("甲", 1, 1), ("乙", 1, 1)],
        [("不予公开", 2, 1), ("1.秘密", 1, 1), ("3", 1, 1), ("4", 1, 1)],
        [("2.法律", 1, 1), ("", 1, 1), ("6", 1, 1)],
        [("", 1, 1), ("2.后补", 1, 1), ("5", 1, 1), ("6", 1, 1)],
    ]


def test_merged_cells_of_another_program() -> None:
    document = docx.Document()
    document.add_heading("一、总体情况", level=2)
    made = document.add_table(rows=3, cols=3)
    made.cell(0, 0).merge(made.cell(1, 0)).text = "项目"
    made.cell(0, 1).merge(made.cell(0, 2)).text = "数量"
    for column, text in enumerate(("规章", "3", "4")):
        made.cell(2, column).text = text
    document.core_properties.title = "示例市2020年报告"
    stream = io.BytesIO()
    document.save(stream)
    found = read(stream.getvalue())
    assert found.title == "示例市2020年报告"
    line, grid = found.parts
    assert isinstance(line, Line)
    assert (line.text, line.level) == ("一、总体情况", 2)
    assert isinstance(grid, Grid)
    assert [[(one.text, one.rowspan, one.colspan) for one in cells] for cells in grid.rows] == [
        [("项目", 2, 1), ("数量", 1, 2)],
        [("", 1, 1), ("", 1, 1)],
        [("规章", 1, 1), ("3", 1, 1), ("4", 1, 1)],
    ]


def test_lines_of_a_cell_are_joined_and_a_table_inside_is_its_text() -> None:
    inner = table(row(cell("甲"), cell("1")))
    body = table(
        row(f"<w:tc>{p('行政')}{p('许可')}</w:tc>", f"<w:tc>{inner}{p('完')}</w:tc>"),
        row(cell("a"), cell("2")),
    )
    (grid,) = read(packed(body)).parts
    assert isinstance(grid, Grid)
    assert [one.text for one in grid.rows[0]] == ["行政许可", "甲 1完"]


def test_a_frame_around_paragraphs_is_no_table() -> None:
    assert lines(table(row(f"<w:tc>{p('一、总体情况')}{p('正文。')}</w:tc>"))) == ["一、总体情况", "正文。"]


def test_strict_packages_are_read() -> None:
    data = packed(p("正文"))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        content = old.read("word/document.xml").decode()
        new.writestr(
            "word/document.xml", content.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
        )
    assert [part.text for part in read(stream.getvalue()).parts if isinstance(part, Line)] == ["正文"]


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in names:
            package.writestr(name, "<a/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (archive("word/styles.xml"), "damaged"),
        (archive("word/document.xml"), "damaged"),
        (packed(p("正文"))[:-30], "damaged"),
        (packed(p("正文"))[:120], "damaged"),
        (packed(""), "no-text"),
        (packed("<w:p>"), "damaged"),
        (b"", "empty"),
    ],
)
def test_what_can_not_be_read_says_why(data: bytes, code: str) -> None:
    assert failure(data).code == code
    assert DocxReader().recognises(data, "x.txt") is (code != "empty")


def test_a_locked_part() -> None:
    data = bytearray(packed(p("正文")))
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flag] |= 1
    assert failure(bytes(data)).code == "encrypted"


def test_a_damaged_stream() -> None:
    data = bytearray(packed(p("正文" * 500)))
    at = data.index(b"word/document.xml") + 40
    data[at : at + 20] = b"\xff" * 20
    assert failure(bytes(data)).code == "damaged"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED", 1_000_000)
    assert failure(packed("<!--" + "0" * 5_000_000 + "-->")).code == "limit"


def test_entities_are_not_resolved() -> None:
    entities = "".join(f"<!ENTITY e{at} '{f'&e{at - 1};' * 10 if at else 'x'}'>" for at in range(9))
    document = f"<!DOCTYPE d [{entities}]><w:document {NAMES}><w:body>{p('文&e8;')}</w:body></w:document>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", document)
    try:
        texts = [part.text for part in read(stream.getvalue()).parts if isinstance(part, Line)]
    except ReadError as error:
        texts = [error.code]
    assert texts in (["文"], ["damaged"], ["no-text"], ["limit"])


def test_limits() -> None:
    endless = "9" * 5000
    assert (
        failure(packed(table(row(cell("甲", f'<w:gridSpan w:val="{endless}"/>'), cell("1"))))).code == "limit"
    )
    assert failure(packed(table(row(cell("甲", '<w:gridSpan w:val="1000000"/>'), cell("1"))))).code == "limit"
    deep = "<w:tbl><w:tr><w:tc>" * 200 + p("甲") + "</w:tc></w:tr></w:tbl>" * 200
    assert failure(packed(deep)).code == "limit"
    nested = "<w:tbl><w:tr><w:tc>" * 70 + p("甲") + "</w:tc></w:tr></w:tbl>" * 70
    assert lines(nested) == ["甲"]
    assert failure(packed("<w:p/>" * (limits.MAX_TAGS * 4))).code == "limit"


@pytest.mark.parametrize("data", [b"<html>", b"%PDF-1.4", "文本".encode()])
def test_other_formats_are_not_taken(data: bytes) -> None:
    assert not DocxReader().recognises(data, "x.docx")


def test_damage_anywhere_is_an_error_and_never_a_crash() -> None:
    whole = packed(p("正文" * 50), styles=STYLES, numbering=NUMBERING)
    rng = Random(3)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 4, 30))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        at = rng.randrange(len(data))
        del data[at : at + rng.choice((0, 1, 200))]
        with suppress(ReadError):
            DocxReader().read(bytes(data), "x.docx")
