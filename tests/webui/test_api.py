"""What programs get: the shapes, the strictness, one error shape, validators and headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from report_search.errors import ReportSearchError
from report_search.passages import Passage
from report_search.search.searcher import Searcher
from webui import create_app

ERROR = {"code", "message", "position", "hint", "suggestion"}


def get(client: FlaskClient, address: str, status: int = 200) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    assert answer.content_type == "application/json"
    payload = answer.get_json()
    assert isinstance(payload, dict)
    return payload


def test_a_search_has_its_hits_totals_and_facets(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    found = get(client, "/api/v1/search?q=领事救助&year=2014&year=2019")
    assert found["query"]["filters"] == {"year": ["2014", "2019"]}
    assert found["total"] == {"passages": 1, "reports": 1, "complete": 1}
    (hit,) = found["hits"]
    passage = next(p for p in passages_by_report["waijiaobu-2014"] if p.id == hit["id"])
    assert hit["text"] == passage.text
    assert {hit["text"][low:high] for low, high in hit["spans"]} == {"领事救助"}
    assert hit["url"] == f"/passages/{passage.id}"
    assert [v["value"] for v in found["facets"]["year"] if v["chosen"]] == ["2019", "2014"]
    assert set(found["facets"]) == {"year", "section", "topic", "agency", "type"}
    assert found["next"] is None


def test_page_and_api_walk_the_same_hits(client: FlaskClient) -> None:
    seen, cursor = [], ""
    while True:
        found = get(client, f"/api/v1/search?q=微博&limit=7&sort=newest&cursor={cursor}")
        seen += [hit["id"] for hit in found["hits"]]
        cursor = found["next"]
        if not cursor:
            break
    page = client.get("/?q=微博&limit=100&sort=newest").get_data(as_text=True)
    assert len(seen) == found["total"]["passages"] == 33
    assert [part.split('"')[0] for part in page.split('aria-labelledby="in-')[1:]] == seen


def test_an_empty_query_is_everything(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    assert get(client, "/api/v1/search")["total"]["passages"] == sum(map(len, passages_by_report.values()))


def test_reports_and_passages_have_their_addresses(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    listed = get(client, "/api/v1/reports")
    assert {report["id"]: report["passages"] for report in listed["reports"]} == {
        report: len(passages) for report, passages in passages_by_report.items()
    }
    report = get(client, "/api/v1/reports/waijiaobu-2019")
    assert [section["title"] for section in report["sections"]] == ["总体情况", "收到和处理申请情况"]
    assert report["warnings"] == [
        {"code": "section-missing", "message": "没有第四节。", "where": "第三节之后"}
    ]
    for passage in passages_by_report["waijiaobu-2019"]:
        assert get(client, f"/api/v1/passages/{passage.id}")["text"] == passage.text


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/search?jahr=2019", 400, "unknown-parameter"),
        ("/api/v1/search?q=a&q=b", 400, "repeated-parameter"),
        ("/api/v1/search?limit=1000", 400, "bad-limit"),
        ("/api/v1/search?limit=-1", 400, "bad-limit"),
        ("/api/v1/search?sort=upwards", 400, "bad-sort"),
        ("/api/v1/search?year=abc", 400, "bad-year"),
        ("/api/v1/search?year=2019..2014", 400, "bad-year"),
        ("/api/v1/search?section=nothing", 400, "unknown-value"),
        ("/api/v1/search?cursor=nonsense", 400, "bad-cursor"),
        ("/api/v1/reports?q=a", 400, "unknown-parameter"),
        ("/api/v1/reports/nobody-1999", 404, "no-report"),
        ("/api/v1/passages/nobody-1999-00000000", 404, "no-passage"),
        ("/api/v1/nothing", 404, "not-found"),
        ("/api/v2", 404, "not-found"),
    ],
)
def test_every_error_has_the_one_shape(client: FlaskClient, address: str, status: int, code: str) -> None:
    error = get(client, address, status)["error"]
    assert set(error) == ERROR
    assert error["code"] == code
    assert error["message"]
    assert error["hint"]


def test_a_query_that_cannot_be_read_is_an_error_with_position_and_repair(client: FlaskClient) -> None:
    error = get(client, "/api/v1/search?q=外交部 “领事救助", 400)["error"]
    assert error["position"] == 4
    assert get(client, f"/api/v1/search?q={error['suggestion']}")["total"]["passages"] == 1


def test_a_cursor_belongs_to_its_request(client: FlaskClient) -> None:
    cursor = get(client, "/api/v1/search?q=微博&limit=1")["next"]
    assert get(client, f"/api/v1/search?q=微信&cursor={cursor}", 400)["error"]["code"] == "cursor-foreign"


def test_other_methods_are_refused_in_the_same_shape(client: FlaskClient) -> None:
    answer = client.post("/api/v1/search")
    assert answer.status_code == 405
    assert set(answer.get_json()["error"]) == ERROR
    assert "GET" in answer.headers["Allow"]


def test_an_error_of_the_program_shows_no_traceback(
    index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    searcher = Searcher(index)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(searcher, "search", broken)
    client = create_app(searcher).test_client()
    error = get(client, "/api/v1/search?q=a", 500)["error"]
    assert (error["code"], set(error)) == ("internal-error", ERROR)
    page = client.get("/?q=a")
    assert page.status_code == 500
    assert "secret" not in page.get_data(as_text=True) + str(error)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.setattr(searcher, "search", lambda *_: _raise(ReportSearchError("odd", "怪")))
    assert get(client, "/api/v1/search?q=a", 500)["error"]["code"] == "odd"


def _raise(error: Exception) -> None:
    raise error


def test_json_is_readable_utf8(client: FlaskClient) -> None:
    assert "领事救助".encode() in client.get("/api/v1/search?q=领事救助").data


def test_health_follows_the_index(client: FlaskClient, tmp_path: Path) -> None:
    state = get(client, "/healthz")
    assert state["status"] == "ok"
    assert state["generation"] == get(client, "/api/v1/search")["index"]["generation"]
    none = create_app(Searcher(tmp_path)).test_client()
    assert get(none, "/healthz", 503)["error"]["code"] == "no-index"
    assert get(none, "/api/v1/search", 503)["error"]["code"] == "no-index"


@pytest.mark.parametrize("address", ["/", "/?q=微博", "/api/v1/search?q=微博", "/api/v1/reports"])
def test_an_answer_is_good_until_the_index_changes(tmp_path: Path, publish: Any, address: str) -> None:
    publish(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    first = client.get(address)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    publish(tmp_path)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/?limit=x", "/about?page=0", "/api/v1/search?jahr=2019", "/api/v1/reports?q=a"]
)
def test_a_wrong_parameter_is_refused_whatever_the_asker_has_stored(
    client: FlaskClient, address: str
) -> None:
    assert client.get(address, headers={"If-None-Match": "*"}).status_code == 400


def test_a_head_is_an_answer_without_its_body(client: FlaskClient) -> None:
    for address in ("/", "/?q=微博", "/api/v1/search", "/api/v1/reports/waijiaobu-2014", "/healthz"):
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == str(len(whole.data))


def test_every_answer_has_the_security_headers(client: FlaskClient, app: Flask) -> None:
    for address in ("/", "/nowhere", "/api/v1/search", "/static/style.css", "/healthz"):
        with client.get(address) as answer:
            headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in headers
    assert client.get("/api/v1/reports").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/").headers
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    with client.get("/static/style.css?v=1") as answer:
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("q=%C1%EC%CA%C2%B1%A3%BB%A4", "wrong-encoding"),
        ("q=%C4%A3%CA%BD", "wrong-encoding"),
        ("q=%25E9%25A2%2586%25E4%25BA%258B", "encoded-twice"),
        ("q=&agency=%E5%A4%96%E4%BA%A4%E9%83%A8%E9%83%A8", "unknown-value"),
        ("q=&report=waijiaobu-1914", "unknown-value"),
        ("q=report:waijiaobu-1914", "unknown-value"),
    ],
)
def test_lost_characters_and_unknown_names_are_never_an_empty_200(
    client: FlaskClient, query: str, code: str
) -> None:
    answer = client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == code


def test_on_the_page_they_are_said(client: FlaskClient) -> None:
    assert "像是 GBK 编码的“领事保护”" in client.get("/?q=%C1%EC%CA%C2%B1%A3%BB%A4").text
    assert "机关中没有" in client.get("/?agency=%E5%A4%96%E4%BA%A4%E9%83%A8%E9%83%A8").text
    assert "网址中的“years”无法识别，已忽略" in client.get("/?years=2019").text
