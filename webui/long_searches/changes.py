"""What tells one search from another: the difference as parameters, and a search with such a difference made.

``name=value`` adds a value, or replaces the only one; ``-name=value`` takes one away and ``-=name`` all of them;
``~name=4.2.x`` keeps the first 4 and the last 2 characters of a value, with x between. So a link on a page whose search
is long says no more than what a click on it changes. The rule: ``changed(before, changes(before, after))`` is
``after``, up to the order of its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from report_search.fields import FILTER_FIELDS
from webui.long_searches.codes import Pairs
from webui.picks import PICK

TAKEN, EDITED = "-", "~"
REPEATED = frozenset((*FILTER_FIELDS, "whole", "fields", PICK))
"""Parameters that may have several values; any other has one."""
LONG_VALUE = 40
"""A value of at least so many characters is told by what is edited in it."""
Lists = Mapping[str, Sequence[str]]
"""The values of each parameter."""


def lists_of(pairs: Pairs) -> dict[str, list[str]]:
    """The values of each parameter of ``pairs``, in their order."""
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def changes(before: Lists, after: Lists) -> Iterator[tuple[str, str]]:
    """The parameters that make ``after`` of ``before``."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, ()), after.get(name, ())
        if list(old) == list(new):
            continue
        if not new:
            yield TAKEN, name
        elif name in REPEATED:
            yield from _changed_values(name, old, new)
        else:
            yield from _changed_value(name, old, new[0])


def _changed_values(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    stays, stood = set(new), set(old)
    gone = [value for value in old if value not in stays]
    if len(gone) > len(new):
        # One agency alone of fifty: taking all and giving one is said in fewer words.
        yield TAKEN, name
        yield from ((name, value) for value in new)
        return
    yield from ((TAKEN + name, value) for value in gone)
    yield from ((name, value) for value in new if value not in stood)


def _changed_value(name: str, old: Sequence[str], new: str) -> Iterator[tuple[str, str]]:
    if len(old) != 1 or min(len(old[0]), len(new)) < LONG_VALUE:
        yield name, new
        return
    was = old[0]
    start = was.find(new)
    if start > 0:
        # As where the quotes around a sentence are let go: what was before it is cut off, then what was behind it.
        yield EDITED + name, f"0.{len(was) - start}."
        was = was[start:]
    head = _shared(was, new)
    # The end that both share may not reach into the beginning that they share: "aa" to "aaa".
    tail = _shared(was[head:][::-1], new[head:][::-1])
    if was != new:
        yield EDITED + name, f"{head}.{tail}.{new[head : len(new) - tail]}"


def _shared(a: str, b: str) -> int:
    """How many characters both begin with."""
    return next(
        (at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b))
    )


def changed(before: Pairs, asked: Pairs) -> Pairs:
    """``before`` with the changes ``asked`` for. Raises ``ValueError`` for an edit that can't be read."""
    lists = lists_of(before)
    for name, value in asked:
        if name == TAKEN:
            lists.pop(value, None)
        elif name.startswith(TAKEN):
            lists[name[1:]] = [one for one in lists.get(name[1:], ()) if one != value]
        elif name.startswith(EDITED):
            lists[name[1:]] = [_edited("".join(lists.get(name[1:], ())), value)]
        elif not value:
            continue
        elif name in REPEATED:
            lists.setdefault(name, [])
            lists[name] += [value] * (value not in lists[name])
        else:
            lists[name] = [value]
    return [(name, value) for name, values in lists.items() for value in values if value]


def _edited(value: str, edit: str) -> str:
    head, tail, between = edit.split(".", 2)
    first, last = int(head), int(tail)
    if not 0 <= first <= len(value) - last <= len(value):
        raise ValueError("an edit of another value")
    return value[:first] + between + value[len(value) - last :]
