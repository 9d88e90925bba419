"""The first promise: a quoted phrase finds every passage that contains it, and nothing else.

Quotes of 1 to 12 characters are drawn from the folded text of every passage of corpus/ and of generated passages in
which all variants are mixed. What each must find is worked out by the oracle, which is written apart from the engines;
recall and precision have to be exactly 1 on every engine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.read_report import read_file
from report_search.analysis.char_folding import is_latin
from report_search.analysis.fold import FoldedText, Variant, fold
from report_search.engine.protocol import EngineRequest, Snapshot
from report_search.engine.registry import open_engine
from report_search.passages import Passage, PassageType, passages_of
from report_search.query.ast import Query
from report_search.query.interpret import read
from report_search.search.corpus_lexicon import lexicon_of
from tests.analysis.oracle import all_readings, as_text, number_of_each
from tests.analysis.texts import PIECES
from tests.sampling import WHOLE

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
PAIRS = ("“”", "「」", "『』", '""')
MARGIN = 40
"""So many characters around an additional reading decide about everything that it can take part in."""
IN_NUMBERS = "0123456789,."
GENERATED = 250 if WHOLE else 50
QUOTES_OF_CORPUS = 12 if WHOLE else 4
QUOTES_OF_GENERATED = 3


@dataclass(frozen=True)
class Written:
    """A stretch of a passage in one reading: its characters, and the number that each is part of."""

    text: str

    @cached_property
    def numbers(self) -> list[int | None]:
        return number_of_each(self.text)

    def holds(self, needle: str) -> bool:
        at = self.text.find(needle)
        while at >= 0:
            if not self.cuts(at) and not self.cuts(at + len(needle)):
                return True
            at = self.text.find(needle, at + 1)
        return False

    def holds_row(self, pieces: list[str]) -> bool:
        """Whether ``pieces`` stand one behind the other with nothing, a space or borders of cells between them."""
        starts = (
            at for at in range(len(self.text)) if self.text.startswith(pieces[0], at) and not self.cuts(at)
        )
        return any(self.goes_on(at + len(pieces[0]), pieces) for at in starts)

    def goes_on(self, at: int, pieces: list[str]) -> bool:
        """Whether the first of ``pieces``, which ends at ``at``, may end there, and the others follow."""
        if self.cuts(at) or len(pieces) == 1:
            return not self.cuts(at)
        borders = len(self.text[at:]) - len(self.text[at:].lstrip("\t"))
        gaps = [*range(1, borders + 1)]
        if not (is_latin(pieces[0][-1]) and is_latin(pieces[1][0])):
            gaps.append(0)
        if self.text[at : at + 1] == " ":
            gaps.append(1)
        return any(
            self.text.startswith(pieces[1], at + gap)
            and not self.cuts(at + gap)
            and self.goes_on(at + gap + len(pieces[1]), pieces[1:])
            for gap in gaps
        )

    def cuts(self, at: int) -> bool:
        """Whether a border at ``at`` lies inside an Arabic number."""
        inside = 0 < at < len(self.text) and self.numbers[at] is not None
        return inside and self.numbers[at] == self.numbers[at - 1]


@dataclass(frozen=True)
class Readings:
    """What is written in a passage, in every reading."""

    parts: list[Written]

    @cached_property
    def together(self) -> str:
        """All readings in one text, to see at once that something stands in none of them."""
        return "\n".join(part.text for part in self.parts)

    def hold(self, needles: set[str], rows: list[list[str]]) -> bool:
        """Whether a reading holds one of ``needles``, or one of ``rows``."""
        possible = [one for one in needles if one in self.together]
        possible_rows = [row for row in rows if all(piece in self.together for piece in row)]
        return any(part.holds(one) for one in possible for part in self.parts) or any(
            part.holds_row(row) for row in possible_rows for part in self.parts
        )


def written(folded: FoldedText) -> list[Written]:
    """The base reading as a whole, and every reading of the surroundings of each group of variants."""
    found = [Written(folded.text)]
    for low, high in groups(folded):
        start, end = max(0, low - MARGIN), min(len(folded.text), high + MARGIN)
        while start > 0 and folded.text[start - 1] in IN_NUMBERS:
            start -= 1
        while end < len(folded.text) and folded.text[end] in IN_NUMBERS:
            end += 1
        inside = [
            Variant(v.start - start, v.end - start, v.text)
            for v in folded.variants
            if low <= v.start and v.end <= high
        ]
        part = replace(
            folded,
            text=folded.text[start:end],
            starts=folded.starts[start:end],
            ends=folded.ends[start:end],
            variants=tuple(inside),
        )
        found += [Written(as_text(reading)) for reading in all_readings(part)]
    return found


def rows_of(quote: str) -> list[list[str]]:
    """The pieces of a quote between its white space, in every combination of their readings; [] for one piece."""
    pieces = [fold(piece) for piece in quote.split()]
    readings = [
        [as_text(reading) for reading in all_readings(piece)] for piece in pieces if not piece.is_empty
    ]
    return [list(chosen) for chosen in product(*readings)] if len(readings) > 1 else []


def groups(folded: FoldedText) -> Iterator[tuple[int, int]]:
    """Stretches that hold the variants which stand close enough to take part in one match."""
    low = high = -1
    for variant in folded.variants:
        if low >= 0 and variant.start > high + MARGIN // 2:
            yield low, high
            low = high = -1
        low = variant.start if low < 0 else low
        high = max(high, variant.end)
    if low >= 0:
        yield low, high


@pytest.fixture(scope="module")
def passages() -> list[Passage]:
    files = [CORPUS / "mfa-2014.txt", CORPUS / "mfa-2019.md"]
    real = [passage for file in files for passage in passages_of(read_file(file))]
    return real + made(real[0])


def made(model: Passage) -> list[Passage]:
    """Generated passages: prose, digits, punctuation and table rows with all variants mixed in."""
    chance = random.Random(20190515)
    found = []
    for number in range(GENERATED):
        pieces = chance.choices(PIECES, k=chance.randint(1, 14))
        text = "".join(pieces).strip() or "件"
        while len(fold(text).variants) > 8:
            text = text[: len(text) // 2]
        type_: PassageType = "table" if "\t" in text else "paragraph"
        found.append(
            replace(model, id=f"made-{number}", report="made", position=number, text=text, type=type_)
        )
    return found


@pytest.fixture(scope="module")
def snapshot(engine_name: str, passages: list[Passage], tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    engine = open_engine(engine_name, tmp_path_factory.mktemp("engine"))
    with engine.writer() as writer:
        writer.add(passages)
    return engine.snapshot()


def quotes(passages: list[Passage]) -> list[str]:
    """Quotes drawn from folded texts, as they would be typed: in a pair of marks that does not stand in them."""
    chance = random.Random(711)
    drawn: dict[str, None] = {}
    for passage in passages:
        text = fold(passage.text).text
        share = QUOTES_OF_GENERATED if passage.id.startswith("made") else QUOTES_OF_CORPUS
        for _ in range(share):
            length = chance.randint(1, 12)
            start = chance.randrange(max(1, len(text) - length + 1))
            piece = text[start : start + length]
            pair = next((p for p in PAIRS if p[0] not in piece and p[1] not in piece), None)
            if pair and not fold(piece, border=False).is_empty:
                drawn[pair[0] + piece + pair[1]] = None
    return list(drawn)


def found_by(snapshot: Snapshot, tree: Query) -> set[str]:
    found: set[str] = set()
    request = EngineRequest(tree, limit=100, facets=())
    while True:
        matches = snapshot.find(request)
        found.update(hit.id for hit in matches.hits)
        if not matches.more:
            assert len(found) == matches.total.passages
            return found
        request = replace(request, after=matches.hits[-1].key)


@pytest.fixture(scope="module")
def wanted(passages: list[Passage]) -> dict[str, set[str]]:
    """The ids of all passages that each quote has to find."""
    texts = {passage.id: Readings(written(fold(passage.text))) for passage in passages}
    found = {}
    for quote in quotes(passages):
        needle = fold(quote[1:-1], border=False)
        needles, rows = {as_text(reading) for reading in all_readings(needle)}, rows_of(quote[1:-1])
        found[quote] = {key for key, readings in texts.items() if readings.hold(needles, rows)}
    return found


def test_a_quote_finds_every_passage_that_contains_it_and_nothing_else(
    snapshot: Snapshot, wanted: dict[str, set[str]]
) -> None:
    lexicon = lexicon_of(["外交部"])
    assert len(wanted) > (900 if WHOLE else 250)
    wrong = []
    for quote, right in wanted.items():
        found = found_by(snapshot, read(quote, lexicon, strict=True).tree)
        if found != right:
            wrong.append((quote, sorted(right - found)[:3], sorted(found - right)[:3]))
    assert not wrong, f"{len(wrong)} of {len(wanted)} quotes: {wrong[:5]}"
