"""New and vanished phrases as JSON and as lines of a terminal, the same facts in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from report_search.corpus_coverage import format_years
from report_search.presentation.distinctive_payload import word_payload
from report_search.presentation.json_payload import index_payload
from report_search.presentation.payloads.phrasing import (
    PhrasePayload,
    PhrasesPayload,
    PhraseTotalPayload,
    WordTotalPayload,
)
from report_search.presentation.site_links import SiteLinks

if TYPE_CHECKING:
    # Only named in annotations, so that nothing else is loaded for a few lines.
    from report_search.wording.phrases import YearPhrase, YearPhrases

PRINTED = 40
"""So many phrases of a kind are printed."""


def phrases_payload(found: YearPhrases, links: SiteLinks) -> PhrasesPayload:
    """The phrases of a year."""
    return PhrasesPayload(
        agency=found.agency.name,
        agency_key=found.agency.key,
        year=found.year,
        predecessors=list(found.predecessors),
        earlier=list(found.earlier),
        later=list(found.later),
        missing=list(found.missing),
        total=PhraseTotalPayload(first=found.first_total, last=found.last_total),
        first=[_phrase(one, links) for one in found.first],
        last=[_phrase(one, links) for one in found.last],
        distinctive=[word_payload(one) for one in found.distinctive],
        words=WordTotalPayload(selection=found.words, rest=found.rest_words),
        index=index_payload(found.index),
    )


def _phrase(phrase: YearPhrase, links: SiteLinks) -> PhrasePayload:
    example = phrase.example
    url, link = links.passage(example.passage.id)
    return PhrasePayload(
        text=phrase.text,
        years=list(phrase.years),
        paragraphs=phrase.paragraphs,
        sentence=example.sentence,
        span=example.span,
        passage=example.passage.id,
        url=url,
        link=link,
    )


def phrases_lines(found: YearPhrases) -> Iterator[str]:
    """The phrases of a year, each with the years that have it."""
    before = f"（连同前身{'、'.join(found.predecessors)}）" if found.predecessors else ""
    yield f"{found.agency.name}{before} {found.year}年"
    yield from compared_with(found)
    yield from _kind("首次出现", found.first, total=found.first_total, is_known=bool(found.earlier))
    yield from _kind("最后一次出现", found.last, total=found.last_total, is_known=bool(found.later))
    if found.distinctive:
        yield ""
        yield f"这一年特有的词（本年 {found.words} 词 / 其他各年 {found.rest_words} 词）："
        yield "  ".join(f"{one.word} {one.count}/{one.rest}" for one in found.distinctive)


def compared_with(found: YearPhrases) -> Iterator[str]:
    """What the year was compared with, and which years are not held."""
    if found.earlier:
        yield f"“首次”是同已收录的 {format_years(found.earlier)}年相比。"
    else:
        yield "这是已收录的最早一年，无从判断哪些说法是新的。"
    if found.later:
        yield f"“最后”是同已收录的 {format_years(found.later)}年相比。"
    else:
        yield "这是已收录的最近一年，无从判断哪些说法不再使用。"
    if found.missing:
        yield f"没有收录：{format_years(found.missing)}年，其中的说法不在比较之内。"


def _kind(label: str, phrases: Sequence[YearPhrase], *, total: int, is_known: bool) -> Iterator[str]:
    if not is_known:
        return
    yield ""
    yield f"{label}：{total} 个说法"
    for one in phrases[:PRINTED]:
        yield f"  {one.text}  {format_years(one.years)}  {one.example.passage.id}"
    if total > PRINTED:
        yield f"  另有 {total - PRINTED} 个，用 --json 查看"
