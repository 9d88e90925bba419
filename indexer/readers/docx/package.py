"""The packed side of a Word file: its parts, unpacked within limits, and what it says about itself.

The rule: a part is read only as far as the limit allows, whatever size the package claims for it; entities are never
resolved and nothing is fetched.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib

from lxml import etree

from indexer.readers import limits
from report_search.errors import ReadError

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, OSError, NotImplementedError)
"""What ``zipfile`` raises over a damaged package."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DEPTH = 255
"""Levels of nesting that libxml2 takes."""
_FACTS = ("title", "subject", "creator", "keywords", "description", "created", "modified")


def refusal(data: bytes) -> ReadError | None:
    """Why a file of an office program that is not a Word package can't be read; None for any other file."""
    if data.startswith(_OLD):
        if _ENCRYPTED in data:
            return ReadError("encrypted", "Office 文件已加密", hint="请取消密码后重新保存")
        return ReadError(
            "old-format",
            "这是旧版 Office 或 WPS 文件（.doc、.wps、.xls 等）",
            hint="请另存为 .docx、PDF 或网页",
        )
    if data.startswith(b"{\\rtf"):
        return ReadError("old-format", "这是 RTF 文件", hint="请另存为 .docx、PDF 或网页")
    return None


def kind_of(data: bytes) -> str:
    """``word``, ``sheet``, ``slides``, ``open``, ``zip`` for a package, ``broken`` for a damaged one, else ""."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except _BROKEN:
        return "broken"
    for prefix, kind in (("word/", "word"), ("xl/", "sheet"), ("ppt/", "slides"), ("content.xml", "open")):
        if any(name.startswith(prefix) for name in names):
            return kind
    return "zip"


class Package:
    """The parts of a Word package. Raises ``ReadError`` for a damaged one and for one beyond the limits."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise ReadError("damaged", "Word 文件已损坏或不完整", hint="请重新下载") from error
        self._left = limits.MAX_UNPACKED
        self._names = set(self._zip.namelist())
        self.main = self._main()

    def _main(self) -> str:
        """The name of the part that holds the text."""
        for target, kind in self._relations("_rels/.rels", ""):
            if kind.endswith("/officeDocument") and target in self._names:
                return target
        return "word/document.xml"

    def _relations(self, name: str, base: str) -> list[tuple[str, str]]:
        root = self.part(name)
        if root is None:
            return []
        return [
            (posixpath.normpath(posixpath.join(base, one.get("Target", "").lstrip("/"))), one.get("Type", ""))
            for one in root
        ]

    def beside(self, name: str) -> etree._Element | None:
        """A part in the folder of the main one (``styles.xml``), None if there is none."""
        return self.part(posixpath.join(posixpath.dirname(self.main), name))

    def part(self, name: str) -> etree._Element | None:
        """The root element of a part, None if there is none."""
        if name not in self._names:
            return None
        data = self._bytes(name).replace(_STRICT, _TRANSITIONAL)
        if data.count(b"<") > limits.MAX_TAGS * 4:
            raise limits.too_large("文档元素数", data.count(b"<"), limit=limits.MAX_TAGS * 4, where=name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            if "depth" in str(error).lower():
                raise limits.too_large("文档嵌套层数", _DEPTH + 1, limit=_DEPTH, where=name) from error
            raise ReadError("damaged", "Word 文件已损坏或不完整", hint="请重新下载", where=name) from error

    def _bytes(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as part:
                data = part.read(self._left + 1)
        except _BROKEN as error:
            raise ReadError("damaged", "Word 文件已损坏或不完整", hint="请重新下载", where=name) from error
        except RuntimeError as error:
            raise ReadError("encrypted", "Word 文件已加密", hint="请取消密码后重新保存") from error
        if len(data) > self._left:
            raise limits.too_large("解压后的字节数", len(data), limit=limits.MAX_UNPACKED, where=name)
        self._left -= len(data)
        return data

    def facts(self) -> dict[str, str]:
        """The core properties under their own names."""
        root = self.part("docProps/core.xml")
        found: dict[str, str] = {}
        for one in root if root is not None else ():
            key = etree.QName(one).localname if isinstance(one.tag, str) else ""
            if key in _FACTS and (one.text or "").strip():
                found[key] = (one.text or "").strip()
        return found
