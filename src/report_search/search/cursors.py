"""Cursors: a place in a result, as opaque text that a program hands back to go on.

A cursor is bound to its request (another one is an error of the asker) and to its generation (another one has
taken its place: ask again from the start). There is no limit to how deep a walk goes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

import msgspec

from report_search.engine.protocol import SortKey
from report_search.errors import GoneError, RequestError
from report_search.search.request import SearchRequest


class _Cursor(msgspec.Struct, array_like=True, frozen=True):
    request: str
    generation: str
    key: SortKey


def digest(request: SearchRequest) -> str:
    """What a cursor is bound to: everything of a request that changes which hits come, and in which order."""
    filters = sorted((field, sorted(values)) for field, values in request.filters if values)
    parts = msgspec.json.encode([request.text, filters, request.sort, request.expand, request.titles])
    return hashlib.sha256(parts).hexdigest()[:16]


def encode(request: SearchRequest, generation: str, *, key: SortKey) -> str:
    """The cursor that goes on behind the hit with ``key``."""
    packed = msgspec.json.encode(_Cursor(digest(request), generation, key))
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(request: SearchRequest, generation: str) -> SortKey | None:
    """The key in the request's cursor, None without one.

    Raises ``RequestError`` for a cursor of another request or one that is no cursor, ``GoneError`` for one of
    another generation.
    """
    if not request.cursor:
        return None
    cursor = _unpack(request.cursor)
    # First: an open range of years means other years in another generation, and so another request.
    if cursor.generation != generation:
        raise GoneError(
            "cursor-gone", "索引已经更新，这个 cursor 不再有效。", hint="请去掉 cursor，从头重新查询。"
        )
    if cursor.request != digest(request):
        raise RequestError(
            "cursor-foreign",
            "这个 cursor 属于另一个查询。",
            hint="cursor 只能与取得它的那个查询（检索词、筛选、排序）一起使用；请去掉 cursor 重新开始。",
        )
    return cursor.key


def _unpack(text: str) -> _Cursor:
    padded = text + "=" * (-len(text) % 4)
    try:
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=_Cursor)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise RequestError(
            "bad-cursor", "cursor 无法识别。", hint="请原样使用上一次返回的 next，或去掉 cursor 重新开始。"
        ) from error
