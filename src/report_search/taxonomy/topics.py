"""Topics: what a passage is about, from a list that an editor keeps, with the printed words that gave it.

The rule: a term counts where it occurs in the passage's text as a word, outside the topic's exclusions, and where
nothing is said in its sentence for which it is not to count. The rows and heads of the official tables get no topic:
their labels are the same in every report and would flood the facet.

*As a word*: 依法规范 has the characters 法规, and no 法规. So a short term is looked at as a segmenter cuts the text
around it, and does not count where a word of two or more characters crosses one of its ends; a longer word that holds
all of the term is none the worse (新闻发言人). In a wording of the list ``*`` stands for up to ``GAP`` characters of
the same clause: 突发*事件 is in 突发涉外事件.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from report_search.analysis.fold import FoldedText, fold, fold_text
from report_search.analysis.matching import Span, candidate_grams, grams, occurrences
from report_search.analysis.word_segmenter import query_segmenter
from report_search.data import read_text
from report_search.errors import OperatorError
from report_search.model import Report, Table
from report_search.passages import Passage, TopicReason
from report_search.taxonomy.additions import TOPICS_FILE, Additions, in_force

GAP = 6
"""At most so many characters stand for a ``*`` in a wording."""
SHORT = 3
"""Terms of up to so many characters are looked at as words; longer ones hardly ever begin or end inside another."""
BESIDE = 8
"""So many characters on either side of a short term are cut into words with it."""
_CLAUSE_END = re.compile(r"[^\w\s]|[\t\n\r]")
_SENTENCE_END = re.compile(r"[。！？；!?;\n\r]")
_KNOWN = frozenset(("key", "label", "terms", "abbreviations", "exclusions", "unless"))


class Wording(Struct, frozen=True):
    """A word of a topic as listed, its folded ``parts`` between the ``*``, and the ``candidate_grams`` of each.

    A text without all of one set of each part does not have it.
    """

    listed: str
    parts: tuple[FoldedText, ...]
    grams: tuple[tuple[frozenset[str], ...], ...]

    @classmethod
    def of(cls, word: str) -> Wording:
        """The wording that is written ``word``."""
        parts = tuple(map(fold, word.split("*")))
        return cls(word, parts, tuple(tuple(candidate_grams(part)) for part in parts))

    @property
    def is_empty(self) -> bool:
        """Whether it, or a part of it, has nothing that a text could hold."""
        return any(part.is_empty for part in self.parts)

    @property
    def is_short(self) -> bool:
        """Whether it is so short that it may be there by chance, at the seam of two words."""
        return len(self.parts) == 1 and len(self.parts[0].text) <= SHORT

    def spans(self, text: FoldedText, held: set[str]) -> list[Span]:
        """Where it occurs in ``text`` as printed, by its grams ``held``: almost always nowhere, and this is quick."""
        if not all(any(needed <= held for needed in of_part) for of_part in self.grams):
            return []
        first, *others = (occurrences(part, text) for part in self.parts)
        found = first
        for part in others:
            found = [
                (start, end)
                for start, before in found
                for behind, end in part
                if 0 <= behind - before <= GAP and not _CLAUSE_END.search(text.original, before, behind)
            ]
        return found


class Condition(Struct, frozen=True):
    """Terms that do not count in a sentence that has one of the wordings in ``said``; no terms: all of a topic."""

    terms: frozenset[str]
    said: tuple[Wording, ...]


class Topic(Struct, frozen=True):
    """A topic of the list: key, label, terms, wordings inside which no term counts, sentences where one does not."""

    key: str
    label: str
    terms: tuple[Wording, ...]
    exclusions: tuple[Wording, ...]
    conditions: tuple[Condition, ...] = ()


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
    return tuple(word.replace("*", "") for entry in _all_entries(_texts(additions)) for word in _words(entry))


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
        if unknown := sorted(set(entry) - _KNOWN):
            raise _broken(f"主题“{key}”有一项不认识：{unknown[0]}。可以写的有 {'、'.join(sorted(_KNOWN))}。")
        if key in seen:
            raise _broken(f"主题表中“{key}”出现了两次。")
        seen.add(key)
    return entries


def _words(entry: Mapping[str, Any]) -> list[str]:
    return [*entry.get("terms", ()), *entry.get("abbreviations", ())]


def _topic(entry: Mapping[str, Any]) -> Topic:
    name = entry["key"]
    terms = _wordings(name, "terms 或 abbreviations", _words(entry))
    exclusions = _wordings(name, "exclusions", entry.get("exclusions", ()))
    conditions = tuple(_condition(name, listed, _words(entry)) for listed in entry.get("unless", ()))
    return Topic(name, entry["label"], terms, exclusions, conditions)


def _wordings(topic: str, part: str, listed: Iterable[str]) -> tuple[Wording, ...]:
    """The wordings of one part of a topic. Raises ``OperatorError`` that names the part if one of them is empty."""
    wordings = tuple(map(Wording.of, listed))
    # A wording of blanks or marks alone folds to nothing: it would occur nowhere, or with 突发* anywhere.
    for wording in wordings:
        if wording.is_empty:
            raise _broken(
                f"主题“{topic}”的 {part} 里有一项没有内容：“{wording.listed}”。请写上词语，或删去这一项。"
            )
    return wordings


def _condition(topic: str, listed: Mapping[str, Any], terms: Sequence[str]) -> Condition:
    of_terms = frozenset(listed.get("terms", ()))
    if unknown := sorted(of_terms - set(terms)):
        raise _broken(f"主题“{topic}”的 unless 提到“{unknown[0]}”，但它不在这个主题的词语里。")
    said = _wordings(topic, "unless.said", listed.get("said", ()))
    if not said:
        raise _broken(f"主题“{topic}”的 unless 没有写 said：在同一句里说到什么时，词语不算。")
    return Condition(of_terms, said)


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
        # Of a term in several parts the first is enough to look for.
        for needed in (one_set for term in topic.terms for one_set in term.grams[0]):
            gram = max(needed, key=lambda gram: (len(gram), gram), default="")
            keys.setdefault(gram, set()).add(topic.key)
    return MappingProxyType({gram: frozenset(found) for gram, found in keys.items()})


def _printed_words(topic: Topic, text: FoldedText, held: set[str]) -> tuple[str, ...]:
    """The words that give ``text``, whose grams are ``held``, the topic; none if it does not have it."""
    found = [(span, term) for term in topic.terms for span in term.spans(text, held)]
    if not found:
        return ()
    there = _that_are_there(topic, found, text, held=held)
    silenced: set[Span] = set()
    for condition in topic.conditions:
        silenced.update(_silenced(condition, there, text, held=held))
    counted = sorted({span for span, _ in there} - silenced)
    return tuple(dict.fromkeys(text.original[start:end] for start, end in counted))


def _that_are_there(
    topic: Topic, found: Sequence[tuple[Span, Wording]], text: FoldedText, *, held: set[str]
) -> list[tuple[Span, Wording]]:
    """Those of the terms found that stand outside of exclusions and, where they are short, as words."""
    excluded = [span for wording in topic.exclusions for span in wording.spans(text, held)]
    outside = [(span, term) for span, term in found if not _is_inside_any(span, excluded)]
    return [
        (span, term) for span, term in outside if not (term.is_short and _cuts_a_word(span, text.original))
    ]


def _is_inside_any(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _cuts_a_word(span: Span, text: str) -> bool:
    """Whether a word of two or more characters crosses one end of a span."""
    low, high = _clause(text, span, reach=BESIDE)
    start, end = (len(fold_text(text[low:at])) for at in span)
    at = 0
    for word in query_segmenter().words(fold_text(text[low:high])):
        behind = at + len(word)
        holds_all = at <= start and end <= behind
        if len(word) > 1 and not holds_all and (at < start < behind or at < end < behind):
            return True
        at = behind
    return False


def _clause(text: str, span: Span, *, reach: int) -> Span:
    """The span with what is beside it in its clause, ``reach`` characters at most on either side."""
    low, high = max(0, span[0] - reach), min(len(text), span[1] + reach)
    ends = [found.end() for found in _CLAUSE_END.finditer(text, low, span[0])]
    next_end = _CLAUSE_END.search(text, span[1], high)
    return max(ends, default=low), next_end.start() if next_end else high


def _silenced(
    condition: Condition, found: Sequence[tuple[Span, Wording]], text: FoldedText, *, held: set[str]
) -> list[Span]:
    """Where terms do not count for what is said in their sentence."""
    bound = [span for span, term in found if not condition.terms or term.listed in condition.terms]
    said = [span for wording in condition.said for span in wording.spans(text, held)] if bound else []
    return [
        span
        for span in bound
        if any(not _SENTENCE_END.search(text.original, *_between(span, other)) for other in said)
    ]


def _between(one: Span, other: Span) -> Span:
    """What lies between two spans; nothing if they touch."""
    first, second = sorted((one, other))
    return first[1], max(first[1], second[0])


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
    block = report.section_at(passage.locator.section).blocks[passage.locator.block]
    return not (isinstance(block, Table) and block.form)
