"""ZIP: the directory at its end says where each member is, so only that and the member are read."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from report_search.bundle import limits
from report_search.bundle.names import members_inside, plain_name
from report_search.errors import ReadError

ZIP_OPENINGS = (b"PK\x03\x04", b"PK\x05\x06")
_UTF8_NAME = 0x800
"""The flag of an entry whose name is declared to be UTF-8."""
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, OSError, NotImplementedError)
"""What ``zipfile`` raises over a damaged package; the last of them over a way of packing that it does not know."""


def readable_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry with forward slashes; one that declares no encoding is UTF-8, else GB18030."""
    if info.flag_bits & _UTF8_NAME:
        return plain_name(info.filename)
    try:
        return plain_name(info.filename.encode("cp437"))
    except UnicodeError:
        return plain_name(info.filename)


class ZipBundle:
    """The members of a ZIP by name. Raises ``ReadError``: ``damaged``, or ``limit`` for too many or too much."""

    def __init__(self, file: Path | IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN as error:
            raise ReadError("damaged", "压缩包已损坏或不完整", hint="请重新下载") from error
        infos = [one for one in self._zip.infolist() if one.filename and not one.is_dir()]
        try:
            limits.check_count(len(infos))
            limits.check_total(sum(one.file_size for one in infos))
        except ReadError:
            self.close()
            raise
        self._members = members_inside({readable_name(one): one for one in reversed(infos)})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the members, sorted; one that leads out of the bundle is none."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def bytes_of(self, name: str) -> bytes:
        """The bytes of a member that is there. Raises ``ReadError``: ``encrypted``, ``damaged``, ``limit``."""
        info = self._members[name]
        limits.check_member(info.file_size, info.compress_size)
        try:
            with self._zip.open(info) as member:
                data = member.read(limits.MAX_BYTES + 1)
        except RuntimeError as error:
            raise ReadError("encrypted", "压缩包已加密", hint="请用密码解压后再放入语料目录。") from error
        except BROKEN as error:
            raise ReadError("damaged", "压缩包里的这个文件已损坏", hint="请重新下载") from error
        if len(data) > limits.MAX_BYTES:
            raise limits.oversized()
        return data

    def opening_of(self, name: str, *, count: int = 8) -> bytes:
        """The first ``count`` bytes of a member; b"" if it can't be had."""
        try:
            with self._zip.open(self._members[name]) as member:
                return member.read(count)
        except (*BROKEN, RuntimeError):
            return b""

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
