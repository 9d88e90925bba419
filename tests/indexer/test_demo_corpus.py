"""The demo corpus: its story is whole, its truth is true, and the index says of it what ``truth.json`` says."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from indexer.run.discover import discover
from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic import corpus as plain
from indexer.synthetic import printing
from indexer.synthetic.demo.measures import places, status
from indexer.synthetic.demo.plan import DemoCorpus, make_corpus
from indexer.synthetic.demo.truth import PROBES, truth_of
from indexer.synthetic.demo.write import parse_years, write_demo
from report_search.corpus_coverage import coverage_of
from report_search.errors import RequestError
from report_search.generations import Generation, Generations, ReportSummary
from report_search.model import Paragraph, Report, Table
from report_search.presentation.count_payloads import mentions_payload, trend_payload
from report_search.search.counts.asking import count
from report_search.search.counts.mentions import TALLIES
from report_search.search.counts.trend import tallies_of
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from report_search.taxonomy.sections import kind_of
from tests.sampling import WHOLE

SUMS = {"total-mismatch", "identity-broken"}
"""Warnings about sums: they are planted. Of other warnings there is one, that two editions share a year."""
Truth = dict[str, Any]


@pytest.fixture(scope="module")
def made() -> DemoCorpus:
    return make_corpus()


@pytest.fixture(scope="module")
def told(made: DemoCorpus) -> Truth:
    return truth_of(made, {one.name: f"{one.name}.html" for one in made.reports})


class TestStory:
    def test_the_same_seed_gives_the_same_corpus(self, made: DemoCorpus) -> None:
        assert make_corpus() == made
        assert make_corpus(seed=2).reports != made.reports

    def test_eight_bodies_report_seventeen_years(self, told: Truth) -> None:
        assert len(told["agencies"]) == 8
        assert told["years"] == [2008, 2024]
        # 8 × 17, seven years after a merger, two missing, one corrected.
        assert len(told["reports"]) == 8 * 17 - 7 - 2 + 1
        assert len({agency["rank"] for agency in told["agencies"]}) >= 6

    def test_one_is_renamed_one_merged_two_lack_a_year(self, told: Truth) -> None:
        renamed = [agency for agency in told["agencies"] if len(agency["names"]) > 1]
        merged = [agency for agency in told["agencies"] if agency["held"][-1] == 2017]
        heirs = [agency for agency in told["agencies"] if agency["predecessors"]]
        assert [one["names"][0]["to"] for one in renamed] == [2018]
        assert [one["predecessors"] for one in heirs] == [[{"key": merged[0]["key"], "year": 2018}]]
        assert sorted(year for agency in told["agencies"] for year in agency["missing"]) == [2012, 2016]

    def test_a_report_was_corrected(self, told: Truth) -> None:
        [first] = [one for one in told["reports"] if one["superseded"]]
        [second] = [one for one in told["reports"] if one["corrects"]]
        assert second["corrects"] == first["report"]
        assert first["published"] < second["published"]
        assert sum(a != b for a, b in zip(first["paragraphs"], second["paragraphs"], strict=True)) == 1

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_every_edit_happens(self, seed: int) -> None:
        corpus = make_corpus(seed=seed)
        told = truth_of(corpus, {one.name: "" for one in corpus.reports})
        states = Counter(year["state"] for one in told["sentences"] for year in one["years"])
        assert min(states[s] for s in ("first", "same", "number", "reworded", "moved")) > 50
        assert min(states[s] for s in ("split", "merged")) >= 10
        assert sum(bool(one["dropped"]) for one in told["sentences"]) > 30

    def test_forms_are_those_of_their_time(self, made: DemoCorpus) -> None:
        for one in made.reports:
            forms = {table.form for table in one.tables.tables.values()}
            expected = (
                set()
                if one.year < 2014
                else {"stats-2014"}
                if one.year < 2019
                else {f"a-{one.tables.form}", f"b-{one.tables.form}", "c"}
            )
            assert forms == expected, one.name

    def test_every_name_is_invented(self, made: DemoCorpus) -> None:
        assert all(one.report.title.count("示例") == 1 for one in made.reports)
        assert all("【合成数据】" in str(one.report.sections[0].blocks[0]) for one in made.reports)

    def test_sections_have_the_kinds_of_their_titles(self, made: DemoCorpus) -> None:
        for one in made.reports:
            for section in one.report.sections[1:]:
                assert section.kind == kind_of(section.title)
                assert section.blocks or section.subsections, (one.name, section.title)

    @pytest.mark.parametrize(
        ("agencies", "years"), [(1, range(2008, 2009)), (3, range(2020, 2025)), (11, range(2017, 2020))]
    )
    def test_other_sizes(self, agencies: int, years: range) -> None:
        corpus = make_corpus(agencies=agencies, years=years)
        told = truth_of(corpus, {one.name: "" for one in corpus.reports})
        assert len(told["agencies"]) == agencies
        assert {one["year"] for one in told["reports"]} <= set(years)

    def test_years_that_no_report_is_about_are_refused(self) -> None:
        assert parse_years("2008..2024") == range(2008, 2025)
        assert parse_years("2019") == range(2019, 2020)
        for typed in ("", "2024..2008", "1999..2001", "2008..", "二〇一九", "2008...2010"):
            with pytest.raises(RequestError):
                parse_years(typed)


class TestTruth:
    """What ``truth.json`` says, held against the text of the reports."""

    def test_a_report_prints_its_sentences_and_nothing_else(self, told: Truth) -> None:
        said: dict[str, list[str]] = {one["report"]: [] for one in told["reports"]}
        for sentence in told["sentences"]:
            for year in sentence["years"]:
                said[year["report"]] += year["texts"]
        for report in told["reports"]:
            printed = [
                re.sub(r"^(（[一二三四五六七八九十]+）|\d\.)", "", text)
                for paragraph in report["paragraphs"]
                for text in re.findall(r"[^。]+。", paragraph)
            ]
            assert Counter(printed) == Counter(said[report["report"]]), report["report"]

    def test_states_follow_from_the_texts(self, told: Truth) -> None:
        superseded = {one["report"] for one in told["reports"] if one["superseded"]}
        for sentence in told["sentences"]:
            before: list[str] = []
            for year in sentence["years"]:
                texts = year["texts"]
                assert (year["state"] == "first") == (not before)
                assert (year["state"] in ("same", "moved")) == (texts == before)
                if year["state"] == "number":
                    assert re.sub(r"\d", "", "".join(texts)) == re.sub(r"\d", "", "".join(before)) or texts
                if year["state"] in ("split", "merged"):
                    assert {len(texts), len(before)} == {1, 2}
                before = before if year["report"] in superseded else texts

    def test_figures_stand_in_their_sentences(self, told: Truth) -> None:
        assert len(told["figures"]) > 60
        for figure in told["figures"]:
            for value in figure["values"]:
                assert value["printed"] in value["text"]
                digits = int(re.sub(r"\D", "", value["printed"]))
                assert value["value"] in (digits, digits * 10_000)

    def test_what_is_broken_is_what_was_planted(self, told: Truth) -> None:
        planted = {(fault["report"], fault["kind"]) for fault in told["faults"]}
        assert len(planted) == 12
        found = {(one["report"], one["kind"]) for one in told["broken"]}
        assert planted <= found
        assert {report for report, _ in found} == {report for report, _ in planted}

    def test_cells_are_complete(self, told: Truth) -> None:
        for report in told["reports"]:
            cells = told["cells"].get(report["report"], {})
            requests = sum(measure.startswith("requests.") for measure in cells)
            assert requests == {0: 0, 2019: 23 * 7, 2021: 25 * 7}[report["form"]]
            assert sum(m.startswith(("reviews.", "suits.")) for m in cells) == (15 if report["form"] else 0)
            assert (report["report"] in told["annex"]) == (2014 <= report["year"] <= 2018)
        statuses = Counter(cell[2] for cells in told["cells"].values() for cell in cells.values())
        assert min(statuses[s] for s in ("printed", "zero", "empty", "dash")) > 0

    def test_who_speaks_of_consular_protection_is_known(self, told: Truth) -> None:
        reports = {one["report"]: one["agency"] for one in told["reports"]}
        speakers = Counter(reports[report] for report in told["mentions"]["领事保护"])
        assert speakers == {"shili-waishi": 17, "shili-jia": 4, "shili-bing-jiaoyu": 3}
        assert not told["mentions"]["没有人说过的话"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default corpus as files; printing PDF takes long, so it is left to the whole tests."""
    folder = tmp_path_factory.mktemp("demo") / "corpus"
    formats = plain.FORMATS if WHOLE and printing.is_available() else ("html", "docx", "md", "txt")
    steps: list[tuple[int, int]] = []
    counts = write_demo(
        folder, make_corpus(), formats=formats, progress=lambda what, done, total: steps.append((done, total))
    )
    assert set(counts) == set(formats)
    assert steps == [(done, len(steps)) for done in range(1, len(steps) + 1)]
    return folder


