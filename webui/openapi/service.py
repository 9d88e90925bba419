"""The operations on the service itself: the way for agents, what the site says of itself, its health."""

from __future__ import annotations

from report_search.presentation.payloads.service import HealthPayload, ServicePayload, UnavailablePayload
from webui.openapi import parameters as given
from webui.openapi.operations import ApiAnswer, ApiOperation

GROUP, SITE, HEALTH = "服务", "网站", "运行"
_HEALTH = (ApiAnswer(shapes=(HealthPayload,)), ApiAnswer(shapes=(UnavailablePayload,), status=503))

_PLAIN = (ApiAnswer("text/plain"),)
_XML = (ApiAnswer("application/xml"),)

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
        is_conditional=False,
    ),
    ApiOperation(
        "opensearch",
        SITE,
        "/opensearch.xml",
        "How a browser searches here (OpenSearch).",
        "供浏览器添加搜索引擎（OpenSearch）。",
        (ApiAnswer("application/opensearchdescription+xml"),),
        errors="page",
    ),
    ApiOperation(
        "sitemap",
        SITE,
        "/sitemap.xml",
        "Every page that stays: agencies and reports; where they are more than 50,000, an index of sitemaps.",
        "全部固定的网页：机关和报告。",
        _XML,
        errors="page",
    ),
    ApiOperation(
        "sitemap_part",
        SITE,
        "/sitemap-{number}.xml",
        "One of several sitemaps, where there are several.",
        "上者的一部分；只在分成几部分时才有。",
        _XML,
        (given.SITEMAP_NUMBER,),
        {404: ("not-found",)},
        errors="page",
    ),
    ApiOperation(
        "robots",
        SITE,
        "/robots.txt",
        "What crawlers leave alone (RFC 9309).",
        "爬虫请勿抓取的地址。",
        _PLAIN,
        errors="page",
        is_conditional=False,
    ),
    ApiOperation(
        "llms",
        SITE,
        "/llms.txt",
        "What a language model should know of the site (llmstxt.org).",
        "供语言模型了解本站。",
        _PLAIN,
        errors="page",
    ),
    ApiOperation(
        "security",
        SITE,
        "/.well-known/security.txt",
        "Who is to be told of a weakness (RFC 9116); 404 where the operator has named nobody.",
        "安全问题告知谁；未设置时为 404。",
        _PLAIN,
        codes={404: ("not-found",)},
        errors="page",
    ),
    ApiOperation(
        "healthz",
        HEALTH,
        "/healthz",
        "200 with the generation while questions can be answered.",
        "能否答复检索。",
        _HEALTH,
        is_conditional=False,
    ),
    ApiOperation(
        "readyz",
        HEALTH,
        "/readyz",
        "The same, and 503 as soon as the server is told to stop.",
        "同上；服务将要停止时为 503。",
        _HEALTH,
        is_conditional=False,
    ),
    ApiOperation(
        "metrics",
        HEALTH,
        "/metrics",
        "Figures in the format of Prometheus, where the extra `serve` is installed.",
        "供 Prometheus 读取的运行数据。",
        _PLAIN,
        codes={404: ("missing-extra",)},
        is_conditional=False,
    ),
)
