"""Before anything is asked: the front page, what crawlers and browsers ask of every site, one name for it all."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from report_search.analysis.fingerprint import fingerprint
from report_search.cli import cli
from report_search.config import SITE_NAME
from report_search.engine.registry import open_engine
from report_search.figures.writer import FigureWriter
from report_search.generations import BuildOutcome, Generations
from report_search.search.searcher import Searcher
from webui import create_app
from webui.front.well_known import DISALLOWED

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("/", "/?q=微博", "/mentions", "/about", "/agencies", "/agencies/waijiaobu", "/data", "/data/checks")
WORDING_PAGES = (
    "/match",
    "/concordance?q=微博",
    "/compare?a=waijiaobu-2014&b=waijiaobu-2019",
    "/help",
    "/references",
    "/selection",
)
OLD_WORDS = re.compile(
    r"代次|指纹|cursor|没有读懂|读作|未计|已扩展|逐一放宽|印作|勾稽关系不成立|首末年份|未能读|没有读成|程序出了|语料|字段|分面"
)
"""Words of programmers and of earlier editions; none stands on a page for people."""


def soup(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status, address
    return BeautifulSoup(answer.data, "html.parser")


class TestTheName:
    @pytest.mark.parametrize("address", [*PAGES, *WORDING_PAGES])
    def test_it_is_in_every_title_and_head(self, client: FlaskClient, address: str) -> None:
        page = soup(client, address)
        assert page.title is not None
        assert page.title.get_text().endswith(SITE_NAME)
        assert page.select(".brand-name")[0].get_text() == SITE_NAME

    @pytest.mark.parametrize("document", ["README.md", "README.zh.md", "docs/guide.zh.md"])
    def test_the_documents_use_it(self, document: str) -> None:
        assert SITE_NAME in (ROOT / document).read_text(encoding="utf-8")

    def test_the_command_says_it(self) -> None:
        assert SITE_NAME in CliRunner().invoke(cli, ["--help"]).output

    @pytest.mark.parametrize("address", [*PAGES, *WORDING_PAGES])
    def test_no_page_speaks_of_annual_reports_of_companies(self, client: FlaskClient, address: str) -> None:
        page = soup(client, address)
        for printed in page.select(".hit, .listing a, .kwic, .compared, h1"):
            printed.decompose()
        assert not re.search("年报(?!告)", page.get_text().replace(SITE_NAME, ""))

    @pytest.mark.parametrize("folder", ["webui", "src/report_search", "docs"])
    def test_it_is_written_down_once(self, folder: str) -> None:
        written = (ROOT / folder).rglob("*.py")
        homes = [path.name for path in written if f'"{SITE_NAME}"' in path.read_text(encoding="utf-8")]
        assert homes == (["config.py"] if folder == "src/report_search" else [])


class TestTheFrontPage:
    def test_every_link_leads_somewhere(self, client: FlaskClient) -> None:
        page = soup(client, "/")
        links = [str(link["href"]) for link in page.select("main a[href]")]
        assert len(links) > 20
        for link in links:
            assert client.get(link).status_code == 200, link

    def test_it_says_all_that_can_be_done(self, client: FlaskClient) -> None:
        titles = [title.get_text() for title in soup(client, "/").select(".card h3")]
        assert titles == [
            "查找原文",
            "逐年统计",
            "谁提到，谁没有提到",
            "文字的沿革",
            "比对草稿",
            "逐处并列",
            "统计表里的数",
            "按机关看",
            "引用的文件",
            "收录范围",
            "留意新收录的",
            "导出与引用",
        ]

    def test_its_examples_find_something(self, client: FlaskClient) -> None:
        examples = [str(link["href"]) for link in soup(client, "/").select(".examples a, .card-examples a")]
        assert examples
        for link in examples:
            if link.startswith("/?q="):
                assert soup(client, link).select(".hit"), link

    def test_an_empty_index_offers_nothing(self, app_without_reports: Flask) -> None:
        page = soup(app_without_reports.test_client(), "/")
        assert not page.select(".card, .examples, .browse")
        assert "还没有收录任何报告" in page.get_text()


class TestTheWords:
    @pytest.mark.parametrize(
        "address",
        [
            *PAGES,
            *WORDING_PAGES,
            "/?q=无此词语&year=2014",
            "/?q=“微博",
            "/?q=领保+的",
            "/?years=2019",
            "/?limit=0",
            "/?q=微博&cursor=nonsense",
            "/data/checks?cursor=nonsense",
            "/data/checks?kind=nonsense",
            "/data?measure=nonsense",
            "/mentions?q=微博&only=nonsense",
            "/concordance?q=微博&width=0",
            "/passages/nonsense",
            "/reports/nonsense",
            "/reports/waijiaobu-2019",
        ],
    )
    def test_no_page_speaks_to_programmers(self, client: FlaskClient, address: str) -> None:
        page = BeautifulSoup(client.get(address).data, "html.parser")
        for listed in page.select(".endpoints, .hit"):
            listed.decompose()
        found = OLD_WORDS.search(page.get_text())
        assert found is None, found

    def test_a_program_is_told_the_parameter(self, client: FlaskClient) -> None:
        error = client.get("/api/v1/search?q=a&cursor=nonsense").get_json()["error"]
        assert error["code"] == "bad-cursor"
        assert "cursor" in error["message"]

    def test_a_place_that_is_lost_leads_back_to_the_first_page(self, client: FlaskClient) -> None:
        page = soup(client, "/?q=微博&year=2014&cursor=nonsense", 400)
        restart = next(link for link in page.select(".fault a") if link.get_text() == "从第一页重新检索")
        assert soup(client, str(restart["href"])).select(".hit")
        assert "cursor" not in str(restart["href"])

    def test_what_is_not_held_links_to_what_is(self, client: FlaskClient) -> None:
        assert soup(client, "/reports/nobody-1999", 404).select('.fault-hint a[href="/about"]')


def is_allowed(path: str, rules: list[str]) -> bool:
    """Whether a crawler may ask for ``path`` (RFC 9309: a rule is a beginning, a star stands for anything)."""
    patterns = (re.escape(rule).replace(r"\*", ".*") for rule in rules)
    return not any(re.match(pattern, path) for pattern in patterns)


class TestCrawlers:
    @pytest.fixture
    def rules(self, client: FlaskClient) -> list[str]:
        answer = client.get("/robots.txt")
        assert answer.mimetype == "text/plain"
        first, *others = answer.text.splitlines()
        assert first == "User-agent: *"
        *rules, blank, sitemap = others
        assert (blank, sitemap) == ("", "Sitemap: http://localhost/sitemap.xml")
        return [line.removeprefix("Disallow: ") for line in rules]

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/about",
            "/about?page=2",
            "/reports/waijiaobu-2014",
            "/passages/waijiaobu-2014-00000000",
            "/agencies",
            "/agencies/waijiaobu",
            "/data",
            "/data/checks",
            "/help",
            "/mentions",
            "/match",
            "/static/style.css?v=1",
            "/favicon.ico",
            "/sitemap.xml",
        ],
    )
    def test_what_lasts_may_be_read(self, rules: list[str], path: str) -> None:
        assert is_allowed(path, rules)

    @pytest.mark.parametrize(
        "path",
        [
            "/?q=a&year=2014",
            "/?year=2014",
            "/search?q=a",
            "/mentions?q=a",
            "/concordance?q=a",
            "/selection?pick=a",
            "/compare?a=x&b=y",
            "/reports/waijiaobu-2014?q=a",
            "/reports/waijiaobu-2014/original",
            "/reports/waijiaobu-2014/pages/1.jpg",
            "/passages/waijiaobu-2014-00000000/history?sentence=1",
            "/agencies/waijiaobu/phrases?year=2014",
            "/agencies?q=a",
            "/data?measure=a",
            "/data/cells.csv",
            "/data/data.sqlite",
            "/feed.atom?q=a",
            "/api/v1/search?q=a",
        ],
    )
    def test_what_is_endless_or_large_is_left_alone(self, rules: list[str], path: str) -> None:
        assert not is_allowed(path, rules)

    def test_every_export_and_every_answer_for_programs_is_left_alone(
        self, app: Flask, rules: list[str]
    ) -> None:
        for rule in app.url_map.iter_rules():
            path = example(rule)
            has_suffix = re.search(r"\.(csv|xlsx|ndjson|json|jsonld|sqlite|yml)$", path)
            if path.startswith("/api/") or has_suffix:
                assert not is_allowed(path, rules), path

    def test_below_a_path_the_rules_are_below_it(self, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
        answer = app.test_client().get("/robots.txt", base_url="http://localhost/reports")
        assert "Disallow: /reports/api/" in answer.text.splitlines()
        assert sum(line.startswith("Disallow: ") for line in answer.text.splitlines()) == len(DISALLOWED)
        assert answer.text.endswith("\nSitemap: http://localhost/reports/sitemap.xml\n")


def example(rule: Rule) -> str:
    return re.sub(r"<[^>]*>", "x", rule.rule)


def test_the_icon_is_one_that_browsers_read(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.mimetype in ("image/vnd.microsoft.icon", "image/x-icon")
    reserved, kind, images = struct.unpack_from("<HHH", answer.data)
    assert (reserved, kind, images) == (0, 1, 3)
    for number in range(images):
        width, *_, length, at = struct.unpack_from("<BBBBHHII", answer.data, 6 + 16 * number)
        image = answer.data[at : at + length]
        assert image.startswith(b"\x89PNG")
        assert struct.unpack_from(">II", image, 16) == (width, width)


@pytest.mark.parametrize(
    ("guessed", "there"),
    [
        ("/reports", "/about"),
        ("/search?q=a&year=2014", "/?q=a&year=2014"),
        ("/search/?q=a", "/search?q=a"),
        ("/mentions/?q=a", "/mentions?q=a"),
        ("/data/", "/data"),
        ("/data/checks/", "/data/checks"),
        ("/data/download/", "/data/download"),
        ("/match/", "/match"),
        ("/concordance/?q=a", "/concordance?q=a"),
        ("/compare/?a=x&b=y", "/compare?a=x&b=y"),
        ("/agencies/", "/agencies"),
        ("/selection/", "/selection"),
        ("/robots.txt/", "/robots.txt"),
        ("/favicon.ico/", "/favicon.ico"),
    ],
)
def test_addresses_with_a_slash_too_many_lead_where_the_thing_is(
    client: FlaskClient, guessed: str, there: str
) -> None:
    answer = client.get(guessed)
    assert (answer.status_code, answer.headers["Location"]) == (308, there)


@pytest.fixture
def app_without_reports(tmp_path: Path) -> Flask:
    generations = Generations(tmp_path)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer():
            pass
        engine.close()
        with FigureWriter(draft.folder) as figures:
            figures.finish(())
        generations.publish(draft, BuildOutcome(0, 0))
    return create_app(Searcher(tmp_path))
