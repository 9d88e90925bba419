"""The commands that take results out of the program: ``export`` and ``cite``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_search.cli.click_zh import Command
from report_search.cli.output import echo_json
from report_search.cli.query_options import filter_options, index_option, json_option, strict_request
from report_search.config import index_folder
from report_search.errors import RequestError
from report_search.fields import SORTS

if TYPE_CHECKING:
    from report_search.search.request import SearchRequest
    from report_search.search.searcher import Searcher

FORMAT_NAMES = ("csv", "xlsx", "ndjson", "json", "citations")
STYLE_NAMES = ("gbt7714", "text", "markdown", "bibtex", "ris")
DEFAULT_FORMAT = "csv"


@click.command(
    cls=Command,
    examples=(
        "report-search export 领事保护 --output 领事保护.xlsx",
        "report-search export '\"领事保护\" 年份:2014..2019' --format csv > 结果.csv",
        "report-search export 预算 --sort newest --format ndjson | head",
        "report-search export 领事保护 --format citations --style bibtex --output 引文.bib",
    ),
)
@click.argument("query", default="")
@index_option
@filter_options
@click.option("--sort", default="relevance", type=click.Choice(SORTS), help="排序。")
@click.option("--pick", "picks", multiple=True, metavar="ID", help="只导出这些段落，按给出的次序；可重复。")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMAT_NAMES),
    help="格式；默认看 --output 的扩展名，否则 csv。",
)
@click.option("--style", type=click.Choice(STYLE_NAMES), help="引文的格式（默认 gbt7714）。")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="写入文件；默认写到标准输出。"
)
def export(query: str, index: Path | None, output: Path | None, **options: Any) -> None:
    """导出全部结果，与网页上的内容、次序相同：CSV、Excel、NDJSON、JSON 或引文列表。

    检索式的写法和筛选与 search 相同，不给 QUERY 即导出全部段落。地址按环境变量 REPORT_SEARCH_URL 书写。
    """
    from report_search.search.searcher import Searcher

    format_name = options["format_name"] or _format_of(output, options["style"])
    if format_name == "xlsx" and output is None and sys.stdout.isatty():
        raise RequestError(
            "binary-output",
            "Excel 文件不能显示在终端里。",
            hint="请用 --output 写入文件，或改用 --format csv。",
        )
    asked = strict_request(query, options, sort=options["sort"])
    written_as = (format_name, options["style"])
    chunks = _chunks(Searcher(index_folder(index)), asked, picks=options["picks"], written_as=written_as)
    if output is None:
        _print(chunks)
    else:
        _write(output, chunks)


@click.command(
    cls=Command,
    examples=(
        "report-search cite waijiaobu-2019-87f85258",
        "report-search cite waijiaobu-2019 --style bibtex",
    ),
)
@click.argument("identifier", metavar="ID")
@index_option
@click.option("--style", default="gbt7714", type=click.Choice(STYLE_NAMES), help="格式（默认 gbt7714）。")
@json_option
def cite(identifier: str, index: Path | None, style: str, as_json: bool) -> None:
    """给出一个段落或一份报告的引文，可直接粘贴。

    地址按环境变量 REPORT_SEARCH_URL 书写；没有设置时写本机地址，并注明。
    """
    from report_search.export.citations import Visit, cited_passage, cited_report, style_of
    from report_search.export.site_address import command_line_site
    from report_search.presentation.json_payload import citation_payload
    from report_search.search.searcher import Searcher

    searcher, site = Searcher(index_folder(index)).pinned(), command_line_site()
    if any(summary.id == identifier for summary in searcher.reports()):
        cited = cited_report(searcher.report(identifier), site)
    else:
        cited = cited_passage(searcher.passage(identifier), site)
    text = style_of(style).write(cited, Visit(datetime.now().astimezone().date(), site.is_local))
    if as_json:
        echo_json(citation_payload(style, text))
    else:
        click.echo(text)


def _format_of(output: Path | None, style: str | None) -> str:
    """The format meant where none is named: citations with a style, else what the file is called, else the default."""
    if style:
        return "citations"
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    return suffix if suffix in FORMAT_NAMES else DEFAULT_FORMAT


def _chunks(
    searcher: Searcher, asked: SearchRequest, *, picks: tuple[str, ...], written_as: tuple[str, str | None]
) -> Iterator[bytes]:
    """The export as bytes; what can't be exported raises at once, before anything is written."""
    from report_search.export.citations import citation_chunks, style_of
    from report_search.export.formats import FORMATS
    from report_search.export.rows import Export, search_address
    from report_search.export.site_address import command_line_site

    format_name, style = written_as
    if style and format_name != "citations":
        raise RequestError(
            "style-without-citations", "--style 只用于引文。", hint="请加 --format citations。"
        )
    walk = searcher.walk_chosen(asked, picks) if picks else searcher.walk(asked)
    site = command_line_site()
    made = datetime.now().astimezone()
    result = Export(walk, site, search_address(walk.page.request, site, picks=picks), made)
    if format_name == "citations":
        return citation_chunks(result, style_of(style or ""))
    return FORMATS[format_name].write(result)


def _print(chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        # Bytes, whatever the terminal's encoding: an export is UTF-8 or no text at all.
        click.echo(chunk, nl=False)


def _write(output: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that is there whole or not at all; one of that name is replaced."""
    handle, aside = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(chunks)
        Path(aside).chmod(0o666 & ~_umask())
        Path(aside).replace(output)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """What the system takes from the permissions of a new file; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
