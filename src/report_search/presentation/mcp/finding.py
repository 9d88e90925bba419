"""The tools that find and read: ``search``, ``read``, ``outline``.

The rule: a hit says what the API says of it, in fewer words; ``read`` gives a text whole, in parts where it is long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from report_search.model import Paragraph, Report, Section
from report_search.passages import Passage, heading
from report_search.presentation.json_payload import hit_payload, query_payload, warning_payload
from report_search.presentation.mcp.arguments import ToolArguments
from report_search.presentation.mcp.bounds import FACTS_SHARE, Listing, asked_digest
from report_search.presentation.mcp.listings import Found, Json, placed, without_empty
from report_search.presentation.mcp.selecting import notes_on, search_request
from report_search.presentation.mcp.setting import Setting
from report_search.presentation.mcp.tokens import as_text, cut, parts_of, shortened, tokens_of
from report_search.search import cursors
from report_search.search.results import Hit, SearchPage

HIT_CHARACTERS = 240
"""A longer text of a hit is cut to so many characters around what was found; ``read`` has it whole."""
BEFORE_MARK = 60
NEIGHBOUR_CHARACTERS = 300
LEAD_CHARACTERS = 30
CONTEXT_SHARE = 4
"""What is said around a text that is read takes at most one part in so many of the room."""
FRAME_TOKENS = 190
"""What an answer has beside facts and items, at most."""
PART_TOKENS = 16
"""What the number of a part and the quotation marks of its text take."""
LEAST_PART = 40
MOST_NEIGHBOURS = 20
MOST_MARKS = 5
MOST_CELLS = 4
_FROM_HIT = (
    "report",
    "agency",
    "year",
    "section_title",
    "type",
    "path",
    "missing",
    "superseded_by",
    "recognised",
)


def search(setting: Setting, asked: ToolArguments) -> Listing:
    """The passages that a query finds, the best first."""
    page = setting.searcher.search(search_request(setting, asked))
    told = msgspec.to_builtins(query_payload(page))
    facts: Json = {
        "query": without_empty({"text": told["text"], "filters": told["filters"], "hints": _hints(told)}),
        "total": {
            "passages": page.total.passages,
            "reports": page.total.reports,
            "complete": page.total.complete,
        },
        "notes": notes_on(setting, asked, page=page),
        "generation": page.index.generation,
    }
    items = [_hit(setting, hit) for hit in page.hits]
    return Listing(without_empty(facts), "hits", items, partial(_behind, page), has_more=bool(page.next))


def _hints(told: Json) -> list[Json]:
    return [
        without_empty({name: hint[name] for name in ("code", "message", "suggestion")})
        for hint in told["hints"]
    ]


def _behind(page: SearchPage, number: int) -> str:
    """The cursor behind the first hits of a page: the API's own behind all of them."""
    if number == len(page.hits) and page.next:
        return page.next
    place = cursors.Position(page.first - 1 + number)
    return cursors.encode(page.request, page.index.generation, position=place)


def _hit(setting: Setting, hit: Hit) -> Json:
    told = msgspec.to_builtins(hit_payload(hit, setting.site.links))
    text, spans = told["text"], told["spans"]
    start = max(0, min(spans[0][0] - BEFORE_MARK, len(text) - HIT_CHARACTERS)) if spans else 0
    shown = cut(text[start:], HIT_CHARACTERS)
    marked = dict.fromkeys(text[first:last] for first, last in spans)
    item = {
        "id": told["id"],
        "link": told["link"],
        **{name: told[name] for name in _FROM_HIT},
        "heading": told["headings"][-1] if told["headings"][1:] else "",
        "text": f"…{shown}" if start else shown,
        "cut": shown != text or len(told["cells"]) > MOST_CELLS,
        "marked": list(marked)[:MOST_MARKS],
        "cells": [_cell(one) for one in told["cells"][:MOST_CELLS]],
        "others": told["others"] or None,
    }
    return without_empty(item)


def _cell(told: Json) -> Json:
    """A cell under a head that was found, with the row that it stands in."""
    return {"id": told["passage"], "headers": told["headers"], "text": told["text"]}


