"""Commands on wording: ``history``, ``compare``, ``match``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from report_search.cli.click_zh import Command
from report_search.cli.output import echo_json, echo_lines
from report_search.cli.query_options import index_option, json_option
from report_search.config import index_folder
from report_search.errors import RequestError


@click.command(
    cls=Command,
    examples=(
        "report-search history waijiaobu-2019-87f85258",
        "report-search history waijiaobu-2019-87f85258 --sentence 0 --json",
    ),
)
@click.argument("identifier", metavar="ID")
@click.option("--sentence", default=None, type=int, help="段中第几句，从 0 数起（默认最长的一句）。")
@index_option
@json_option
def history(identifier: str, sentence: int | None, index: Path | None, as_json: bool) -> None:
    """显示一个段落里的一句话在同一机关（连同前身）各年报告中的写法：何时首次出现，最近何时修改，改了什么。

    ID 是段落编号，表格的一行给出它的历年数值。没有收录的年份写“未收录”，收录了而没有相近的话写“无相近表述”。
    """
    from report_search.presentation.wording_lines import history_lines
    from report_search.presentation.wording_payload import history_payload
    from report_search.search.searcher import Searcher
    from report_search.wording.history import history as history_of

    found = history_of(Searcher(index_folder(index)), identifier, sentence=sentence)
    if as_json:
        echo_json(history_payload(found))
    else:
        echo_lines(history_lines(found))


@click.command(
    cls=Command,
    examples=("report-search compare waijiaobu-2014 waijiaobu-2019",),
)
@click.argument("older", metavar="REPORT")
@click.argument("newer", metavar="REPORT")
@index_option
@json_option
def compare(older: str, newer: str, index: Path | None, as_json: bool) -> None:
    """逐节对照两份报告：先列只变了数字的，再列改写、新增、删去和移动的，相同的只计数；并给出改写的比例。"""
    from report_search.presentation.wording_lines import comparison_lines
    from report_search.presentation.wording_payload import comparison_payload
    from report_search.search.searcher import Searcher
    from report_search.wording.comparison import compare as compare_reports

    found = compare_reports(Searcher(index_folder(index)), (older, newer))
    if as_json:
        echo_json(comparison_payload(found))
    else:
        echo_lines(comparison_lines(found))


@click.command(
    cls=Command,
    examples=(
        "report-search match 草稿.txt",
        "report-search match 清单.txt --lines --csv > 比对.csv",
        "echo '全年举办新闻发布会22场。' | report-search match",
    ),
)
@click.argument("file", default="-", metavar="[FILE]")
@click.option("--lines", is_flag=True, help="一行一句（最多 500 行）；不给则按句切分（最多 8000 字）。")
@click.option("--csv", "as_csv", is_flag=True, help="输出 CSV 表格，每句每份报告一行。")
@index_option
@json_option
def match(file: str, lines: bool, as_csv: bool, index: Path | None, as_json: bool) -> None:
    """把一段文字（文件，或标准输入）与全部报告比对：每一句在哪个机关哪一年逐字出现、相近（标出改动）、没有。

    读不懂的行会说明原因，不影响其他行。
    """
    from report_search.export.match_table import match_csv
    from report_search.export.site_address import command_line_site
    from report_search.presentation.wording_lines import match_lines
    from report_search.presentation.wording_payload import match_chunks
    from report_search.search.searcher import Searcher
    from report_search.wording.matching import match as match_text

    found = match_text(
        Searcher(index_folder(index)), _read_text(file), mode="lines" if lines else "sentences"
    )
    if as_json:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(match_chunks(found))
    elif as_csv:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(match_csv(found, command_line_site().passage))
    else:
        echo_lines(match_lines(found))


def _read_text(file: str) -> str:
    """The text of a file in UTF-8, ``-`` for standard input; what is no UTF-8 becomes a sign that says so."""
    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise RequestError("no-file", f"读不了文件 {file}。", hint="请检查路径和权限。") from error
