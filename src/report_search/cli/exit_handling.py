"""How the command line ends: an exit code, and an error as people or programs read it.

0 done, 1 the operator must act, 2 the asker must, 130 interrupted by Ctrl+C (as shells have it). The rule: nobody ever
sees a traceback, unless ``REPORT_SEARCH_DEBUG`` asks for it. A reader that stops reading (``| head``) has what it
wanted: that is no error.
"""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

import click

from report_search.cli.click_zh import usage_message
from report_search.cli.output import echo_json
from report_search.config import DEBUG_VARIABLE
from report_search.errors import OperatorError, ReportSearchError, RequestError, machine_fault

EXIT_OPERATOR = 1
EXIT_ASKER = 2
EXIT_INTERRUPTED = 130


class ExitHandling:
    """A context around a command: whatever the command raises becomes a message and an exit code."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def __enter__(self) -> None:
        """Let characters that the output can't show be escaped: they are never an error."""
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
            _redirect_output_to_nowhere()
            sys.exit(0)
        sys.exit(self._exit_code(error))

    def _exit_code(self, error: BaseException) -> int:
        """Print what is to be said of an error, and choose the exit code."""
        if isinstance(error, click.exceptions.Exit):
            return error.exit_code
        if isinstance(error, (click.exceptions.Abort, KeyboardInterrupt)):
            click.echo("已中止。", err=True)
            return EXIT_INTERRUPTED
        own_error = as_own_error(error)
        self._print(own_error)
        return EXIT_ASKER if isinstance(own_error, RequestError) else EXIT_OPERATOR

    def _print(self, error: ReportSearchError) -> None:
        # JSON goes to standard output, where a program that asked for it reads.
        if self._as_json:
            echo_json(_payload(error))
            return
        click.echo(f"错误：{error.message}", err=True)
        if error.hint:
            click.echo(f"      {error.hint}", err=True)
        suggestion = getattr(error, "suggestion", "")
        if suggestion and suggestion not in error.hint:
            click.echo(f"      也许是：{suggestion}", err=True)


def as_own_error(error: BaseException) -> ReportSearchError:
    """The error of ours that says what to do about any other."""
    if isinstance(error, ReportSearchError):
        return error
    if isinstance(error, click.ClickException):
        return RequestError("usage", usage_message(error), hint=_usage_hint(error))
    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    if fault := machine_fault(error):
        return fault
    if isinstance(error, OSError) and error.strerror is not None:
        message = f"文件或目录打不开：{error.filename}（{error.strerror}）。"
        if error.filename is None:
            message = f"读写文件出了差错（{error.strerror}）。"
        return OperatorError("file-system", message, hint="请核对路径、权限和磁盘空间。")
    return OperatorError(
        "internal-error",
        f"系统出现错误（{type(error).__name__}：{error}）。",
        hint=f"请报告此问题；设环境变量 {DEBUG_VARIABLE}=1 再运行一次，可以看到详情。",
    )


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"用法见 {context.command_path} --help" if context is not None else ""


def _payload(error: ReportSearchError) -> Any:
    # Imported here: what only a failing command needs must not slow down the others.
    from report_search.presentation.json_payload import error_payload

    return error_payload(error)


def _redirect_output_to_nowhere() -> None:
    """Nobody reads any more, and Python would fail again when it writes out what is buffered on exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
