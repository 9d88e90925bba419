"""A whole search as one step of a path: its parameters packed into letters, digits, ``-`` and ``_``.

The rule: a code holds all there is, nothing is kept by the server, so an address can be kept and sent. What is unpacked
is bounded, whatever the code claims.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

Pairs = Sequence[tuple[str, str]]
"""Parameters as name and value, in the order of an address."""
MOST_BYTES = 200_000
"""So much a code may unpack to: more than any address that a server takes can spell."""


def packed(pairs: Pairs) -> str:
    """The code of ``pairs``."""
    text = json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))
    packing = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    data = packing.compress(text.encode(errors="replace")) + packing.flush()
    return urlsafe_b64encode(data).decode().rstrip("=")


def unpacked(code: str) -> Pairs:
    """What ``code`` holds. Raises ``ValueError`` for what is no code, as one that was cut off."""
    unpacking = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        data = unpacking.decompress(urlsafe_b64decode(code + "=" * (-len(code) % 4)), MOST_BYTES)
        if not unpacking.eof:
            raise ValueError("cut off, or more than an address may hold")
        pairs = [(name, value) for name, value in json.loads(data)]
    except (zlib.error, TypeError, RecursionError) as error:
        raise ValueError("no code") from error
    if not all(isinstance(part, str) for pair in pairs for part in pair):
        raise ValueError("no parameters")
    return pairs
