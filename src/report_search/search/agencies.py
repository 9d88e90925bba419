"""An agency as a place: what it was called when, which bodies it came from, which of its reports are held.

The rule: everything is read from the agency table and the coverage matrix, so that a page, the API and the command
line say the same as the matrix; and a body is found by anything that people type for it, pinyin included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct

from report_search.analysis.pinyin import is_pinyin, prepare_to_read, read_aloud
from report_search.corpus_coverage import Coverage, CoverageRow
from report_search.engine.protocol import EngineRequest, Snapshot
from report_search.errors import NotFoundError
from report_search.model import MissingReport
from report_search.query.ast import Everything
from report_search.query.lexicon import comparable
from report_search.taxonomy.agencies import Agency, AgencyTable, reforms

NEAREST = 5
"""So many agencies are named where nothing has the key that was asked for."""


class NameYears(Struct, frozen=True):
    """A name that a body has from the year ``start`` to the year ``end``, None where that is not known or still so.

    ``reform`` names the reform that gave it the name, "" where none is known.
    """

    name: str
    start: int | None = None
    end: int | None = None
    reform: str = ""


class RelatedAgency(Struct, frozen=True):
    """A body that another came from, or that it went into, in ``year``; ``held`` are the years of its reports here."""

    key: str
    name: str
    year: int
    reform: str = ""
    held: tuple[int, ...] = ()


class AgencyCard(Struct, frozen=True):
    """An agency in short: names in the order of years, lineage, and the years held, missing and doubtful.

    ``names`` ends with the present name, ``name``. ``undated`` counts reports without a year; ``absences`` say why
    reports are not here, where that is known.
    """

    key: str
    name: str
    names: tuple[NameYears, ...]
    aliases: tuple[str, ...] = ()
    predecessors: tuple[RelatedAgency, ...] = ()
    successors: tuple[RelatedAgency, ...] = ()
    held: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    doubtful: tuple[int, ...] = ()
    undated: int = 0
    absences: tuple[MissingReport, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether the corpus has a report of it."""
        return bool(self.held or self.undated)


class TopicYears(Struct, frozen=True):
    """How many passages of an agency are about a topic, year by year; a year without any is left out."""

    key: str
    label: str
    passages: Mapping[int, int]

    @property
    def total(self) -> int:
        """The passages of all years."""
        return sum(self.passages.values())


class AgencyDirectory:
    """The agencies of a corpus, and those that only the table knows. Safe to share between threads."""

    def __init__(self, table: AgencyTable, coverage: Coverage) -> None:
        self._table = table
        self._rows = {row.key: row for row in coverage.rows if row.key}
        self._held = tuple(self._card(row.key, row.agency) for row in coverage.rows if row.key)

    def cards(self, typed: str = "") -> tuple[AgencyCard, ...]:
        """The agencies of the corpus, in the order of their keys; those that ``typed`` finds, the best first."""
        wanted = comparable(typed)
        if not wanted:
            return self._held
        if is_pinyin(wanted.replace("'", "")):
            prepare_to_read(name for card in self._held for name in _read_aloud(card))
        ranked = ((_fit(wanted, card), card) for card in self._held)
        found = sorted((pair for pair in ranked if pair[0]), key=lambda pair: pair[0])
        return tuple(card for _, card in found)

    def card(self, key: str) -> AgencyCard:
        """The agency with a key, be it only in the table.

        Raises ``NotFoundError`` (``no-agency``) that names what comes near.
        """
        card = self._find(key)
        if card is None:
            near = "、".join(one.name for one in self.cards(key)[:NEAREST])
            hint = f"相近的有：{near}。" if near else "已收录的机关见“机关”页。"
            raise NotFoundError("no-agency", f"没有编号为“{key}”的机关。", hint=hint)
        return card

    def named(self, name: str) -> AgencyCard | None:
        """The agency that has just this name, or key; None if there is none, or it is nobody's name alone."""
        wanted = comparable(name)
        if not wanted:
            return None
        for card in self._held:
            if wanted in _spellings(card.names, card.aliases, card.key):
                return card
        agency = self._table.resolve(name)
        return self._find(agency.key or name.strip())

    def _find(self, key: str) -> AgencyCard | None:
        row, agency = self._rows.get(key), self._table.by_key.get(key)
        if row is None and agency is None:
            return None
        return self._card(key, row.agency if row else self._table.by_key[key].name)

    def _card(self, key: str, name: str) -> AgencyCard:
        agency = self._table.by_key.get(key) or Agency(key, name)
        row = self._rows.get(key)
        return AgencyCard(
            key=key,
            name=name,
            names=tuple(_names_through_years(agency, name)),
            aliases=agency.aliases,
            predecessors=tuple(self._related(one.key, one.year) for one in agency.predecessors),
            successors=tuple(self._related(other.key, year) for other, year in self._table.successors(key)),
            held=row.held if row else (),
            missing=row.missing if row else (),
            doubtful=_doubtful(row),
            undated=len(row.undated) if row else 0,
            absences=row.absences if row else (),
        )

    def _related(self, key: str, year: int) -> RelatedAgency:
        row = self._rows.get(key)
        return RelatedAgency(
            key, self._table.by_key[key].name, year, _reform(year), held=row.held if row else ()
        )


