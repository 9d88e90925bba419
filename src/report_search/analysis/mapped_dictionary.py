"""A dictionary of words with their frequencies as a memory-mapped file, and segmentation by it.

jieba's dictionary takes half a second and a hundred megabytes to load, which is too much for the few characters of
a query. Mapped into memory, opening it costs milliseconds and a look-up a few microseconds. The rule: the words are
those of jieba without HMM, the likeliest sequence of listed words, with its probabilities equal to the last bit.

Layout of the file, little-endian, for ``n`` entries in ascending order of their digests:

====================  ====================  ===========================================================
bytes                 dtype and shape       meaning
====================  ====================  ===========================================================
0 … 8                 bytes                 ``MAGIC``
8 … 40                bytes                 SHA-256 of everything behind it
40 … 56               (2,) uint64           ``n``, and the sum of all frequencies
56 … 56 + 8n          (n,) uint64           digest of each entry: 8 bytes of BLAKE2b over its UTF-8
56 + 8n … 56 + 12n    (n,) uint32           its frequency; 0 for a prefix that is no word itself
====================  ====================  ===========================================================

Every prefix of a word is an entry too, so that a look-up of longer and longer pieces knows when to stop. With the
words 领事 (3) and 领事馆 (2) there are three entries: 领 with frequency 0, 领事 with 3, 领事馆 with 2.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import secrets
import struct
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from math import log
from pathlib import Path

from report_search.hashing import hash64

MAGIC = b"RSWORDS2"
_COUNTS = struct.Struct("<QQ")
_BODY = len(MAGIC) + 32
"""Where the magic and the checksum end."""
_LISTABLE = re.compile("([\u4e00-\u9fd5]+)")
"""The characters that jieba's dictionary covers; any other is a word by itself."""


def write_dictionary(path: Path, words: Mapping[str, int], *, total: int) -> None:
    """Write ``words`` with their frequencies, whose sum counts as ``total``.

    The file appears whole or not at all. Raises ``OSError``.
    """
    prefixes = {word[:end]: 0 for word in words for end in range(1, len(word))}
    by_digest = sorted((hash64(entry), frequency) for entry, frequency in {**prefixes, **words}.items())
    body = _COUNTS.pack(len(by_digest), total)
    body += struct.pack(f"<{len(by_digest)}Q", *(digest for digest, _ in by_digest))
    body += struct.pack(f"<{len(by_digest)}I", *(frequency for _, frequency in by_digest))
    # Written under another name first: a process that opens ``path`` meanwhile sees the old file or the new one.
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(MAGIC + hashlib.sha256(body).digest() + body)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class MappedDictionary:
    """The words of a file that ``write_dictionary`` wrote. Safe to share between threads.

    ``cut`` and ``cut_for_search`` are named, and do, as in jieba.
    """

    def __init__(self, path: Path) -> None:
        """Open it. Raises ``OSError`` where there is none, ``ValueError`` if it is not as it was written."""
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        view = memoryview(self._map)
        checksum = hashlib.sha256(view[_BODY:]).digest()
        if view[: len(MAGIC)] != MAGIC or view[len(MAGIC) : _BODY] != checksum:
            raise ValueError(f"{path} is no dictionary of words")
        count, total = _COUNTS.unpack_from(view, _BODY)
        begin = _BODY + _COUNTS.size
        self._digests = view[begin : begin + 8 * count].cast("Q")
        self._frequencies = view[begin + 8 * count :].cast("I")
        self._log_total = log(total or 1)

    def frequency(self, word: str) -> int:
        """How frequent ``word`` is; 0 if it is not listed."""
        return max(self._look_up(word), 0)

    def cut(self, text: str) -> Iterator[str]:
        """The likeliest sequence of words; among equals the one with the longer first word."""
        # ``split`` with a group gives what lies between, what matched, what lies between … in turn.
        for number, piece in enumerate(_LISTABLE.split(text)):
            is_listable = number % 2 == 1
            yield from self._likeliest(piece) if is_listable else piece

    def cut_for_search(self, text: str) -> Iterator[str]:
        """As ``cut``, with the listed words of two and of three characters inside a longer one before it."""
        for word in self.cut(text):
            for size in (2, 3):
                if len(word) > size:
                    inner = (word[at : at + size] for at in range(len(word) - size + 1))
                    yield from (part for part in inner if self.frequency(part))
            yield word

    def _likeliest(self, text: str) -> Iterator[str]:
        """The sequence of words with the highest product of probabilities, by dynamic programming from the end.

        ``best[at]`` is the logarithm of the best probability of ``text[at:]`` and the end of its first word. For
        领事馆 with 领事 (3) and 领事馆 (2) of 10, an unlisted character counting 1:

            best[3] = (0, 0)
            best[2] = (log 1/10, 3)                                                     馆
            best[1] = (log 1/10 + best[2], 2)                                           事 馆
            best[0] = max((log 3/10 + best[2], 2), (log 2/10 + best[3], 3)) = (…, 3)    领事馆
        """
        size = len(text)
        best = [(0.0, 0)] * (size + 1)
        for start in range(size - 1, -1, -1):
            words = list(self._words_at(text, start)) or [(start + 1, 1)]
            # A difference of two logarithms, not one of the quotient: the sums have to be jieba's to the last bit.
            best[start] = max(
                (log(frequency) - self._log_total + best[end][0], end) for end, frequency in words
            )
        at = 0
        while at < size:
            yield text[at : best[at][1]]
            at = best[at][1]

    def _words_at(self, text: str, start: int) -> Iterator[tuple[int, int]]:
        """The ends and frequencies of the listed words that begin at ``start``."""
        for end in range(start + 1, len(text) + 1):
            frequency = self._look_up(text[start:end])
            if frequency > 0:
                yield end, frequency
            elif frequency < 0:
                # Prefixes are entries, so no longer piece is one either.
                return

    def _look_up(self, entry: str) -> int:
        """The frequency of a word, 0 for a prefix of one, -1 for anything else."""
        digest = hash64(entry)
        at = bisect_left(self._digests, digest)
        return self._frequencies[at] if at < len(self._digests) and self._digests[at] == digest else -1
