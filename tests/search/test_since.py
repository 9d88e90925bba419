"""What came since a moment: by the book of addresses, the same on every engine, page, API, command and export."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from report_search.engine.protocol import PassageSet
from report_search.errors import OperatorError, RequestError
from report_search.generations import AddressBook, Generations
from report_search.generations.address_book import FirstSeenEntries
from report_search.search.counts.asking import count
from report_search.search.counts.trend import tallies_of
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from report_search.search.since.first_seen import FirstSeen
from report_search.search.since.moments import canonical_moment, moment_text, seconds_of_moment
from webui import create_app

FIRST = ("全年公开信息十二条。", "受理申请三件。", "举办培训两次。")


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("2026-11-01", "2026-11-01"),
        (" 2026-11-01 ", "2026-11-01"),
        ("2026-11-01T00:00Z", "2026-11-01"),
        ("2026-11-01T08:00:00+08:00", "2026-11-01"),
        ("2026-11-01T08:00:00 08:00", "2026-11-01"),
        ("2026-11-01T08:30", "2026-11-01T08:30:00Z"),
        ("2026-11-01 08:30:15z", "2026-11-01T08:30:15Z"),
        ("2026-10-31T23:59:59.5Z", "2026-11-01"),
        ("2026-10-31T20:00:00-0400", "2026-11-01"),
        ("0900-01-01", "0900-01-01"),
        ("", ""),
    ],
)
def test_a_moment_has_one_way_to_be_written(typed: str, canonical: str) -> None:
    assert canonical_moment(typed) == canonical
    assert canonical_moment(canonical) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "昨天",
            "2026",
            "2026-11",
            "2026-13-01",
            "2026-02-30",
            "20261101",
            "2026-W01-1",
            "1764576000",
            "２０２６-11-01",
        ),
        *(
            "2026-11-01T25:00",
            "2026-11-01T",
            "2026-11-01T08:00:00+99:00",
            "2026-11-01\n2",
            "0001-01-01T00:00+08:00",
        ),
    ],
)
def test_what_is_no_moment_is_an_error(typed: str) -> None:
    with pytest.raises(RequestError) as refused:
        canonical_moment(typed)
    assert refused.value.code == "bad-since"


def test_sets_are_told_by_reports_and_shared_between_two_builds() -> None:
    entries = FirstSeenEntries(
        {"a": 10, "gone": 15},
        (
            *(("b", "b-1", 10), ("b", "b-2", 20), ("b", "b-3", 20)),
            *(("c", "c-1", 10), ("c", "c-2", 10), ("c", "c-3", 30)),
            *(("gone-too", "gone-too-1", 12), ("gone-too", "gone-too-2", 13)),
        ),
    )
    seen = FirstSeen(entries, reports=["a", "b", "c", "unknown"], otherwise=25)
    assert seen.times == (10, 20, 25, 30)
    assert seen.since(10) is None
    assert seen.since(11) is seen.since(20)
    assert seen.since(15) == PassageSet(frozenset({"b", "unknown"}), frozenset({"b-1"}), frozenset({"c-3"}))
    assert seen.since(31) == PassageSet()
    assert (seen.of("c-3", "c"), seen.of("a-1", "a"), seen.of("unknown-1", "unknown")) == (30, 10, 25)
    assert (seen.latest("c"), seen.latest("a"), seen.latest("unknown")) == (30, 10, 25)
    assert seen.newest_held(lambda ids: "c-3" in ids) == 30
    assert seen.newest_held(lambda ids: False) == 25


def write(corpus: Path, year: int, *texts: str) -> None:
    corpus.mkdir(exist_ok=True)
    title = f"云州市水利局{year}年政府信息公开工作年度报告"
    body = "\n\n".join(texts)
    (corpus / f"{year}.txt").write_text(f"{title}\n\n一、总体情况\n\n{body}\n", encoding="utf-8")


@dataclass(frozen=True)
class Grown:
    """An index that was built three times, and the time at which each build's passages were first seen."""

    index: Path
    times: tuple[str, str, str]

    @property
    def searcher(self) -> Searcher:
        return Searcher(self.index)

    def texts(self, text: str = "", **options: object) -> list[str]:
        request = SearchRequest(text, sort="oldest", limit=100, **options)  # type: ignore[arg-type]
        return [hit.passage.text for hit in self.searcher.search(request).hits]