@pytest.fixture(scope="module")
def truth(corpus: Path) -> Truth:
    loaded: Truth = json.loads((corpus / "truth.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def index(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    summary = run_job(IndexJob((corpus,), folder, "whoosh"))
    assert not summary.failed
    return folder


@pytest.fixture(scope="module")
def generation(index: Path) -> Generation:
    current = Generations(index).current()
    assert current is not None
    return current


@pytest.fixture(scope="module")
def by_name(truth: Truth, generation: Generation) -> dict[str, ReportSummary]:
    """The indexed report of each of ``truth.json``, found by its file."""
    held = {summary.path: summary for summary in generation.reports()}
    assert len(held) == len(truth["reports"])
    return {one["report"]: held[one["file"]] for one in truth["reports"]}


class TestIndexed:
    def test_what_is_no_report_is_left_alone(self, corpus: Path, truth: Truth) -> None:
        assert {file.name for file in discover([corpus])} == {one["file"] for one in truth["reports"]}

    def test_agencies_years_and_dates(self, truth: Truth, by_name: dict[str, ReportSummary]) -> None:
        names = {agency["key"]: agency["name"] for agency in truth["agencies"]}
        for one in truth["reports"]:
            held = by_name[one["report"]]
            assert (held.agency_key, held.year, held.title, held.published) == (
                one["agency"],
                one["year"],
                one["title"],
                one["published"],
            )
            assert held.agency == names[one["agency"]]
            if not (one["corrects"] or one["superseded"]):
                assert held.id == one["report"]

    def test_only_planted_faults_are_warned_of(self, truth: Truth, by_name: dict[str, ReportSummary]) -> None:
        broken = {
            one["report"]
            for one in truth["broken"]
            if one["kind"] in ("row-sum", "column-sum", "balance", "review-sum")
        }
        editions = {one["report"] for one in truth["reports"] if one["corrects"] or one["superseded"]}
        for name, held in by_name.items():
            codes = {warning.code for warning in held.warnings}
            assert bool(codes & SUMS) == (name in broken), (name, held.warnings)
            assert codes - SUMS == ({"report-shared"} if name in editions else set()), (name, held.warnings)

    def test_missing_years(self, truth: Truth, generation: Generation) -> None:
        rows = {row.key: row for row in coverage_of(generation.record).rows}
        for agency in truth["agencies"]:
            assert list(rows[agency["key"]].held) == agency["held"]
            assert list(rows[agency["key"]].missing) == agency["missing"]

    def test_sections_paragraphs_and_cells(
        self, truth: Truth, generation: Generation, by_name: dict[str, ReportSummary]
    ) -> None:
        sample = truth["reports"] if WHOLE else truth["reports"][::3]
        for one in sample:
            report = generation.report(by_name[one["report"]].id)
            assert report is not None
            sections = [{"number": s.number, "title": s.title, "kind": s.kind} for s in report.sections]
            assert sections == one["sections"]
            assert _paragraphs(report) == one["paragraphs"]
            cells = {place.measure: place.cell for table in _tables(report) for place in places(table)}
            expected = {
                **truth["cells"].get(one["report"], {}),
                **{f"annex:{key}": cell for key, cell in truth["annex"].get(one["report"], {}).items()},
            }
            assert {key: [c.text, c.value, status(c)] for key, c in cells.items()} == expected

    def test_mentions(self, truth: Truth, index: Path, by_name: dict[str, ReportSummary]) -> None:
        searcher = Searcher(index)
        names = {held.id: name for name, held in by_name.items()}
        for word in PROBES:
            counted = {kind: Counter[str]() for kind in ("paragraph", "table", "heading")}
            request = SearchRequest(text=f"“{word}”", limit=100, facets=())
            while True:
                page = searcher.search(request)
                for hit in page.hits:
                    counted[hit.passage.type][names[hit.passage.report]] += 1
                if not page.next:
                    break
                request = replace(request, cursor=page.next)
            told = truth["mentions"][word]
            assert counted["paragraph"] == {k: v["paragraphs"] for k, v in told.items() if v["paragraphs"]}
            in_tables = {k: v["rows"] + v["heads"] for k, v in told.items() if v["rows"] + v["heads"]}
            assert counted["table"] == in_tables, word
            assert counted["heading"] == {k: v["headings"] for k, v in told.items() if v["headings"]}, word

    def test_trend_and_mentions_are_those_of_the_truth(self, truth: Truth, index: Path) -> None:
        searcher = Searcher(index)
        for word in PROBES if WHOLE else PROBES[::4]:
            for text in (f"“{word}”", f"“{word}” 年份:2010..2019"):
                request = SearchRequest(text, by="agency")
                asked = [one for one in truth["reports"] if "年份" not in text or 2010 <= one["year"] <= 2019]
                trend = msgspec.to_builtins(
                    trend_payload(count(searcher, request, tallies=tallies_of(request)))
                )
                assert trend["total"] == _counted(asked, truth["mentions"][word])
                for row in trend["years"]:
                    own = [one for one in asked if one["year"] == row["year"]]
                    assert row.items() >= _counted(own, truth["mentions"][word]).items(), (word, row)
                for row in trend["agencies"]:
                    own = [one for one in asked if one["agency"] == row["key"]]
                    assert row.items() >= _counted(own, truth["mentions"][word]).items(), (word, row)
                mentions = msgspec.to_builtins(
                    mentions_payload(count(searcher, SearchRequest(text), tallies=TALLIES))
                )
                assert {row["key"]: row for row in mentions["agencies"]}.keys() == {
                    o["agency"] for o in asked
                }
                for row in mentions["agencies"]:
                    told = _mentioned(truth, row["key"], word=word, asked=asked)
                    assert {state: row[state] for state in told} == told, (word, row)

    def test_predecessors_are_held_and_counted_too(self, truth: Truth, index: Path) -> None:
        searcher = Searcher(index)
        bodies = ("shili-yi-shangwu", "shili-yi-liangshi")
        for word in ("粮食", "保密审查"):
            request = SearchRequest(
                f"“{word}”", (("agency", ("示例乙市商务局",)),), lineage=True, by="agency"
            )
            asked = [one for one in truth["reports"] if one["agency"] in bodies]
            page = count(searcher, request, tallies=tallies_of(request))
            trend = msgspec.to_builtins(trend_payload(page))
            assert trend["total"] == _counted(asked, truth["mentions"][word])
            assert [hint.code for hint in page.hints] == ["lineage"]
            assert {row["key"] for row in trend["agencies"]} == set(bodies)
            mentions = msgspec.to_builtins(mentions_payload(count(searcher, request, tallies=TALLIES)))
            for row in mentions["agencies"]:
                told = _mentioned(truth, row["key"], word=word, asked=asked)
                assert {state: row[state] for state in told} == told, (word, row)
            alone = replace(request, lineage=False)
            trend = msgspec.to_builtins(trend_payload(count(searcher, alone, tallies=tallies_of(alone))))
            assert trend["total"]["held"] == sum(one["agency"] == bodies[0] for one in asked)

    def test_topics_that_only_this_corpus_has(self, index: Path, truth: Truth) -> None:
        page = Searcher(index).search(SearchRequest(filters=(("topic", ("粮食收储",)),), limit=100))
        [value] = [value for facet in page.facets for value in facet.values if value.value == "grain"]
        assert (value.label, value.passages) == ("粮食收储", page.total.passages)
        reports = {one["report"]: one["agency"] for one in truth["reports"]}
        speakers = {reports[name] for name in truth["mentions"]["粮食"]}
        assert {hit.passage.agency for hit in page.hits} == {"示例乙市粮食局", "示例乙市商务局"}
        assert speakers == {"shili-yi-liangshi", "shili-yi-shangwu"}

    def test_agencies_are_places(self, index: Path, truth: Truth) -> None:
        directory = Searcher(index).agencies()
        assert {card.key for card in directory.cards()} == {one["key"] for one in truth["agencies"]}
        for one in truth["agencies"]:
            card = directory.card(one["key"])
            assert list(card.held) == one["held"]
            assert list(card.missing) == one["missing"]
            assert card.doubtful == ()
            names = [{"name": name.name, "from": name.start, "to": name.end} for name in card.names]
            assert names == one["names"]
            assert [{"key": p.key, "year": p.year} for p in card.predecessors] == one["predecessors"]
            for name in (one["name"], *one["aliases"]):
                assert directory.named(name) == card

    def test_predecessors_come_along_and_numbers_agree(self, index: Path) -> None:
        searcher = Searcher(index)
        successor, before = "示例乙市商务局", "示例乙市粮食局"

        def asked(*names: str, lineage: bool, text: str = "") -> SearchRequest:
            return SearchRequest(text, filters=(("agency", names),), lineage=lineage)

        for text in ("", "粮库", "保密审查"):
            alone = searcher.search(asked(successor, lineage=False, text=text)).total
            theirs = searcher.search(asked(before, lineage=False, text=text)).total
            both = searcher.search(asked(successor, lineage=True, text=text))
            assert both.total.passages == alone.passages + theirs.passages
            assert both.total.reports == alone.reports + theirs.reports
            assert any(hint.code == "lineage" and before in hint.message for hint in both.hints)
            [agencies] = [facet for facet in both.facets if facet.field == "agency"]
            for value in agencies.values:
                found = searcher.search(asked(value.value, lineage=True, text=text)).total
                assert (found.passages, found.reports) == (value.passages, value.reports), value
            [chosen] = [value for value in agencies.values if value.chosen]
            assert chosen.label == f"{successor}（含{before}）"
        walked = asked(successor, lineage=True, text="粮库")
        page = searcher.search(replace(walked, limit=5))
        assert {hit.passage.agency for hit in page.hits} <= {successor, before}
        following = searcher.search(replace(walked, limit=5, cursor=page.next))
        assert not {hit.passage.id for hit in page.hits} & {hit.passage.id for hit in following.hits}
        with pytest.raises(RequestError, match="另一个查询"):
            searcher.search(replace(walked, limit=5, cursor=page.next, lineage=False))

    def test_a_renamed_body_is_one_agency(self, index: Path) -> None:
        searcher = Searcher(index)
        for name in ("示例甲省自然资源厅", "示例甲省国土资源厅", "shili-jia-ziyuan"):
            page = searcher.search(SearchRequest(filters=(("agency", (name,)),)))
            assert page.total.reports == 17


def _counted(reports: list[Truth], saying: Truth) -> dict[str, int]:
    """What is counted of ``reports``, of which those in ``saying`` say the word, in so many passages of each kind."""
    said = [saying[one["report"]] for one in reports if one["report"] in saying]
    return {"held": len(reports), "reports": len(said), "passages": sum(sum(one.values()) for one in said)}


def _mentioned(truth: Truth, key: str, *, word: str, asked: list[Truth]) -> dict[str, list[int]]:
    """The years of an agency, as ``truth`` tells them, of the reports ``asked`` for."""
    [agency] = [one for one in truth["agencies"] if one["key"] == key]
    own = [one for one in asked if one["agency"] == key]
    said = {one["year"] for one in own if one["report"] in truth["mentions"][word]}
    span = {one["year"] for one in asked}
    return {
        "mentioned": sorted(said),
        "not_mentioned": sorted({one["year"] for one in own} - said),
        "not_held": [year for year in agency["missing"] if year in span],
    }


def _paragraphs(report: Report) -> list[str]:
    return [b.text for _, section in report.walk() for b in section.blocks if isinstance(b, Paragraph)]


def _tables(report: Report) -> list[Table]:
    return [b for _, section in report.walk() for b in section.blocks if isinstance(b, Table)]
