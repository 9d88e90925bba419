"""Figures in prose that were labelled by hand, and how well the reading agrees with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from report_search.figures.prose.reading import ProseFigure

FOLDER = Path(__file__).parent / "prose_gold"


@dataclass(frozen=True)
class GoldFigure:
    """A labelled figure: the number as printed, its value, the words that its label contains."""

    printed: str
    value: float
    high: float | None
    unit: str
    about: str
    words: tuple[str, ...]

    def is_read_by(self, found: ProseFigure) -> bool:
        """Whether ``found`` has the same number, unit and words of approximation."""
        same = (found.value, found.high, found.unit.casefold()) == (
            self.value,
            self.high,
            self.unit.casefold(),
        )
        return same and set(found.about) == set(self.about) and self.printed in found.text.replace(" ", "")


@dataclass
class Score:
    """``wrong`` were read and are none, or not so; ``missing`` were labelled and not read so."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missing))

    def add(self, gold: Sequence[GoldFigure], found: Iterable[ProseFigure]) -> None:
        """Hold what was read in one sentence, or one report, against its labels, both in order."""
        left = list(gold)
        for figure in found:
            same = next(
                (one for one in left if one.is_read_by(figure) and is_labelled(one, gold, figure)), None
            )
            if same is None:
                self.wrong.append(f"{figure.text}［{figure.label}］ in {figure.sentence}")
            else:
                left.remove(same)
                self.right += 1
        self.missing += [f"{one.printed} {one.unit} {' '.join(one.words)}" for one in left]


def is_labelled(one: GoldFigure, others: Sequence[GoldFigure], found: ProseFigure) -> bool:
    """Whether a label has the words of its figure, and not those of another one of its sentence.

    How much something changed is labelled with what changed, so that it has the words of that as well.
    """

    def is_called(words: Sequence[str]) -> bool:
        return all(word in found.label for word in words)

    beside = [other for other in others if other.words and other.printed in found.sentence.replace(" ", "")]
    own = "".join(one.words)
    foreign = [other for other in beside if not all(word in own for word in other.words)]
    is_mixed = not found.is_change and any(is_called(other.words) for other in foreign)
    return is_called(one.words) and not (one.words and is_mixed)


def cases(name: str) -> Iterator[tuple[str, list[GoldFigure]]]:
    """Each text of a file with its labelled figures."""
    text, figures = "", []
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("  "):
            figures.append(_figure(line))
            continue
        if text:
            yield text, figures
        text, figures = line, []
    yield text, figures


def _figure(line: str) -> GoldFigure:
    printed, value, unit, about, words = (part.strip() for part in line.split("|"))
    low, _, high = value.partition("..")
    return GoldFigure(printed, float(low), float(high) if high else None, unit, about, tuple(words.split()))
