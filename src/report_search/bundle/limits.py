"""How much of a bundle is taken on, whatever packed it.

The rule: a bundle may claim what it likes; what counts is what comes out of it, and it is counted while it comes.
"""

from __future__ import annotations

from report_search.errors import ReadError

MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a bundle, and of a member."""
MAX_MEMBERS = 2_000
MAX_TOTAL = 1024 * 1024 * 1024
"""Bytes that the members of a bundle unpack to, together."""
MAX_RATIO = 200
"""How many times as large as packed a member may be, from ``SMALL`` bytes on; text packs to a tenth."""
SMALL = 1_000_000
MAX_DEPTH = 2
"""Bundles inside each other."""
MAX_SECONDS = 120.0
"""For one pass of another program through a bundle."""


def too_large(what: str) -> ReadError:
    """The error for a bundle or a member that is beyond a limit, as ``what`` says."""
    return ReadError("limit", f"超出读取上限：{what}", hint="请解压后把其中的报告放入语料目录。")


def check_member(size: int, packed: int) -> None:
    """Raise ``ReadError`` for a member of ``size`` bytes that is too large for the ``packed`` bytes it comes from."""
    ratio = size / max(1, packed)
    if size > SMALL and ratio > MAX_RATIO:
        raise too_large(f"压缩比为 {ratio:,.0f}，上限为 {MAX_RATIO}")


def check_count(members: int) -> None:
    """Raise ``ReadError`` for too many members."""
    if members > MAX_MEMBERS:
        raise too_large(f"压缩包里有 {members:,} 个文件，上限为 {MAX_MEMBERS:,}")


def check_total(size: int) -> None:
    """Raise ``ReadError`` for members that are too large together."""
    if size > MAX_TOTAL:
        raise too_large(f"压缩包解压后有 {size:,} 字节，上限为 {MAX_TOTAL:,}")


def oversized() -> ReadError:
    """The error for a member that is too large by itself."""
    return too_large(f"文件超过 {MAX_BYTES // 1024 // 1024} MB")
