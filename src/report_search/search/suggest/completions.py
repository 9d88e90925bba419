"""Completions while a query is typed: what the corpus has that begins as the end of the query does, or sounds so.

They come from four places: names of agencies, labels of topics and sections, the library's words of the domain, and
the phrases that follow what was typed in the passages themselves. Latin letters are taken as pinyin, whole or its
initials (lsbh: 领事保护). The rule: a completion is offered only after it was tried, with the number of passages that
choosing it gives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal

from msgspec import Struct

from report_search.analysis.fold import fold, fold_text
from report_search.analysis.pinyin import initials, is_pinyin, prepare_to_read, spelled
from report_search.engine.protocol import EngineRequest, Snapshot
from report_search.fields import DOCUMENT_NAMES, FIELD_LABELS, FIELD_NAMES
from report_search.query.ast import Phrase
from report_search.query.lexicon import TextSegmenter
from report_search.search.highlight import highlight

CompletionKind = Literal["agency", "topic", "section", "word", "phrase"]
CLOSING = {'"': '"', "“": "”", "「": "」", "『": "』"}
"""The quotation marks that open exact wording, each with what closes it."""
MOST: Mapping[CompletionKind, int] = {"agency": 3, "topic": 2, "section": 2, "word": 5, "phrase": 5}
"""So many completions of each kind are offered."""
MAX_TRIED = 12
"""So many candidates of each kind are tried at most, the likeliest first."""
MAX_PHRASE = 16
"""A phrase offered adds at most so many characters to what was typed."""
SAMPLE = 60
"""Phrases are gathered from so many passages."""
MAX_LENGTH = 64
"""What is longer is not completed: nobody types it, it was pasted."""

_LAST_PIECE = re.compile(r"[^\s,，、;；()（）|\"“”「」『』]*$")
_FIELD = re.compile("(" + "|".join(FIELD_NAMES) + ")[:：](.*)", re.IGNORECASE)
_WHOLE_REPORT = re.compile("^-?(?:" + "|".join(DOCUMENT_NAMES) + ")[:：]", re.IGNORECASE)
_STOPS = re.compile(r"[\s\d,，、;；:：。！？!?()（）“”「」『』《》〔〕|]")


class Name(Struct, frozen=True):
    """Something with a name: ``spellings`` are what may be typed for it, folded; ``typed`` is what asks for it."""

    kind: CompletionKind
    label: str
    typed: str
    spellings: tuple[str, ...]


class Completion(Struct, frozen=True):
    """One completion: what is shown, of which kind, the whole query with it, and how many passages that finds."""

    text: str
    kind: CompletionKind
    query: str
    passages: int


class Piece(Struct, frozen=True):
    """The end of a query that is completed: what stands before it, the piece, its field and its open quote."""

    before: str
    text: str
    field: str = ""
    quote: str = ""


class Candidate(Struct, frozen=True):
    """What may be offered once it was tried: how well it fits (1 is best), what is shown, the whole query with it."""

    fit: int
    text: str
    query: str


Count = Callable[[str], int]
"""From a whole query to the number of passages that it finds with all its words."""
Continuations = Callable[[Phrase], Iterable[tuple[str, ...]]]
"""From a phrase to what follows it in passages that have it: for each place, the words up to a punctuation mark."""


def name_of(kind: CompletionKind, label: str, *, others: Iterable[str] = ()) -> Name:
    """The name ``label`` of a kind, that ``others`` stand for too. What is no word is asked for by its field."""
    # A label with quotation marks (预算决算与“三公”) is a value of its field without them as well.
    bare = label.translate(dict.fromkeys(map(ord, '“”"')))
    typed = bare if kind == "word" else f"{FIELD_LABELS[kind]}:{bare}"
    return Name(kind, label, typed, tuple(dict.fromkeys(fold_text(one) for one in (bare, *others) if one)))


def last_piece(text: str) -> Piece | None:
    """The piece at the end of a query that is being typed; None if there is nothing to complete."""
    opened = _open_quote(text)
    if opened >= 0:
        return _worth(Piece(text[:opened], text[opened + 1 :].lstrip(), quote=text[opened]))
    match = _LAST_PIECE.search(text)
    start = match.start() if match else len(text)
    piece = text[start:]
    if named := _FIELD.fullmatch(piece):
        return _worth(Piece(text[:start], named[2], field=FIELD_NAMES[named[1].lower()]))
    # What is asked of the whole report is completed like any word: 整份:领 → 整份:领事保护.
    bare = _WHOLE_REPORT.sub("", piece, count=1).lstrip("-")
    return _worth(Piece(text[: len(text) - len(bare)], bare))


def complete(
    text: str,
    names: Sequence[Name],
    *,
    count: Count,
    continuations: Continuations,
    stopwords: Container[str] = (),
) -> list[Completion]:
    """The completions of a query, agencies first, then topics, sections, words, phrases.

    No phrase that is offered ends with one of the ``stopwords``.
    """
    piece = last_piece(text)
    if piece is None:
        return []
    found: list[Completion] = []
    for kind in MOST:
        if kind == "phrase":
            candidates = _phrases(piece, continuations, stopwords=stopwords)
        else:
            candidates = _named(piece, names, kind=kind)
        found += _tried(candidates, piece, kind=kind, count=count)
    return _without_repeats(found)


def _open_quote(text: str) -> int:
    """Where the quotation mark stands that is still open at the end; -1 if none is."""
    opened, closing = -1, ""
    for at, char in enumerate(text):
        if opened >= 0:
            if char == closing:
                opened = -1
        elif char in CLOSING:
            opened, closing = at, CLOSING[char]
    return opened


def _worth(piece: Piece) -> Piece | None:
    """A piece that says enough: two characters, or one that is no Latin letter or digit, or a field's name."""
    length = len(piece.text)
    is_enough = length >= (2 if piece.text.isascii() or piece.quote else 1) or bool(piece.field)
    return piece if is_enough and length <= MAX_LENGTH else None


