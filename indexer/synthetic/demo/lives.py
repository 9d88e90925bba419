"""The lives of sentences: which a body says in which year, and how each changes from one report to the next.

A *thread* is one sentence through the years, whatever its wording. Every year most are said again as they were; some
are reworded, split, merged, moved to another section or dropped, and their numbers move. The rule: a body says no
sentence twice, so that within a report every sentence belongs to one thread.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.synthetic import vocabulary as words
from indexer.synthetic.demo.bodies import REFORM, Body
from indexer.synthetic.demo.templates import FigureSlot, Template, templates

FORM_CHANGE = 2019
"""The year whose form prescribes the sections: more is rewritten than in other years."""
WANTED = {
    "overview": 6,
    "proactive": 7,
    "requests": 5,
    "review": 3,
    "problems": 5,
    "organisation": 3,
    "fees": 1,
    "other": 2,
}
"""So many sentences of a kind a body says, if there are as many."""
TAKEN_OVER = 3
"""So many sentences of a body that is merged live on with its successor, beside those that only it had."""
_FEWEST = 3
_SPLIT, _REWORD, _MOVE, _DROP = 0.04, 0.06, 0.08, 0.11
"""What happens to a sentence in an ordinary year, each with the chance of what lies between it and the one before."""
_MERGE = 0.15
_MOVES = {"overview": "proactive", "proactive": "overview", "organisation": "problems"}
_MOVES_LATER = {
    "overview": "problems",
    "proactive": "other",
    "organisation": "problems",
    "problems": "overview",
}
_FIELDS = tuple(one for one in words.FIELDS if "领事" not in one)
"""Fields of work; of consular protection only its own sentences speak, so that it is known who never does."""


class Figure(Struct, frozen=True):
    """A number that a sentence prints: ``printed`` is its text there, ``value`` what it means."""

    slot: FigureSlot
    printed: str
    value: int


class Placement(Struct, frozen=True):
    """A thread as it stands in one report: one sentence or, where it was split, two.

    ``section`` is the kind of section it belongs to, ``group`` the kind that its subject has, which gives the item
    of the overview it stands in from 2019 on. ``patterns`` are its sentences with slots, ``slots`` what fills them.
    """

    thread: str
    section: str
    group: str
    patterns: tuple[str, ...]
    slots: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences as printed."""
        return tuple(pattern.format_map(self.slots) for pattern in self.patterns)

    def with_figure(self, slot: str, number: int) -> Placement:
        """The same with ``number`` printed in a slot."""
        figures = tuple(
            _figure(one.slot, number, about=_about_of(one)) if one.slot.slot == slot else one
            for one in self.figures
        )
        printed = {one.slot.slot: one.printed for one in figures}
        return replace(self, slots={**self.slots, **printed}, figures=figures)


class Thread(Struct):
    """A thread as it is now. ``wording`` is the number of its wording, ``numbers`` what its slots hold."""

    id: str
    template: Template
    section: str
    slots: Mapping[str, str]
    about: Mapping[str, str]
    numbers: dict[str, int]
    wording: int = 0
    is_split: bool = False

    def placement(self) -> Placement:
        template = self.template
        patterns = template.parts if self.is_split else (template.wordings[self.wording],)
        figures = tuple(
            _figure(slot, self.numbers.get(slot.slot, 0), about=self.about[slot.slot])
            for slot in template.figures
        )
        printed = {one.slot.slot: one.printed for one in figures}
        return Placement(
            self.id, self.section, template.kind, patterns, {**self.slots, **printed}, figures
        )  # fmt: skip


def lives_of(
    body: Body, years: Sequence[int], *, seed: int, inherited: Sequence[Thread] = ()
) -> tuple[dict[int, list[Placement]], list[Thread]]:
    """What ``body`` says in each of the years in which it reports, and its threads as they are at the end.

    ``inherited`` are the threads of a body that was merged into it.
    """
    life = _Life(body, Random(zlib.crc32(f"{seed}/{body.key}/lives".encode())))
    said: dict[int, list[Placement]] = {}
    for year in years:
        if not body.exists_in(year):
            break
        if said:
            life.grow_older(year)
        if year == REFORM:
            life.take_over(inherited)
        life.fill_up(year)
        said[year] = [thread.placement() for thread in life.in_order()]
    return said, life.threads


