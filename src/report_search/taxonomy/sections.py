"""Canonical kinds of sections: which part of a report a printed title names.

The mapping is data (``data/sections.toml``). The rule: the printed title is always kept beside its kind, and a title
that is not in the mapping is ``other``, never dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from report_search.data import read_toml

# 第三章, 第二部分, （一）, 三、 or 1. at the beginning of a title.
_ORDINAL = re.compile(
    r"^(?:第?[一二三四五六七八九十百\d]+(?:部分|[章节])|[(（][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十\d]+[、.．])"
)
_PUNCTUATION = re.compile(r"[\s、,.:;!?()\[\]《》〈〉“”‘’\"'。，；：！？（）【】·—\-]+")


class SectionKind(Struct, frozen=True):
    """A canonical kind: its key in facets and addresses, its Chinese label, and the titles that have it.

    The pattern ``titles`` matches a whole title that is surely of this kind, ``words`` a part of one that suggests it.
    Kinds are tried in the order of ``rank``. Patterns are compiled when a title is first compared: a search needs the
    labels alone.
    """

    key: str
    label: str
    rank: int
    titles: str
    words: str


def _load() -> tuple[SectionKind, ...]:
    return tuple(_kind(entry) for entry in read_toml("sections.toml")["kind"])


def _kind(entry: Mapping[str, Any]) -> SectionKind:
    titles, words = ("|".join(f"(?:{pattern})" for pattern in entry[field]) for field in ("titles", "words"))
    return SectionKind(entry["key"], entry["label"], entry["rank"], titles, words)


KINDS: tuple[SectionKind, ...] = _load()
"""Every kind in the order of a report."""

LABELS: Mapping[str, str] = {kind.key: kind.label for kind in KINDS}
"""The Chinese label of each key, in the order of a report."""

_BY_RANK = tuple(sorted(KINDS, key=lambda kind: kind.rank))


@cache
def kind_of(title: str) -> str:
    """The key of the kind that the printed ``title`` names, with or without ordinal; ``other`` if it names none."""
    bare = _bare(title)
    return _kind_of_whole(bare) or next(
        (kind.key for kind in _BY_RANK if re.search(kind.words, bare)), "other"
    )


@cache
def is_known_title(title: str) -> bool:
    """Whether ``title`` as a whole is a section title that reports are known to use."""
    return bool(_kind_of_whole(_bare(title)))


def _kind_of_whole(bare: str) -> str:
    """The key of the kind that has ``bare`` among its whole titles; "" if none has."""
    if not bare:
        return ""
    return next((kind.key for kind in _BY_RANK if re.fullmatch(kind.titles, bare)), "")


def _bare(title: str) -> str:
    """``title`` for comparison: width folded, without its ordinal, white space and punctuation."""
    text = "".join(unicodedata.normalize("NFKC", title).split())
    return _PUNCTUATION.sub("", _ORDINAL.sub("", text, count=1))
