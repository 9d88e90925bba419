"""The oracle of exact wording, written apart from the code it judges: slow, and plain to see.

"A quoted phrase hits a passage if some reading of it is a substring of some reading of the passage's text, with neither
end inside an Arabic number." Readings are written out one by one, and numbers are found character by character.
"""

from __future__ import annotations

from functools import cache

from report_search.analysis.fold import FoldedText

Character = tuple[str, int, int]
"""A character of a reading, and where in the base reading it begins and ends."""


def all_readings(folded: FoldedText) -> list[list[Character]]:
    """Every reading: go on with the base text to where a variant begins, or with any variant that begins here."""
    starts = sorted({edge.start for edge in folded.variants})

    @cache
    def onward(at: int) -> list[list[Character]]:
        if at == len(folded.text):
            return [[]]
        end = next((start for start in starts if start > at), len(folded.text))
        base = [(folded.text[place], place, place + 1) for place in range(at, end)]
        found = [base + rest for rest in onward(end)]
        for edge in folded.variants:
            if edge.start == at:
                characters = edge_characters(edge.start, edge.text, folded.text[edge.start : edge.end])
                found += [characters + rest for rest in onward(edge.end)]
        return found

    return onward(0)


def edge_characters(start: int, text: str, base: str) -> list[Character]:
    """The characters of a variant, each with its own place in ``base`` if all of them have one there, in order."""
    if len(text) == len(base):
        return [(char, start + at, start + at + 1) for at, char in enumerate(text)]
    places: list[int] = []
    for at, char in enumerate(base):
        if len(places) < len(text) and text[len(places)] == char:
            places.append(start + at)
    if len(places) == len(text):
        return [(char, at, at + 1) for char, at in zip(text, places, strict=True)]
    return [(char, start, start + len(base)) for char in text]


def as_text(reading: list[Character]) -> str:
    return "".join(char for char, _, _ in reading)


def number_of_each(text: str) -> list[int | None]:
    """For each character the number that it is part of, counted from 0; None outside numbers."""
    owner: list[int | None] = [None] * len(text)
    at = count = 0
    while at < len(text):
        if not is_digit(text, at):
            at += 1
            continue
        end = number_end(text, at)
        owner[at:end] = [count] * (end - at)
        count += 1
        at = end
    return owner


def number_end(text: str, start: int) -> int:
    """The end of the number that begins at ``start``; with more than one point each run of digits is one."""
    end = digits_end(text, start)
    if start > 1 and text[start - 1] == "." and is_digit(text, start - 2):
        return end
    end = thousands_end(text, start, end) or end
    fraction = fraction_end(text, end)
    return fraction if fraction_end(text, fraction) == fraction else end


def thousands_end(text: str, start: int, end: int) -> int:
    """The end of the thousands groups that begin at ``start``, 0 if there are none."""
    if text[start] == "0" or end - start > 3:
        return 0
    last = 0
    while end < len(text) and text[end] == "," and digits_end(text, end + 1) == end + 4:
        end = last = end + 4
    return last


def fraction_end(text: str, at: int) -> int:
    return digits_end(text, at + 1) if text[at : at + 1] == "." and is_digit(text, at + 1) else at


def digits_end(text: str, at: int) -> int:
    while is_digit(text, at):
        at += 1
    return at


def is_digit(text: str, at: int) -> bool:
    return at < len(text) and text[at] in "0123456789"


def may_cut(owner: list[int | None], at: int) -> bool:
    return not (0 < at < len(owner) and owner[at] is not None and owner[at - 1] == owner[at])


def matches(needle: FoldedText, text: FoldedText) -> list[tuple[int, int]]:
    """Every position at which a match begins, with its shortest end."""
    found: dict[int, int] = {}
    needles = {as_text(reading) for reading in all_readings(needle)} - {""}
    for reading in all_readings(text):
        haystack = as_text(reading)
        owner = number_of_each(haystack)
        for wanted in needles:
            for at in range(len(haystack) - len(wanted) + 1):
                end = at + len(wanted)
                if haystack[at:end] == wanted and may_cut(owner, at) and may_cut(owner, end):
                    start, stop = reading[at][1], reading[end - 1][2]
                    found[start] = min(stop, found.get(start, stop))
    return sorted(found.items())
