"""The encoding of a page: which characters its bytes are.

The rule: the bytes decide before what they say of themselves. Text that is valid UTF-8 is UTF-8, whatever its meta
element claims. What no encoding fits is read with the declared one and reported, or refused if much is broken.
"""

from __future__ import annotations

import codecs
import re

from report_search.errors import ReadError
from report_search.model import ReportWarning

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*(?:[\"']\s*)?([\w-]{3,20})", re.I)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDER = {
    # Pages name the oldest of a family of encodings and are written in the widest, of which it is a part.
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
}
_BROKEN_AT_MOST = 0.01
"""The share of characters that may be lost before a text is refused."""


def decode(data: bytes, header: str = "") -> tuple[str, tuple[ReportWarning, ...]]:
    """The text of a page and a warning for each byte sequence lost.

    ``header`` is the charset of a saved HTTP or MIME header. Raises ``ReadError`` if no encoding fits.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), ()
    declared = _declared(data, header)
    for name in dict.fromkeys(("utf-8", *declared, "gb18030", "big5hkscs")):
        text = _strictly(data, name)
        if text is not None:
            return text, ()
    return _leniently(data, declared[0] if declared else "")


def _declared(data: bytes, header: str) -> list[str]:
    """The encodings that the header and the page name, as far as Python knows them."""
    found = _DECLARED.search(data[:8192])
    names = [header.lower(), found[1].decode("ascii", "replace").lower() if found else ""]
    usable = []
    for name in filter(None, names):
        try:
            usable.append(codecs.lookup(_WIDER.get(name, name)).name)
        except LookupError:
            continue
    return usable


def _strictly(data: bytes, name: str) -> str | None:
    """``data`` in one encoding, its last character complete or not; None if it does not fit."""
    try:
        return codecs.getincrementaldecoder(name)().decode(data, final=False)
    except (UnicodeError, AttributeError, TypeError):
        return None


def _leniently(data: bytes, declared: str) -> tuple[str, tuple[ReportWarning, ...]]:
    """``data`` in the encoding in which fewest characters are lost. Raises ``ReadError`` if these are many."""
    tries = []
    for name in filter(None, (declared, "utf-8", "gb18030")):
        text = data.decode(name, "replace")
        tries.append((text.count("\ufffd"), text))
    broken, text = min(tries)
    if broken > _BROKEN_AT_MOST * len(text):
        raise ReadError(
            "encoding",
            "无法判断文件的编码：既不是 UTF-8，也不是 GB18030 或 Big5",
            hint="请用浏览器或文本编辑器另存为 UTF-8",
        )
    return text, (ReportWarning("encoding-damaged", f"有 {broken} 处字节无法解码，以“\ufffd”代替"),)
