"""Random questions and filters: every number of trend and mentions equals a plain count over the reports' JSON.

The count below shares no code with what it checks but for reading a query and saying what it means of one passage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from report_search.generations import Generations
from report_search.generations.report_json import decode_report
from report_search.passages import Passage, headings_of, passages_of, values_of
from report_search.presentation.count_payloads import (
    mentions_payload,
    mentions_table,
    trend_payload,
    trend_table,
)
from report_search.query.ast import IncludeHeadings
from report_search.query.evaluate import is_complete, is_hit, views
from report_search.query.interpret import read
from report_search.search.counts.asking import count
from report_search.search.counts.mentions import TALLIES
from report_search.search.counts.trend import tallies_of
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from report_search.taxonomy import topics
from tests.counting.corpus import AGENCIES, WORDS, publish, reports
from tests.sampling import sampled

QUERIES = (
    "{}",
    "“{}”",
    "{} {}",
    "{} -{}",
    "{} OR {}",
    "{}{}{}取得进展",
    "{} 年份:2014..2019",
    "{} -年份:2016",
    "{} 机关:示例乙市财政局",
    "{} -机关:示例乙市财政局",
    "{} 章节:主动公开",
    "年份:2020 {}",
    "({} 年份:2015) OR {}",
    "{} (年份:2013 OR 年份:2018)",
    "机关:示例丁县审计局",
    "“主动公开”",
    "“年度报告” {}",
    "{} 类型:heading",
    "整份:-“{}”",
    "{} 整份:-“{}” 年份:2014..2019",
    "整份:(年份:2020 {})",
    "",
)
FILTERS = (
    (),
    (("year", ("2014..2018",)),),
    (("year", ("2013", "2019")),),
    (("year", ("nd",)),),
    (("agency", ("示例丙区教育局",)),),
    (("agency", ("示例丙区教育局", "示例甲省司法厅")), ("year", ("2015..2020",))),
    (("section", ("overview",)),),
    (("section", ("problems",)), ("year", ("2012..2016",))),
    (("topic", ("consular-protection",)),),
    (("type", ("paragraph",)),),
    (("type", ("heading",)),),
)
CASES = sampled(60)


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def searcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("counted")
    publish(folder, list(reports()), engine=request.param)
    return Searcher(folder)


def cases() -> Iterator[tuple[SearchRequest, int]]:
    random = Random(7)
    for number in range(CASES):
        pattern = random.choice(QUERIES)
        text = pattern.format(*random.sample(WORDS, k=pattern.count("{}")))
        request = SearchRequest(
            text, random.choice(FILTERS), expand=random.random() < 0.7, titles=random.random() < 0.2
        )
        yield request, number


class Counted:
    """The reports of an index read from their files, and what a request means of each passage."""

    def __init__(self, searcher: Searcher) -> None:
        generation = searcher.generation()
        files = sorted((generation.folder / "reports").glob("*.json"))
        self.reports = [decode_report(path.read_bytes()) for path in files]
        assert len(self.reports) == len(generation.reports())
        self.lexicon = searcher.lexicon()
        self.passages = {}
        for r in self.reports:
            own = topics.assign(r, passages_of(r))
            self.passages[r.id] = [*own, *headings_of(r, position=len(own))]

    def complete(self, request: SearchRequest) -> list[Passage]:
        """The passages that lack no word and pass every filter."""
        tree = read(request.text, self.lexicon, strict=True, expand=request.expand).tree
        tree = IncludeHeadings(tree) if request.titles else tree
        return [
            passage
            for listed in self.passages.values()
            for passage, seen in zip(listed, views(listed), strict=True)
            if is_hit(tree, seen) and is_complete(tree, seen) and passes(passage, request)
        ]

    def held(self, request: SearchRequest) -> list[tuple[str, str, int | None]]:
        """Id, agency and year of each report left by what is asked of reports."""
        return [
            (r.id, r.agency, r.year)
            for r in self.reports
            if is_asked(r.id, r.agency, r.year, request=request)
        ]

    def gaps(self, request: SearchRequest) -> dict[str, list[int]]:
        own: dict[str, set[int]] = {}
        for r in self.reports:
            if r.year is not None:
                own.setdefault(r.agency, set()).add(r.year)
        found = {
            agency: [
                year
                for year in range(min(years), max(years))
                if year not in years and is_asked("", agency, year, request=request)
            ]
            for agency, years in own.items()
        }
        return {agency: years for agency, years in found.items() if years}


def chosen_years(values: Sequence[str]) -> set[int | None]:
    found: set[int | None] = set()
    for value in values:
        low, _, high = value.partition("..")
        found |= {None} if value == "nd" else set(range(int(low), int(high or low) + 1))
    return found


def passes(passage: Passage, request: SearchRequest) -> bool:
    for field, values in request.filters:
        if field == "year":
            if passage.year not in chosen_years(values):
                return False
        elif not set(values) & set(values_of(passage, field)):
            return False
    return True


TYPED = {
    "年份:2014..2019": lambda agency, year: year is not None and 2014 <= year <= 2019,
    "-年份:2016": lambda agency, year: year != 2016,
    "机关:示例乙市财政局": lambda agency, year: agency == "示例乙市财政局",
    "-机关:示例乙市财政局": lambda agency, year: agency != "示例乙市财政局",
    "年份:2020": lambda agency, year: year == 2020,
    "(年份:2013 OR 年份:2018)": lambda agency, year: year in (2013, 2018),
    "机关:示例丁县审计局": lambda agency, year: agency == "示例丁县审计局",
}
"""What of the queries above is asked of reports, as it is typed between blanks."""


def is_asked(report: str, agency: str, year: int | None, *, request: SearchRequest) -> bool:
    """Whether a report, or a year without one, is among those asked for."""
    filters = dict(request.filters)
    if "year" in filters and year not in chosen_years(filters["year"]):
        return False
    if "agency" in filters and agency not in filters["agency"]:
        return False
    if "report" in filters and report not in filters["report"]:
        return False
    typed = f" {request.text} "
    return all(holds(agency, year) for words, holds in TYPED.items() if f" {words} " in typed)


def by_agency(held: Sequence[tuple[str, str, int | None]]) -> dict[str, list[tuple[str, int | None]]]:
    found: dict[str, list[tuple[str, int | None]]] = {}
    for report, agency, year in held:
        found.setdefault(agency, []).append((report, year))
    return found


def counts(held: int, hits: Sequence[Passage]) -> dict[str, Any]:
    with_hit = len({passage.report for passage in hits})
    share = with_hit / held if held else None
    return {"held": held, "reports": with_hit, "share": share, "passages": len(hits)}


def expected_years(counted: Counted, request: SearchRequest) -> list[dict[str, Any]]:
    held, hits = counted.held(request), counted.complete(request)
    years = [year for *_, year in held]
    known = [year for year in years if year is not None]
    span: list[int | None] = [*range(min(known), max(known) + 1)] if known else []
    if None in years:
        span.append(None)
    return [{"year": y, **counts(years.count(y), [p for p in hits if p.year == y])} for y in span]


def test_every_number_of_a_trend_is_that_of_a_plain_count(searcher: Searcher) -> None:
    counted = Counted(searcher)
    for request, number in cases():
        payload = to_builtins(trend_payload(count(searcher, request, tallies=tallies_of(request))))
        held, hits = counted.held(request), counted.complete(request)
        assert payload["years"] == expected_years(counted, request), (number, request)
        assert payload["total"] == {
            "held": len(held),
            "reports": len({p.report for p in hits}),
            "passages": len(hits),
        }, request
        missing = {gaps["agency"]: gaps["years"] for gaps in payload["missing"]}
        assert missing == counted.gaps(request), request


def test_by_agency_and_by_section_too(searcher: Searcher) -> None:
    counted = Counted(searcher)
    for request, _ in cases():
        held, hits = counted.held(request), counted.complete(request)
        asked = replace(request, by="agency")
        page = count(searcher, asked, tallies=tallies_of(asked))
        agencies = to_builtins(trend_payload(page))["agencies"]
        assert {row["agency"]: row["key"] for row in agencies} == {a: AGENCIES[a] for _, a, _ in held}
        for row in agencies:
            own = [one for one in held if one[1] == row["agency"]]
            assert row.items() >= counts(len(own), [p for p in hits if p.agency == row["agency"]]).items()
        asked = replace(request, by="section")
        for row in to_builtins(trend_payload(count(searcher, asked, tallies=tallies_of(asked))))["sections"]:
            wanted = counts(len(held), [p for p in hits if p.section == row["section"]])
            assert row.items() >= wanted.items(), request


def test_every_year_of_every_agency_is_mentioned_or_not_or_not_held(searcher: Searcher) -> None:
    counted = Counted(searcher)
    for request, _ in cases():
        held = by_agency(counted.held(request))
        with_hit = {passage.report for passage in counted.complete(request)}
        gaps = counted.gaps(request)
        payload = to_builtins(mentions_payload(count(searcher, request, tallies=TALLIES)))
        assert {row["agency"] for row in payload["agencies"]} == set(held), request
        for row in payload["agencies"]:
            own = held[row["agency"]]
            said = {year for report, year in own if report in with_hit}
            assert set(row["mentioned"]) == said, request
            assert set(row["not_mentioned"]) == {year for _, year in own} - said, request
            assert row["not_held"] == gaps.get(row["agency"], []), request
            assert len(row["mentioned"]) == len(set(row["mentioned"]))
        saying = {a for a, own in held.items() if any(report in with_hit for report, _ in own)}
        assert payload["total"] == {"mentioned": len(saying), "not_mentioned": len(held) - len(saying)}
        assert {g["agency"]: g["years"] for g in payload["missing"]} == {
            agency: years for agency, years in gaps.items() if agency not in held
        }


def test_tables_say_what_the_json_says(searcher: Searcher) -> None:
    for request, _ in list(cases())[:20]:
        page = count(searcher, request, tallies=(*tallies_of(request),))
        head, *rows = trend_table(page)
        assert [dict(zip(head, row, strict=True)) for row in rows] == [
            {
                **row,
                "year": "nd" if row["year"] is None else str(row["year"]),
                "generation": page.index.generation,
            }
            for row in to_builtins(trend_payload(page))["years"]
        ]
        page = count(searcher, request, tallies=TALLIES)
        head, *cells = mentions_table(page)
        for agency in to_builtins(mentions_payload(page))["agencies"]:
            own = [dict(zip(head, row, strict=True)) for row in cells if row[0] == agency["agency"]]
            for state in ("mentioned", "not_mentioned", "not_held"):
                years = [cell["year"] for cell in own if cell["state"] == state]
                assert years == ["nd" if year is None else year for year in agency[state]]


def test_a_report_by_its_id_is_the_only_one_held(searcher: Searcher) -> None:
    report = searcher.reports()[3]
    request = SearchRequest("微博", (("report", (report.id,)),))
    payload = to_builtins(trend_payload(count(searcher, request, tallies=tallies_of(request))))
    assert payload["total"]["held"] == 1
    assert [row["year"] for row in payload["years"]] == [report.year]
    assert payload["missing"] == []


def test_the_corpus_has_what_is_to_be_tried(tmp_path: Path) -> None:
    """Gaps, two reports of one year, reports of no known year: else the tests above prove nothing."""
    publish(tmp_path, list(reports()), engine="memory")
    generation = Generations(tmp_path).current()
    assert generation is not None
    own = [(s.agency, s.year) for s in generation.reports()]
    assert len(own) > len(set(own))
    assert any(year is None for _, year in own)
    assert Counted(Searcher(tmp_path)).gaps(SearchRequest())
