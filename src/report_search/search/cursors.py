"""Cursors: a position in a result, as opaque text that a program hands back to get the next page.

The rule: a cursor is valid for its own request (with another one it is an error of the asker) and for its own
generation of the index (once that is replaced, the program has to ask again from the start). The number of pages is
not limited.

A cursor that leads on holds the key of the last hit that was seen, from which an engine goes on at once. One that leads
back holds only how many hits stand before its page: their keys are not known, and few people go back far.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Annotated

import msgspec
from msgspec import Struct

from report_search.engine.protocol import SortKey
from report_search.errors import GoneError, RequestError
from report_search.search.request import SearchRequest

MOST_BEFORE = 2**53
"""No result has so many hits; what JSON and JavaScript hold exactly."""


class Position(Struct, frozen=True):
    """Where a page begins: how many hits stand before it, and the key of the last of them if it is known."""

    before: int = 0
    key: SortKey | None = None


class _Cursor(msgspec.Struct, array_like=True, frozen=True):
    request: str
    generation: str
    before: Annotated[int, msgspec.Meta(ge=0, le=MOST_BEFORE)]
    key: SortKey | None


def request_digest(request: SearchRequest) -> str:
    """A digest of everything in a request that changes which hits are found, or their order."""
    filters = sorted((field, sorted(values)) for field, values in request.filters if values)
    switches = (request.expand, request.titles, request.lineage, request.collapse, request.since)
    parts = msgspec.json.encode([request.text, filters, request.sort, *switches])
    return hashlib.sha256(parts).hexdigest()[:16]


def encode(request: SearchRequest, generation: str, *, position: Position) -> str:
    """The cursor of the page that begins at ``position``."""
    packed = msgspec.json.encode(_Cursor(request_digest(request), generation, position.before, position.key))
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(request: SearchRequest, generation: str) -> Position:
    """Where the page asked for begins: as its cursor says, without one at the first hit.

    Raises ``RequestError`` for a cursor of another request or one that is no cursor, ``GoneError`` for one of
    another generation.
    """
    if not request.cursor:
        return Position()
    cursor = _unpack(request.cursor)
    # Checked before the request: an open range of years is resolved to the years of the corpus, so the same request
    # has another digest in another generation, and "gone" is the true reason.
    if cursor.generation != generation:
        raise GoneError(
            "cursor-gone", "索引已经更新，这个 cursor 不再有效。", hint="请去掉 cursor，从头重新查询。"
        )
    if cursor.request != request_digest(request):
        raise RequestError(
            "cursor-foreign",
            "这个 cursor 属于另一个查询。",
            hint="cursor 只能与取得它的那个查询（检索词、筛选、排序）一起使用；请去掉 cursor 重新开始。",
        )
    return Position(cursor.before, cursor.key)


def _unpack(text: str) -> _Cursor:
    # The padding of Base64 is left out of a cursor; decoding needs it.
    padded = text + "=" * (-len(text) % 4)
    try:
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=_Cursor)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise RequestError(
            "bad-cursor", "cursor 无法识别。", hint="请原样使用上一次返回的 next，或去掉 cursor 重新开始。"
        ) from error
