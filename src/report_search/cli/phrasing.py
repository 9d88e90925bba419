"""The commands on wording: ``concordance``, ``phrases``, ``distinctive`` and ``rewriting``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from report_search.cli.click_zh import Command
from report_search.cli.output import echo_json, echo_lines, site_links
from report_search.cli.query_options import filter_options, index_option, json_option, strict_request
from report_search.config import index_folder
from report_search.errors import RequestError

WIDEST = 200
SENTENCE_NAME = "sentence"


@click.command(
    cls=Command,
    examples=(
        "report-search concordance 领事保护",
        "report-search concordance '\"依申请公开\"' --sort left --width 20",
        "report-search concordance 公开 --agency 外交部 --sort year --width sentence --limit 100",
        "report-search concordance 领事保护 --csv > 领事保护.csv",
    ),
)
@click.argument("query", default="")
@index_option
@filter_options
@click.option(
    "--width", default="30", metavar="N", help="两边各几个字，1 到 200（默认 30）；sentence 为整句。"
)
@click.option(
    "--sort",
    default="right",
    type=click.Choice(("right", "left", "year")),
    help="按右边、左边的文字或年份排列（默认 right）。",
)
@click.option("--limit", default=50, type=int, help="最多几行，1 到 100（默认 50）。")
@click.option("--cursor", default="", help="接着上一页的 next 继续。")
@click.option("--csv", "as_csv", is_flag=True, help="输出全部各行为 CSV。")
@json_option
def concordance(query: str, index: Path | None, as_json: bool, as_csv: bool, **options: Any) -> None:
    """逐处并列：检索词的每一处列成一行，居中对齐，按两边的文字归组计数。

    检索式的写法和筛选与 search 相同；行数就是检索结果里标出的处数。
    """
    from report_search.presentation.concordance_payload import concordance_lines, concordance_payload
    from report_search.search.searcher import Searcher
    from report_search.wording.concordance import ConcordanceRequest, concordance_page

    search = strict_request(query, options, limit=options["limit"], cursor=options["cursor"])
    asked = ConcordanceRequest(search, _width(options["width"]), options["sort"])
    searcher = Searcher(index_folder(index)).pinned()
    if as_csv:
        from report_search.export.concordance_csv import concordance_csv
        from report_search.export.site_address import command_line_site
        from report_search.wording.concordance import concordance as whole_concordance

        for chunk in concordance_csv(whole_concordance(searcher, asked), command_line_site()):
            click.echo(chunk, nl=False)
        return
    page = concordance_page(searcher, asked)
    if as_json:
        echo_json(concordance_payload(page, site_links()))
    else:
        echo_lines(concordance_lines(page))


def _width(typed: str) -> int:
    """The width as a number, 0 for the sentence."""
    if typed == SENTENCE_NAME:
        return 0
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:4]) <= WIDEST:
        return int(typed)
    raise RequestError(
        "bad-width",
        f"--width 不能是“{typed}”。",
        hint=f"请给出 1 到 {WIDEST} 之间的字数，或 {SENTENCE_NAME}。",
    )


@click.command(
    cls=Command,
    examples=(
        "report-search phrases 外交部 --year 2019",
        "report-search phrases ziranziyuanbu --year 2018 --lineage --json",
    ),
)
@click.argument("agency", metavar="AGENCY")
@index_option
@click.option("--year", type=click.IntRange(1900, 2999), help="哪一年（默认最近收录的一年）。")
@click.option("--lineage", is_flag=True, help="连同前身的报告一起比较。")
@json_option
def phrases(agency: str, index: Path | None, year: int | None, lineage: bool, as_json: bool) -> None:
    """一个机关某年新出现和不再出现的说法，各附例句，并列出这一年特有的词。

    AGENCY 是机关的编号或名称。“新”只同已收录的年份相比，没有收录的年份会说明。
    """
    from report_search.presentation.phrases_payload import phrases_lines, phrases_payload
    from report_search.search.searcher import Searcher
    from report_search.wording.phrases import year_phrases

    searcher = Searcher(index_folder(index)).pinned()
    card = searcher.agencies().named(agency) or searcher.agencies().card(agency)
    found = year_phrases(searcher, card, year=year, lineage=lineage)
    if as_json:
        echo_json(phrases_payload(found, site_links()))
    else:
        echo_lines(phrases_lines(found))


@click.command(
    cls=Command,
    examples=("report-search rewriting 外交部", "report-search rewriting ziranziyuanbu --json"),
)
@click.argument("agency", metavar="AGENCY")
@index_option
@json_option
def rewriting(agency: str, index: Path | None, as_json: bool) -> None:
    """一个机关各年的年报同上一年相比改写了多少，按章节给出比例。

    AGENCY 是机关的编号或名称。改写的比例：两份报告所有句子的字数中，没有原样保留的占多少；表格不计。
    """
    from report_search.presentation.wording_lines import rewriting_lines
    from report_search.presentation.wording_payload import rewriting_payload
    from report_search.search.searcher import Searcher
    from report_search.wording.rewriting import rewriting as rewriting_of

    searcher = Searcher(index_folder(index)).pinned()
    found = rewriting_of(searcher, searcher.agencies().named(agency) or searcher.agencies().card(agency))
    if as_json:
        echo_json(rewriting_payload(found))
    else:
        echo_lines(rewriting_lines(found))


@click.command(
    cls=Command,
    examples=(
        "report-search distinctive 领事保护",
        "report-search distinctive --agency 外交部 --year 2019 --json",
    ),
)
@click.argument("query", default="")
@index_option
@filter_options
@json_option
def distinctive(query: str, index: Path | None, as_json: bool, **options: Any) -> None:
    """特征词：检索到的段落同其余全部段落相比，用得明显多的词，两边的次数都列出。

    检索式的写法和筛选与 search 相同。只数正文段落里两个字以上的词；表格、标题和停用词不计。
    """
    from report_search.presentation.distinctive_payload import distinctive_lines, distinctive_payload
    from report_search.search.searcher import Searcher
    from report_search.wording.distinctive import selection_words

    found = selection_words(Searcher(index_folder(index)), strict_request(query, options))
    if as_json:
        echo_json(distinctive_payload(found))
    else:
        echo_lines(distinctive_lines(found))
