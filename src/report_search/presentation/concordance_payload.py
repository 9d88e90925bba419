"""A concordance as JSON and as lines of a terminal, the same facts in both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import click

from report_search.fields import NO_YEAR, NO_YEAR_LABEL
from report_search.presentation.json_payload import index_payload, short_query_payload
from report_search.presentation.payloads.phrasing import (
    ConcordanceGroupPayload,
    ConcordanceLinePayload,
    ConcordancePayload,
    ConcordanceTotalPayload,
)
from report_search.presentation.site_links import SiteLinks

if TYPE_CHECKING:
    # Only named in annotations, so that nothing else is loaded for a few lines.
    from report_search.wording.concordance import ConcordanceLine, ConcordancePage

PRINTED_GROUPS = 12
"""So many groups are printed, on one line."""
EDGE_LABEL = "（句首或句末）"
"""What a group without a neighbouring word is called."""


def concordance_payload(page: ConcordancePage, links: SiteLinks) -> ConcordancePayload:
    """One page of a concordance; the groups of the whole stand on the first page only."""
    whole = page.whole
    return ConcordancePayload(
        query=short_query_payload(whole.request.search, whole.hints),
        total=ConcordanceTotalPayload(lines=len(whole.lines), passages=whole.passages, reports=whole.reports),
        lines=[_line(line, links) for line in page.lines],
        groups=[ConcordanceGroupPayload(text=one.text, count=one.count) for one in whole.groups]
        if page.first == 1
        else [],
        next=page.next or None,
        index=index_payload(whole.index),
    )


def _line(line: ConcordanceLine, links: SiteLinks) -> ConcordanceLinePayload:
    passage = line.passage
    url, link = links.passage(passage.id)
    return ConcordanceLinePayload(
        passage=passage.id,
        report=passage.report,
        year=passage.year,
        agency=passage.agency,
        section=passage.section,
        type=passage.type,
        left=line.left,
        key=line.key,
        right=line.right,
        group=line.group,
        url=url,
        link=link,
    )


def concordance_lines(page: ConcordancePage) -> Iterator[str]:
    """The lines of a page with their keywords under one another, and the groups before them."""
    whole = page.whole
    yield from (f"提示：{hint.message}" for hint in whole.hints)
    if not whole.lines:
        yield "没有找到可以标出的词句。"
        return
    yield f"共 {len(whole.lines)} 处，见于 {whole.passages} 段、{whole.reports} 份报告。"
    shown = whole.groups[:PRINTED_GROUPS]
    more = f"  等 {len(whole.groups)} 种" if len(whole.groups) > len(shown) else ""
    yield "  ".join(f"{group_label(one.text)} {one.count}" for one in shown) + more
    yield ""
    widest = max(_columns(line.left) for line in page.lines)
    for line in page.lines:
        indent = " " * (widest - _columns(line.left))
        year = "----" if line.passage.year is None else line.passage.year
        key = click.style(line.key, bold=True)
        yield f"{year} {indent}{line.left}【{key}】{line.right}  {line.passage.id}"
    if page.next:
        yield f"后面还有：--cursor {page.next}"


def group_label(text: str) -> str:
    """What a group is called for people."""
    return {"": EDGE_LABEL, NO_YEAR: NO_YEAR_LABEL}.get(text, text)


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes; a Chinese character takes two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
