"""Pages of long searches: they stay small, and every link of them leads where it leads on a page of a short one."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import quote, quote_plus, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder, TestResponse

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.generations import BuildOutcome, Generations
from report_search.model import Paragraph, Report, Section, Source
from report_search.passages import passages_of
from report_search.query.lexer import MAX_LENGTH
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from tests.webui.test_urls import REQUESTS
from webui import create_app, urls
from webui.front import long_searches as routing
from webui.long_searches.carried import LONG
from webui.long_searches.codes import packed
from webui.operating.settings import ServiceSettings

MOST_PAGE_BYTES = 150_000
AGENCIES = [f"示例第{n}市政务服务和数据管理局" for n in range(60)]
YEARS = range(2016, 2020)
PARAGRAPH = (
    "进一步加强政府信息公开工作，推进领事保护与服务信息发布，及时回应社会关切，全年办理依申请公开事项。"
)
FIFTY = "".join(f"&agency={quote_plus(one)}" for one in AGENCIES[:50])
QUERIES = {
    "a paragraph": (PARAGRAPH * 10)[:500],
    "8,000 characters": (PARAGRAPH * 400)[:MAX_LENGTH],
    "words": ("公开 领事 " * 3000)[:MAX_LENGTH].strip(),
    "three hundred words": " ".join(chr(0x4E00 + n % 300) + "公" for n in range(MAX_LENGTH // 3)),
    "OR": ("公开 OR 领事 OR " * 1000)[:7990] + " 办理",
    "one quote": f'"{(PARAGRAPH * 400)[: MAX_LENGTH - 2]}"',
    "many quotes": ('"公开" ' * 3000)[:MAX_LENGTH].strip(),
    "negations": "公开 " + ("-领事 " * 3000)[: MAX_LENGTH - 9].strip(),
    "escaped": "公开 " + "<&'" * 2600,
    "rare characters": "𠀀" * MAX_LENGTH,
    "unbalanced": "公开" + "(" * 7000,
    "blanks": "公开" + " " * 7900 + "领事",
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """More agencies than a facet shows, each with a few years."""
    root = tmp_path_factory.mktemp("many")
    generations = Generations(root)
    with generations.draft(engine="whoosh", fingerprint=fingerprint()) as draft:
        engine = open_engine("whoosh", draft.engine_folder)
        with engine.writer() as writer:
            for n, agency in enumerate(AGENCIES):
                for year in YEARS:
                    report = _report(f"shili-{n}-{year}", agency, year)
                    writer.add(passages_of(report))
                    draft.put(report, passages=2)
        info = engine.info()
        engine.close()
        generations.publish(draft, BuildOutcome(info.passages, info.reports))
    app = create_app(Searcher(root), ServiceSettings(deadline=None))
    return app.test_client()


def _report(name: str, agency: str, year: int) -> Report:
    parts = (
        Section("一", "总体情况", "overview", (Paragraph(f"{year}年，{agency}{PARAGRAPH}"),)),
        Section("二", "主动公开", "proactive", (Paragraph(f"公开微博{year}条。"),)),
    )
    return Report(
        name, agency, name.rpartition("-")[0], year, f"{agency}{year}年报", "", _source(name), parts
    )


def _source(name: str) -> Source:
    return Source(f"{name}.md", "", "0" * 64, "markdown")


def get(client: FlaskClient, address: str) -> TestResponse:
    return client.get(address, follow_redirects=True)


@pytest.mark.parametrize("filters", ["", FIFTY], ids=["no filters", "50 filters"])
@pytest.mark.parametrize("query", ["公开", *QUERIES.values()], ids=["a word", *QUERIES])
def test_no_legal_search_makes_a_large_page(query: str, filters: str, many: FlaskClient) -> None:
    """A query of 1,000 characters made a page of 4.8 MB, one of 8,000 characters 38 MB: it stood in every link."""
    answer = get(many, f"/?q={quote_plus(query)}{filters}")
    assert answer.status_code in (200, 400)
    assert len(answer.data) <= MOST_PAGE_BYTES


@pytest.mark.parametrize("path", ["/mentions", "/concordance", "/distinctive", "/selection"])
def test_nor_does_another_page_of_it(path: str, many: FlaskClient) -> None:
    """A matrix has a size of its own; a text adds itself, twice at most, and the parts that it was read as."""
    short = get(many, f"{path}?q={quote_plus('公开')}{FIFTY}")
    long = get(many, f"{path}?q={quote_plus(QUERIES['8,000 characters'])}{FIFTY}")
    assert short.status_code == long.status_code == 200
    assert len(long.data) <= max(MOST_PAGE_BYTES, len(short.data) + 2 * 3 * MAX_LENGTH + 25_000)


def test_a_hundred_chosen_passages_make_no_large_page(many: FlaskClient) -> None:
    ids = re.findall(r'name="pick" value="([^"]+)"', many.get("/?q=公开&limit=100").text)
    picks = "".join(f"&pick={one}" for one in ids)
    assert len(ids) == 100
    assert len(get(many, f"/?q=公开{picks}").data) <= MOST_PAGE_BYTES


@given(asked=REQUESTS, wanted=REQUESTS)
def test_a_link_leads_to_the_search_that_it_was_made_for(
    app: Flask, asked: SearchRequest, wanted: SearchRequest
) -> None:
    pairs = [
        (name, value)
        for name, given_value in _parameters(app, asked).items()
        for value in ([given_value] if isinstance(given_value, str) else given_value)
    ]
    for path in ("/", "/reports/waijiaobu-2019"):
        address = f"/asked/{packed(pairs)}{path}"
        with app.request_context(_environ(address)):
            link = urls.search_link(wanted)
        parts = urlsplit(urljoin(f"http://localhost{address}", link))
        found = _environ(f"{parts.path}?{parts.query}")
        assert found["PATH_INFO"] == "/"
        with app.request_context(found) as context:
            assert urls.read_request(context.request.args, strict=False) == wanted


def _parameters(app: Flask, request: SearchRequest) -> dict[str, urls.Values]:
    with app.test_request_context("/"):
        return urls.parameters(request)


def _environ(address: str) -> dict[str, object]:
    path, _, query = address.partition("?")
    environ = EnvironBuilder(path=path, query_string=query).get_environ()
    return routing._unpacked(environ) or environ


@pytest.mark.parametrize("filters", ["", "&year=2018&section=overview", FIFTY])
def test_a_long_search_finds_what_it_finds_without_its_address(filters: str, many: FlaskClient) -> None:
    query = QUERIES["a paragraph"]
    first = many.get(f"/?q={quote_plus(query)}{filters}")
    assert first.status_code == 302
    assert first.headers["Cache-Control"] == "no-store"
    page = many.get(first.location)
    asked = f"q={quote_plus(query)}{filters}"
    found = many.get(f"/api/v1/search?{asked}&fields=id").get_json()
    assert f"<strong>{found['total']['passages']}</strong> 段" in page.text
    assert re.findall(r'name="pick" value="([^"]+)"', page.text) == [hit["id"] for hit in found["hits"]]
    # And for programs at the address that the page names.
    link = unescape(re.findall(r'type="application/json" href="([^"]+)"', page.text)[0])
    named = get(many, urljoin(first.location, link)).get_json()
    assert named["total"] == found["total"]


def test_every_link_and_form_of_a_page_leads_somewhere(many: FlaskClient) -> None:
    address = many.get(f"/?q={quote_plus(QUERIES['a paragraph'])}&year=2018").location
    page = many.get(address).text
    links = {unescape(link) for link in re.findall(r'href="(\.[^"]*)"', page)}
    assert len(links) > 30
    for link in links:
        answer = get(many, urljoin(address, link))
        assert answer.status_code == 200, link
    assert re.findall(r'<form class="filters" action="\./"', page)


def test_the_form_of_the_filters_replaces_what_was_ticked(many: FlaskClient) -> None:
    address = many.get(f"/?q={quote_plus(QUERIES['a paragraph'])}&year=2018&sort=newest").location
    form = re.findall(r'<form class="filters".*?</form>', many.get(address).text, re.DOTALL)[0]
    sent = [
        (unescape(name), unescape(value))
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    ]
    assert sent == [("-", "year")]
    asked = many.get(address, query_string=MultiDict([*sent, ("year", "2017"), ("section", "overview")]))
    wanted = many.get(
        f"/?q={quote_plus(QUERIES['a paragraph'])}&section=overview&year=2017&sort=newest"
    ).location
    assert asked.location == wanted


def test_an_address_for_each_search_short_or_long(many: FlaskClient) -> None:
    short = packed([("q", "公开")])
    assert many.get(f"/asked/{short}/mentions").location == f"/mentions?q={quote_plus('公开')}"
    long = f"/asked/{packed([('q', PARAGRAPH * 3)])}/"
    assert many.get(long).status_code == 200
    assert many.get(f"{long}?q=公开").location == f"/?q={quote_plus('公开')}"
    longest_plain = "a" * (LONG - len("q="))
    assert many.get(f"/?q={longest_plain}").status_code == 200
    assert many.get(f"/?q={longest_plain}a").status_code == 302


def test_an_address_that_was_cut_off_is_no_page(many: FlaskClient) -> None:
    code = packed([("q", PARAGRAPH * 3)])
    for address in (
        f"/asked/{code[:-5]}/",
        "/asked/",
        "/asked/x",
        f"/asked/{code}",
        f"/asked/{code}/nowhere",
    ):
        answer = get(many, address)
        assert answer.status_code == 404, address
    assert many.get(f"/asked/{code}/?~q=9.x").status_code == 404
    assert many.post(f"/asked/{code}/").status_code == 404


def test_programs_are_answered_where_they_ask(many: FlaskClient) -> None:
    """A redirect would be a surprise for whoever follows none."""
    query = quote(QUERIES["a paragraph"])
    for path in ("/api/v1/search", "/api/v1/search.csv", "/feed.atom", "/api/v1/trend", "/api/v1/mentions"):
        assert many.get(f"{path}?q={query}").status_code == 200
    first = many.get(f"/asked/{packed([('q', PARAGRAPH * 9)])}/api/v1/search")
    assert first.status_code == 200


def test_the_next_page_of_a_long_search_is_relative_to_it(many: FlaskClient) -> None:
    address = f"/asked/{packed([('q', '公开 ' * 200)])}/api/v1/search"
    answer = many.get(address)
    following = answer.headers["Link"].partition(">")[0].removeprefix("<")
    assert len(following) < 300
    second = get(many, urljoin(f"http://localhost{address}", following)).get_json()
    assert not {hit["id"] for hit in second["hits"]} & {hit["id"] for hit in answer.get_json()["hits"]}


def test_below_a_path_links_stay_below_it(many: FlaskClient) -> None:
    code = packed([("q", PARAGRAPH * 3)])
    environ = EnvironBuilder(path=f"/asked/{code}/mentions").get_environ()
    found = routing._unpacked(environ)
    assert found is not None
    with many.application.request_context({**found, "SCRIPT_NAME": "/reports"}):
        asked = SearchRequest(text=PARAGRAPH * 3)
        assert urls.search_link(asked) == "./"
        assert urls.search_link(replace(asked, sort="newest")) == "./?sort=newest"
        assert urls.endpoint_url("pages.corpus") == "/reports/about"


def test_an_index_of_other_reports_keeps_the_address(many: FlaskClient, tmp_path: Path) -> None:
    """Nothing of a long search is kept by the server: another one answers the same address."""
    address = many.get(f"/?q={quote_plus(QUERIES['a paragraph'])}").location
    generations = Generations(tmp_path)
    with generations.draft(engine="whoosh", fingerprint=fingerprint()) as draft:
        open_engine("whoosh", draft.engine_folder).close()
        generations.publish(draft, BuildOutcome(0, 0))
    assert create_app(Searcher(tmp_path)).test_client().get(address).status_code == 200
