"""Exports: equal in every format, equal to what paging gives, and safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from report_search.analysis.fingerprint import fingerprint
from report_search.cli.exporting import FORMAT_NAMES, STYLE_NAMES
from report_search.engine.registry import open_engine
from report_search.errors import NotFoundError, RequestError
from report_search.export import xlsx_workbook
from report_search.export.citations import STYLES
from report_search.export.formats import FORMATS, file_name
from report_search.export.rows import COLUMNS, Export, search_address
from report_search.export.site_address import SiteAddress
from report_search.generations import BuildOutcome, Generations
from report_search.model import Paragraph, Report, Section, Source
from report_search.passages import passages_of
from report_search.presentation.csv_table import safe_cell
from report_search.presentation.json_payload import encoded, search_payload
from report_search.presentation.payloads.parts import Payload
from report_search.search.request import Filters, SearchRequest
from report_search.search.searcher import ResultWalk, Searcher
from report_search.search.walks import MOST_CHOSEN

SITE = SiteAddress("https://reports.example.org/gk")
MADE = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
HOSTILE = (
    '=HYPERLINK("https://evil.example","公开")',
    "+公开指南",
    "-公开情况如下",
    "@公开",
    "\t公开\t41",
    "\r公开后的回车",
    "-183",
    "+12.5%",
    "-1,234",
    "20190000000000000123",
    "00123",
    "12e5",
    "公开_x0041_与 _x000D_",
    '公开，“引号”"双引号"，换行\n第二行\r\n第三行',
    "公开\x0b控制符\x1f",
    "公开 <b>&amp;</b> 𠮷\ufffe",
    "  公开前后有空格  ",
)
PLAIN = ("政府信息公开指南", "收到申请13件，均予公开", "未收到申请", "公开微博732条，公开微信56条")


def _report(slug: str, year: int | None, texts: tuple[str, ...]) -> Report:
    return Report(
        f"{slug}-{year or 'nd'}",
        f"{slug}局",
        slug,
        year,
        f"={slug}局{year}年公开年报",
        f"{year + 1}-01-31" if year else "",
        Source(
            f"{slug}/{year}.txt", "https://example.org/a,b" if year == 2019 else "", slug[:1] * 64, "text"
        ),
        (
            Section("一", "总体情况", "overview", tuple(map(Paragraph, texts))),
            Section("二", "-其他", "other", (Paragraph(f"{slug}{year}年公开其他事项"),)),
        ),
    )


REPORTS = (
    _report("jia", 2018, HOSTILE),
    _report("jia", 2019, (*PLAIN, *(f"第{n}批公开目录" for n in range(130)))),
    _report("yi", 2019, PLAIN),
    _report("yi", None, PLAIN[:2]),
)


LATER = (*REPORTS, _report("bing", 2020, PLAIN))


def publish(root: Path, reports: tuple[Report, ...] = REPORTS) -> None:
    """A generation on the memory engine that holds the reports."""
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            for report in reports:
                if report.id not in draft.kept:
                    passages = passages_of(report)
                    writer.add(passages)
                    draft.put(report, passages=len(passages))
        info = engine.info()
        engine.close()
        generations.publish(draft, BuildOutcome(info.passages, info.reports))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    root = tmp_path_factory.mktemp("exported")
    publish(root)
    return Searcher(root)


def written(walk: ResultWalk, name: str, site: SiteAddress = SITE) -> bytes:
    address = search_address(walk.page.request, site)
    return b"".join(FORMATS[name].write(Export(walk, site, address, MADE)))


def csv_rows(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def xlsx_rows(data: bytes) -> list[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    assert book.sheetnames == ["说明", "结果"]
    cells = [list(row) for row in book["结果"].iter_rows()]
    assert {cell.data_type for row in cells for cell in row if cell.value is not None} == {"s"}
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in cells]


def json_rows(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().splitlines()]


def told(payload: Payload) -> dict[str, Any]:
    """A payload as a program gets it."""
    return dict(json.loads(encoded(payload)))


def paged(searcher: Searcher, request: SearchRequest) -> Iterator[dict[str, Any]]:
    """The hits as a program gets them that walks through the pages."""
    while True:
        page = searcher.search(request)
        yield from told(search_payload(page, SITE.links))["hits"]
        if not page.next:
            return
        request = replace(request, cursor=page.next)


def flat(hit: dict[str, Any]) -> list[str]:
    """A hit of the JSON as a row."""
    return [
        hit["id"],
        hit["agency"],
        "" if hit["year"] is None else str(hit["year"]),
        hit["title"],
        hit["section"],
        hit["section_title"],
        " › ".join(hit["headings"]),
        hit["type"],
        hit["text"],
        "；".join(hit["text"][start:end] for start, end in hit["spans"]),
        SITE.root.removesuffix(SITE.prefix) + hit["url"],
        hit["source"],
        hit["sha256"],
        hit["generation"],
        f"{hit['recognised']['score']:.2f}" if hit["recognised"] else "",
    ]


def draw(chance: random.Random) -> SearchRequest:
    """A request of any kind."""
    words = ("公开", "“公开”", "申请", "微博 公开", "公开 -微博", "公开 OR 申请", "", "查无此词", "第*目录")
    fields: dict[str, tuple[str, ...]] = {
        "year": ("2018", "2019", "nd", "2018..2019"),
        "agency": ("jia局", "yi局"),
        "section": ("overview", "other"),
        "report": ("jia-2018", "yi-2019"),
    }
    filters: Filters = tuple(
        (field, tuple(chance.sample(values, chance.randint(1, 2))))
        for field, values in fields.items()
        if chance.random() < 0.35
    )
    sort = chance.choice(("relevance", "newest", "oldest"))
    return SearchRequest(chance.choice(words), filters, sort=sort, limit=chance.choice((1, 7, 100)))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(16))
def test_every_format_holds_what_paging_gives(searcher: Searcher, seed: int) -> None:
    request = draw(random.Random(seed))
    hits = list(paged(searcher, request))
    lines = json_rows(written(searcher.walk(request), "ndjson"))
    assert [{k: v for k, v in line.items() if k not in ("sha256", "generation")} for line in lines] == hits
    whole = json.loads(written(searcher.walk(request), "json"))
    assert whole["hits"] == hits
    assert whole["next"] is None
    first = told(search_payload(searcher.search(replace(request, limit=1)), SITE.links))
    assert list(whole) == list(first)
    assert {k: v for k, v in whole.items() if k not in ("hits", "next")} == {
        k: v for k, v in first.items() if k not in ("hits", "next")
    }
    table = [list(COLUMNS), *map(flat, lines)]
    guarded = [[safe_cell(cell, is_prose=column in ("title", "section_title", "headings", "text", "marked"))
                for column, cell in zip(COLUMNS, row, strict=True)] for row in table]  # fmt: skip
    assert csv_rows(written(searcher.walk(request), "csv")) == guarded
    # What XML can't hold is escaped as Excel has it, and openpyxl doesn't undo that.
    assert xlsx_rows(written(searcher.walk(request), "xlsx")) == [
        [xlsx_workbook._NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", cell) for cell in row]
        for row in table
    ]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86 10 1234", "'+86 10 1234"),
        ("-183项", "'-183项"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t41", "'\t41"),
        ("\r41", "'\r41"),
        ("-183", "-183"),
        ("+5", "+5"),
        ("-12.5%", "-12.5%"),
        ("-1,234", "-1,234"),
        ("-1+1", "'-1+1"),
        ("-２", "'-２"),
        ("1234567890123456", "'1234567890123456"),
        ("123456789012345", "123456789012345"),
        ("0123", "'0123"),
        ("0", "0"),
        ("0.5", "0.5"),
        ("12e5", "'12e5"),
        ("“=1”", "“=1”"),
        ("'=1", "'=1"),
        ("", ""),
    ],
)
def test_a_cell_never_becomes_a_formula_or_another_number(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_ids_and_checksums_stay_as_they_are() -> None:
    assert safe_cell("0" * 64, is_prose=False) == "0" * 64
    assert safe_cell("=bad.txt", is_prose=False) == "'=bad.txt"


def test_the_first_sheet_says_what_was_asked(searcher: Searcher) -> None:
    walk = searcher.walk(SearchRequest("公开", (("year", ("2018..2019",)), ("agency", ("jia局",)))))
    book = openpyxl.load_workbook(io.BytesIO(written(walk, "xlsx")))
    said = {str(name): str(text) for name, text in book["说明"].values if name}
    assert said["检索式"] == "公开"
    assert said["筛选·年份"] == "2018、2019"
    assert said["筛选·机关"] == "jia局"
    assert said["导出时间"] == "2026-12-01 08:30:00+00:00"
    assert said["索引版本"] == searcher.state().generation
    assert said["地址"].startswith(
        "https://reports.example.org/gk/?q=%E5%85%AC%E5%BC%80&year=2018&year=2019&agency=jia"
    )
    local = openpyxl.load_workbook(
        io.BytesIO(
            written(searcher.walk(SearchRequest()), "xlsx", SiteAddress("http://localhost", is_local=True))
        )
    )
    assert ("本机地址，他人未必能打开" in [text for _, text in local["说明"].values]) is True


def test_a_workbook_is_whole_and_knows_its_size(searcher: Searcher) -> None:
    data = written(searcher.walk(SearchRequest("公开")), "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        sheet = packed.read("xl/worksheets/sheet2.xml").decode()
    passages = searcher.search(SearchRequest("公开")).total.passages
    assert f'<dimension ref="A1:O{passages + 1}"/>' in sheet
    assert f'<autoFilter ref="A1:O{passages + 1}"/>' in sheet
    assert "<f>" not in sheet


def test_a_text_longer_than_a_cell_is_cut_with_a_word(tmp_path: Path) -> None:
    long = "公开𠮷" * 12_000
    publish(tmp_path, (_report("jia", 2018, (long, "公" * 32_767, "𠮷" * 16_383)),))
    searcher = Searcher(tmp_path)
    rows = xlsx_rows(written(searcher.walk(SearchRequest(sort="newest")), "xlsx"))
    cut, fits, double = (row[COLUMNS.index("text")] for row in rows[1:4])
    assert cut == long[: len(cut) - len(xlsx_workbook.CUT_NOTE)] + xlsx_workbook.CUT_NOTE
    assert 32_700 < len(cut.encode("utf-16-le")) / 2 <= 32_767
    assert (fits, double) == ("公" * 32_767, "𠮷" * 16_383)
    assert csv_rows(written(searcher.walk(SearchRequest(sort="newest")), "csv"))[1][8] == long


def test_more_hits_than_a_sheet_holds_are_refused_at_once(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_workbook, "MAX_ROWS", 10)
    walk = searcher.walk(SearchRequest("公开"))
    with pytest.raises(RequestError) as refused:
        FORMATS["xlsx"].write(Export(walk, SITE, "", MADE))
    assert refused.value.code == "too-many-rows"


def test_chosen_passages_come_in_the_order_chosen_whatever_the_filters(searcher: Searcher) -> None:
    one, two = (passages_of(report)[0].id for report in (REPORTS[1], REPORTS[2]))
    walk = searcher.walk_chosen(SearchRequest("公开", (("year", ("2018",)),)), (two, one, two))
    rows = json_rows(written(walk, "ndjson"))
    assert [row["id"] for row in rows] == [two, one]
    assert all(row["text"][slice(*row["spans"][0])] == "公开" for row in rows)
    whole = json.loads(written(searcher.walk_chosen(SearchRequest("查无此词"), (two, one)), "json"))
    assert whole["total"]["passages"] == 2
    assert [hit["spans"] for hit in whole["hits"]] == [[], []]
    assert set(whole["facets"]) == {"year", "section", "topic", "agency", "type"}


def test_chosen_passages_that_are_not_here_or_too_many_are_refused_at_once(searcher: Searcher) -> None:
    with pytest.raises(NotFoundError):
        searcher.walk_chosen(SearchRequest(), ("jia-2018-00000000",))
    with pytest.raises(RequestError) as refused:
        searcher.walk_chosen(SearchRequest(), ("x",) * (MOST_CHOSEN + 1))
    assert refused.value.code == "too-many-chosen"


def test_a_walk_keeps_its_generation_when_the_index_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path)
    searcher = Searcher(tmp_path)
    monkeypatch.setattr("report_search.search.walks.BATCH_HITS", 10)
    before = searcher.state().generation
    expected = [row["id"] for row in json_rows(written(searcher.walk(SearchRequest("公开")), "ndjson"))]
    assert len(expected) > 120
    walk = searcher.walk(SearchRequest("公开"))
    chunks = FORMATS["ndjson"].write(Export(walk, SITE, "", MADE))
    started = next(chunks)
    publish(tmp_path, LATER)
    assert searcher.state().generation != before
    rows = json_rows(started + b"".join(chunks))
    assert [row["id"] for row in rows] == expected
    assert {row["generation"] for row in rows} == {before}


def test_a_pinned_searcher_answers_from_its_generation(tmp_path: Path) -> None:
    publish(tmp_path)
    searcher = Searcher(tmp_path)
    pinned = searcher.pinned()
    publish(tmp_path, LATER)
    assert searcher.search(SearchRequest()).total.reports == 5
    assert pinned.search(SearchRequest()).total.reports == 4
    with pytest.raises(NotFoundError):
        pinned.report("bing-2020")
    assert searcher.report("bing-2020").year == 2020
    assert pinned.pinned().state() == pinned.state() != searcher.state()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("领事保护", "政府信息公开年报检索-领事保护-2026-12-01.csv"),
        ("", "政府信息公开年报检索-2026-12-01.csv"),
        ("../../etc/passwd", "政府信息公开年报检索-etc_passwd-2026-12-01.csv"),
        ('“a/b:c*?"<>|', "政府信息公开年报检索-“a_b_c-2026-12-01.csv"),
        ("a\r\nb\u202e", "政府信息公开年报检索-a_b-2026-12-01.csv"),
        ("公" * 60, f"政府信息公开年报检索-{'公' * 40}-2026-12-01.csv"),
    ],
)
def test_a_file_is_named_after_its_query(query: str, name: str) -> None:
    assert file_name(query, "csv", made=MADE) == name


def test_a_stream_is_handed_on_in_pieces(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report_search.export.rows.CHUNK_BYTES", 100)
    for kind in FORMATS.values():
        pieces = list(kind.write(Export(searcher.walk(SearchRequest("公开")), SITE, "", MADE)))
        assert len(pieces) > 5
        assert all(pieces)


def test_an_empty_result_is_a_whole_file(searcher: Searcher) -> None:
    walk = lambda: searcher.walk(SearchRequest("“查无此词”"))  # noqa: E731
    assert csv_rows(written(walk(), "csv")) == [list(COLUMNS)]
    assert xlsx_rows(written(walk(), "xlsx")) == [list(COLUMNS)]
    assert written(walk(), "ndjson") == b""
    assert json.loads(written(walk(), "json"))["hits"] == []


def test_page_api_and_command_offer_the_same_formats_and_styles() -> None:
    assert (*FORMATS, "citations") == FORMAT_NAMES
    assert tuple(style.name for style in STYLES) == STYLE_NAMES
