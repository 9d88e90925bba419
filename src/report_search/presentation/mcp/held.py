"""What is not held, in words, so that an agent never takes "not in the corpus" for "not mentioned".

The rule: everything here is read from the coverage matrix, as every page and command reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from report_search.corpus_coverage import format_years
from report_search.errors import NotFoundError
from report_search.presentation.mcp.setting import Setting
from report_search.search.agencies import AgencyCard

NOT_HELD = "not held"
MOST_NOTES = 12


def not_held_notes(setting: Setting, agencies: Sequence[str], *, years: Sequence[int]) -> list[str]:
    """A note for each of ``agencies`` or ``years`` of which no report is held.

    An agency alone is told with the years missing between its first and last report, years alone if no agency has one.
    """
    if not agencies and not years:
        return []
    cards = setting.searcher.agencies().cards()
    if agencies:
        notes = _agency_notes({card.name: card for card in cards}, agencies, years)
    else:
        notes = _year_notes(cards, years)
    return list(islice(notes, MOST_NOTES))


def _agency_notes(
    cards: Mapping[str, AgencyCard], agencies: Sequence[str], years: Sequence[int]
) -> Iterator[str]:
    for agency in agencies:
        card = cards.get(agency)
        if card is None or not card.is_held:
            yield f"{NOT_HELD}: {agency} (no report of this agency)"
        elif missing := missing_years(card, years):
            yield f"{NOT_HELD}: {agency} {format_years(missing)}"


def _year_notes(cards: Iterable[AgencyCard], years: Sequence[int]) -> Iterator[str]:
    held = {year for card in cards for year in card.held}
    if missing := sorted(set(years) - held):
        yield f"{NOT_HELD}: {format_years(missing)} (no report of any agency)"


def missing_years(card: AgencyCard, years: Sequence[int]) -> list[int]:
    """The years of an agency that are not held: of ``years``, or without any of those inside its series."""
    return sorted(set(years) - set(card.held)) if years else list(card.missing)


def require_known(setting: Setting, field: str, *, values: Iterable[str]) -> None:
    """Raise ``NotFoundError`` for a value of ``field``, agencies or reports, that names nothing in the index."""
    lexicon = setting.searcher.lexicon()
    for value in values:
        if lexicon.resolve(field, value) is None:
            near = ", ".join(lexicon.near(field, value))
            hint = f"Similar: {near}." if near else "The tool coverage lists what is held."
            raise NotFoundError(
                "unknown-value", f"{NOT_HELD}: nothing called “{value}” is in the index.", hint=hint
            )
