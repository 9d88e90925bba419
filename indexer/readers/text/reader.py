"""Plain text: lines as they stand, and tables that a converter wrote into it as HTML.

The rule: bytes are UTF-8, UTF-16 with its mark, or GB18030, or they are refused; no character is guessed or left out.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator

from indexer.document import Document, Line, Part
from indexer.readers.html.fragment import fragment_parts, table_spans
from report_search.errors import ReadError

MAX_BYTES = 16 * 1024 * 1024
MAX_LINES = 400_000
_COMMON_AT_LEAST = 0.8
"""The share of a text in GB18030 that must be common Chinese characters, their punctuation, or ASCII."""
_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class TextReader:
    """Plain text. It takes whatever the other readers leave, so it is asked last."""

    format = "text"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` can be text at all."""
        return is_text(data)

    def read(self, data: bytes, name: str) -> Document:
        """The lines of ``data``. Raises ``ReadError`` for a foreign encoding, nothing to read, or too much."""
        return Document(self.format, tuple(_parts(decode(data))))


def is_text(data: bytes) -> bool:
    """Whether bytes can be text: no zero bytes, unless a mark of UTF-16 opens them."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in data


def decode(data: bytes) -> str:
    """The text in ``data``, line ends as ``\\n``.

    Raises ``ReadError``: ``too-large``, ``binary``, ``encoding``, ``empty``.
    """
    if len(data) > MAX_BYTES:
        raise ReadError("too-large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", hint="请拆分后再收录。")
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    has_control = any(unicodedata.category(char) == "Cc" and char not in "\n\t\v" for char in set(text))
    if has_control:
        raise ReadError(
            "binary", "文件含有控制字符，不是文本", hint="请确认文件格式，另存为 UTF-8 文本后再收录。"
        )
    if not text.strip("\ufeff \n\t\u3000\xa0\v"):
        raise ReadError("empty", "文件是空的", hint="请重新下载或从语料中删去。")
    if text.count("\n") > MAX_LINES:
        raise ReadError("too-large", f"文件超过 {MAX_LINES} 行", hint="请拆分后再收录。")
    return text.replace("\v", "\n")


def _decoded(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    if b"\0" in data:
        raise ReadError("binary", "文件是二进制数据，不是文本", hint="请确认文件格式。")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _plausible(_strict(data, "gb18030"))


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            "encoding",
            "文字编码既不是 UTF-8 也不是 GB18030",
            hint="请另存为 UTF-8 后再收录。",
            where=f"第{error.start}字节",
        ) from error


def _plausible(text: str) -> str:
    """``text`` if it can be Chinese; GB18030 accepts nearly any bytes, so what it gives must be looked at."""
    has_strange = any(map(_is_strange, text))
    if has_strange or sum(map(_is_common, text)) < _COMMON_AT_LEAST * len(text):
        raise ReadError("encoding", "文字编码既不是 UTF-8 也不是 GB18030", hint="请另存为 UTF-8 后再收录。")
    return text


def _is_strange(char: str) -> bool:
    """Whether no text has this character: private use, unassigned, control."""
    return unicodedata.category(char) in {"Co", "Cn", "Cc"} and char not in "\n\r\t\f\v"


def _is_common(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or char.isascii() or "\u3000" <= char <= "\u303f"


def _parts(text: str) -> Iterator[Part]:
    at, number = 0, 1
    for start, end in table_spans(text):
        yield from _lines(text[at:start], first=number)
        number += text.count("\n", at, start)
        yield from fragment_parts(text[start:end], where=f"第{number}行")
        number += text.count("\n", start, end)
        at = end
    yield from _lines(text[at:], first=number)


def _lines(text: str, *, first: int) -> Iterator[Line]:
    gap = True
    for at, raw in enumerate(text.split("\n"), start=first):
        if not raw.strip("\ufeff \u3000\xa0\t"):
            gap = True
            continue
        yield Line(raw.rstrip(" \u3000\xa0\ufeff").lstrip("\ufeff"), gap=gap, where=f"第{at}行")
        gap = False
