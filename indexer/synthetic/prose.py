"""Paragraphs and items from the vocabulary, in every item style that reports use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Literal

from indexer.synthetic import vocabulary as words
from report_search.model import Block, Paragraph, Section

ItemStyle = Literal["lead", "heading", "number", "number-comma", "paren", "half-width", "yishi", "plain"]
STYLES: tuple[ItemStyle, ...] = (
    "lead",
    "heading",
    "number",
    "number-comma",
    "paren",
    "half-width",
    "yishi",
    "plain",
)
"""How the items of a section are set, each as seen in reports: （一） with a lead sentence or as a heading of
its own; 1. and 1、 and （1） and (一) with a lead sentence; 一是 … in one paragraph; no items."""

NUMERALS = "一二三四五六七八九十"
_ORDINALS: Mapping[ItemStyle, str] = {
    "lead": "（{han}）",
    "heading": "（{han}）",
    "number": "{at}.",
    "number-comma": "{at}、",
    "paren": "（{at}）",
    "half-width": "({han})",
}


class ProseWriter:
    """Writes sentences about one agency and year. ``figures`` are the numbers that its tables give."""

    def __init__(self, rng: Random, agency: str, *, year: int, figures: Mapping[str, int]) -> None:
        self._rng = rng
        self._fixed = {"agency": agency, "year": str(year), **{key: str(n) for key, n in figures.items()}}

    def opening(self) -> str:
        """What is printed before the first section."""
        return self._fill(self._rng.choice(words.OPENINGS))

    def paragraph(self, kind: str, sentences: int) -> str:
        """So many different sentences of a section's kind, fewer if it has fewer."""
        patterns = words.SENTENCES[kind]
        chosen = self._rng.sample(patterns, min(sentences, len(patterns)))
        return "".join(map(self._fill, chosen))

    def items(self, kind: str, style: ItemStyle) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
        """The blocks and the subsections of a section."""
        rng = self._rng
        if style == "plain":
            return tuple(
                Paragraph(self.paragraph(kind, rng.randint(2, 4))) for _ in range(rng.randint(1, 3))
            ), ()
        if style == "yishi":
            return (Paragraph(self._enumeration(kind)),), ()
        leads = self._leads(kind)
        ordinals = [_ORDINALS[style].format(han=NUMERALS[at - 1], at=at) for at in range(1, len(leads) + 1)]
        if style == "heading":
            return (), tuple(
                Section(ordinal, lead, kind, (Paragraph(self.paragraph(kind, 3)),))
                for ordinal, lead in zip(ordinals, leads, strict=True)
            )
        return tuple(
            Paragraph(f"{ordinal}{lead}。{self.paragraph(kind, rng.randint(2, 3))}", ordinal, lead)
            for ordinal, lead in zip(ordinals, leads, strict=True)
        ), ()

    def _leads(self, kind: str) -> Sequence[str]:
        leads = words.ITEM_LEADS[kind]
        return leads[: self._rng.randint(2, len(leads))]

    def _enumeration(self, kind: str) -> str:
        parts = [self.paragraph(kind, 1).rstrip("。") for _ in range(self._rng.randint(2, 4))]
        return "；".join(f"{NUMERALS[at]}是{part}" for at, part in enumerate(parts)) + "。"

    def _fill(self, pattern: str) -> str:
        rng = self._rng
        fields = rng.sample(words.FIELDS, 2)
        channels = rng.sample(words.CHANNELS, 2)
        measures = rng.sample(words.MEASURES, 2)
        faults = rng.sample(words.FAULTS, 2)
        return pattern.format(
            law=rng.choice(words.LAWS),
            field=fields[0],
            field2=fields[1],
            channel=channels[0],
            channel2=channels[1],
            measure=measures[0],
            measure2=measures[1],
            fault=faults[0],
            fault2=faults[1],
            effect=rng.choice(words.EFFECTS),
            group=rng.choice(words.GROUPS),
            form=rng.choice(words.FORMS),
            training=rng.choice(words.TRAININGS),
            n=rng.randint(12, 9999),
            n2=rng.randint(11, 999),
            s=rng.randint(2, 30),
            **self._fixed,
        )
