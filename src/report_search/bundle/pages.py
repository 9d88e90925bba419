"""Reports whose pages are pictures in files of their own, put together as one package; the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from report_search.bundle.limits import MAX_BYTES
from report_search.bundle.members import bundle_in
from report_search.errors import ReadError

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


def pictures_in(package: bytes) -> Iterator[bytes]:
    """The pictures of a package in their order. Raises ``ReadError``."""
    bundle = bundle_in(package)
    # Their names begin with their numbers.
    return (bundle.bytes_of(name) for name in bundle.names if name != PAGES)
