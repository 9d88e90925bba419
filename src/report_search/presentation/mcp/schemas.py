"""The arguments of the tools as JSON Schema, with what a model has to know to give them.

The rule: only what every client reads is used (types, descriptions, enumerations, bounds), and nothing is forbidden:
unknown arguments are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from report_search.fields import MENTION_CHOICES, SORTS, TYPE_LABELS
from report_search.figures.checks import KINDS
from report_search.presentation.mcp.bounds import DEFAULT_TOKENS, FEWEST_TOKENS, MOST_TOKENS
from report_search.presentation.mcp.finding import MOST_NEIGHBOURS
from report_search.presentation.mcp.selecting import DEFAULT_HITS, MOST_HITS

Schema = Mapping[str, Any]


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def _texts(description: str, **of_items: Any) -> Schema:
    return {"type": "array", "items": {"type": "string", **of_items}, "description": description}


def _number(description: str, *, default: int, low: int, high: int) -> Schema:
    return {
        "type": "integer",
        "description": description,
        "default": default,
        "minimum": low,
        "maximum": high,
    }


def _switch(description: str, *, default: bool = False) -> Schema:
    return {"type": "boolean", "description": description, "default": default}


PLACE: Mapping[str, Schema] = {
    "cursor": _text(
        "The value of next in the answer before, to go on from there. Repeat the other arguments."
    ),
    "max_tokens": _number(
        "How long the answer may be; a token is one Chinese character or four Latin ones.",
        default=DEFAULT_TOKENS,
        low=FEWEST_TOKENS,
        high=MOST_TOKENS,
    ),
}
AGENCY = _texts("Names of agencies, in Chinese (外交部), aliases and former names too; OR among them.")
YEAR = _texts("Years that reports cover, each 2019 or a range 2014..2019; OR among them.")
SELECTION: Mapping[str, Schema] = {"agency": AGENCY, "year": YEAR}
QUERY: Mapping[str, Schema] = {
    "query": _text(
        'What to look for, in Chinese. Words with spaces between are all needed; "…" is exact wording; '
        "-word excludes; OR; NEAR/5(a b) words close together; 同句(a b) in one sentence; * is a wildcard; "
        "年份:2014..2019, 机关:外交部, 章节:总体情况, 数:>100 are conditions. A plain question works, too. "
        "An empty string is everything, for use with filters."
    ),
    **SELECTION,
    "section": _texts(
        "Kinds of sections, by key (overview, proactive, requests, review, problems …) or label."
    ),
    "topic": _texts("Topics, by key (consular-protection) or label (领事保护与服务)."),
    "report": _texts("Ids of reports, such as waijiaobu-2019."),
    "type": _texts("Types of passages.", enum=list(TYPE_LABELS)),
    "lineage": _switch("Take the predecessors of the agencies given in agency along."),
    "expand": _switch("Let listed synonyms satisfy words that are not quoted.", default=True),
    "titles": _switch("Look in headings and titles even if the query has no exact wording."),
}
SEARCH: Mapping[str, Schema] = {
    **QUERY,
    "sort": _text("The order of the hits.", enum=list(SORTS), default=SORTS[0]),
    "group": _text("report gives the first hit of each report only.", enum=["report"]),
    "limit": _number("How many hits at most.", default=DEFAULT_HITS, low=1, high=MOST_HITS),
}
READ: Mapping[str, Schema] = {
    "id": _text("Id or address of a passage or of a report. A report is read from its beginning."),
    "before": _number("How many passages before it to show.", default=1, low=0, high=MOST_NEIGHBOURS),
    "after": _number("How many passages behind it to show.", default=1, low=0, high=MOST_NEIGHBOURS),
}
OUTLINE: Mapping[str, Schema] = {"report": _text("Id or address of a report, or of a passage of it.")}
HISTORY: Mapping[str, Schema] = {
    "passage": _text("Id or address of a passage."),
    "sentence": {
        "type": "integer",
        "minimum": 0,
        "description": "Which sentence of the passage, counted from 0; by default its longest.",
    },
}
COMPARE: Mapping[str, Schema] = {
    "a": _text("Id or address of a report, the older one as a rule."),
    "b": _text("Id or address of the report beside it."),
    "include_same": _switch("List what is word for word the same, too."),
}
SERIES: Mapping[str, Schema] = {
    "measure": _text(
        "Key of a measure (requests.new.total) or its label. Leave it out to list all measures."
    ),
    **SELECTION,
}
CHECKS: Mapping[str, Schema] = {
    **SELECTION,
    "kind": _texts("Kinds of checks; all by default.", enum=list(KINDS)),
}
MENTIONS: Mapping[str, Schema] = {
    **QUERY,
    "only": _text(
        "Agencies that mention it at least once, or never.", enum=list(filter(None, MENTION_CHOICES))
    ),
}


def input_schema(properties: Mapping[str, Schema], needed: tuple[str, ...]) -> dict[str, Any]:
    """The schema of a tool's arguments: its own, and those that say which part of the answer is wanted."""
    return {"type": "object", "properties": {**properties, **PLACE}, "required": list(needed)}


def output_schema(listed: tuple[str, ...]) -> dict[str, Any]:
    """The schema of a tool's answer: one of the lists of ``listed``, whether it is whole, how to go on."""
    lists = {
        name: {
            "type": "array",
            "items": {"type": "object", "properties": {"link": {"type": "string"}}, "required": ["link"]},
        }
        for name in listed
    }
    return {
        "type": "object",
        "properties": {
            **lists,
            "truncated": {"type": "boolean", "description": "Whether something was left out."},
            "next": {
                "type": ["string", "null"],
                "description": "The cursor of the rest, null where there is none.",
            },
            "generation": {"type": "string", "description": "Which build of the index answered."},
            "notes": {"type": "array", "items": {"type": "string"}, "description": "What is not held."},
        },
        "required": ["truncated", "next", "generation"],
    }
