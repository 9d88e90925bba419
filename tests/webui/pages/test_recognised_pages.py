"""What was recognised says so wherever it is shown, and the picture of its page stands beside it."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.errors import GoneError
from report_search.generations import BuildOutcome, Generations, SourceRecord
from report_search.generations.page_order import PageOrder
from report_search.model import (
    Cell,
    Paragraph,
    Recognised,
    Report,
    ReportWarning,
    Row,
    Section,
    Source,
    Table,
    TurnedPage,
)
from report_search.passages import passages_with_headings
from report_search.search.searcher import Searcher
from webui.app import create_app
from webui.page_pictures import pictures

image = pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
MARK = "扫描件·机器识别"
SURE = Recognised(2, 0.87)


def tiff(pages: int) -> bytes:
    """A TIFF of white pages."""
    out = io.BytesIO()
    first, *others = (image.new("L", (900, 1300), 255) for _ in range(pages))
    first.save(out, "TIFF", save_all=True, append_images=others)
    return out.getvalue()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.tif").write_bytes(tiff(2))
    return folder


@pytest.fixture
def client(tmp_path: Path, corpus: Path) -> FlaskClient:
    """A report of which a paragraph and a row were recognised on page 2, and a paragraph was not."""
    data = (corpus / "a.tif").read_bytes()
    table = Table((Row((Cell("件数", 0, is_header=True), Cell("5", 1, value=5)), recognised=SURE),))
    blocks = (Paragraph("全年识别三件。", recognised=SURE), table, Paragraph("另有文字三件。"))
    report = Report(
        "jiaju-2019",
        "甲局",
        "jiaju",
        2019,
        "甲局2019年年报",
        "",
        Source("a.tif", "", hashlib.sha256(data).hexdigest(), "tiff"),
        (Section("一", "总体情况", "overview", blocks),),
        warnings=(ReportWarning("recognised-text", "扫描件，文字由机器识别", "第2页"),),
        turned_pages=(TurnedPage(2, 90),),
    )
    found = passages_with_headings(report)
    generations = Generations(tmp_path / "index")
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            writer.add(found)
        draft.put(report, passages=3)
        engine.close()
        source = SourceRecord(
            "a.tif", report.source.sha256, len(data), 1, report=report.id, root=corpus.as_posix()
        )
        generations.publish(draft, BuildOutcome(3, 1, sources=(source,)))
    pictures._kept.clear()
    return create_app(Searcher(tmp_path / "index")).test_client()


def page(client: FlaskClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def hits(client: FlaskClient) -> dict[str, dict[str, object]]:
    return {hit["text"]: hit for hit in client.get("/api/v1/search?q=三件").get_json()["hits"]}


def test_a_hit_says_how_surely_it_was_recognised(client: FlaskClient) -> None:
    found = hits(client)
    assert found["全年识别三件。"]["recognised"] == {"page": 2, "score": 0.87}
    assert found["另有文字三件。"]["recognised"] is None
    marks = [hit.select_one(".kind-recognised") for hit in page(client, "/?q=三件").select(".hit")]
    assert [mark.text for mark in marks if mark] == [MARK]
    rows = list(
        csv.DictReader(io.StringIO(client.get("/api/v1/search.csv?q=三件").get_data().decode("utf-8-sig")))
    )
    assert {row["text"]: row["recognised"] for row in rows} == {
        "全年识别三件。": "0.87",
        "另有文字三件。": "",
    }


def test_a_passage_stands_beside_the_picture_of_its_page(client: FlaskClient) -> None:
    found = hits(client)
    shown = page(client, str(found["全年识别三件。"]["url"]))
    notice = shown.select_one(".recognised")
    assert notice is not None
    assert MARK in notice.text
    assert "87%" in notice.text
    picture = shown.select_one(".page-picture img")
    assert picture is not None
    assert picture["src"] == "/reports/jiaju-2019/pages/2.jpg"
    other = page(client, str(found["另有文字三件。"]["url"]))
    assert other.select_one(".recognised") is None
    assert other.select_one(".page-picture") is None


def test_a_report_shows_its_recognised_pages_and_coverage_doubts_it(client: FlaskClient) -> None:
    shown = page(client, "/reports/jiaju-2019")
    assert shown.select_one(".document-head .recognised")
    assert [str(one["id"]) for one in shown.select(".page-picture")] == ["page-2"]
    assert shown.select_one('a[href="#page-2"]')
    told = client.get("/api/v1/reports/jiaju-2019").get_json()
    paragraph, table, text = told["sections"][0]["blocks"]
    assert paragraph["recognised"] == {"page": 2, "score": 0.87}
    assert table["rows"][0]["recognised"] == {"page": 2, "score": 0.87}
    assert text["recognised"] is None
    assert "◐" in page(client, "/about").text


def test_only_recognised_pages_are_drawn_and_only_while_the_file_is_there(
    client: FlaskClient, corpus: Path
) -> None:
    answer = client.get("/reports/jiaju-2019/pages/2.jpg")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    with image.open(io.BytesIO(answer.get_data())) as drawn:
        # It lies on its side in the file, 900 pixels wide and 1,300 high.
        assert drawn.size == (1_240, 858)
    assert client.get("/reports/jiaju-2019/pages/1.jpg").status_code == 404
    assert client.get("/reports/jiaju-2019/pages/2.jpg?a=b").status_code == 400
    assert client.get("/reports/nobody-2019/pages/1.jpg").status_code == 404
    pictures._kept.clear()
    (corpus / "a.tif").write_bytes(b"II*\0")
    assert client.get("/reports/jiaju-2019/pages/2.jpg").status_code == 410


def test_a_file_that_can_not_be_drawn_is_told_and_harms_nobody() -> None:
    with pytest.raises(GoneError) as raised:
        pictures._drawn(PageOrder(b"%PDF-1.7 nothing", "a.pdf", 1))
    assert raised.value.code == "page-not-drawn"
