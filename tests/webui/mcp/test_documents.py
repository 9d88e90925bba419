"""docs/mcp.md against the tools: each is named with just the arguments that it takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from report_search.presentation.mcp import bounds, schemas, server, versions
from report_search.presentation.mcp.catalogue import TOOLS

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")
ROWS = {
    name: set(re.findall(r"`(\w+)`", given))
    for name, given in re.findall(r"^\| `(\w+)` \| (.*?) \|", DOCUMENT, re.M)
}


@pytest.mark.parametrize("name", list(TOOLS))
def test_a_tool_is_documented_with_its_arguments(name: str) -> None:
    expected = set(TOOLS[name].properties)
    if name == "mentions":
        expected = {"query", "only", "search"}
        assert set(TOOLS[name].properties) == {*schemas.QUERY, "only"}
    assert ROWS[name] == expected


def test_no_tool_is_documented_that_is_not_there() -> None:
    assert ROWS.keys() == TOOLS.keys()


def test_versions_and_bounds_are_those_of_the_program() -> None:
    for version in versions.KNOWN:
        assert version in DOCUMENT
    told = (
        bounds.DEFAULT_TOKENS,
        bounds.MOST_TOKENS,
        bounds.FEWEST_TOKENS,
        server.MOST_BYTES,
        server.MOST_IN_BATCH,
    )
    for number in told:
        assert f"{number:,}" in DOCUMENT


def test_the_configuration_of_the_document_can_be_read() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", DOCUMENT, re.S)
    (entry,) = json.loads(block)["mcpServers"].values()
    assert entry["args"][0] == "mcp"
