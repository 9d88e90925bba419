"""A list of words with their frequencies as a file that is asked without being loaded, and the cut it gives.

jieba's dictionary takes half a second and a hundred megabytes to load, which is too much for the few characters of
a query. Here it stands as sorted digests that are mapped into memory: opening costs milliseconds, a word a few
microseconds. The rule: the cut is jieba's own without HMM, the likeliest sequence of listed words, to the last bit.

Layout, little-endian: eight bytes of magic; 32 of SHA-256 over all that follows; two numbers of eight bytes (entries,
the sum of frequencies); the digests, eight bytes each; the frequencies, four bytes each. The beginnings of words are
entries too, with frequency 0 unless they are words, so that a look-up knows when to stop.
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
_HEAD = struct.Struct("<QQ")
_START = len(MAGIC) + 32
_LISTED = re.compile("([\u4e00-\u9fd5]+)")
"""The characters that jieba cuts; any other stands alone."""


def write_table(path: Path, words: Mapping[str, int], *, total: int) -> None:
    """Write ``words`` with their frequencies, whose sum counts as ``total``.

    The file appears whole or not at all. Raises ``OSError``.
    """
    entries = {word[:end]: 0 for word in words for end in range(1, len(word))} | dict(words)
    listed = sorted((hash64(word), frequency) for word, frequency in entries.items())
    body = _HEAD.pack(len(listed), total)
    body += struct.pack(f"<{len(listed)}Q", *(digest for digest, _ in listed))
    body += struct.pack(f"<{len(listed)}I", *(frequency for _, frequency in listed))
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        aside.write_bytes(MAGIC + hashlib.sha256(body).digest() + body)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


class WordTable:
    """The words of a file that ``write_table`` wrote. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises ``OSError`` where there is none, ``ValueError`` if it is not as it was written."""
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        view = memoryview(self._map)
        if view[: len(MAGIC)] != MAGIC or view[len(MAGIC) : _START] != hashlib.sha256(view[_START:]).digest():
            raise ValueError(f"{path} is no table of words")
        count, total = _HEAD.unpack_from(view, _START)
        begin = _START + _HEAD.size
        self._digests = view[begin : begin + 8 * count].cast("Q")
        self._frequencies = view[begin + 8 * count :].cast("I")
        self._log_total = log(total or 1)

    def frequency(self, word: str) -> int:
        """How frequent ``word`` is; 0 if it is not listed."""
        return max(self._look_up(word), 0)

    def cut(self, text: str) -> Iterator[str]:
        """The likeliest sequence of words; among equals the one with the longer first word."""
        for listed, piece in enumerate(_LISTED.split(text)):
            yield from self._likeliest(piece) if listed % 2 else piece

    def cut_for_search(self, text: str) -> Iterator[str]:
        """As ``cut``, with the listed words of two and of three characters inside a longer one before it."""
        for word in self.cut(text):
            for size in (2, 3):
                if len(word) > size:
                    inner = (word[at : at + size] for at in range(len(word) - size + 1))
                    yield from (part for part in inner if self.frequency(part))
            yield word

    def _likeliest(self, text: str) -> Iterator[str]:
        """Worked out from the end: the best sequence behind each place, and where its first word ends."""
        size = len(text)
        best = [(0.0, 0)] * (size + 1)
        for start in range(size - 1, -1, -1):
            found = list(self._words_at(text, start))
            best[start] = max(
                (log(frequency) - self._log_total + best[end][0], end)
                for end, frequency in found or [(start + 1, 1)]
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
                return

    def _look_up(self, word: str) -> int:
        """The frequency of an entry, -1 where there is none."""
        digest = hash64(word)
        at = bisect_left(self._digests, digest)
        return self._frequencies[at] if at < len(self._digests) and self._digests[at] == digest else -1
