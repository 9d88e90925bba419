"""What the leaves of a query tree say, asked of one index and remembered.

A wording is a query of tokens where tokens can tell. Texts in which they can't (``engine.stream`` says which), and
nodes that ask for places, are looked at one by one, and what was found is a list of ids.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from threading import Lock
from typing import TypeVar, cast

from report_search.analysis.fold import FoldedText, fold
from report_search.analysis.matching import stands_in
from report_search.engine.opensearch import query_dsl as dsl
from report_search.engine.opensearch import token_stream
from report_search.engine.opensearch.index_reader import Ask, IndexReader, counting
from report_search.engine.opensearch.mapping import CONTEXT, TEXT, key_of
from report_search.engine.opensearch.query_dsl import NONE, Dsl
from report_search.query.ast import (
    And,
    AtLeast,
    Near,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Within,
    leaves,
)
from report_search.query.positions import holds

Value = TypeVar("Value")


_FLAGS = [token_stream.TANGLED, token_stream.VARIANTS]
_FLAGGED = dsl.any_of({"terms": {where + "flag": _FLAGS}} for where in (TEXT, CONTEXT))
"""The passages in which a wording may stand although tokens don't tell."""


class Memory:
    """What was worked out, by key; what was not asked for longest goes first. Safe to share between threads."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._held: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._held

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What stands under ``key``; made (perhaps by two threads at once) and kept if nothing does."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return cast(Value, self._held[key])
        value = make()
        self.put(key, value)
        return value

    def put(self, key: Hashable, value: object) -> None:
        """Keep ``value`` under ``key``."""
        with self._lock:
            self._held[key] = value
            while len(self._held) > self._bound:
                self._held.popitem(last=False)


class IndexLeaves:
    """The leaves of trees, asked of one index that never changes. Safe to share between threads."""

    def __init__(self, reading: IndexReader) -> None:
        self._reading = reading
        self._known = Memory(8192)

    def prepare(self, tree: Query) -> None:
        """Ask once, for all wordings of ``tree``, whether there are texts to be looked at."""
        wordings = ((needle, where) for needle in dict.fromkeys(_needles(tree)) for where in (TEXT, CONTEXT))
        asked = {
            key: _doubtful(needle, where)
            for needle, where in wordings
            if (key := (where, needle.text, needle.variants)) not in self._known
            and token_stream.wordings(needle) is not None
        }
        counts = self._reading.counts(list(asked.values()), among=_FLAGGED)
        for key, count in zip(asked, counts, strict=True):
            self._known.put(("doubtful", *key), count)

    def stands(self, needle: FoldedText, where: str) -> Dsl:
        """The passages in whose text or context (``where``) a needle stands."""
        key = (where, needle.text, needle.variants)
        return self._known.get(key, lambda: self._stands(needle, where))

    def placed(self, tree: Pattern | Near | Within) -> Dsl:
        """The passages for which a node holds that asks for places in the text."""
        return self._known.get(("placed", tree), lambda: self._placed(tree))

    def context(self, term: Term) -> Dsl:
        """The passages in whose context a term stands."""
        return dsl.any_of(self.stands(needle, CONTEXT) for needle in (term.folded, *term.synonyms))

    def uncounted(self, queries: Mapping[Hashable, Dsl]) -> list[Ask]:
        """The searches that ``counted`` still needs."""
        fresh = [key for key in queries if ("rows", key) not in self._known]
        left = iter(fresh)

        def take(counts: list[int]) -> None:
            for count in counts:
                self._known.put(("rows", next(left)), count)

        return counting([queries[key] for key in fresh], take)

    def counted(self, queries: Mapping[Hashable, Dsl]) -> dict[Hashable, int]:
        """How many passages each query has, by its key."""
        self._reading.together(self.uncounted(queries))
        return {
            key: self._known.get(("rows", key), partial(self._count, query)) for key, query in queries.items()
        }

    def _count(self, query: Dsl) -> int:
        return self._reading.counts([query])[0]

    def _stands(self, needle: FoldedText, where: str) -> Dsl:
        if needle.is_empty:
            return NONE
        if token_stream.wordings(needle) is None:
            return self._looked_at(dsl.candidates(needle, where), needle, where)
        key = ("doubtful", where, needle.text, needle.variants)
        doubtful = _doubtful(needle, where)
        count = self._known.get(key, partial(self._count, doubtful))
        surely = _surely(needle, where)
        return dsl.any_of([surely, self._looked_at(doubtful, needle, where)]) if count else surely

    def _looked_at(self, query: Dsl, needle: FoldedText, where: str) -> Dsl:
        """Those passages of ``query`` in whose text or context the needle stands, each of them looked at."""
        if where == TEXT:
            found = self._reading.passages(query)
            return _ids([id_ for id_, passage in found if stands_in(needle, fold(passage.text))])
        contexts = (passage.context for passage in self._reading.contexts(query))
        keys = [key_of(context) for context in contexts if stands_in(needle, fold(context))]
        return {"terms": {"above_key": keys}} if keys else NONE

    def _placed(self, tree: Pattern | Near | Within) -> Dsl:
        found = self._reading.passages(self._possible(tree))
        return _ids([id_ for id_, passage in found if holds(tree, fold(passage.text))])

    def _possible(self, tree: Query) -> Dsl:
        """Passages among which are all for which ``tree`` holds by its places in the text."""
        match tree:
            case Term():
                return dsl.any_of(self.stands(needle, TEXT) for needle in (tree.folded, *tree.synonyms))
            case Phrase():
                return self.stands(tree.folded, TEXT)
            case Pattern(_, parts):
                if all(part.is_empty for part in parts):
                    return NONE
                return dsl.all_of(dsl.candidates(part, TEXT) for part in parts if not part.is_empty)
            case Near(left, right):
                return dsl.all_of([self._possible(left), self._possible(right)])
            case And(children) | Within(children):
                return dsl.all_of(map(self._possible, children))
            case Or(children) | AtLeast(_, children):
                return dsl.any_of(map(self._possible, children))
            case _:
                return dsl.ALL


def _surely(needle: FoldedText, where: str) -> Dsl:
    """The passages in which tokens tell that the needle stands."""
    return dsl.any_of(dsl.wording(symbols, where) for symbols in token_stream.wordings(needle) or ())


def _doubtful(needle: FoldedText, where: str) -> Dsl:
    """The passages in which the needle may stand although tokens don't tell."""
    flags = _FLAGS if token_stream.is_long(needle) else [token_stream.TANGLED]
    flagged = {"terms": {where + "flag": flags}}
    return dsl.all_of([flagged, dsl.candidates(needle, where), dsl.none_of(_surely(needle, where))])


def _needles(tree: Query) -> Iterator[FoldedText]:
    """The wordings that a tree asks for, empty ones left out."""
    for leaf in leaves(tree, negated=True):
        if not isinstance(leaf, Pattern):
            wordings = (leaf.folded, *leaf.synonyms) if isinstance(leaf, Term) else (leaf.folded,)
            yield from (needle for needle in wordings if not needle.is_empty)


def _ids(ids: list[str]) -> Dsl:
    return {"ids": {"values": ids}} if ids else NONE
