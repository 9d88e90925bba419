"""Distinctive words of a selection as JSON and as lines of a terminal, the same facts in both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from report_search.presentation.json_payload import index_payload, short_query_payload
from report_search.presentation.payloads.phrasing import (
    DistinctivePayload,
    DistinctiveTotalPayload,
    DistinctiveWordPayload,
    WordSidePayload,
)

if TYPE_CHECKING:
    # Only named in annotations, so that nothing else is loaded for a few lines.
    from report_search.wording.distinctive import SelectionWords
    from report_search.wording.log_likelihood import DistinctiveWord

PRINTED = 40
"""So many words are printed."""
MEANING = (
    "同全部其他段落相比，检索到的段落里用得明显多的词（对数似然比，p < 0.001）。"
    "只数正文段落里两个字以上的词；表格、标题和停用词不计。"
)
"""What a distinctive word is."""


def distinctive_payload(found: SelectionWords) -> DistinctivePayload:
    """The words of a selection, most distinctive first."""
    return DistinctivePayload(
        query=short_query_payload(found.request, found.hints),
        total=DistinctiveTotalPayload(
            words=found.total,
            passages=found.passages,
            selection=WordSidePayload(paragraphs=found.paragraphs, words=found.words),
            rest=WordSidePayload(paragraphs=found.rest_paragraphs, words=found.rest_words),
        ),
        words=[word_payload(one) for one in found.distinctive],
        index=index_payload(found.index),
    )


def word_payload(word: DistinctiveWord) -> DistinctiveWordPayload:
    """A distinctive word."""
    return DistinctiveWordPayload(
        word=word.word, count=word.count, rest=word.rest, log_likelihood=round(word.likelihood, 2)
    )


def distinctive_lines(found: SelectionWords) -> Iterator[str]:
    """The words of a selection, a line each."""
    for hint in found.hints:
        yield f"提示：{hint.message}"
    yield sides_said(found)
    if not found.distinctive:
        yield "没有特征词。"
    for one in found.distinctive[:PRINTED]:
        yield f"{one.word}  {one.count} / {one.rest}  {one.likelihood:.1f}"
    if found.total > PRINTED:
        yield f"共 {found.total} 个，用 --json 查看更多"


def sides_said(found: SelectionWords) -> str:
    """What was counted on both sides."""
    return (
        f"检索到 {found.passages:,} 段，其中正文 {found.paragraphs:,} 段、{found.words:,} 词；"
        f"其余正文 {found.rest_paragraphs:,} 段、{found.rest_words:,} 词。"
    )
