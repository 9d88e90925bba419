"""The concordance: one line a mark, as a plain count finds them; page, API, file and command agree."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.demo.plan import make_corpus
from indexer.synthetic.demo.write import write_demo
from report_search.cli import main
from report_search.errors import GoneError, RequestError
from report_search.passages import Passage
from report_search.query.ast import IncludeHeadings
from report_search.query.evaluate import is_hit, spans, views
from report_search.query.interpret import read
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from report_search.wording import concordance as concordance_module
from report_search.wording.concordance import (
    LINE_ORDERS,
    SENTENCE,
    ConcordanceRequest,
    LineOrder,
    concordance,
    concordance_page,
)
from report_search.wording.concordance_layout import ConcordanceLayout, lay_out
from webui import create_app

pytestmark = pytest.mark.usefixtures("commands_at_localhost")

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
QUERIES = (
    "公开",
    "“公开”",
    "“信息公开” 年份:2014..2019",
    "领事保护",
    "微博 OR 微信",
    "政府 NEAR/8 公开",
    "同句(微博 微信)",
    "领*护",
    "公开 -微博",
    "数:>100",
    "“工作”",
    "“2014年”",
    "的",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real reports and a few invented ones."""
    root = tmp_path_factory.mktemp("concordance")
    write_demo(root / "demo", make_corpus(agencies=1, years=range(2015, 2018), seed=5), formats=("txt",))
    run_job(IndexJob((CORPUS, root / "demo"), root / "index", "whoosh"))
    return root / "index"


@pytest.fixture(scope="module")
def searcher(index: Path) -> Searcher:
    return Searcher(index)


@pytest.fixture(scope="module")
def client(searcher: Searcher) -> FlaskClient:
    app = create_app(searcher)
    app.testing = True
    return app.test_client()


@pytest.fixture(scope="module")
def everything(searcher: Searcher) -> list[Passage]:
    return [passage for one in searcher.reports() for passage in searcher.whole_report(one.id)]


def asked(text: str, order: LineOrder = "right", width: int = 30, **options: object) -> ConcordanceRequest:
    return ConcordanceRequest(SearchRequest(text, **options), width, order)  # type: ignore[arg-type]


def marked(
    searcher: Searcher, passages: list[Passage], text: str, *, titles: bool
) -> Counter[tuple[str, str]]:
    """Every mark of a query, found passage by passage."""
    tree = read(text, searcher.lexicon(), strict=False).tree
    tree = IncludeHeadings(tree) if titles else tree
    found = zip(passages, views(passages), strict=True)
    return Counter(
        (passage.id, " ".join(passage.text[start:end].split()))
        for passage, seen in found
        if is_hit(tree, seen)
        for start, end in spans(tree, seen)
    )


@pytest.mark.parametrize("titles", [False, True])
@pytest.mark.parametrize("text", QUERIES)
def test_the_lines_are_the_marks_of_a_plain_count(
    searcher: Searcher, everything: list[Passage], text: str, titles: bool
) -> None:
    expected = marked(searcher, everything, text, titles=titles)
    assert expected
    for order in LINE_ORDERS:
        found = concordance(searcher, asked(text, order, titles=titles))
        lines = Counter((line.passage.id, " ".join(line.key.split())) for line in found.lines)
        assert lines == expected
        assert sum(group.count for group in found.groups) == len(found.lines)
        assert (found.passages, found.reports) == (
            len({one for one, _ in expected}),
            len({line.passage.report for line in found.lines}),
        )


def test_left_and_right_are_what_is_printed_beside_the_keyword(searcher: Searcher) -> None:
    for line in concordance(searcher, asked("公开", width=12)).lines:
        assert len(line.left) <= 12
        assert len(line.right) <= 12
        printed = line.passage.text.replace("\t", "\u3000").replace("\n", "\u3000")
        assert line.left + line.key + line.right in printed


def test_a_sentence_is_whole_and_no_more(searcher: Searcher) -> None:
    found = concordance(searcher, asked("“公开” 类型:段落", width=SENTENCE))
    for line in found.lines:
        assert not any(end in line.left for end in "。！？；")
        assert not any(end in line.right[:-1].rstrip("”’）") for end in "。！？；")
        whole = line.left + line.key + line.right
        at = line.passage.text.find(whole)
        assert at == 0 or line.passage.text[at - 1] in "。！？；\n”’）"


def test_lines_stand_by_their_context_group_after_group(searcher: Searcher) -> None:
    for order in LINE_ORDERS:
        found = concordance(searcher, asked("公开", order))
        blocks = [
            line.group
            for at, line in enumerate(found.lines)
            if not at or found.lines[at - 1].group != line.group
        ]
        assert len(blocks) == len(set(blocks)) == len(found.groups)
    by_year = concordance(searcher, asked("公开", "year"))
    years = [line.passage.year or 0 for line in by_year.lines]
    assert years == sorted(years, reverse=True)
    assert {g.text: g.count for g in by_year.groups} == {
        str(year): count for year, count in Counter(years).items()
    }
    right = concordance(searcher, asked("公开"))
    assert all(line.right.lstrip().startswith(line.group[:1]) for line in right.lines if line.group.isalpha())


def test_pages_give_every_line_once(searcher: Searcher) -> None:
    whole = concordance(searcher, asked("公开", "left"))
    seen, cursor = [], ""
    while True:
        page = concordance_page(searcher, asked("公开", "left", limit=37, cursor=cursor))
        assert page.first == len(seen) + 1
        seen += page.lines
        cursor = page.next
        if not cursor:
            break
    assert seen == list(whole.lines)
    assert len(seen) > 74