def grow(root: Path, engine: str) -> Grown:
    """Three builds: two reports; a third; then a corrected text in the first."""
    steps = ((2018, FIRST), (2019, ("全年公开信息三十条。", "无。"))), ((2020, ("新的一年公开信息。",)),)
    job = IndexJob((root / "corpus",), root / "index", engine, accept_losses=True)
    times = []
    for step in (*steps, ((2018, (FIRST[0], "受理申请四件。", FIRST[2])),)):
        for year, texts in step:
            write(root / "corpus", year, *texts)
        run_job(job)
        times.append(AddressBook(root / "index").last_seen())
    assert times == sorted(set(times))
    first, second, third = map(moment_text, times)
    return Grown(root / "index", (first, second, third))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory, engine_name: str) -> Grown:
    return grow(tmp_path_factory.mktemp("grown"), engine_name)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    return grow(tmp_path_factory.mktemp("quick"), "memory")


def test_only_what_came_since_is_found_on_every_engine(grown: Grown) -> None:
    first, second, third = grown.times
    assert len(grown.texts(since=first)) == len(grown.texts()) == 6
    assert grown.texts(since=second) == ["受理申请四件。", "新的一年公开信息。"]
    assert grown.texts("公开", since=second) == ["新的一年公开信息。"]
    assert grown.texts(since=third) == ["受理申请四件。"]
    assert grown.texts(since=moment_text(seconds_of_moment(third) + 1)) == []


def test_totals_and_facets_are_those_of_what_came_since(grown: Grown) -> None:
    page = grown.searcher.search(SearchRequest(since=grown.times[1]))
    assert (page.total.passages, page.total.reports) == (2, 2)
    years = next(facet for facet in page.facets if facet.field == "year")
    assert [(value.value, value.passages) for value in years.values] == [("2020", 1), ("2018", 1)]


def test_it_is_the_address_book_that_says_what_is_new(quick: Grown) -> None:
    searcher = quick.searcher
    everything = searcher.walk(SearchRequest("“。”")).hits
    by_book = searcher.first_seen(hit.passage.id for hit in everything)
    for since in (*quick.times, "2020-01-01", "2100-01-01"):
        found = {hit.passage.id for hit in searcher.walk(SearchRequest("“。”", since=since)).hits}
        seconds = seconds_of_moment(since)
        assert found == {one for one, seen in by_book.items() if seconds_of_moment(seen) >= seconds}


def test_page_api_command_export_and_counts_agree(quick: Grown, capsys: pytest.CaptureFixture[str]) -> None:
    since = quick.times[1]
    client = create_app(quick.searcher).test_client()
    asked = {"q": "公开", "since": since}
    told = client.get("/api/v1/search", query_string=asked).get_json()
    assert (told["total"]["passages"], told["query"]["since"]) == (1, since)
    exported = client.get("/api/v1/search.json", query_string=asked).get_json()
    assert [hit["id"] for hit in exported["hits"]] == [hit["id"] for hit in told["hits"]]
    shown = client.get("/", query_string=asked).get_data(as_text=True)
    assert "共 <strong>1</strong> 段" in shown
    assert f"since={since}" in shown
    with pytest.raises(SystemExit) as done:
        main(["search", "公开", "--since", since, "--index", str(quick.index), "--json"])
    assert done.value.code == 0
    by_command = json.loads(capsys.readouterr().out)
    assert [hit["id"] for hit in by_command["hits"]] == [hit["id"] for hit in told["hits"]]
    request = SearchRequest("公开", since=since)
    assert count(quick.searcher, request, tallies=tallies_of(request)).total.passages == 1


