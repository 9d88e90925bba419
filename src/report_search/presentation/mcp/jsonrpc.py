"""JSON-RPC 2.0 as the protocol uses it: what a message is, and how a reply or a fault is spelled.

The rule: a fault is one of the protocol (no JSON, no such method, no such tool), never one of a tool.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

MessageId = str | int


class ProtocolError(Exception):
    """What a peer is told of a message that can't be answered: a code of JSON-RPC, a message, perhaps data."""

    def __init__(self, code: int, message: str, *, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class RpcRequest(Struct, frozen=True):
    """A message that has a method; without an ``id`` it is a notification, which is never answered."""

    method: str
    params: Mapping[str, Any]
    id: MessageId | None

    @property
    def meta(self) -> Mapping[str, Any]:
        """What the client says of itself and of the version with this very request; empty if nothing."""
        found = self.params.get("_meta")
        return found if isinstance(found, Mapping) else {}


def read_message(sent: Any) -> RpcRequest | None:
    """The request or notification that was sent, None for a reply, which nobody asked for.

    Raises ``ProtocolError`` for what is none of these.
    """
    if not isinstance(sent, Mapping):
        raise ProtocolError(INVALID_REQUEST, "A message has to be a JSON object.")
    if sent.get("jsonrpc") != "2.0":
        raise ProtocolError(INVALID_REQUEST, 'The member jsonrpc has to be "2.0".')
    if "method" not in sent and ("result" in sent or "error" in sent):
        return None
    if not isinstance(sent.get("method"), str):
        raise ProtocolError(INVALID_REQUEST, "The member method has to be a string.")
    if "id" in sent and message_id(sent) is None:
        raise ProtocolError(INVALID_REQUEST, "The member id has to be a string or a whole number.")
    params = sent.get("params", {})
    if not isinstance(params, Mapping):
        raise ProtocolError(INVALID_PARAMS, "The member params has to be an object.")
    return RpcRequest(sent["method"], params, message_id(sent))


def message_id(sent: Any) -> MessageId | None:
    """The id of a message, None if it has none that may be answered to."""
    found = sent.get("id") if isinstance(sent, Mapping) else None
    return found if isinstance(found, (str, int)) and not isinstance(found, bool) else None


def reply(id_: MessageId | None, result: Mapping[str, Any]) -> dict[str, Any]:
    """The reply to a request."""
    return {"jsonrpc": "2.0", "id": id_, "result": result}


def fault_reply(id_: MessageId | None, fault: ProtocolError) -> dict[str, Any]:
    """The reply to what can't be answered; the id is null where it is not known."""
    error: dict[str, Any] = {"code": fault.code, "message": fault.message}
    if fault.data is not None:
        error["data"] = fault.data
    return {"jsonrpc": "2.0", "id": id_, "error": error}
