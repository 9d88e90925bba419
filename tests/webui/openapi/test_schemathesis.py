"""Requests that nobody thought of, made of the description: schemathesis against the application in process.

What is valid by the description is never an error of the server; what is not is refused; every answer has a status, a
type and a shape that the description names. Few examples each, since a run must not take a minute.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from webui.openapi.catalogue import OPERATIONS
from webui.openapi.operations import ApiOperation

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed: the extra ci has it"
)

from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.generation import GenerationMode  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
)


MODES = {"valid": GenerationMode.POSITIVE, "invalid": GenerationMode.NEGATIVE}
EXAMPLES = 12


@pytest.fixture(scope="module")
def described(app: Flask) -> Any:
    """The description as schemathesis reads it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


def wanted() -> list[tuple[str, ApiOperation]]:
    """Every operation with valid requests, and those that take anything with invalid ones."""
    # JSON-RPC tells of most faults in an answer of 200.
    takes = [one for one in OPERATIONS if (one.parameters or one.sent) and one.errors != "rpc"]
    return [*(("valid", one) for one in OPERATIONS), *(("invalid", one) for one in takes)]


def is_judged(query: dict[str, Any]) -> bool:
    """Whether what is wrong in a query has to be refused: not what is empty, nor what is to be read as a page does."""
    values = (one for value in query.values() for one in (value if isinstance(value, list) else [value]))
    return query.get("strict") != "0" and "" not in values


@pytest.mark.parametrize(("mode", "one"), wanted(), ids=lambda one: getattr(one, "id", one))
def test_answers_are_as_described(described: Any, mode: str, one: ApiOperation) -> None:
    operation = described[one.path][one.method.upper()]

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=MODES[mode]))
    def ask(case: Any) -> None:
        assume(mode == "valid" or is_judged(case.query))
        # In process nothing unpacks what is packed.
        case.call_and_validate(checks=list(CHECKS), headers={"Accept-Encoding": "identity"})

    ask()
