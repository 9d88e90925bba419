"""A few reports in a real index on the memory engine, and the application that serves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.figures.extract import figures_of
from report_search.figures.writer import FigureWriter
from report_search.generations import BuildOutcome, Generations, SourceRecord
from report_search.model import Cell, Evidence, Paragraph, Report, ReportWarning, Row, Section, Source, Table
from report_search.passages import Passage, headings_of, passages_of
from report_search.references.extract import citations_of
from report_search.references.writer import ReferenceWriter
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from report_search.taxonomy import topics
from webui import create_app

LONG = (
    "全年举办记者会一百余次，当日公布内容。" * 8
    + "设立应急呼叫中心，为境外公民提供领事保护与服务。"
    + "继续加强网站建设，及时更新专题栏目。" * 8
)


def _source(path: str, url: str = "") -> Source:
    return Source(path=path, url=url, sha256="0" * 64, format="text")


def _requests_table() -> Table:
    """Two head rows, a header that spans two rows, an empty cell, a note."""

    def value(text: str, column: int, head: str, number: int | None) -> Cell:
        return Cell(text, column, path=("申请人情况", head), value=number)

    return Table(
        rows=(
            Row((Cell("办理情况", 0, 2, 2, True), Cell("申请人情况", 2, 1, 2, True)), is_head=True),
            Row((Cell("自然人", 2, is_header=True), Cell("总计", 3, is_header=True)), is_head=True),
            Row(
                (
                    Cell("三、本年度办理结果", 0, 2, 1, True),
                    Cell("（一）予以公开", 1, is_header=True),
                    value("41", 2, "自然人", 41),
                    value("42", 3, "总计", 42),
                ),
                headers=("三、本年度办理结果", "（一）予以公开"),
            ),
            Row(
                (
                    Cell("1.属于国家秘密", 1, is_header=True),
                    value("", 2, "自然人", None),
                    value("0", 3, "总计", 0),
                ),
                headers=("三、本年度办理结果", "1.属于国家秘密"),
            ),
        ),
        notes=("注：本表数据截至年底。",),
        form="requests-2019",
    )


REPORTS = (
    Report(
        "waijiaobu-2014",
        "外交部",
        "waijiaobu",
        2014,
        "外交部2014年政府信息公开工作情况",
        "2014-12-19",
        _source("mfa-2014.txt", "https://www.example.org/2014.html"),
        (
            Section("", "", "preamble", (Paragraph("2014年，我部扎实推进政府信息公开工作。"),)),
            Section(
                "一",
                "加强主动公开工作",
                "proactive",
                (
                    Paragraph(
                        "（一）做好新闻发布工作。全年发布微博、微信共6755条，提供领事救助202次。",
                        "（一）",
                        "做好新闻发布工作",
                    ),
                    Paragraph(LONG),
                ),
            ),
            Section("五", "继续做好依申请公开工作", "requests", (Paragraph("收到信息公开申请45起。"),)),
        ),
    ),
    Report(
        "waijiaobu-2019",
        "外交部",
        "waijiaobu",
        2019,
        "外交部政府信息公开工作2019年度报告",
        "",
        _source("mfa-2019.md"),
        (
            Section(
                "一", "总体情况", "overview", (Paragraph("加大预防性领事保护宣传力度，微博发布732条。"),)
            ),
            Section("三", "收到和处理申请情况", "requests", (_requests_table(),)),
        ),
        warnings=(ReportWarning("section-missing", "没有第四节。", "第三节之后"),),
        evidence=(Evidence("year", "2019", "标题"),),
    ),
    Report(
        "shanghai-2020",
        "上海市人民政府",
        "shanghai",
        2020,
        "上海市<b>2020</b>年年报",
        "2021-03-31",
        _source("sh-2020.html", "javascript:alert(1)"),
        (
            Section(
                "一",
                "总体情况 & 其他",
                "overview",
                (
                    Paragraph('<script>alert("微博")</script>市民\'微博\' & "微信"'),
                    *(Paragraph(f"第{n}区开通微博。") for n in range(1, 31)),
                ),
            ),
        ),
    ),
)


@pytest.fixture(scope="session")
def passages_by_report() -> dict[str, list[Passage]]:
    """The passages of every report, in order."""
    return {report.id: topics.assign(report, passages_of(report)) for report in REPORTS}


@pytest.fixture(scope="session")
def publish(passages_by_report: dict[str, list[Passage]]) -> Callable[[Path], None]:
    """Publishes a generation with the reports in it below a folder."""
    return lambda root: _fill(root, passages_by_report)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, publish: Callable[[Path], None]) -> Path:
    """A published index of the reports."""
    root = tmp_path_factory.mktemp("index")
    publish(root)
    return root


def _fill(root: Path, passages_by_report: dict[str, list[Passage]]) -> None:
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            for report in REPORTS:
                if report.id not in draft.kept:
                    own = passages_by_report[report.id]
                    writer.add([*own, *headings_of(report, position=len(own))])
                    draft.put(report, passages=len(passages_by_report[report.id]))
        info = engine.info()
        engine.close()
        with FigureWriter(draft.folder) as figures:
            for report in REPORTS:
                figures.put(figures_of(report, passages_by_report[report.id]))
            figures.finish(())
        with ReferenceWriter(draft.folder) as references:
            for report in REPORTS:
                references.put(citations_of(passages_by_report[report.id]))
            references.finish()
        failed = SourceRecord("scan.pdf", "0" * 64, 1, 1, code="no-text", message="扫描件，没有文字。")
        generations.publish(draft, BuildOutcome(info.passages, info.reports, sources=(failed,)))


@pytest.fixture(scope="session")
def app(index: Path) -> Flask:
    searcher = Searcher(index)
    # What is loaded once takes no request's time, whose deadline a busy machine may miss.
    searcher.search(SearchRequest(text="微博"))
    return create_app(searcher)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
