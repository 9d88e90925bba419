"""What the command line prints for people: plain lines, marked words in bold where a terminal shows it.

click drops the styles by itself where the output is not a terminal, so that a pipe gets bare text.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from report_search.fields import BORDER, NO_YEAR_LABEL, PART_LABELS
from report_search.model import Block, Paragraph, Recognised, Report, Section
from report_search.passages import Passage, heading
from report_search.presentation.file_names import printable_name
from report_search.query.interpret import ASKS_ABSENCE, Hint
from report_search.search.facets import kind_label, label_of
from report_search.search.highlight import Span
from report_search.search.other_hits import NEAR_MARK, OtherHit, same_text_label, year_label

if TYPE_CHECKING:
    # Only named in annotations: commands that search nothing start without an engine and its arrays.
    from report_search.presentation.payloads.service import AnalysisPayload, InfoPayload
    from report_search.search.searcher import Hit, SearchPage
    from report_search.search.table_cells import CellUnderHead

FACET_VALUES = 8
"""So many values of a facet are printed, on one line."""
CELLS = 12
"""So many cells under the heads found in a table are printed with a hit."""
SEPARATOR = " │ "
"""Printed between the cells of a table row."""


def search_lines(page: SearchPage) -> Iterator[str]:
    """A page of results: how the query was read, totals, hits, facets."""
    yield from read_lines(page)
    total = page.total
    if not total.passages:
        yield "没有找到。"
        for suggestion in page.suggestions:
            yield f"  {suggestion.message}：{suggestion.passages} 段"
        return
    partial = total.passages - total.complete
    extra = f"，其中 {partial} 段缺少部分词语" if partial else ""
    yield f"共 {total.passages} 段，见于 {total.reports} 份报告{extra}。{_shown(page)}"
    for hit in page.hits:
        yield ""
        yield from _hit_lines(hit)
        yield from _others_lines(hit, is_folded=page.request.fold)
    yield ""
    yield from _facet_lines(page)
    if page.next:
        yield f"后面还有：--cursor {page.next}"


def _shown(page: SearchPage) -> str:
    """Which of the hits follow; "" for all of them."""
    last = page.first + len(page.hits) - 1
    if page.groups < page.total.passages:
        return f"归并为 {page.groups} 组，以下是第 {page.first}–{last} 组。"
    if len(page.hits) == page.total.passages:
        return ""
    return f"以下是第 {page.first}–{last} 段。"


def read_lines(page: SearchPage) -> Iterator[str]:
    """How the query of a page was read, and hints on it."""
    if page.read_as:
        yield "检索式理解为：" + "  ".join(
            f"{piece.text}〔{PART_LABELS[piece.as_]}〕" for piece in page.read_as
        )
    for hint in page.hints:
        yield f"提示：{hint.message}" + _suggested(hint)


def _suggested(hint: Hint) -> str:
    if not hint.suggestion:
        return ""
    if hint.code == ASKS_ABSENCE:
        return f" 请运行：report-search mentions {shlex.quote(hint.suggestion)}"
    return f" 也许是：{hint.suggestion}"


def _hit_lines(hit: Hit) -> Iterator[str]:
    passage = hit.passage
    year = passage.year if passage.year is not None else NO_YEAR_LABEL
    headings = " › ".join(passage.headings)
    kind = f"〔{kind_label(passage)}〕" if passage.is_head or passage.is_heading else ""
    yield click.style(f"{passage.agency} {year}", bold=True) + (f"  {headings}" if headings else "") + kind
    yield "  " + marked(hit.snippet.text, hit.snippet.spans).replace(BORDER, SEPARATOR)
    yield from (f"    {_cell_line(cell)}" for cell in hit.cells[:CELLS])
    if len(hit.cells) > CELLS:
        yield f"    还有 {len(hit.cells) - CELLS} 格"
    if hit.missing:
        yield f"  缺少：{'、'.join(hit.missing)}"
    if hit.superseded_by:
        yield f"  已有后出的版本：{hit.superseded_by}"
    if hit.alike_agencies > 1:
        yield f"  {hit.alike_agencies} 个机关同文"
    if passage.recognised:
        yield f"  {recognised_words(passage.recognised)}"
    yield click.style(f"  {passage.id}", dim=True)


def _others_lines(hit: Hit, *, is_folded: bool) -> Iterator[str]:
    """What a hit stands for: how many others of its report, or who else says the same and in which years."""
    others = hit.behind
    if not others.passages:
        return
    if not is_folded:
        yield f"  本报告另有 {others.passages} 段：--report {hit.passage.report}"
        return
    listed = "；".join(f"{agency} {'、'.join(map(_year_said, own))}" for agency, own in others.by_agency())
    unnamed = f"；另有 {others.unnamed} 段" if others.unnamed else ""
    yield f"  {same_text_label(others)}，另见：{listed}{unnamed}"


def _year_said(other: OtherHit) -> str:
    return f"{year_label(other)}（{NEAR_MARK}）" if other.is_near else year_label(other)


def _cell_line(cell: CellUnderHead) -> str:
    return f"{' › '.join((*cell.headers, *cell.path))} = {cell.text.strip() or '（空）'}"


def marked(text: str, spans: Sequence[Span]) -> str:
    """``text`` with its spans in bold and underlined."""
    pieces, end_before = [], 0
    for start, end in spans:
        pieces += [text[end_before:start], click.style(text[start:end], bold=True, underline=True)]
        end_before = end
    return "".join((*pieces, text[end_before:]))


def _facet_lines(page: SearchPage) -> Iterator[str]:
    for facet in page.facets:
        if not facet.values:
            continue
        shown = facet.values[:FACET_VALUES]
        values = "  ".join(f"{'✓' if value.chosen else ''}{value.label} {value.passages}" for value in shown)
        is_cut = len(facet.values) > FACET_VALUES or facet.more
        yield f"{facet.label}：{values}" + (" …" if is_cut else "")


def recognised_words(recognised: Recognised) -> str:
    """That a text was read off a picture, from which page, and how surely."""
    return f"扫描件·机器识别（原件第 {recognised.page} 页，把握 {recognised.score:.0%}），引用前请与原件核对"


def passage_lines(
    passage: Passage,
    siblings: Sequence[Passage],
    *,
    superseded_by: str = "",
    topic_labels: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """A passage between its neighbours in the report, with its headings, topics and source.

    ``siblings`` are the passages of the report; a heading, which is none of them, stands alone. ``topic_labels`` are
    the topics of the index (``IndexState.topics``).
    """
    yield click.style(f"{passage.title}（{passage.agency}）", bold=True)
    if passage.headings:
        yield " › ".join(passage.headings)
    nearby = siblings[max(0, passage.position - 1) : passage.position + 2]
    for other in [passage] if passage.is_heading else nearby:
        text = other.text.replace(BORDER, SEPARATOR)
        yield ""
        yield f"▶ {text}" if other.id == passage.id else click.style(f"  {text}", dim=True)
    yield ""
    for topic in passage.topics:
        yield f"主题：{label_of('topic', topic.key, topic_labels=topic_labels)}（{'、'.join(topic.because)}）"
    yield f"编号：{passage.id}"
    yield f"来源：{passage.source}"
    if passage.recognised:
        yield recognised_words(passage.recognised)
    if superseded_by:
        yield f"已有后出的版本：{superseded_by}"


def report_lines(report: Report) -> Iterator[str]:
    """A whole report: what it is, its sections, its warnings."""
    yield click.style(report.title, bold=True)
    year = report.year if report.year is not None else "不详"
    yield f"编号 {report.id}  机关 {report.agency}  年份 {year}  发布 {report.published or '不详'}"
    fetched = f"，取于 {report.source.fetched}" if report.source.fetched else ""
    yield f"来源 {report.source.url or report.source.path}（{report.source.format}{fetched}）"
    for path, section in report.walk():
        yield ""
        yield from _section_lines(section, len(path))
    if report.warnings:
        yield ""
    for warning in report.warnings:
        yield f"警告 {warning.code}：{warning.message}" + (f"（{warning.where}）" if warning.where else "")


def _section_lines(section: Section, depth: int) -> Iterator[str]:
    title = heading(section) or label_of("section", section.kind)
    yield click.style(f"{'#' * depth} {title}", bold=True) + click.style(f"  〔{section.kind}〕", dim=True)
    for block in section.blocks:
        yield from _block_lines(block)


def _block_lines(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
        return
    if block.caption:
        yield f"表：{block.caption}"
    for row in block.body:
        cells = "  ".join(f"{' › '.join(cell.path)} = {cell.text or '（空）'}" for cell in row.values)
        yield f"  {' › '.join(row.headers)}：{cells}"
    for note in block.notes:
        yield f"  注：{note}"


def info_lines(told: InfoPayload) -> Iterator[str]:
    """What ``info`` prints for people, from the JSON of ``info_payload``."""
    yield f"引擎 {told.engine}  索引版本 {told.generation}  建于 {told.built}"
    yield f"报告 {told.reports} 份  段落 {told.passages} 段"
    yield f"指纹 {told.fingerprint}"
    for failed in told.failed:
        yield f"读取失败 {printable_name(failed.path)}：{failed.message}"
    for report in told.withdrawn:
        yield f"已撤下 {report.id}：{report.reason}"


def analysis_lines(told: AnalysisPayload) -> Iterator[str]:
    """What ``analyze`` prints for people, from the JSON of ``analysis_payload``."""
    yield f"折叠：{told.folded}"
    for variant in told.variants:
        yield f"又读：{variant.printed} → {variant.text}"
    yield f"分词：{' / '.join(told.words)}"
    yield "检索式理解为：" + "  ".join(f"{piece.text}〔{PART_LABELS[piece.as_]}〕" for piece in told.read_as)
    for hint in told.hints:
        yield f"提示：{hint.message}"
    yield from _tree_lines(told.tree, 0)


def _tree_lines(node: dict[str, Any], depth: int) -> Iterator[str]:
    """A node of the query tree on one line, its plain values; each child below it, indented."""
    plain = [str(value) for value in node.values() if not isinstance(value, (dict, list))]
    yield "  " * depth + " ".join(plain)
    for value in node.values():
        children = value if isinstance(value, list) else [value]
        for child in children:
            if isinstance(child, dict):
                yield from _tree_lines(child, depth + 1)
