"""The commands that ask an index: ``search``, ``show``, ``analyze``, ``agencies``, ``info``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_search.cli.click_zh import Command
from report_search.cli.output import echo_json, echo_lines, site_links
from report_search.cli.query_options import filter_options, index_option, json_option, strict_request
from report_search.config import DEFAULT_LIMIT, index_folder
from report_search.fields import SORTS

if TYPE_CHECKING:
    from report_search.search.searcher import Searcher


@click.command(
    cls=Command,
    examples=(
        "report-search search 领事保护",
        "report-search search '\"领事保护\" 年份:2014..2019'",
        "report-search search 预算 --section overview --sort newest --json",
    ),
)
@click.argument("query", default="")
@index_option
@filter_options
@click.option("--sort", default="relevance", type=click.Choice(SORTS), help="排序。")
@click.option(
    "--limit", default=DEFAULT_LIMIT, type=int, help=f"最多几条，1 到 100（默认 {DEFAULT_LIMIT}）。"
)
@click.option("--cursor", default="", help="接着上一页的 next 继续。")
@click.option("--group", type=click.Choice(("report",)), help="按报告归并：每份报告只列最前的一段。")
@click.option("--fold", is_flag=True, help="合并同文：文字相同或大同小异的段落只列最前的一段。总数不变。")
@click.option("--fields", default="", help="与 --json 同用：每个结果只要这些字段，用逗号隔开。")
@click.option("--cells", is_flag=True, help="与 --json 同用：为表格的行附上各格。")
@json_option
def search(query: str, index: Path | None, as_json: bool, **options: Any) -> None:
    """检索：词语、“原文”、-排除、OR、年份:2014..2019、数:>100、整份:词 等，写法见 docs/guide.zh.md。

    不给 QUERY 即列出全部段落，给 - 则从标准输入读取；筛选可以重复，同一项之间为“或”，各项之间为“且”。
    """
    from report_search.search.searcher import Searcher

    others = {name: options[name] for name in ("sort", "limit", "cursor", "fold")}
    request = strict_request(query, options, group=options["group"] or "", **others)
    if not as_json:
        from report_search.presentation.terminal import search_lines

        if options["fields"] or options["cells"]:
            raise click.UsageError("--fields 和 --cells 要与 --json 同用。")
        echo_lines(search_lines(Searcher(index_folder(index)).search(request)))
        return
    from report_search.presentation.chosen_fields import read_fields, with_fields, with_row_cells
    from report_search.presentation.json_payload import search_payload

    fields = read_fields([options["fields"]])
    searcher = Searcher(index_folder(index)).pinned()
    page = searcher.search(request)
    if options["cells"]:
        page = with_row_cells(page, searcher.generation().report)
    echo_json(with_fields(search_payload(page, site_links()), fields))


@click.command(
    cls=Command,
    examples=(
        "report-search show waijiaobu-2019",
        "report-search show waijiaobu-2019-87f85258 --json",
    ),
)
@click.argument("identifier", metavar="ID")
@index_option
@json_option
def show(identifier: str, index: Path | None, as_json: bool) -> None:
    """显示一个段落（连同它在报告中的位置）或一份报告。

    从前发布过的编号一直有效：原文换了地址就显示现在的，已更正或撤下则说明原因和最接近的内容。
    """
    from report_search.search.searcher import Searcher

    searcher = Searcher(index_folder(index)).pinned()
    standing = searcher.standing(identifier)
    if standing.id != identifier:
        click.echo(f"提示：“{identifier}”的内容现在的地址是 {standing.id}，文字没有变。", err=True)
    show_one = _show_report if standing.kind == "report" else _show_passage
    show_one(searcher, standing.id, as_json=as_json)


def _show_report(searcher: Searcher, identifier: str, *, as_json: bool) -> None:
    report = searcher.report(identifier)
    if as_json:
        from report_search.presentation.report_payload import report_payload

        echo_json(report_payload(report, searcher.whole_report(report.id), links=site_links()))
    else:
        from report_search.presentation.terminal import report_lines

        echo_lines(report_lines(report))


def _show_passage(searcher: Searcher, identifier: str, *, as_json: bool) -> None:
    passage = searcher.passage(identifier)
    later = searcher.superseded_by(passage.report)
    if as_json:
        from report_search.presentation.json_payload import passage_payload

        echo_json(passage_payload(passage, site_links(), superseded_by=later))
    else:
        from report_search.presentation.terminal import passage_lines

        siblings = searcher.report_passages(passage.report)
        labels = searcher.state().topics
        echo_lines(passage_lines(passage, siblings, superseded_by=later, topic_labels=labels))


@click.command(
    cls=Command,
    examples=(
        "report-search analyze '领事保护 -会议'",
        "report-search analyze 二〇二三年度 --json",
    ),
)
@click.argument("text")
@index_option
@json_option
def analyze(text: str, index: Path | None, as_json: bool) -> None:
    """显示一段文字或一个检索式是怎样读的：折叠、分词、查询树。"""
    from report_search.presentation.json_payload import analysis_payload
    from report_search.search.analyze import analyze_text

    analysis = analysis_payload(analyze_text(text, index_folder(index)))
    if as_json:
        echo_json(analysis)
    else:
        from report_search.presentation.terminal import analysis_lines

        echo_lines(analysis_lines(analysis))


@click.command(
    cls=Command,
    examples=(
        "report-search agencies",
        "report-search agencies 外交部",
        "report-search agencies wjb --json",
    ),
)
@click.argument("key", default="", metavar="[KEY]")
@index_option
@json_option
def agencies(key: str, index: Path | None, as_json: bool) -> None:
    """列出机关，或显示一个机关：历年名称、前身、收录和缺少的年份、各年的主题和数字。

    KEY 是机关编号或任何一个名称；不是的，按名称、简称、拼音或拼音首字母查找。
    """
    from report_search.cli.figures import agency_figures_of
    from report_search.presentation.agency_figures import agency_figure_lines, agency_figures_payload
    from report_search.presentation.agency_lines import agencies_lines, agency_lines
    from report_search.presentation.json_payload import (
        agencies_payload,
        agency_detail_payload,
        summary_payload,
    )
    from report_search.search.searcher import Searcher

    searcher = Searcher(index_folder(index))
    directory = searcher.agencies()
    card, found = directory.named(key), directory.cards(key)
    if card is None and (not key or len(found) > 1):
        if as_json:
            echo_json(agencies_payload(found, searcher.state()))
        else:
            echo_lines(agencies_lines(found))
        return
    card = card or (found[0] if found else directory.card(key))
    searcher = searcher.pinned()
    topics, reports = searcher.agency_topics(card), searcher.agency_reports(card)
    figures = agency_figures_of(searcher, card.name)
    if as_json:
        links = site_links()
        series = agency_figures_payload(figures, links=links)
        told = [summary_payload(one, links) for one in reports]
        echo_json(
            agency_detail_payload(card, topics=topics, reports=told, series=series, state=searcher.state())
        )
    else:
        echo_lines(agency_lines(card, topics=topics, reports=reports))
        echo_lines(agency_figure_lines(figures))


@click.command(cls=Command, examples=("report-search info",))
@index_option
@json_option
def info(index: Path | None, as_json: bool) -> None:
    """显示索引的情况：引擎、索引版本、数量、指纹。"""
    from report_search.presentation.json_payload import info_payload
    from report_search.presentation.terminal import info_lines
    from report_search.search.searcher import Searcher

    facts = info_payload(Searcher(index_folder(index)).generation())
    if as_json:
        echo_json(facts)
    else:
        echo_lines(info_lines(facts))
