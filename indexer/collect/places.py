"""Where the text of a passage stands in a file: in what its reader draws from it, and in the bytes themselves.

White space does not count, nor does what marks up a page. A table row may repeat a head from a row above it, and a
paragraph may go over a page's end, so a text that does not stand in one piece is looked for part by part. The rule:
an offset is given only where every part of the text was found.
"""

from __future__ import annotations

import re
from html import unescape

from msgspec import Struct

from indexer.document import Document, Line
from report_search.fields import BORDER

_MARKUP = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|<[^>]*>|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,8});",
    re.DOTALL | re.I,
)
_CLAUSE_END = re.compile(r"(?<=[。；！？])")
_UNSEEN = frozenset("\u200b\u200c\u200d\ufeff\u2060")
_ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5hkscs")


class TextPlace(Struct, frozen=True):
    """From ``start`` to ``end``; ``parts`` says in how many pieces the text stands there."""

    start: int
    end: int
    parts: int = 1


def text_of_document(document: Document) -> str:
    """What a reader draws from a file: a line for each line and each row of a table, cells told apart by tabs."""
    lines = []
    for part in document.parts:
        if isinstance(part, Line):
            lines.append(part.text)
        else:
            lines += ([part.caption] if part.caption else []) + [
                "\t".join(cell.text for cell in row) for row in part.rows
            ]
    return "\n".join(lines)


def place_in_text(passage: str, text: str) -> TextPlace | None:
    """Where ``passage`` stands in ``text``, as code-point offsets; None if a part of it does not."""
    return _place(passage, *_bare(text))


def place_in_bytes(passage: str, data: bytes) -> TextPlace | None:
    """Where ``passage`` stands in the bytes of a page or a text, as byte offsets; None if that can't be told."""
    for name in _ENCODINGS:
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        found = _place(passage, *_without_markup(text))
        if found is None:
            return None
        mark = len(data) - len(text.encode(name)) if name != "utf-16" else 0
        start, end = (mark + len(text[:at].encode(name)) for at in (found.start, found.end))
        return TextPlace(start, end, found.parts)
    return None


def _bare(text: str) -> tuple[str, list[int]]:
    """The characters of a text that count, and where each stands."""
    places = [at for at, char in enumerate(text) if not (char.isspace() or char in _UNSEEN)]
    return "".join(text[at] for at in places), places


def _without_markup(text: str) -> tuple[str, list[int]]:
    """The characters that a reader of a page sees, and where each stands in its source."""
    chars: list[str] = []
    places: list[int] = []
    at = 0
    for match in [*_MARKUP.finditer(text), None]:
        end = match.start() if match else len(text)
        bare, inner = _bare(text[at:end])
        chars.append(bare)
        places += [at + one for one in inner]
        if match:
            entity = unescape(match[0]) if match[0].startswith("&") else ""
            seen, _ = _bare(entity)
            chars.append(seen)
            places += [match.start()] * len(seen)
            at = match.end()
    return "".join(chars), places


def _place(passage: str, bare: str, places: list[int]) -> TextPlace | None:
    wanted = _bare(passage.replace(BORDER, " "))[0]
    at = bare.find(wanted)
    if at >= 0 and wanted:
        return TextPlace(places[at], places[at + len(wanted) - 1] + 1)
    return _in_parts(passage, bare, places)


def _in_parts(passage: str, bare: str, places: list[int]) -> TextPlace | None:
    """The place of the parts of a passage, one behind the other; the first may stand above (the head of a row)."""
    cells = passage.split(BORDER)
    pieces = cells if len(cells) > 1 else _CLAUSE_END.split(passage)
    parts = [part for part in (_bare(piece)[0] for piece in pieces) if part]
    if len(parts) < 2 or any(part not in bare for part in parts):
        return None
    for skipped in range(len(parts) - 1):
        found = _run(parts[skipped:], bare)
        if found:
            return TextPlace(places[found[0]], places[found[1] - 1] + 1, len(parts))
    return None


def _run(parts: list[str], bare: str) -> tuple[int, int] | None:
    """The shortest stretch in which the parts stand in their order."""
    best: tuple[int, int] | None = None
    start = bare.find(parts[0])
    while start >= 0:
        end = start + len(parts[0])
        for part in parts[1:]:
            at = bare.find(part, end)
            if at < 0:
                return best
            end = at + len(part)
        if best is None or end - start < best[1] - best[0]:
            best = (start, end)
        start = bare.find(parts[0], start + 1)
    return best
