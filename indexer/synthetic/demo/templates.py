"""The sentences of the demo corpus as data: how each can be worded, split, and which numbers it holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct, field


class FigureSlot(Struct, frozen=True):
    """A number in a sentence: what is counted, the unit printed behind it, and where it moves.

    ``scale`` is what the printed number is multiplied by (万). ``about`` holds the words of approximation of which a
    body takes one for good. ``measure`` is the cell of the official table that says the same number, "" for none.
    """

    slot: str
    label: str
    unit: str
    low: int = 0
    high: int = 0
    scale: int = 1
    about: tuple[str, ...] = ("",)
    measure: str = ""


class Template(Struct, frozen=True):
    """A sentence: its wordings, oldest first; ``parts`` are the first of them as two sentences, empty for none.

    ``only`` leads from the key of a body to the first and last year in which it says it; empty if any body may.
    A sentence that stands ``always`` is never dropped. ``since`` is the first year in which anyone says it.
    """

    key: str
    kind: str
    wordings: tuple[str, ...]
    parts: tuple[str, ...] = ()
    figures: tuple[FigureSlot, ...] = ()
    only: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    always: bool = False
    since: int = 0

    def is_for(self, body: str, year: int) -> bool:
        """Whether the body with this key has to say it in its report about ``year``."""
        first, last = self.only.get(body, (1, 0))
        return first <= year <= last


@cache
def templates() -> Mapping[str, Template]:
    """Every sentence by its key, in the order of ``sentences.toml``."""
    data = tomllib.loads(files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8"))
    return {entry["key"]: _template(entry) for entry in data["sentence"]}


def _template(entry: Mapping[str, Any]) -> Template:
    return Template(
        key=entry["key"],
        kind=entry["kind"],
        wordings=tuple(entry["wordings"]),
        parts=tuple(entry.get("parts", ())),
        figures=tuple(_figure(figure) for figure in entry.get("figures", ())),
        only={body: (first, last) for body, (first, last) in entry.get("only", {}).items()},
        always=entry.get("always", False),
        since=entry.get("since", 0),
    )


def _figure(entry: Mapping[str, Any]) -> FigureSlot:
    return FigureSlot(**{**entry, "about": tuple(entry.get("about", ("",)))})
