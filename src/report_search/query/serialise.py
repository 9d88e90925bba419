"""The query tree as plain data: what ``analyze`` shows and JSON can hold.

The rule: every value of every node is there, except folded texts, which follow from the texts beside them.
"""

from __future__ import annotations

from typing import Any

from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    HasNumber,
    IncludeHeadings,
    InField,
    InReport,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Question,
    Term,
    Within,
    children,
)


def to_data(tree: Query) -> dict[str, Any]:
    """``tree`` as a mapping, its kind under ``node``, the nodes below it likewise."""
    below = [to_data(child) for child in children(tree)]
    match tree:
        case Near(_, _, distance):
            left, right = below
            return {"node": "near", "left": left, "right": right, "distance": distance}
        case Question(_, grams, demanded):
            return {
                "node": "question",
                "terms": below[len(demanded) :],
                "grams": list(grams),
                "demanded": below[: len(demanded)],
            }
        case And() | Or() | Within():
            return {"node": type(tree).__name__.lower(), "children": below}
        case AtLeast(count, _):
            return {"node": "at-least", "count": count, "children": below}
        case Not():
            return {"node": "not", "child": below[0]}
        case IncludeHeadings():
            return {"node": "include-headings", "child": below[0]}
        case InReport(child):
            return {"node": "in-report", "child": to_data(child)}
        case _:
            return _childless(tree)


def _childless(node: Term | Phrase | Pattern | HasNumber | InField | Between | Everything) -> dict[str, Any]:
    match node:
        case Term(text, _, words, synonyms):
            listed = [synonym.original for synonym in synonyms]
            return {"node": "term", "text": text, "words": list(words), "synonyms": listed}
        case Phrase(text, _, words):
            return {"node": "phrase", "text": text, "words": list(words)}
        case Pattern(text, parts, gap, wildcards):
            printed = [part.original for part in parts]
            return {"node": "pattern", "text": text, "parts": printed, "gap": gap, "wildcards": wildcards}
        case HasNumber(range_, beside):
            return {
                "node": "has-number",
                "low": range_.low,
                "high": range_.high,
                "includes": list(range_.includes),
                "percent": range_.is_percent,
                "beside": [to_data(leaf) for leaf in beside],
            }
        case InField(field, values):
            return {"node": "in-field", "field": field, "values": list(values)}
        case Between(field, low, high):
            return {"node": "between", "field": field, "low": low, "high": high}
        case Everything():
            return {"node": "everything"}
