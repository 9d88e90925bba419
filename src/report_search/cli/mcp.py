"""The command ``mcp``: the tools for agents over standard input and output, one message a line.

The rule: nothing but replies is ever written to standard output; whatever else is printed goes to standard error.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from report_search.cli.click_zh import Command
from report_search.cli.exit_handling import EXIT_INTERRUPTED
from report_search.cli.query_options import index_option
from report_search.config import DEBUG_VARIABLE, index_folder

if TYPE_CHECKING:
    from report_search.presentation.mcp.server import Conversation
    from report_search.presentation.mcp.setting import Setting


@click.command(
    "mcp",
    cls=Command,
    examples=(
        "report-search mcp",
        "report-search mcp --index var/demo-index",
    ),
)
@index_option
def mcp(index: Path | None) -> None:
    """经标准输入输出为智能体提供检索工具（MCP）：检索、读原文、提纲、沿革、比较、数据、核对、提及、收录。

    由支持 MCP 的客户端启动，一行一条 JSON 消息，输入结束即退出；配置见 docs/mcp.md。网址取环境变量 REPORT_SEARCH_URL。
    """
    from report_search.long_process import expect_long_process
    from report_search.presentation.mcp.server import Conversation

    if not os.environ.get(DEBUG_VARIABLE):
        # A fault inside the program is told in its reply; a traceback is nobody's but the maintainer's.
        logging.getLogger("report_search.mcp").addHandler(logging.NullHandler())
    conversation = Conversation(_setting_of(index_folder(index)))
    output = sys.stdout.buffer
    expect_long_process()
    try:
        with redirect_stdout(sys.stderr):
            _converse(conversation, sys.stdin.buffer, output)
    except KeyboardInterrupt:
        raise click.exceptions.Exit(EXIT_INTERRUPTED) from None


def _setting_of(folder: Path) -> Callable[[], Setting]:
    """What each call is answered from: the generation that is current then."""
    from report_search.export.site_address import command_line_site
    from report_search.figures.database import FigureDatabase
    from report_search.presentation.mcp.setting import Setting
    from report_search.search.searcher import Searcher

    searcher, site = Searcher(folder), command_line_site()

    def setting() -> Setting:
        pinned = searcher.pinned()
        return Setting(pinned, lambda: FigureDatabase(pinned.generation()), site)

    return setting


def _converse(conversation: Conversation, source: BinaryIO, output: BinaryIO) -> None:
    for line in _lines(source):
        if not line.strip():
            continue
        body = conversation.answer(line).body
        if body is not None:
            output.write(body + b"\n")
            output.flush()


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """The lines of ``source``; of one that is too long as much as shows that it is, the rest passed over."""
    from report_search.presentation.mcp.server import MOST_BYTES

    most = MOST_BYTES + 2
    while line := source.readline(most):
        part = line
        while len(part) == most and not part.endswith(b"\n"):
            part = source.readline(most)
        yield line.rstrip(b"\r\n")
