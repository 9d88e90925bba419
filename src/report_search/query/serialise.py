"""The query tree as plain data and back, and as a query again.

Plain data is what JSON holds; ``from_data(to_data(tree)) == tree`` for every tree. A query text can say most trees
but not all: ``AtLeast`` is written as its words in one run, and reads back as it was only if they are cut the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from report_search.analysis.fold import fold
from report_search.errors import RequestError
from report_search.fields import NO_YEAR
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    IncludeContext,
    InField,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
)
from report_search.query.fields import quoted_value

_GROUPS: Mapping[str, type[And] | type[Or] | type[Within]] = {"and": And, "or": Or, "within": Within}
_OPERATORS = frozenset(("AND", "OR", "NOT", "NEAR"))
_PAIRS = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"))


def to_data(tree: Query) -> dict[str, Any]:
    """``tree`` as a mapping with its kind under ``node``; folded readings are left out, since they follow."""
    match tree:
        case Term(text, _, words, synonyms):
            listed = [synonym.original for synonym in synonyms]
            return {"node": "term", "text": text, "words": list(words), "synonyms": listed}
        case Phrase(text, _, words):
            return {"node": "phrase", "text": text, "words": list(words)}
        case Pattern(text, parts, gap):
            return {"node": "pattern", "text": text, "parts": [part.original for part in parts], "gap": gap}
        case Near(left, right, distance):
            return {"node": "near", "left": to_data(left), "right": to_data(right), "distance": distance}
        case And(children) | Or(children) | Within(children):
            return {"node": type(tree).__name__.lower(), "children": [to_data(child) for child in children]}
        case AtLeast(count, children):
            return {"node": "at-least", "count": count, "children": [to_data(child) for child in children]}
        case Not(child):
            return {"node": "not", "child": to_data(child)}
        case IncludeContext(child):
            return {"node": "anywhere", "child": to_data(child)}
        case InField(field, values):
            return {"node": "in-field", "field": field, "values": list(values)}
        case Between(field, low, high):
            return {"node": "between", "field": field, "low": low, "high": high}
        case Everything():
            return {"node": "everything"}


def from_data(data: Mapping[str, Any]) -> Query:
    """The tree of what ``to_data`` gave. Raises ``RequestError`` for anything else."""
    try:
        return _from_data(data)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RequestError("bad-tree", "这不是一棵检索树。", hint="请使用 analyze 给出的 tree。") from error


def _from_data(data: Mapping[str, Any]) -> Query:
    node = data["node"]
    if node in _GROUPS:
        return _GROUPS[node](_children(data))
    match node:
        case "term":
            synonyms = tuple(fold(text) for text in data["synonyms"])
            return Term(data["text"], fold(data["text"]), tuple(data["words"]), synonyms)
        case "phrase":
            return Phrase(data["text"], fold(data["text"].replace("\t", " ")), tuple(data["words"]))
        case "pattern":
            return Pattern(data["text"], tuple(fold(part) for part in data["parts"]), data["gap"])
        case "near":
            return Near(_from_data(data["left"]), _from_data(data["right"]), data["distance"])
        case "at-least":
            return AtLeast(data["count"], _children(data))
        case "not":
            return Not(_from_data(data["child"]))
        case "anywhere":
            return IncludeContext(_from_data(data["child"]))
        case "in-field":
            return InField(data["field"], tuple(data["values"]))
        case "between":
            return Between(data["field"], data["low"], data["high"])
        case "everything":
            return Everything()
    raise KeyError(node)


def _children(data: Mapping[str, Any]) -> tuple[Query, ...]:
    return tuple(_from_data(child) for child in data["children"])


def query_text(tree: Query) -> str:
    """A query that asks for ``tree``, with parentheses wherever one could wonder."""
    match tree:
        case Term(text):
            return text.lower() if text in _OPERATORS else text
        case Phrase(text):
            return _quoted(text)
        case Pattern(text):
            return text
        case Near(left, right, distance):
            return f"{_operand(left)} NEAR/{distance} {_operand(right)}"
        case Within(children):
            return f"同句({_texts(children)})"
        case And(children):
            return _texts(children)
        case Or(children):
            return " OR ".join(_operand(child) for child in children)
        case AtLeast(_, children):
            return "".join(query_text(child) for child in children)
        case Not(child):
            return f"-{_operand(child)}"
        case IncludeContext(child):
            return query_text(child)
        case InField(field, values):
            return f"{field}:" + ",".join(_value(field, value) for value in values)
        case Between(field, low, high):
            return f"{field}:{'' if low is None else low}..{'' if high is None else high}"
        case Everything():
            return ""


def _texts(children: Sequence[Query]) -> str:
    return " ".join(
        f"({query_text(c)})" if isinstance(c, (And, Or, Near)) else query_text(c) for c in children
    )


def _operand(tree: Query) -> str:
    simple = isinstance(tree, (Term, Phrase, Pattern, InField, Between, AtLeast, Within))
    return query_text(tree) if simple else f"({query_text(tree)})"


def _value(field: str, value: str) -> str:
    return "none" if field == "year" and value == NO_YEAR else quoted_value(value)


def _quoted(text: str) -> str:
    """``text`` in the first pair of marks that does not clash with it."""
    for opens, closes in _PAIRS:
        if opens not in text and closes not in text:
            return f"{opens}{text}{closes}"
    return f'"{text}"'
