"""The command line, and the one place where library, indexer and web UI are put together.

Exit codes: 0 done, 1 the operator must act, 2 the asker must. Every reading command has ``--json``. What a command
does not need is not imported: ``search`` never loads a reader, ``show`` never loads a dictionary.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from report_search import __version__
from report_search.config import DEFAULT_CORPUS, DEFAULT_ENGINE, DEFAULT_LIMIT, INDEX_VARIABLE, index_folder
from report_search.errors import ReportSearchError, RequestError

Command = TypeVar("Command", bound=Callable[..., Any])

EXIT_OPERATOR = 1
EXIT_ASKER = 2


def index_option(command: Command) -> Command:
    """``--index DIR``, as every command that needs an index takes it."""
    return click.option(
        "--index",
        "index",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help=f"索引所在目录（默认取环境变量 {INDEX_VARIABLE}，否则 var/index）。",
    )(command)


def json_option(command: Command) -> Command:
    """``--json``, as every reading command takes it."""
    return click.option("--json", "as_json", is_flag=True, help="输出 JSON。")(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="report-search")
def cli() -> None:
    """政府信息公开工作年度报告全文检索。"""


@cli.command("index")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@index_option
@click.option("--engine", default=DEFAULT_ENGINE, show_default=True, help="搜索引擎。")
@click.option("--add", is_flag=True, help="只增补：不移除这次没有给出的报告。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON 摘要。")
def index_command(paths: tuple[Path, ...], index: Path | None, engine: str, add: bool, as_json: bool) -> None:
    """读入报告并建立索引（默认读 corpus/），只处理有变化的文件。

    索引与所给路径保持一致：不再存在的报告会移出索引，--add 则保留。
    """
    from indexer.pipeline import IndexJob, run_job

    job = IndexJob(
        paths=paths or (DEFAULT_CORPUS,), index=index_folder(index), engine=engine, keep_others=add
    )
    with _progress(quiet=as_json) as progress:
        summary = run_job(job, progress=progress)
    if as_json:
        _echo_json(summary.as_json())
    else:
        for line in summary.lines():
            click.echo(line)
    if not summary.anything_read:
        raise click.exceptions.Exit(EXIT_OPERATOR)


@cli.command()
@click.argument("query", default="")
@index_option
@click.option("--year", "years", multiple=True, metavar="A..B", help="年份，或一段年份 2014..2019。")
@click.option("--section", "sections", multiple=True, metavar="K", help="章节，如 overview 或 总体情况。")
@click.option("--topic", "topics", multiple=True, metavar="K", help="主题，如 consular-protection。")
@click.option("--agency", "agencies", multiple=True, metavar="N", help="机关名称或别名。")
@click.option("--report", "reports", multiple=True, metavar="ID", help="报告编号。")
@click.option(
    "--type", "types", multiple=True, type=click.Choice(["paragraph", "table"]), help="段落或表格。"
)
@click.option(
    "--sort", default="relevance", type=click.Choice(["relevance", "newest", "oldest"]), help="排序。"
)
@click.option("--limit", default=DEFAULT_LIMIT, show_default=True, type=int, help="最多几条（1 到 100）。")
@click.option("--cursor", default="", help="接着上一页的 next 继续。")
@click.option("--no-expand", is_flag=True, help="不用同义词和简称扩展。")
@json_option
def search(query: str, index: Path | None, as_json: bool, **options: Any) -> None:
    """检索。QUERY 的写法见 docs/guide.zh.md，例：'领事保护 年份:2014..2019'。"""
    from report_search.payload import search_payload
    from report_search.request import SearchRequest
    from report_search.search import Searcher

    fields = ("year", "section", "topic", "agency", "report", "type")
    names = ("years", "sections", "topics", "agencies", "reports", "types")
    filters = tuple((f, tuple(options[n])) for f, n in zip(fields, names, strict=True) if options[n])
    request = SearchRequest(
        text=query,
        filters=filters,
        sort=options["sort"],
        limit=options["limit"],
        cursor=options["cursor"],
        strict=True,
        expand=not options["no_expand"],
    )
    page = Searcher(index_folder(index)).search(request)
    if as_json:
        _echo_json(search_payload(page))
        return
    from report_search.terminal import search_lines

    _echo_lines(search_lines(page))


@cli.command()
@click.argument("identifier", metavar="ID")
@index_option
@json_option
def show(identifier: str, index: Path | None, as_json: bool) -> None:
    """显示一个段落（连同它在报告中的位置）或一份报告。"""
    from report_search.errors import NotFoundError
    from report_search.payload import passage_payload, report_payload
    from report_search.search import Searcher
    from report_search.terminal import passage_lines, report_lines

    searcher = Searcher(index_folder(index))
    try:
        passage = searcher.passage(identifier)
    except NotFoundError:
        report = searcher.report(identifier)
        if as_json:
            _echo_json(report_payload(report))
        else:
            _echo_lines(report_lines(report))
        return
    if as_json:
        _echo_json(passage_payload(passage))
    else:
        _echo_lines(passage_lines(passage, searcher.report_passages(passage.report)))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def parse(file: Path, as_json: bool) -> None:
    """显示读取器从一个文件读出了什么：整份报告。"""
    from indexer.reading import read_file
    from report_search.payload import report_payload
    from report_search.terminal import report_lines

    report = read_file(file)
    if as_json:
        _echo_json(report_payload(report))
    else:
        _echo_lines(report_lines(report))


@cli.command()
@click.argument("text")
@index_option
@json_option
def analyze(text: str, index: Path | None, as_json: bool) -> None:
    """显示一段文字或一个检索式是怎样读的：折叠、分词、查询树。"""
    from report_search.explain import explain

    told = explain(text, index_folder(index))
    if as_json:
        _echo_json(told)
    else:
        from report_search.terminal import explain_lines

        _echo_lines(explain_lines(told))


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@json_option
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """列出报告文件的警告（缺节、残表、存疑的机关或年份），并给出机关×年份收录表。"""
    from indexer.checking import check_paths

    with _progress(quiet=as_json) as progress:
        result = check_paths(paths or (DEFAULT_CORPUS,), progress=progress)
    if as_json:
        _echo_json(result.as_json())
    else:
        _echo_lines(result.lines())
    if not result.anything_read:
        raise click.exceptions.Exit(EXIT_OPERATOR)


@cli.command()
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址。")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="端口，0 为任选。"
)
def serve(index: Path | None, host: str, port: int) -> None:
    """启动网页界面和 API。"""
    from webui.serving import serve_forever

    serve_forever(index_folder(index), host=host, port=port, announce=click.echo)


@cli.command()
@index_option
@json_option
def info(index: Path | None, as_json: bool) -> None:
    """显示索引的情况：引擎、版本、数量、指纹。"""
    from report_search.search import Searcher
    from report_search.terminal import info_lines, info_payload

    told = info_payload(Searcher(index_folder(index)).generation())
    if as_json:
        _echo_json(told)
    else:
        _echo_lines(info_lines(told))


@dataclass(frozen=True, slots=True)
class _Failure:
    """How an error leaves the command line."""

    error: ReportSearchError

    def leave(self, *, as_json: bool) -> int:
        from report_search.payload import error_payload

        if as_json:
            _echo_json(error_payload(self.error))
        else:
            click.echo(f"错误：{self.error.message}", err=True)
            if self.error.hint:
                click.echo(f"      {self.error.hint}", err=True)
            if isinstance(self.error, RequestError) and self.error.suggestion:
                click.echo(f"      也许是：{self.error.suggestion}", err=True)
        return EXIT_ASKER if isinstance(self.error, RequestError) else EXIT_OPERATOR


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress line on standard error: what is done, how many of how many; nothing where nobody looks."""
    shown = sys.stderr.isatty() and not quiet

    def tell(what: str, done: int, total: int) -> None:
        if shown:
            click.echo(f"\r{what} {done}/{total}\x1b[K", nl=False, err=True)

    yield tell
    if shown:
        click.echo("\r\x1b[K", nl=False, err=True)


def _echo_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _echo_lines(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code; no traceback reaches a user."""
    asked = sys.argv[1:] if arguments is None else arguments
    try:
        code = cli.main(asked, prog_name="report-search", standalone_mode=False)
    except ReportSearchError as error:
        sys.exit(_Failure(error).leave(as_json="--json" in asked))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("已中止。", err=True)
        sys.exit(EXIT_OPERATOR)
    sys.exit(code if isinstance(code, int) else 0)