def _named(piece: Piece, names: Sequence[Name], *, kind: str) -> Iterator[Candidate]:
    """The names of a kind that fit, those that begin so first."""
    if piece.quote or piece.field not in ("", kind):
        return
    wanted = fold_text(piece.text)
    if is_pinyin(wanted):
        prepare_to_read(spelling for name in names for spelling in name.spellings)
    ranked = [(_fit(name, wanted), name) for name in names if name.kind == kind]
    fitting = sorted((pair for pair in ranked if pair[0]), key=lambda pair: (pair[0], len(pair[1].label)))
    yield from (Candidate(fit, name.label, piece.before + name.typed) for fit, name in fitting)


def _fit(name: Name, wanted: str) -> int:
    """1 if a spelling of the name begins with ``wanted``, 2 if its pinyin does, 3 if it stands inside; 0 if none."""
    if any(spelling.startswith(wanted) for spelling in name.spellings):
        return 1
    if is_pinyin(wanted):
        return 2 if any(_sounds_so(spelling, wanted) for spelling in name.spellings) else 0
    return 3 if len(wanted) > 1 and any(wanted in spelling for spelling in name.spellings) else 0


def _sounds_so(spelling: str, letters: str) -> bool:
    return any(sounded.startswith(letters) for sounded in (spelled(spelling), initials(spelling)))


def _phrases(piece: Piece, continuations: Continuations, *, stopwords: Container[str]) -> Iterator[Candidate]:
    """The phrases that go on from the piece, those of most passages first."""
    if piece.field or len(piece.text) < 2 or is_pinyin(piece.text.lower()):
        return
    passages: Counter[str] = Counter()
    for words in continuations(Phrase(piece.text, fold(piece.text))):
        passages.update(_beginnings(words, stopwords))
    close = CLOSING.get(piece.quote, "”")
    for added in sorted(_whole(passages), key=lambda one: (-passages[one], -len(one), one)):
        phrase = piece.text + added
        yield Candidate(1, phrase, f"{piece.before}{piece.quote or '“'}{phrase}{close}")


def _whole(passages: Counter[str]) -> list[str]:
    """What follows more than once; what always goes on in the same way only with what it goes on with."""
    repeated = [added for added, number in passages.items() if number > 1]
    return [
        added
        for added in repeated
        if not any(
            len(other) > len(added) and other.startswith(added) and passages[other] == passages[added]
            for other in repeated
        )
    ]


def _beginnings(words: Sequence[str], stopwords: Container[str]) -> Iterator[str]:
    """The words joined: the first, the first two, and so on, while they are short enough and end with a word."""
    joined = ""
    for word in words:
        joined += word
        if len(joined) > MAX_PHRASE:
            return
        if word not in stopwords:
            yield joined


def _tried(
    candidates: Iterator[Candidate], piece: Piece, *, kind: CompletionKind, count: Count
) -> list[Completion]:
    """The candidates that find something, of equal fit those first that find most; not what is typed already."""
    typed = piece.before + piece.text
    tried = [(one, count(one.query)) for one in islice(candidates, MAX_TRIED) if one.query != typed]
    found = sorted((pair for pair in tried if pair[1]), key=lambda pair: (pair[0].fit, -pair[1]))
    return [Completion(one.text, kind, one.query, passages) for one, passages in found[: MOST[kind]]]


def _without_repeats(found: Iterable[Completion]) -> list[Completion]:
    """A phrase that is offered as a word already is left out."""
    first: dict[tuple[str, bool], Completion] = {}
    for one in found:
        first.setdefault((one.text, one.kind in ("agency", "topic", "section")), one)
    return list(first.values())


def following(snapshot: Snapshot, phrase: Phrase, *, segmenter: TextSegmenter) -> Iterator[tuple[str, ...]]:
    """What follows ``phrase`` in the passages that rank first for it, cut into words as they are printed."""
    found = snapshot.find(EngineRequest(phrase, limit=SAMPLE, facets=()))
    for passage in snapshot.passages([match.id for match in found.hits]):
        for _, end in highlight(phrase, passage).spans:
            yield tuple(_words(_rest(passage.text, end), segmenter))


def _rest(text: str, end: int) -> str:
    """The rest of a text from ``end`` up to a punctuation mark, digit or blank, as far as a phrase may go."""
    rest = text[end : end + MAX_PHRASE + 1]
    stop = _STOPS.search(rest)
    return rest[: stop.start()] if stop else rest


def _words(rest: str, segmenter: TextSegmenter) -> Iterator[str]:
    folded = fold_text(rest)
    if len(folded) != len(rest):
        return
    at = 0
    for word in segmenter.words(folded):
        yield rest[at : at + len(word)]
        at += len(word)
