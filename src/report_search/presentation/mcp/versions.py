"""The versions of the protocol that are spoken, and what differs between them.

Up to 2025-11-25 a client opens with ``initialize`` and both agree on a version; from 2026-07-28 on every request names
its version by itself (an envelope in ``_meta``, over HTTP headers as well) and a client may ask ``server/discover``.
The rule: nothing is remembered between requests but, on one connection, the version that was agreed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from report_search.presentation.mcp.jsonrpc import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    UNSUPPORTED_VERSION,
    ProtocolError,
    RpcRequest,
)

NEWEST_AGREED = "2025-11-25"
"""What is offered to a client that asks for a version that is not known."""
AGREED = (NEWEST_AGREED, "2025-06-18", "2025-03-26")
ENVELOPED = ("2026-07-28",)
KNOWN = (*ENVELOPED, *AGREED)
UNNAMED = "2025-03-26"
"""The version of a request over HTTP that names none."""
WITH_BATCHES = ("2025-03-26",)
"""Versions in which a message may be a list of messages."""
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CLIENT_KEY = "io.modelcontextprotocol/clientCapabilities"
SERVER_KEY = "io.modelcontextprotocol/serverInfo"
NAMED_METHODS = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
"""Methods whose object is repeated in a header, and the parameter that names it."""


def agreed_version(asked: str) -> str:
    """The version to speak with a client that asks for one: that very one if it is known, else the newest."""
    return asked if asked in AGREED else NEWEST_AGREED


def unsupported(asked: str) -> ProtocolError:
    """The fault of a version that is not spoken."""
    return ProtocolError(
        UNSUPPORTED_VERSION,
        "Unsupported protocol version",
        data={"supported": list(KNOWN), "requested": asked[:40]},
    )


def is_enveloped(request: RpcRequest, header: str) -> bool:
    """Whether a request names its version by itself, as those from 2026-07-28 on do."""
    return header in ENVELOPED or VERSION_KEY in request.meta


def check_envelope(request: RpcRequest, headers: Mapping[str, str | None] | None) -> None:
    """Raise ``ProtocolError`` for an enveloped request that does not say what it has to, or contradicts its headers.

    ``headers`` are ``version``, ``method`` and ``name`` as sent over HTTP, None over another transport.
    """
    lacking = [key for key in (VERSION_KEY, CLIENT_KEY) if key not in request.meta]
    if lacking:
        raise ProtocolError(INVALID_PARAMS, f"params._meta lacks {', '.join(lacking)}.")
    version = request.meta[VERSION_KEY]
    if headers is not None:
        told: dict[str, Any] = {"version": version, "method": request.method}
        if request.method in NAMED_METHODS:
            told["name"] = request.params.get(NAMED_METHODS[request.method])
        for name, value in told.items():
            if headers.get(name) != value:
                raise ProtocolError(HEADER_MISMATCH, f"The header of the {name} does not match the message.")
    if not isinstance(version, str):
        raise ProtocolError(INVALID_PARAMS, "The protocol version has to be a string.")
    if version not in ENVELOPED:
        raise unsupported(version)
