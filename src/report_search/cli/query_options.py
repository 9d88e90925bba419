"""What every command that takes a query takes: the query, the filters, and where the index is.

The rule: a command that answers a query reads it from here, so that the same words and filters mean the same to all.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from report_search.cli.completion import complete_sections, complete_topics
from report_search.config import INDEX_VARIABLE

if TYPE_CHECKING:
    from report_search.search.request import SearchRequest

FILTER_OPTIONS = {
    "year": "years",
    "section": "sections",
    "topic": "topics",
    "agency": "agencies",
    "report": "reports",
    "type": "types",
}
"""The field that each repeatable option filters, and the option's parameter."""
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


def filter_options(command: Decorated) -> Decorated:
    """The filters, each repeatable, and how words are matched."""
    options = (
        click.option("--year", "years", multiple=True, metavar="A..B", help="年份，或一段年份 2014..2019。"),
        click.option(
            "--section",
            "sections",
            multiple=True,
            metavar="K",
            shell_complete=complete_sections,
            help="章节，如 overview 或 总体情况。",
        ),
        click.option(
            "--topic",
            "topics",
            multiple=True,
            metavar="K",
            shell_complete=complete_topics,
            help="主题，如 consular-protection。",
        ),
        click.option("--agency", "agencies", multiple=True, metavar="N", help="机关名称或别名。"),
        click.option("--report", "reports", multiple=True, metavar="ID", help="报告编号。"),
        click.option(
            "--type",
            "types",
            multiple=True,
            metavar="K",
            help="类型：paragraph（段落）、table（表格）、heading（标题）。",
        ),
        click.option("--no-expand", is_flag=True, help="不用同义词和简称扩展。"),
        click.option("--lineage", is_flag=True, help="--agency 选定的机关连同它的前身。"),
        click.option(
            "--since",
            default="",
            metavar="TIME",
            help="只要此时或以后首次收录的，如 2026-11-01（UTC）或 2026-11-01T08:00:00+08:00。",
        ),
        click.option("--titles", is_flag=True, help="没有引号的词也到标题（报告名称、章节标题）里找。"),
    )
    # The last decorator stands first in the help.
    for option in reversed(options):
        command = option(command)
    return command


def read_query(typed: str) -> str:
    """The query as typed; ``-`` stands for standard input, where a text may be long and needs no quoting."""
    return sys.stdin.read().strip() if typed == "-" else typed


def strict_request(query: str, options: Mapping[str, Any], **others: Any) -> SearchRequest:
    """The request for a query as typed and what ``filter_options`` gave; ``others`` are fields of the request."""
    from report_search.search.request import SearchRequest
    from report_search.search.since.moments import canonical_moment

    chosen = {field: tuple(options[name]) for field, name in FILTER_OPTIONS.items()}
    return SearchRequest(
        text=read_query(query),
        filters=tuple((field, values) for field, values in chosen.items() if values),
        strict=True,
        expand=not options["no_expand"],
        titles=options["titles"],
        lineage=options["lineage"],
        since=canonical_moment(options["since"]),
        **others,
    )
