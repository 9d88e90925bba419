"""Topics: what a passage is about, from a list that an editor keeps, with the printed words that gave it.

A term counts where it stands in the passage's text, outside the topic's exclusions. The rows and heads of the
official tables earn no topic: their labels are the same in every report and would flood the facet.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import occurrences, stands_in
from report_search.errors import OperatorError
from report_search.model import Report, Table
from report_search.passages import Passage, TopicReason


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the list: key, label, and its folded wordings."""

    key: str
    label: str
    terms: tuple[FoldedText, ...]
    exclusions: tuple[FoldedText, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """The topics of ``data/topics.toml``, in its order.

    Raises ``OperatorError`` that names the topic if the list breaks its rules: a key twice, no term.
    """
    text = files("report_search").joinpath("data/topics.toml").read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> tuple[Topic, ...]:
    """The topics of a TOML text of the form of ``data/topics.toml``."""
    found: dict[str, Topic] = {}
    for entry in tomllib.loads(text)["topic"]:
        topic = _topic(entry)
        if topic.key in found or not topic.terms:
            raise OperatorError(
                "topics-broken",
                f"主题表中的“{topic.key}”重复或没有词语。",
                hint="请在 data/topics.toml 中更正后重新运行 report-search index。",
            )
        found[topic.key] = topic
    return tuple(found.values())


def _topic(entry: dict[str, Any]) -> Topic:
    words = [*entry.get("terms", ()), *entry.get("abbreviations", ())]
    return Topic(
        key=entry["key"],
        label=entry["label"],
        terms=tuple(fold(word) for word in words),
        exclusions=tuple(fold(word) for word in entry.get("exclusions", ())),
    )


def labels() -> dict[str, str]:
    """Key to label, in the order of the list."""
    return {topic.key: topic.label for topic in topics()}


def reasons(text: str) -> tuple[TopicReason, ...]:
    """The topics of a text, each with the words that gave it as they are printed there, each word once."""
    folded = fold(text)
    found = []
    for topic in topics():
        because = _because(topic, folded)
        if because:
            found.append(TopicReason(topic.key, because))
    return tuple(found)


def _because(topic: Topic, text: FoldedText) -> tuple[str, ...]:
    shut = [span for wording in topic.exclusions for span in occurrences(wording, text)]
    open_ = [
        (start, end)
        for term in topic.terms
        if stands_in(term, text)
        for start, end in occurrences(term, text)
        if not any(low <= start and end <= high for low, high in shut)
    ]
    return tuple(dict.fromkeys(text.original[start:end] for start, end in sorted(open_)))


def assign(report: Report, passages: Iterable[Passage]) -> list[Passage]:
    """The passages of ``report`` with their topics; those of its official tables without."""
    return [
        passage if _is_official(report, passage) else replace(passage, topics=reasons(passage.text))
        for passage in passages
    ]


def _is_official(report: Report, passage: Passage) -> bool:
    at, *below = passage.locator.section
    section = report.sections[at]
    for step in below:
        section = section.subsections[step]
    block = section.blocks[passage.locator.block]
    return isinstance(block, Table) and bool(block.form)
