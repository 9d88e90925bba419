"""The command line, and the one place where library, indexer and web UI are put together.

Exit codes: 0 done, 1 the operator must act, 2 the asker must, 130 interrupted. Every reading command has ``--json``.
The rule: what a command does not need is not imported, so ``search`` never loads a reader and ``show`` never loads a
dictionary.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from report_search import __version__
from report_search.cli import (
    alerting,
    collecting,
    counting,
    exporting,
    figures,
    keeping,
    mcp,
    phrasing,
    references,
    serving,
    watching,
    wording,
)
from report_search.cli.click_zh import Group
from report_search.cli.completion import SHELLS, answer_completion, completion_script
from report_search.cli.exit_handling import EXIT_OPERATOR, ExitHandling
from report_search.cli.output import echo_json, echo_lines, may_print_escapes, progress_line, site_links
from report_search.cli.query_options import filter_options, index_option, json_option, strict_request
from report_search.config import DEFAULT_CORPUS, DEFAULT_ENGINE, DEFAULT_LIMIT, index_folder
from report_search.fields import SORTS

PROGRAM = "report-search"


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s", help="显示版本。")
def cli() -> None:
    """政府信息公开年报检索：先 index 建立索引，再 search 检索，或 serve 打开网页。"""


@cli.command(
    "index",
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
def index_command(
    paths: tuple[Path, ...], index: Path | None, engine: str, as_json: bool, **options: bool
) -> None:
    """读入报告并建立索引（默认读 corpus/），只处理有变化的文件。

    索引与所给路径保持一致：不再存在的报告会移出索引，--add 则保留。要失去的报告多于三份、又多于现有的十分之一时，
    不作更新，原来的索引不变。读不出来的文件逐一列出，不影响其他文件；磁盘已满、内存不足时停止，原来的索引不变。
    """
    if options["rollback"]:
        if paths or options["add"] or options["accept_losses"] or options["watch"]:
            raise click.UsageError("--rollback 不读文件，不能与路径、--add、--accept-losses、--watch 同用。")
        keeping.roll_back(index_folder(index), as_json=as_json)
        return
    from indexer.run.pipeline import IndexJob, run_job

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
        watching.keep_indexing(job, as_json=as_json)
        return
    with progress_line(quiet=as_json) as progress:
        summary = run_job(job, progress=progress)
    if as_json:
        echo_json(summary.as_json())
    else:
        echo_lines(summary.lines())
    if not summary.anything_read:
        raise click.exceptions.Exit(EXIT_OPERATOR)


@cli.command(
    examples=(
        "report-search search 领事保护",
        "report-search search '\"领事保护\" 年份:2014..2019'",
        "report-search search 预算 --section overview --sort newest --json",
    )
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
    from report_search.presentation.chosen_fields import read_fields, with_fields, with_row_cells
    from report_search.presentation.json_payload import search_payload
    from report_search.search.searcher import Searcher

    others = {name: options[name] for name in ("sort", "limit", "cursor", "fold")}
    request = strict_request(query, options, group=options["group"] or "", **others)
    if not as_json and (options["fields"] or options["cells"]):
        raise click.UsageError("--fields 和 --cells 要与 --json 同用。")
    fields = read_fields([options["fields"]])
    searcher = Searcher(index_folder(index)).pinned()
    page = searcher.search(request)
    if as_json:
        if options["cells"]:
            page = with_row_cells(page, searcher.generation().report)
        echo_json(with_fields(search_payload(page, site_links()), fields))
        return
    from report_search.presentation.terminal import search_lines

    echo_lines(search_lines(page))


cli.add_command(alerting.alerts)
cli.add_command(counting.trend)
cli.add_command(counting.mentions)
cli.add_command(exporting.export)
cli.add_command(exporting.cite)
cli.add_command(wording.history)
cli.add_command(wording.compare)
cli.add_command(wording.match)
cli.add_command(phrasing.concordance)
cli.add_command(phrasing.phrases)
cli.add_command(phrasing.distinctive)
cli.add_command(phrasing.rewriting)
cli.add_command(references.references)
for command in (figures.measures, figures.series, figures.sums, figures.data):
    cli.add_command(command)


@cli.command(
    examples=(
        "report-search show waijiaobu-2019",
        "report-search show waijiaobu-2019-87f85258 --json",
    )
)
@click.argument("identifier", metavar="ID")
@index_option
@json_option
def show(identifier: str, index: Path | None, as_json: bool) -> None:
    """显示一个段落（连同它在报告中的位置）或一份报告。

    从前发布过的编号一直有效：原文换了地址就显示现在的，已更正或撤下则说明原因和最接近的内容。
    """
    from report_search.presentation.json_payload import passage_payload
    from report_search.presentation.report_payload import report_payload
    from report_search.presentation.terminal import passage_lines, report_lines
    from report_search.search.searcher import Searcher

    searcher = Searcher(index_folder(index)).pinned()
    standing = searcher.standing(identifier)
    if standing.id != identifier:
        click.echo(f"提示：“{identifier}”的内容现在的地址是 {standing.id}，文字没有变。", err=True)
    if standing.kind == "report":
        report = searcher.report(standing.id)
        if as_json:
            passages = searcher.whole_report(report.id)
            echo_json(report_payload(report, passages, links=site_links()))
        else:
            echo_lines(report_lines(report))
        return
    passage = searcher.passage(standing.id)
    later = searcher.superseded_by(passage.report)
    if as_json:
        echo_json(passage_payload(passage, site_links(), superseded_by=later))
    else:
        siblings = searcher.report_passages(passage.report)
        labels = searcher.state().topics
        echo_lines(passage_lines(passage, siblings, superseded_by=later, topic_labels=labels))


@cli.command(examples=("report-search parse corpus/mfa-2019.md --json",))
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


@cli.command(
    examples=(
        "report-search analyze '领事保护 -会议'",
        "report-search analyze 二〇二三年度 --json",
    )
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


@cli.command(
    examples=(
        "report-search check",
        "report-search check 语料/ --json",
    )
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


@cli.command(
    examples=(
        "report-search agencies",
        "report-search agencies 外交部",
        "report-search agencies wjb --json",
    )
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


cli.add_command(collecting.collect)
cli.add_command(serving.serve)
cli.add_command(keeping.snapshot)
cli.add_command(keeping.restore)
cli.add_command(keeping.doctor)


cli.add_command(mcp.mcp)


@cli.command(examples=("report-search info",))
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


@cli.command(
    examples=(
        "report-search demo 演示/",
        "report-search demo 演示/ --agencies 20 --years 2015..2024 --seed 7",
        "report-search demo 演示/ --number 500 --format html --format docx",
        "report-search index 演示/ --index var/demo-index",
    )
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


@cli.command(
    examples=(
        'eval "$(report-search completion bash)"',
        "report-search completion fish > ~/.config/fish/completions/report-search.fish",
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """输出命令补全脚本：bash、zsh 用 eval 载入，fish 存成文件，之后按 Tab 补全命令、选项和取值。"""
    click.echo(completion_script(cli, PROGRAM, shell=shell))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code; no traceback reaches a user."""
    typed = sys.argv[1:] if arguments is None else arguments
    # Looked for by hand, because a command line that can't be parsed has to fail in JSON too.
    with ExitHandling(as_json="--json" in typed):
        # Not cli.main, which has an exit code of its own for a pipe that breaks. So completion is answered here, too.
        answer_completion(cli, PROGRAM)
        colour = None if may_print_escapes() else False
        with cli.make_context(PROGRAM, list(typed), color=colour) as context:
            cli.invoke(context)
        sys.stdout.flush()
        sys.exit(0)
