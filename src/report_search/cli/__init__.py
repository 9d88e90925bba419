"""The command line, and the one place where library, indexer and web UI are put together.

Exit codes: 0 done, 1 the operator must act, 2 the asker must, 130 interrupted. Every reading command has ``--json``.
The rule: what a command does not need is not imported, so ``search`` never loads a reader and ``show`` never loads a
dictionary.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from report_search import __version__
from report_search.cli.click_zh import Group
from report_search.cli.completion import (
    SHELLS,
    answer_completion,
    complete_sections,
    complete_topics,
    completion_script,
)
from report_search.cli.exit_handling import EXIT_OPERATOR, ExitHandling
from report_search.cli.output import echo_json, echo_lines, may_print_escapes, progress_line
from report_search.config import DEFAULT_CORPUS, DEFAULT_ENGINE, DEFAULT_LIMIT, INDEX_VARIABLE, index_folder
from report_search.fields import SORTS

PROGRAM = "report-search"
FILTER_OPTIONS = {
    "year": "years",
    "section": "sections",
    "topic": "topics",
    "agency": "agencies",
    "report": "reports",
    "type": "types",
}
"""The field that each repeatable option of ``search`` filters, and the option's parameter."""
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def index_option(command: Decorated) -> Decorated:
    """``--index DIR``, as every command that needs an index takes it."""
    return click.option(
        "--index",
        "index",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help=f"索引所在目录（默认取环境变量 {INDEX_VARIABLE}，否则 var/index）。",
    )(command)


def json_option(command: Decorated) -> Decorated:
    """``--json``, as every reading command takes it."""
    return click.option("--json", "as_json", is_flag=True, help="输出 JSON。")(command)


def read_query(typed: str) -> str:
    """The query as typed; ``-`` stands for standard input, where a text may be long and needs no quoting."""
    return sys.stdin.read().strip() if typed == "-" else typed


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s", help="显示版本。")
def cli() -> None:
    """政府信息公开工作年度报告全文检索：先 index 建立索引，再 search 检索，或 serve 打开网页。"""


