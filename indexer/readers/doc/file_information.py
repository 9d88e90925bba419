"""The head of a Word file (FIB): whether it can be read here, how long its stories are, where its tables lie.

    WordDocument   ┌ 32 bytes ┬ 2 + 2n ┬ 2 + 4n: lengths of stories ┬ 2 + 8n: (place, length) in the table stream ┐
                   identifier, flags                                  33: pieces, 12 and 13: formatting, 73: lists

The rule: what is locked, or older than Word 97, is refused by name.
"""

from __future__ import annotations

import struct

from msgspec import Struct

from indexer.readers.compound import CompoundFile
from report_search.errors import ReadError

_IDENTIFIERS = (0xA5EC, 0xA5DC)
_WORD_97 = 0xC1
"""The lowest number of the format that the rest of this package knows."""
_ENCRYPTED, _TABLE_1, _OBFUSCATED = 0x0100, 0x0200, 0x8000
_STORIES = ("main", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header_boxes")
_FIRST_STORY = 3
"""The place of the main story among the lengths."""


class FileInformation(Struct, frozen=True):
    """``document`` and ``table`` are the two streams; ``stories`` the characters of each story, in their order."""

    document: bytes
    table: bytes
    data: bytes
    stories: dict[str, int]
    places: tuple[tuple[int, int], ...]

    def part(self, at: int) -> bytes:
        """What lies at a place of the table stream, b"" if there is nothing."""
        if at >= len(self.places):
            return b""
        start, length = self.places[at]
        return self.table[start : start + length]

    def story(self, name: str) -> tuple[int, int]:
        """The first character of a story and the first behind it."""
        start = 0
        for story, length in self.stories.items():
            if story == name:
                return start, start + length
            start += length
        return start, start


def read_file_information(file: CompoundFile) -> FileInformation:
    """The head of a Word file. Raises ``ReadError``: ``encrypted``, ``old-format``, ``damaged``."""
    document = file.stream("WordDocument")
    if len(document) < 0x200:
        raise file.damaged()
    identifier, version = struct.unpack_from("<HH", document)
    [flags] = struct.unpack_from("<H", document, 0x0A)
    if identifier not in _IDENTIFIERS:
        raise file.damaged()
    if version < _WORD_97:
        raise ReadError(
            "old-format",
            "这是 Word 6.0 或 Word 95 的文件",
            hint="请用 Word 或 WPS 打开后另存为 .docx，再放入语料目录。",
        )
    if flags & (_ENCRYPTED | _OBFUSCATED):
        raise ReadError("encrypted", "Word 文件已加密", hint="请取消密码后重新保存")
    at = 32
    [words] = struct.unpack_from("<H", document, at)
    at += 2 + 2 * words
    [longs] = struct.unpack_from("<H", document, at)
    lengths = struct.unpack_from(f"<{longs}i", document, at + 2)
    at += 2 + 4 * longs
    [pairs] = struct.unpack_from("<H", document, at)
    numbers = struct.unpack_from(f"<{2 * pairs}I", document, at + 2)
    found = lengths[_FIRST_STORY : _FIRST_STORY + len(_STORIES)]
    stories = {name: max(0, length) for name, length in zip(_STORIES, found, strict=False)}
    table = file.stream("1Table" if flags & _TABLE_1 else "0Table")
    places = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return FileInformation(document, table, file.stream("Data"), stories, places)
