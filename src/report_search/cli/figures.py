"""The commands on the numbers of the official tables: ``measures``, ``series``, ``sums``, ``data``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_search.cli.click_zh import Command
from report_search.cli.exit_handling import EXIT_OPERATOR
from report_search.cli.output import echo_json, echo_lines, progress_line, site_links
from report_search.cli.query_options import index_option, json_option
from report_search.config import index_folder
from report_search.errors import OperatorError

if TYPE_CHECKING:
    from report_search.figures.checks import Check
    from report_search.figures.of_agency import AgencyFigures
    from report_search.search.searcher import Searcher

DATA_FORMATS = ("csv", "sqlite", "parquet")
KIND_NAMES = ("row-sum", "column-sum", "balance", "review-sum", "carry-over", "prose")


@click.command(
    cls=Command,
    examples=(
        "report-search sums",
        "report-search sums 待发布/2023年报.docx --fail-on balance --fail-on row-sum",
        "report-search sums --agency 外交部 --year 2019..2023 --json",
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@index_option
@click.option("--agency", "agencies", multiple=True, metavar="N", help="机关名称或别名，可重复。")
@click.option("--year", "years", multiple=True, metavar="A..B", help="年份，或一段年份 2019..2023。")
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice(KIND_NAMES),
    help="有这种不一致时以 1 退出，可重复。",
)
@json_option
def sums(files: tuple[Path, ...], index: Path | None, as_json: bool, **options: Any) -> None:
    """核对统计表：各行各列相加、收支平衡、跨年结转、正文与表格，列出不一致之处。

    给出 FILE 时直接核对这些文件，不需要索引，可在发布前自查；不给则核对索引里的全部报告。
    """
    from report_search.presentation.figure_payload import check_line, checks_sum

    if files:
        checks, failed = _sums_of_files(files, quiet=as_json)
    else:
        checks, failed = _sums_of_index(index, options["agencies"], options["years"]), []
    if as_json:
        _echo_checks(checks, failed)
    else:
        echo_lines(map(check_line, checks))
        echo_lines(failed)
        click.echo(checks_sum(checks))
    if failed or {check.kind for check in checks} & set(options["fail_on"]):
        raise click.exceptions.Exit(EXIT_OPERATOR)


def _sums_of_files(files: tuple[Path, ...], *, quiet: bool) -> tuple[list[Check], list[str]]:
    """The checks of files, and a line for each file that could not be read."""
    from indexer.run.sums import sums_of
    from report_search.presentation.file_names import printable_name

    with progress_line(quiet=quiet) as progress:
        found = sums_of(files, progress=progress)
    failed = [f"{printable_name(one.path)}  读取失败（{one.code}）：{one.message}" for one in found.failed]
    return list(found.checks), failed


def _sums_of_index(index: Path | None, agencies: tuple[str, ...], years: tuple[str, ...]) -> list[Check]:
    from report_search.figures.database import FigureDatabase
    from report_search.figures.selection import select
    from report_search.search.searcher import Searcher

    searcher = Searcher(index_folder(index)).pinned()
    return FigureDatabase(searcher.generation()).checks(select(searcher, agencies=agencies, years=years))


def _echo_checks(checks: list[Check], failed: list[str]) -> None:
    from report_search.presentation.figure_payload import check_payload

    echo_json({"checks": [check_payload(one) for one in checks], "total": len(checks), "failed": failed})


def agency_figures_of(searcher: Searcher, name: str) -> AgencyFigures | None:
    """The numbers of an agency through the years; None for an index without figures."""
    from report_search.figures.database import FigureDatabase
    from report_search.figures.of_agency import figures_of_agency

    try:
        return figures_of_agency(searcher, FigureDatabase(searcher.generation()), name=name)
    except OperatorError:
        return None


@click.command(cls=Command, examples=("report-search measures", "report-search measures --json"))
@json_option
def measures(*, as_json: bool) -> None:
    """列出统计表的全部指标：键、名称、单位、见于哪些格式。"""
    from report_search.presentation.figure_payload import measures_payload
    from report_search.taxonomy.measures import measures as listed
    from report_search.taxonomy.measures import ratios

    if as_json:
        echo_json(measures_payload(listed().values(), ratios().values()))
        return
    for one in listed().values():
        click.echo(f"{one.key}  {one.label}（{one.unit}；{'、'.join(one.forms)}）")


@click.command(
    cls=Command,
    examples=(
        "report-search series requests.new.total",
        "report-search series 本年新收·总计 --agency 外交部 --year 2019..2023",
        "report-search series reviews.corrected --csv > 复议纠正.csv",
    ),
)
@click.argument("measure")
@index_option
@click.option("--agency", "agencies", multiple=True, metavar="N", help="机关名称或别名，可重复。")
@click.option("--year", "years", multiple=True, metavar="A..B", help="年份，或一段年份 2019..2023。")
@click.option("--csv", "as_csv", is_flag=True, help="输出 CSV。")
@json_option
def series(measure: str, index: Path | None, as_json: bool, as_csv: bool, **options: Any) -> None:
    """一个指标历年的数，按机关和年份，每个数连同所在的行；指标见 measures。"""
    from report_search.export.figure_csv import series_csv
    from report_search.figures.database import FigureDatabase
    from report_search.figures.selection import measure_of, select
    from report_search.presentation.figure_payload import series_lines, series_payload
    from report_search.search.searcher import Searcher

    found = measure_of(measure)
    searcher = Searcher(index_folder(index)).pinned()
    chosen = select(searcher, agencies=options["agencies"], years=options["years"])
    rows = FigureDatabase(searcher.generation()).series(found.key, chosen)
    if as_json:
        echo_json(series_payload(found, rows, state=searcher.state(), links=site_links()))
    elif as_csv:
        for chunk in series_csv([(found, rows)], site_links()):
            click.echo(chunk, nl=False)
    else:
        echo_lines(series_lines(found, rows))


@click.command(
    cls=Command,
    examples=("report-search data 数据/", "report-search data 数据/ --format sqlite"),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@index_option
@click.option(
    "--format", "format_name", type=click.Choice(DATA_FORMATS), default="csv", help="格式（默认 csv）。"
)
def data(folder: Path, index: Path | None, format_name: str) -> None:
    """把统计表的全部数据写进一个文件夹：cells.csv、data.sqlite 或 cells.parquet。"""
    from report_search.export.data_set import write_data
    from report_search.figures.database import FigureDatabase
    from report_search.search.searcher import Searcher

    database = FigureDatabase(Searcher(index_folder(index)).generation())
    click.echo(f"已写入 {write_data(database, folder, format_name=format_name)}")