def topics_by_year(
    snapshot: Snapshot, agency: str, *, years: Iterable[int], labels: Mapping[str, str]
) -> tuple[TopicYears, ...]:
    """What an agency speaks of, the most frequent topic first; each number is what a search for it gives."""
    found: dict[str, dict[int, int]] = {}
    for year in years:
        filters = (("agency", (agency,)), ("year", (str(year),)))
        matches = snapshot.find(EngineRequest(Everything(), filters=filters, limit=1, facets=("topic",)))
        for value in (value for counts in matches.facets for value in counts.values):
            found.setdefault(value.value, {})[year] = value.passages
    order = {key: at for at, key in enumerate(labels)}
    topics = (TopicYears(key, labels.get(key, key), counts) for key, counts in found.items())
    return tuple(sorted(topics, key=lambda topic: (-topic.total, order.get(topic.key, len(order)))))


def _doubtful(row: CoverageRow | None) -> tuple[int, ...]:
    """The years of which agency, year or completeness is in doubt, or only the last good reading is held."""
    cells = row.cells if row else ()
    return tuple(cell.year for cell in cells if cell.state in ("unsure", "failed"))


def _names_through_years(agency: Agency, name: str) -> Iterator[NameYears]:
    last: int | None = None
    for former in sorted(agency.former, key=lambda one: one.end):
        yield NameYears(former.name, former.start, former.end, _reform(last))
        last = former.end
    began = last if last is not None else agency.since
    yield NameYears(name, began, None, _reform(began))


def _reform(year: int | None) -> str:
    """The name of the reform of a year, "" if there was none."""
    reform = reforms().get(year) if year is not None else None
    return reform.name if reform else ""


@cache
def _spellings(names: Sequence[NameYears], aliases: Sequence[str], key: str) -> tuple[str, ...]:
    """Every name of an agency as it is compared."""
    return tuple(comparable(one) for one in (*(name.name for name in names), *aliases, key) if one)


def _fit(wanted: str, card: AgencyCard) -> int:
    """How well an agency fits what was typed: 1 is best, 0 not at all."""
    spellings = _spellings(card.names, card.aliases, card.key)
    if wanted in spellings:
        return 1
    if any(one.startswith(wanted) for one in spellings):
        return 2
    if any(wanted in one for one in spellings if one != card.key):
        return 3
    latin = wanted.replace("'", "")
    if not is_pinyin(latin):
        return 0
    return 4 if any(_sounds_like(latin, name) for name in _read_aloud(card)) else 0


def _read_aloud(card: AgencyCard) -> tuple[str, ...]:
    return (*(name.name for name in card.names), *card.aliases)


def _sounds_like(latin: str, name: str) -> bool:
    """Whether a name has what was typed as pinyin: whole syllables from any character on, or initials in a row."""
    syllables = read_aloud(name)
    if latin in "".join(one[0] for one in syllables):
        return True
    return any("".join(syllables[at:]).startswith(latin) for at in range(len(syllables)))
