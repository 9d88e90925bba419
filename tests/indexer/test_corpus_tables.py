"""A corpus that brings tables of its own: they decide how its files are read, and a changed table reads them again."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.manifest import load_manifest
from indexer.run.check import check_paths, parse_file
from indexer.run.pipeline import IndexJob, run_job
from indexer.run.summary import Summary
from report_search.corpus_coverage import coverage_of
from report_search.errors import GoneError, OperatorError
from report_search.generations import Generations
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher

PROSE = "全年公布灯塔检修公告，受理依申请公开，按期答复，公众反映良好。"
HARBOUR = """
[[agency]]
key = "jia-gangkou"
name = "云州市港口局"
former = [{ name = "云州市航务局", from = 2001, to = 2018 }]
"""
LIGHTS = '[[topic]]\nkey = "lights"\nlabel = "灯塔航标"\nterms = ["灯塔"]\n'


def write(corpus: Path, name: str, *, agency: str = "航务局", year: int = 2015) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    title = f"云州市{agency}{year}年政府信息公开工作年度报告"
    body = f"{title}\n\n一、总体情况\n\n{PROSE}\n\n二、主动公开政府信息情况\n\n公开规章三件。\n"
    (corpus / name).write_text(body, encoding="utf-8")


class Desk:
    def __init__(self, root: Path) -> None:
        self.corpus, self.other, self.index = root / "corpus", root / "other", root / "index"
        write(self.corpus, "a.txt")
        write(self.corpus, "b.txt", agency="港口局", year=2019)
        write(self.other, "c.txt", agency="航务局", year=2016)

    def tables(self, agencies: str = "", topics: str = "", *, folder: Path | None = None) -> None:
        for name, text in (("agencies.toml", agencies), ("topics.toml", topics)):
            path = (folder or self.corpus) / name
            path.unlink(missing_ok=True)
            if text:
                path.write_text(text, encoding="utf-8")

    def run(self, *paths: Path, add: bool = False, engine: str = "memory") -> Summary:
        return run_job(IndexJob(paths or (self.corpus,), self.index, engine, add))

    @property
    def agencies(self) -> dict[str, str]:
        """The agency's key of each report, by its path."""
        return {summary.path: summary.agency_key for summary in Searcher(self.index).reports()}

    def lights(self) -> set[str]:
        """The reports that have the topic that only this corpus knows."""
        page = Searcher(self.index).search(SearchRequest(filters=(("topic", ("灯塔航标",)),), strict=True))
        return {hit.passage.report for hit in page.hits}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_tables_are_no_reports_and_name_what_is_read(desk: Desk) -> None:
    desk.tables(HARBOUR, LIGHTS)
    summary = desk.run()
    assert (summary.read, summary.failed) == (("a.txt", "b.txt"), ())
    assert set(desk.agencies.values()) == {"jia-gangkou"}
    assert desk.lights() == {"jia-gangkou-2015", "jia-gangkou-2019"}
    [facet] = [
        facet for facet in Searcher(desk.index).search(SearchRequest("灯塔")).facets if facet.field == "topic"
    ]
    assert "灯塔航标" in {value.label for value in facet.values}


def test_an_edited_table_reads_its_corpus_again_and_no_other(desk: Desk) -> None:
    desk.run(desk.corpus, desk.other)
    assert "jia-gangkou" not in desk.agencies.values()
    desk.tables(HARBOUR)
    summary = desk.run(desk.corpus, desk.other)
    assert (summary.read, summary.unchanged) == (("a.txt", "b.txt"), ("c.txt",))
    assert desk.run(desk.corpus, desk.other).read == ()
    desk.tables(HARBOUR, LIGHTS)
    assert desk.run(desk.corpus, desk.other).read == ("a.txt", "b.txt")
    assert desk.lights() == {"jia-gangkou-2015", "jia-gangkou-2019"}
    desk.tables()
    assert desk.run(desk.corpus, desk.other).read == ("a.txt", "b.txt")
    assert "jia-gangkou" not in desk.agencies.values()


