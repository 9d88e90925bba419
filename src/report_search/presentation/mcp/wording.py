"""The tools on wording through the years: ``history`` and ``compare``.

The rule: a year of which no report is held says so in words; a change is written into one text, ``[-gone-]{+new+}``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from report_search.errors import NotFoundError, RequestError
from report_search.presentation.mcp.arguments import ToolArguments
from report_search.presentation.mcp.bounds import Listing
from report_search.presentation.mcp.held import NOT_HELD
from report_search.presentation.mcp.listings import Found, Json, placed, without_empty
from report_search.presentation.mcp.setting import Setting
from report_search.presentation.mcp.tokens import cut
from report_search.presentation.wording_payload import comparison_payload, history_payload
from report_search.wording.comparison import compare as compare_reports
from report_search.wording.history import history as history_of

MOST_SENTENCES = 9_999
TEXT_CHARACTERS = 300
_WRITTEN: Mapping[str, str] = {"keep": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}


def history(setting: Setting, asked: ToolArguments) -> Listing:
    """A sentence of a passage in every other year of its agency and the bodies that it came from."""
    standing = setting.standing(asked.text("passage", is_needed=True))
    if standing.kind == "report":
        raise RequestError(
            "no-passage",
            "This is the id of a report.",
            hint="Give that of a passage: search and read name them.",
        )
    number = None
    if asked.text("sentence"):
        number = asked.number("sentence", default=0, low=-1, high=MOST_SENTENCES)
    found = history_of(setting.searcher, standing.id, sentence=number)
    told = msgspec.to_builtins(history_payload(found))
    facts = {
        "passage": told["passage"],
        "link": setting.site.passage(told["passage"]),
        "sentence": told["sentence"],
        "sentences": len(told["sentences"]),
        "text": cut(found.text, TEXT_CHARACTERS),
        "first": told["first"],
        "last_changed": told["last_changed"],
        "verbatim": told["verbatim"],
    }
    row = partial(_year_row, setting, agency=found.passage.agency)
    rows = Found(without_empty(facts), "rows", [row(one) for one in told["rows"]])
    return placed(setting, asked.digest, cursor=asked.text("cursor"), found=rows)


def _year_row(setting: Setting, told: Json, *, agency: str) -> Json:
    """What stands in a year, with the address where that can be looked up."""
    if told["passage"]:
        link = setting.site.passage(told["passage"])
    elif told["report"]:
        link = setting.site.report(told["report"])
    else:
        link = setting.page("/about", agency=agency)
    is_missing = told["state"] == "not-held"
    is_changed = told["state"] == "reworded"
    row = {
        "year": told["year"],
        "state": told["state"],
        "note": f"{NOT_HELD}: {agency} {told['year']}" if is_missing else "",
        "agency": told["agency"],
        "report": told["report"],
        "id": told["passage"],
        "link": link,
        "similarity": told["similarity"],
        "text": cut(told["text"] or "", TEXT_CHARACTERS),
        "changes": cut(written(told["changes"]), 2 * TEXT_CHARACTERS) if is_changed else "",
    }
    return without_empty(row)


def written(changes: Iterable[Mapping[str, Any]]) -> str:
    """The pieces of a change in one text: ``举办[-3-]{+5+}场。``"""
    return "".join(_WRITTEN[change["op"]].format(change["text"]) for change in changes)


def compare(setting: Setting, asked: ToolArguments) -> Listing:
    """What one report says that another does not, section by section."""
    a, b = (_report_id(setting, asked.text(name, is_needed=True)) for name in ("a", "b"))
    found = compare_reports(setting.searcher, (a, b))
    told = msgspec.to_builtins(comparison_payload(found))
    states = Counter(row["state"] for section in told["sections"] for row in section["rows"])
    facts = {
        "a": _side_facts(setting, told["a"]),
        "b": _side_facts(setting, told["b"]),
        "rewritten": told["rewritten"],
        "rows_by_state": dict(states),
        "sections": [
            {"section": one["kind"], "label": one["label"], "rewritten": one["rewritten"]}
            for one in told["sections"]
        ],
    }
    is_whole = asked.switch("include_same")
    items = [row for section in told["sections"] for row in _rows(setting, section, is_whole=is_whole)]
    rows = Found(without_empty(facts), "rows", items)
    return placed(setting, asked.digest, cursor=asked.text("cursor"), found=rows)


def _report_id(setting: Setting, named: str) -> str:
    standing = setting.standing(named)
    if standing.kind == "passage":
        raise NotFoundError(
            "no-report", "This is the id of a passage.", hint="Give that of a report, such as waijiaobu-2019."
        )
    return standing.id


def _side_facts(setting: Setting, report_id: str) -> Json:
    return {"id": report_id, "link": setting.site.report(report_id)}


def _rows(setting: Setting, section: Json, *, is_whole: bool) -> Iterator[Json]:
    for row in section["rows"]:
        if row["state"] == "same" and not is_whole:
            continue
        sides = {name: _compared_side(setting, row[name]) for name in ("a", "b")}
        is_changed = row["state"] in ("reworded", "moved")
        if is_changed:
            # Both texts can be read from the changes.
            sides = {name: {**side, "text": ""} for name, side in sides.items()}
        elif row["state"] == "same":
            sides["a"] = {**sides["a"], "text": ""}
        first = sides["b"] or sides["a"]
        yield without_empty(
            {
                "section": section["kind"],
                "state": row["state"],
                "link": first["link"],
                "numbers_only": row["numbers"],
                "similarity": row["similarity"],
                "changes": cut(written(row["changes"]), 2 * TEXT_CHARACTERS) if is_changed else "",
                **{name: without_empty(side) for name, side in sides.items()},
            }
        )


def _compared_side(setting: Setting, side: Json | None) -> Json:
    if side is None:
        return {}
    return {
        "id": side["passage"],
        "link": setting.site.passage(side["passage"]),
        "section": side["section"],
        "text": cut(side["text"], TEXT_CHARACTERS),
    }
