"""OFD pages: what they draw in text is read where it stands; what has no text layer is said to have none."""

from __future__ import annotations

import io
import zipfile

import pytest

from indexer.document import Document, Grid, Line
from indexer.read_report import read_document
from indexer.readers import limits
from indexer.readers.ofd.reader import OfdReader
from indexer.readers.ofd.values import deltas
from indexer.synthetic.formats.ofd import package_of, path_object, text_object
from report_search.errors import ReadError

BODY = "全年主动公开政府信息三十条，收到申请四件，均已按期答复，没有结转下年。"


def read(*pages: str, resources: str = "") -> Document:
    return read_document(package_of(pages, resources=resources), "x.txt")


def lines(*pages: str, resources: str = "") -> list[str]:
    return [part.text for part in read(*pages, resources=resources).parts if isinstance(part, Line)]


def failure(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_document(data, "x.ofd")
    assert caught.value.hint
    return caught.value


def placed(text: str, attributes: str, code: str = 'X="0" Y="5"') -> str:
    """A text object with these attributes."""
    return f'<ofd:TextObject ID="9" Font="1" {attributes}><ofd:TextCode {code}>{text}</ofd:TextCode></ofd:TextObject>'


def rewritten(data: bytes, **changed: str | None) -> bytes:
    """A package with the parts whose name ends so changed, or left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            key = name.rsplit("/", 1)[-1].removesuffix(".xml")
            text = changed.get(key, old.read(name).decode())
            if text is not None:
                new.writestr(name, text)
    return stream.getvalue()


def test_steps_and_their_repeats() -> None:
    assert deltas("g 3 5.5 2", 10) == [5.5, 5.5, 5.5, 2]
    assert deltas("g 1000000000 1", 4) == [1, 1, 1, 1]
    assert deltas("1 x 2", 9) == [1, 0, 2]
    assert deltas("g", 4) == []


def test_characters_stand_where_their_steps_lead() -> None:
    """Two columns in one text object are two cells."""
    assert lines(placed("甲乙", 'Boundary="20 30 80 8" Size="5"', 'X="0" Y="5" DeltaX="40"')) == ["甲\t乙"]
    assert lines(placed("2021 OFD", 'Boundary="20 30 80 8" Size="5"', 'X="0" Y="5" DeltaX="g 7 2.5"')) == [
        "2021 OFD"
    ]


def test_a_matrix_scales_and_a_box_moves() -> None:
    page = placed("信息公开", 'Boundary="20 30 80 8" CTM="0.5 0 0 0.5 0 0" Size="10"', 'X="0" Y="9"') + (
        placed("工作", 'Boundary="40 30 80 8" Size="5"', 'X="0" Y="4.5"')
    )
    assert lines(page) == ["信息公开工作"]


def test_a_table_is_read_by_its_rulings() -> None:
    rulings = [path_object((20, y), (120, y)) for y in (30, 40, 50)]
    rulings += [path_object((x, 30), (x, 50)) for x in (20, 120)] + [path_object((70, 40), (70, 50))]
    texts = [text_object("合计", (22, 37)), text_object("规章", (22, 47)), text_object("12", (72, 47))]
    [grid] = read("".join([*rulings, *texts])).parts
    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.colspan) for cell in row] for row in grid.rows] == [
        [("合计", 2)],
        [("规章", 1), ("12", 1)],
    ]


def test_templates_and_composite_objects_are_part_of_the_page() -> None:
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>'
        f"{text_object('全年公开', (20, 10))}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    page = '<ofd:PageBlock ID="8"><ofd:CompositeObject ID="6" ResourceID="7" Boundary="0 40 90 20"/></ofd:PageBlock>'
    assert lines(page, resources=unit) == ["全年公开"]
    data = package_of([text_object("正文", (20, 80))])
    document = zipfile.ZipFile(io.BytesIO(data)).read("Doc_0/Document.xml").decode()
    content = zipfile.ZipFile(io.BytesIO(data)).read("Doc_0/Pages/Page_0/Content.xml").decode()
    with_template = rewritten(
        data,
        Document=document.replace(
            "<ofd:PublicRes>", '<ofd:TemplatePage ID="5" BaseLoc="PublicRes.xml"/><ofd:PublicRes>'
        ),
        PublicRes=content.replace("正文", "红头"),
        Content=content.replace("<ofd:Content>", '<ofd:Template TemplateID="5"/><ofd:Content>').replace(
            "20.000 74.400", "20.000 94.400"
        ),
    )
    texts = [part.text for part in read_document(with_template, "x").parts if isinstance(part, Line)]
    assert texts == ["红头", "正文"]


def test_what_is_drawn_twice_is_read_once() -> None:
    """Writers set bold type by drawing it once more, a little to the right."""
    assert lines(text_object("公公开开", (20, 30)) + text_object("公公开开", (20.2, 30))) == ["公公开开"]


def test_what_is_not_shown_is_not_read() -> None:
    hidden = text_object("草稿", (20, 60)).replace("<ofd:TextObject", '<ofd:TextObject Visible="false"')
    assert lines(text_object("正文", (20, 30)) + hidden) == ["正文"]


@pytest.mark.parametrize("direction", [90, 180, 270])
def test_a_page_that_is_turned_is_read_upright(direction: int) -> None:
    matrix = {90: "0 1 -1 0 0 0", 180: "-1 0 0 -1 0 0", 270: "0 -1 1 0 0 0"}[direction]
    steps = 'X="0" Y="0" DeltaX="g 9 5"'
    first = placed("示例市政府信息公开年", f'Boundary="100 150 9 9" CTM="{matrix}" Size="5"', steps)
    # The second line is below the first as the page is read.
    shift = {90: "90 150", 180: "100 140", 270: "110 150"}[direction]
    second = placed("全年公开信息三十条整", f'Boundary="{shift} 9 9" CTM="{matrix}" Size="5"', steps)
    assert "".join(lines(first + second)) == "示例市政府信息公开年全年公开信息三十条整"


PICTURE = '<ofd:ImageObject ID="9" Boundary="0 0 210 297" ResourceID="4"/>'
CURVES = (
    '<ofd:PathObject ID="9" Boundary="20 20 9 9" Fill="true"><ofd:AbbreviatedData>'
    "M 0 0 Q 1 1 2 2 L 3 3 C</ofd:AbbreviatedData></ofd:PathObject>"
)


@pytest.mark.parametrize(
    "page",
    [
        "",
        PICTURE,
        CURVES * 300,
        text_object("\ue000\ue001\ue002" * 20, (20, 30)),
        path_object((0, 9), (90, 9)),
    ],
)
def test_a_document_without_a_text_layer_says_so(page: str) -> None:
    error = failure(package_of([page]))
    assert (error.code, "无文字层" in error.message) == ("no-text", True)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (PICTURE, "page-without-text"),
        (CURVES * 300, "page-without-text"),
        (text_object("\ue000" * 20, (20, 30)), "page-without-text"),
        (
            text_object(BODY, (20, 30), size=4) + text_object("\ue000\ue001", (20, 60)),
            "characters-without-text",
        ),
    ],
)
def test_a_page_without_a_text_layer_is_named(page: str, code: str) -> None:
    document = read(text_object(BODY, (20, 30), size=4), page)
    assert [(warning.code, warning.where) for warning in document.warnings] == [(code, "第2页")]


def test_a_page_that_is_not_in_the_file_is_named() -> None:
    data = package_of([text_object(BODY, (20, 30), size=4)])
    document = zipfile.ZipFile(io.BytesIO(data)).read("Doc_0/Document.xml").decode()
    missing = '<ofd:Page ID="2" BaseLoc="Pages/Page_1/Content.xml"/></ofd:Pages>'
    found = read_document(rewritten(data, Document=document.replace("</ofd:Pages>", missing)), "x")
    assert [(warning.code, warning.where) for warning in found.warnings] == [("page-missing", "第2页")]
    assert failure(rewritten(data, Content=None)).code == "damaged"


def test_lesser_writers() -> None:
    """Undeclared prefixes, GBK under a wrong declaration, names in another case, an absolute location."""
    data = package_of([text_object("年度报告", (20, 30))])
    content = zipfile.ZipFile(io.BytesIO(data)).read("Doc_0/Pages/Page_0/Content.xml").decode()
    bare = content.replace('xmlns:ofd="http://www.ofdspec.org/2016"', "")
    assert [
        part.text
        for part in read_document(rewritten(data, Content=bare), "x").parts
        if isinstance(part, Line)
    ]
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode().replace("Pages/Page_0", "/doc_0/PAGES/Page_0")
            new.writestr(name, text.replace('encoding="UTF-8"', 'encoding="GB2312"').encode("gb18030"))
    assert [part.text for part in read_document(stream.getvalue(), "x").parts if isinstance(part, Line)] == [
        "年度报告"
    ]


def test_locked_and_damaged_ones_and_those_beyond_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = package_of([text_object("年度报告", (20, 30))])
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr("Encryptions.xml", "<x/>")
    assert failure(stream.getvalue()).code == "encrypted"
    for damaged in (data[:-20], data[:200], rewritten(data, OFD="<ofd:OFD"), rewritten(data, Document="<a>")):
        error = failure(damaged)
        assert (error.code, "OFD" in error.message) == ("damaged", True)
    monkeypatch.setattr(limits, "MAX_MARKS", 5)
    assert failure(package_of([text_object("年度报告公开", (20, 30))])).code == "limit"


def test_a_composite_object_within_itself_ends() -> None:
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>'
        + '<ofd:CompositeObject ID="6" ResourceID="7" Boundary="0 0 9 9"/>' * 3
        + "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    page = '<ofd:CompositeObject ID="6" ResourceID="7" Boundary="0 0 9 9"/>'
    assert failure(package_of([page], resources=unit)).code == "limit"


def test_it_goes_by_the_bytes() -> None:
    assert OfdReader().recognises(package_of([""]), "x.docx")
    assert not OfdReader().recognises(b"PK\x03\x04", "x.ofd")
