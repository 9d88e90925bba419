"""The commands that set a result against the reports held: ``trend`` and ``mentions``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from report_search.cli.click_zh import Command
from report_search.cli.output import echo_json, echo_lines
from report_search.cli.query_options import filter_options, index_option, json_option, strict_request
from report_search.config import index_folder
from report_search.fields import MENTION_CHOICES, TREND_FIELDS


@click.command(
    cls=Command,
    examples=(
        "report-search trend 领事保护",
        "report-search trend '\"领事保护\" 年份:2014..2019' --by agency",
        "report-search trend 预算 --section overview --json",
    ),
)
@click.argument("query", default="")
@index_option
@filter_options
@click.option(
    "--by", default="year", type=click.Choice(TREND_FIELDS), help="按年份（默认）、机关或章节统计。"
)
@json_option
def trend(query: str, index: Path | None, as_json: bool, **options: Any) -> None:
    """按年份统计：收录的报告中有多少份写到，未收录的年份另行注明。

    只计含全部词语的段落；占比是写到的份数除以收录的份数。检索式的写法和筛选与 search 相同。
    """
    from report_search.presentation.count_payloads import trend_payload
    from report_search.search.counts.asking import count
    from report_search.search.counts.trend import tallies_of, trend_of
    from report_search.search.searcher import Searcher

    request = strict_request(query, options, by=options["by"])
    page = count(Searcher(index_folder(index)), request, tallies=tallies_of(request))
    if as_json:
        echo_json(trend_payload(page))
        return
    from report_search.presentation.count_lines import trend_lines

    echo_lines(trend_lines(page, trend_of(page)))


@click.command(
    cls=Command,
    examples=(
        "report-search mentions 领事保护",
        "report-search mentions '\"一件事一次办\"' --only never",
        "report-search mentions 领事保护 --year 2014..2019 --json",
    ),
)
@click.argument("query", default="")
@index_option
@filter_options
@click.option(
    "--only",
    default="",
    type=click.Choice(MENTION_CHOICES),
    help="只列提到过的（mentioned）或从未提到的（never）。",
)
@json_option
def mentions(query: str, index: Path | None, as_json: bool, **options: Any) -> None:
    """按机关列出：哪些年份的报告提到，哪些收录了却没有提到，哪些没有收录。

    只计含全部词语的段落。检索式的写法和筛选与 search 相同。
    """
    from report_search.presentation.count_payloads import mentions_payload
    from report_search.search.counts.asking import count
    from report_search.search.counts.mentions import TALLIES, mentions_of
    from report_search.search.searcher import Searcher

    page = count(Searcher(index_folder(index)), strict_request(query, options), tallies=TALLIES)
    if as_json:
        echo_json(mentions_payload(page, only=options["only"]))
        return
    from report_search.presentation.count_lines import mentions_lines

    echo_lines(mentions_lines(page, mentions_of(page), only=options["only"]))
