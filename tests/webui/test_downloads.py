"""What is taken away over HTTP: exports, citations, originals, and the address that they print."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.errors import OperatorError
from report_search.passages import Passage
from report_search.search.searcher import Searcher
from webui import create_app, site

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SUFFIXES = ("csv", "xlsx", "ndjson", "json")
REPORT = "外交部2014年政府信息公开工作情况"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An index, and the corpus that it was made of: a copy, to be damaged."""
    root = tmp_path_factory.mktemp("real")
    corpus = root / "corpus"
    corpus.mkdir()
    for path in CORPUS.iterdir():
        (corpus / path.name).write_bytes(path.read_bytes())
    manifest = corpus / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(
        text.replace('note = "网页另存', 'fetched = "2026-11-20T08:00:00+08:00"\nnote = "网页另存'),
        encoding="utf-8",
    )
    run_job(IndexJob(paths=(corpus,), index=root / "index", engine="whoosh"))
    return root / "index", corpus


@pytest.fixture
def served(real: tuple[Path, Path]) -> FlaskClient:
    return create_app(Searcher(real[0])).test_client()


def ids(answer: TestResponse, suffix: str) -> list[str]:
    """The ids in an export of a format."""
    data = answer.get_data()
    match suffix:
        case "csv":
            return [row[0] for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))][1:]
        case "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(data))["结果"]
            return [str(row[0]) for row in sheet.values][1:]
        case "ndjson":
            return [json.loads(line)["id"] for line in data.splitlines()]
        case _:
            return [hit["id"] for hit in json.loads(data)["hits"]]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "asked", ["q=微博&sort=newest", "q=公开&year=2014&section=proactive", "", "q=国家秘密"]
)
def test_an_export_is_every_hit_of_the_page_in_its_order(
    client: FlaskClient, asked: str, suffix: str
) -> None:
    found = client.get(f"/api/v1/search?{asked}&limit=100").get_json()
    assert found["next"] is None
    assert ids(client.get(f"/api/v1/search.{suffix}?{asked}"), suffix) == [hit["id"] for hit in found["hits"]]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_export_is_a_file_with_a_chinese_name(client: FlaskClient, suffix: str) -> None:
    answer = client.get(f"/api/v1/search.{suffix}?q=微博")
    named = answer.headers["Content-Disposition"]
    assert named.startswith(f"attachment; filename=\"report-search.{suffix}\"; filename*=UTF-8''")
    assert re.fullmatch(
        rf"政府信息公开年报检索-微博-\d{{4}}-\d\d-\d\d\.{suffix}", unquote(named.partition("''")[2])
    )
    assert answer.headers["ETag"].startswith('W/"')
    assert "Content-Length" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(f"/api/v1/search.{suffix}?q=微博", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_head_tells_of_an_export_without_sending_it(client: FlaskClient, suffix: str) -> None:
    head, full = client.head(f"/api/v1/search.{suffix}?q=微博"), client.get(f"/api/v1/search.{suffix}?q=微博")
    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.headers["Content-Type"] == full.headers["Content-Type"]
    assert head.headers["Content-Disposition"] == full.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("limit=5", 400, "unknown-parameter"),
        ("cursor=abc", 400, "unknown-parameter"),
        ("limit=", 400, "unknown-parameter"),
        ("jahr=2019", 400, "unknown-parameter"),
        ("q=“微博", 400, "unbalanced-quote"),
        ("q=a&q=b", 400, "repeated-parameter"),
        ("strict=0&strict=1", 400, "repeated-parameter"),
        ("strict=maybe", 400, "bad-strict"),
        ("year=abc", 400, "bad-year"),
        ("pick=nobody-2019-00000000", 404, "no-passage"),
    ],
)
@pytest.mark.parametrize("suffix", [*SUFFIXES, "citations"])
def test_what_cannot_be_exported_is_an_error_before_the_first_byte(
    client: FlaskClient, suffix: str, asked: str, status: int, code: str
) -> None:
    answer = client.get(f"/api/v1/search.{suffix}?{asked}")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert "Content-Disposition" not in answer.headers


