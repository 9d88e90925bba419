"""Files that no reader here can read, told by their first bytes: pictures, OFD, archives; and pages of pictures.

The rule: the bytes decide, never the name; the refusal says what the file is and what to do with it.
"""

from __future__ import annotations

import io
import re
import zipfile

from report_search.errors import ReadError

_OPENINGS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG 图片"),
    (re.compile(rb"\xff\xd8\xff"), "JPG 图片"),
    (re.compile(rb"GIF8[79]a"), "GIF 图片"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "BMP 图片"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF 图片"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WebP 图片"),
    (re.compile(rb".{4}ftyp(?:heic|heix|mif1|avif)", re.DOTALL), "HEIC 或 AVIF 图片"),
    (re.compile(rb"AT&TFORM.{4}DJV", re.DOTALL), "DjVu 扫描件"),
    (re.compile(rb"(?:<\?xml[^>]{0,200}\?>\s{0,99})?<svg[\s>]"), "SVG 图片"),
)
_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
)
_ZIP = b"PK\x03\x04"


def foreign_file(data: bytes) -> ReadError | None:
    """Why ``data`` can't be read here (``picture``, ``ofd``, ``archive``); None for what a reader may know."""
    for opening, name in _OPENINGS:
        if opening.match(data):
            return ReadError(
                "picture",
                f"这是 {name}，没有文字",
                hint="请用文字识别（OCR）软件转成文本或可检索的 PDF，再放入语料目录。",
            )
    if _is_ofd(data):
        return ReadError(
            "ofd", "这是 OFD 版式文件", hint="请用 OFD 阅读器另存为 PDF 或文本，再放入语料目录。"
        )
    for opening_bytes, name in _ARCHIVES:
        if data.startswith(opening_bytes):
            return ReadError("archive", f"这是 {name} 压缩包", hint="请解压后把其中的报告放入语料目录。")
    return None


def pictures_only(what: str, count: int) -> ReadError:
    """The refusal of a file whose text is in ``count`` pictures; ``what`` names the file."""
    return ReadError(
        "pictures-only",
        f"{what}没有正文文字，只有 {count} 张图片，报告是以图片发布的",
        hint="请用文字识别（OCR）软件把图片转成文本，或向发布机关索取文字版，再放入语料目录。",
    )


def _is_ofd(data: bytes) -> bool:
    """Whether ``data`` is a package with the root document of an OFD; a damaged one is told by its first entry."""
    if not data.startswith(_ZIP):
        return False
    try:
        return any(name.lower() == "ofd.xml" for name in zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return data[30:37].lower() == b"ofd.xml"
