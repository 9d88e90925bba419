"""Reports whose pages are pictures in files of their own, put together as one package; the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from report_search.bundle.limits import MAX_BYTES
from report_search.bundle.members import bundle_in
from report_search.errors import ReadError

PAGES = "report-pages"
"""The first entry of a package that is one report, its pages pictures in files of their own; ``NUMBERED`` in it says
that the files were put together by the numbers in their names, and nobody named them."""
NUMBERED = b"numbered"
_NAMED = b"named"


def packed_pages(names: Sequence[str], *, read: Callable[[str], bytes], is_numbered: bool) -> bytes:
    """The pictures at ``names``, the pages of one report in their order, as one package; the same bytes each time.

    ``read`` gives the bytes of each. Raises what that raises, and ``ReadError`` for more than ``MAX_BYTES`` together.
    """
    packed = io.BytesIO()
    total = 0
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr(zipfile.ZipInfo(PAGES), NUMBERED if is_numbered else _NAMED)
        for number, name in enumerate(names, 1):
            data = read(name)
            total += len(data)
            if total > MAX_BYTES:
                raise ReadError(
                    "limit",
                    f"超出读取上限：{len(names)} 张图片合计超过 {MAX_BYTES // 1024 // 1024} MB",
                    hint="请压缩图片，或合成一个 PDF 后再放入语料目录。",
                )
            package.writestr(zipfile.ZipInfo(f"{number:03}-{PurePosixPath(name).name}"), data)
    return packed.getvalue()


def pictures_in(package: bytes) -> Iterator[bytes]:
    """The pictures of a package in their order. Raises ``ReadError``."""
    bundle = bundle_in(package)
    # Their names begin with their numbers.
    return (bundle.bytes_of(name) for name in bundle.names if name != PAGES)
