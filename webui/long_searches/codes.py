"""A whole search as one step of a path: its parameters packed into letters, digits, ``-`` and ``_``.

The rule: a code holds all there is, nothing is kept by the server, so an address can be kept and sent. What is unpacked
is bounded, whatever the code claims.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

import msgspec

Pairs = Sequence[tuple[str, str]]
"""Parameters as name and value, in the order of an address."""
MOST_BYTES = 200_000
"""So much a code may unpack to: more than any address that a server takes can spell."""


def packed(pairs: Pairs) -> str:
    """The code of ``pairs``."""
    packing = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    data = packing.compress(msgspec.json.encode(pairs)) + packing.flush()
    return urlsafe_b64encode(data).decode().rstrip("=")


def unpacked(code: str) -> Pairs:
    """What ``code`` holds. Raises ``ValueError`` for what is no code, as one that was cut off."""
    unpacking = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        data = unpacking.decompress(urlsafe_b64decode(code + "=" * (-len(code) % 4)), MOST_BYTES)
        if not unpacking.eof:
            raise ValueError("cut off, or more than an address may hold")
        return msgspec.json.decode(data, type=list[tuple[str, str]])
    except (zlib.error, msgspec.MsgspecError) as error:
        raise ValueError("no code") from error
