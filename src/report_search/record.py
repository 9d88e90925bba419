"""The base of what the Python API is given and gives: a msgspec Struct that the functions of ``dataclasses`` know too.

A Struct is made, compared and imported in a fraction of the time of a frozen dataclass. Callers change values by
``dataclasses.replace`` and may take them apart by ``fields`` and ``asdict``. The rule: what these need is made when it
is first asked for, so that nothing inside pays for it.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from inspect import get_annotations
from typing import Any

from msgspec import NODEFAULT, Struct


class _FieldsOfDataclass:
    """``__dataclass_fields__`` of a class, made from its fields as a Struct."""

    def __get__(self, instance: object, owner: type[Struct]) -> dict[str, dataclasses.Field[Any]]:
        return _as_dataclass(owner)


class Record(Struct, frozen=True):
    """A frozen value with named fields."""

    __dataclass_fields__ = _FieldsOfDataclass()


@cache
def _as_dataclass(record: type[Struct]) -> dict[str, dataclasses.Field[Any]]:
    names = record.__struct_fields__
    annotations = {
        name: kind for one in reversed(record.__mro__) for name, kind in get_annotations(one).items()
    }
    missing = (NODEFAULT,) * (len(names) - len(record.__struct_defaults__))
    defaults = zip(names, (*missing, *record.__struct_defaults__), strict=True)
    described = [(name, annotations[name], _field(default)) for name, default in defaults]
    made = dataclasses.make_dataclass(record.__name__, described, kw_only=True)
    return {field.name: field for field in dataclasses.fields(made)}


def _field(default: Any) -> Any:
    """A default of msgspec as one of ``dataclasses``."""
    if default is NODEFAULT:
        return dataclasses.field()
    factory = getattr(default, "factory", None)
    return (
        dataclasses.field(default=default) if factory is None else dataclasses.field(default_factory=factory)
    )
