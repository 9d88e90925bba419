"""The score for a question written down once more, passage by passage and in plain Python, to hold the formula to.

The rule: nothing of ``engine`` is used here, and no number is taken from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from report_search.analysis.fold import fold
from report_search.analysis.matching import occurs_in
from report_search.analysis.word_segmenter import query_segmenter
from report_search.passages import Passage
from report_search.query.ast import Question, Term


def stated_scores(question: Question, passages: Sequence[Passage]) -> dict[str, float]:
    """The score of each passage by its id."""
    texts = [fold(passage.text).text for passage in passages]
    words = [query_segmenter().search_words(text) for text in texts]
    gram_lists = [[text[at : at + 2] for at in range(len(text))] for text in texts]
    lengths = [len(text) for text in texts]
    terms = question.terms

    def rarity(have: Sequence[bool]) -> float:
        return math.log(1 + (len(have) - sum(have) + 0.5) / (sum(have) + 0.5))

    def worth(counts: Sequence[int], sizes: Sequence[int]) -> list[float]:
        average = sum(sizes) / max(1, len(sizes)) or 1.0
        weight = rarity([count > 0 for count in counts])
        return [
            weight * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * size / average)) if count else 0.0
            for count, size in zip(counts, sizes, strict=True)
        ]

    def in_text(char: str) -> list[int]:
        return [text.count(char) for text in texts]

    def added(parts: Sequence[list[float]]) -> list[float]:
        return [sum(column) for column in zip(*parts, strict=True)] if parts else [0.0] * len(texts)

    grams = [
        worth([found.count(gram) for found in gram_lists] if len(gram) == 2 else in_text(gram), lengths)
        for gram in question.grams
    ]
    ranking = dict.fromkeys(word for term in terms for word in term.words)
    word_sizes = [len(found) for found in words]
    word_parts = [worth([found.count(word) for found in words], word_sizes) for word in ranking]
    chars = list(dict.fromkeys(char for term in terms for char in term.folded.text if char.isalnum()))
    char_parts = [worth(in_text(char), lengths) for char in chars]
    char_rarity = {char: rarity([count > 0 for count in in_text(char)]) for char in chars}

    def weight_of(term: Term) -> float:
        return max((rarity([word in found for found in words]) for word in term.words), default=0.0)

    def nearness(text: str) -> float:
        pairs = [(one, two) for at, one in enumerate(terms) for two in terms[at + 1 : at + 3]][:24]
        gaps = ((one, two, _gap(one.folded.text, two.folded.text, text)) for one, two in pairs)
        return sum(
            min(weight_of(one), weight_of(two)) * (1 - gap / 21) for one, two, gap in gaps if gap is not None
        )

    contexts = [fold(passage.context) for passage in passages]
    above = [
        [any(occurs_in(needle, context) for needle in (term.folded, *term.synonyms)) for context in contexts]
        for term in terms
    ]
    base = [one + 0.5 * two for one, two in zip(added(grams), added(word_parts), strict=True)]
    lifted = added(char_parts)
    scores = {}
    for at, passage in enumerate(passages):
        covered = sum(char_rarity[char] for char in chars if char in texts[at])
        score = base[at] + 0.4 * lifted[at] + 0.8 * nearness(texts[at])
        score += 0.3 * sum(rarity(column) for column in above if column[at])
        score *= 1 + covered / (sum(char_rarity.values()) or 1.0)
        scores[passage.id] = score * (0.9 if passage.section == "preamble" else 1.0) if base[at] else 0.0
    return scores


def _gap(one: str, two: str, text: str) -> int | None:
    starts: Callable[[str], list[int]] = lambda word: [  # noqa: E731  # one line twice
        at for at in range(len(text)) if word and text.startswith(word, at)
    ]
    gaps = [
        begin - (end + len(first))
        for first, second in ((one, two), (two, one))
        for end in starts(first)
        for begin in starts(second)
        if 0 <= begin - (end + len(first)) <= 20
    ]
    return min(gaps, default=None)
