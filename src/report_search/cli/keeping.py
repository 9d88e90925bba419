"""The commands that keep an index and bring it back: ``snapshot``, ``restore``, ``doctor``, and going back.

The rule: whole or not at all, both ways, and the address book goes along.
"""

from __future__ import annotations

from pathlib import Path

import click

from report_search.cli.click_zh import Command
from report_search.cli.exit_handling import EXIT_OPERATOR
from report_search.cli.output import echo_json, echo_lines
from report_search.cli.query_options import index_option, json_option
from report_search.config import index_folder
from report_search.errors import OperatorError


@click.command(cls=Command, examples=("report-search snapshot 备份/2026-12-01.tar.gz",))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@index_option
@json_option
def snapshot(file: Path, index: Path | None, as_json: bool) -> None:
    """把当前的索引连同地址簿和提醒的进度存成一个文件，可以放到别处，用 restore 恢复。

    存之前逐个核对文件；写完整了才出现在这个名字下。地址簿记着发布过的每个地址，是语料还原不了的。
    """
    from report_search.generations.snapshots import write_snapshot

    facts = write_snapshot(index_folder(index), file)
    if as_json:
        echo_json(facts)
    else:
        click.echo(f"已存为 {file}：{facts.reports} 份报告，{facts.passages} 段，索引 {facts.generation}。")


@click.command(
    cls=Command,
    examples=(
        "report-search restore 备份/2026-12-01.tar.gz --index var/index",
        "report-search restore 备份/2026-12-01.tar.gz --replace",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@index_option
@click.option("--replace", is_flag=True, help="索引目录里已有索引时，换下它。")
@json_option
def restore(file: Path, index: Path | None, replace: bool, as_json: bool) -> None:
    """把 snapshot 存的文件恢复成索引；逐个文件核对无误才启用，否则原来的不变。

    只恢复自己存的快照：快照里的内容不会被当作程序运行，但来历不明的快照可以让检索给出任何结果。
    """
    from report_search.generations.snapshots import restore as restore_snapshot

    folder = index_folder(index)
    facts = restore_snapshot(file, folder, replace=replace)
    if as_json:
        echo_json(facts)
    else:
        click.echo(
            f"已恢复到 {folder}：{facts.reports} 份报告，{facts.passages} 段，索引 {facts.generation}。"
        )


@click.command(
    cls=Command, examples=("report-search doctor", "report-search doctor --index var/index --json")
)
@index_option
@json_option
def doctor(index: Path | None, as_json: bool) -> None:
    """检查索引、地址簿、原文件、磁盘和设置，说明哪里不对、怎么办；只看不改。

    逐个核对索引的全部文件，并试着检索一次。有需要处理的问题时退出码为 1。
    """
    from report_search.export.site_address import configured_site
    from report_search.search.examination import Diagnosis, examine

    findings = examine(index_folder(index))
    try:
        site = configured_site()
        told = f"网站地址：{site.root}" if site else "没有设网站地址，引文按本机地址书写。"
        settings = Diagnosis("settings", "ok", told)
    except OperatorError as error:
        settings = Diagnosis("settings", "failed", error.message, error.hint)
    findings = (*findings, settings)
    if as_json:
        echo_json({"findings": findings})
    else:
        marks = {"ok": "好  ", "warning": "注意", "failed": "不好"}
        for one in findings:
            echo_lines([f"{marks[one.state]}  {one.message}", *([f"      {one.hint}"] if one.hint else [])])
    if any(one.state == "failed" for one in findings):
        raise click.exceptions.Exit(EXIT_OPERATOR)


def roll_back(folder: Path, *, as_json: bool) -> None:
    """Make the generation before the current one current again, as ``index --rollback`` does."""
    from report_search.generations import Generations
    from report_search.presentation.json_payload import info_payload
    from report_search.presentation.terminal import info_lines

    facts = info_payload(Generations(folder).rollback())
    if as_json:
        echo_json(facts)
    else:
        click.echo("已退回到上一次更新之前的索引。再次运行 report-search index 即重新更新。")
        echo_lines(info_lines(facts))
