"""Agencies: one canonical name and one slug for a body, however its name is written.

The table is data (``data/agencies.toml``). The rule: only names that are surely of the same body are put together; a
name that is not in the table is an agency by itself, and a word like 我部 is no alias.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from report_search.data import read_toml


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a body, or its predecessor, had from the year ``start`` to the year ``end``."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Agency:
    """A body. ``key`` is its slug, "" for one that is not in the table; ``name`` its canonical name."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    former: tuple[FormerName, ...] = ()


@cache
def agencies() -> tuple[Agency, ...]:
    """Every agency of the table, in its order."""
    return tuple(_agency(entry) for entry in read_toml("agencies.toml")["agency"])


def resolve(name: str) -> Agency:
    """The agency that ``name`` names; one without a key, under the name as given, if the table has none."""
    return _by_name().get(_bare(name)) or Agency("", name.strip())


def _agency(entry: Mapping[str, Any]) -> Agency:
    former = tuple(FormerName(one["name"], one["from"], one["to"]) for one in entry.get("former", ()))
    return Agency(entry["key"], entry["name"], tuple(entry.get("aliases", ())), former)


@cache
def _by_name() -> Mapping[str, Agency]:
    by_name: dict[str, Agency] = {}
    for agency in agencies():
        for name in (agency.name, *agency.aliases, *(one.name for one in agency.former)):
            by_name.setdefault(_bare(name), agency)
    return by_name


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
