"""RAR and 7z: unpacked by ``bsdtar`` (libarchive), in one pass, where it is installed.

``bsdtar`` reads the archive from its standard input, writes a tar to its standard output, and is given no name of
anything, neither of the archive nor of a member, so that no name can lead anywhere. It works under limits of time, of
a core, of memory and of what it may write. What comes is kept in a file without a name, which is gone with this
process however it ends. The rule: nothing of what an archive claims is believed; members are counted, measured and,
where the archive has their checksums, proved while they come.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread, Timer
from typing import IO
from weakref import finalize

from report_search.bundle import limits
from report_search.bundle.names import members_inside, plain_name
from report_search.bundle.rar_headers import rar_facts
from report_search.errors import ReadError, machine_fault

if sys.platform != "win32":
    import resource

ARCHIVE_OPENINGS: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
)
PROGRAM = "bsdtar"
_COMMAND = ("-c", "-f", "-", "--format=pax", "@-")
_ENVIRONMENT = {"LC_ALL": "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8", "TZ": "UTC"}
_MEMORY = 1024 * 1024 * 1024
_WRITTEN = 1024 * 1024
"""Bytes of messages that it may leave in a file."""
_CHUNK = 1 << 18
_UNPACKED = "解压后把其中的报告放入语料目录"


def archive_kind(opening: bytes) -> str:
    """``RAR`` or ``7z`` by the first bytes of a file; "" for any other."""
    return next((kind for start, kind in ARCHIVE_OPENINGS if opening.startswith(start)), "")


def program() -> str:
    """Where ``bsdtar`` is, "" where it is not installed."""
    return shutil.which(PROGRAM) or ""


class ArchiveBundle:
    """The members of a RAR or 7z by name, all unpacked when it is opened; ``file`` is an ordinary one.

    Raises ``ReadError``: ``archive`` where ``bsdtar`` is missing or does not know this kind, ``encrypted``,
    ``damaged``, ``limit``.
    """

    def __init__(self, file: IO[bytes]) -> None:
        # Without a name on the disk; closed with this object, be it closed or not.
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115
        self.close = finalize(self, self._spool.close)
        self._members: dict[str, tuple[int, int]] = {}
        try:
            self._fill(file)
        except BaseException:
            self.close()
            raise
        self._members = members_inside(self._members)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the members, sorted; one that leads out of the bundle is none."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def bytes_of(self, name: str) -> bytes:
        """The bytes of a member that is there. Raises ``ReadError`` (``limit``)."""
        start, size = self._members[name]
        if size > limits.MAX_BYTES:
            raise limits.oversized()
        return self._read(start, size)

    def opening_of(self, name: str, *, count: int = 8) -> bytes:
        """The first ``count`` bytes of a member; b"" if it can't be had."""
        start, size = self._members[name]
        return self._read(start, min(size, count)) if size <= limits.MAX_BYTES else b""

    def _read(self, start: int, size: int) -> bytes:
        self._spool.seek(start)
        return self._spool.read(size)

    def _fill(self, file: IO[bytes]) -> None:
        facts = rar_facts(file)
        file.seek(0)
        kind = archive_kind(file.read(8))
        if facts.is_locked:
            raise _locked(kind)
        if facts.is_volume:
            raise ReadError("archive", f"这是分卷 {kind} 压缩包中的一卷", hint=f"请合并{_UNPACKED}。")
        if facts.is_too_old:
            raise _unknown(kind)
        packed = os.fstat(file.fileno()).st_size
        with _unpacking(file, kind) as stream:
            try:
                self._keep(stream, iter(facts.checksums), packed=packed)
            except (tarfile.TarError, _WrongChecksumError) as error:
                raise _damaged(kind) from error

    def _keep(self, stream: IO[bytes], checksums: Iterator[int], *, packed: int) -> None:
        """Keep the files of a tar, whose CRC-32 ``checksums`` gives as far as they are known."""
        total = 0
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as tar:
            for info in tar:
                expected = None if info.isdir() else next(checksums, None)
                part = tar.extractfile(info) if info.isreg() else None
                if part is None:
                    continue
                total += info.size
                limits.check_count(len(self._members) + 1)
                limits.check_total(total)
                limits.check_member(total, packed)
                start = self._spool.tell()
                # What is too large by itself is passed over, and refused when it is asked for.
                target = self._spool if info.size <= limits.MAX_BYTES else None
                if _copied(part, target) != expected and expected is not None:
                    raise _WrongChecksumError
                name = plain_name(info.name.encode("utf-8", "surrogateescape"))
                self._members.setdefault(name, (start, info.size))


class _WrongChecksumError(Exception):
    """The bytes of a member are not those that were packed."""


