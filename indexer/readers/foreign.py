"""Files that no reader here can read, told by their bytes: pictures, archives, slides; and pages of pictures.

The rule: the bytes decide, never the name; the refusal says what the file is and what to do with it.
"""

from __future__ import annotations

import re
from contextlib import closing

from indexer.readers.kinds import BUNDLE, kind_of
from report_search.bundle import archive_kind, bundle_in
from report_search.errors import ReadError

_OPENINGS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"GIF8[79]a"), "GIF 图片"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "BMP 图片"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WebP 图片"),
    (re.compile(rb".{4}ftyp(?:heic|heix|mif1|avif)", re.DOTALL), "HEIC 或 AVIF 图片"),
    (re.compile(rb"AT&TFORM.{4}DJV", re.DOTALL), "DjVu 扫描件"),
    (re.compile(rb"(?:<\?xml[^>]{0,200}\?>\s{0,99})?<svg[\s>]"), "SVG 图片"),
)
_UNPACKED = "解压后把其中的报告放入语料目录"
_GZIP = b"\x1f\x8b"
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
    if data.startswith(_GZIP):
        return ReadError("archive", "这是 gzip 压缩包", hint=f"请{_UNPACKED}。")
    if archive_kind(data[:8]) or kind_of(data) == BUNDLE:
        return _refused_bundle(data)
    if other := _OTHERS.get(kind_of(data)):
        code, message, hint = other
        return ReadError(code, message, hint=hint)
    return None


def _refused_bundle(data: bytes) -> ReadError:
    """Why a bundle is one file, and not as many as are in it."""
    kind = archive_kind(data[:8]) or "ZIP"
    try:
        with closing(bundle_in(data)) as bundle:
            count = len(bundle.names)
    except ReadError as error:
        return error
    what = f"里的 {count} 个文件都不像报告，或套在太多层压缩包里" if count else "是空的"
    return ReadError("archive", f"{kind} 压缩包{what}", hint=f"请{_UNPACKED}。")


def pictures_only(what: str, count: int) -> ReadError:
    """The refusal of a file whose text is in ``count`` pictures; ``what`` names the file."""
    return ReadError(
        "pictures-only",
        f"{what}没有正文文字，只有 {count} 张图片，报告是以图片发布的",
        hint="请用文字识别（OCR）软件把图片转成文本，或向发布机关索取文字版，再放入语料目录。",
    )
