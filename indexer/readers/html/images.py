"""The pictures that a page shows, as far as they can be had: written into it, saved with it, or files beside it.

The rule: nothing is fetched; what can't be had is left out.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from indexer.readers.beside import file_beside
from indexer.readers.html.archive import is_archive, picture_parts
from indexer.readers.html.tree import HtmlNode, pictures_of

_SOURCES = ("src", "data-src", "data-original", "original")


def shown_in(root: HtmlNode, file: bytes) -> Iterator[bytes]:
    """The bytes of the pictures below ``root`` that can hold a text, in order; ``file`` is the page as it was saved."""
    saved = picture_parts(file) if is_archive(file[:4096]) else {}
    seen = set()
    for picture in pictures_of(root):
        for name in _SOURCES:
            address = picture.attributes.get(name, "").strip()
            data = _at(address, saved.get) if address and address not in seen else None
            if data:
                seen.add(address)
                yield data
                break


def _at(address: str, saved: Callable[[str], bytes | None]) -> bytes | None:
    if address.startswith("data:"):
        return _written(address)
    return saved(address) or file_beside(address)


def _written(address: str) -> bytes | None:
    """What is written into an address that begins with ``data:``."""
    head, comma, body = address.partition(",")
    if not comma:
        return None
    data = unquote_to_bytes(body)
    if not head.endswith(";base64"):
        return data
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        return None
