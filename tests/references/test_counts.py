"""Who cites a document is what a look at every passage gives; page, API, CSV and command say the same."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from flask.testing import FlaskClient

from report_search.analysis.fold import fold
from report_search.cli import cli
from report_search.errors import NotFoundError, OperatorError
from report_search.generations import Generations
from report_search.passages import Passage
from report_search.references.database import ReferenceDatabase
from report_search.references.extract import citations_of
from report_search.references.writer import ReferenceWriter
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from tests.analysis.oracle import all_readings, as_text
from tests.references.cited import FORMAT, LAW, NOTICE, PAPER, PLAN, Made, make
from tests.webui.test_api_document import documented
from tests.webui.test_api_document import told as fields_told

pytestmark = pytest.mark.usefixtures("commands_at_localhost")


@pytest.fixture(scope="session")
def database(index: Path) -> ReferenceDatabase:
    generation = Generations(index).current()
    assert generation is not None
    return ReferenceDatabase(generation)


def told(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    payload = answer.get_json()
    assert isinstance(payload, dict)
    return payload


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def everywhere(client: FlaskClient, address: str, name: str) -> list[dict[str, Any]]:
    """The items of a list, page by page."""
    found, cursor = [], ""
    while True:
        payload = told(client, f"{address}?limit=7{cursor}")
        found += payload[name]
        if payload["next"] is None:
            assert payload["total"] == len(found)
            return found
        cursor = f"&cursor={payload['next']}"


def test_every_citation_is_found_and_no_other(made: Made, database: ReferenceDatabase) -> None:
    found = {one.key: {citing.passage for citing in database.citing(one.key)} for one in database.documents()}
    assert found == made.truth
    assert sum(map(len, found.values())) > 200


def test_counts_are_those_of_the_truth(made: Made, database: ReferenceDatabase) -> None:
    passages = {one.id: one for own in made.passages().values() for one in own}
    for document in database.documents():
        citing = [passages[one] for one in made.truth[document.key]]
        assert document.passages == len(citing)
        assert document.reports == len({one.report for one in citing})
        assert document.agencies == len({one.agency for one in citing})
        by_year = Counter(one.year for one in citing)
        assert {one.year: one.passages for one in database.years(document.key)} == by_year


def test_a_printed_form_is_counted_as_the_oracle_and_the_search_count_it(
    made: Made, database: ReferenceDatabase, searcher: Searcher
) -> None:
    texts = {
        one.id: {as_text(reading) for reading in all_readings(fold(one.text))}
        for own in made.passages().values()
        for one in own
    }
    compared = 0
    for document in database.documents():
        for form in database.forms(document.key):
            if form.is_short:
                continue
            wordings = {as_text(reading) for reading in all_readings(fold(form.text))}
            by_hand = sum(
                any(wording in reading for wording in wordings for reading in readings)
                for readings in texts.values()
            )
            by_search = searcher.search(SearchRequest(f'"{form.text}"', limit=1, facets=())).total.passages
            assert form.passages == by_hand == by_search, form
            compared += 1
    assert compared > 12


def test_a_title_alone_is_the_document_of_its_only_number(database: ReferenceDatabase) -> None:
    assert database.document("《2021年示例工作要点》").key == PLAN
    assert database.document("国办公开办函［2021］30号").key == FORMAT
    assert database.document("国务院令第711号").key == LAW
    law = database.document(LAW)
    assert (law.title, law.number) == ("中华人民共和国政府信息公开条例", "国务院令第711号")
    with pytest.raises(NotFoundError) as error:
        database.document("示例工作要点")
    assert "2021年示例工作要点" in error.value.hint


def test_a_heading_cites_as_a_search_finds_it(made: Made, database: ReferenceDatabase) -> None:
    headings = {one.id for own in made.passages().values() for one in own if one.is_heading}
    assert len({one.passage for one in database.citing(PAPER)} & headings) == len(made.reports)


class TestTogether:
    def test_the_list_is_the_same_everywhere(self, client: FlaskClient, index: Path) -> None:
        listed = everywhere(client, "/api/v1/references", "references")
        lines = table(client.get("/api/v1/references.csv").data)
        assert [[one["key"], str(one["passages"]), str(one["reports"])] for one in listed] == [
            [line["key"], line["passages"], line["reports"]] for line in lines
        ]
        printed = json.loads(run("references", "--json", index=index))
        assert printed["references"] == listed
        page = client.get("/references").text
        assert all(f'href="{one["url"]}"' in page for one in listed)
        assert f"共 {len(listed)} 个文件" in page

    @pytest.mark.parametrize("key", [LAW, PLAN, FORMAT, NOTICE, PAPER, "公开办法"])
    def test_a_document_is_the_same_everywhere(self, client: FlaskClient, index: Path, key: str) -> None:
        payload = told(client, f"/api/v1/references/{key}?limit=100")
        citing = everywhere(client, f"/api/v1/references/{key}", "citing")
        lines = table(client.get(f"/api/v1/references/{key}.csv").data)
        assert [one["passage"] for one in citing] == [line["passage"] for line in lines]
        printed = json.loads(run("references", key, "--json", index=index))
        assert [one["passage"] for one in printed["citing"]] == [one["passage"] for one in citing]
        assert printed["years"] == payload["years"]
        assert sum(one["passages"] for one in payload["years"]) == payload["reference"]["passages"]
        assert sum(one["held"] for one in payload["years"]) == 40
        soup = BeautifulSoup(client.get(f"/references/{key}").text, "lxml")
        shown = [str(link["href"]).rpartition("#")[2] for link in soup.select(".citing > li > a")]
        assert shown == [one["passage"] for one in citing][:50]
        assert all(mark.text for mark in soup.select(".citing mark"))
        assert len(soup.select(".citing mark")) == len(shown)

    def test_a_form_leads_to_the_search_that_counts_it(self, client: FlaskClient) -> None:
        soup = BeautifulSoup(client.get(f"/references/{FORMAT}").text, "lxml")
        links = soup.select("#forms + ul a")
        assert len(links) >= 2
        for link in links:
            wanted = str(link.parent.select_one(".count").text).split()[0]  # type: ignore[union-attr]
            total = client.get("/api/v1/search" + str(link["href"]).lstrip("/")).get_json()["total"]
            assert str(total["passages"]) == wanted

    def test_passage_and_report_link_what_they_cite(self, client: FlaskClient, made: Made) -> None:
        passage = sorted(made.truth[NOTICE] & made.truth[PLAN] | made.truth[NOTICE])[0]
        wanted = {key for key, passages in made.truth.items() if passage in passages}
        soup = BeautifulSoup(client.get(f"/passages/{passage}").text, "lxml")
        listed = {str(link["href"]) for link in soup.select(".cited .listing a")}
        keys = {client.get(one).status_code for one in listed}
        assert (len(listed), keys) == (len(wanted), {200})
        inline = {str(link["href"]) for link in soup.select(".quoted a.reference")}
        # What is named inside another title is listed and has no link of its own in the text.
        assert inline <= listed
        assert len(inline) == len(wanted - {"公开办法"})
        report = passage.rpartition("-")[0]
        page = BeautifulSoup(client.get(f"/reports/{report}").text, "lxml")
        of_report = {
            key for key, found in made.truth.items() if any(one.startswith(f"{report}-") for one in found)
        }
        assert len(page.select(".cited .listing li")) == len(of_report)
        paragraph = page.find(id=passage)
        assert paragraph is not None
        assert paragraph.get_text().removesuffix("引用") == soup.select_one(".quoted p").get_text()  # type: ignore[union-attr]

    def test_links_and_marks_stand_together(self, client: FlaskClient, made: Made) -> None:
        passage = sorted(one for one in made.truth[PAPER] if "-h" not in one)[0]
        report = passage.rpartition("-")[0]
        soup = BeautifulSoup(client.get(f"/reports/{report}?q=例日").text, "lxml")
        marked = soup.find(id=passage)
        assert marked is not None
        assert [link.decode_contents() for link in marked.select("a.reference") if "日报" in link.text] == [
            "《示<mark>例日</mark>报》"
        ]

    def test_a_name_leads_to_its_document(self, client: FlaskClient) -> None:
        answer = client.get("/references/2021年示例工作要点")
        assert answer.status_code == 302
        assert client.get(answer.headers["Location"]).status_code == 200
        assert client.get("/api/v1/references/2021年示例工作要点").status_code == 302

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/references/没有这个", 404),
            ("/api/v1/references/没有这个", 404),
            ("/api/v1/references?sort=x", 400),
            ("/api/v1/references?year=1", 400),
            ("/api/v1/references?cursor=x", 400),
            ("/api/v1/references?cursor=000000-abcdef.4", 410),
            ("/api/v1/references.csv?limit=5", 400),
            ("/references?page=9", 404),
            (f"/references/{FORMAT}?page=99", 404),
            ("/references?sort=x", 400),
        ],
    )
    def test_what_means_nothing_is_an_error(self, client: FlaskClient, address: str, status: int) -> None:
        assert client.get(address).status_code == status

    @pytest.mark.parametrize(
        ("typed", "keys"),
        [
            ("工作要点", {PLAN}),
            ("国办", {PLAN, FORMAT}),
            ("国办发[2021]12号", {PLAN}),
            ("公開辦法", {NOTICE, "公开办法"}),
            ("《》", set()),
            ("没有", set()),
        ],
    )
    def test_documents_are_found_by_name(self, client: FlaskClient, typed: str, keys: set[str]) -> None:
        assert {one["key"] for one in told(client, f"/api/v1/references?q={typed}")["references"]} == keys


def run(*arguments: str, index: Path) -> str:
    result = CliRunner().invoke(cli, [*arguments, "--index", str(index)])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_says_it_in_lines(index: Path, made: Made) -> None:
    output = run("references", FORMAT, index=index)
    assert f"{len(made.truth[FORMAT])} 段" in output
    assert "2018年  收录 8 份" in output
    assert "共 2 个文件。" in run("references", "国办", index=index)
    assert run("references", "国办公开办函", index=index) == output
    assert len(table(run("references", PLAN, "--csv", index=index).encode())) == len(made.truth[PLAN])


def content(folder: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(folder / "references.sqlite")) as database:
        return {
            name: sorted(map(repr, database.execute(f"SELECT * FROM {name}")))
            for name in ("citations", "documents", "names", "years", "forms")
        }


def write(folder: Path, passages: dict[str, list[Passage]], *, former: Path | None, kept: set[str]) -> Path:
    folder.mkdir()
    with ReferenceWriter(folder, former=former) as writer:
        writer.keep(kept)
        for name in sorted(passages.keys() - kept):
            writer.put(citations_of(passages[name]))
        writer.finish()
    return folder


def test_an_update_gives_what_a_build_from_nothing_gives(made: Made, tmp_path: Path) -> None:
    whole = made.passages()
    names = sorted(whole)
    # The reports that print a title with its number come late, and others leave.
    first = {name: whole[name] for name in names[:20]}
    before = write(tmp_path / "1", first, former=None, kept=set())
    second = {name: whole[name] for name in names[5:]}
    updated = write(tmp_path / "2", second, former=before, kept=set(names[5:20]))
    assert content(updated) == content(write(tmp_path / "3", second, former=None, kept=set()))


def test_numbers_tell_documents_of_one_title_apart(tmp_path: Path) -> None:
    made = make(8)
    texts = [
        "《年度要点》（示办发〔2020〕1号）印发。",
        "《年度要点》（示办发〔2021〕2号）印发。",
        "按《年度要点》执行。",
    ]
    (first, *_), other = made.passages().values(), []
    for at, text in enumerate(texts):
        passage = first[0].__class__(
            **{
                name: getattr(first[0], name)
                for name in first[0].__struct_fields__
                if name not in ("id", "text", "report")
            },
            id=f"x{at}-1",
            text=text,
            report=f"x{at}",
        )
        other.append(passage)
    folder = write(tmp_path / "1", {one.report: [one] for one in other}, former=None, kept=set())
    found = dict(
        sqlite3.connect(folder / "references.sqlite")
        .execute("SELECT key, passages FROM documents")
        .fetchall()
    )
    assert found == {"示办发2020-1号": 1, "示办发2021-2号": 1, "年度要点": 1}


def test_an_index_without_them_is_no_hindrance_to_reading(
    index: Path, tmp_path: Path, client: FlaskClient, made: Made
) -> None:
    from shutil import copytree

    copy = tmp_path / "index"
    copytree(index, copy)
    generation = Generations(copy).current()
    assert generation is not None
    path = generation.folder / "references.sqlite"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(OperatorError):
        ReferenceDatabase(generation)
    from webui import create_app

    other = create_app(Searcher(copy)).test_client()
    assert other.get("/references").status_code == 503
    assert other.get(f"/reports/{made.reports[0].id}").status_code == 200


def test_counting_a_document_reads_nothing_of_the_others(index: Path) -> None:
    generation = Generations(index).current()
    assert generation is not None
    with closing(sqlite3.connect(generation.folder / "references.sqlite")) as database:
        for statement in (
            "SELECT passages FROM years WHERE document = ? ORDER BY year IS NULL, year",
            "SELECT text FROM forms WHERE document = ? ORDER BY passages",
            "SELECT texts FROM citing WHERE document = ? ORDER BY place",
            "SELECT first FROM citations WHERE passage = ?",
            "SELECT first FROM citations WHERE report = ?",
        ):
            plan = " ".join(str(row) for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", ["x"]))
            assert re.search(r"SEARCH \w+ USING (?:INDEX|PRIMARY KEY)", plan), plan


def test_answers_have_the_documented_fields(client: FlaskClient) -> None:
    assert fields_told(client, "/api/v1/references") == documented("references")
    assert fields_told(client, f"/api/v1/references/{LAW}") == documented("reference")
