"""A call of a tool, from the arguments that were sent to the result.

The rule: whatever goes wrong in a tool is a result that says so (``isError``), so that the model can mend its call; it
is never a fault of the protocol, and never a traceback.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from report_search.errors import GoneError, MovedError, NotFoundError, ReportSearchError
from report_search.presentation.english.answers import english_error
from report_search.presentation.json_payload import error_payload
from report_search.presentation.mcp.arguments import read_arguments
from report_search.presentation.mcp.bounds import FEWEST_TOKENS, fitted
from report_search.presentation.mcp.catalogue import Tool
from report_search.presentation.mcp.held import NOT_HELD
from report_search.presentation.mcp.setting import LOCAL_ADDRESSES, Setting
from report_search.presentation.mcp.tokens import as_text, shortened

LOG = logging.getLogger("report_search.mcp")
_NO_MATTER_OF_HOLDING = ("cursor-gone", "no-history")
"""Errors of addresses that say nothing of whether a report is held."""


def call(
    tool: Tool, sent: Mapping[str, Any], *, setting: Callable[[], Setting], is_english: bool = False
) -> dict[str, Any]:
    """The result of calling ``tool`` with the arguments that were ``sent``; errors in English if asked for."""
    try:
        asked, unknown = read_arguments(tool.name, tool.arguments, sent=sent)
        most = asked.max_tokens
        ground = setting()
        listing = tool.run(ground, asked)
    except ReportSearchError as error:
        return _failed(english_error(error) if is_english else error)
    except Exception as error:
        LOG.error("unexpected error in the tool %s", tool.name, exc_info=error)
        return _failed(ReportSearchError("internal-error", "The program failed.", hint="Try another call."))
    said: dict[str, Any] = {"ignored_arguments": unknown} if unknown else {}
    if ground.site.is_local:
        said = {**said, "address_note": LOCAL_ADDRESSES}
    answer = fitted(replace(listing, facts={**listing.facts, **said}), most)
    return {"content": [_text(answer)], "structuredContent": answer, "isError": False}


def _failed(error: ReportSearchError) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(error_payload(error))
    is_address = isinstance(error, (NotFoundError, GoneError)) and not isinstance(error, MovedError)
    if is_address and error.code not in _NO_MATTER_OF_HOLDING:
        told = {
            **told,
            "note": f"{NOT_HELD}: the index has nothing at this address or under this name today.",
        }
    return {"content": [_text(shortened(told, FEWEST_TOKENS))], "isError": True}


def _text(answer: Mapping[str, Any]) -> dict[str, str]:
    return {"type": "text", "text": as_text(answer)}