def read(setting: Setting, asked: ToolArguments) -> Listing:
    """A passage with what stands before and behind it, or a report from its beginning."""
    named = asked.text("id", is_needed=True)
    standing = setting.standing(named)
    if standing.kind == "report":
        target = None
        report_id = standing.id
    else:
        target = setting.searcher.passage(standing.id)
        report_id = target.report
    passages = setting.searcher.report_passages(report_id)
    before = asked.number("before", default=1, low=0, high=MOST_NEIGHBOURS)
    after = asked.number("after", default=1, low=0, high=MOST_NEIGHBOURS)
    window = passages if target is None else _window(passages, target, before=before, after=after)
    moved = standing.id if standing.id not in named else ""
    facts = without_empty(
        {"report": report_facts(setting, report_id), "in_report": len(passages), "moved_to": moved}
    )
    facts = shortened(facts, asked.max_tokens // FACTS_SHARE)
    room = asked.max_tokens - tokens_of(as_text(facts)) - FRAME_TOKENS
    items = [item for passage in window for item in _parts(setting, passage, target, room=room)]
    # Where a long text is cut follows from the room that there is, so that a cursor belongs to that as well.
    digest = asked_digest(asked.digest, {"room": room})
    return placed(setting, digest, cursor=asked.text("cursor"), found=Found(facts, "passages", items))


def _window(passages: Sequence[Passage], target: Passage, *, before: int, after: int) -> list[Passage]:
    """The passage that is asked for, then its neighbours; for a heading the passages that it stands over."""
    if target.is_heading:
        path = target.locator.section
        below = [one for one in passages if one.locator.section[: len(path)] == path]
        return [target, *below]
    at = next(n for n, one in enumerate(passages) if one.id == target.id)
    return [target, *passages[max(0, at - before) : at], *passages[at + 1 : at + 1 + after]]


def _parts(setting: Setting, passage: Passage, target: Passage | None, *, room: int) -> Iterator[Json]:
    """A passage to be read: the one that was asked for and those of a whole report in full, a neighbour in short."""
    place = _place(passage, target)
    is_neighbour = place in ("before", "behind")
    text = cut(passage.text, NEIGHBOUR_CHARACTERS) if is_neighbour else passage.text
    said = {
        "id": passage.id,
        "link": setting.site.passage(passage.id),
        "place": place,
        "position": None if passage.is_heading else passage.position,
        "type": passage.type,
        "cut": text != passage.text,
    }
    context = {"headings": list(passage.headings), "path": list(passage.path)}
    context = shortened(without_empty(context), room // CONTEXT_SHARE)
    around = tokens_of(as_text({**said, **context})) + PART_TOKENS
    parts = parts_of(text, max(LEAST_PART, room - around))
    for number, part in enumerate(parts, 1):
        numbered = {"part": f"{number} of {len(parts)}"} if len(parts) > 1 else {}
        yield {**without_empty(said), **(context if number == 1 else {}), **numbered, "text": part}


def _place(passage: Passage, target: Passage | None) -> str:
    """Where a passage stands beside the one that was asked for; "" where a report or a section is read."""
    if target is not None and passage.id == target.id:
        return "asked"
    if target is None or target.is_heading:
        return ""
    return "before" if passage.position < target.position else "behind"


def report_facts(setting: Setting, report_id: str) -> Json:
    """What is said of a report once: its address, title, agency, year, where it came from."""
    report = setting.searcher.report(report_id)
    facts = {
        "id": report.id,
        "link": setting.site.report(report.id),
        "title": report.title,
        "agency": report.agency,
        "year": report.year,
        "published": report.published,
        "source": report.source.url or report.source.path,
        "sha256": report.source.sha256,
        "superseded_by": setting.searcher.superseded_by(report.id),
    }
    return without_empty(facts)


def outline(setting: Setting, asked: ToolArguments) -> Listing:
    """The headings of a report, each with its address and how many passages stand under it."""
    standing = setting.standing(asked.text("report", is_needed=True))
    report_id = standing.id
    if standing.kind == "passage":
        report_id = setting.searcher.passage(standing.id).report
    report = setting.searcher.report(report_id)
    facts = {
        "report": report_facts(setting, report.id),
        "passages": len(setting.searcher.report_passages(report.id)),
        "script": report.script,
        "warnings": [msgspec.to_builtins(warning_payload(warning)) for warning in report.warnings],
    }
    items = list(_sections(setting, report))
    found = Found(without_empty(facts), "sections", items)
    return placed(setting, asked.digest, cursor=asked.text("cursor"), found=found)


def _sections(setting: Setting, report: Report) -> Iterator[Json]:
    headings: dict[tuple[int, ...], Passage] = {}
    under: dict[tuple[int, ...], list[Passage]] = {}
    for passage in setting.searcher.whole_report(report.id):
        if passage.is_heading:
            headings[passage.locator.section] = passage
        else:
            under.setdefault(passage.locator.section, []).append(passage)
    for path, section in report.walk():
        own = under.get(path, [])
        # What is printed without a heading begins with its first passage.
        first = headings.get(path) or next(iter(own), None)
        address = {"link": setting.site.report(report.id)}
        if first is not None:
            address = {"id": first.id, "link": setting.site.passage(first.id)}
        kind = {"section": section.kind} if len(path) == 1 else {}
        yield {**address, "level": len(path), **kind, **_section(section, passages=len(own))}


def _section(section: Section, *, passages: int) -> Json:
    """What a section is called and holds; ``leads`` are the lead sentences of its items, in short."""
    paragraphs = [block for block in section.blocks if isinstance(block, Paragraph)]
    leads = dict.fromkeys(block.ordinal + block.lead for block in paragraphs if block.lead)
    said = {"heading": heading(section), "leads": [cut(lead, LEAD_CHARACTERS) for lead in leads]}
    return {**without_empty(said), "passages": passages, "tables": len(section.blocks) - len(paragraphs)}