class _Life:
    """The threads of one body while the years go by."""

    def __init__(self, body: Body, rng: Random) -> None:
        self._body = body
        self._rng = rng
        self._used: set[str] = set()
        self.threads: list[Thread] = []

    def in_order(self) -> Iterator[Thread]:
        """The threads in the order of the list of sentences, which is the order of a report."""
        order = {key: at for at, key in enumerate(templates())}
        yield from sorted(self.threads, key=lambda thread: order[thread.template.key])

    def fill_up(self, year: int) -> None:
        """Say what this body has to say this year, and new sentences where there are too few."""
        for template in templates().values():
            is_due = template.always or template.is_for(self._body.key, year)
            if is_due and template.key not in self._used:
                self._begin(template)
        for kind, wanted in WANTED.items():
            free = [one for one in templates().values() if self._is_free(one, kind, year)]
            self._rng.shuffle(free)
            held = sum(thread.template.kind == kind for thread in self.threads)
            for template in free[: max(0, wanted - held)]:
                self._begin(template)

    def take_over(self, inherited: Sequence[Thread]) -> None:
        """Go on with the threads of a body that was merged: those that only it had, and a few others."""
        own = {thread.template.key for thread in self.threads}
        new = [thread for thread in inherited if thread.template.key not in own | self._used]
        special = [thread for thread in new if thread.template.only]
        common = [thread for thread in new if not thread.template.only and not thread.template.always]
        for thread in (*special, *common[:TAKEN_OVER]):
            self._used.add(thread.template.key)
            self.threads.append(thread)

    def grow_older(self, year: int) -> None:
        """One year more: numbers move, and some sentences are edited."""
        kept = []
        for thread in self.threads:
            self._move_numbers(thread)
            ends = bool(thread.template.only) and self._is_over(thread.template, year)
            if not ends and not self._edit(thread, year):
                kept.append(thread)
        self.threads = kept

    def _is_over(self, template: Template, year: int) -> bool:
        last = template.only.get(self._body.key, (0, 9999))[1]
        return year > last

    def _is_free(self, template: Template, kind: str, year: int) -> bool:
        is_common = template.kind == kind and not template.only
        return is_common and template.key not in self._used and template.since <= year

    def _begin(self, template: Template) -> None:
        rng = self._rng
        self._used.add(template.key)
        slots = {
            "own": self._body.own,
            "field": rng.choice(_FIELDS),
            "channel": rng.choice(words.CHANNELS),
            "group": rng.choice(words.GROUPS),
            "measure": rng.choice(words.MEASURES),
        }
        about = {slot.slot: rng.choice(slot.about) for slot in template.figures}
        numbers = {slot.slot: rng.randint(slot.low, slot.high) for slot in template.figures if slot.high}
        thread_id = f"{self._body.key}/{template.key}"
        self.threads.append(Thread(thread_id, template, template.kind, slots, about, numbers))

    def _move_numbers(self, thread: Thread) -> None:
        for slot in thread.template.figures:
            if slot.high and self._rng.random() < 0.85:
                span = max(2, (slot.high - slot.low) // 6)
                moved = thread.numbers[slot.slot] + self._rng.randint(-span, span)
                thread.numbers[slot.slot] = min(slot.high, max(slot.low, moved))

    def _edit(self, thread: Thread, year: int) -> bool:
        """Edit a thread, or leave it as it is; whether it is dropped."""
        rng = self._rng
        often = 3.0 if year == FORM_CHANGE else 1.0
        chance = rng.random() / often
        template = thread.template
        if thread.is_split:
            thread.is_split = chance > _MERGE
            return False
        if chance < _SPLIT and template.parts and thread.wording == 0:
            thread.is_split = True
        elif chance < _REWORD and thread.wording + 1 < len(template.wordings):
            thread.wording += 1
        elif _REWORD <= chance < _MOVE and not template.only:
            moves = _MOVES if year < FORM_CHANGE else _MOVES_LATER
            thread.section = moves.get(thread.section, thread.section)
        elif _MOVE <= chance < _DROP:
            return self._can_drop(thread)
        return False

    def _can_drop(self, thread: Thread) -> bool:
        alike = sum(other.template.kind == thread.template.kind for other in self.threads)
        return not (thread.template.always or thread.template.only) and alike > _FEWEST


def _figure(slot: FigureSlot, number: int, *, about: str) -> Figure:
    if about == "余":
        number = max(10, number // 10 * 10)
    printed = f"{number}余" if about == "余" else f"{about}{number}"
    return Figure(slot, printed, number * slot.scale)


def _about_of(figure: Figure) -> str:
    return "".join(char for char in figure.printed if not char.isdigit())
