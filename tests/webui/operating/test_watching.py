"""What the operator sees and sets: ids, logs, rates, deadlines, health."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from report_search import deadline
from report_search.errors import OperatorError
from report_search.search.searcher import Searcher
from webui import create_app
from webui.operating import health, metrics
from webui.operating.clients import client_address, household
from webui.operating.public_words import without_folders
from webui.operating.rates import PLACES, Rates
from webui.operating.settings import ServiceSettings, networks
from webui.operating.watching import PATIENCE


def client_of(index: Path, **settings: Any) -> FlaskClient:
    """The application over an index, with settings of its own."""
    return create_app(Searcher(index), ServiceSettings(**settings)).test_client()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_of_the_log_says_neither_who_nor_what_unless_asked(index: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with client_of(index, access_log=str(log)).get("/?q=微博") as answer:
        told = answer.headers["X-Request-Id"]
    (line,) = lines(log)
    assert line["id"] == told
    assert (line["method"], line["path"], line["endpoint"], line["status"]) == (
        "GET",
        "/",
        "pages.search",
        200,
    )
    assert line["bytes"] == len(answer.data)
    assert line["ms"] > 0
    assert "微博" not in log.read_text("utf-8")
    assert {"address", "query"}.isdisjoint(line)


def test_a_log_has_addresses_and_queries_where_that_was_asked_for(index: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    client = client_of(index, access_log=str(log), log_addresses=True, log_queries=True)
    client.get("/api/v1/search?q=a&year=what", environ_base={"REMOTE_ADDR": "192.0.2.7"}).close()
    (line,) = lines(log)
    assert (line["address"], line["query"], line["status"]) == ("192.0.2.7", "q=a&year=what", 400)
    assert line["error"] == "bad-year"


def test_a_stream_is_logged_once_it_has_ended(index: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    answer = client_of(index, access_log=str(log)).get("/api/v1/search.ndjson?q=微博")
    assert not log.read_text("utf-8")
    assert answer.data
    answer.close()
    assert lines(log)[0]["endpoint"] == "downloads.search"


def test_what_found_nothing_is_written_down_without_who_asked(index: Path, tmp_path: Path) -> None:
    log = tmp_path / "missed.log"
    client = client_of(index, missed_log=str(log))
    client.get("/?q=没有这个词组&year=2014")
    client.get("/api/v1/search?q=微博")
    client.get("/api/v1/search?q=也没有这一句")
    found = lines(log)
    assert [(line["query"], line["filters"]) for line in found] == [
        ("没有这个词组", {"year": ["2014"]}),
        ("也没有这一句", {}),
    ]
    assert all(set(line) == {"time", "query", "filters"} for line in found)


def test_a_log_that_cannot_be_written_is_an_error_before_anything_is_served(
    index: Path, tmp_path: Path
) -> None:
    with pytest.raises(OperatorError, match="日志写不了"):
        client_of(index, access_log=str(tmp_path))


def test_an_id_is_taken_from_a_trusted_proxy_alone(index: Path) -> None:
    given = {"X-Request-Id": "abcd-1234-efgh"}
    client = client_of(index, trusted_proxies=networks(("10.0.0.0/8",)))
    near, far = {"REMOTE_ADDR": "10.1.2.3"}, {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/help", headers=given, environ_base=near).headers["X-Request-Id"] == "abcd-1234-efgh"
    assert client.get("/help", headers=given, environ_base=far).headers["X-Request-Id"] != "abcd-1234-efgh"
    odd = {"X-Request-Id": 'a"b{}' * 4}
    assert client.get("/help", headers=odd, environ_base=near).headers["X-Request-Id"].isalnum()


@pytest.mark.parametrize(
    ("nearest", "passed_on", "client"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "not an address, 10.0.0.2", "10.0.0.2"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("", "", ""),
    ],
)
def test_a_client_is_whom_the_last_trusted_proxy_was_asked_by(
    nearest: str, passed_on: str, client: str
) -> None:
    environ = {"REMOTE_ADDR": nearest, "HTTP_X_FORWARDED_FOR": passed_on}
    assert client_address(environ, networks(("10.0.0.0/8",))) == client


def test_a_household_is_one_client() -> None:
    assert household("2001:db8:1:2::3") == household("2001:db8:1:2:ffff::") != household("2001:db8:1:3::3")
    assert household("192.0.2.7") == "192.0.2.7"
    with pytest.raises(OperatorError, match="不是 IP 地址"):
        networks(("localhost",))


def test_a_rate_lets_some_through_at_once_and_then_one_at_a_time() -> None:
    rates = Rates(60, [0.0] * PLACES)
    allowed = [rates.ask("one", now=100.0) for _ in range(16)]
    assert [one.wait for one in allowed] == [0] * 15 + [1]
    assert [one.left for one in allowed] == [*range(14, -1, -1), 0]
    assert rates.ask("two", now=100.0).wait == 0
    assert rates.ask("one", now=101.1).wait == 0
    assert rates.ask("one", now=101.2).wait == 1
    # Who asked too often is not made to wait longer by asking again.
    assert [rates.ask("one", now=115.9).wait for _ in range(14)] == [0] * 14


def test_who_asks_too_often_is_told_when_to_come_again(index: Path) -> None:
    client = client_of(index, rate=8)
    told = [client.get("/help") for _ in range(3)]
    assert [one.status_code for one in told] == [200, 200, 429]
    assert told[0].headers["RateLimit-Policy"] == '"client";q=8;w=60'
    assert told[0].headers["RateLimit"].startswith('"client";r=1;t=')
    assert int(told[2].headers["Retry-After"]) in range(1, 9)
    assert "请求太频繁" in told[2].text
    assert client.get("/api/v1/search").json["error"]["code"] == "too-many-requests"  # type: ignore[index]
    assert client.get("/healthz").status_code == 200
    with client.get("/static/style.css") as asset:
        assert asset.status_code == 200
    assert client.get("/help", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_a_query_that_costs_too_much_is_503_with_advice_and_without_a_time_to_come_again(index: Path) -> None:
    client = client_of(index, deadline=1e-9)
    answer = client.get("/api/v1/search?q=同句(公 开 -信)")
    assert answer.status_code == 503
    assert "Retry-After" not in answer.headers
    error = json.loads(answer.data)["error"]
    assert error["code"] == "too-costly"
    assert error["hint"]
    page = client.get("/?q=同句(公 开 -信)")
    assert (page.status_code, "这个检索太费时" in page.text) == (503, True)
    assert client.get("/api/v1/search.csv?q=微博").status_code == 503
    # What was set for one request is gone with it.
    assert deadline.seconds_left() is None
    assert client_of(index).get("/api/v1/search?q=同句(公 开 -信)").status_code == 200


def test_an_export_is_bound_in_matching_and_not_in_writing(index: Path) -> None:
    answer = client_of(index, deadline=30.0).get("/api/v1/search.ndjson?q=微博")
    seen = [deadline.seconds_left() for _ in answer.iter_encoded()]
    assert seen
    assert set(seen) == {None}


def test_comparing_many_texts_may_take_longer(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from webui.operating import watching

    given: dict[str, float | None] = {}
    limited = deadline.limited_to

    def noted(seconds: float | None) -> Any:
        given[current[0]] = seconds
        return limited(seconds)

    current = [""]
    monkeypatch.setattr(watching.deadline, "limited_to", noted)
    client = client_of(index, deadline=3.0)
    for current[0] in ("/", "/match", "/api/v1/concordance.csv", "/api/v1/search.csv"):
        client.get(current[0])
    patient = 3.0 * PATIENCE
    assert list(given.values()) == [3.0, patient, patient, 3.0]


def test_health_is_an_answer_and_not_only_a_file_that_is_there(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "TRUSTED_FOR", 0.0)
    index = Path(shutil.copytree(index, tmp_path / "index"))
    client = client_of(index)
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    for report in index.glob("generations/*/reports/*"):
        report.write_bytes(b"no report")
    for address in ("/healthz", "/readyz"):
        answer = client.get(address)
        assert (answer.status_code, json.loads(answer.data)["status"]) == (503, "unavailable")
        assert str(index) not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_server_that_stops_is_healthy_and_not_ready(index: Path) -> None:
    app = create_app(Searcher(index))
    app.extensions[health.STOPPING] = True
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503


def test_the_public_is_told_of_no_folder(tmp_path: Path) -> None:
    client = client_of(tmp_path / "索引" / "none")
    for address in ("/?q=a", "/api/v1/search", "/healthz", "/readyz", "/reports/a-2019"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
        assert "索引" in answer.text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("/srv/data/index 里还没有索引。", "… 里还没有索引。"),
        ("请运行 report-search index --index /srv/d/i。", "请运行 report-search index。"),
        ("请运行 report-search index --index '/srv/a b'。", "请运行 report-search index。"),
        ("索引文件损坏：C:\\data\\i\\run.json（1）", "索引文件损坏：…（1）"),
        ("OpenSearch 没有应答：503", "OpenSearch 没有应答：503"),
        ("读 1/2 份", "读 1/2 份"),
    ],
)
def test_a_message_without_its_folders(said: str, shown: str) -> None:
    assert without_folders(said) == shown


def test_figures_have_the_format_of_prometheus(index: Path) -> None:
    pytest.importorskip("prometheus_client", reason="the extra 'serve' is not installed")
    client = client_of(index)
    client.get("/api/v1/search?q=微博").close()
    client.get("/api/v1/search?year=what").close()
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    assert 'report_search_requests_total{endpoint="api.search",status="200"}' in answer.text
    assert 'report_search_errors_total{code="bad-year"}' in answer.text
    assert 'report_search_request_seconds_bucket{endpoint="api.search",le="2.0"}' in answer.text
    assert "report_search_index_passages " in answer.text


def test_without_the_extra_the_figures_are_not_there(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_FIGURES", None)
    client = client_of(index)
    assert client.get("/api/v1/search?q=微博").status_code == 200
    answer = client.get("/metrics")
    assert (answer.status_code, json.loads(answer.data)["error"]["code"]) == (404, "no-metrics")


@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/api/v1/search.csv", "/api/v1/trend", "/mentions"])
def test_more_than_fifty_filter_values_are_refused(index: Path, path: str) -> None:
    client = client_of(index)
    values = "&".join(f"agency=a{number}" for number in range(2000))
    answer = client.get(f"{path}?q=微博&{values}", follow_redirects=True)
    assert answer.status_code == 400
    assert len(answer.data) < 20_000
    assert "筛选条件太多：一次最多 50 个" in answer.text
    if path.startswith("/api/"):
        assert json.loads(answer.data)["error"]["code"] == "too-many-filters"
    # Of all fields together; so many as are allowed are no error by themselves.
    mixed = "&".join(
        [*(f"year={year}" for year in range(1990, 2016)), *(f"year={y}" for y in range(2016, 2040))]
    )
    assert client.get(f"{path}?q=微博&{mixed}", follow_redirects=True).status_code == 200
    assert client.get(f"{path}?q=微博&{mixed}&section=overview", follow_redirects=True).status_code == 400


def test_a_page_of_numbers_has_a_bound_as_well(index: Path) -> None:
    measures = "&".join(f"measure=m{number}" for number in range(60))
    assert client_of(index).get(f"/data?{measures}").status_code == 400
