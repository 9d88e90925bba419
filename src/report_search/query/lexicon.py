"""What reading a query needs to know: how to segment words, which do not count, which are synonyms, and the values
of fields.

Everything is passed in as data. Labels and names are compared folded and without quotation marks, so 主動公開 and
“三公” are found however they are typed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from report_search.analysis.fold import fold_text
from report_search.data import read_lines, read_text
from report_search.errors import OperatorError
from report_search.fields import TYPE_LABELS


class TextSegmenter(Protocol):
    """Segments folded text into words."""

    def words(self, text: str) -> Sequence[str]:
        """The words of ``text`` in order, none inside another; punctuation may be left out."""
        ...

    def search_words(self, text: str) -> Sequence[str]:
        """The words that carry the ranking: those of ``words`` and the shorter ones inside them."""
        ...


class Lexicon(Struct, frozen=True):
    """Words and values for reading queries.

    ``stopwords`` are folded. ``synonyms`` leads from a folded word to what stands for it, as listed. ``values``
    leads from a field to its names: from folded key, label or alias to the canonical value; a field that is not
    in it takes any value. ``labels`` leads from a field to the labels that are shown to people.
    """

    segmenter: TextSegmenter
    stopwords: frozenset[str] = frozenset()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        segmenter: TextSegmenter,
        *,
        sections: Mapping[str, str],
        topics: Mapping[str, str],
        agencies: Mapping[str, Iterable[str]],
    ) -> Lexicon:
        """A lexicon with the listed stop words and synonyms.

        ``sections`` and ``topics`` lead from key to label, ``agencies`` from the canonical name to other names.
        """
        values = {
            "section": _names({key: (label,) for key, label in sections.items()}),
            "topic": _names({key: (label,) for key, label in topics.items()}),
            "agency": _names(agencies),
            "type": _names({key: (label,) for key, label in TYPE_LABELS.items()}),
        }
        labels = {
            "section": tuple(sections.values()),
            "topic": tuple(topics.values()),
            "agency": tuple(agencies),
            "type": tuple(TYPE_LABELS.values()),
        }
        return cls(segmenter, listed_stopwords(), listed_synonyms(), values, labels)

    def is_negated(self, word: str) -> bool:
        """Whether a folded word is a negation or begins with one: 没有, 不予公开, 未成年人; not 不断."""
        negations = listed_negations()
        if word in negations or word[:2] in negations:
            return True
        # A single character negates only a word that there is without it: 不公开, but not 不断 or 无人机.
        return word[:1] in negations and len(word) > 2 and list(self.segmenter.words(word[1:])) == [word[1:]]

    def with_reports(self, reports: Iterable[str]) -> Lexicon:
        """The lexicon of a corpus that has just these reports, named by their ids."""
        ids = tuple(reports)
        names = {**{id_.casefold(): id_ for id_ in ids}, **{id_: id_ for id_ in ids}}
        return replace(self, values={**self.values, "report": names}, labels={**self.labels, "report": ids})

    def resolve(self, field_name: str, raw: str) -> str | None:
        """The canonical value that ``raw`` names in a field other than ``year``; None if it names none."""
        names = self.values.get(field_name)
        if names is None:
            return raw.strip() or None
        return names.get(raw.strip()) or names.get(comparable(raw))

    def near(self, field_name: str, raw: str) -> list[str]:
        """Up to five labels of a field that look like ``raw``, the nearest first."""
        labels = {comparable(label): label for label in self.labels.get(field_name, ())}
        wanted = comparable(raw)
        inside = [name for name in labels if wanted and (wanted in name or name in wanted)]
        alike = get_close_matches(wanted, list(labels), n=5, cutoff=0.4)
        return [labels[name] for name in dict.fromkeys((*inside, *alike))][:5]


def comparable(text: str) -> str:
    """A name as it is compared: folded, without quotation marks."""
    folded = fold_text(text.strip())
    return "".join(mark for mark in folded if mark not in "\"'“”‘’《》")


def _names(entries: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """From every name to its key: first each key as it is, then folded, then the other names."""
    names = {key: key for key in entries}
    for key in entries:
        names.setdefault(comparable(key), key)
    for key, others in entries.items():
        for name in filter(None, others):
            names.setdefault(comparable(name), key)
    return names


@cache
def listed_stopwords() -> frozenset[str]:
    """The folded words of ``data/stopwords.txt``."""
    lines = read_text("stopwords.txt").splitlines()
    return frozenset(fold_text(line.strip()) for line in lines if line.strip() and not line.startswith("#"))


@cache
def listed_negations() -> frozenset[str]:
    """The folded words of ``data/negations.txt``: they turn the meaning, so no run of words is found without them."""
    return frozenset(fold_text(word) for word in read_lines("negations.txt"))


@cache
def listed_synonyms() -> Mapping[str, tuple[str, ...]]:
    """The groups of ``data/synonyms.toml``: from each folded word to the others of its group, as listed."""
    return synonyms_of(read_text("synonyms.toml"))


def synonyms_of(text: str) -> Mapping[str, tuple[str, ...]]:
    """The groups of a TOML text of the form of ``data/synonyms.toml``.

    Raises ``OperatorError`` if a word stands in two groups or alone in one.
    """
    found: dict[str, tuple[str, ...]] = {}
    for group in tomllib.loads(text).get("group", ()):
        words = tuple(group["words"])
        for word in words:
            key = fold_text(word)
            if key in found or len(words) < 2:
                raise OperatorError(
                    "synonyms-broken",
                    f"同义词表中的“{word}”出现在两组里，或没有同义词。",
                    hint="请在 data/synonyms.toml 中更正；一个词只能属于一组。",
                )
            found[key] = tuple(other for other in words if other != word)
    return found
