"""What a tree says of one passage: the reference meaning of every node, with which each engine has to agree.

A node says three things of a passage: whether it *holds*; whether it holds *in text*, by a word of the passage's own
text; and whether it holds as *filter only*, without any word (a field, a negation, everything). A passage is a hit if
its tree holds in text or as filter only; a tree that holds only by words of the context is no hit. A heading takes
part only if the tree has, outside of a Not, exact wording (Phrase …) or an IncludeHeadings; otherwise it is no hit.

===============  ===================================  ===============================  =====================
node             holds                                in text                          filter only
===============  ===================================  ===============================  =====================
Term             in the text or in the context        in the text                      never
Phrase …         in the text                          when it holds                    never
HasNumber        in the text                          when it holds                    never
And              all children hold                    it holds, a child in text        all children so
Or               a child holds                        a child in text                  a child so
AtLeast          ``count`` children hold              it holds, a child in text        ``count`` so
Not              the child does not hold in the text  never                            when it holds
IncludeHeadings  the child holds                      the child in text                the child so
Question         it answers, or all terms and all     it answers, or it holds,         never
                 that is demanded hold                a child in text
InReport         the child holds for the report       never                            when it holds
a field          it has one of the values             never                            when it holds
===============  ===================================  ===============================  =====================

Phrase … is Phrase, Pattern, Near and Within, whose ranges in the text ``query.positions`` finds. Under an InReport
And, Or, AtLeast and Not join what is said of the report, and every other node holds for it if it holds for one of its
passages, headings included. Headings that take no part answer no question, and their scores are no measure of one.

Whether a passage *answers* a question depends on all other passages, so it is no matter of one passage: ``View``
has the questions that it answers, put there by ``with_answers`` from the scores of the whole generation.

The rule: the engines are tested against this module, so it stays simple, looks at one passage at a time and shares no
code with ``query.algebra``, not even the helpers for walking trees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

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
    Question,
    Term,
    Within,
)
from report_search.query.ast import children as nodes_below
from report_search.query.numbers.of_passage import PassageNumber, numbers_found, numbers_of

DECIMALS = 6
"""Scores of a question are rounded to so many places before they are compared."""
_NO_CONTEXT = fold("")


class View(Struct, frozen=True, eq=False):
    """A passage as a query sees it: folded text and context, the values of its fields, its numbers, what it answers.

    ``report`` are the views of all passages of its report, its own among them; () where they are not known, and then
    the report is asked as if this were its only passage.
    """

    text: FoldedText
    context: FoldedText
    fields: dict[str, frozenset[str]]
    year: int | None
    is_heading: bool = False
    numbers: tuple[PassageNumber, ...] = ()
    report: Sequence[View] = ()
    answers: frozenset[Question] = frozenset()


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


def marking_view(tree: Query, passage: Passage) -> View:
    """What the ``spans`` of ``tree`` depend on: the text, and its numbers where the tree asks for any.

    Every hit of a page is marked; its context and its fields, which mark nothing, take twice as long to prepare.
    """
    text = fold(passage.text)
    numbers = numbers_of(passage, text) if _asks_numbers(tree) else ()
    return View(text, _NO_CONTEXT, {}, passage.year, is_heading=passage.is_heading, numbers=numbers)


def _asks_numbers(tree: Query) -> bool:
    return isinstance(tree, HasNumber) or any(map(_asks_numbers, nodes_below(tree)))


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
        case And(children) | Or(children) | AtLeast(_, children) | Question(demanded=children):
            return any(map(asks_headings, children))
        case _:
            return False


def questions(tree: Query) -> Iterator[Question]:
    """The questions in a tree, those in what another one demands first."""
    match tree:
        case Question(_, _, demanded):
            for child in demanded:
                yield from questions(child)
            yield tree
        case And(children) | Or(children) | AtLeast(_, children) | Within(children):
            for child in children:
                yield from questions(child)
        case Not(child) | IncludeHeadings(child) | InReport(child):
            yield from questions(child)
        case Near(left, right):
            yield from (*questions(left), *questions(right))
        case _:
            return


def with_answers(
    seen: Sequence[View], question: Question, *, scores: Sequence[float], share: float, headings: bool
) -> list[View]:
    """The views of all passages, those marked that answer ``question``, by the score that each has for it.

    One answers if all that is demanded makes a hit of it and it scores ``share`` of the best such passage; one that
    has nothing of the question answers only if nothing better is among those that have what is demanded. Headings
    are such passages only with ``headings``, if they take part in the query that the question is in.
    """
    asked = And(question.demanded)
    among = [_is_found(asked, one) and (headings or not one.is_heading) for one in seen]
    best = max((score for score, is_in in zip(scores, among, strict=True) if is_in), default=0.0)
    answers = [
        is_in and score >= round(share * best, DECIMALS) and bool(score or question.demanded)
        for is_in, score in zip(among, scores, strict=True)
    ]
    return _marked(seen, question, answers)


def _marked(seen: Sequence[View], question: Question, answers: Sequence[bool]) -> list[View]:
    """The views with those marked that answer a question, in the reports of the others too."""
    reports: dict[int, list[View]] = {}
    found = []
    for one, does in zip(seen, answers, strict=True):
        report = reports.setdefault(id(one.report), []) if one.report else ()
        marked = one.answers | {question} if does else one.answers
        found.append(replace(one, answers=marked, report=report))
        if isinstance(report, list):
            report.append(found[-1])
    return found


def is_hit(tree: Query, seen: View) -> bool:
    """Whether a passage is a hit."""
    return (asks_headings(tree) or not seen.is_heading) and _is_found(tree, seen)


def _is_found(tree: Query, seen: View) -> bool:
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
        case Question():
            return _answered(tree, seen)
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
        case And(children) | Or(children) | AtLeast(_, children) | Question(demanded=children):
            for child in children:
                yield from _number_ranges(child, seen)
        case IncludeHeadings(child):
            yield from _number_ranges(child, seen)
        case _:
            return


def _answered(question: Question, seen: View) -> Verdict:
    whole = evaluate(And((*question.demanded, *question.terms)), seen)
    answers = question in seen.answers
    return Verdict(answers or whole.holds, answers or whole.in_text, False)


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
        case Question(terms, _, demanded):
            return And((*map(_require_all, demanded), *terms))
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
        case Question(terms, _, demanded):
            yield from (term.text for term in terms if not evaluate(term, seen).holds)
            for child in demanded:
                yield from _missing(child, seen)
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
        case Question(terms):
            yield from (term.text for term in terms)
        case _:
            return
