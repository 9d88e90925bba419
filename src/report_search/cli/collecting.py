"""The commands of collecting: ``collect SEEDS``, ``collect import FILE`` and ``collect verify``.

The rule: only ``collect SEEDS`` uses the network, and only it needs the extra; what a person brings needs neither.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from report_search.cli.click_zh import Command, Group
from report_search.cli.exit_handling import EXIT_OPERATOR
from report_search.cli.output import echo_json, echo_lines, progress_line
from report_search.cli.query_options import index_option, json_option
from report_search.config import index_folder

RUN = "run"


class CollectGroup(Group):
    """A group whose first argument may be a seeds file instead of a command."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.subcommand_metavar = "SEEDS.toml | 命令 …"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command ``run`` before whatever is no command."""
        first = next((one for one in args if not one.startswith("-")), "")
        if first and first not in self.commands and first != "help":
            args = [RUN, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=CollectGroup,
    examples=(
        "report-search collect seeds.toml --dry-run",
        "report-search collect seeds.toml && report-search index collected/",
        "report-search collect import 保存的网页.mhtml --url https://example.gov.cn/2019.html",
        "report-search collect verify waijiaobu-2019-87f85258",
    ),
)
def collect() -> None:
    """采集：按种子文件 SEEDS.toml 到政府网站取年报，原样保存，记下每个文件的来源。

    遵守 robots.txt，同一主机每三秒最多一次请求；网站拒绝的不绕过，由人下载后用 import 收入。写法见 docs/collecting.md。
    """


@click.command(
    RUN,
    cls=Command,
    examples=("report-search collect seeds.toml", "report-search collect seeds.toml --dry-run"),
)
@click.argument("seeds", metavar="SEEDS.toml", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="只读列表，说明会采集什么；不保存，也不记录。")
@click.option("--refresh", is_flag=True, help="已有的也全部重新核对；没有变化的网站不再发一遍。")
@json_option
def run(seeds: Path, dry_run: bool, refresh: bool, as_json: bool) -> None:
    """按种子文件采集（collect SEEDS.toml 就是它）。中断之后再次运行，从断处继续。

    个别网址没有取到不算失败，一一写明原因；没有一个列表读得到，退出码为 1。
    """
    from msgspec.structs import replace

    from indexer.collect.collector import Collector, RunChoices
    from indexer.collect.seeds import load_seeds
    from indexer.collect.settling import settle
    from indexer.collect.work_queue import WorkQueue

    read = load_seeds(seeds)
    with closing(WorkQueue(read.folder, scratch=dry_run)) as queue:
        collector = Collector(read, queue, choices=RunChoices(dry_run, refresh))
        with progress_line(quiet=as_json) as progress:
            summary = collector.run(progress)
        if not dry_run:
            settled = settle(queue, read.folder, seeds=read.seeds)
            summary = replace(summary, reports=settled.reports, skipped=settled.left_out)
    if as_json:
        echo_json(summary.as_json())
    else:
        echo_lines(summary.lines())
        if not dry_run and summary.reports:
            click.echo(f"建立索引：report-search index {read.folder}")
    if summary.is_fruitless:
        raise click.exceptions.Exit(EXIT_OPERATOR)


@click.command(
    "import",
    cls=Command,
    examples=(
        "report-search collect import 网页.mhtml",
        "report-search collect import 2019.pdf --url https://example.gov.cn/2019.pdf --agency 外交部 --year 2019",
        "report-search collect import 访问记录.warc.gz --folder collected",
    ),
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--folder",
    default=Path("collected"),
    type=click.Path(path_type=Path, file_okay=False),
    help="语料目录（默认 collected）。",
)
@click.option("--url", default="", help="文件的网址；网页存档和 WARC 自己写着。")
@click.option("--agency", default="", help="是哪个机关的报告，写进清单。")
@click.option("--year", default=None, type=click.IntRange(1990, 2100), help="是哪一年的报告，写进清单。")
@click.option("--title", default="", help="报告的标题，写进清单。")
@click.option("--fetched", default="", help="何时保存的（日期或时间）；默认按文件所记。")
@json_option
def import_command(files: tuple[Path, ...], folder: Path, as_json: bool, **options: Any) -> None:
    """收入由人保存的网页（HTML、MHTML）、文件（PDF、DOCX……）或 WARC，记下来源，和采集来的一样读取。

    网站拒绝自动访问的报告，用浏览器打开、保存之后从这里收入。
    """
    from indexer.collect.importing import SaidOfImport, import_file
    from indexer.collect.settling import settle
    from indexer.collect.work_queue import WorkQueue

    if len(files) > 1 and any(options[name] for name in ("url", "title", "year")):
        raise click.UsageError("--url、--title、--year 只能用于一个文件。")
    said = SaidOfImport(**options)
    with closing(WorkQueue(folder)) as queue:
        imported = [one for path in files for one in import_file(queue, path, folder=folder, said=said)]
        settled = settle(queue, folder)
    if as_json:
        echo_json({"imported": imported, "reports": settled.reports})
        return
    for one in imported:
        click.echo(f"已收入 {folder / one.file}" + (f"，取自 {one.url}" if one.url else ""))
    click.echo(f"{folder} 里现有 {settled.reports} 份报告。建立索引：report-search index {folder}")


@click.command(
    cls=Command,
    examples=(
        "report-search collect verify",
        "report-search collect verify waijiaobu-2019-87f85258 --json",
    ),
)
@click.argument("passages", metavar="[ID]…", nargs=-1)
@click.option(
    "--folder",
    default=Path("collected"),
    type=click.Path(path_type=Path, file_okay=False),
    help="语料目录（默认 collected）；给出段落编号时以索引所记为准。",
)
@index_option
@json_option
def verify(passages: tuple[str, ...], folder: Path, index: Path | None, as_json: bool) -> None:
    """核对保存的文件与采集时一字节不差；给出段落编号，则证明这段文字在文件里，并指出位置。

    有对不上的，退出码为 1。
    """
    from indexer.collect.proof import file_line, file_payload, prove_files, prove_passages

    if passages:
        proofs = prove_passages(index_folder(index), passages)
        failed = sum(not proof.holds for proof in proofs)
        told: dict[str, Any] = {"passages": [proof.as_json() for proof in proofs]}
        lines = [line for proof in proofs for line in proof.lines()]
    else:
        files = list(prove_files(folder))
        wrong = [proof for proof in files if proof.state != "ok"]
        failed = len(wrong)
        told = {"files": [file_payload(proof) for proof in files]}
        lines = [*map(file_line, wrong), f"核对了 {len(files)} 个文件，{failed} 个对不上。"]
    if as_json:
        echo_json({**told, "failed": failed})
    else:
        echo_lines(lines)
    if failed:
        raise click.exceptions.Exit(EXIT_OPERATOR)


collect.add_command(run)
collect.add_command(import_command)
collect.add_command(verify)
