"""The tools on numbers and on what is held: ``series``, ``checks``, ``mentions``, ``coverage``.

The rule: what is not held is never counted as nothing; it stands beside the numbers, by agency and year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from report_search.corpus_coverage import CoverageRow, State, format_years
from report_search.fields import MENTION_CHOICES, MentionChoice
from report_search.figures.database import FigureSelection
from report_search.figures.selection import check_kinds, measure_of, select
from report_search.presentation.count_payloads import mentions_payload
from report_search.presentation.figure_payload import checks_payload, measure_payload, series_payload
from report_search.presentation.json_payload import agency_payload
from report_search.presentation.mcp.arguments import ToolArguments
from report_search.presentation.mcp.bounds import Listing
from report_search.presentation.mcp.held import NOT_HELD, missing_years, not_held_notes, require_known
from report_search.presentation.mcp.listings import Found, Json, placed, without_empty
from report_search.presentation.mcp.selecting import notes_on, search_request, years_of
from report_search.presentation.mcp.setting import Setting
from report_search.search.agencies import AgencyCard
from report_search.search.counts.asking import count
from report_search.search.counts.mentions import TALLIES
from report_search.taxonomy.measures import Measure, measures

_FROM_CELL = ("agency", "year", "value", "status", "text", "unit", "report", "note", "superseded")


def series(setting: Setting, asked: ToolArguments) -> Listing:
    """The numbers of a measure by agency and year; without a measure, the measures that there are."""
    named = asked.text("measure").strip()
    if not named:
        listed = [_measure(setting, one) for one in measures().values()]
        said = {"hint": "Call series again with the key of one of these measures."}
        return placed(
            setting, asked.digest, cursor=asked.text("cursor"), found=Found(said, "measures", listed)
        )
    measure = measure_of(named)
    chosen = _selection(setting, asked)
    rows = setting.figures().series(measure.key, chosen)
    state = setting.searcher.state()
    told = msgspec.to_builtins(series_payload(measure, rows, state=state, links=setting.site.links))
    agencies = chosen.agencies or tuple(dict.fromkeys(row["agency"] for row in told["rows"]))
    facts = {
        "measure": {name: told["measure"][name] for name in ("key", "label", "unit")},
        "breaks": told["breaks"],
        "notes": not_held_notes(setting, agencies, years=years_of(setting, asked)),
    }
    found = Found(without_empty(facts), "rows", [_cell(row) for row in told["rows"]])
    return placed(setting, asked.digest, cursor=asked.text("cursor"), found=found)


def _measure(setting: Setting, measure: Measure) -> Json:
    told = msgspec.to_builtins(measure_payload(measure))
    link = setting.page("/data", measure=measure.key)
    return {"key": told["key"], "label": told["label"], "unit": told["unit"], "link": link}


def _selection(setting: Setting, asked: ToolArguments) -> FigureSelection:
    require_known(setting, "agency", values=asked.texts("agency"))
    return select(setting.searcher, agencies=asked.texts("agency"), years=asked.texts("year"))


def _cell(row: Json) -> Json:
    told = {name: row.get(name) for name in _FROM_CELL}
    return {"id": row["passage"], "link": row["link"], **without_empty(told), "value": row["value"]}


def checks(setting: Setting, asked: ToolArguments) -> Listing:
    """Sums and carry-overs of the official tables that do not hold, the largest difference first."""
    chosen = _selection(setting, asked)
    found = setting.figures().checks(chosen, kinds=check_kinds(asked.texts("kind")))
    state = setting.searcher.state()
    told = msgspec.to_builtins(checks_payload(found, total=len(found), following=None, state=state))
    facts = {
        "total": told["total"],
        "notes": not_held_notes(setting, chosen.agencies, years=years_of(setting, asked)),
    }
    items = [_check(setting, one) for one in told["checks"]]
    return placed(
        setting, asked.digest, cursor=asked.text("cursor"), found=Found(without_empty(facts), "checks", items)
    )


def _check(setting: Setting, told: Json) -> Json:
    sides = {
        name: {**told[name], "link": setting.site.passage(told[name]["passage"])}
        for name in ("left", "right")
    }
    return {**told, "link": setting.site.report(told["report"]), **sides}


def mentions(setting: Setting, asked: ToolArguments) -> Listing:
    """By agency: the years whose report mentions it, those whose report does not, those not held."""
    page = count(setting.searcher, search_request(setting, asked), tallies=TALLIES)
    told = msgspec.to_builtins(mentions_payload(page, only=_only(asked)))
    missing = [f"{NOT_HELD}: {one['agency']} {format_years(one['years'])}" for one in told["missing"]]
    hints = [{"code": hint["code"], "message": hint["message"]} for hint in told["query"]["hints"]]
    facts = {
        "query": {"text": told["query"]["text"], "hints": hints},
        "total": told["total"],
        "notes": list(dict.fromkeys([*notes_on(setting, asked, page=page), *missing])),
    }
    items = [_mentions(setting, one) for one in told["agencies"]]
    found = Found(without_empty(facts), "agencies", items)
    return placed(setting, asked.digest, cursor=asked.text("cursor"), found=found)


def _only(asked: ToolArguments) -> MentionChoice:
    chosen = asked.choice("only", MENTION_CHOICES)
    return next(choice for choice in MENTION_CHOICES if choice == chosen)


def _mentions(setting: Setting, told: Json) -> Json:
    link = setting.page(f"/agencies/{told['key']}")
    return {**told, "link": link, **_said_missing(told["not_held"])}


def _said_missing(years: Sequence[int]) -> Json:
    """The years that are not held, as a note, so that no reader has to know what an empty list means."""
    return {"note": f"{NOT_HELD}: {format_years(years)}"} if years else {}


def coverage(setting: Setting, asked: ToolArguments) -> Listing:
    """Which agency's report of which year is held, and which is not."""
    years, names = years_of(setting, asked), asked.texts("agency")
    matrix = setting.coverage()
    rows = {row.key: row for row in matrix.rows}
    cards = list(_cards(setting, names))
    facts = {
        "years": f"{matrix.years[0]}..{matrix.years[-1]}" if matrix.years else "",
        "reports": len(setting.searcher.reports()),
        "agencies": sum(card.is_held for card in setting.searcher.agencies().cards()),
        "notes": [f"{NOT_HELD}: {name} (no report of this agency)" for name in _unknown(setting, names)],
    }
    items = [_coverage(setting, card, row=rows.get(card.key), years=years) for card in cards]
    found = Found(without_empty(facts), "coverage", items)
    return placed(setting, asked.digest, cursor=asked.text("cursor"), found=found)


