"""The schemas of the payloads (JSON Schema 2020-12), as OpenAPI 3.1 takes them.

The rule: a schema says what is sent today. A program has to live with keys that join, so none forbids others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

from report_search.presentation.payloads.hits import HitPayload
from report_search.presentation.payloads.parts import IndexPayload, Payload, QueryPayload
from report_search.presentation.payloads.searching import FacetValuePayload, TotalPayload

SUFFIX = "Payload"
"""What the names of classes end in and those of schemas do not."""
_PLACE = "#/components/schemas/"

ChosenHitPayload = msgspec.defstruct(
    "ChosenHitPayload",
    [
        (name, kind | UnsetType, UNSET)
        for name, kind in get_type_hints(HitPayload, include_extras=True).items()
    ],
    bases=(Payload,),
    namespace={"__doc__": "A hit with only the fields that were chosen."},
    frozen=True,
    kw_only=True,
)


class ChosenSearchPayload(Payload, frozen=True, kw_only=True, gc=False):
    """A page of hits of which each has only the fields that were chosen."""

    query: QueryPayload
    total: TotalPayload
    facets: dict[str, list[FacetValuePayload]]
    more_values: dict[str, int]
    hits: list[ChosenHitPayload]  # type: ignore[valid-type]
    groups: int
    first: int
    previous: str | None
    next: str | None
    index: IndexPayload


def schema_name(shape: type[Payload]) -> str:
    """The name of the schema of a shape: ``Search`` of ``SearchPayload``."""
    return shape.__name__.removesuffix(SUFFIX)


def reference_to(shape: type[Payload]) -> dict[str, str]:
    """A reference to the schema of a shape."""
    return {"$ref": _PLACE + schema_name(shape)}


def schemas_of(shapes: Iterable[type[Payload]]) -> dict[str, Any]:
    """The schemas of ``shapes`` and of all that they consist of, by name."""
    _, found = msgspec.json.schema_components(shapes, ref_template=_PLACE + "{name}")
    return {name.removesuffix(SUFFIX): _renamed(schema) for name, schema in sorted(found.items())}


def _renamed(schema: Any) -> Any:
    """``schema`` with its references and titles without the suffix of the classes."""
    if isinstance(schema, dict):
        return {
            key: value.removesuffix(SUFFIX)
            if key in ("$ref", "title") and isinstance(value, str)
            else _mapping(value)
            if key == "mapping"
            else _renamed(value)
            for key, value in schema.items()
        }
    return [_renamed(one) for one in schema] if isinstance(schema, list) else schema


def _mapping(mapping: Any) -> Any:
    """The mapping of a discriminator, whose values are references."""
    return {key: value.removesuffix(SUFFIX) for key, value in mapping.items()}