@cli.command(
    "index",
    examples=(
        "report-search index",
        "report-search index 语料/ 更多/2023.pdf --engine whoosh",
        "report-search index 新到/ --add",
    ),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@index_option
@click.option("--engine", default=DEFAULT_ENGINE, help=f"搜索引擎（默认 {DEFAULT_ENGINE}）。")
@click.option("--add", is_flag=True, help="只增补：不移除这次没有给出的报告。")
@click.option("--accept-losses", is_flag=True, help="现有报告大批不见了或读不出来，也照样更新。")
@click.option("--wait", is_flag=True, help="另一个进程正在更新索引时，等它完成。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON 摘要。")
def index_command(
    paths: tuple[Path, ...], index: Path | None, engine: str, as_json: bool, **options: bool
) -> None:
    """读入报告并建立索引（默认读 corpus/），只处理有变化的文件。

    索引与所给路径保持一致：不再存在的报告会移出索引，--add 则保留。要失去的报告多于三份、又多于现有的十分之一时，
    不作更新，原来的索引不变。读不出来的文件逐一列出，不影响其他文件；磁盘已满、内存不足时停止，原来的索引不变。
    """
    from indexer.run.pipeline import IndexJob, run_job

    job = IndexJob(
        paths=paths or (DEFAULT_CORPUS,),
        index=index_folder(index),
        engine=engine,
        keep_others=options["add"],
        accept_losses=options["accept_losses"],
        wait=options["wait"],
    )
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
@click.option("--year", "years", multiple=True, metavar="A..B", help="年份，或一段年份 2014..2019。")
@click.option(
    "--section",
    "sections",
    multiple=True,
    metavar="K",
    shell_complete=complete_sections,
    help="章节，如 overview 或 总体情况。",
)
@click.option(
    "--topic",
    "topics",
    multiple=True,
    metavar="K",
    shell_complete=complete_topics,
    help="主题，如 consular-protection。",
)
@click.option("--agency", "agencies", multiple=True, metavar="N", help="机关名称或别名。")
@click.option("--report", "reports", multiple=True, metavar="ID", help="报告编号。")
@click.option("--type", "types", multiple=True, metavar="K", help="类型：paragraph（段落）或 table（表格）。")
@click.option("--sort", default="relevance", type=click.Choice(SORTS), help="排序。")
@click.option(
    "--limit", default=DEFAULT_LIMIT, type=int, help=f"最多几条，1 到 100（默认 {DEFAULT_LIMIT}）。"
)
@click.option("--cursor", default="", help="接着上一页的 next 继续。")
@click.option("--no-expand", is_flag=True, help="不用同义词和简称扩展。")
@click.option("--titles", is_flag=True, help="标题（章节标题、表格栏头、报告名称）里的词也算。")
@json_option
def search(query: str, index: Path | None, as_json: bool, **options: Any) -> None:
    """检索：词语、“原文”、-排除、OR、年份:2014..2019 等，写法见 docs/guide.zh.md。

    不给 QUERY 即列出全部段落，给 - 则从标准输入读取；筛选可以重复，同一项之间为“或”，各项之间为“且”。
    """
    from report_search.presentation.json_payload import search_payload
    from report_search.search.request import SearchRequest
    from report_search.search.searcher import Searcher

    chosen = {field: tuple(options[name]) for field, name in FILTER_OPTIONS.items()}
    request = SearchRequest(
        text=read_query(query),
        filters=tuple((field, values) for field, values in chosen.items() if values),
        sort=options["sort"],
        limit=options["limit"],
        cursor=options["cursor"],
        strict=True,
        expand=not options["no_expand"],
        titles=options["titles"],
    )
    page = Searcher(index_folder(index)).search(request)
    if as_json:
        echo_json(search_payload(page))
        return
    from report_search.presentation.terminal import search_lines

    echo_lines(search_lines(page))


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
    """显示一个段落（连同它在报告中的位置）或一份报告。"""
    from report_search.presentation.json_payload import passage_payload, report_payload
    from report_search.presentation.terminal import passage_lines, report_lines
    from report_search.search.searcher import Searcher

    searcher = Searcher(index_folder(index))
    if any(summary.id == identifier for summary in searcher.reports()):
        report = searcher.report(identifier)
        if as_json:
            echo_json(report_payload(report))
        else:
            echo_lines(report_lines(report))
        return
    passage = searcher.passage(identifier)
    if as_json:
        echo_json(passage_payload(passage))
    else:
        echo_lines(passage_lines(passage, searcher.report_passages(passage.report)))


@cli.command(examples=("report-search parse corpus/mfa-2019.md --json",))
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def parse(file: Path, as_json: bool) -> None:
    """显示从一个文件读出了什么：整份报告，连同警告。语料清单对它的说明也计入。"""
    from indexer.run.check import parse_file
    from report_search.presentation.json_payload import report_payload
    from report_search.presentation.terminal import report_lines

    report = parse_file(file)
    if as_json:
        echo_json(report_payload(report))
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
        "report-search serve",
        "report-search serve --host 0.0.0.0 --port 8080",
    )
)
@index_option
@click.option("--host", default="127.0.0.1", help="监听的地址（默认 127.0.0.1，只供本机访问）。")
@click.option("--port", default=8000, type=click.IntRange(0, 65535), help="端口（默认 8000），0 为任选。")
def serve(index: Path | None, host: str, port: int) -> None:
    """启动网页界面和 API。"""
    from report_search.search.searcher import Searcher
    from webui.serving import serve_forever

    folder = index_folder(index)
    # Opened before the address is announced: a server whose every page says 503 helps nobody.
    Searcher(folder).generation()
    serve_forever(folder, host=host, port=port, announce=click.echo)


@cli.command(examples=("report-search info",))
@index_option
@json_option
def info(index: Path | None, as_json: bool) -> None:
    """显示索引的情况：引擎、版本、数量、指纹。"""
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
        "report-search demo 演示/ --number 500 --format html --format docx",
        "report-search index 演示/ --index var/demo",
    )
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--number", default=60, type=click.IntRange(1, 100_000), help="生成几份（默认 60）。")
@click.option("--seed", default=1, type=int, help="随机种子：同一种子得到同样的报告（默认 1）。")
@click.option(
    "--format", "formats", multiple=True, help="文件格式，可重复：html、docx、md、pdf、txt（默认全部）。"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON 摘要。")
def demo(folder: Path, number: int, seed: int, formats: tuple[str, ...], as_json: bool) -> None:
    """在新文件夹里生成演示用的合成报告，每份都注明不是真实报告。"""
    from indexer.synthetic.corpus import FORMATS, write_corpus

    counts = write_corpus(folder, number=number, seed=seed, formats=formats or FORMATS)
    if as_json:
        echo_json({"folder": str(folder), "reports": dict(counts)})
        return
    listed = "，".join(f"{name} {count} 份" for name, count in sorted(counts.items()))
    click.echo(f"已在 {folder} 生成合成报告：{listed}。")
    click.echo(f"建立索引：report-search index {folder} --index var/demo")


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
