"""Files made to take forever: one fragment of a report over and over, in every place a format has for it.

The rule: a kind of file gives bytes of about the size it is asked for, the same ones each time, so that reading it at
doubling sizes tells whether some step looks at everything once more for every piece.
"""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

TITLE = "示例市审计局2021年政府信息公开工作年度报告"
HEAD = f"{TITLE}\n\n一、总体情况\n\n全年公开信息30条。\n\n"
TAIL = (
    "\n\n二、主动公开政府信息情况\n\n公开规章2件。\n\n三、收到和处理政府信息公开申请情况\n\n收到申请4件。\n"
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

CHARACTERS = (
    *(" ", "\t", "\u3000", "\xa0", "\u200b", "\x0c", "\u0300"),
    *tuple("（([《“×＿·—-①一1。：；，第\\`<&>|｜*_~#!年月日%+十〇○甲aA."),
)
WORDS = (
    *(
        "二〇",
        "1,",
        "1.",
        "20",
        "2021年",
        "2021年1月1日 ",
        "二〇二一年一月一日",
        "2021-01-01 ",
        "公开",
        "政府信息公开",
    ),
    *(
        "通知（",
        "（答复）",
        "百分之",
        "三点",
        "*a",
        "首页>",
        "首页 > ",
        "a / ",
        "| ",
        "【打印】",
        "分享到：",
        "来源：",
        "来源 ：",
    ),
    *(
        "一、",
        "（一）",
        "第一条",
        "某某",
        "人民政府",
        "XX局",
        "甲市乙区",
        "大学",
        "办公室",
        "其中：",
        "第二十条第（一）项 ",
    ),
    *(
        "规章 0 ",
        "0 ",
        "1,234 ",
        "1.属于国家秘密 0 ",
        "&nbsp;",
        "[a](",
        "![a](b)",
        "<b>",
        "</b>",
        "<!--",
        "$a$",
        "\\|",
        "~~",
    ),
    *(
        "http://a.b/",
        "10件",
        "10%",
        "。\u3000",
        "：\u3000",
        "年度报告",
        "报告（",
        "发布",
        "位置：",
        "A+ ",
        "我局",
        "请与甲联系",
    ),
)
LINES = (
    *(
        "甲",
        "一、甲",
        "（一）甲",
        "1.甲",
        "1、甲",
        "（1）甲",
        "①甲",
        "第一部分 甲",
        "第一条 甲",
        "一、存在的问题",
        "一、总体情况",
    ),
    *(
        "甲，乙",
        "打印",
        "首页 > 公开 > 正文",
        "【字体：大 中 小】",
        "版权所有",
        "——",
        "- 1 -",
        "第1页",
        "2021年1月1日",
        "12",
    ),
    *(
        "|甲|1|",
        "|---|---|",
        "甲\t1",
        "甲\t",
        "\t1",
        "甲  1",
        "  甲    乙    丙  ",
        "#甲",
        "# a",
        "## 甲",
        ">甲",
        "- 甲",
        "1. 甲",
    ),
    *(
        "信息内容",
        "统计指标",
        "统计指标 单位 统计数",
        "单位",
        "条",
        "第二十条第（一）项",
        "规章",
        "予以公开",
        "予以公开  甲",
    ),
    *(
        "予以公开\t1\t2",
        "1.属于国家秘密 0 0 3",
        "七、总计",
        "行政复议",
        "结果维持",
        "自然人",
        "总计",
        "制发件数",
        "0",
        "0 0 0",
    ),
    *(
        "a: 1",
        "h: x",
        "[a]: //b",
        "[a]: b",
        "来源：甲",
        "发布日期：2021-01-01",
        "索引号",
        "索引号：",
        "示例市人民政府",
        TITLE,
    ),
    *(
        "现将本报告公布如下。",
        "全年公开信息一千余条并通过多种渠道作出说明推动各项工作有序开展，取得明显",
        "\u3000\u3000全年公开信息一千条。",
    ),
    *(
        "<p>甲",
        "<table><tr><td>甲</td><td>1</td></tr></table>",
        "<td>甲",
        "```",
        "***",
        "===",
        "$$",
        "[^a]: b",
        "\\",
        "&#20;",
    ),
    *(
        "第二十条第（一）项 信息内容 本年制发件数",
        "规章 1 2 3",
        "注：甲",
        "其中：甲",
        "某某讯",
        "（此件公开发布）",
        "",
    ),
)

Write = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of hostile file: its format, what is in it and where, and how it is written in a size."""

    format: str
    label: str
    write: Write

    @property
    def file_name(self) -> str:
        """A name of a file of this kind."""
        return f"a.{self.format}"


def kinds() -> Iterator[Kind]:
    """Every kind there is, by format."""
    for format_of_text in ("txt", "md"):
        yield from _texts(format_of_text)
    yield from _pages()
    yield from _archives()
    yield from _word_files()
    yield from _prints()


def random_kinds(number: int, *, seed: int) -> Iterator[Kind]:
    """Kinds that nobody thought of: two to four pieces drawn at random, repeated together."""
    draw = random.Random(seed)
    pieces = (*CHARACTERS, *WORDS, *(f"{line}\n" for line in LINES), "\n", "\n\n")
    for _ in range(number):
        unit = "".join(draw.choice(pieces) for _ in range(draw.randint(2, 4)))
        kind = draw.choice(("txt", "md", "html", "docx"))
        if kind in ("txt", "md"):
            yield Kind(kind, f"repeated {unit!r}", _text_of(unit))
        elif kind == "html":
            tag = draw.choice(("p", "td", "pre", "li", "b"))
            yield _page(f"<{tag}>{escape(unit)}" if draw.random() < 0.5 else f"<{tag}>{unit}</{tag}>")
        else:
            yield _word_file(f"repeated {unit!r}", "".join(map(_paragraph, unit.split("\n"))))


def times(unit: str, size: int) -> str:
    """``unit`` as often as it takes to fill ``size`` bytes."""
    return unit * max(1, size // len(unit.encode()))


def _text_of(unit: str) -> Write:
    return lambda size: f"{HEAD}{times(unit, size)}{TAIL}".encode()


def _texts(suffix: str) -> Iterator[Kind]:
    """Fragments within one line, at the top of a file, and as lines, close and apart."""
    for unit in (*CHARACTERS, *WORDS):
        yield Kind(suffix, f"in a line {unit!r}", _inside(f"{HEAD}甲", unit, f"乙{TAIL}"))
        yield Kind(suffix, f"as the first line {unit!r}", _inside("", unit, f"\n\n{HEAD}{TAIL}"))
    for line in LINES:
        yield Kind(suffix, f"lines {line!r}", _text_of(f"{line}\n"))
        yield Kind(suffix, f"paragraphs {line!r}", _text_of(f"{line}\n\n"))
        yield Kind(suffix, f"lines at the top {line!r}", _inside("", f"{line}\n", f"{HEAD}{TAIL}"))
    for numbered in (
        "第{}部分 甲",
        "{}. 甲",
        "h{}: x",
        "来源{}：甲",
        "[a{}]: b",
        "|甲{}|1|",
        "甲{}\t1",
        "甲{}：乙",
    ):
        yield Kind(suffix, f"lines numbered {numbered!r}", _numbered(HEAD, f"{numbered}\n", TAIL))
    yield Kind(suffix, "one row of cells", _inside(f"{HEAD}|", "甲|", f"\n|{TAIL}"))
    yield Kind(suffix, "one row of tabs", _inside(f"{HEAD}甲", "\t1", f"\n甲\t1{TAIL}"))
    yield Kind(suffix, "one row of glued cells", _inside(f"{HEAD}予以公开", " 0", f"\n予以公开 1{TAIL}"))
    yield Kind(suffix, "quotes in quotes", _inside(HEAD, "> ", f"甲{TAIL}"))


def _inside(before: str, unit: str, behind: str) -> Write:
    return lambda size: f"{before}{times(unit, size)}{behind}".encode()


def _numbered(before: str, pattern: str, behind: str) -> Write:
    def write(size: int) -> bytes:
        count = max(1, size // (len(pattern.encode()) + 4))
        return (before + "".join(pattern.format(at) for at in range(count)) + behind).encode()

    return write


_PAGE = f"<html><body><h1>{TITLE}</h1><p>一、总体情况</p>{{}}<p>二、存在的问题</p></body></html>"


def _page(unit: str, *, before: str = "", behind: str = "") -> Kind:
    start, end = _PAGE.split("{}")
    return Kind("html", f"{before}{unit!r}…{behind}", _inside(start + before, unit, behind + end))


def _pages() -> Iterator[Kind]:
    for line in LINES:
        yield _page(f"<p>{escape(line)}</p>")
        yield _page(f"{escape(line)}<br>", before="<p>")
        yield _page(f"<tr><td>{escape(line)}</td><td>1</td></tr>", before="<table>", behind="</table>")
        yield _page(f"<table><tr><td>{escape(line)}</td><td>1</td></tr></table>")
    for unit in (*CHARACTERS, *WORDS):
        yield _page(escape(unit), before="<p>甲", behind="乙</p>")
        yield _page(escape(unit), before="<table><tr><td>甲</td><td>", behind="</td></tr></table>")
    for tag in (
        "font",
        "b",
        "span",
        "div",
        "p",
        "table",
        "tr",
        "td",
        "li",
        "ol",
        "ul",
        "a",
        "pre",
        "center",
        "h1",
        "form",
    ):
        yield _page(f"<{tag}>")
        yield _page(f"<{tag}>甲")
        yield _page(f"<{tag}>甲</{tag}>")
        yield _page(f"</{tag}>甲")
    for before, unit, behind in (
        ('<p style="', "font:", '">甲</p>'),
        ('<p class="', "a ", '">甲</p>'),
        ("<p ", "a=1 ", ">甲</p>"),
        ("<!-- ", "saved from url=(1", " -->"),
        ("", "<!-- a -->", ""),
        ("", "<a href=b>甲</a>", ""),
        ("", "<img src=a>", ""),
        ("", '<meta name="a" content="b">', ""),
        ("", "<table><tr><td>甲</td><td>", ""),
        ("", "</b><p>甲", ""),
        ("<table>", "<tr><td>甲<td>1", ""),
        ("<table>", "<tr><td colspan=2>甲</td></tr><tr><td>甲</td><td>1</td></tr>", "</table>"),
        ("<table><tr>", "<th>甲</th>", "</tr><tr><td>甲</td><td>1</td></tr></table>"),
        ("<table><tr>", "<td rowspan=900>甲</td>", "</tr></table>"),
        ("", "</body></html><p>甲", ""),
        ("", "<script>a</script>", ""),
        ("<script>", "a<", ""),
        ("<p>", "&lt;", ""),
    ):
        yield _page(unit, before=before, behind=behind)


def _archives() -> Iterator[Kind]:
    """MHTML: headers, parts, nests of parts, and a page inside one."""
    opening = "From: <Saved>\r\nMIME-Version: 1.0\r\n"
    related = 'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
    page = f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{_PAGE.format('<p>甲</p>')}\r\n--b--\r\n"
    for header in ("h: x\r\n", "Subject: =?utf-8?q?a?=\r\n", "Received: a;\r\n b\r\n", "To: a, b <c@d>\r\n"):
        yield _archive(f"headers {header!r}", _inside(opening, header, related + page))
    for name, value in (
        ("Subject", "=?utf-8?b?YQ==?= "),
        ("Subject", "a "),
        ("To", "<a@b>, "),
        ("To", "("),
        ("Content-Location", "http://a/ "),
        ("Snapshot-Content-Location", "a\r\n "),
        ("Content-Type", "text/html; a=b; "),
        ("Content-Disposition", 'attachment; a="b"; '),
        ("Content-Transfer-Encoding", "base64 "),
    ):
        yield _archive(f"long {name} {value!r}", _inside(f"{opening}{name}: ", value, f"\r\n{related}{page}"))
        part = f"{opening}{related}--b\r\n{name}: "
        yield _archive(f"long {name} {value!r} in a part", _inside(part, value, f"\r\n\r\n甲\r\n{page}"))
    boundaries = 'multipart/related; boundary="b"; a*{}*="c"; '
    yield _archive(
        "continued parameters", _numbered(f"{opening}Content-Type: text/html", "; a*{}*=b", "\r\n\r\n甲")
    )
    yield _archive(
        "parameters",
        _numbered(f"{opening}Content-Type: text/html", f"; {boundaries[:1]}{{}}=b", "\r\n\r\n甲"),
    )
    yield _archive("empty parts", _inside(opening + related, "--b\r\n\r\n", page))
    yield _archive("parts", _inside(opening + related, "--b\r\nContent-Type: text/css\r\n\r\na\r\n", page))
    yield _archive("pages", _inside(opening + related, page.replace("--b--", ""), page))
    yield _archive("lines of a part", _inside(f"{opening}{related}--b\r\n\r\n", "a\r\n", page))
    yield _archive("lines like boundaries", _inside(f"{opening}{related}--b\r\n\r\n", "--a\r\n", page))
    yield _archive("nested", _nested(opening, page))
    yield _archive(
        "messages in messages", _inside(opening, "Content-Type: message/rfc822\r\n\r\n", related + page)
    )
    packed = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n\r\n"
    yield _archive("quoted", _inside(opening + packed.format("quoted-printable"), "=E7=94=B2<br>", TITLE))
    yield _archive("soft breaks", _inside(opening + packed.format("quoted-printable"), "a=\r\n", TITLE))
    yield _archive("base64", _inside(opening + packed.format("base64"), "PGI+55Sy", ""))
    yield _archive("broken base64", _inside(opening + packed.format("base64"), "PGI+=\r\n", ""))


def _archive(label: str, write: Write) -> Kind:
    return Kind("mhtml", label, write)


def _nested(opening: str, page: str) -> Write:
    """Archives in archives: each part holds the next."""

    def write(size: int) -> bytes:
        levels = size // 70
        inner = "".join(
            f'Content-Type: multipart/mixed; boundary="x{at}"\r\n\r\n--x{at}\r\n' for at in range(levels)
        )
        return f'{opening}{inner}Content-Type: multipart/related; boundary="b"\r\n\r\n{page}'.encode()

    return write


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _cell(text: str) -> str:
    return f"<w:tc>{_paragraph(text)}</w:tc>"


def _word_file(label: str, unit: str, *, before: str = "", behind: str = "") -> Kind:
    """A Word file with ``unit`` over and over in its body."""

    def write(size: int) -> bytes:
        body = f"{_paragraph(TITLE)}{_paragraph('一、总体情况')}{before}{times(unit, size)}{behind}"
        return packed_word(f"{body}{_paragraph('二、存在的问题')}")

    return Kind("docx", label, write)


def packed_word(body: str) -> bytes:
    """A Word file with ``body``."""
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", document)
    return stream.getvalue()


def _word_files() -> Iterator[Kind]:
    for line in LINES:
        yield _word_file(f"paragraphs {line!r}", _paragraph(line))
        row = f"<w:tr>{_cell(line)}{_cell('1')}</w:tr>"
        yield _word_file(f"rows {line!r}", row, before="<w:tbl>", behind="</w:tbl>")
        yield _word_file(f"tables {line!r}", f"<w:tbl>{row}</w:tbl>")
    for unit in (*WORDS, "（", "一", "1", "×"):
        run = f"<w:r><w:t>{escape(unit)}</w:t></w:r>"
        yield _word_file(f"runs {unit!r}", run, before="<w:p>", behind="</w:p>")
    for unit, before, behind in (
        ("<w:r><w:br/></w:r>", "<w:p>", "</w:p>"),
        ("<w:r><w:tab/></w:r>", "<w:p>", "</w:p>"),
        ("<w:txbxContent><w:p/></w:txbxContent>", "<w:p><w:r>", "</w:r></w:p>"),
        ("<w:sdt/>", "", ""),
        ("<w:tbl/>", "", ""),
        (_cell("甲"), "<w:tbl><w:tr>", "</w:tr></w:tbl>"),
        ("<w:tr/>", "<w:tbl>", "</w:tbl>"),
        (f"<w:tr>{_cell('')}{_cell('')}</w:tr>", "<w:tbl>", "</w:tbl>"),
        (
            f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{_paragraph('甲')}</w:tc>{_cell('1')}</w:tr>",
            "<w:tbl>",
            "</w:tbl>",
        ),
    ):
        yield _word_file(f"{before}{unit[:40]}…", unit, before=before, behind=behind)


def packed_print(
    pages: Sequence[str], *, form: str = "", contents: str = "", more: dict[int, str] | None = None
) -> bytes:
    """A PDF with these page contents; ``contents`` stands for the list of streams of every page if given.

    ``form`` is the drawing F, ``more`` are further objects by number, from 1,000,000 on.
    """
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(pages)))
    font = "/Font<</F1 3 0 R>>/XObject<</F 8 0 R/G 1000000 0 R>>"
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        3: "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        4: "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        "/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>",
        5: "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        "/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
        8: f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<{font}>>/Length {len(form)}>>\n"
        f"stream\n{form}\nendstream",
        **(more or {}),
    }
    for at, content in enumerate(pages):
        named = contents or f"{11 + 2 * at} 0 R"
        objects[10 + 2 * at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {named}/Resources<<{font}>>>>"
        )
        packed = zlib.compress(content.encode()).decode("latin-1")
        objects[11 + 2 * at] = f"<</Length {len(packed)}/Filter/FlateDecode>>\nstream\n{packed}\nendstream"
    out = bytearray(b"%PDF-1.7\n")
    for number, one in objects.items():
        out += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    return bytes(out) + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def drawn_text(x: float, y: float, text: str, *, size: float = 12) -> str:
    """The drawing of ``text`` at a place of a page."""
    return f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"


_PRINTED_HEAD = drawn_text(90, 800, TITLE) + drawn_text(90, 780, "一、总体情况")


def _print(label: str, unit: str) -> Kind:
    """A PDF whose pages, of at most 20,000 bytes of drawing, hold ``unit`` over and over."""

    def write(size: int) -> bytes:
        share = max(1, min(size, 20_000) // len(unit))
        return packed_print([_PRINTED_HEAD, *[unit * share] * max(1, size // 20_000)])

    return Kind("pdf", label, write)


def _one_page(label: str, draw: Callable[[int], str]) -> Kind:
    return Kind("pdf", label, lambda size: packed_print([_PRINTED_HEAD + draw(size)]))


def _prints() -> Iterator[Kind]:
    for line in ("甲", "一、甲", "规章 0 0 0", "全年公开信息一千余条，", "1", "予以公开"):
        yield _print(f"pages of {line!r}", drawn_text(90, 700, line))
        yield _one_page(f"a page of lines {line!r}", _text_at_each_height(line))
        yield _one_page(f"a page of columns {line!r}", _text_at_each_width(line))
    yield _one_page("a page of one place", lambda size: drawn_text(90, 400, "甲") * (size // 50))
    yield _one_page("level rulings", lambda size: "".join(_level(at) for at in range(size // 40)))
    yield _one_page("a grid of rulings", _grid_of_rulings)
    yield _one_page("scattered rulings", _scattered_rulings)
    yield _one_page(
        "one path",
        lambda size: "0 0 m " + "".join(f"{at % 500} {at % 700} l " for at in range(size // 10)) + "S\n",
    )
    yield _one_page("forms", lambda size: "/F Do " * (size // 6))
    yield _print("ruled tables", _small_table())
    yield Kind("pdf", "empty pages", lambda size: packed_print([_PRINTED_HEAD, *[""] * (size // 300)]))
    yield Kind("pdf", "one stream named often", _stream_named_often)
    yield Kind("pdf", "one page named often", _page_named_often)
    yield Kind("pdf", "words like stream", lambda size: b"%PDF-1.7\n" + b"stream\n" * (size // 7))
    yield Kind(
        "pdf", "short streams", lambda size: b"%PDF-1.7\n" + b"stream\nx\x9c\nendstream " * (size // 20)
    )
    yield Kind("pdf", "objects", lambda size: b"%PDF-1.7\n" + b"1 0 obj<<>>endobj " * (size // 18))
    yield Kind("pdf", "brackets", lambda size: b"%PDF-1.7\n1 0 obj" + b"[" * size)


def _text_at_each_height(line: str) -> Callable[[int], str]:
    return lambda size: "".join(drawn_text(90, 800 - 0.01 * at, line, size=5) for at in range(size // 50))


def _text_at_each_width(line: str) -> Callable[[int], str]:
    return lambda size: "".join(drawn_text(90 + 0.01 * at, 700, line, size=5) for at in range(size // 50))


def _level(at: int) -> str:
    return f"50 {at * 0.05:.2f} m 500 {at * 0.05:.2f} l S\n"


def _grid_of_rulings(size: int) -> str:
    count = size // 80
    upright = "".join(f"{50 + at * 0.05:.2f} 50 m {50 + at * 0.05:.2f} 700 l S\n" for at in range(count))
    return upright + "".join(_level(at) for at in range(count))


def _scattered_rulings(size: int) -> str:
    draw = random.Random(size)
    points = ((draw.uniform(0, 500), draw.uniform(0, 700)) for _ in range(size // 40))
    return "".join(f"{x:.1f} {y:.1f} m {x + 30:.1f} {y:.1f} l S\n" for x, y in points)


def _small_table() -> str:
    rules = "50 600 m 200 600 l S 50 580 m 200 580 l S 50 560 m 200 560 l S "
    rules += "50 600 m 50 560 l S 120 600 m 120 560 l S 200 600 m 200 560 l S\n"
    return rules + drawn_text(55, 585, "甲", size=9) + drawn_text(125, 585, "1", size=9)


def _stream_named_often(size: int) -> bytes:
    """A page whose content is one stream of a hundred characters, named so often."""
    return packed_print([drawn_text(90, 700, "甲" * 100)], contents=f"[{'11 0 R ' * (size // 7)}]")


def _page_named_often(size: int) -> bytes:
    """A tree of pages that names one page over and over."""
    made = packed_print([_PRINTED_HEAD + drawn_text(90, 700, "甲" * 100)])
    count = size // 7
    return made.replace(b"/Kids[10 0 R]/Count 1", b"/Kids[" + b"10 0 R " * count + b"]/Count %d" % count)
