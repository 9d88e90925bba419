"""From the bytes of a message to the bytes of the reply, whatever carries them.

The rule: every message is answered by itself. A request gets one reply, a notification none; a list of messages is
taken where the version of the protocol has it, and bounded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from report_search import __version__
from report_search.config import SITE_NAME
from report_search.presentation.mcp import versions
from report_search.presentation.mcp.calls import call
from report_search.presentation.mcp.catalogue import TOOLS
from report_search.presentation.mcp.jsonrpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    ProtocolError,
    RpcRequest,
    fault_reply,
    message_id,
    read_message,
    reply,
)
from report_search.presentation.mcp.setting import Setting

LOG = logging.getLogger("report_search.mcp")
MOST_BYTES = 100_000
"""Of a message: no query and no list of filters comes near."""
MOST_IN_BATCH = 20
FRESH_MS = 300_000
"""How long a client may keep the list of tools: it changes with the program only."""
NAME = "report-search"
INSTRUCTIONS = (
    "Full-text search over Chinese government disclosure reports (政府信息公开工作年度报告). Queries are in Chinese. "
    "Find with search, read around a hit with read, see a report whole with outline. Every item has its permanent "
    "address in link: cite it. Not found is no proof: coverage, notes and not_held say what is not held. Answers are "
    "bounded by max_tokens; where truncated is true, call again with the same arguments and cursor set to next."
)


class Reply(Struct, frozen=True):
    """What is sent back: ``body`` is None where nothing is; ``code`` is that of the fault, 0 for none."""

    body: bytes | None
    code: int = 0
    is_enveloped: bool = False


class Conversation(Struct):
    """Messages of one peer over one connection, or a single one of HTTP.

    ``setting`` is asked anew for each call, so that a new index is noticed. ``version`` is the one agreed on.
    ``headers`` are those of HTTP (``version``, ``method``, ``name``), None over another transport. ``is_english`` says
    that errors of the search are told in English too; what tools say of themselves always is.
    """

    setting: Callable[[], Setting]
    version: str = versions.NEWEST_AGREED
    headers: Mapping[str, str | None] | None = field(default=None)
    is_english: bool = False

    def answer(self, sent: bytes) -> Reply:
        """The reply to a message, or to a list of messages."""
        if len(sent) > MOST_BYTES:
            return _reply_of(ProtocolError(INVALID_REQUEST, f"A message has at most {MOST_BYTES} bytes."))
        try:
            message = msgspec.json.decode(sent)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _reply_of(ProtocolError(PARSE_ERROR, "This is no JSON in UTF-8."))
        if isinstance(message, list):
            return self._answer_batch(message)
        told, fault, is_enveloped = self._answered(message)
        body = None if told is None else msgspec.json.encode(told)
        return Reply(body, fault, is_enveloped)

    def _answer_batch(self, messages: list[Any]) -> Reply:
        if self.version not in versions.WITH_BATCHES:
            return _reply_of(ProtocolError(INVALID_REQUEST, f"{self.version} has no lists of messages."))
        if not 1 <= len(messages) <= MOST_IN_BATCH:
            return _reply_of(ProtocolError(INVALID_REQUEST, f"A list has 1 to {MOST_IN_BATCH} messages."))
        told = [self._answered(message, is_batch=True)[0] for message in messages]
        replies = [one for one in told if one is not None]
        return Reply(msgspec.json.encode(replies) if replies else None)

    def _answered(self, message: Any, *, is_batch: bool = False) -> tuple[dict[str, Any] | None, int, bool]:
        """The reply to one message, the code of its fault, and whether it named its version by itself."""
        is_enveloped = False
        try:
            request = read_message(message)
            if request is None or request.id is None:
                return None, 0, False
            if is_batch and request.method == "initialize":
                raise ProtocolError(INVALID_REQUEST, "initialize has to be a message of its own.")
            is_enveloped = self._is_enveloped(request)
            result = self._result(request)
        except ProtocolError as fault:
            return fault_reply(message_id(message), fault), fault.code, is_enveloped
        except Exception as error:
            LOG.error("unexpected error", exc_info=error)
            failure = ProtocolError(INTERNAL_ERROR, "The program failed.")
            return fault_reply(message_id(message), failure), failure.code, is_enveloped
        return reply(request.id, _stamped(result) if is_enveloped else result), 0, is_enveloped

    def _is_enveloped(self, request: RpcRequest) -> bool:
        """Whether a request names its version by itself. Raises ``ProtocolError`` if it does so wrongly."""
        header = (self.headers or {}).get("version") or ""
        if request.method == "initialize" or not versions.is_enveloped(request, header):
            return False
        versions.check_envelope(request, self.headers)
        return True

    def _result(self, request: RpcRequest) -> dict[str, Any]:
        match request.method:
            case "initialize":
                return self._initialized(request.params)
            case "server/discover":
                return _discovered()
            case "ping":
                return {}
            case "tools/list":
                return _listed(request.params)
            case "tools/call":
                return self._called(request.params)
            case method:
                raise ProtocolError(METHOD_NOT_FOUND, f"There is no method {method[:60]}.")

    def _initialized(self, params: Mapping[str, Any]) -> dict[str, Any]:
        asked = params.get("protocolVersion")
        if not isinstance(asked, str):
            raise ProtocolError(INVALID_PARAMS, "initialize needs protocolVersion, a string.")
        self.version = versions.agreed_version(asked)
        return {
            "protocolVersion": self.version,
            "capabilities": _capabilities(),
            "serverInfo": _server_info(),
            "instructions": INSTRUCTIONS,
        }

    def _called(self, params: Mapping[str, Any]) -> dict[str, Any]:
        name = params.get("name")
        tool = TOOLS.get(name) if isinstance(name, str) else None
        if tool is None:
            raise ProtocolError(
                INVALID_PARAMS, f"Unknown tool: {str(name)[:60]}", data={"tools": list(TOOLS)}
            )
        arguments = params.get("arguments")
        if arguments is None:
            arguments = {}
        if not isinstance(arguments, Mapping):
            raise ProtocolError(INVALID_PARAMS, "The arguments of a tool have to be an object.")
        return call(tool, arguments, setting=self.setting, is_english=self.is_english)


def is_opening(sent: bytes) -> bool:
    """Whether a message is ``initialize``, which agrees on a version whatever was said before."""
    try:
        message = msgspec.json.decode(sent)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(message, dict) and message.get("method") == "initialize"


def _listed(params: Mapping[str, Any]) -> dict[str, Any]:
    if params.get("cursor") is not None:
        raise ProtocolError(INVALID_PARAMS, "All tools are on one page: there is no cursor.")
    return {"tools": [tool.described() for tool in TOOLS.values()]}


def _discovered() -> dict[str, Any]:
    found = {
        "supportedVersions": list(versions.KNOWN),
        "capabilities": _capabilities(),
        "instructions": INSTRUCTIONS,
    }
    return _stamped(found)


def _stamped(result: Mapping[str, Any]) -> dict[str, Any]:
    """``result`` as versions from 2026-07-28 on have it."""
    stamped = {**result, "resultType": "complete", "_meta": {versions.SERVER_KEY: _server_info()}}
    if "content" in result:
        return stamped
    return {**stamped, "ttlMs": FRESH_MS, "cacheScope": "public"}


def _capabilities() -> dict[str, Any]:
    return {"tools": {"listChanged": False}}


def _server_info() -> dict[str, str]:
    return {"name": NAME, "title": SITE_NAME, "version": __version__}


def _reply_of(fault: ProtocolError) -> Reply:
    return Reply(msgspec.json.encode(fault_reply(None, fault)), fault.code)
