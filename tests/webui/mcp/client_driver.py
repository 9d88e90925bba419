"""Drive a server with the official client of MCP, whichever major version the Python that runs this has.

Run by the Python of such an environment, never by that of the project. Takes as its argument a JSON object: ``url``, or
``command`` (a program and its arguments), and ``calls``, each a tool's name and its arguments; for major version 2
``mode`` as well. Prints what the client made of it: the version, the tools, the result of each call, and what an
unknown tool and an unknown method gave.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

MAJOR = int(version("mcp").partition(".")[0])


@asynccontextmanager
async def session(asked: dict[str, Any]) -> AsyncIterator[tuple[Any, str]]:
    """A client that is connected, and the version of the protocol that it speaks."""
    if MAJOR == 1:
        async with transport(asked) as streams, ClientSession(streams[0], streams[1]) as client:
            opened = await client.initialize()
            yield client, opened.protocolVersion
        return
    from mcp import Client

    async with Client(asked.get("url") or parameters(asked), mode=asked.get("mode", "auto")) as client:
        yield client, client.protocol_version


def parameters(asked: dict[str, Any]) -> StdioServerParameters:
    """How the server is started."""
    program, *arguments = asked["command"]
    return StdioServerParameters(command=program, args=arguments, env=dict(os.environ))


def transport(asked: dict[str, Any]) -> Any:
    """What carries the messages."""
    return streamable_http_client(asked["url"]) if "url" in asked else stdio_client(parameters(asked))


def plain(found: Any) -> dict[str, Any]:
    """What the client made of an answer, as JSON."""
    return found.model_dump(mode="json", by_alias=True, exclude_none=True)


async def drive(asked: dict[str, Any]) -> dict[str, Any]:
    """Everything that is asked for, over one connection."""
    async with session(asked) as (client, spoken):
        listed = await client.list_tools()
        results = [plain(await client.call_tool(name, arguments)) for name, arguments in asked["calls"]]
        try:
            unknown = plain(await client.call_tool("no_such_tool", {}))
        except Exception as error:  # noqa: BLE001 - each major version has an error of its own
            unknown = {"fault": str(error)}
        return {
            "major": MAJOR,
            "version": spoken,
            "tools": [plain(tool) for tool in listed.tools],
            "results": results,
            "unknown": unknown,
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(drive(json.loads(sys.argv[1])))))