def _copied(part: IO[bytes], target: IO[bytes] | None) -> int:
    """The CRC-32 of what ``part`` gives, which is written to ``target``."""
    found = 0
    while data := part.read(_CHUNK):
        found = zlib.crc32(data, found)
        if target:
            target.write(data)
    return found


@contextmanager
def _unpacking(file: IO[bytes], kind: str) -> Iterator[IO[bytes]]:
    """The tar that ``bsdtar`` makes of an archive. Raises ``ReadError`` if it fails or takes too long."""
    command = program()
    if not command:
        raise ReadError(
            "archive",
            f"这是 {kind} 压缩包，读取它要用 {PROGRAM}，还没有安装",
            hint=f"请安装 libarchive（Debian、Ubuntu：apt install libarchive-tools），或{_UNPACKED}。",
        )
    late: list[bool] = []
    with tempfile.TemporaryFile() as messages:
        process = _started(command, file, kind=kind, messages=messages)
        timer = Timer(limits.MAX_SECONDS, _give_up, [process, late])
        timer.daemon = True
        timer.start()
        try:
            assert process.stdout is not None
            yield process.stdout
            # The tar has ended; what is behind it is filling.
            while process.stdout.read(_CHUNK):
                pass
            process.wait()
        except ReadError as error:
            # A tar that breaks off is explained by what the program says.
            if error.code == "damaged":
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)
                _check(process, messages, kind=kind, is_late=bool(late))
            raise
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
        _check(process, messages, kind=kind, is_late=bool(late))


def _started(command: str, file: IO[bytes], *, kind: str, messages: IO[bytes]) -> subprocess.Popen[bytes]:
    # libarchive tells a format by its bytes, and looks for a ZIP at the end of what it can move about in, before it
    # looks for a RAR: one whose last member is a stored DOCX would be taken for that. A 7z comes before both, and
    # can't be read without moving about.
    is_piped = kind == "RAR"
    # The program reads from where the system has the file, which is not where Python has it.
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    try:
        process = subprocess.Popen(
            [command, *_COMMAND],
            stdin=subprocess.PIPE if is_piped else file,
            stdout=subprocess.PIPE,
            stderr=messages,
            env=_ENVIRONMENT,
            cwd=Path(command).anchor,
        )
    except OSError as error:
        raise machine_fault(error) or ReadError(
            "archive", f"{PROGRAM} 无法启动：{error.strerror}", hint=f"请核对它的安装，或{_UNPACKED}。"
        ) from error
    _confine(process.pid)
    if is_piped:
        Thread(target=_feed, args=(os.dup(file.fileno()), process.stdin), daemon=True).start()
    return process


def _feed(source: int, target: IO[bytes]) -> None:
    """Write a file to a process, as far as that takes it; ends when the process does."""
    with suppress(OSError, ValueError), target, os.fdopen(source, "rb") as file:
        shutil.copyfileobj(file, target, _CHUNK)


def _confine(pid: int) -> None:
    """Limit what a process may take, where the system can do that to another one."""
    if sys.platform != "linux":
        return
    for kind, value in (
        (resource.RLIMIT_CPU, int(limits.MAX_SECONDS)),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        # It may have ended already, or have a narrower limit from this process.
        with suppress(OSError, ValueError):
            resource.prlimit(pid, kind, (value, value))


def _give_up(process: subprocess.Popen[bytes], late: list[bool]) -> None:
    late.append(True)
    process.kill()


def _check(process: subprocess.Popen[bytes], messages: IO[bytes], *, kind: str, is_late: bool) -> None:
    """Raise ``ReadError`` for a pass that did not come to its end."""
    if is_late:
        raise limits.too_large(f"解压用了 {limits.MAX_SECONDS:.0f} 秒仍未完成")
    if not process.returncode:
        return
    if process.returncode < 0:
        raise limits.too_large("解压所用的时间或内存太多")
    messages.seek(0)
    told = messages.read(4096).decode("utf-8", "replace").lower()
    if "crypt" in told or "passphrase" in told:
        raise _locked(kind)
    if "unavailable" in told or "support" in told or "unknown" in told:
        raise _unknown(kind)
    raise _damaged(kind)


def _unknown(kind: str) -> ReadError:
    return ReadError("archive", f"{PROGRAM} 不会读这种 {kind} 压缩包", hint=f"请{_UNPACKED}。")


def _locked(kind: str) -> ReadError:
    return ReadError("encrypted", f"{kind} 压缩包已加密", hint="请用密码解压后再放入语料目录。")


def _damaged(kind: str) -> ReadError:
    return ReadError("damaged", f"{kind} 压缩包已损坏或不完整", hint="请重新下载；分卷的请合并解压。")
