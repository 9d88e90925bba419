"""Messages, versions, faults: what the protocol asks of any server, whatever carries it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from report_search import __version__
from report_search.errors import OperatorError
from report_search.presentation.mcp import catalogue
from report_search.presentation.mcp.server import MOST_BYTES, MOST_IN_BATCH, Conversation
from report_search.presentation.mcp.setting import Setting
from tests.webui.mcp.conftest import Asking

ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def sent(setting: Setting, message: Any, version: str = "2025-11-25") -> Any:
    """The reply to a message given as JSON or as bytes; None for none."""
    raw = message if isinstance(message, bytes) else json.dumps(message).encode()
    body = Conversation(lambda: setting, version).answer(raw).body
    return None if body is None else json.loads(body)


@pytest.mark.parametrize(
    ("asked", "agreed"),
    [
        ("2025-11-25", "2025-11-25"),
        ("2025-06-18", "2025-06-18"),
        ("2025-03-26", "2025-03-26"),
        ("1999-01-01", "2025-11-25"),
        ("2099-01-01", "2025-11-25"),
        ("", "2025-11-25"),
    ],
)
def test_a_known_version_is_agreed_on_else_the_newest_is_offered(
    ask: Asking, asked: str, agreed: str
) -> None:
    result = ask("initialize", {"protocolVersion": asked, "capabilities": {}, "clientInfo": {}})["result"]
    assert result["protocolVersion"] == agreed
    assert result["capabilities"] == {"tools": {"listChanged": False}}
    assert result["serverInfo"]["version"] == __version__
    assert "max_tokens" in result["instructions"]


@pytest.mark.parametrize("params", [{}, {"protocolVersion": 3}, {"protocolVersion": None}])
def test_initialize_needs_a_version(ask: Asking, params: dict[str, Any]) -> None:
    assert ask("initialize", params)["error"]["code"] == -32602


def test_discover_tells_all_versions_without_any_opening(ask: Asking) -> None:
    result = ask("server/discover")["result"]
    assert result["supportedVersions"] == ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"]
    assert result["resultType"] == "complete"
    assert result["ttlMs"] > 0
    assert result["cacheScope"] == "public"
    assert result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "report-search"


def test_ping_is_answered(ask: Asking) -> None:
    assert ask("ping")["result"] == {}
    assert ask("ping", id="text")["id"] == "text"


def test_every_tool_is_listed_with_what_it_takes_and_that_it_only_reads(ask: Asking) -> None:
    tools = ask("tools/list")["result"]["tools"]
    assert [tool["name"] for tool in tools] == [
        "search",
        "read",
        "outline",
        "history",
        "compare",
        "series",
        "checks",
        "mentions",
        "coverage",
    ]
    for tool in tools:
        schema = tool["inputSchema"]
        assert schema["type"] == "object"
        assert set(schema["required"]) <= schema["properties"].keys()
        assert {"cursor", "max_tokens"} <= schema["properties"].keys()
        assert all(one["description"] for one in schema["properties"].values())
        assert "additionalProperties" not in schema
        assert tool["description"].isprintable()
        assert len(tool["description"]) > 80
        assert tool["annotations"] == {
            "title": tool["title"],
            "readOnlyHint": True,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": False,
        }
    by_name = {tool["name"]: tool for tool in tools}
    assert "query" in by_name["search"]["inputSchema"]["required"]


def test_the_list_of_tools_has_one_page(ask: Asking) -> None:
    assert ask("tools/list", {"cursor": "2"})["error"]["code"] == -32602


@pytest.mark.parametrize("method", ["resources/list", "prompts/list", "logging/setLevel", "", "tools/run"])
def test_a_method_that_is_not_there_is_a_fault(ask: Asking, method: str) -> None:
    assert ask(method)["error"]["code"] == -32601


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"name": "delete"},
        {"name": None},
        {"name": ["search"]},
        {"name": "search", "arguments": []},
        {"name": "search", "arguments": "x"},
    ],
)
def test_a_call_that_names_no_tool_or_brings_no_object_is_a_fault(ask: Asking, params: Any) -> None:
    assert ask("tools/call", params)["error"]["code"] == -32602


@pytest.mark.parametrize("params", [[], "x", 3])
def test_params_have_to_be_an_object(ask: Asking, params: Any) -> None:
    assert ask("ping", params)["error"]["code"] == -32602


@pytest.mark.parametrize(
    ("message", "code", "id_"),
    [
        (b"{", -32700, None),
        (b"", -32700, None),
        (b"\xff\xfe", -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\\ud800"}}', -32700, None),
        (b"[" * 90_000, -32700, None),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"' + b"x" * MOST_BYTES + b'"}}',
            -32600,
            None,
        ),
        (b"3", -32600, None),
        (b'"ping"', -32600, None),
        ({"id": 5, "method": "ping"}, -32600, 5),
        ({"jsonrpc": "1.0", "id": 5, "method": "ping"}, -32600, 5),
        ({"jsonrpc": "2.0", "id": 5}, -32600, 5),
        ({"jsonrpc": "2.0", "id": 5, "method": 7}, -32600, 5),
        ({"jsonrpc": "2.0", "id": None, "method": "ping"}, -32600, None),
        ({"jsonrpc": "2.0", "id": True, "method": "ping"}, -32600, None),
        ({"jsonrpc": "2.0", "id": 1.5, "method": "ping"}, -32600, None),
        ({"jsonrpc": "2.0", "id": {}, "method": "ping"}, -32600, None),
    ],
    ids=str,
)
def test_what_is_no_message_is_told_so(setting: Setting, message: Any, code: int, id_: Any) -> None:
    told = sent(setting, message)
    assert told["error"]["code"] == code
    assert told["id"] == id_


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
        {"jsonrpc": "2.0", "method": "no/such/thing"},
        {"jsonrpc": "2.0", "id": 3, "result": {}},
        {"jsonrpc": "2.0", "id": 3, "error": {"code": 1, "message": ""}},
    ],
)
def test_notifications_and_replies_are_never_answered(setting: Setting, message: Any) -> None:
    assert sent(setting, message) is None


def test_a_list_of_messages_is_answered_in_the_one_version_that_has_it(setting: Setting) -> None:
    notified = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    listed = sent(setting, [PING, notified, {**PING, "id": 2}, 5], "2025-03-26")
    assert [one.get("id") for one in listed] == [1, 2, None]
    assert listed[2]["error"]["code"] == -32600
    assert sent(setting, [notified], "2025-03-26") is None
    for version in ("2025-06-18", "2025-11-25", "2026-07-28"):
        assert sent(setting, [PING], version)["error"]["code"] == -32600


@pytest.mark.parametrize("messages", [[], [PING] * (MOST_IN_BATCH + 1)])
def test_a_list_of_messages_is_bounded(setting: Setting, messages: list[Any]) -> None:
    assert sent(setting, messages, "2025-03-26")["error"]["code"] == -32600


def test_initialize_stands_alone(setting: Setting) -> None:
    opening = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-03-26"}}
    (told,) = sent(setting, [opening], "2025-03-26")
    assert told["error"]["code"] == -32600


def test_the_version_that_was_agreed_on_decides_about_lists(setting: Setting) -> None:
    conversation = Conversation(lambda: setting)
    for version, is_taken in (("2025-03-26", True), ("2025-06-18", False)):
        params = {"protocolVersion": version}
        conversation.answer(json.dumps({**PING, "method": "initialize", "params": params}).encode())
        body = conversation.answer(json.dumps([PING]).encode()).body
        assert body is not None
        assert isinstance(json.loads(body), list) is is_taken


def test_an_enveloped_request_is_answered_in_its_own_version(ask: Asking) -> None:
    listed = ask("tools/list", {"_meta": ENVELOPE})["result"]
    assert (listed["resultType"], listed["cacheScope"]) == ("complete", "public")
    called = ask("tools/call", {"name": "coverage", "_meta": ENVELOPE})["result"]
    assert called["resultType"] == "complete"
    assert "ttlMs" not in called
    assert "resultType" not in ask("tools/list")["result"]


def test_an_envelope_has_to_be_whole_and_of_a_version_that_is_spoken(ask: Asking) -> None:
    version, client = ENVELOPE
    lacking = ask("tools/list", {"_meta": {version: "2026-07-28"}})
    assert lacking["error"]["code"] == -32602
    assert client in lacking["error"]["message"]
    assert ask("tools/list", {"_meta": {version: 3, client: {}}})["error"]["code"] == -32602
    foreign = ask("tools/list", {"_meta": {version: "2031-01-01", client: {}}})["error"]
    assert foreign["code"] == -32022
    assert foreign["data"]["requested"] == "2031-01-01"
    assert "2025-11-25" in foreign["data"]["supported"]


def test_an_index_that_is_missing_is_an_error_of_the_tool_and_hinders_no_opening() -> None:
    def missing() -> Setting:
        raise OperatorError("no-index", "没有索引。", hint="请先运行 report-search index。")

    conversation = Conversation(missing)
    for method in ("ping", "tools/list", "server/discover"):
        body = conversation.answer(json.dumps({**PING, "method": method}).encode()).body
        assert body is not None
        assert "result" in json.loads(body)
    called = {**PING, "method": "tools/call", "params": {"name": "coverage"}}
    body = conversation.answer(json.dumps(called).encode()).body
    assert body is not None
    result = json.loads(body)["result"]
    assert result["isError"] is True
    assert json.loads(result["content"][0]["text"])["error"]["code"] == "no-index"


def test_a_fault_inside_a_tool_is_told_without_a_traceback(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("secret path")

    tool = catalogue.TOOLS["coverage"]
    damaged = catalogue.Tool(tool.name, tool.title, tool.description, tool.properties, broken, tool.listed)
    monkeypatch.setitem(catalogue.TOOLS, "coverage", damaged)  # type: ignore[misc]
    told = sent(setting, {**PING, "method": "tools/call", "params": {"name": "coverage"}})
    assert told["result"]["isError"] is True
    assert "internal-error" in told["result"]["content"][0]["text"]
    assert "secret" not in json.dumps(told)
    assert "coverage" in caplog.text
