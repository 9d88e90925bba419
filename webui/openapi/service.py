"""The operations on the service itself: its descriptions, its health, the way for agents."""

from __future__ import annotations

from report_search.presentation.payloads.service import HealthPayload, ServicePayload, UnavailablePayload
from webui.openapi.operations import ApiAnswer, ApiOperation

GROUP = "服务"
_HEALTH = (ApiAnswer(shapes=(HealthPayload,)), ApiAnswer(shapes=(UnavailablePayload,), status=503))

OPERATIONS = (
    ApiOperation(
        "service",
        GROUP,
        "/api/v1",
        "The index of the API: everything that can be asked for, with its address.",
        "接口目录：全部地址。",
        (ApiAnswer(shapes=(ServicePayload,)),),
    ),
    ApiOperation(
        "openapi",
        GROUP,
        "/api/v1/openapi.json",
        "This description.",
        "接口的 OpenAPI 3.1 描述。",
        (ApiAnswer("application/json"),),
    ),
    ApiOperation(
        "mcp",
        GROUP,
        "/mcp",
        "The same for agents: a message of the Model Context Protocol, see docs/mcp.md.",
        "供智能体使用（MCP）。",
        (ApiAnswer("application/json"), ApiAnswer("", status=202)),
        codes={400: (), 403: (), 404: (), 406: (), 413: (), 415: ()},
        method="post",
        sent={"type": ["object", "array"], "description": "A JSON-RPC 2.0 message, or several."},
        sample={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        errors="rpc",
    ),
    ApiOperation(
        "healthz",
        GROUP,
        "/healthz",
        "200 with the generation while questions can be answered.",
        "能否答复检索。",
        _HEALTH,
    ),
    ApiOperation(
        "readyz",
        GROUP,
        "/readyz",
        "The same, and 503 as soon as the server is told to stop.",
        "同上；服务将要停止时为 503。",
        _HEALTH,
    ),
)
