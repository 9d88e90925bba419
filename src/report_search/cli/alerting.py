"""The commands of alerts: ``alerts run``, ``alerts check`` and ``alerts list``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from report_search.cli.click_zh import Command, Group
from report_search.cli.exit_handling import EXIT_OPERATOR
from report_search.cli.output import echo_json, echo_lines
from report_search.cli.query_options import index_option, json_option
from report_search.config import ALERTS_VARIABLE, alerts_file, index_folder

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _file_option(command: Decorated) -> Decorated:
    """``--file FILE``, the saved searches."""
    return click.option(
        "--file",
        "file",
        type=click.Path(path_type=Path, dir_okay=False),
        default=None,
        help=f"提醒文件（默认取环境变量 {ALERTS_VARIABLE}，否则 alerts.toml）。",
    )(command)


@click.group(
    cls=Group,
    examples=(
        "report-search alerts check",
        "report-search index && report-search alerts run",
        "report-search alerts list --json",
    ),
)
def alerts() -> None:
    """提醒：保存的检索，每次更新索引之后看看有没有新收录的段落，写成文件、发邮件或推送，每段只送一次。

    提醒写在 alerts.toml 里，写法见 docs/alerts.md。
    """


@click.command(
    cls=Command,
    examples=(
        "report-search index && report-search alerts run",
        "report-search alerts run --dry-run",
    ),
)
@_file_option
@index_option
@click.option("--dry-run", is_flag=True, help="只看会找到什么，不记录，也不送出。")
@json_option
def run(file: Path | None, index: Path | None, dry_run: bool, as_json: bool) -> None:
    """运行所有提醒：在上次运行以后新收录的段落中检索，把结果送出。

    一个提醒第一次运行时不送出什么，只记下从何时起；要连同以前的，在提醒里写 since。没有送出的下次再送。
    """
    from report_search.alerts.listing import (
        outcome_lines,
        outcome_payload,
        preview_lines,
        preview_payload,
    )
    from report_search.alerts.running import preview, run_alerts
    from report_search.alerts.saved_searches import read_saved_searches
    from report_search.export.site_address import command_line_site

    searches, root = read_saved_searches(alerts_file(file)), index_folder(index)
    if dry_run:
        found = preview(root, searches)
        _echo(as_json, lambda: preview_payload(searches, found), lines=lambda: preview_lines(searches, found))
        return
    outcome = run_alerts(root, searches, site=command_line_site(), now=datetime.now().astimezone())
    _echo(as_json, lambda: outcome_payload(outcome), lines=lambda: outcome_lines(outcome))
    if not outcome.is_whole:
        raise click.exceptions.Exit(EXIT_OPERATOR)


@click.command(cls=Command, examples=("report-search alerts check",))
@_file_option
@index_option
@json_option
def check(file: Path | None, index: Path | None, as_json: bool) -> None:
    """检查提醒文件：写法、去处和每个检索式，并给出每个检索式现在的结果数。不发送任何东西。"""
    from report_search.alerts.listing import check_lines, check_payload
    from report_search.alerts.running import count_all
    from report_search.alerts.saved_searches import read_saved_searches

    searches = read_saved_searches(alerts_file(file))
    totals = count_all(index_folder(index), searches)
    _echo(as_json, lambda: check_payload(searches, totals), lines=lambda: check_lines(searches, totals))


@click.command("list", cls=Command, examples=("report-search alerts list --json",))
@_file_option
@index_option
@json_option
def list_command(file: Path | None, index: Path | None, as_json: bool) -> None:
    """列出提醒：检索式、去处、上次运行的时间，以及还没有送出的。"""
    from report_search.alerts.listing import state_lines, states_payload
    from report_search.alerts.running import states
    from report_search.alerts.saved_searches import read_saved_searches

    found = states(index_folder(index), read_saved_searches(alerts_file(file)))
    _echo(as_json, lambda: states_payload(found), lines=lambda: state_lines(found))


def _echo(as_json: bool, payload: Callable[[], Any], *, lines: Callable[[], Any]) -> None:
    if as_json:
        echo_json(payload())
    else:
        echo_lines(lines())


for _command in (run, check, list_command):
    alerts.add_command(_command)
