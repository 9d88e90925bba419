"""The description of the API against what is answered: every address, every shape, every code."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from report_search.presentation.payloads.parts import ErrorPayload
from webui.answers.cross_origin import SHOWN_HEADERS
from webui.openapi.catalogue import OPERATIONS
from webui.openapi.document import CODES_KEY, openapi_document
from webui.openapi.elsewhere import OTHERS, PAGES
from webui.openapi.error_codes import ANY
from webui.openapi.examples import example_of
from webui.openapi.headers import RESPONSE_HEADERS, response_headers
from webui.openapi.operations import ApiOperation, joined
from webui.openapi.page import _example_path

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOCUMENT, re.S)]
ONLY_AT_THE_MACHINE = ("/add", "/add/{batch}", "/add/{batch}/{number}")
"""Pages that are only there where reports may be added."""
SHAPED = [one for one in OPERATIONS if one.is_json]


def ids(one: ApiOperation) -> str:
    return one.id


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Path, with names in braces, and method of whatever the application answers."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:>]*:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield path, method.lower()


def test_every_route_is_described_or_is_named_with_the_reason_why_not(app: Flask) -> None:
    described = {(one.path, one.method) for one in OPERATIONS}
    assert len({one.id for one in OPERATIONS}) == len(OPERATIONS)
    found = set(routes(app))
    # What agents send by GET is answered by an error that says how to ask.
    found.discard(("/mcp", "get"))
    assert described <= found
    assert {path for path, _ in found - described} == {*PAGES, *OTHERS} - set(ONLY_AT_THE_MACHINE)
    assert set(PAGES.values()) <= {one.id for one in OPERATIONS}


def test_an_answer_has_the_headers_that_are_described(client: FlaskClient) -> None:
    """An ETag where one is told of and nowhere else, and what is told of is 304 by it."""
    for one in OPERATIONS:
        address = _example_path(one)
        answer = client.get(address) if one.method == "get" else client.post(address, json=one.sample)
        if answer.status_code != 200:
            continue
        told = response_headers(one, 200).keys()
        told_of = {name for name in RESPONSE_HEADERS if name in answer.headers}
        assert told_of - {"Cache-Control", "Content-Language", "Content-Disposition"} <= told, one.id
        assert ("ETag" in answer.headers) == one.is_conditional, one.id
        assert ("Content-Disposition" in answer.headers) == ("Content-Disposition" in told), one.id
        assert ("Content-Language" in answer.headers) == ("Content-Language" in told), one.id
        if one.is_conditional:
            again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304, one.id


def test_whatever_a_script_may_read_is_described() -> None:
    assert set(SHOWN_HEADERS.split(", ")) <= RESPONSE_HEADERS.keys()


def test_every_name_in_a_path_is_a_parameter() -> None:
    for one in OPERATIONS:
        in_path = [parameter.name for parameter in one.parameters if parameter.place == "path"]
        assert in_path == re.findall(r"{(\w+)}", one.path), one.path


@pytest.mark.parametrize("one", SHAPED, ids=ids)
def test_an_example_has_the_shape_that_it_shows(one: ApiOperation) -> None:
    example = example_of(one.id)
    decoded = msgspec.convert(example, one.answers[0].shapes[0])
    assert json.loads(msgspec.json.encode(decoded)) == example


@pytest.mark.parametrize("one", SHAPED, ids=ids)
def test_the_api_document_has_the_same_example(one: ApiOperation) -> None:
    assert example_of(one.id) in BLOCKS


def test_the_error_of_the_api_document_has_the_shape_of_errors() -> None:
    [shown] = [block for block in BLOCKS if block.keys() == {"error"}]
    assert json.loads(msgspec.json.encode(msgspec.convert(shown, ErrorPayload))) == shown


@pytest.mark.parametrize("one", OPERATIONS, ids=ids)
def test_the_api_document_names_every_operation_and_parameter(one: ApiOperation) -> None:
    path = re.sub(r"{\w+}", "<>", one.path.removesuffix(".{suffix}"))
    named = re.sub(r"<\w+>", "<>", DOCUMENT)
    head, _, suffix = path.rpartition(".")
    is_beside = bool(head) and re.search(rf"{re.escape(head)}\b[^\n]*`\.?[\w.]*{suffix}`", named)
    assert path in named or is_beside, one.path
    for parameter in one.parameters:
        if parameter.place == "query":
            assert re.search(rf"[`?&]{parameter.name}[`=]", DOCUMENT), parameter.name


def source() -> str:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "webui").rglob("*.py")]
    return "".join(p.read_text(encoding="utf-8") for p in files if p.parent.name != "openapi")


def test_every_code_is_one_that_the_program_has() -> None:
    text = source()
    switch = r"bad-(?:expand|titles|lineage|fold|strict|cells)"  # read_switch makes these of the names
    codes = {code for one in OPERATIONS for own in joined(ANY, one.codes or {}).values() for code in own}
    missing = {code for code in codes if f'"{code}"' not in text and not re.fullmatch(switch, code)}
    assert not missing


def test_the_document_is_served_with_the_address_of_the_site(client: FlaskClient) -> None:
    served = client.get("/api/v1/openapi.json")
    assert served.get_json() == json.loads(json.dumps(openapi_document("http://localhost")))
    assert served.get_json()["openapi"] == "3.1.0"


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = openapi_document("http://localhost")
    schemas = document["components"]["schemas"]
    named = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document))
    assert set(named) <= schemas.keys()
    assert not [name for name in schemas if name.endswith("Payload")]


def test_the_index_names_every_operation_and_its_addresses_answer(client: FlaskClient) -> None:
    told = client.get("/api/v1").get_json()
    assert [(one["method"].lower(), one["path"]) for one in told["operations"]] == [
        (one.method, one.path) for one in OPERATIONS
    ]
    for address in told["documents"].values():
        assert client.get(address.removeprefix("http://localhost")).status_code in (200, 405), address
    assert client.get("/api/v1/").headers["Location"].endswith("/api/v1")


def test_the_page_shows_every_operation_with_its_parameters(client: FlaskClient) -> None:
    page = client.get("/api").get_data(as_text=True)
    for one in OPERATIONS:
        [section] = re.findall(rf'<section id="{one.id}".*?</section>', page, re.S)
        for parameter in one.parameters:
            assert f"<code>{parameter.name}</code>" in section
        assert "curl " in section
        assert ("答复示例" in section) == one.is_json
    assert client.get("/api/").headers["Location"].endswith("/api")


def test_the_examples_of_the_page_can_be_asked(client: FlaskClient) -> None:
    page = client.get("/api").get_data(as_text=True)
    asked = re.findall(
        r"^curl '?(http://localhost[^'\s<]*)", html.unescape(page).replace("<code>", "\n"), re.M
    )
    assert len(asked) > 30
    for address in asked:
        status = client.get(address).status_code
        assert status in (200, 308, 404, 410), address


def test_errors_have_codes_that_are_described(client: FlaskClient) -> None:
    document = openapi_document("http://localhost")["paths"]
    for path, address in (
        ("/api/v1/search", "/api/v1/search?limit=0"),
        ("/api/v1/search", "/api/v1/search?q=“领事"),
        ("/api/v1/search", "/api/v1/search?fields=nonsense"),
        ("/api/v1/checks", "/api/v1/checks?cursor=9.9"),
        ("/api/v1/passages/{passage_id}", "/api/v1/passages/nobody"),
        ("/api/v1/series", "/api/v1/series"),
    ):
        answer = client.get(address)
        described: dict[str, Any] = document[path]["get"]["responses"][str(answer.status_code)]
        assert answer.get_json()["error"]["code"] in described[CODES_KEY]
