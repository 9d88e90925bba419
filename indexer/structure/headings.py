"""Which lines can be headings, and of which style: numbered ones, marked ones, known titles.

The rule: a line that is not surely a heading is none; what was glued behind a known title is kept as its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from indexer.document import Line, Part
from indexer.text.ordinals import Ordinal, ordinal_of
from report_search.analysis.normalise import normalise, one_line
from report_search.taxonomy import sections

_SENTENCE = re.compile(r"[。；！？;!?]")
_TITLE_ENDS = re.compile(r"[，、,：:]$")
_ENDED_TITLE = re.compile(r"[\u4e00-\u9fff]{2,16}(?:情况|方面|事项)。")
"""A title that ends with a full stop by habit: （一）主动公开方面。"""
_TITLE_BREAK = re.compile(r"[。：:\s\u3000]+|(?=20\d\d\s*年)|(?=本(?:年度|机关|局|部|单位))")
"""Where a title may end and the text glued behind it begin."""
_LONGEST = 48
BY_MARKUP = "markup"
KNOWN = "known"
"""Styles of headings without a number: marked as headings, or one of the known titles on a line of its own."""
_BOLD_LEVEL = 9
"""A bold line ranks below every level of markup."""
_LEADERS = re.compile(r"(…|\.{3,}|·{3,}|-{4,})\s*\d{1,3}\s*$")
"""The dots and the page number of an entry of a table of contents."""
_GLUED = re.compile(r"(?<=[。；！？])\s*(?=[一二三四五六七八九十]{1,2}、[^。；，,]{2,40}$)")


class Heading(Struct, frozen=True):
    """What heading a line can be; ``rest`` is text that was glued behind it, ``mark`` what follows its number."""

    style: str
    value: int
    number: str
    title: str
    rest: str = ""
    level: int = 0
    mark: str = ""


def is_known(title: str) -> bool:
    """Whether the printed ``title`` as a whole is one that sections are known to have."""
    return sections.is_known_title(normalise(title))


def kind_of(title: str) -> str:
    """The kind of section that the printed ``title`` names."""
    return sections.kind_of(normalise(title))


def with_headings_apart(parts: Sequence[Part]) -> Iterator[Part]:
    """``parts`` with a known section heading that was glued behind a sentence on a line of its own."""
    for part in parts:
        at = _glued_heading(part.text) if isinstance(part, Line) else 0
        if at and isinstance(part, Line):
            yield replace(part, text=part.text[:at].rstrip())
            yield replace(part, text=part.text[at:].lstrip())
        else:
            yield part


def has_text_below(headings: Sequence[Heading | None], at: int) -> bool:
    """Whether text comes directly below the line at ``at``: an unnumbered title without any is no heading."""
    return at + 1 < len(headings) and headings[at + 1] is None


def without_contents(headings: Sequence[Heading | None]) -> list[Heading | None]:
    """``headings`` without those of a table of contents: they are neighbours and come again further down."""
    names = [_name_of(one) for one in headings]
    last_of = {name: at for at, name in enumerate(names)}
    found = list(headings)
    for at, name in enumerate(names):
        if name is None or last_of[name] == at:
            continue
        heading_follows = names[at + 1] is not None
        # The last entry is followed by text, but the entry before it has been dropped already.
        entry_before = at > 0 and names[at - 1] is not None and found[at - 1] is None
        if heading_follows or entry_before:
            found[at] = None
    return found


def _name_of(heading: Heading | None) -> tuple[str, int, str] | None:
    """What an entry of a table of contents shares with its heading; None for a line without a number."""
    return (heading.style, heading.value, normalise(heading.title)) if heading and heading.value else None


def _glued_heading(text: str) -> int:
    """Where in ``text`` a known section heading begins behind a sentence, 0 if none does."""
    match = _GLUED.search(text)
    if not match or not match.start():
        return 0
    ordinal = ordinal_of(text[match.end() :])
    return match.end() if ordinal and is_known(ordinal.rest) else 0


def heading_of(line: Line) -> Heading | None:
    """What heading ``line`` can be, None if it can be none."""
    text = one_line(line.text)
    ordinal = ordinal_of(text)
    if ordinal is not None:
        return _numbered(ordinal, line)
    if not text or _SENTENCE.search(text) or len(text) > _LONGEST:
        return None
    if line.level or line.strong:
        return Heading(BY_MARKUP, 0, "", text, level=line.level or _BOLD_LEVEL)
    return Heading(KNOWN, 0, "", text) if is_known(text) else None


def _numbered(ordinal: Ordinal, line: Line) -> Heading | None:
    title, rest = (ordinal.rest, "") if _is_title(ordinal.rest, line) else _split_known(ordinal.rest)
    if not title:
        return None
    return Heading(
        ordinal.style, ordinal.value, ordinal.printed, title, rest=rest, level=line.level, mark=ordinal.mark
    )


def _is_title(text: str, line: Line) -> bool:
    if not text or len(text) > _LONGEST or _LEADERS.search(text):
        return False
    if line.level:
        # A marked heading may end with a full stop.
        return not _SENTENCE.search(text[:-1])
    if _ENDED_TITLE.fullmatch(text):
        return True
    is_cut_off = bool(_TITLE_ENDS.search(text)) and not (text[-1] in "：:" and is_known(text))
    return not _SENTENCE.search(text) and not is_cut_off


def _split_known(text: str) -> tuple[str, str]:
    """A known title that begins ``text`` and what was glued behind it, ("", "") if there is none."""
    # 总体情况。2020年，我局…… and 总体情况2020年，我局…… → (总体情况, 2020年，我局……)
    for match in _TITLE_BREAK.finditer(text[:_LONGEST]):
        title, rest = text[: match.start()], text[match.end() :]
        if len(title) > 3 and rest and is_known(title):
            return title, rest
    return "", ""
