"""Conversations with the tools over the few reports of the pages' tests, and over the application."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report_search.export.site_address import SiteAddress
from report_search.figures.database import FigureDatabase
from report_search.presentation.mcp.server import Conversation
from report_search.presentation.mcp.setting import Setting
from report_search.search.searcher import Searcher

ROOT = "https://example.org/reports"
Calling = Callable[..., dict[str, Any]]
Asking = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def setting(index: Path) -> Setting:
    searcher = Searcher(index).pinned()
    return Setting(searcher, lambda: FigureDatabase(searcher.generation()), SiteAddress(ROOT))


@pytest.fixture
def ask(setting: Setting) -> Asking:
    """Sends one request and gives the whole reply."""
    conversation = Conversation(lambda: setting)

    def send(method: str, params: Any = None, **more: Any) -> dict[str, Any]:
        message = {"jsonrpc": "2.0", "id": 7, "method": method, **more}
        if params is not None:
            message["params"] = params
        body = conversation.answer(json.dumps(message, ensure_ascii=False).encode()).body
        assert body is not None
        told: dict[str, Any] = json.loads(body)
        assert (told["jsonrpc"], told["id"]) == ("2.0", message["id"])
        return told

    return send


@pytest.fixture
def result_of(ask: Asking) -> Calling:
    """Calls a tool and gives its result, be it an error."""

    def call(tool: str, **arguments: Any) -> dict[str, Any]:
        result: dict[str, Any] = ask("tools/call", {"name": tool, "arguments": arguments})["result"]
        return result

    return call


@pytest.fixture
def call(result_of: Calling) -> Calling:
    """Calls a tool and gives its answer; an error fails."""

    def answer(tool: str, **arguments: Any) -> dict[str, Any]:
        result = result_of(tool, **arguments)
        assert not result["isError"], result
        told: dict[str, Any] = result["structuredContent"]
        assert json.loads(result["content"][0]["text"]) == told
        return told

    return answer


@pytest.fixture
def fault(result_of: Calling) -> Calling:
    """Calls a tool that can't answer, and gives the error that it tells."""

    def told(tool: str, **arguments: Any) -> dict[str, Any]:
        result = result_of(tool, **arguments)
        assert result["isError"] is True
        assert "structuredContent" not in result
        found: dict[str, Any] = json.loads(result["content"][0]["text"])
        return found

    return told
