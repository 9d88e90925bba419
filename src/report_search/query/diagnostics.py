"""What is wrong with a query, where, and how it is repaired.

A problem carries the edits that repair it. The rule: applying the edits of all problems gives the suggested query, one
that strict reading takes.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from msgspec import Struct


class Edit(Struct, frozen=True):
    """Put ``text`` in the place of ``start`` … ``end`` (code points of the query)."""

    start: int
    end: int
    text: str = ""


class Problem(Struct, frozen=True):
    """Something that could not be read as typed.

    ``code`` is stable English, ``message`` Chinese, ``position`` a code-point offset into the query. A problem
    that is not ``fatal`` is only ever a hint. ``edits`` repair it; none for what can't be repaired.
    """

    code: str
    message: str
    position: int
    edits: tuple[Edit, ...] = ()
    fatal: bool = True


def repaired(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with the edits made that do not overlap an earlier one, no blanks at its ends."""
    parts: list[str] = []
    at = 0
    # Edits of one place stay in the order in which they were given; a set would leave it to the hashes of their texts.
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
        if edit.start < at:
            continue
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return re.sub(r" {2,}", " ", "".join((*parts, text[at:]))).strip()


def removed(text: str, gaps: Iterable[tuple[int, int]], *, operators: Container[int]) -> str:
    """``text`` without the ranges ``gaps`` (in order), and without the separators that they leave behind.

    ``operators`` are the positions of the minus signs that exclude. A dash anywhere else was part of a word and must
    not become one: 公司-企业 without 公司 is 企业 and not -企业.
    """
    left = ""
    at = 0
    for start, end in gaps:
        left = _seam(left, text[at:start], exposed=at not in operators)
        at = end
    return _seam(left, text[at:], exposed=at not in operators).strip(_LOOSE)


_LOOSE = " \t\r\n\u3000,，、;；*＊"
_OPEN = "(（"
_CLOSE = ")）"
_DASHES = ("-", "－", "−", "﹣")


def _seam(left: str, right: str, *, exposed: bool) -> str:
    """``left`` and ``right`` after what was between them is removed, with a blank where they would join."""
    if exposed and right[:1] in _DASHES:
        right = right.lstrip("".join(_DASHES))
    if not left:
        return right
    left, right = left.rstrip(_LOOSE), right.lstrip(_LOOSE)
    joins = not left or not right or left[-1] in _OPEN or right[0] in _CLOSE or left[-1] in _DASHES
    return left + right if joins else f"{left} {right}"
