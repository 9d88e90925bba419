"""The tools that there are: name, description, arguments, what answers.

The rule: every tool only reads, and gives the same answer for the same arguments as long as the index is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from report_search.presentation.mcp import counting, finding, schemas, wording
from report_search.presentation.mcp.arguments import ToolArguments
from report_search.presentation.mcp.bounds import Listing
from report_search.presentation.mcp.schemas import Schema
from report_search.presentation.mcp.setting import Setting


class Tool(Struct, frozen=True):
    """A tool: ``properties`` are its arguments, ``needed`` those it can't do without, ``listed`` what it may list."""

    name: str
    title: str
    description: str
    properties: Mapping[str, Schema]
    run: Callable[[Setting, ToolArguments], Listing]
    listed: tuple[str, ...]
    needed: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of all arguments that it knows."""
        return (*self.properties, *schemas.PLACE)

    def described(self) -> dict[str, Any]:
        """The tool as ``tools/list`` names it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": schemas.input_schema(self.properties, self.needed),
            "outputSchema": schemas.output_schema(self.listed),
            "annotations": {
                "title": self.title,
                "readOnlyHint": True,
                "destructiveHint": False,
                "idempotentHint": True,
                "openWorldHint": False,
            },
        }


_ALL = (
    Tool(
        "search",
        "Search the reports",
        "Find passages in Chinese government disclosure reports (政府信息公开工作年度报告, a year and agency each). "
        "Totals are exact: a quoted phrase finds every passage that has it and nothing else. Each hit has its address; "
        "a long text is cut around what was found, read gives it whole. A hit with missing lacks those words. "
        "notes say which of the agencies and years asked for are not held: that is no proof of silence.",
        schemas.SEARCH,
        finding.search,
        ("hits",),
        ("query",),
    ),
    Tool(
        "read",
        "Read a passage in its place",
        "The whole text of a passage with its headings, its neighbours and the source of its report; or a report from "
        "its beginning. Long texts come in parts: go on with cursor. An address that was published goes on meaning the "
        "same text; moved_to says where it stands now.",
        schemas.READ,
        finding.read,
        ("passages",),
        ("id",),
    ),
    Tool(
        "outline",
        "Outline of a report",
        "The headings of a report in order, each with its address, the kind of section, how many passages are under it "
        "and the lead sentences of its items; and what of the report could not be read (warnings).",
        schemas.OUTLINE,
        finding.outline,
        ("sections",),
        ("report",),
    ),
    Tool(
        "history",
        "A sentence through the years",
        "How a sentence of a passage was worded in every other year by the same agency and its predecessors: same, "
        "reworded (changes are written [-gone-]{+new+}), absent (held, but nothing near is said) or not-held.",
        schemas.HISTORY,
        wording.history,
        ("rows",),
        ("passage",),
    ),
    Tool(
        "compare",
        "Compare two reports",
        "Two reports side by side by section: what was reworded, added, dropped, moved; changed numbers first. "
        "rewritten is the share of the text that was not kept, from 0 to 1.",
        schemas.COMPARE,
        wording.compare,
        ("rows",),
        ("a", "b"),
    ),
    Tool(
        "series",
        "Numbers of the official tables",
        "The numbers of one measure of the official tables by agency and year, each with the row it is printed in. An "
        "empty cell has the value null and is never 0. breaks say where a measure changed its meaning. Without measure "
        "the list of measures.",
        schemas.SERIES,
        counting.series,
        ("rows", "measures"),
    ),
    Tool(
        "checks",
        "Sums that do not hold",
        "Sums, balances and carry-overs of the official tables that do not hold, the largest difference first, with "
        "both cells as printed.",
        schemas.CHECKS,
        counting.checks,
        ("checks",),
    ),
    Tool(
        "mentions",
        "Who mentions it and who does not",
        "By agency: the years whose report mentions what the query asks for, the years whose report is held and does "
        "not (not_mentioned), and the years of which no report is held (not_held). Only passages with all words count.",
        schemas.MENTIONS,
        counting.mentions,
        ("agencies",),
        ("query",),
    ),
    Tool(
        "coverage",
        "What the index holds",
        "By agency: the years of which a report is held, and those of which it is not held. Ask it before concluding "
        "anything from what was not found.",
        schemas.SELECTION,
        counting.coverage,
        ("coverage",),
    ),
)
TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in _ALL}
