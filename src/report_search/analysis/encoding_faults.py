"""Queries whose characters were lost on the way: bytes that are no UTF-8, and text that was encoded twice.

A Chinese console of Windows sends GBK, a program may quote an address twice (%E6%94%BF), a page may send entities
(&#25919;), and UTF-8 read as GBK or Latin-1 gives 鏀垮簻 or æ”¿åºœ. Nothing printed looks like that, so a search for it
would be an empty answer that looks like "not found". The rule: what is found here is certain, because the text that
was meant comes out whole; printed text is left alone, and so is everything inside quotes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from msgspec import Struct

REPLACEMENT = "\ufffd"
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PERCENT_AGAIN = re.compile(r"(?:%(?:25)+[0-9A-Fa-f]{2})+")
_PERCENT_U = re.compile(r"(?:%u[0-9A-Fa-f]{4})+")
_ENTITY = re.compile(r"(?:&#(?:\d{3,6}|x[0-9A-Fa-f]{3,5});)+")
_ESCAPE = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+")
_QUOTED = re.compile('[“「『"＂].*?[”」』"＂]', re.DOTALL)
# What is left of GBK in an address: a byte as %D5, or a letter that two of its bytes happen to be.
_STRANGE = re.compile("%[89A-Fa-f][0-9A-Fa-f]|[\u0100-\u07ff]{2}")
_LATIN_1 = re.compile("[\u0080-\u024f\u02c6\u02dc\u2010-\u203a\u20ac\u2122]{4,}")
_HAN = re.compile("[\u3400-\u9fff]")


class Misencoded(Struct, frozen=True):
    """A query whose characters were lost: why, where it begins, and the query that was meant ("" if not known)."""

    code: str
    message: str
    position: int
    meant: str


def find_encoding_fault(text: str) -> Misencoded | None:
    """What is wrong with the characters of a query; None if nothing is."""
    if lost := _lost_bytes(text) or _bytes_of_gbk(text):
        return lost
    for start, end, meant in _encoded_twice(text):
        if not _is_quoted(text, start):
            message = f"“{_short(text[start:end])}”像是编码了两次的“{_short(meant)}”。"
            return Misencoded("encoded-twice", message, start, text[:start] + meant + text[end:])
    return None


def decode_bytes(data: bytes) -> tuple[str, bool]:
    """Bytes as text, and whether they are UTF-8; what is not is taken for GBK, as a Chinese console sends it."""
    try:
        return data.decode(), True
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace"), False


def _lost_bytes(text: str) -> Misencoded | None:
    """Bytes that are no UTF-8: kept by Python as lone surrogates, or replaced by U+FFFD."""
    surrogate = next((at for at, char in enumerate(text) if "\udc80" <= char <= "\udcff"), None)
    message = "检索式不是 UTF-8 编码。"
    if surrogate is not None:
        try:
            meant, _ = decode_bytes(text.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError:
            meant = ""
        return Misencoded("wrong-encoding", message, surrogate, "" if REPLACEMENT in meant else meant)
    is_lost = text.count(REPLACEMENT) > 1 or (REPLACEMENT in text and not _HAN.search(text))
    if is_lost and not _QUOTED.search(text):
        message = "检索式里的字在传输中丢失了（编码不是 UTF-8）。"
        return Misencoded("wrong-encoding", message, text.index(REPLACEMENT), "")
    return None


def _bytes_of_gbk(text: str) -> Misencoded | None:
    """GBK in an address: servers leave what is no UTF-8 as %D5%FE, and take what happens to be UTF-8 for it (ģʽ).

    Together they are the bytes that were sent.
    """
    strange = _STRANGE.search(text)
    if strange is None or _HAN.search(text) or _is_quoted(text, strange.start()) or "://" in text:
        return None
    data = unquote_to_bytes(text)
    is_percent_utf8 = "%" in text and _is_utf8(data)
    meant = "" if is_percent_utf8 else _everyday(data)
    if len(_HAN.findall(meant)) < 2:
        return None
    message = f"检索式不是 UTF-8 编码，像是 GBK 编码的“{_short(meant)}”。"
    return Misencoded("wrong-encoding", message, strange.start(), meant)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _everyday(data: bytes) -> str:
    """Bytes as GBK, if all of them are everyday characters; else ""."""
    try:
        text = data.decode("gb18030")
    except UnicodeError:
        return ""
    return text if _is_everyday(text) else ""


def _is_everyday(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _is_quoted(text: str, at: int) -> bool:
    return any(quoted.start() < at < quoted.end() for quoted in _QUOTED.finditer(text))


def _encoded_twice(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of a query that were encoded once more than they should be, each with what was meant."""
    ways: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
        (_PERCENT_AGAIN, lambda found: _decode_all(unquote_to_bytes(re.sub("%(?:25)+", "%", found)))),
        (_PERCENT, lambda found: _decode_all(unquote_to_bytes(found))),
        (_PERCENT_U, lambda found: found.replace("%u", "\\u").encode().decode("unicode-escape")),
        (_ENTITY, html.unescape),
        (_ESCAPE, lambda found: found.encode().decode("unicode-escape")),
        (_LATIN_1, _from_latin_1),
    )
    for pattern, decode in ways:
        for found in pattern.finditer(text):
            meant = decode(found[0])
            is_address = "://" in text[: found.start()].rpartition(" ")[2]
            if _HAN.search(meant) and not is_address:
                yield *found.span(), meant
    if (whole := _from_gbk(text)) is not None:
        yield 0, len(text), whole


def _decode_all(data: bytes) -> str:
    """Bytes as UTF-8, else as GBK; "" if they are neither."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _from_latin_1(text: str) -> str:
    """Text that was UTF-8 or GBK and was read as Latin-1 or Windows-1252; "" if it was not."""
    for encoding in ("latin-1", "cp1252"):
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        meant = _decode_all(data)
        if len(meant) > 1 and all(_HAN.match(char) for char in meant) and _is_everyday(meant):
            return meant
    return ""


def _from_gbk(text: str) -> str | None:
    """Text that was UTF-8 and was read as GBK (鏀垮簻 for 政府); None if it was not.

    Some pairs of printed characters happen to be UTF-8 as well; but not three or more that all come out as everyday
    characters.
    """
    if len(_HAN.findall(text)) < 3:
        return None
    try:
        meant = text.encode("gb18030").decode()
    except UnicodeError:
        return None
    return meant if len(_HAN.findall(meant)) > 1 and meant != text and _is_everyday(meant) else None


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"
