"""Did you mean: for a word that no passage has, words that the corpus does have and that were probably meant.

A word typed with an input method goes wrong in sound: 护罩 for 护照. So candidates are the word with one character
replaced by one that sounds like it, known words of the very same sound (领市保户: 领事保护; huzhao: 护照), the word
with two neighbours exchanged or one character left out, and known words that look alike. The rule: a candidate is
named only if the corpus has it, which is asked of many at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache

from report_search.analysis.fold import fold, fold_text
from report_search.analysis.pinyin import (
    is_pinyin,
    prepare_to_read,
    sounding_like,
    sounds,
    spelled,
    syllables,
)
from report_search.data import read_lines
from report_search.query.ast import Or, Phrase, Query
from report_search.query.interpret import QueryPart
from report_search.search.suggest.suggestions import QUOTES

MAX_LENGTH = 12
"""A longer word is not looked at: too much could be wrong with it."""
MAX_CANDIDATES = 600
"""So many candidates of a word are tried at most, the likeliest first."""
MOST_NAMED = 2
"""So many words are named for each that was not found."""
_AT_ONCE = 60
Occurs = Callable[[Query], bool]
"""Whether the corpus has a passage that a tree finds."""


def corrections(word: str, known: Sequence[str], *, occurs: Occurs) -> list[str]:
    """Words of the corpus that may have been meant by ``word``, the likeliest first; [] if the corpus has it itself.

    ``known`` are words that the corpus may have, such as names of agencies.
    """
    word = fold_text(word)
    if not 1 < len(word) <= MAX_LENGTH * (6 if is_pinyin(word) else 1) or occurs(_phrase(word)):
        return []
    candidates = list(dict.fromkeys(_candidates(word, (*known, *_dictionary()))))[:MAX_CANDIDATES]
    return list(_occurring([one for one in candidates if one != word], occurs))


def _candidates(word: str, known: Sequence[str]) -> Iterator[str]:
    """What may have been meant, the likeliest first."""
    if is_pinyin(word):
        prepare_to_read(known)
        yield from (other for other in known if spelled(other) == word)
    elif all(map(syllables, word)):
        yield from (other for other in known if _sound_alike(word, other))
        yield from get_close_matches(word, known, n=3, cutoff=0.75)
        yield from _one_slip_away(word)


def _one_slip_away(word: str) -> Iterator[str]:
    """The word with one character of the same sound, with two neighbours exchanged, or with one character less."""
    for at, char in enumerate(word):
        yield from (word[:at] + other + word[at + 1 :] for other in sounding_like(char))
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if len(word) > 2:
        yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _occurring(candidates: Sequence[str], occurs: Occurs) -> Iterator[str]:
    """Those of the candidates that the corpus has, in their order, at most ``MOST_NAMED``."""
    found: list[str] = []
    for start in range(0, len(candidates), _AT_ONCE):
        for candidate in _among(candidates[start : start + _AT_ONCE], occurs):
            found.append(candidate)
            yield candidate
            if len(found) == MOST_NAMED:
                return


def _among(candidates: Sequence[str], occurs: Occurs) -> Iterator[str]:
    """Those of a few candidates that occur: all are asked for at once, then each half of those that had one."""
    if not occurs(_any(candidates)):
        return
    if len(candidates) == 1:
        yield candidates[0]
        return
    half = len(candidates) // 2
    yield from _among(candidates[:half], occurs)
    yield from _among(candidates[half:], occurs)


def _any(words: Iterable[str]) -> Query:
    phrases = tuple(map(_phrase, words))
    return phrases[0] if len(phrases) == 1 else Or(phrases)


def _phrase(word: str) -> Phrase:
    return Phrase(word, fold(word))


def _sound_alike(word: str, other: str) -> bool:
    """Whether two words sound alike, character by character."""
    return len(word) == len(other) and not any(
        sounds(one).isdisjoint(two) for one, two in zip(word, map(sounds, other), strict=True)
    )


@cache
def _dictionary() -> tuple[str, ...]:
    """The library's words of the domain."""
    return tuple(fold_text(line.split()[0]) for line in read_lines("dictionary.txt"))


def did_you_mean(
    text: str, parts: Sequence[QueryPart], *, known: Sequence[str], occurs: Occurs
) -> Iterator[str]:
    """A query that found nothing with one of its words replaced by what may have been meant, the likeliest first."""
    named: set[str] = set()
    for start, end in _stretches(text, parts):
        for meant in corrections(text[start:end], known, occurs=occurs):
            corrected = text[:start] + meant + text[end:]
            if corrected not in named:
                named.add(corrected)
                yield corrected


def _stretches(text: str, parts: Sequence[QueryPart]) -> Iterator[tuple[int, int]]:
    """Where the words of a query stand, then the runs of words that were typed without a blank.

    A slip may tear a word apart, so that each piece of it is there: 政务薪媒体 is read 政务, 薪 and 媒体.
    """
    words = [part for part in parts if part.as_ in ("word", "exact") and not part.text.startswith("-")]
    runs: list[tuple[int, int]] = []
    for part in words:
        typed = text[part.start : part.end].strip(QUOTES)
        start = text.find(typed, part.start)
        yield start, start + len(typed)
        if runs and runs[-1][1] == part.start:
            runs[-1] = runs[-1][0], part.end
        else:
            runs.append((part.start, part.end))
    singles = {(part.start, part.end) for part in words}
    yield from (run for run in runs if run not in singles)
