"""Agencies: one canonical name and one slug for a body, however its name is written, and which bodies it came from.

The table is data (``data/agencies.toml``, and what corpora add). The rule: only names that are surely of the same body
are put together; a name that is not in the table is an agency by itself, and a word like 我部 is no alias.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from report_search.data import read_text, read_toml
from report_search.errors import OperatorError
from report_search.taxonomy.additions import AGENCIES_FILE, Additions, in_force

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FORMER: Mapping[str, type] = {"name": str, "from": int, "to": int}
_PREDECESSOR: Mapping[str, type] = {"key": str, "year": int}
_FIELDS = frozenset({"key", "name", "aliases", "former", "predecessors", "since"})


class FormerName(Struct, frozen=True):
    """A name that a body had from the year ``start`` to the year ``end``."""

    name: str
    start: int
    end: int


class Predecessor(Struct, frozen=True):
    """A body of its own, by its key, whose work another took over in ``year``."""

    key: str
    year: int


class Agency(Struct, frozen=True):
    """A body. ``key`` is its slug, "" for one that is not in the table; ``name`` its canonical name.

    ``former`` are earlier names of the same body, ``predecessors`` other bodies that it came from; ``since`` is the
    year in which it was set up anew, None where the table does not say.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    former: tuple[FormerName, ...] = ()
    predecessors: tuple[Predecessor, ...] = ()
    since: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, the canonical one first."""
        return (self.name, *self.aliases, *(one.name for one in self.former))


class Reform(Struct, frozen=True):
    """What changed names and bodies in ``year``, and in which document it was decided."""

    year: int
    name: str
    source: str


class AgencyTable(Struct, frozen=True):
    """Agencies in the order of their list, found by any of their names or by key."""

    agencies: tuple[Agency, ...]
    by_key: Mapping[str, Agency]
    by_name: Mapping[str, Agency]

    @classmethod
    def of(cls, agencies: Iterable[Agency]) -> AgencyTable:
        """The table; a name that two agencies claim is the first one's."""
        listed = tuple(agencies)
        by_name: dict[str, Agency] = {}
        for agency in listed:
            for name in agency.names:
                by_name.setdefault(_bare(name), agency)
        by_key = {agency.key: agency for agency in listed}
        return cls(listed, MappingProxyType(by_key), MappingProxyType(by_name))

    def resolve(self, name: str) -> Agency:
        """The agency that ``name`` names; one without a key, under the name as given, if the table has none."""
        return self.by_name.get(_bare(name)) or Agency("", name.strip())

    def lineage(self, key: str) -> tuple[Agency, ...]:
        """Every body that the one with this key came from, those that it took over itself first; none of them twice."""
        found: dict[str, Agency] = {}
        pending = [key]
        while pending:
            agency = self.by_key.get(pending.pop(0))
            new = [one.key for one in agency.predecessors if one.key not in found] if agency else []
            found.update((one, self.by_key[one]) for one in new if one != key)
            pending += new
        return tuple(found.values())

    def successors(self, key: str) -> tuple[tuple[Agency, int], ...]:
        """The bodies that took over the one with this key, each with the year."""
        return tuple(
            (agency, before.year)
            for agency in self.agencies
            for before in agency.predecessors
            if before.key == key
        )


def agencies() -> tuple[Agency, ...]:
    """Every agency of the table in force, in its order."""
    return agency_table(in_force()).agencies


def resolve(name: str) -> Agency:
    """The agency that ``name`` names in the table in force; one without a key if the table has none."""
    return agency_table(in_force()).resolve(name)


@cache
def reforms() -> Mapping[int, Reform]:
    """The reforms that the library's table names, by their year."""
    listed = read_toml("agencies.toml")["reform"]
    return MappingProxyType({one["year"]: Reform(one["year"], one["name"], one["source"]) for one in listed})


def agency_table(additions: Iterable[Additions] = ()) -> AgencyTable:
    """The library's table with what corpora add.

    Raises ``OperatorError`` (``agencies-broken``) that names the entry if a list is not valid or contradicts another.
    """
    return _table(tuple(dict.fromkeys(one.agencies for one in additions if one.agencies)))


