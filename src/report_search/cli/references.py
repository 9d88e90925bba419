"""The command on cited documents: ``references``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from report_search.cli.click_zh import Command
from report_search.cli.output import echo_json, echo_lines, site_links
from report_search.cli.query_options import index_option, json_option
from report_search.config import index_folder

if TYPE_CHECKING:
    from report_search.references.database import CitedDocument, ReferenceDatabase
    from report_search.search.searcher import Searcher

SORT_NAMES = ("passages", "reports", "newest", "name")


@click.command(
    cls=Command,
    examples=(
        "report-search references",
        "report-search references 工作要点 --sort newest",
        "report-search references 国办公开办函〔2021〕30号 --csv > 引用.csv",
    ),
)
@click.argument("key", default="", metavar="[KEY]")
@index_option
@click.option(
    "--sort", default=SORT_NAMES[0], type=click.Choice(SORT_NAMES), help="列表的排序（默认按段数）。"
)
@click.option("--csv", "as_csv", is_flag=True, help="输出 CSV。")
@json_option
def references(key: str, index: Path | None, sort: str, *, as_csv: bool, as_json: bool) -> None:
    """列出报告引用的文件，或显示一个文件：各年有多少份报告引用，见于哪些段落。

    KEY 是列表里的键、文号或书名号里的名称；不是的，按名称查找。书名号里的名称一律照印出的列出，报刊、书籍、栏目也在内。
    """
    from report_search.references.database import ReferenceDatabase
    from report_search.search.searcher import Searcher

    searcher = Searcher(index_folder(index)).pinned()
    database = ReferenceDatabase(searcher.generation())
    found = database.documents(key, sort=sort)
    document = _one(database, key, found)
    if as_csv:
        _echo_csv(database, document, found)
    elif document is None:
        _echo_list(searcher, found, as_json=as_json)
    else:
        _echo_document(searcher, database, document, as_json=as_json)


def _one(database: ReferenceDatabase, key: str, found: list[CitedDocument]) -> CitedDocument | None:
    """The document that is meant; None for a list of those that were found."""
    from report_search.errors import NotFoundError

    if not key:
        return None
    try:
        return database.document(key)
    except NotFoundError:
        if not found:
            raise
    return found[0] if len(found) == 1 else None


def _echo_csv(
    database: ReferenceDatabase, document: CitedDocument | None, found: list[CitedDocument]
) -> None:
    from report_search.export.reference_csv import citing_csv, documents_csv
    from report_search.export.site_address import command_line_site

    site = command_line_site()
    if document is None:
        chunks = documents_csv(found, site=site)
    else:
        chunks = citing_csv(document, database.every_citing(document.key), site=site)
    for chunk in chunks:
        click.echo(chunk, nl=False)


def _echo_list(searcher: Searcher, found: list[CitedDocument], *, as_json: bool) -> None:
    from report_search.presentation.reference_payload import references_lines, references_payload

    if as_json:
        echo_json(
            references_payload(
                found, total=len(found), following=None, state=searcher.state(), links=site_links()
            )
        )
    else:
        echo_lines(references_lines(found))


def _echo_document(
    searcher: Searcher, database: ReferenceDatabase, document: CitedDocument, *, as_json: bool
) -> None:
    from report_search.presentation.reference_payload import reference_lines, reference_payload
    from report_search.references.detail import detail_of

    detail = detail_of(database, document, held=searcher.reports())
    if as_json:
        echo_json(reference_payload(detail, following=None, state=searcher.state(), links=site_links()))
    else:
        echo_lines(reference_lines(detail))
