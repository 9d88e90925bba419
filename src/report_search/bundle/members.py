"""Opening a bundle and reading what is in it.

A run asks for one member after the other, so the bundle that was asked last is kept open: its directory, or what was
unpacked of it, is made once and not for each member.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Protocol

from report_search.bundle import limits
from report_search.bundle.archives import ArchiveBundle, archive_kind
from report_search.bundle.zipped import ZIP_OPENINGS, ZipBundle
from report_search.errors import ReadError

_OPENING = 8


class Bundle(Protocol):
    """The members of a bundle by name."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the members, sorted."""
        ...

    def __contains__(self, name: str) -> bool: ...

    def bytes_of(self, name: str) -> bytes:
        """The bytes of a member that is there. Raises ``ReadError``."""
        ...

    def opening_of(self, name: str, *, count: int = 8) -> bytes:
        """The first ``count`` bytes of a member; b"" if it can't be had."""
        ...

    def close(self) -> object:
        """Let go of what it holds."""
        ...


def may_be_bundle(opening: bytes) -> bool:
    """Whether a file that begins with ``opening`` may be one; of a ZIP the names inside tell."""
    return opening.startswith(ZIP_OPENINGS) or bool(archive_kind(opening))


def open_bundle(path: Path) -> Bundle:
    """The bundle at ``path``, an ordinary file. Raises ``OSError``, and ``ReadError`` for one that can't be opened."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > limits.MAX_BYTES:
            raise limits.too_large(f"压缩包超过 {limits.MAX_BYTES // 1024 // 1024} MB")
        if archive_kind(file.read(_OPENING)):
            return ArchiveBundle(file)
    return ZipBundle(path)


def bundle_in(data: bytes) -> Bundle:
    """The bundle whose bytes are ``data``. Raises ``ReadError``."""
    if not archive_kind(data[:_OPENING]):
        return ZipBundle(io.BytesIO(data))
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return ArchiveBundle(file)


class _KeptOpen:
    """The bundle that was asked last in this process, and the one inside it, if it was asked for that."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: tuple[object, ...] = ()
        self._chain: list[tuple[str, Bundle]] = []

    def bytes_of(self, path: Path, member: str) -> bytes:
        """The bytes of a member. Raises ``OSError``, ``ReadError``."""
        with self._lock:
            now = path.stat()
            # A child that was forked must not read by the files of its parent.
            key = (os.getpid(), path, now.st_ino, now.st_size, now.st_mtime_ns)
            if key != self._key:
                self._let_go(0)
                self._key = ()
                self._chain.append(("", open_bundle(path)))
                self._key = key
            return self._member(member, depth=1)

    def _member(self, member: str, *, depth: int) -> bytes:
        _, bundle = self._chain[depth - 1]
        inner = _place(bundle, member, depth=depth)
        if not inner:
            return bundle.bytes_of(member)
        if len(self._chain) == depth or self._chain[depth][0] != inner:
            self._let_go(depth)
            self._chain.append((inner, bundle_in(bundle.bytes_of(inner))))
        return self._member(member[len(inner) + 1 :], depth=depth + 1)

    def close(self) -> None:
        """Let go of all that is open."""
        with self._lock:
            self._let_go(0)
            self._key = ()

    def _let_go(self, kept: int) -> None:
        for _, bundle in self._chain[kept:]:
            bundle.close()
        del self._chain[kept:]


def _place(bundle: Bundle, member: str, *, depth: int) -> str:
    """The bundle inside that ``member`` leads into, "" for a member of this one. Raises ``ReadError`` for neither."""
    if member in bundle:
        return ""
    inner = next((name for name in bundle.names if member.startswith(f"{name}/")), "")
    if not inner or depth >= limits.MAX_DEPTH:
        raise ReadError("unreadable", "压缩包里没有这个文件", hint="压缩包可能已换过，请重新运行。")
    return inner


_kept_open = _KeptOpen()


def read_member_of_run(path: Path, member: str) -> bytes:
    """The bytes of a member of the bundle at ``path``, which stays open for the next one.

    Raises ``OSError``, and ``ReadError`` if it can't be had.
    """
    return _kept_open.bytes_of(path, member)


def read_member(path: Path, member: str) -> bytes:
    """The bytes of a member of the bundle at ``path``, with nothing kept open.

    Raises ``OSError``, and ``ReadError`` if it can't be had.
    """
    with closing(open_bundle(path)) as bundle:
        inner = _place(bundle, member, depth=1)
        if not inner:
            return bundle.bytes_of(member)
        with closing(bundle_in(bundle.bytes_of(inner))) as within:
            rest = member[len(inner) + 1 :]
            _place(within, rest, depth=limits.MAX_DEPTH)
            return within.bytes_of(rest)


def read_below_of_run(root: Path, name: str) -> bytes:
    """The bytes of a path in a corpus, be it a file or a member of a bundle, which stays open for the next one.

    Raises ``OSError``, and ``ReadError`` if it can't be had or is larger than ``limits.MAX_BYTES``.
    """
    return _read_below(root, name, _kept_open)


@contextmanager
def reading_below(root: Path) -> Iterator[Callable[[str], bytes]]:
    """The same for the paths below ``root``, with nothing kept open afterwards."""
    opened = _KeptOpen()
    try:
        yield lambda name: _read_below(root, name, opened)
    finally:
        opened.close()


def _read_below(root: Path, name: str, opened: _KeptOpen) -> bytes:
    path, member = split(root, name)
    if member:
        return opened.bytes_of(path, member)
    if path.stat().st_size > limits.MAX_BYTES:
        raise limits.oversized()
    return path.read_bytes()


def split(root: Path, name: str) -> tuple[Path, str]:
    """The file on the disk that a path in a corpus leads to, and the member in it, "" for the file itself."""
    return file_at(root / name)


def file_at(path: Path) -> tuple[Path, str]:
    """The file on the disk that ``path`` leads to, and the member in it, "" for the file itself or where none is."""
    bundle = next((one for one in (path, *path.parents) if one.is_file()), path)
    return bundle, "" if bundle == path else path.relative_to(bundle).as_posix()
