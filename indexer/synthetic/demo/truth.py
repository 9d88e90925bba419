"""What is true of a demo corpus, as ``truth.json`` says it.

    {"seed", "years": [first, last],
     "agencies": [{"key", "name", "rank", "aliases", "names": [{"name", "from", "to"}],
                   "predecessors": [{"key", "year"}], "held": [years], "missing": [years]}],
     "reports": [{"report", "file", "format", "agency", "year", "title", "published", "corrects", "superseded", "form",
                  "sections": [{"number", "title", "kind"}], "paragraphs": [texts]}],
     "sentences": [{"id", "lead", "agencies": [keys],
                    "years": [{"year", "report", "section", "state", "texts"}], "dropped": year or null}],
     "figures": [{"sentence", "agency", "label", "unit", "measure",
                  "values": [{"year", "report", "value", "printed", "about", "text"}]}],
     "cells": {report: {measure: [text, value, status]}},
     "annex": {report: {label: [text, value, status]}},
     "faults": [{"kind", "agency", "year", "report", "amount"}],
     "broken": [{"kind", "report", "measure", "printed", "expected"}],
     "mentions": {word: {report: {"paragraphs", "rows", "heads", "headings"}}}}

``report`` names a report by agency and year, ``-2`` for a second edition; it is the id that the index gives, but for
reports of which there are two editions: there ``file`` tells. ``state`` compares a sentence with the last report held
before that says it: ``first``, ``same``, ``number`` (nothing but digits changed), ``reworded``, ``split``, ``merged``,
``moved`` (the same words in a section of another kind). ``dropped`` is the first year held that does not say it.
``mentions`` counts passages: paragraphs, rows and heads of tables, and beside them headings with the report's title.
``broken`` are all sums that do not hold, found by adding up: what was planted, and what follows from it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from indexer.synthetic.demo.bodies import FOUNDED, REFORM, Body
from indexer.synthetic.demo.compose import DemoReport
from indexer.synthetic.demo.lives import Figure, Placement
from indexer.synthetic.demo.measures import Broken, broken_carry_over, broken_sums, places, status
from indexer.synthetic.demo.plan import DemoCorpus
from report_search.model import Paragraph
from report_search.passages import Passage, heading, passages_of

PROBES = (
    "领事保护",
    "新闻发布会",
    "政务微博",
    "微信公众号",
    "政府采购",
    "“三公”经费",
    "扶贫",
    "突发事件",
    "保密审查",
    "建议提案",
    "在线访谈",
    "数据开放",
    "粮食",
    "征收土地",
    "政府公报",
    "第三方评估",
    "规范性文件",
    "行政处罚",
    "结果纠正",
    "没有人说过的话",
)
"""Words of which it is said where they stand; nobody says the last."""
_DIGITS = re.compile(r"\d+")


def truth_of(corpus: DemoCorpus, files: Mapping[str, str]) -> dict[str, Any]:
    """What is true of ``corpus``; ``files`` gives the file of each report by its name."""
    return {
        "seed": corpus.seed,
        "years": [corpus.years[0], corpus.years[-1]],
        "agencies": [_agency(body, corpus) for body in corpus.bodies],
        "reports": [_report(one, files[one.name]) for one in corpus.reports],
        "sentences": list(_sentences(corpus)),
        "figures": list(_figures(corpus)),
        "cells": _cells(corpus, official=True),
        "annex": _cells(corpus, official=False),
        "faults": list(_faults(corpus)),
        "broken": list(_broken(corpus)),
        "mentions": {word: dict(_mentions(corpus, word)) for word in PROBES},
    }


def _agency(body: Body, corpus: DemoCorpus) -> dict[str, Any]:
    held = body.years_held(corpus.years)
    merged = [one.key for one in corpus.bodies if one.merged_into == body.key]
    names: list[dict[str, Any]] = [{"name": body.name, "from": None, "to": None}]
    if body.former:
        names = [
            {"name": body.former, "from": FOUNDED, "to": REFORM},
            {"name": body.name, "from": REFORM, "to": None},
        ]
    return {
        "key": body.key,
        "name": body.name,
        "rank": body.rank,
        "aliases": list(body.aliases),
        "names": names,
        "predecessors": [{"key": key, "year": REFORM} for key in merged],
        "held": held,
        "missing": [year for year in corpus.years if held and held[0] < year < held[-1] and year not in held],
    }


def _report(made: DemoReport, file: str) -> dict[str, Any]:
    report = made.report
    return {
        "report": made.name,
        "file": file,
        "format": file.rpartition(".")[2],
        "agency": made.body.key,
        "year": made.year,
        "title": report.title,
        "published": report.published,
        "corrects": made.corrects,
        "superseded": made.superseded,
        "form": made.tables.form,
        "sections": [{"number": one.number, "title": one.title, "kind": one.kind} for one in report.sections],
        "paragraphs": list(_paragraphs(made)),
    }


def _paragraphs(made: DemoReport) -> Iterator[str]:
    for _, section in made.report.walk():
        yield from (block.text for block in section.blocks if isinstance(block, Paragraph))


def _threads(corpus: DemoCorpus) -> dict[str, list[tuple[DemoReport, Placement]]]:
    """Where each thread stands, in the order of years."""
    found: dict[str, list[tuple[DemoReport, Placement]]] = defaultdict(list)
    for made in sorted(corpus.reports, key=lambda one: (one.year, one.report.published)):
        for placement in made.placements:
            found[placement.thread].append((made, placement))
    return found


def _sentences(corpus: DemoCorpus) -> Iterator[dict[str, Any]]:
    for thread, stands in _threads(corpus).items():
        years = []
        before: Placement | None = None
        for made, placement in stands:
            years.append(
                {
                    "year": made.year,
                    "report": made.name,
                    "section": placement.section,
                    "state": _state(placement, before),
                    "texts": list(placement.texts),
                }
            )
            # An edition that was replaced is not what the next year is compared with.
            before = before if made.superseded else placement
        yield {
            "id": thread,
            "lead": "/lead-" in thread,
            "agencies": list(dict.fromkeys(made.body.key for made, _ in stands)),
            "years": years,
            "dropped": _dropped(corpus, stands),
        }


def _state(now: Placement, before: Placement | None) -> str:
    if before is None:
        return "first"
    if now.texts == before.texts:
        return "same" if now.section == before.section else "moved"
    if len(now.texts) != len(before.texts):
        return "split" if len(now.texts) > len(before.texts) else "merged"
    has_other_digits_only = [_DIGITS.sub("#", text) for text in now.texts] == [
        _DIGITS.sub("#", text) for text in before.texts
    ]
    return "number" if has_other_digits_only else "reworded"


def _dropped(corpus: DemoCorpus, stands: Sequence[tuple[DemoReport, Placement]]) -> int | None:
    """The first year after the last that says it of which the same body's report, or its successor's, is held."""
    last, _ = stands[-1]
    bodies = {last.body.key, last.body.merged_into}
    later = [one.year for one in corpus.reports if one.body.key in bodies and one.year > last.year]
    return min(later, default=None)


def _figures(corpus: DemoCorpus) -> Iterator[dict[str, Any]]:
    for thread, stands in _threads(corpus).items():
        series: dict[str, list[tuple[DemoReport, Placement, Figure]]] = defaultdict(list)
        for made, placement in stands:
            for figure in placement.figures:
                series[figure.slot.slot].append((made, placement, figure))
        for values in series.values():
            slot = values[0][2].slot
            yield {
                "sentence": thread,
                "agency": values[-1][0].body.key,
                "label": slot.label,
                "unit": slot.unit,
                "measure": slot.measure,
                "values": [_figure(*value) for value in values],
            }


def _figure(made: DemoReport, placement: Placement, figure: Figure) -> dict[str, Any]:
    sentence = next(
        text
        for pattern, text in zip(placement.patterns, placement.texts, strict=True)
        if f"{{{figure.slot.slot}}}" in pattern
    )
    return {
        "year": made.year,
        "report": made.name,
        "value": figure.value,
        "printed": figure.printed,
        "about": _DIGITS.sub("", figure.printed),
        "text": sentence,
    }


def _cells(corpus: DemoCorpus, *, official: bool) -> dict[str, dict[str, list[Any]]]:
    """The cells of the official forms, or of the annex, of each report that has any."""
    found = {}
    for made in corpus.reports:
        cells = {
            place.measure.removeprefix("annex:"): [place.cell.text, place.cell.value, status(place.cell)]
            for table in made.tables.tables.values()
            if table.form.startswith("stats") != official
            for place in places(table)
        }
        if cells:
            found[made.name] = cells
    return found


def _faults(corpus: DemoCorpus) -> Iterator[dict[str, Any]]:
    for fault in corpus.faults:
        report = f"{fault.body}-{fault.year}"
        yield {
            "kind": fault.kind,
            "agency": fault.body,
            "year": fault.year,
            "report": report,
            "amount": fault.amount,
        }


def _broken(corpus: DemoCorpus) -> Iterator[dict[str, Any]]:
    counted = {(one.body.key, one.year): one for one in corpus.reports if not one.superseded}
    for (key, year), made in counted.items():
        values = made.tables.values
        before = counted.get((key, year - 1))
        found = list(broken_sums(values, form=made.tables.form))
        if before and before.tables.form and made.tables.form:
            found += broken_carry_over(values, before.tables.values)
        if made.tables.form and made.tables.requests != values["requests.new.total"]:
            said, printed = made.tables.requests, values["requests.new.total"]
            found.append(Broken("prose", "requests.new.total", said, printed))
        for one in found:
            yield {
                "kind": one.kind,
                "report": made.name,
                "measure": one.measure,
                "printed": one.printed,
                "expected": one.expected,
            }


def _mentions(corpus: DemoCorpus, word: str) -> Iterator[tuple[str, dict[str, int]]]:
    for made in corpus.reports:
        found = [one for one in passages_of(made.report) if word in one.text]
        tables = [one for one in found if one.type == "table"]
        titles = [made.report.title, *(heading(section) for _, section in made.report.walk())]
        counts = {
            "paragraphs": len(found) - len(tables),
            "rows": sum(not _is_head(one) for one in tables),
            "heads": sum(map(_is_head, tables)),
            "headings": sum(word in title for title in titles),
        }
        if any(counts.values()):
            yield made.name, counts


def _is_head(passage: Passage) -> bool:
    """Whether a passage of a table is its head, which has a row of its own before the first."""
    return passage.locator.row is None or passage.locator.row < 0
