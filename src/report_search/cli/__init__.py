"""The command line, and the one place where library, indexer and web UI are put together.

Exit codes: 0 done, 1 the operator must act, 2 the asker must, 130 interrupted. Every reading command has ``--json``.
The rule: what a command does not need is not imported, so ``search`` never loads a reader, ``show`` never loads a
dictionary, and no command loads the module of another.
"""

from __future__ import annotations

import sys

import click

from report_search import __version__
from report_search.cli.click_zh import Group
from report_search.cli.completion import SHELLS, answer_completion, completion_script
from report_search.cli.exit_handling import ExitHandling
from report_search.cli.loading import LazyCommands
from report_search.cli.output import may_print_escapes
from report_search.cli.short_process import expect_short_process

PROGRAM = "report-search"
_MODULES = (
    ("indexing", "index"),
    ("reading", "search"),
    ("alerting", "alerts"),
    ("counting", "trend mentions"),
    ("exporting", "export cite"),
    ("wording", "history compare match"),
    ("phrasing", "concordance phrases distinctive rewriting"),
    ("references", "references"),
    ("figures", "measures series sums data"),
    ("reading", "show"),
    ("indexing", "parse"),
    ("reading", "analyze"),
    ("indexing", "check"),
    ("reading", "agencies"),
    ("collecting", "collect"),
    ("serving", "serve"),
    ("keeping", "snapshot restore doctor"),
    ("mcp", "mcp"),
    ("reading", "info"),
    ("indexing", "demo"),
)
"""Each command and the module that holds it under its name, in the order in which one needs them."""


@click.group(
    cls=Group,
    commands=LazyCommands(
        {name: f"{__name__}.{module}" for module, names in _MODULES for name in names.split()}
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s", help="显示版本。")
def cli() -> None:
    """政府信息公开年报检索：先 index 建立索引，再 search 检索，或 serve 打开网页。"""


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
    expect_short_process()
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