def test_a_moment_alone_is_a_search(quick: Grown) -> None:
    client = create_app(quick.searcher).test_client()
    assert "共 <strong>2</strong> 段" in client.get("/", query_string={"since": quick.times[1]}).get_data(
        as_text=True
    )


def test_what_is_no_moment_is_refused_everywhere(quick: Grown, capsys: pytest.CaptureFixture[str]) -> None:
    client = create_app(quick.searcher).test_client()
    for path in ("/", "/api/v1/search", "/api/v1/search.csv", "/api/v1/trend", "/feed.atom", "/feed.json"):
        assert client.get(path, query_string={"q": "公开", "since": "gestern"}).status_code == 400, path
    with pytest.raises(SystemExit) as done:
        main(["search", "公开", "--since", "gestern", "--index", str(quick.index)])
    assert done.value.code == 2
    assert "2026-11-01" in capsys.readouterr().err


def test_a_cursor_belongs_to_its_moment(quick: Grown) -> None:
    searcher = quick.searcher
    first = searcher.search(SearchRequest(since=quick.times[1], limit=1))
    second = searcher.search(SearchRequest(since=quick.times[1], limit=1, cursor=first.next))
    assert first.hits[0].passage.id != second.hits[0].passage.id
    assert not second.next
    with pytest.raises(RequestError, match="另一个查询"):
        searcher.search(SearchRequest(limit=1, cursor=first.next))


def test_whether_a_query_is_relaxed_does_not_depend_on_the_moment(quick: Grown) -> None:
    # All of its words are in a passage of the first build, half of them in the one of the second.
    asked = "全年公开信息十二条"
    assert quick.texts(asked) == ["全年公开信息十二条。", "全年公开信息三十条。"]
    assert quick.texts(asked, since=quick.times[1]) == []


def test_an_index_put_back_still_knows_when_its_passages_came(tmp_path: Path) -> None:
    grown = grow(tmp_path, "memory")
    Generations(grown.index).rollback()
    assert grown.texts(since=grown.times[1]) == ["新的一年公开信息。"]
    assert moment_text(grown.searcher.newest_time()) == grown.times[1]


def test_a_crash_between_the_swap_and_the_book_hides_nothing_new(tmp_path: Path) -> None:
    grown = grow(tmp_path, "memory")
    with closing(sqlite3.connect(grown.index / "addresses.sqlite")) as book:
        # As it is left when the process dies right behind the swap: entered, not published.
        (current,) = book.execute("SELECT value FROM facts WHERE name = 'generation'").fetchone()
        last = seconds_of_moment(grown.times[2])
        book.execute("INSERT INTO pending_passages SELECT * FROM passages WHERE first_seen = ?", (last,))
        book.execute("DELETE FROM passages WHERE first_seen = ?", (last,))
        book.execute("UPDATE facts SET value = ? WHERE name = 'pending'", (current,))
        book.commit()
    assert grown.texts(since=grown.times[2]) == ["受理申请四件。"]


def test_a_book_that_cannot_be_read_hinders_only_who_asks_it(tmp_path: Path) -> None:
    grown = grow(tmp_path, "memory")
    (grown.index / "addresses.sqlite").write_bytes(b"no database" * 100)
    assert len(grown.texts()) == 6
    with pytest.raises(OperatorError, match="地址簿"):
        grown.texts(since=grown.times[1])


def test_without_a_book_everything_came_with_the_build(tmp_path: Path) -> None:
    grown = grow(tmp_path, "memory")
    (grown.index / "addresses.sqlite").unlink()
    built = grown.searcher.state().built
    assert len(grown.texts(since=built)) == 6
    assert grown.texts(since="2100-01-01") == []
