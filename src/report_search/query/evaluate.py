"""What a tree says of one passage: the reference meaning of every node, with which each engine has to agree.

A node says three things of a passage: whether it *holds*; whether it holds *in text*, by a word of the passage's own
text; and whether it holds as *filter only*, without any word (a field, a negation, everything). A passage is a hit if
its tree holds in text or as filter only; a tree that holds only by words of the context is no hit. A heading takes
part only if the tree has, outside of a Not, exact wording (Phrase …) or an IncludeHeadings; otherwise it is no hit.

===============  ===================================  ===============================  =====================
Phrase … is Phrase, Pattern, Near and Within, whose ranges in the text ``query.positions`` finds. Under an InReport
And, Or, AtLeast and Not join what is said of the report, and every other node holds for it if it holds for one of its
passages, headings included.

The rule: the engines are tested against this module, so it stays simple, looks at one passage at a time and shares no
code with ``query.algebra``, not even the helpers for walking trees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import occurs_in
from report_search.fields import FILTER_FIELDS
from report_search.passages import Passage, values_of
from report_search.query import positions
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    HasNumber,
    IncludeHeadings,
    InField,
    InReport,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
)
from report_search.query.numbers.of_passage import PassageNumber, numbers_found, numbers_of

_NO_CONTEXT = fold("")


@dataclass(frozen=True, slots=True)
class View:
    """A passage as a query sees it: folded text, folded context, the values of its fields, its numbers.

    ``report`` are the views of all passages of its report, its own among them; () where they are not known, and then
    the report is asked as if this were its only passage.
    """

    text: FoldedText
    context: FoldedText
    fields: dict[str, frozenset[str]]
    year: int | None
    is_heading: bool = False
    numbers: tuple[PassageNumber, ...] = ()
    report: Sequence[View] = field(default=(), repr=False, compare=False)


class Verdict(NamedTuple):
    """What a node says of a passage; ``in_text`` and ``filter_only`` each imply ``holds``."""

    holds: bool
    in_text: bool
    filter_only: bool


def view(passage: Passage, *, report: Sequence[View] = ()) -> View:
    """Fold a passage for evaluation."""
    text = fold(passage.text)
    fields = {name: frozenset(values_of(passage, name)) for name in FILTER_FIELDS}
    return View(
        text,
        fold(passage.context),
        fields,
        passage.year,
        is_heading=passage.is_heading,
        numbers=numbers_of(passage, text),
        report=report,
    )


def views(passages: Iterable[Passage]) -> list[View]:
    """The views of all passages of a corpus, each with those of its report."""
    by_report: dict[str, list[View]] = {}
    found = []
    for passage in passages:
        report = by_report.setdefault(passage.report, [])
        found.append(view(passage, report=report))
        report.append(found[-1])
    return found


def asks_headings(tree: Query) -> bool:
    """Whether headings take part: the tree has exact wording that it does not exclude, or includes them."""
    match tree:
        case Phrase() | Pattern() | Near() | Within() | IncludeHeadings():
            return True
        case And(children) | Or(children) | AtLeast(_, children):
            return any(map(asks_headings, children))
        case _:
            return False


def is_hit(tree: Query, seen: View) -> bool:
    """Whether a passage is a hit."""
    if seen.is_heading and not asks_headings(tree):
        return False
    verdict = evaluate(tree, seen)
    return verdict.in_text or verdict.filter_only


def is_complete(tree: Query, seen: View) -> bool:
    """Whether a passage is a hit that lacks no word: one even if every AtLeast asks for all of its children."""
    return is_hit(_require_all(tree), seen)


def spans(tree: Query, seen: View) -> list[tuple[int, int]]:
    """The spans of the original text that the tree matched, in order, merged where they overlap or touch.

    Everything except what is under a Not; of Near only the pairs that are near, of Within only what is in a sentence
    for which all of it holds.
    """
    merged: list[tuple[int, int]] = []
    ranges = [*positions.matched_ranges(tree, seen.text), *_number_ranges(tree, seen)]
    for start, end in sorted(seen.text.span(*found) for found in ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def missing(tree: Query, seen: View) -> list[str]:
    """The words under an AtLeast that neither text nor context contains, as typed, in order."""
    return list(dict.fromkeys(_missing(tree, seen)))


def evaluate(tree: Query, seen: View) -> Verdict:
    """What ``tree`` says of a passage."""
    match tree:
        case And(children) | Or(children) | AtLeast(_, children):
            return _combined(tree, [evaluate(child, seen) for child in children])
        case Term():
            in_text = _occurs(tree, seen.text)
            return Verdict(in_text or _occurs(tree, seen.context), in_text, False)
        case Phrase() | Pattern() | Near() | Within() | HasNumber():
            found = _is_in_text(tree, seen)
            return Verdict(found, found, False)
        case Not(child):
            # Words of the context never exclude: -外交部 keeps the passages below a heading that names 外交部.
            return _filter_only(not evaluate(child, replace(seen, context=_NO_CONTEXT)).holds)
        case IncludeHeadings(child):
            return evaluate(child, seen)
        case InField() | Between() | InReport() | Everything():
            return _filter_only(_passes(tree, seen))


def _is_in_text(tree: Phrase | Pattern | Near | Within | HasNumber, seen: View) -> bool:
    if isinstance(tree, HasNumber):
        return bool(numbers_found(tree, seen.numbers, text=seen.text))
    return positions.holds(tree, seen.text)


def _passes(tree: InField | Between | InReport | Everything, seen: View) -> bool:
    match tree:
        case InField(name, values):
            return not seen.fields.get(name, frozenset()).isdisjoint(values)
        case Between(_, low, high):
            return _is_between(seen.year, low, high)
        case InReport(child):
            return _holds_for_report(child, seen.report or (seen,))
        case Everything():
            return True


def _holds_for_report(tree: Query, report: Sequence[View]) -> bool:
    match tree:
        case And(children):
            return all(_holds_for_report(child, report) for child in children)
        case Or(children):
            return any(_holds_for_report(child, report) for child in children)
        case AtLeast(count, children):
            return sum(_holds_for_report(child, report) for child in children) >= count
        case Not(child):
            return not _holds_for_report(child, report)
        case _:
            return any(evaluate(tree, seen).holds for seen in report)


def _number_ranges(tree: Query, seen: View) -> Iterator[tuple[int, int]]:
    match tree:
        case HasNumber():
            yield from (
                (found.start, found.end) for found in numbers_found(tree, seen.numbers, text=seen.text)
            )
        case And(children) | Or(children) | AtLeast(_, children):
            for child in children:
                yield from _number_ranges(child, seen)
        case IncludeHeadings(child):
            yield from _number_ranges(child, seen)
        case _:
            return


def _combined(tree: And | Or | AtLeast, verdicts: list[Verdict]) -> Verdict:
    needed = _needed(tree)
    holds = sum(verdict.holds for verdict in verdicts) >= needed
    in_text = any(verdict.in_text for verdict in verdicts)
    filter_only = sum(verdict.filter_only for verdict in verdicts) >= needed
    return Verdict(holds, holds and in_text, filter_only)


def _needed(tree: And | Or | AtLeast) -> int:
    match tree:
        case And(children):
            return len(children)
        case Or():
            return 1
        case AtLeast(count, _):
            return count


def _filter_only(holds: bool) -> Verdict:
    return Verdict(holds, in_text=False, filter_only=holds)


def _occurs(term: Term, text: FoldedText) -> bool:
    return any(occurs_in(needle, text) for needle in (term.folded, *term.synonyms))


def _is_between(year: int | None, low: int | None, high: int | None) -> bool:
    return year is not None and (low is None or low <= year) and (high is None or year <= high)


def _require_all(tree: Query) -> Query:
    """The tree with every AtLeast asking for all of its children, under Near and Within too, but not under a Not."""
    match tree:
        case AtLeast(_, children):
            return And(tuple(map(_require_all, children)))
        case And(children):
            return And(tuple(map(_require_all, children)))
        case Or(children):
            return Or(tuple(map(_require_all, children)))
        case Within(children):
            return Within(tuple(map(_require_all, children)))
        case IncludeHeadings(child):
            return IncludeHeadings(_require_all(child))
        case Near(left, right, distance):
            return Near(_require_all(left), _require_all(right), distance)
        case _:
            return tree


def _missing(tree: Query, seen: View) -> Iterator[str]:
    match tree:
        case AtLeast(_, children):
            for child in children:
                if not evaluate(child, seen).holds:
                    yield from _words(child)
        case And(children) | Or(children) | Within(children):
            for child in children:
                yield from _missing(child, seen)
        case IncludeHeadings(child):
            yield from _missing(child, seen)
        case Near(left, right):
            yield from (*_missing(left, seen), *_missing(right, seen))
        case _:
            return


def _words(tree: Query) -> Iterator[str]:
    match tree:
        case Term(text) | Phrase(text) | Pattern(text):
            yield text
        case Near(left, right):
            yield from (*_words(left), *_words(right))
        case And(children) | Or(children) | AtLeast(_, children) | Within(children):
            for child in children:
                yield from _words(child)
        case _:
            return