def test_a_table_counts_for_its_own_corpus(desk: Desk) -> None:
    desk.tables(HARBOUR, LIGHTS)
    desk.run(desk.corpus, desk.other)
    assert desk.agencies["a.txt"] == "jia-gangkou"
    assert desk.agencies["c.txt"] != "jia-gangkou"
    assert desk.lights() == {"jia-gangkou-2015", "jia-gangkou-2019"}


def test_what_is_kept_keeps_its_tables(desk: Desk) -> None:
    desk.tables(HARBOUR, LIGHTS)
    desk.run()
    desk.run(desk.other, add=True)
    assert desk.lights() == {"jia-gangkou-2015", "jia-gangkou-2019"}
    # Another engine gives the topics of kept reports anew.
    desk.run(desk.other, add=True, engine="whoosh")
    assert desk.lights() == {"jia-gangkou-2015", "jia-gangkou-2019"}
    current = Generations(desk.index).current()
    assert current is not None
    [kept] = current.record.additions
    assert (Path(kept.root), kept.agencies, kept.topics) == (desk.corpus.resolve(), HARBOUR, LIGHTS)


def test_tables_leave_with_their_reports(desk: Desk) -> None:
    desk.tables(HARBOUR, LIGHTS)
    desk.run(desk.corpus, desk.other)
    desk.run(desk.other)
    current = Generations(desk.index).current()
    assert current is not None
    assert current.record.additions == ()


@pytest.mark.parametrize(
    ("agencies", "topics", "code"),
    [
        ("[[agency]]\n", "", "agencies-broken"),
        (HARBOUR.replace("云州市港口局", "外交部"), "", "agencies-broken"),
        ("", LIGHTS.replace('["灯塔"]', "[]"), "topics-broken"),
        ("", LIGHTS.replace('"灯塔"', '" "'), "topics-broken"),
    ],
)
def test_a_broken_table_stops_the_run_and_says_where(
    desk: Desk, agencies: str, topics: str, code: str
) -> None:
    before = desk.run().generation
    desk.tables(agencies, topics)
    with pytest.raises(OperatorError) as error:
        desk.run()
    assert error.value.code == code
    assert str(desk.corpus) in error.value.message
    current = Generations(desk.index).current()
    assert current is not None
    assert current.id == before


def test_tables_that_contradict_each_other_stop_the_run(desk: Desk) -> None:
    desk.tables(HARBOUR)
    desk.tables(HARBOUR.replace("航务局", "航运局"), folder=desk.other)
    with pytest.raises(OperatorError, match="jia-gangkou"):
        desk.run(desk.corpus, desk.other)
    desk.run()
    with pytest.raises(OperatorError, match="jia-gangkou"):
        desk.run(desk.other, add=True)


def test_check_and_parse_read_as_a_run_does(desk: Desk) -> None:
    write(desk.corpus / "2014", "d.txt", year=2014)
    assert parse_file(desk.corpus / "2014" / "d.txt").agency_key != "jia-gangkou"
    desk.tables(HARBOUR)
    assert parse_file(desk.corpus / "2014" / "d.txt").agency_key == "jia-gangkou"
    checked = check_paths([desk.corpus], progress=lambda what, done, total: None)
    assert [row.key for row in checked.coverage.rows] == ["jia-gangkou"]


def test_files_that_fail_and_reports_that_are_withdrawn_have_their_names(desk: Desk) -> None:
    desk.tables(HARBOUR)
    desk.run()
    entry = '[[report]]\nfile = "{}"\nagency = "云州市航务局"\nyear = {}\n{}\n'
    (desk.corpus / "empty.txt").write_text("", encoding="utf-8")
    (desk.corpus / "manifest.toml").write_text(
        entry.format("empty.txt", 2012, "") + entry.format("gone.txt", 2013, 'withdrawn = "有误"'),
        encoding="utf-8",
    )
    desk.run()
    current = Generations(desk.index).current()
    assert current is not None
    [row] = coverage_of(current.record).rows
    assert (row.key, row.cell(2012).state, row.cell(2013).state) == ("jia-gangkou", "failed", "withdrawn")
    with pytest.raises(GoneError):
        Searcher(desk.index).report("jia-gangkou-2013")


def test_a_corpus_without_tables_adds_nothing(desk: Desk) -> None:
    assert not load_manifest(desk.corpus).additions
