"""Bundles: a ZIP with reports in it, each of which is a file of its own, named by the bundle and its place in there.

``2021.zip/区县/甲区.docx`` is the member ``区县/甲区.docx`` of ``2021.zip``, and ``2021.zip/乙.zip/乙区.doc`` one of a
bundle in a bundle. The rule: nothing is unpacked to the disk; a member is read only as far as the limits allow,
whatever size the bundle claims for it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from report_search.errors import ReadError

MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a bundle, and of a member."""
MAX_MEMBERS = 2_000
MAX_TOTAL = 1024 * 1024 * 1024
"""Bytes that the members of a bundle claim to unpack to, together."""
MAX_RATIO = 200
"""How many times as large as packed a member may be, from ``_SMALL`` bytes on; text packs to a tenth."""
MAX_DEPTH = 2
"""Bundles inside each other."""
_SMALL = 1_000_000
_UTF8_NAME = 0x800
"""The flag of an entry whose name is declared to be UTF-8."""
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, OSError, NotImplementedError)
"""What ``zipfile`` raises over a damaged package."""


def readable_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry with forward slashes; one that declares no encoding is UTF-8, else GB18030."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = info.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/").lstrip("/")


PAGES = "report-pages"
"""The first entry of a package that is one report, its pages pictures in files of their own; ``NUMBERED`` in it says
that the files were put together by the numbers in their names, and nobody named them."""
NUMBERED = b"numbered"
_NAMED = b"named"


def packed_pages(paths: Sequence[Path], *, is_numbered: bool) -> bytes:
    """The pictures at ``paths``, the pages of one report in their order, as one package; the same bytes each time.

    Raises ``OSError``, and ``ReadError`` for more than ``MAX_BYTES``.
    """
    total = sum(path.stat().st_size for path in paths)
    if total > MAX_BYTES:
        raise ReadError(
            "limit",
            f"超出读取上限：{len(paths)} 张图片共 {total // 1024 // 1024} MB，上限为 {MAX_BYTES // 1024 // 1024} MB",
            hint="请压缩图片，或合成一个 PDF 后再放入语料目录。",
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr(zipfile.ZipInfo(PAGES), NUMBERED if is_numbered else _NAMED)
        for number, path in enumerate(paths, 1):
            package.writestr(zipfile.ZipInfo(f"{number:03}-{path.name}"), path.read_bytes())
    return packed.getvalue()


class Bundle:
    """The members of a ZIP by name. Raises ``ReadError``: ``damaged``, or ``limit`` for too many or too much."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise ReadError("damaged", "压缩包已损坏或不完整", hint="请重新下载") from error
        infos = [one for one in self._zip.infolist() if one.filename and not one.is_dir()]
        if len(infos) > MAX_MEMBERS:
            raise _too_large(f"压缩包里有 {len(infos):,} 个文件，上限为 {MAX_MEMBERS:,}")
        total = sum(one.file_size for one in infos)
        if total > MAX_TOTAL:
            raise _too_large(f"压缩包解压后有 {total:,} 字节，上限为 {MAX_TOTAL:,}")
        self._members = {readable_name(one): one for one in reversed(infos)}

    @property
    def names(self) -> list[str]:
        """The names of the members, sorted; one that leads out of the bundle is none."""
        return sorted(name for name in self._members if name and ".." not in name.split("/"))

    def bytes_of(self, name: str) -> bytes:
        """The bytes of a member that is there. Raises ``ReadError``: ``encrypted``, ``damaged``, ``limit``."""
        info = self._members[name]
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > _SMALL and ratio > MAX_RATIO:
            raise _too_large(f"压缩比为 {ratio:,.0f}，上限为 {MAX_RATIO}")
        try:
            with self._zip.open(info) as member:
                data = member.read(MAX_BYTES + 1)
        except RuntimeError as error:
            raise ReadError("encrypted", "压缩包已加密", hint="请用密码解压后再放入语料目录。") from error
        except BROKEN as error:
            raise ReadError("damaged", "压缩包里的这个文件已损坏", hint="请重新下载") from error
        if len(data) > MAX_BYTES:
            raise _too_large(f"文件超过 {MAX_BYTES // 1024 // 1024} MB")
        return data

    def opening_of(self, name: str) -> bytes:
        """The first four bytes of a member; b"" if it can't be had."""
        try:
            with self._zip.open(self._members[name]) as member:
                return member.read(4)
        except (*BROKEN, RuntimeError):
            return b""


def _too_large(what: str) -> ReadError:
    return ReadError("limit", f"超出读取上限：{what}", hint="请解压后把其中的报告放入语料目录。")


def read_member(path: Path, member: str) -> bytes:
    """The bytes of a member of the bundle at ``path``. Raises ``OSError``, and ``ReadError`` if it can't be had."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _too_large(f"压缩包超过 {MAX_BYTES // 1024 // 1024} MB")
    return _member(data, member, depth=1)


def _member(data: bytes, member: str, *, depth: int) -> bytes:
    bundle = Bundle(data)
    names = bundle.names
    if member in names:
        return bundle.bytes_of(member)
    inner = next((name for name in names if member.startswith(f"{name}/")), "")
    if not inner or depth >= MAX_DEPTH:
        raise ReadError("unreadable", "压缩包里没有这个文件", hint="压缩包可能已换过，请重新运行。")
    return _member(bundle.bytes_of(inner), member[len(inner) + 1 :], depth=depth + 1)


def split(root: Path, name: str) -> tuple[Path, str]:
    """The file on the disk that a path in a corpus leads to, and the member in it, "" for the file itself."""
    path = root / name
    parents = [path, *path.parents][: name.count("/") + 1]
    bundle = next((one for one in parents if one.is_file()), path)
    return bundle, "" if bundle == path else path.relative_to(bundle).as_posix()
