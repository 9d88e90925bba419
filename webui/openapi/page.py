"""View model of the page on the API: every operation with its parameters, an example of a request and of its answer."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote, unquote

from msgspec import Struct

from webui import urls
from webui.openapi.catalogue import OPERATIONS
from webui.openapi.examples import example_of
from webui.openapi.operations import ApiOperation, ApiParameter


class ParameterView(Struct, frozen=True):
    """A parameter; ``kind`` says what values it has, ``default`` which one it has if it is not given ("" for none)."""

    name: str
    text: str
    kind: str
    default: str
    is_required: bool
    is_repeated: bool


class OperationView(Struct, frozen=True):
    """An operation. ``request`` is a command that asks for it, ``answer`` what it answers with, "" for a file.

    ``codes`` are its errors by status, ``link`` the address of the example where a click asks for it, else "".
    """

    id: str
    method: str
    path: str
    text: str
    parameters: tuple[ParameterView, ...]
    codes: tuple[tuple[int, tuple[str, ...]], ...]
    types: tuple[str, ...]
    request: str
    link: str
    answer: str


class OperationGroupView(Struct, frozen=True):
    """Operations that belong together."""

    title: str
    operations: tuple[OperationView, ...]


def api_view(root: str) -> tuple[OperationGroupView, ...]:
    """The operations in their groups; ``root`` is the address of the site."""
    return tuple(
        OperationGroupView(title, tuple(_operation(one, root) for one in own))
        for title, own in groupby(OPERATIONS, key=lambda one: one.group)
    )


def _operation(one: ApiOperation, root: str) -> OperationView:
    address = root + _example_path(one)
    example = example_of(one.id)
    return OperationView(
        id=one.id,
        method=one.method.upper(),
        path=one.path,
        text=one.chinese,
        parameters=tuple(_parameter(parameter) for parameter in one.parameters),
        codes=tuple((status, codes) for status, codes in (one.codes or {}).items() if codes),
        types=tuple(dict.fromkeys(answer.media_type for answer in one.answers if answer.media_type)),
        request=_command(one, address),
        link=address if one.method == "get" else "",
        answer="" if example is None else json.dumps(example, ensure_ascii=False, indent=1),
    )


def _example_path(one: ApiOperation) -> str:
    """The path and query of an example: what is needed, and the query."""
    path = one.path
    shown: dict[str, urls.Values] = {}
    for parameter in one.parameters:
        if parameter.place == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(str(parameter.example)))
        elif parameter.required or (parameter.name in ("q", "limit") and parameter.example is not None):
            shown[parameter.name] = str(parameter.example)
    return urls.with_query(path, shown)


def _command(one: ApiOperation, address: str) -> str:
    """How it is asked for with curl."""
    address = unquote(address)
    if one.sent is None:
        return f"curl {shlex.quote(address)}"
    sent = json.dumps(one.sample, ensure_ascii=False)
    return f"curl -H 'Content-Type: application/json' -d {shlex.quote(sent)} {shlex.quote(address)}"


def _parameter(one: ApiParameter) -> ParameterView:
    return ParameterView(
        name=one.name,
        text=one.chinese,
        kind="，".join(_kinds(one.value_schema)),
        default=str(one.schema.get("default", "")),
        is_required=one.required,
        is_repeated=one.is_repeated,
    )


def _kinds(schema: Mapping[str, Any]) -> Iterator[str]:
    """What values a schema allows."""
    for alternative in schema.get("anyOf", ()):
        yield from _kinds(alternative)
    if "enum" in schema:
        yield "、".join(schema["enum"])
    elif schema.get("type") == "integer":
        yield f"整数，{schema['minimum']} 到 {schema['maximum']}"
    elif "maxLength" in schema:
        yield f"最多 {schema['maxLength']} 字"