def _cards(setting: Setting, names: Sequence[str]) -> Iterator[AgencyCard]:
    """The agencies that are asked for by any of their names, all without any."""
    directory = setting.searcher.agencies()
    seen: set[str] = set()
    for name in names or ("",):
        named = directory.named(name)
        for card in (named,) if named else directory.cards(name):
            if card.key not in seen:
                seen.add(card.key)
                yield card


def _unknown(setting: Setting, names: Sequence[str]) -> Iterator[str]:
    directory = setting.searcher.agencies()
    return (name for name in names if not directory.named(name) and not directory.cards(name))


def _coverage(setting: Setting, card: AgencyCard, *, row: CoverageRow | None, years: Sequence[int]) -> Json:
    told: dict[str, Any] = msgspec.to_builtins(agency_payload(card))
    not_held = missing_years(card, years)
    nothing = {} if card.is_held else {"note": f"{NOT_HELD}: no report of this agency"}
    others = {
        "doubtful": _among(told["doubtful"], years),
        "failed": _among(_years_in(row, "failed"), years),
        "withdrawn": _among(_years_in(row, "withdrawn"), years),
        "undated": told["undated"] or None,
        "absences": [without_empty(one) for one in told["absences"] if not years or one["year"] in years],
        "predecessors": [one["name"] for one in told["predecessors"]],
    }
    return {
        "key": told["key"],
        "agency": told["name"],
        "link": setting.page(f"/agencies/{told['key']}"),
        "held": _among(told["held"], years),
        "not_held": not_held,
        **without_empty(others),
        **(_said_missing(not_held) or nothing),
    }


def _years_in(row: CoverageRow | None, state: State) -> list[int]:
    """The years of an agency that are in a state."""
    return [cell.year for cell in row.cells if cell.state == state] if row else []


def _among(found: Sequence[int], years: Sequence[int]) -> list[int]:
    """Those of the years ``found`` that are asked for: all where none is."""
    return [year for year in found if not years or year in years]