def test_lines_are_laid_out_once_for_all_pages_and_the_file(
    client: FlaskClient, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out = []

    def counted(*args: Any, **options: Any) -> ConcordanceLayout:
        laid_out.append(options)
        return lay_out(*args, **options)

    monkeypatch.setattr(concordance_module, "lay_out", counted)
    lines = concordance(searcher, asked("信息公开", width=29)).lines
    assert len(lines) > 60
    seen, cursor = [], ""
    while cursor or not seen:
        page = concordance_page(searcher, asked("信息公开", width=29, limit=50, cursor=cursor))
        seen += page.lines
        cursor = page.next
    table = client.get("/api/v1/concordance.csv?q=信息公开&width=29").get_data(as_text=True)
    assert laid_out == [{"order": "right", "width": 29}]
    assert seen == list(lines)
    assert (lines[3], lines[-1]) == (seen[3], seen[-1])
    assert len(list(csv.reader(io.StringIO(table)))) == len(lines) + 1
    for other in ("left", "year"):
        concordance(searcher, asked("信息公开", other, width=29))
    concordance(searcher, asked("信息公开", width=29, expand=False))
    assert len(laid_out) == 4


def test_a_cursor_is_bound_to_its_layout(searcher: Searcher) -> None:
    page = concordance_page(searcher, asked("公开", limit=5))
    for other in (
        asked("公开", "left", limit=5, cursor=page.next),
        asked("公开", width=9, limit=5, cursor=page.next),
    ):
        with pytest.raises(RequestError, match="另一个查询"):
            concordance_page(searcher, other)
    search = searcher.search(SearchRequest("公开", limit=5))
    with pytest.raises(RequestError, match="另一个查询"):
        concordance_page(searcher, asked("公开", limit=5, cursor=search.next))


def test_page_api_file_and_command_say_the_same(
    client: FlaskClient, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "?q=“信息公开”&agency=外交部&width=15&sort=left&limit=100"
    api = client.get(f"/api/v1/concordance{address}").get_json()
    lines = [(one["left"], one["key"], one["right"], one["passage"]) for one in api["lines"]]
    assert api["total"]["lines"] == len(lines) > 10
    page = BeautifulSoup(client.get(f"/concordance{address}").text, "lxml")
    rows = [[cell.text for cell in row.find_all("td")[:3]] for row in page.select("table.kwic tr") if row.td]
    assert [tuple(row) for row in rows] == [line[:3] for line in lines]
    file = client.get("/api/v1/concordance.csv?q=“信息公开”&agency=外交部&width=15&sort=left")
    table = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [(row["left"], row["key"], row["right"], row["id"]) for row in table] == [
        (left if not left.startswith(("=", "+", "-", "@")) else f"'{left}", key, right, one)
        for left, key, right, one in lines
    ]
    options = (
        "--index",
        str(index),
        "--agency",
        "外交部",
        "--width",
        "15",
        "--sort",
        "left",
        "--limit",
        "100",
    )
    with pytest.raises(SystemExit):
        main(["concordance", "“信息公开”", *options, "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert [(one["left"], one["key"], one["right"], one["passage"]) for one in printed["lines"]] == lines
    assert printed["groups"] == api["groups"]
    search = client.get("/api/v1/search?q=“信息公开”&agency=外交部&limit=100").get_json()
    assert sum(len(hit["spans"]) for hit in search["hits"]) == len(lines)


def test_a_result_leads_to_its_concordance(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/?q=“信息公开”&year=2014&titles=1").text, "lxml")
    link = page.select_one("a.onward[href^='/concordance']")
    assert link
    shown = BeautifulSoup(client.get(str(link["href"])).text, "lxml")
    assert shown.select("table.kwic mark")
    assert shown.select_one("mark").text == "信息公开"  # type: ignore[union-attr]
    assert not BeautifulSoup(client.get("/?year=2014").text, "lxml").select("a[href^='/concordance?']")


@pytest.mark.parametrize(
    "wrong", ["width=0", "width=201", "width=x", "sort=newest", "strict=0", "cursor=x", "pick=a"]
)
def test_programs_are_told_what_is_wrong(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/api/v1/concordance?q=公开&{wrong}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["hint"]


def test_nothing_asked_and_nothing_found_say_so(client: FlaskClient) -> None:
    assert "先输入要看的词句" in client.get("/concordance").text
    assert "没有找到可以标出的词句" in client.get("/concordance?q=“没有人说过的话”").text
    api = client.get("/api/v1/concordance?q=“没有人说过的话”").get_json()
    assert api["total"] == {"lines": 0, "passages": 0, "reports": 0}
    assert api["next"] is None


def test_an_outdated_cursor_is_gone_for_programs_and_the_first_page_for_people(
    tmp_path: Path,
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = "云州市水利局2019年政府信息公开工作年度报告\n\n一、总体情况\n\n" + "\n\n".join(
        f"第{n}次公开。" for n in range(2, 80)
    )
    (corpus / "a.txt").write_text(text, encoding="utf-8")
    run_job(IndexJob((corpus,), tmp_path / "index", "memory"))
    searcher = Searcher(tmp_path / "index")
    old = concordance_page(searcher, asked("“次公开”", limit=5)).next
    (corpus / "b.txt").write_text(text.replace("水利局2019", "林业局2018"), encoding="utf-8")
    run_job(IndexJob((corpus,), tmp_path / "index", "memory"))
    with pytest.raises(GoneError):
        concordance_page(searcher, asked("“次公开”", limit=5, cursor=old))
    shown = create_app(searcher).test_client().get(f"/concordance?q=“次公开”&limit=5&cursor={old}")
    assert shown.status_code == 200
    assert "索引已经更新" in shown.text
