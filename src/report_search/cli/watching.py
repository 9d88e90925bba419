"""``index --watch``: an update after each change of the files, until interrupted.

The rule: it goes on whatever an update came to; each one is told in full, as ``index`` tells it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from report_search.cli.exit_handling import as_own_error
from report_search.cli.output import echo_json_line, echo_lines, progress_line
from report_search.errors import ReportSearchError

if TYPE_CHECKING:
    # Loaded only by whoever indexes: the readers are the slowest part of the program to start.
    from indexer.run.pipeline import IndexJob


def keep_indexing(job: IndexJob, *, as_json: bool) -> None:
    """Run ``job`` now and after each change, until Ctrl+C; with ``as_json`` a line of JSON for each update."""
    from indexer.run.pipeline import run_job
    from indexer.run.watch import Watch
    from report_search.presentation.json_payload import error_payload

    def update() -> None:
        with progress_line(quiet=as_json) as progress:
            summary = run_job(job, progress=progress)
        if as_json:
            echo_json_line(summary.as_json())
        else:
            echo_lines(summary.lines())

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
