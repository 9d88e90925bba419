"""The OpenAPI 3.1 document, made of the table of operations and the schemas of the payloads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from report_search import __version__
from report_search.config import SITE_NAME
from report_search.presentation.json_payload import encoded
from report_search.presentation.payloads.parts import ErrorPayload, Payload
from report_search.presentation.payloads.schemas import reference_to, schemas_of
from report_search.search.filters import MAX_FILTER_VALUES
from webui.openapi import error_codes
from webui.openapi.catalogue import OPERATIONS
from webui.openapi.elsewhere import PAGES
from webui.openapi.examples import example_of
from webui.openapi.headers import components, request_headers, response_headers
from webui.openapi.operations import JSON, ApiAnswer, ApiOperation, ApiParameter, joined

VERSION = "3.1.0"
DESCRIPTION = (
    "Full-text search over the annual reports of Chinese government bodies on open government information."
    f" Read-only, UTF-8, no keys, no cookies. A request has at most {MAX_FILTER_VALUES} filter values."
    " Within v1 keys, parameters, operations and codes may join; none leaves and none changes its meaning."
    " Ignore keys that you do not know. Text is packed by gzip or zstd for whoever accepts it."
    " Pages for people (HTML) are no operations; the operation that gives the same is named by `x-pages`."
)
CODES_KEY = "x-error-codes"
"""Where a response names the codes that errors of its status have."""


def openapi_document(root: str) -> dict[str, Any]:
    """The description of the API of a site at ``root``."""
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for one in OPERATIONS:
        paths[one.path][one.method] = _operation(one)
    return {
        "openapi": VERSION,
        "info": {
            "title": SITE_NAME,
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": root}],
        "x-pages": dict(PAGES),
        "paths": dict(paths),
        "components": {"schemas": schemas_of(_shapes()), **components()},
    }


@lru_cache(maxsize=8)
def encoded_document(root: str) -> bytes:
    """The document as JSON; made once for each address that is asked."""
    return encoded(openapi_document(root))


def _shapes() -> list[type[Payload]]:
    answers = (answer for one in OPERATIONS for answer in one.answers)
    return list(dict.fromkeys([ErrorPayload, *(shape for answer in answers for shape in answer.shapes)]))


def _operation(one: ApiOperation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.id,
        "summary": one.english,
        "parameters": [*map(_parameter, one.parameters), *request_headers(one)],
        "responses": _responses(one),
    }
    if one.sent is not None:
        content = {JSON: {"schema": dict(one.sent), "example": one.sample}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameter(one: ApiParameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": one.name,
        "in": one.place,
        "required": one.required,
        "description": one.english,
        "schema": dict(one.schema),
    }
    if one.place == "query" and not one.required:
        # As an empty field of a form sends it: as if it were not given.
        described["allowEmptyValue"] = True
    if one.is_repeated:
        described |= {"style": "form", "explode": True}
    if one.example is not None:
        described["example"] = [one.example] if one.is_repeated else one.example
    return described


def _responses(one: ApiOperation) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    by_status: dict[int, list[ApiAnswer]] = defaultdict(list)
    for answer in one.answers:
        by_status[answer.status].append(answer)
    for status, codes in joined(error_codes.ANY, one.codes or {}).items():
        responses[str(status)] = _error(one, status, codes)
    for status, answers in by_status.items():
        described = {"description": HTTPStatus(status).phrase}
        content = {answer.media_type: _content(one, answer) for answer in answers if answer.media_type}
        responses[str(status)] = {**described, "content": content} if content else described
    if one.is_conditional:
        responses["304"] = {"description": "Not Modified: what you have is what would be answered."}
    return {
        status: {**described, "headers": response_headers(one, int(status))}
        for status, described in sorted(responses.items())
    }


def _content(one: ApiOperation, answer: ApiAnswer) -> Mapping[str, Any]:
    references = [reference_to(shape) for shape in answer.shapes]
    if not references:
        return {}
    schema = references[0] if len(references) == 1 else {"anyOf": references}
    example = example_of(one.id) if answer.status == HTTPStatus.OK else None
    return {"schema": schema} if example is None else {"schema": schema, "example": example}


def _error(one: ApiOperation, status: int, codes: Iterable[str]) -> dict[str, Any]:
    """The response of an error. One that leads elsewhere without a code has no content."""
    listed = list(codes)
    described: dict[str, Any] = {"description": _said(status, listed)}
    if status < HTTPStatus.BAD_REQUEST and not listed:
        return described
    content = {"schema": reference_to(ErrorPayload)} if one.errors == "shape" else {}
    described["content"] = {"text/html" if one.errors == "page" else JSON: content}
    return {**described, CODES_KEY: listed} if listed else described


def _said(status: int, codes: list[str]) -> str:
    phrase = HTTPStatus(status).phrase
    return f"{phrase}: {', '.join(codes)}." if codes else f"{phrase}."
