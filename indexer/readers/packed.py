"""Packages: a ZIP whose entries are the parts of one document (DOCX, OFD, ODT) or files of their own.

The rule: an entry is read only as far as the limit allows, whatever size the package claims for it; entities are never
resolved and nothing is fetched. Names are compared as people read them: a packer that says nothing of an encoding
wrote UTF-8 or GBK.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import IO

from lxml import etree

from indexer.readers import limits
from report_search.bundle import BROKEN, ZIP_OPENINGS, readable_name
from report_search.errors import ReadError

_LOCAL_HEADER = re.compile(rb"PK\x03\x04(?=.{26}([^\0-\x1f\x7f-\xff]{1,40}))", re.DOTALL)
"""What stands before an entry: 30 bytes, of which the last four are lengths, and the name."""
_ENTRIES = 20_000
_DEPTH = 255
"""Levels of nesting that libxml2 takes."""
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]{1,40})")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")


def is_package(data: bytes) -> bool:
    """Whether ``data`` opens as a ZIP does."""
    return data.startswith(ZIP_OPENINGS)


def names_in(data: bytes) -> list[str]:
    """The names of the entries of a package; of a damaged one, those that stand before its entries."""
    listed = listed_names(io.BytesIO(data))
    if listed is not None:
        return listed
    return [found[1].decode("utf-8", "replace") for found in _LOCAL_HEADER.finditer(data)]


def listed_names(file: IO[bytes]) -> list[str] | None:
    """The names of the entries of a package as its directory lists them, of which alone ``file`` is read; None for a
    damaged one."""
    try:
        return [readable_name(one) for one in zipfile.ZipFile(file).infolist()]
    except BROKEN:
        return None


def opening_of(data: bytes, name: str, *, count: int) -> bytes:
    """The first ``count`` bytes of an entry; b"" if it can't be had."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(name) as entry:
            return entry.read(count)
    except (*BROKEN, KeyError, RuntimeError):
        return b""


class Package:
    """The entries of a package, by name. ``what`` names the kind of file in errors (``Word 文件``).

    Raises ``ReadError`` for a damaged one, a locked one, and one beyond the limits.
    """

    def __init__(self, data: bytes, *, what: str) -> None:
        self._what = what
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise self.damaged() from error
        infos = self._zip.infolist()
        if len(infos) > _ENTRIES:
            raise limits.too_large("包内文件数", len(infos), limit=_ENTRIES)
        self._left = limits.MAX_UNPACKED
        self._entries = {readable_name(one): one for one in infos if one.filename and not one.is_dir()}
        self._folded = {name.casefold(): name for name in reversed(self._entries)}

    @property
    def names(self) -> list[str]:
        """The names of all entries, in their order."""
        return list(self._entries)

    def damaged(self, where: str = "") -> ReadError:
        """The error for a package that can't be unpacked or understood."""
        return ReadError("damaged", f"{self._what}已损坏或不完整", hint="请重新下载", where=where)

    def locked(self) -> ReadError:
        """The error for a package that asks for a password."""
        return ReadError("encrypted", f"{self._what}已加密", hint="请取消密码后重新保存")

    def resolved(self, location: str, *, beside: str = "") -> str:
        """The entry that ``location`` names as written in the entry ``beside``; "" if there is none.

        A location is relative to where it is written, or to the top of the package; letters match in either case.
        """
        location = location.strip().replace("\\", "/")
        if not location:
            return ""
        places = (
            [location] if location.startswith("/") else [posixpath.join(posixpath.dirname(beside), location)]
        )
        for place in (*places, location):
            path = posixpath.normpath(place.lstrip("/"))
            if path in self._entries:
                return path
            if path.casefold() in self._folded:
                return self._folded[path.casefold()]
        return ""

    def bytes_of(self, name: str) -> bytes:
        """The bytes of an entry that is there."""
        try:
            with self._zip.open(self._entries[name]) as part:
                data = part.read(self._left + 1)
        except BROKEN as error:
            raise self.damaged(name) from error
        except RuntimeError as error:
            raise self.locked() from error
        if len(data) > self._left:
            raise limits.too_large("解压后的字节数", len(data), limit=limits.MAX_UNPACKED, where=name)
        self._left -= len(data)
        return data

    def xml(self, name: str, *, lenient: bool = False) -> etree._Element | None:
        """The root element of an entry, None if there is none of this name.

        ``lenient`` mends what lesser writers do: undeclared prefixes, a wrong declaration of the encoding.
        """
        if name not in self._entries:
            return None
        return self.parsed(self.bytes_of(name), where=name, lenient=lenient)

    def parsed(self, data: bytes, *, where: str, lenient: bool = False) -> etree._Element:
        """The root element of the XML in ``data``, which stands in the entry ``where``."""
        count = data.count(b"<")
        if count > limits.MAX_TAGS * 4:
            raise limits.too_large("文档元素数", count, limit=limits.MAX_TAGS * 4, where=where)
        try:
            return etree.fromstring(data, _parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            if "depth" in str(error).lower():
                raise limits.too_large("文档嵌套层数", _DEPTH + 1, limit=_DEPTH, where=where) from error
            mended = _mended(data) if lenient else None
            if mended is None:
                raise self.damaged(where) from error
            return mended


def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )


def _mended(data: bytes) -> etree._Element | None:
    """The root of XML that only a lenient parser takes; None if that finds nothing or only a part.

    A file that is cut off is damaged, not careless, so its last tag has to close what the first one opened.
    """
    declared = _DECLARED.match(data)
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding in ("gb2312", "gbk", "cp936"):
        encoding = "gb18030"
    try:
        text = _DECLARATION.sub("", data.decode(encoding).lstrip("\ufeff"), count=1)
    except (LookupError, UnicodeDecodeError):
        text = _DECLARATION.sub("", data.decode("gb18030", "replace"), count=1)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or not isinstance(root.tag, str):
        return None
    name = re.split("[}:]", root.tag)[-1]
    return root if text.rstrip().endswith(f"{name}>") else None
