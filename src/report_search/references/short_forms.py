"""What a report calls a document for short: 《中华人民共和国政府信息公开条例》（以下简称《条例》）.

The rule: a short form means what the report says that it means, from there on up to the next such saying; before the
first one it means the same. Nothing is guessed where a report does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from report_search.references.mentions import Mention
from report_search.references.naming import key_of

FARTHEST = 60
"""So many characters may stand between a name and the words that shorten it."""
_SAYING = re.compile(
    r"(?:(?:以下|下)\s*简?\s*称|简\s*称)\s*(?:为|作)?\s*[：:]?\s*[“”\"‘’'「『]*\s*"
    r"(?:(?:新|现行)?《([^《》\t]{1,40})》|([^《》“”\"‘’'（()）「」『』，。；\t]{1,20})[”\"’'」』]*\s*[)）])"
)
_SENTENCE_END = "。"


class ShortForm(Struct, frozen=True):
    """At ``at`` of a text, the key ``short`` is said to mean the document of ``meant``."""

    at: int
    short: str
    meant: Mention


def short_forms_in(text: str, mentions: Sequence[Mention]) -> Iterator[ShortForm]:
    """The short forms that ``text`` introduces for the documents it names, ``mentions``."""
    if "称" not in text:
        return
    for saying in _SAYING.finditer(text):
        short = key_of(saying[1] or saying[2])
        meant = _meant(text, mentions, before=saying.start())
        if short and meant and short != meant.title:
            yield ShortForm(saying.start(), short, meant)


def _meant(text: str, mentions: Sequence[Mention], *, before: int) -> Mention | None:
    """The last document that is named before an offset, in the same sentence."""
    ahead = [one for one in mentions if one.end <= before and not one.is_inner]
    if not ahead:
        return None
    last = max(ahead, key=lambda one: one.end)
    between = text[last.end : before]
    return last if len(between) <= FARTHEST and _SENTENCE_END not in between else None
