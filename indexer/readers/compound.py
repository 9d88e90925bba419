"""Compound files (OLE2), in which Word, Excel and WPS kept their documents until 2007: streams in a file of sectors.

The rule: the streams at the top say what a file is, since documents may hold others as objects.
"""

from __future__ import annotations

import io
import struct

from report_search.errors import ReadError

try:
    import olefile
except ImportError:  # pragma: no cover - without the extra `office`
    olefile = None

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WIDER = {936: "gb18030", 1200: "utf-16-le"}
"""Encodings by their numbers, where Python has a wider one or another name."""
_KNOWN = ("EncryptedPackage", "WordDocument", "Workbook", "Book", "PowerPoint Document")


def is_compound(data: bytes) -> bool:
    """Whether ``data`` opens as a compound file does."""
    return data.startswith(_SIGNATURE)


def root_names(data: bytes) -> list[str]:
    """The names of the streams at the top, in lower case.

    Of a damaged file, and without the extra, the known names that stand anywhere in it: a directory is UTF-16 text.
    """
    if olefile is not None:
        try:
            with olefile.OleFileIO(io.BytesIO(data)) as file:
                return [path[0].lower() for path in file.listdir() if len(path) == 1]
        except _broken():
            pass
    return [name.lower() for name in _KNOWN if name.encode("utf-16-le") + b"\0\0" in data]


class CompoundFile:
    """The streams at the top of a compound file. ``what`` names the kind of file in errors.

    Raises ``ReadError`` for a damaged one, and where the extra is not installed.
    """

    def __init__(self, data: bytes, *, what: str) -> None:
        if olefile is None:
            raise ReadError(
                "missing-library",
                "没有安装旧版 Office 文件的阅读库",
                hint="请运行 pip install report-search[office]",
            )
        self._what = what
        try:
            self._file = olefile.OleFileIO(io.BytesIO(data))
        except _broken() as error:
            raise self.damaged() from error

    def damaged(self) -> ReadError:
        """The error for a file that can't be understood."""
        return ReadError("damaged", f"{self._what}已损坏或不完整", hint="请重新下载")

    def stream(self, name: str) -> bytes:
        """The bytes of a stream, b"" if there is none of this name."""
        try:
            if not self._file.exists(name):
                return b""
            with self._file.openstream(name) as stream:
                data: bytes = stream.read()
        except _broken() as error:
            raise self.damaged() from error
        return data

    def facts(self) -> dict[str, str]:
        """What the file says of itself: ``title``, ``author``, ``subject``, ``created``; empty ones left out."""
        try:
            properties = self._file.get_metadata()
        except _broken():
            return {}
        code = (properties.codepage or 0) & 0xFFFF
        encoding = "utf-8" if code == 65001 else _WIDER.get(code, f"cp{code}")
        facts = {
            name: _decoded(getattr(properties, name, None), encoding)
            for name in ("title", "author", "subject")
        }
        return {name: text for name, text in facts.items() if text}


def _decoded(value: object, encoding: str) -> str:
    """A property as text; "" for one in an encoding that nobody knows or that does not fit."""
    if isinstance(value, str):
        return value.strip("\0 ")
    if not isinstance(value, bytes):
        return ""
    try:
        return value.decode(encoding).strip("\0 ")
    except (UnicodeError, LookupError):
        return ""


def _broken() -> tuple[type[Exception], ...]:
    """What olefile raises over a damaged file."""
    return (
        *(OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError),
        *(RecursionError, struct.error),
    )
