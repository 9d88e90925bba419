"""Plain text and Markdown: lines as they are written, with what Markdown says about them.

The rule: bytes are UTF-8, UTF-16 with a byte order mark, or GB18030, or they are refused; no character is guessed.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

from indexer.document import Document, Line
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
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s+|(?=[^#\s]))(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-{3,})\s*$")
_RULE = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_STRONG = re.compile(r"\s*(\*\*|__)(?=\S)(.+?)(?<=\S)\1\s*$")
_BULLET = re.compile(r"\s*[-*+]\s+(?=\S)")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\(([^()\s]*)(?:\s+\"[^\"]*\")?\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_FRONT = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FACT = re.compile(r"([^\s:：#][^:：\n]{0,30})[:：]\s*(.*?)\s*$")
_MARKDOWN = re.compile(r"^(?:#{1,6}\s+\S|\*\*.+\*\*\s*$|\|?\s*:?-{3,}:?\s*\|)", re.MULTILINE)


class TextReader:
    """Plain text and Markdown. It takes whatever the other readers leave, so it is asked last."""

    format = "text"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` can be text at all: no zero bytes, unless the byte order mark of UTF-16 opens it."""
        return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in data

    def read(self, data: bytes, name: str) -> Document:
        """The lines of ``data``. Raises ``ReadError`` for a foreign encoding, nothing to read, or too much."""
        text = decode(data)
        suffix = PurePath(name).suffix.lower()
        if suffix in {".md", ".markdown"} or _MARKDOWN.search(text):
            facts, body, skipped = _front_matter(text)
            lines = tuple(_markdown_lines(body, first=skipped + 1))
            return Document("markdown", lines, title=facts.get("title", ""), facts=facts)
        return Document("text", tuple(_lines(text)))


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


def _lines(text: str) -> Iterator[Line]:
    gap = True
    for at, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip("\ufeff \u3000\xa0\t"):
            gap = True
            continue
        yield Line(raw.rstrip(" \u3000\xa0\ufeff").lstrip("\ufeff"), gap=gap, where=f"第{at}行")
        gap = False


def _front_matter(text: str) -> tuple[dict[str, str], str, int]:
    """The keys between two ``---`` before the text, the text, and the number of lines taken."""
    match = _FRONT.match(text.lstrip("\ufeff"))
    if not match:
        return {}, text, 0
    pairs = (_FACT.match(line) for line in match.group(1).split("\n"))
    facts = {pair.group(1).strip(): pair.group(2).strip("\"'") for pair in pairs if pair}
    return facts, text.lstrip("\ufeff")[match.end() :], match.group(0).count("\n")


def _markdown_lines(text: str, *, first: int) -> Iterator[Line]:
    raw = text.split("\n")
    gap = True
    for at, line in enumerate(raw):
        below = raw[at + 1] if at + 1 < len(raw) else ""
        if not line.strip("\ufeff \u3000\xa0") or _is_mark(line):
            gap = True
            continue
        yield _markdown_line(line, below, gap=gap, where=f"第{at + first}行")
        gap = False


def _is_mark(line: str) -> bool:
    """Whether ``line`` is a rule or an underline of a heading: Markdown's own, nothing that was printed."""
    return bool(_RULE.match(line) or (_UNDERLINE.match(line) and "=" in line))


def _markdown_line(line: str, below: str, *, gap: bool, where: str) -> Line:
    """A line as printed, with the level that its marks, or an underline ``below`` it, give it."""
    heading = _HEADING.match(line)
    if heading:
        level, text = len(heading.group(1)), heading.group(2)
    else:
        level = _underlined_level(line, below) if gap else 0
        text = _BULLET.sub("", line, count=1)
    strong = _STRONG.match(text)
    # ``**甲** 和 **乙**`` opens and closes with marks and is not strong as a whole: its marks go one by one.
    if strong and strong.group(1) not in strong.group(2):
        text = strong.group(2)
    text = _ESCAPE.sub(r"\1", _LINK.sub(r"\1", text.replace("**", "")))
    return Line(
        text.rstrip(" \u3000\xa0"), level=level, strong=bool(strong), gap=gap or level > 0, where=where
    )


def _underlined_level(line: str, below: str) -> int:
    """1 for a line with ``===`` below it, 2 with ``---``, else 0; the head of a table is no heading."""
    is_row = "\t" in line or "|" in line
    underline = None if is_row else _UNDERLINE.match(below)
    if not underline:
        return 0
    return 1 if underline.group(1)[0] == "=" else 2
