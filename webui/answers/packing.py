"""Answers packed by gzip, or by zstd where Python has it: a page of 74 KB goes as 9.

Whoever has a proxy that packs needs this no less: between the two the answer is packed already. The rule: what is
streamed stays streamed, piece by piece with a bounded state; an answer keeps its ETag, but a weak one, since the bytes
are others and the content is the same; and what would not gain is left as it is. There is nothing secret on a page
that its length could tell (no cookie, no token), so packing gives nothing away; what is never to be stored may hold
one, and is not packed. What packs here can be unpacked here, so that an answer may be kept packed.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple, Protocol

from flask import Flask, Response, request

LEAST_BYTES = 1000
"""A shorter answer fits into one packet anyway."""
GZIP_LEVEL = 1
"""The cheapest: what a higher one saves costs more time here than on the line."""
ZSTD_LEVEL = 3
"""A page of 74 KB: 8.6 KB in 0.1 ms; by gzip 9.7 KB in 0.35 ms at level 1, 9.0 in 0.65 at 4, 8.4 in 1.25 at 6."""
KEPT_LEVEL, ZSTD_KEPT_LEVEL = 9, 19
"""Of what is packed once and kept."""
MOST_KEPT = 64
_GZIP = 16 + zlib.MAX_WBITS
_TEXT = ("text/",)
_ALSO_TEXT = frozenset(
    {
        "application/json",
        "application/javascript",
        "application/x-ndjson",
        "application/yaml",
        "application/x-research-info-systems",
        "image/svg+xml",
        "image/x-icon",
        "image/vnd.microsoft.icon",
    }
)
_SUFFIXES = ("+json", "+xml", "/xml")


class Packer(Protocol):
    """One answer being packed."""

    def compress(self, data: bytes, /) -> bytes:
        """What can be sent of ``data`` and what came before."""

    def flush(self) -> bytes:
        """The rest."""


def register(app: Flask) -> None:
    """Pack the answers of ``app`` for whoever accepts it. To be registered first: what is done last sees all else."""
    kept: dict[tuple[str, str, str], bytes] = {}

    def pack(response: Response) -> Response:
        return _packed(response, kept)

    app.after_request(pack)


class Coding(NamedTuple):
    """How to pack and to unpack."""

    begin: Callable[[bool], Packer]
    """Begins an answer, given whether what comes out is kept for good."""
    unpack: Callable[[bytes], bytes]
    """A whole answer as it was."""


@cache
def codings() -> Mapping[str, Coding]:
    """The codings by their names, the preferred one first."""
    gzip, zstd = Coding(_gzip, lambda packed: zlib.decompress(packed, _GZIP)), _zstd()
    return {"gzip": gzip} if zstd is None else {"zstd": zstd, "gzip": gzip}


def _zstd() -> Coding | None:
    module = _zstd_module()
    if module is None:
        return None
    return Coding(
        lambda is_kept: module.ZstdCompressor(level=ZSTD_KEPT_LEVEL if is_kept else ZSTD_LEVEL),
        module.decompress,
    )


def _zstd_module() -> Any:
    """Python's own module of 3.14, or its backport, which the extra ``serve`` brings; None where there is neither."""
    for name in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return importlib.import_module(name)
    return None


def _gzip(is_kept: bool) -> Packer:
    return zlib.compressobj(KEPT_LEVEL if is_kept else GZIP_LEVEL, zlib.DEFLATED, _GZIP)


def pack_whole(data: bytes, coding: str, *, is_kept: bool = False) -> bytes:
    """``data`` packed by a coding, as small as it gets if it is kept for good."""
    packer = codings()[coding].begin(is_kept)
    return packer.compress(data) + packer.flush()


def chosen_coding() -> str:
    """The coding that the asker likes best, of two liked equally the one preferred here; "" for none."""
    accepted = request.accept_encodings
    # A star stands for whatever is not named, and who sends it may know nothing of zstd.
    named = {name.lower(): quality for name, quality in accepted}
    best = max(codings(), key=lambda name: named.get(name, 0.0))
    return best if named.get(best, 0.0) > 0 else ""


def _packed(response: Response, kept: dict[tuple[str, str, str], bytes]) -> Response:
    if response.status_code == 304:
        _mark(response, chosen_coding())
        return response
    if (coding := response.headers.get("Content-Encoding", "")) in codings():
        # It was kept packed.
        _mark(response, coding)
        return response
    if not gains(response):
        return response
    coding = chosen_coding()
    _mark(response, coding)
    if not coding:
        return response
    if response.is_streamed and request.endpoint != "static":
        response.response = _Stream(response.response, codings()[coding].begin(False))
        response.headers.pop("Content-Length", None)
    else:
        response.direct_passthrough = False
        response.set_data(_whole(response, coding, kept))
    response.headers["Content-Encoding"] = coding
    return response


def _mark(response: Response, coding: str) -> None:
    """Say that the answer depends on what is accepted; the ETag of one that is packed is weak."""
    response.vary.add("Accept-Encoding")
    tag, is_weak = response.get_etag()
    if coding and tag and not is_weak:
        response.set_etag(tag, weak=True)


def gains(response: Response) -> bool:
    """Whether an answer is text, whole, not packed yet, and long enough."""
    kind = response.mimetype or ""
    is_text = kind.startswith(_TEXT) or kind in _ALSO_TEXT or kind.endswith(_SUFFIXES)
    if not is_text or response.status_code in (204, 206) or "Content-Encoding" in response.headers:
        return False
    if any(one in response.headers.get("Cache-Control", "") for one in ("no-transform", "no-store")):
        return False
    length = response.content_length
    if length is None and not response.is_streamed:
        length = response.calculate_content_length()
    return length is None or length >= LEAST_BYTES


def _whole(response: Response, coding: str, kept: dict[tuple[str, str, str], bytes]) -> bytes:
    if request.endpoint != "static":
        return pack_whole(response.get_data(), coding)
    # A static file is another one once its ETag is: its name, time and size.
    key = (request.path, response.get_etag()[0] or "", coding)
    if key not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = pack_whole(response.get_data(), coding, is_kept=True)
    return kept[key]


class _Stream:
    """The pieces of a body, packed as they come."""

    def __init__(self, body: Iterable[str] | Iterable[bytes], packer: Packer) -> None:
        self._body, self._packer = body, packer

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            data = piece.encode() if isinstance(piece, str) else piece
            if packed := self._packer.compress(data):
                yield packed
        yield self._packer.flush()

    def close(self) -> None:
        """Close what is packed, whether all of it was taken or not."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
