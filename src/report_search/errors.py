"""The errors of the project, by who can put them right.

    ReportSearchError
    ├── RequestError    the asker: a query, filter or cursor that can't be answered (HTTP 400, exit 2)
    │   ├── NotFoundError   the address names nothing that is or was here (HTTP 404)
    │   ├── MovedError      the same text stands at another address now (HTTP 308; no error of the asker's)
    │   └── GoneError       it was here, and is not any more (HTTP 410)
    ├── ReadError       the file: noted in the summary, and the run goes on
    └── OperatorError   whoever runs it: no index, a locked index, a foreign version (HTTP 503, exit 1)
        ├── TooCostlyError  the query took longer than whoever runs the server allows
        └── BusyError       more is asked at once than the server takes: again in a moment (Retry-After)

Every error carries data (a code that programs can test, a message and a hint that say what to do next), so that
the page, the API and the command line each show it in their own way. None of them is ever shown as a traceback.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

_SYSTEM_ERROR = re.compile(r"\bos error (\d+)\b")
"""How libraries written in Rust name the number of a system's error in their messages."""


class ReportSearchError(Exception):
    """The root: ``code`` is stable and in English, ``message`` and ``hint`` are for people, in Chinese."""

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """How an error is carried to another process: by its data, whatever its class takes."""
        return _restored, (type(self), self.message, self.__dict__)


def _restored(kind: type[ReportSearchError], message: str, data: dict[str, Any]) -> ReportSearchError:
    error = kind.__new__(kind, message)
    error.__dict__.update(data)
    return error


class RequestError(ReportSearchError):
    """What was asked can't be answered as it stands.

    ``position`` is a code-point offset into the query text where one place is to blame, else None.
    ``suggestion`` is a repaired query where one is known. ``status`` is the HTTP status of the kind of error.
    """

    status = 400

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        position: int | None = None,
        suggestion: str = "",
    ) -> None:
        super().__init__(code, message, hint=hint)
        self.position = position
        self.suggestion = suggestion


class NotFoundError(RequestError):
    """The address names nothing that is or was here."""

    status = 404


class Standing(NamedTuple):
    """A report or a passage that stands in the index today."""

    kind: Literal["report", "passage"]
    id: str

    @property
    def path(self) -> str:
        """Its address below the root of the site."""
        return f"/{self.kind}s/{self.id}"


class MovedError(RequestError):
    """The address was published, and what it led to stands at another one now, ``nearest``: the very same text."""

    status = 308

    def __init__(self, asked: str, nearest: Standing) -> None:
        message = f"“{asked}”的内容现在的地址是 {nearest.path}，文字没有变。"
        super().__init__("moved", message, hint="请改用新的地址。", suggestion=nearest.path)
        self.asked = asked
        self.nearest = nearest


class GoneError(RequestError):
    """It was here, and is not any more: a cursor of an index that has been replaced, a report that was withdrawn.

    ``nearest`` is what stands nearest today in place of a report or a passage, None where nothing does.
    """

    status = 410

    def __init__(self, code: str, message: str, *, hint: str = "", nearest: Standing | None = None) -> None:
        super().__init__(code, message, hint=hint, suggestion=nearest.path if nearest else "")
        self.nearest = nearest


class ReadError(ReportSearchError):
    """A file that can't become a report. ``where`` names the place in the file, where there is one."""

    def __init__(self, code: str, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(code, message, hint=hint)
        self.where = where


class OperatorError(ReportSearchError):
    """The index, the configuration or the machine needs a hand."""


class TooCostlyError(OperatorError):
    """The query was given up after ``seconds``; asked again in the same way, it would be given up again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "too-costly",
            f"这个检索太费时，{seconds:g} 秒内没有算完，已经停止。",
            hint="请少用 NEAR、同句、通配符和很长的文字，或拆成几次检索；本机命令行的检索没有时限。",
        )
        self.seconds = seconds


class BusyError(OperatorError):
    """Too much is asked at once; asked again after ``retry_after`` seconds it will probably be answered."""

    def __init__(self, code: str, message: str, *, hint: str = "", retry_after: int = 1) -> None:
        super().__init__(code, message, hint=hint)
        self.retry_after = retry_after


def machine_fault(error: BaseException) -> OperatorError | None:
    """What to tell the operator if the machine is to blame for ``error`` or for one that it came of, else None.

    That is a full disk, too many open files or no memory. None of these says anything of the file that was being read
    or written when it happened.
    """
    return next((fault for cause in _causes(error) if (fault := _machine_fault(cause))), None)


@contextmanager
def naming_machine_faults() -> Iterator[None]:
    """Raise the ``OperatorError`` of ``machine_fault`` for any error that the machine is to blame for."""
    try:
        yield
    except Exception as error:
        if fault := machine_fault(error):
            raise fault from error
        raise


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and what it came of, the latest first."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _machine_fault(error: BaseException) -> OperatorError | None:
    number = _system_error(error)
    where = f"（{error.filename}）" if isinstance(error, OSError) and isinstance(error.filename, str) else ""
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return OperatorError(
            "disk-full",
            f"磁盘已满，或超出了配额、文件大小的上限{where}。",
            hint="请腾出空间后重新运行；原来的索引没有变。",
        )
    if number in (errno.EMFILE, errno.ENFILE):
        return OperatorError(
            "too-many-files",
            f"同时打开的文件太多，超出了系统的上限{where}。",
            hint="请提高上限（ulimit -n）或关闭其他程序后重新运行；原来的索引没有变。",
        )
    if number == errno.ENOMEM or isinstance(error, MemoryError):
        return OperatorError(
            "no-memory", "内存不足。", hint="请关闭其他程序或增加内存后重新运行；原来的索引没有变。"
        )
    return None


def _system_error(error: BaseException) -> int | None:
    """The number of the system's error that ``error`` is or tells of."""
    if isinstance(error, OSError):
        return error.errno
    told = _SYSTEM_ERROR.search(str(error)) if isinstance(error, Exception) else None
    return int(told[1]) if told else None
