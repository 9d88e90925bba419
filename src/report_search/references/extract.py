"""From the passages of a report to its citations: which documents each names, short forms resolved.

The rule: a short form, and a title that the report prints with one number only, are resolved within their report; what
no report says is left as printed. Headings cite as paragraphs do, since a search for the same words finds them too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from report_search.analysis.sentences import sentences
from report_search.passages import Passage
from report_search.references.mentions import Mention, mentions_in
from report_search.references.naming import tidy
from report_search.references.short_forms import ShortForm, short_forms_in

LONGEST_SENTENCE = 160
Position = tuple[int, int]
"""A passage by its number in the report, and an offset in its text."""


class Citation(Struct, frozen=True):
    """A passage names a document, as ``text``, in ``sentence``; ``mention`` says which one and where.

    ``is_short``: it is named by a short form of the report's own.
    """

    passage: Passage
    mention: Mention
    text: str
    sentence: str
    is_short: bool = False


def citations_of(passages: Iterable[Passage]) -> list[Citation]:
    """The citations in ``passages``, all those of one report, in their order."""
    listed = list(passages)
    found = [(at, mentions_in(one.text)) for at, one in enumerate(listed)]
    naming = [(at, mentions) for at, mentions in found if mentions]
    if not naming:
        return []
    meanings = _Meanings(listed, naming)
    cited = [
        _citation(listed[at], meanings.resolved((at, one.start), one)) for at, own in naming for one in own
    ]
    numbers = _numbers_by_title(one.mention for one in cited)
    return [replace(one, mention=_with_number(one.mention, numbers)) for one in cited]


class _Meanings:
    """What the short forms of a report mean, by where they are introduced."""

    def __init__(self, passages: Sequence[Passage], naming: Sequence[tuple[int, list[Mention]]]) -> None:
        self._said: dict[str, list[tuple[Position, Mention]]] = defaultdict(list)
        for at, mentions in naming:
            for one in short_forms_in(passages[at].text, mentions):
                self._add((at, one.at), one)

    def _add(self, position: Position, form: ShortForm) -> None:
        # What is shortened may be a short form itself.
        meant, _ = self.resolved(position, form.meant)
        if form.short != meant.title:
            self._said[form.short].append((position, meant))

    def resolved(self, position: Position, mention: Mention) -> tuple[Mention, bool]:
        """``mention`` as the document that it means, and whether it is a short form."""
        said = self._said.get(mention.title, ())
        if not said or mention.number:
            return mention, False
        # The last one before it; the first one of all for what stands before that.
        last = max(bisect_right([place for place, _ in said], position) - 1, 0)
        meant = said[last][1]
        return (
            replace(meant, start=mention.start, end=mention.end, is_inner=mention.is_inner),
            True,
        )


def _citation(passage: Passage, resolved: tuple[Mention, bool]) -> Citation:
    mention, is_short = resolved
    text = tidy(passage.text[mention.start : mention.end])
    return Citation(passage, mention, text, _sentence(passage.text, mention), is_short)


def _sentence(text: str, mention: Mention) -> str:
    """The sentence around a mention, in one line; a long one is cut around it."""
    printed = text[mention.start : mention.end]
    around = [span for span in _sentence_spans(text) if span[0] <= mention.start < span[1]]
    start, end = around[0] if around else (0, len(text))
    whole = text[start:end]
    if len(whole) > LONGEST_SENTENCE:
        spare = max(LONGEST_SENTENCE - len(printed), 0) // 2
        low = max(mention.start - start - spare, 0)
        high = min(mention.end - start + spare, len(whole))
        whole = f"{'…' if low else ''}{whole[low:high]}{'…' if high < len(whole) else ''}"
    return tidy(whole.replace("\t", "　"))


@lru_cache(maxsize=4)
def _sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand; asked once for every document that it names."""
    spans, at = [], 0
    for sentence in sentences(text):
        begin = text.find(sentence, at)
        if begin >= 0:
            at = begin + len(sentence)
            spans.append((begin, at))
    return spans


def _numbers_by_title(mentions: Iterable[Mention]) -> dict[str, Mention]:
    """By title, a mention with the only number that the report prints with it."""
    found: dict[str, dict[str, Mention]] = defaultdict(dict)
    for one in mentions:
        if one.title and one.number and not one.is_order:
            found[one.title][one.number] = one
    return {title: next(iter(ones.values())) for title, ones in found.items() if len(ones) == 1}


def _with_number(mention: Mention, numbers: Mapping[str, Mention]) -> Mention:
    known = numbers.get(mention.title)
    if mention.number or known is None:
        return mention
    return replace(mention, number=known.number, number_label=known.number_label)