def test_chosen_passages_are_exported_in_the_order_chosen(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    chosen = [passages_by_report["shanghai-2020"][3].id, passages_by_report["waijiaobu-2014"][1].id]
    for asked in (
        f"pick={chosen[0]}&pick={chosen[1]}",
        f"pick={','.join(chosen)}",
        f"pick={','.join(chosen)},",
    ):
        for suffix in SUFFIXES:
            assert ids(client.get(f"/api/v1/search.{suffix}?q=微博&{asked}"), suffix) == chosen


@pytest.mark.parametrize(
    "asked", ["q=微博&sort=oldest", "q=“领事救助", "q=微博&agency=没有这个机关", "q=微博&year=2014&titles=1"]
)
def test_the_button_gives_what_the_page_shows(client: FlaskClient, asked: str) -> None:
    page = BeautifulSoup(client.get(f"/?{asked}&limit=100").get_data(as_text=True), "lxml")
    shown = [str(hit["aria-labelledby"]).removeprefix("in-") for hit in page.select("article.hit")]
    links = [str(link["href"]) for link in page.select(".export a")]
    if not shown:
        assert not links
        return
    for suffix, link in zip(SUFFIXES, links, strict=False):
        assert link.startswith(f"/api/v1/search.{suffix}?")
        assert ids(client.get(link), suffix) == shown
    alternates = [str(link["href"]) for link in page.select("link[rel=alternate]")]
    assert alternates[1 : 1 + len(SUFFIXES)] == links[: len(SUFFIXES)]
    assert all(client.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize(
    ("style", "media_type", "suffix"),
    [
        ("gbt7714", "text/plain", "txt"),
        ("text", "text/plain", "txt"),
        ("markdown", "text/markdown", "md"),
        ("bibtex", "application/x-bibtex", "bib"),
        ("ris", "application/x-research-info-systems", "ris"),
    ],
)
def test_a_result_is_cited_as_a_list(client: FlaskClient, style: str, media_type: str, suffix: str) -> None:
    answer = client.get(f"/api/v1/search.citations?q=微博&style={style}")
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].endswith(f".{suffix}")
    hits = client.get("/api/v1/search?q=微博&limit=100").get_json()["hits"]
    text = answer.get_data(as_text=True)
    single = [
        client.get(f"/api/v1/passages/{hit['id']}/citation?style={style}").get_json()["text"] for hit in hits
    ]
    assert text == "\n\n".join(single) + "\n"


def test_a_citation_is_json_or_bare_text(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    address = f"/api/v1/passages/{passages_by_report['waijiaobu-2014'][1].id}/citation"
    told = client.get(address)
    assert list(told.get_json()) == ["style", "text"]
    assert told.get_json()["style"] == "gbt7714"
    assert told.headers["Vary"] == "Accept, Accept-Language"
    bare = client.get(address, headers={"Accept": "text/plain"})
    assert bare.mimetype == "text/plain"
    assert bare.get_data(as_text=True) == told.get_json()["text"] + "\n"
    # Either answer has a validator of its own, so that a cache never gives one for the other.
    assert bare.headers["ETag"] != told.headers["ETag"]
    for accepted in ("*/*", "text/html,*/*;q=0.8", "application/json, text/plain;q=0.5"):
        assert client.get(address, headers={"Accept": accepted}).is_json
    assert client.get(f"{address}?style=apa").get_json()["error"]["code"] == "bad-style"
    assert client.get(f"{address}?q=a").status_code == 400


def test_a_report_is_cited_too(client: FlaskClient) -> None:
    told = client.get("/api/v1/reports/waijiaobu-2014/citation?style=text").get_json()["text"]
    assert told.startswith(f"外交部《{REPORT}》（2014年12月19日发布），")
    assert "http://localhost/reports/waijiaobu-2014 （本机地址" in told
    assert client.get("/api/v1/reports/nobody-2014/citation").status_code == 404
    page = client.get("/reports/waijiaobu-2014").get_data(as_text=True)
    assert all(
        f">{label}</h2>" in page for label in ("GB/T 7714—2025", "文中引用", "Markdown", "BibTeX", "RIS")
    )


def test_the_original_is_the_file_that_was_indexed(served: FlaskClient, real: tuple[Path, Path]) -> None:
    data = (real[1] / "mfa-2019.md").read_bytes()
    answer = served.get("/reports/waijiaobu-2019/original")
    assert answer.get_data() == data
    assert answer.headers["Content-Type"] == "text/markdown"
    assert int(answer.headers["Content-Length"]) == len(data)
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"mfa-2019.md\"; filename*=UTF-8''mfa-2019.md"
    )
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    told = served.get("/api/v1/reports/waijiaobu-2019").get_json()
    assert hashlib.sha256(answer.get_data()).hexdigest() == told["source"]["sha256"]
    head = served.head("/reports/waijiaobu-2019/original")
    assert (head.status_code, head.get_data()) == (200, b"")
    assert served.get("/reports/nobody-2019/original").status_code == 404
    assert served.get("/reports/waijiaobu-2019/original?a=b").status_code == 400


def test_the_report_page_says_where_its_file_came_from(served: FlaskClient) -> None:
    page = BeautifulSoup(served.get("/reports/waijiaobu-2014").get_data(as_text=True), "lxml")
    facts = {
        str(row.dt and row.dt.text): str(row.dd and row.dd.get_text(strip=True))
        for row in page.select(".provenance div")
    }
    told = served.get("/api/v1/reports/waijiaobu-2014").get_json()
    assert facts["SHA-256"] == told["source"]["sha256"]
    assert facts["下载时间"] == "2026年11月20日 08:00（UTC+08:00）"
    assert "mfa-2014.txt" in facts["原件"]
    assert page.select_one('.provenance a[href="/reports/waijiaobu-2014/original"]')
    assert {
        "field": "fetched",
        "value": "2026-11-20T08:00:00+08:00",
        "found_in": "manifest",
        "sure": True,
    } in told["evidence"]


def test_a_file_that_changed_or_is_gone_is_never_handed_out(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    file = corpus / "mfa-2019.md"
    data = (CORPUS / "mfa-2019.md").read_bytes()
    file.write_bytes(data)
    run_job(IndexJob(paths=(corpus,), index=tmp_path / "index", engine="memory"))
    client = create_app(Searcher(tmp_path / "index")).test_client()
    (report,) = client.get("/api/v1/reports").get_json()["reports"]
    address = f"/reports/{report['id']}/original"
    assert client.get(address).get_data() == data
    file.write_bytes(data + b"\n")
    changed = client.get(address)
    assert changed.status_code == 410
    assert "已经改动" in changed.get_data(as_text=True)
    file.unlink()
    gone = client.get(address)
    assert gone.status_code == 410
    assert "已不在原处" in gone.get_data(as_text=True)
    assert "已不在原处" in client.get(f"/reports/{report['id']}").get_data(as_text=True)
    file.write_bytes(data)
    assert client.get(address).get_data() == data


@pytest.fixture
def placed(index: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Flask]:
    """Makes the application with ``REPORT_SEARCH_URL`` set."""

    def make(url: str) -> Flask:
        monkeypatch.setenv("REPORT_SEARCH_URL", url)
        return create_app(Searcher(index))

    return make


def test_any_other_host_is_refused_once_the_address_is_set(placed: Callable[[str], Flask]) -> None:
    client = placed("https://reports.example.org").test_client()
    for host in ("reports.example.org", "reports.example.org:443", "REPORTS.example.org"):
        assert client.get("/api/v1/reports", headers={"Host": host}).status_code == 200
    for host in (
        "evil.example",
        "reports.example.org:8000",
        "localhost",
        "127.0.0.1:8000",
        "",
        "a b",
        "reports.example.org.evil.example",
    ):
        for address in ("/", "/api/v1/search?q=a", "/static/style.css", "/nowhere"):
            assert client.get(address, headers={"Host": host}).status_code == 400, (host, address)
    error = client.get("/api/v1/reports", headers={"Host": "evil.example"}).get_json()["error"]
    assert error["code"] == "other-host"
    assert "https://reports.example.org/" in error["hint"]


def test_probes_of_the_machine_itself_are_always_answered(placed: Callable[[str], Flask]) -> None:
    client = placed("https://reports.example.org/gk").test_client()
    for host in ("localhost", "127.0.0.1:8000", "127.0.0.2", "[::1]:8000", "localhost:1"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200
    for host in ("evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::1", ""):
        assert client.get("/healthz", headers={"Host": host}).status_code == 400


def test_what_is_printed_leads_to_the_address_set(
    placed: Callable[[str], Flask], passages_by_report: dict[str, list[Passage]]
) -> None:
    client = placed("https://reports.example.org/gk").test_client()
    passage = passages_by_report["waijiaobu-2014"][1]
    asked = {"base_url": "https://reports.example.org"}
    told = client.get(f"/gk/api/v1/passages/{passage.id}/citation", **asked).get_json()["text"]  # type: ignore[arg-type]
    assert told.endswith(f". https://reports.example.org/gk/passages/{passage.id}")
    rows = client.get("/gk/api/v1/search.ndjson?q=领事救助", **asked).get_data()  # type: ignore[arg-type]
    assert json.loads(rows)["url"] == f"/gk/passages/{passage.id}"
    table = client.get("/gk/api/v1/search.csv?q=领事救助", **asked).get_data(as_text=True)  # type: ignore[arg-type]
    assert f"https://reports.example.org/gk/passages/{passage.id}" in table


@pytest.mark.parametrize("path", ["/gk/?q=微博", "/?q=微博"], ids=["passed on", "taken off"])
def test_links_stay_below_the_path_behind_a_proxy(placed: Callable[[str], Flask], path: str) -> None:
    client = placed("https://reports.example.org/gk").test_client()
    page = BeautifulSoup(
        client.get(path, headers={"Host": "reports.example.org"}).get_data(as_text=True), "lxml"
    )
    links = [str(tag.get("href") or tag.get("src")) for tag in page.select("[href], [src]")]
    inside = [link for link in links if link.startswith("/")]
    assert len(inside) > 40
    assert all(link.startswith("/gk/") for link in inside)
    for link in inside:
        with client.get(link, headers={"Host": "reports.example.org"}) as answer:
            assert answer.status_code == 200, link


def test_a_path_that_only_begins_like_the_prefix_is_left_alone(placed: Callable[[str], Flask]) -> None:
    client = placed("http://reports.example.org/rep").test_client()
    asked = {"Host": "reports.example.org"}
    assert client.get("/rep/reports/waijiaobu-2014", headers=asked).status_code == 200
    assert client.get("/reports/waijiaobu-2014", headers=asked).status_code == 200
    assert client.get("/rep", headers=asked).status_code == 200


def test_an_address_that_is_none_stops_the_server(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_SEARCH_URL", "reports.example.org")
    with pytest.raises(OperatorError):
        create_app(Searcher(index))


def test_page_api_and_command_give_the_same(
    real: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setenv("REPORT_SEARCH_URL", "https://reports.example.org")
    client = create_app(Searcher(real[0])).test_client()
    query = "公开 -微博"
    for suffix in ("csv", "ndjson", "json"):
        answer = client.get(
            f"/api/v1/search.{suffix}?q={quote(query)}&sort=oldest", base_url="https://reports.example.org"
        )
        target = tmp_path / f"out.{suffix}"
        for arguments in ([], ["--output", str(target)]):
            with pytest.raises(SystemExit) as ended:
                main(
                    [
                        "export",
                        query,
                        "--sort",
                        "oldest",
                        "--format",
                        suffix,
                        "--index",
                        str(real[0]),
                        *arguments,
                    ]
                )
            assert ended.value.code == 0
        printed = capsysbinary.readouterr().out
        assert printed == target.read_bytes() == answer.get_data()


def test_the_loopback_of_a_host_is_read_with_care() -> None:
    assert site._is_loopback("[::1]")
    assert not site._is_loopback("127.0.0.1@evil.example")
