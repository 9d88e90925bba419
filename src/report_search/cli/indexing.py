"""The commands that read files: ``index``, ``parse``, ``check``, and ``demo``, which makes some."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_search.cli import keeping
from report_search.cli.click_zh import Command
from report_search.cli.exit_handling import EXIT_OPERATOR, as_own_error
from report_search.cli.output import echo_json, echo_json_line, echo_lines, progress_line
from report_search.cli.query_options import index_option, json_option
from report_search.config import DEFAULT_CORPUS, DEFAULT_ENGINE, index_folder
from report_search.errors import ReportSearchError

if TYPE_CHECKING:
    # Loaded only by whoever indexes: the readers are the slowest part of the program to start.
    from indexer.run.pipeline import IndexJob
    from indexer.run.summary import Summary


@click.command(
    "index",
    cls=Command,
    examples=(
        "report-search index",
        "report-search index 语料/ 更多/2023.pdf --engine whoosh",
        "report-search index 新到/ --add",
        "report-search index --rollback",
        "report-search index 语料/ --watch",
    ),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@index_option
@click.option("--engine", default=DEFAULT_ENGINE, help=f"搜索引擎（默认 {DEFAULT_ENGINE}）。")
@click.option("--add", is_flag=True, help="只增补：不移除这次没有给出的报告。")
@click.option("--accept-losses", is_flag=True, help="现有报告大批不见了或读不出来，也照样更新。")
@click.option("--wait", is_flag=True, help="另一个进程正在更新索引时，等它完成。")
@click.option("--rollback", is_flag=True, help="不读文件，退回到上一次更新之前的索引。")
@click.option("--watch", is_flag=True, help="一直看着这些文件，有变化就更新，直到按 Ctrl+C。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON 摘要；与 --watch 同用时每次更新一行。")
def index(paths: tuple[Path, ...], index: Path | None, engine: str, as_json: bool, **options: bool) -> None:
    """读入报告并建立索引（默认读 corpus/），只处理有变化的文件。

    索引与所给路径保持一致：不再存在的报告会移出索引，--add 则保留。要失去的报告多于三份、又多于现有的十分之一时，
    不作更新，原来的索引不变。读不出来的文件逐一列出，不影响其他文件；磁盘已满、内存不足时停止，原来的索引不变。
    """
    if options["rollback"]:
        if paths or options["add"] or options["accept_losses"] or options["watch"]:
            raise click.UsageError("--rollback 不读文件，不能与路径、--add、--accept-losses、--watch 同用。")
        keeping.roll_back(index_folder(index), as_json=as_json)
        return
    from indexer.run.pipeline import IndexJob

    job = IndexJob(
        paths=paths or (DEFAULT_CORPUS,),
        index=index_folder(index),
        engine=engine,
        keep_others=options["add"],
        accept_losses=options["accept_losses"],
        wait=options["wait"] or options["watch"],
    )
    if options["watch"]:
        if options["accept_losses"]:
            raise click.UsageError("--accept-losses 是看过之后才说的，不能与 --watch 同用。")
        _keep_indexing(job, as_json=as_json)
        return
    summary = _run(job, as_json=as_json)
    if not summary.anything_read:
        raise click.exceptions.Exit(EXIT_OPERATOR)


def _run(job: IndexJob, *, as_json: bool, echo: Callable[[Any], None] = echo_json) -> Summary:
    """Run ``job`` and tell what came of it; JSON by ``echo``."""
    from indexer.run.pipeline import run_job

    with progress_line(quiet=as_json) as progress:
        summary = run_job(job, progress=progress)
    if as_json:
        echo(summary.as_json())
    else:
        echo_lines(summary.lines())
    return summary


def _keep_indexing(job: IndexJob, *, as_json: bool) -> None:
    """Run ``job`` now and after each change, until Ctrl+C; with ``as_json`` a line of JSON for each update.

    It goes on whatever an update came to; each one is told in full, as ``index`` tells it.
    """
    from indexer.run.watch import Watch
    from report_search.presentation.json_payload import error_payload

    def update() -> None:
        _run(job, as_json=as_json, echo=echo_json_line)

    def tell(error: ReportSearchError | OSError) -> None:
        known = as_own_error(error)
        if as_json:
            echo_json_line(error_payload(known))
            return
        click.echo(f"错误：{known.message}", err=True)
        click.echo(f"      {known.hint}稍后或文件再有变化时重试。", err=True)

    watch = Watch(job.paths, job.index)
    if not as_json:
        listed = "、".join(map(str, job.paths))
        click.echo(
            f"正在看着 {listed}，文件有变化、静下来 {watch.pace.settle:g} 秒后更新索引；按 Ctrl+C 停止。"
        )
    watch.run(update, on_error=tell)


@click.command(cls=Command, examples=("report-search parse corpus/mfa-2019.md --json",))
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def parse(file: Path, as_json: bool) -> None:
    """显示从一个文件读出了什么：整份报告，连同警告。语料清单对它的说明也计入。"""
    from indexer.run.check import parse_file
    from report_search.passages import passages_with_headings
    from report_search.presentation.report_payload import report_payload
    from report_search.presentation.terminal import report_lines

    report = parse_file(file)
    if as_json:
        echo_json(report_payload(report, passages_with_headings(report)))
    else:
        echo_lines(report_lines(report))


@click.command(
    cls=Command,
    examples=(
        "report-search check",
        "report-search check 语料/ --json",
    ),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@json_option
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """列出报告文件的警告（缺节、残表、存疑的机关或年份），并给出机关×年份收录表。"""
    from indexer.run.check import check_paths

    with progress_line(quiet=as_json) as progress:
        result = check_paths(paths or (DEFAULT_CORPUS,), progress=progress)
    if as_json:
        echo_json(result.as_json())
    else:
        echo_lines(result.lines())
    if not result.anything_read:
        raise click.exceptions.Exit(EXIT_OPERATOR)


@click.command(
    cls=Command,
    examples=(
        "report-search demo 演示/",
        "report-search demo 演示/ --agencies 20 --years 2015..2024 --seed 7",
        "report-search demo 演示/ --number 500 --format html --format docx",
        "report-search index 演示/ --index var/demo-index",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--agencies", default=None, type=click.IntRange(1, 800), help="几个机关（默认 8），每个机关一年一份报告。"
)
@click.option("--years", default=None, metavar="A..B", help="哪些年份（默认 2008..2024）。")
@click.option(
    "--number",
    default=None,
    type=click.IntRange(1, 100_000),
    help="改为随意生成这么多份互不相干的报告，不写 truth.json。",
)
@click.option("--seed", default=1, type=int, help="随机种子：同一种子得到同样的报告（默认 1）。")
@click.option(
    "--format", "formats", multiple=True, help="文件格式，可重复：html、docx、md、pdf、txt（默认全部）。"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON 摘要。")
def demo(folder: Path, formats: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """在新文件夹里生成演示用的合成报告，每份都注明不是真实报告。

    几个虚构的机关逐年各有一份报告，句子历年沿用、改写、拆分、合并，数字逐年变化，有更名、合并、缺年、更正版和故意写错的
    合计；truth.json 写明全部真相。
    """
    from indexer.synthetic.corpus import FORMATS, write_corpus
    from indexer.synthetic.demo.plan import make_corpus
    from indexer.synthetic.demo.write import parse_years, write_demo

    number, chosen, seed = options["number"], formats or FORMATS, options["seed"]
    if number is not None and (options["agencies"] is not None or options["years"] is not None):
        raise click.UsageError("--number 不能与 --agencies、--years 同用。")
    with progress_line(quiet=as_json) as progress:
        if number is not None:
            counts = write_corpus(folder, number=number, seed=seed, formats=chosen, progress=progress)
        else:
            years = parse_years(options["years"] or "2008..2024")
            made = make_corpus(agencies=options["agencies"] or 8, years=years, seed=seed)
            counts = write_demo(folder, made, formats=chosen, progress=progress)
    if as_json:
        echo_json({"folder": str(folder), "reports": dict(counts)})
        return
    listed = "，".join(f"{name} {count} 份" for name, count in sorted(counts.items()))
    click.echo(f"已在 {folder} 生成合成报告：{listed}。")
    click.echo(f"建立索引：report-search index {folder} --index var/demo-index")
