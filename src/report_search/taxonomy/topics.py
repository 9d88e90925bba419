"""Topics: what a passage is about, from a list that an editor keeps, with the printed words that gave it.

A term counts where it stands in the passage's text, outside the topic's exclusions. The rows and heads of the
official tables earn no topic: their labels are the same in every report and would flood the facet.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import candidate_grams, grams, occurrences
from report_search.data import read_text
from report_search.errors import OperatorError
from report_search.model import Report, Table
from report_search.passages import Passage, TopicReason


@dataclass(frozen=True, slots=True)
class Wording:
    """A word of a topic: folded, and the grams that a text must hold, one set of them, for it to stand there."""

    folded: FoldedText
    grams: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, word: str) -> Wording:
        """The wording that is written ``word``."""
        folded = fold(word)
        return cls(folded, tuple(candidate_grams(folded)))

    def places(self, text: FoldedText, held: set[str]) -> list[tuple[int, int]]:
        """Where it stands in ``text``, whose grams are ``held``: almost always nowhere, and then this is quick."""
        if not any(needed <= held for needed in self.grams):
            return []
        return occurrences(self.folded, text)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the list: key, label, its wordings, and those that look like one and are none."""

    key: str
    label: str
    terms: tuple[Wording, ...]
    exclusions: tuple[Wording, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """The topics of ``data/topics.toml``, in its order.

    Raises ``OperatorError`` that names the topic if the list breaks its rules: no TOML, a key twice, no term.
    """
    return parse(_listed())


@cache
def labels() -> Mapping[str, str]:
    """Key to label, in the order of the list; no wording is folded for it. Raises as ``topics`` does."""
    return MappingProxyType({entry["key"]: entry["label"] for entry in _entries(_listed())})


def parse(text: str) -> tuple[Topic, ...]:
    """The topics of a TOML text of the form of ``data/topics.toml``. Raises ``OperatorError`` as ``topics`` does."""
    return tuple(_topic(entry) for entry in _entries(text))


def _listed() -> str:
    return read_text("topics.toml")


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        entries: list[dict[str, Any]] = tomllib.loads(text).get("topic", [])
    except tomllib.TOMLDecodeError as error:
        raise _broken(f"主题表不是合法的 TOML：{error}。") from error
    seen: set[str] = set()
    for entry in entries:
        key, label = entry.get("key", ""), entry.get("label", "")
        if not (key and label and _words(entry)):
            raise _broken(f"主题“{key or label}”要有 key、label 和至少一个词语。")
        if key in seen:
            raise _broken(f"主题表中“{key}”出现了两次。")
        seen.add(key)
    return entries


def _words(entry: Mapping[str, Any]) -> list[str]:
    return [*entry.get("terms", ()), *entry.get("abbreviations", ())]


def _topic(entry: Mapping[str, Any]) -> Topic:
    terms, exclusions = (
        tuple(Wording.of(word) for word in words) for words in (_words(entry), entry.get("exclusions", ()))
    )
    if any(wording.folded.is_empty for wording in (*terms, *exclusions)):
        raise _broken(f"主题“{entry['key']}”有一个空的词语。")
    return Topic(entry["key"], entry["label"], terms, exclusions)


def _broken(what: str) -> OperatorError:
    return OperatorError(
        "topics-broken", what, hint="请在 data/topics.toml 中更正后重新运行 report-search index。"
    )


def reasons(text: str) -> tuple[TopicReason, ...]:
    """The topics of a text, each with the words that gave it as they are printed there, each word once."""
    folded = fold(text)
    held = grams(folded)
    telling = _telling_grams()
    possible = set().union(*(telling[gram] for gram in telling.keys() & {"", *held}))
    because = ((topic.key, _because(topic, folded, held)) for topic in topics() if topic.key in possible)
    return tuple(TopicReason(key, words) for key, words in because if words)


@cache
def _telling_grams() -> Mapping[str, frozenset[str]]:
    """Grams of which a text must hold one to have a topic, each with the keys of the topics it may have then."""
    found: dict[str, set[str]] = {}
    for topic in topics():
        for needed in (grams_ for term in topic.terms for grams_ in term.grams):
            found.setdefault(max(needed, key=lambda gram: (len(gram), gram), default=""), set()).add(
                topic.key
            )
    return MappingProxyType({gram: frozenset(keys) for gram, keys in found.items()})


def _because(topic: Topic, text: FoldedText, held: set[str]) -> tuple[str, ...]:
    found = [place for term in topic.terms for place in term.places(text, held)]
    if not found:
        return ()
    shut = [place for wording in topic.exclusions for place in wording.places(text, held)]
    kept = [
        (start, end) for start, end in found if not any(low <= start and end <= high for low, high in shut)
    ]
    return tuple(dict.fromkeys(text.original[start:end] for start, end in sorted(kept)))


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
