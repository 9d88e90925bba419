"""A page saved with its pictures in one file (MHTML): finds the page among the parts and unpacks it.

Python's own reader of mail is not used: a header of a few kilobytes takes it minutes, and a nest of parts all the
stack there is. What an archive needs of it is little. The rule: every line is looked at once, and what is beyond a
limit is a ``ReadError``.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from msgspec import Struct

from indexer.readers import limits
from report_search.errors import ReadError

_IS_ARCHIVE = re.compile(rb"(?:[\w-]+: [^\n]*\n(?:[ \t][^\n]*\n)*)*?mime-version:", re.I)
_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_PARAMETER = re.compile(r";\s*([\w-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))")
_LONGEST_HEADER = 8_000
"""Characters of a header that are looked at; an address has at most two thousand."""
_LONGEST_HEAD = 100_000
"""Bytes of all headers before one part."""
_MOST_PARTS = 20_000
_DEEPEST = 20
"""Levels of parts within parts."""


class SavedPage(Struct, frozen=True):
    """A page as saved in an archive: where it came from ("" if not said), its charset ("" if not said), its bytes."""

    address: str
    charset: str
    data: bytes


def is_archive(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is an archive: a version of MIME stands among its headers."""
    return bool(_IS_ARCHIVE.match(head))


def page_of(data: bytes) -> SavedPage:
    """The first page in an archive. Raises ``ReadError`` if it holds none, or more parts and headers than one has."""
    head, body = _split(data)
    top = _headers(head)
    for headers, content in _parts(top, body):
        if _kind(headers) == "text/html":
            address = _printed(headers, "content-location") or _printed(top, "snapshot-content-location")
            return SavedPage(address, _parameters(headers).get("charset", ""), _unpacked(headers, content))
    raise ReadError("no-text", "网页存档中没有网页", hint="请重新保存网页")


def picture_parts(data: bytes) -> dict[str, bytes]:
    """The pictures in an archive by the addresses under which its page shows them. Raises ``ReadError``."""
    head, body = _split(data)
    found: dict[str, bytes] = {}
    for headers, content in _parts(_headers(head), body):
        if _kind(headers).startswith("image/"):
            picture = _unpacked(headers, content)
            if address := _printed(headers, "content-location"):
                found.setdefault(address, picture)
            if name := headers.get("content-id", "").strip("<> "):
                found.setdefault(f"cid:{name}", picture)
    return found


Headers = Mapping[str, str]
"""The values of headers by their names in small letters, the first of each name."""


def _parts(top: Headers, body: bytes) -> Iterator[tuple[Headers, bytes]]:
    """Every part that holds no others, in order, with its headers."""
    waiting = [(top, body, 0)]
    count = 0
    while waiting:
        headers, content, depth = waiting.pop()
        boundary = _parameters(headers).get("boundary", "")
        if not (_kind(headers).startswith("multipart/") and boundary):
            yield headers, content
            continue
        if depth == _DEEPEST:
            raise limits.too_large("网页存档嵌套层数", depth + 1, limit=_DEEPEST)
        inner = _pieces(content, boundary)
        count += len(inner)
        if count > _MOST_PARTS:
            raise limits.too_large("网页存档的部分数", count, limit=_MOST_PARTS)
        for piece in reversed(inner):
            head, rest = _split(piece)
            waiting.append((_headers(head), rest, depth + 1))


def _pieces(content: bytes, boundary: str) -> list[bytes]:
    """What stands between the lines of a boundary; what comes before the first is for readers of mail."""
    line = re.compile(
        rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    )
    found: list[bytes] = []
    start: int | None = None
    for match in line.finditer(content):
        if start is not None:
            found.append(content[start : match.start()])
            if len(found) > _MOST_PARTS:
                break
        if match[1]:
            return found
        start = match.end()
    # An archive that was cut off ends without its last boundary.
    return found if start is None else [*found, content[start:]]


def _split(part: bytes) -> tuple[bytes, bytes]:
    """The headers of a part and what comes behind the empty line below them."""
    part = part[2:] if part.startswith(b"\r\n") else part.removeprefix(b"\n")
    if part.startswith((b"\n", b"\r\n")):
        return b"", part
    end = re.compile(rb"\r?\n\r?\n").search(part, 0, _LONGEST_HEAD)
    if end:
        return part[: end.start()], part[end.end() :]
    if len(part) > _LONGEST_HEAD:
        raise limits.too_large("网页存档头部的字节数", len(part), limit=_LONGEST_HEAD)
    return part, b""


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in re.split(rb"\r?\n(?![ \t])", head):
        match = _HEADER.match(line)
        if match:
            value = re.sub(rb"\r?\n", b"", match[2]).decode("latin-1")
            found.setdefault(match[1].decode("ascii").lower(), value[:_LONGEST_HEADER].strip())
    return found


def _kind(headers: Headers) -> str:
    """The kind of content that headers name (``text/html``); plain text if they name none."""
    return headers.get("content-type", "text/plain").partition(";")[0].strip().lower()


def _parameters(headers: Headers) -> dict[str, str]:
    """What stands behind the kind of content, by name in small letters."""
    matches = _PARAMETER.finditer(headers.get("content-type", ""))
    return {match[1].lower(): match[2] or match[3] or "" for match in matches}


def _printed(headers: Headers, name: str) -> str:
    """A header as people read it: words in another alphabet are packed (``=?utf-8?B?…?=``)."""
    value = headers.get(name, "")
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def _unpacked(headers: Headers, content: bytes) -> bytes:
    """The content of a part without its packing; what is damaged is left as it stands."""
    packing = headers.get("content-transfer-encoding", "").lower()
    if packing == "quoted-printable":
        return binascii.a2b_qp(content)
    if packing == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]+", b"", content)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4] + _rest(letters))
    return content


def _rest(letters: bytes) -> bytes:
    """The last group of letters with what it lacks; one letter alone says nothing."""
    rest = letters[len(letters) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
