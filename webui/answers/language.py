"""The language of the messages of the API: Chinese, or English where ``Accept-Language`` prefers it.

Only what the program itself says is translated (messages, hints, warnings, labels of the interface); what was printed,
names and queries never are. The rule: pages for people are in Chinese whatever a browser accepts, and an answer in one
language is never taken for one in the other: ``Vary`` and the ETag tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

from webui.site import PROBES

CHINESE, ENGLISH = "zh", "en"
FOR_PROGRAMS = ("/api/", "/feed.")
"""How the addresses begin that only programs ask for."""
MCP = "/mcp"
ALSO_FOR_PROGRAMS = (*PROBES, MCP)
"""And those that are for programs as they stand."""
Told = TypeVar("Told")


def register(app: Flask) -> None:
    """Say in which language programs are answered by ``app``, and that it depends on what they accept."""
    app.after_request(_set_headers)


def is_for_programs() -> bool:
    """Whether what is asked for is for programs, which get errors as JSON."""
    return request.path.startswith(FOR_PROGRAMS) or request.path in ALSO_FOR_PROGRAMS


def is_english() -> bool:
    """Whether this request is of a program that prefers English to Chinese."""
    return language() == ENGLISH


def language() -> str:
    """The language in which this request is answered; Chinese unless English is preferred."""
    if not is_for_programs():
        return CHINESE
    return preferred(request.headers.get("Accept-Language", ""))


def preferred(accepted: str) -> str:
    """The language that a header prefers; Chinese unless that is English."""
    liked = {CHINESE: 0.0, ENGLISH: 0.0}
    for name, quality in parse_accept_header(accepted):
        # A region says nothing here: zh-CN and zh-Hans are Chinese.
        primary = name.lower().partition("-")[0]
        if primary in liked:
            liked[primary] = max(liked[primary], quality)
    return ENGLISH if liked[ENGLISH] > liked[CHINESE] else CHINESE


def in_language(told: Told, translated: Callable[[Told], Told]) -> Told:
    """``told`` as it is, or ``translated`` for a program that prefers English."""
    return translated(told) if is_english() else told


def _set_headers(response: Response) -> Response:
    if is_for_programs() and request.path not in PROBES:
        response.vary.add("Accept-Language")
        if response.mimetype == "application/json":
            response.headers["Content-Language"] = language()
    return response
