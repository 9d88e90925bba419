"""The 64-bit hash under which look-up tables on disk keep their strings.

Tables of words and of ids are sorted by it. The rule: it is part of the format of those files; changing it makes them
unreadable.
"""

from __future__ import annotations

import hashlib


def hash64(text: str) -> int:
    """The first 8 bytes of the BLAKE2b hash of ``text``, as a little-endian unsigned number.

    Two strings seldom share one: a look-up still has to compare the strings, or to accept that risk.
    """
    # A lone surrogate can't be encoded in UTF-8; it hashes like any other character instead of raising.
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
