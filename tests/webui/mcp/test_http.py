"""``/mcp``: methods, origins, sizes, types and statuses."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report_search.presentation.mcp.server import MOST_BYTES
from report_search.search.searcher import Searcher
from webui import create_app

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
NOTIFIED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def post(client: FlaskClient, message: Any, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/mcp", data=json.dumps(message), content_type="application/json", headers=named)


@pytest.fixture
def public(index: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The application at an address that is set."""
    monkeypatch.setenv("REPORT_SEARCH_URL", "https://example.org/reports")
    return create_app(Searcher(index)).test_client()


def test_a_request_is_answered_with_json(client: FlaskClient) -> None:
    response = post(client, PING)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Mcp-Session-Id" not in response.headers
    assert "Set-Cookie" not in response.headers
    assert response.json == {"jsonrpc": "2.0", "id": 1, "result": {}}


@pytest.mark.parametrize("message", [NOTIFIED, [NOTIFIED], {"jsonrpc": "2.0", "id": 1, "result": {}}])
def test_what_needs_no_answer_is_202_without_a_body(client: FlaskClient, message: Any) -> None:
    response = post(client, message)
    assert (response.status_code, response.data) == (202, b"")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_only_post_is_taken(client: FlaskClient, method: str) -> None:
    response = client.open("/mcp", method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST, OPTIONS"
    assert (response.data == b"") is (method == "HEAD")


def test_options_says_what_a_browser_may_send(client: FlaskClient) -> None:
    plain = client.options("/mcp")
    assert (plain.status_code, plain.data) == (204, b"")
    assert "Access-Control-Allow-Origin" not in plain.headers
    asked = client.options("/mcp", headers={"Origin": "http://localhost:6274"})
    assert asked.headers["Access-Control-Allow-Origin"] == "http://localhost:6274"
    assert "MCP-Protocol-Version" in asked.headers["Access-Control-Allow-Headers"]
    assert asked.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert client.options("/mcp", headers={"Origin": "https://evil.example"}).status_code == 403


def test_an_address_with_a_slash_leads_there(client: FlaskClient) -> None:
    response = client.post("/mcp/", json=PING)
    assert (response.status_code, response.headers["Location"]) == (308, "/mcp")


@pytest.mark.parametrize(
    ("origin", "is_taken"),
    [
        ("http://localhost", True),
        ("http://localhost:6274", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://192.168.1.5:8000", False),
        ("http://evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("null", False),
        ("", False),
        ("file://", False),
        ("http://localhost:99999", False),
        ("http://user@localhost", False),
        ("http://localhost/path", False),
        ("chrome-extension://abcdef", False),
    ],
)
def test_only_pages_of_this_machine_may_ask_a_local_server(
    client: FlaskClient, origin: str, is_taken: bool
) -> None:
    response = post(client, PING, Origin=origin)
    assert response.status_code == (200 if is_taken else 403)
    assert response.headers.get("Access-Control-Allow-Origin") == (origin if is_taken else None)


def test_a_name_that_was_made_to_lead_here_may_not_ask_but_a_number_may(client: FlaskClient) -> None:
    assert (
        post(client, PING, Host="rebound.example:8000", Origin="http://rebound.example:8000").status_code
        == 403
    )
    assert post(client, PING, Host="192.168.1.5:8000", Origin="http://192.168.1.5:8000").status_code == 200


def test_only_pages_of_the_site_may_ask_it(public: FlaskClient) -> None:
    for origin, status in (
        ("https://example.org", 200),
        ("https://example.org:443", 200),
        ("http://example.org", 403),
        ("https://example.org:8443", 403),
        ("https://www.example.org", 403),
        ("http://localhost:6274", 403),
    ):
        assert post(public, PING, Host="example.org", Origin=origin).status_code == status, origin
    assert post(public, PING, Host="example.org").status_code == 200


def test_another_host_is_refused_in_json(public: FlaskClient) -> None:
    response = post(public, PING, Host="evil.example")
    assert response.status_code == 400
    assert response.json["error"]["code"] == "other-host"


def test_addresses_are_those_of_the_site(public: FlaskClient) -> None:
    message = {**PING, "method": "tools/call", "params": {"name": "coverage"}}
    answer = post(public, message, Host="example.org").json["result"]["structuredContent"]
    assert answer["coverage"][0]["link"].startswith("https://example.org/reports/agencies/")
    assert "address_note" not in answer


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"]
)
def test_another_type_is_refused(client: FlaskClient, type_: str) -> None:
    assert client.post("/mcp", data=json.dumps(PING), content_type=type_).status_code == 415


def test_a_type_may_name_its_charset(client: FlaskClient) -> None:
    response = client.post("/mcp", data=json.dumps(PING), content_type="application/json; charset=utf-8")
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("accepted", "status"),
    [
        ("application/json, text/event-stream", 200),
        ("application/json", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("text/event-stream", 406),
        ("text/html", 406),
    ],
)
def test_json_has_to_be_accepted(client: FlaskClient, accepted: str, status: int) -> None:
    assert post(client, PING, Accept=accepted).status_code == status


def test_a_body_is_bounded(client: FlaskClient) -> None:
    long = {**PING, "params": {"text": "x" * MOST_BYTES}}
    assert post(client, long).status_code == 413
    fitting = {**PING, "params": {"text": "x" * (MOST_BYTES - 200)}}
    assert post(client, fitting).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", -32700), (b"", -32700), (b"3", -32600), (b"[]", -32600), (b"[" * 50_000, -32700)],
)
def test_what_is_no_message_is_400(client: FlaskClient, body: bytes, code: int) -> None:
    response = client.post("/mcp", data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.json["error"]["code"] == code


def test_a_fault_that_is_answered_in_the_message_is_200(client: FlaskClient) -> None:
    for method, code in (("nothing/here", -32601), ("tools/call", -32602)):
        response = post(client, {**PING, "method": method})
        assert (response.status_code, response.json["error"]["code"]) == (200, code)


@pytest.mark.parametrize("version", ["2025-03-26", "2025-06-18", "2025-11-25"])
def test_every_version_is_taken_in_the_header(client: FlaskClient, version: str) -> None:
    assert post(client, PING, MCP_Protocol_Version=version).status_code == 200
    listed = post(client, [PING], MCP_Protocol_Version=version)
    assert listed.status_code == (200 if version == "2025-03-26" else 400)


def test_without_a_version_a_list_is_taken(client: FlaskClient) -> None:
    assert [one["id"] for one in post(client, [PING, NOTIFIED, {**PING, "id": 2}]).json] == [1, 2]


def test_a_version_that_is_not_spoken_is_400_but_for_the_opening(client: FlaskClient) -> None:
    for version in ("2024-01-01", "x", ""):
        response = post(client, PING, MCP_Protocol_Version=version)
        assert response.status_code == 400
        assert response.json["error"]["code"] == -32022
        assert "2025-06-18" in response.json["error"]["data"]["supported"]
    opening = {**PING, "method": "initialize", "params": {"protocolVersion": "2024-01-01"}}
    response = post(client, opening, MCP_Protocol_Version="2024-01-01")
    assert response.json["result"]["protocolVersion"] == "2025-11-25"


def enveloped(client: FlaskClient, method: str, params: dict[str, Any], **headers: str) -> TestResponse:
    message = {**PING, "method": method, "params": {**params, "_meta": META}}
    return post(client, message, **{"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": method, **headers})


def test_an_enveloped_request_is_answered_and_its_faults_told_by_the_status(client: FlaskClient) -> None:
    response = enveloped(client, "server/discover", {})
    assert response.status_code == 200
    assert "2026-07-28" in response.json["result"]["supportedVersions"]
    called = enveloped(client, "tools/call", {"name": "coverage"}, Mcp_Name="coverage")
    assert called.json["result"]["resultType"] == "complete"
    packed = f"=?base64?{base64.b64encode(b'coverage').decode()}?="
    assert enveloped(client, "tools/call", {"name": "coverage"}, Mcp_Name=packed).status_code == 200
    missing = enveloped(client, "nothing/here", {})
    assert (missing.status_code, missing.json["error"]["code"]) == (404, -32601)
    unknown = enveloped(client, "tools/call", {"name": "x"}, Mcp_Name="x")
    assert (unknown.status_code, unknown.json["error"]["code"]) == (400, -32602)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Mcp_Name": "search"}, -32020),
        ({"Mcp_Name": "=?base64?!?="}, -32020),
        ({"Mcp_Method": "tools/list", "Mcp_Name": "coverage"}, -32020),
        ({}, -32020),
        ({"MCP_Protocol_Version": "2025-11-25", "Mcp_Name": "coverage"}, -32020),
    ],
    ids=str,
)
def test_headers_that_contradict_the_message_are_refused(
    client: FlaskClient, headers: dict[str, str], code: int
) -> None:
    response = enveloped(client, "tools/call", {"name": "coverage"}, **headers)
    assert (response.status_code, response.json["error"]["code"]) == (400, code)


def test_discover_is_answered_to_whoever_asks(client: FlaskClient) -> None:
    response = post(client, {**PING, "method": "server/discover"})
    assert response.status_code == 200
    assert "2025-11-25" in response.json["result"]["supportedVersions"]


def test_without_an_index_the_tools_are_there_and_say_so(tmp_path: Path) -> None:
    client = create_app(Searcher(tmp_path / "none")).test_client()
    assert post(client, {**PING, "method": "tools/list"}).status_code == 200
    response = post(client, {**PING, "method": "tools/call", "params": {"name": "coverage"}})
    assert response.status_code == 200
    assert response.json["result"]["isError"] is True
    assert "report-search index" in response.json["result"]["content"][0]["text"]


def test_errors_of_the_search_are_told_in_the_language_that_is_preferred(client: FlaskClient) -> None:
    call = {
        **PING,
        "method": "tools/call",
        "params": {"name": "read", "arguments": {"id": "nobody-2019"}},
    }
    chinese = post(client, call).json["result"]
    english = post(client, call, **{"Accept-Language": "en"})
    assert chinese["isError"]
    assert "没有编号为" in chinese["content"][0]["text"]
    assert "There is no" in english.json["result"]["content"][0]["text"]
    assert "Accept-Language" in english.headers["Vary"]
