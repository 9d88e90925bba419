"""How the command line ends: an exit code, and an error as people or programs read it.

0 done, 1 the operator must act, 2 the asker must. Nobody ever sees a traceback, unless ``REPORT_SEARCH_DEBUG`` asks
for it. A reader that stops reading (``| head``) has what it wanted: no error at all.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from types import TracebackType
from typing import Any

import click

from report_search.cli.click_zh import said
from report_search.errors import OperatorError, ReportSearchError, RequestError

DEBUG_VARIABLE = "REPORT_SEARCH_DEBUG"
EXIT_OPERATOR = 1
EXIT_ASKER = 2


class Leaving:
    """Around a command: whatever it raises becomes words and an exit code."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def __enter__(self) -> None:
        """Characters that the output can't show are replaced, never an error."""
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="backslashreplace")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None or isinstance(error, (SystemExit, GeneratorExit)):
            return
        if isinstance(error, BrokenPipeError):
            _close_output()
            sys.exit(0)
        sys.exit(self._leave(error))

    def _leave(self, error: BaseException) -> int:
        if isinstance(error, click.exceptions.Exit):
            return error.exit_code
        if isinstance(error, (click.exceptions.Abort, KeyboardInterrupt)):
            click.echo("已中止。", err=True)
            return EXIT_OPERATOR
        known = _known(error)
        self._tell(known)
        return EXIT_ASKER if isinstance(known, RequestError) else EXIT_OPERATOR

    def _tell(self, error: ReportSearchError) -> None:
        if self._as_json:
            echo_json(_payload(error))
            return
        click.echo(f"错误：{error.message}", err=True)
        if error.hint:
            click.echo(f"      {error.hint}", err=True)
        suggestion = getattr(error, "suggestion", "")
        if suggestion and suggestion not in error.hint:
            click.echo(f"      也许是：{suggestion}", err=True)


def echo_json(data: Any) -> None:
    """Print ``data`` as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _known(error: BaseException) -> ReportSearchError:
    if isinstance(error, ReportSearchError):
        return error
    if isinstance(error, click.ClickException):
        return RequestError("usage", said(error), hint=_usage_hint(error))
    if os.environ.get(DEBUG_VARIABLE):
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    if isinstance(error, OSError) and error.filename is not None:
        message = f"文件或目录打不开：{error.filename}（{error.strerror}）。"
        return OperatorError("file-system", message, hint="请核对路径、权限和磁盘空间。")
    return OperatorError(
        "internal-error",
        f"程序出了差错（{type(error).__name__}：{error}）。",
        hint=f"请报告此问题；设环境变量 {DEBUG_VARIABLE}=1 再运行一次，可以看到详情。",
    )


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"用法见 {context.command_path} --help" if context is not None else ""


def _payload(error: ReportSearchError) -> Any:
    # Deferred: what a failing command prints is not to slow down those that work.
    from report_search.presentation.json_payload import error_payload

    return error_payload(error)


def _close_output() -> None:
    """Nobody reads any more; what is still buffered goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
