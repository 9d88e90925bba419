"""Topics: what a passage is about, from a list that an editor keeps, with the printed words that gave it.

The rule: a term counts where it occurs in the passage's text, outside the topic's exclusions. The rows and heads of
the official tables get no topic: their labels are the same in every report and would flood the facet.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import candidate_grams, grams, occurrences
from report_search.data import read_text
from report_search.errors import OperatorError
from report_search.model import Report, Table
from report_search.passages import Passage, TopicReason
from report_search.taxonomy.additions import TOPICS_FILE, Additions, in_force


@dataclass(frozen=True, slots=True)
class Wording:
    """A word of a topic, folded, with its ``candidate_grams``: a text without all of one set does not have it."""

    folded: FoldedText
    grams: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, word: str) -> Wording:
        """The wording that is written ``word``."""
        folded = fold(word)
        return cls(folded, tuple(candidate_grams(folded)))

    def spans(self, text: FoldedText, held: set[str]) -> list[tuple[int, int]]:
        """Where it occurs in ``text`` as printed, by its grams ``held``: almost always nowhere, and this is quick."""
        if not any(needed <= held for needed in self.grams):
            return []
        return occurrences(self.folded, text)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the list: key, label, its terms, and the wordings inside which no term counts."""

    key: str
    label: str
    terms: tuple[Wording, ...]
    exclusions: tuple[Wording, ...]


def topics() -> tuple[Topic, ...]:
    """The topics of the list in force: those of ``data/topics.toml``, in its order, then those that corpora add.

    Raises ``OperatorError`` that names the topic if a list is not valid: no TOML, a key twice, no term.
    """
    return _topics(_in_force())


@lru_cache(maxsize=16)
def _topics(texts: tuple[str, ...]) -> tuple[Topic, ...]:
    return tuple(_topic(entry) for entry in _all_entries(texts))


def labels(additions: Iterable[Additions] | None = None) -> Mapping[str, str]:
    """The label of each key, in the order of the list; quick, as no term is folded. Raises as ``topics`` does.

    ``additions`` are what corpora add; None for those in force.
    """
    return _labels(_in_force() if additions is None else _texts(additions))


@lru_cache(maxsize=16)
def _labels(texts: tuple[str, ...]) -> Mapping[str, str]:
    return MappingProxyType({entry["key"]: entry["label"] for entry in _all_entries(texts)})


def terms(additions: Iterable[Additions] = ()) -> tuple[str, ...]:
    """The words of all topics as listed; quick too. Raises as ``topics`` does."""
    return tuple(word for entry in _all_entries(_texts(additions)) for word in _words(entry))


def _in_force() -> tuple[str, ...]:
    return _texts(in_force())


def _texts(additions: Iterable[Additions]) -> tuple[str, ...]:
    """The lists that corpora add, each text once."""
    return tuple(dict.fromkeys(one.topics for one in additions if one.topics))


def _all_entries(texts: Iterable[str]) -> list[dict[str, Any]]:
    """The entries of the library's list, then those of ``texts``; one that says the same twice counts once."""
    found = {entry["key"]: entry for entry in _entries(read_text("topics.toml"))}
    for text in texts:
        for entry in _entries(text):
            if found.setdefault(entry["key"], entry) != entry:
                raise _broken(f"主题“{entry['key']}”已经有了，内容与此不同。")
    return list(found.values())


def parse(text: str) -> tuple[Topic, ...]:
    """The topics of one TOML text of the form of ``data/topics.toml``. Raises ``OperatorError`` as ``topics`` does."""
    return tuple(_topic(entry) for entry in _entries(text))


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        entries: list[dict[str, Any]] = tomllib.loads(text).get("topic", [])
    except tomllib.TOMLDecodeError as error:
        raise _broken(f"主题表不是合法的 TOML：{error}。") from error
    seen: set[str] = set()
    for entry in entries:
        key, label = entry.get("key", ""), entry.get("label", "")
        is_complete = key and label and _words(entry)
        if not is_complete:
            raise _broken(f"主题“{key or label}”要有 key、label 和至少一个词语。")
        if key in seen:
            raise _broken(f"主题表中“{key}”出现了两次。")
        seen.add(key)
    return entries


def _words(entry: Mapping[str, Any]) -> list[str]:
    return [*entry.get("terms", ()), *entry.get("abbreviations", ())]


def _topic(entry: Mapping[str, Any]) -> Topic:
    terms = tuple(map(Wording.of, _words(entry)))
    exclusions = tuple(map(Wording.of, entry.get("exclusions", ())))
    # A wording of blanks or marks alone folds to nothing and would occur nowhere.
    if any(wording.folded.is_empty for wording in (*terms, *exclusions)):
        raise _broken(f"主题“{entry['key']}”有一个空的词语。")
    return Topic(entry["key"], entry["label"], terms, exclusions)


def _broken(what: str) -> OperatorError:
    return OperatorError(
        "topics-broken", what, hint=f"请在 {TOPICS_FILE} 中更正后重新运行 report-search index。"
    )


def reasons(text: str) -> tuple[TopicReason, ...]:
    """The topics of a text, each with the words that gave it as they are printed there, each word once."""
    folded = fold(text)
    held = grams(folded)
    by_gram = _topics_by_gram(_in_force())
    # "" is the gram of a term that asks for none: its topic is always possible.
    possible = set().union(*(by_gram[gram] for gram in by_gram.keys() & {"", *held}))
    words = ((topic.key, _printed_words(topic, folded, held)) for topic in topics() if topic.key in possible)
    return tuple(TopicReason(key, printed) for key, printed in words if printed)


@lru_cache(maxsize=16)
def _topics_by_gram(texts: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """From one gram of each term to the keys of the topics that a text with this gram may have.

    A text that has a term has all its grams, so one is enough to look at. That is the last of its longest in the
    order of characters: for 领事保护, with the grams 领事, 事保 and 保护, it is 领事.
    """
    keys: dict[str, set[str]] = {}
    for topic in _topics(texts):
        for needed in (one_set for term in topic.terms for one_set in term.grams):
            gram = max(needed, key=lambda gram: (len(gram), gram), default="")
            keys.setdefault(gram, set()).add(topic.key)
    return MappingProxyType({gram: frozenset(found) for gram, found in keys.items()})


def _printed_words(topic: Topic, text: FoldedText, held: set[str]) -> tuple[str, ...]:
    """The words that give ``text``, whose grams are ``held``, the topic; none if it does not have it."""
    terms = [span for term in topic.terms for span in term.spans(text, held)]
    if not terms:
        return ()
    excluded = [span for wording in topic.exclusions for span in wording.spans(text, held)]
    counted = sorted(span for span in terms if not _is_inside_any(span, excluded))
    return tuple(dict.fromkeys(text.original[start:end] for start, end in counted))


def _is_inside_any(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def assign(report: Report, passages: Iterable[Passage]) -> list[Passage]:
    """The passages of ``report``, each with its topics; headings and those of official tables have none."""
    return [
        replace(passage, topics=reasons(passage.text)) if _can_have_topics(report, passage) else passage
        for passage in passages
    ]


def _can_have_topics(report: Report, passage: Passage) -> bool:
    """Whether a passage is neither a heading nor in an official table."""
    if passage.is_heading:
        return False
    top, *path = passage.locator.section
    section = report.sections[top]
    for at in path:
        section = section.subsections[at]
    block = section.blocks[passage.locator.block]
    return not (isinstance(block, Table) and block.form)
