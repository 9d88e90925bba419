"""Values as OFD writes them in attributes: numbers, boxes, matrices, and lists with repeats.

Lengths are millimetres, y grows downward. The rule: what is not written as the standard says counts as absent.
"""

from __future__ import annotations

import math
from itertools import islice

from lxml import etree

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f: the point (x, y) goes to (ax + cy + e, bx + dy + f)."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def local(element: etree._Element) -> str:
    """The name of an element without its namespace, "" for a comment."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The children with this name, in any namespace: writers use four of them."""
    return [] if element is None else [child for child in element if local(child) == name]


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child with this name."""
    return next(iter(children(element, name)), None)


def text_of(element: etree._Element | None) -> str:
    """The text in an element without the blanks around it, "" for None."""
    return "" if element is None else (element.text or "").strip()


def number(written: str | None, otherwise: float = 0.0) -> float:
    """A number as written; ``otherwise`` for what is none or infinite."""
    try:
        value = float(written or "")
    except ValueError:
        return otherwise
    return value if math.isfinite(value) else otherwise


def numbers(written: str | None, count: int) -> tuple[float, ...] | None:
    """The first ``count`` numbers of a list; None if there are fewer."""
    values = [number(one, math.nan) for one in (written or "").replace(",", " ").split()[:count]]
    return tuple(values) if len(values) == count and not any(map(math.isnan, values)) else None


def matrix(written: str | None) -> Matrix:
    """A transformation as written; the identity if it is none."""
    found = numbers(written, 6)
    return (found[0], found[1], found[2], found[3], found[4], found[5]) if found else IDENTITY


def combined(outer: Matrix, inner: Matrix) -> Matrix:
    """The transformation that does ``inner`` first and ``outer`` then."""
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f


def deltas(written: str | None, count: int) -> list[float]:
    """The first ``count`` numbers of a list in which ``g 3 5.5`` stands for 5.5 three times."""
    found: list[float] = []
    words = iter((written or "").split())
    for word in words:
        if len(found) >= count:
            break
        if word == "g":
            times, value = [*islice(words, 2), "", ""][:2]
            found += [number(value)] * max(0, min(int(number(times)), count - len(found)))
        else:
            found.append(number(word))
    return found[:count]


def is_true(written: str | None, *, otherwise: bool) -> bool:
    """A truth value as written."""
    word = (written or "").strip().lower()
    return word in ("true", "1") if word else otherwise
