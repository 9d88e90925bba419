"""Files that no reader here can read, told by their bytes: pictures, archives, slides; and pages of pictures.

The rule: the bytes decide, never the name; the refusal says what the file is and what to do with it.
"""

from __future__ import annotations

import re

from indexer.readers.kinds import kind_of
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
_OTHERS = {
    "slides": (
        "old-format",
        "这是演示文稿，没有可收录的正文",
        "请把报告另存为 .docx、PDF 或网页，再放入语料目录。",
    ),
    "encrypted": ("encrypted", "Office 文件已加密", "请取消密码后重新保存"),
    "compound": (
        "old-format",
        "这是不认识的旧版 Office 文件",
        "请另存为 .docx、PDF 或网页，再放入语料目录。",
    ),
    "open": (
        "old-format",
        "这是 OpenDocument 图形或演示文件",
        "请另存为 .docx、PDF 或网页，再放入语料目录。",
    ),
    "zip": (
        "archive",
        "压缩包里没有可以收录的文件，或超出上限，或已加密",
        "请解压后把其中的报告放入语料目录",
    ),
    "broken": ("damaged", "压缩包或 Office 文件已损坏或不完整", "请重新下载"),
}
"""Kinds that no reader takes: the code, what the file is, what to do."""


def foreign_file(data: bytes) -> ReadError | None:
    """Why ``data`` can't be read here (``picture``, ``archive``, ``old-format`` …); None for what a reader may know."""
    for opening, name in _OPENINGS:
        if opening.match(data):
            return ReadError(
                "picture",
                f"这是 {name}，没有文字",
                hint="请用文字识别（OCR）软件转成文本或可检索的 PDF，再放入语料目录。",
            )
    for opening_bytes, name in _ARCHIVES:
        if data.startswith(opening_bytes):
            return ReadError("archive", f"这是 {name} 压缩包", hint="请解压后把其中的报告放入语料目录。")
    if other := _OTHERS.get(kind_of(data)):
        code, message, hint = other
        return ReadError(code, message, hint=hint)
    return None


def pictures_only(what: str, count: int) -> ReadError:
    """The refusal of a file whose text is in ``count`` pictures; ``what`` names the file."""
    return ReadError(
        "pictures-only",
        f"{what}没有正文文字，只有 {count} 张图片，报告是以图片发布的",
        hint="请用文字识别（OCR）软件把图片转成文本，或向发布机关索取文字版，再放入语料目录。",
    )