@lru_cache(maxsize=16)
def _table(texts: tuple[str, ...]) -> AgencyTable:
    table = AgencyTable.of(_entries(read_text("agencies.toml")))
    for text in texts:
        new = tuple(_entries(text))
        for agency in new:
            _compare(agency, table)
        table = AgencyTable.of((*table.agencies, *(one for one in new if one.key not in table.by_key)))
    for agency in table.agencies:
        for before in agency.predecessors:
            if before.key not in table.by_key:
                raise _broken(f"机关“{agency.name}”的前身“{before.key}”不在机关表中。")
    return table


def _compare(agency: Agency, table: AgencyTable) -> None:
    """Raise ``OperatorError`` if ``agency`` is not what ``table`` says of its key or of one of its names."""
    known = table.by_key.get(agency.key)
    if known is not None and known != agency:
        raise _broken(f"编号“{agency.key}”已经是机关“{known.name}”的，内容与此不同。")
    for name in agency.names:
        owner = table.by_name.get(_bare(name))
        if owner is not None and owner.key != agency.key:
            raise _broken(f"机关“{agency.name}”的名称“{name}”已经属于“{owner.name}”。")


def _entries(text: str) -> Iterator[Agency]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(f"机关表不是合法的 TOML：{error}。") from error
    if unknown := set(data) - {"agency", "reform"}:
        raise _broken(f"机关表有未知的内容 {'、'.join(sorted(unknown))}；条目应写作 [[agency]]。")
    entries = data.get("agency", [])
    seen: set[str] = set()
    for entry in entries if isinstance(entries, list) else [entries]:
        agency = _agency(entry)
        if agency.key in seen:
            raise _broken(f"机关表中“{agency.key}”出现了两次。")
        seen.add(agency.key)
        yield agency


def _agency(entry: Any) -> Agency:
    if not isinstance(entry, dict):
        raise _broken("机关表的条目应写作 [[agency]]。")
    key, name = _key_and_name(entry)
    if unknown := set(entry) - _FIELDS:
        raise _broken(f"机关“{name}”有未知的键 {'、'.join(sorted(unknown))}。")
    aliases, since = entry.get("aliases", []), entry.get("since")
    if not isinstance(aliases, list) or not all(isinstance(one, str) for one in aliases):
        raise _broken(f"机关“{name}”的 aliases 应是名称的列表。")
    if not isinstance(since, int | None):
        raise _broken(f"机关“{name}”的 since 应是年份。")
    former = [FormerName(*one) for one in _listed(entry, "former", fields=_FORMER)]
    before = [Predecessor(*one) for one in _listed(entry, "predecessors", fields=_PREDECESSOR)]
    return Agency(key, name, tuple(aliases), tuple(former), tuple(before), since)


def _key_and_name(entry: Mapping[str, Any]) -> tuple[str, str]:
    key, name = entry.get("key"), entry.get("name")
    has_name = isinstance(name, str) and bool(name.strip())
    if not has_name or not isinstance(key, str) or not _KEY.fullmatch(key):
        raise _broken(f"机关“{name or key}”要有 name，以及由小写字母、数字和连字符组成的 key。")
    return key, str(name)


def _listed(entry: Mapping[str, Any], field: str, *, fields: Mapping[str, type]) -> Iterator[list[Any]]:
    """The values of ``fields`` in each table of a list. Raises ``OperatorError`` where one is missing or wrong."""
    for one in entry.get(field, []):
        is_table = isinstance(one, dict) and set(one) == set(fields)
        if not is_table or not all(isinstance(one[name], kind) for name, kind in fields.items()):
            raise _broken(f"机关“{entry['name']}”的 {field} 要写作 [{{ {'、'.join(fields)} }}]。")
        yield [one[name] for name in fields]


def _broken(what: str) -> OperatorError:
    hint = f"请在 {AGENCIES_FILE} 中更正后重新运行 report-search index。"
    return OperatorError("agencies-broken", what, hint=hint)


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
