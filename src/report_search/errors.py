"""The errors of the project, by who can put them right.

    ReportSearchError
    ├── RequestError    the asker: a query, filter or cursor that can't be answered (HTTP 400, exit 2)
    │   ├── NotFoundError   the address names nothing that is here (HTTP 404)
    │   └── GoneError       it was here, and is not any more (HTTP 410)
    ├── ReadError       the file: noted in the summary, and the run goes on
    └── OperatorError   whoever runs it: no index, a locked index, a foreign version (HTTP 503, exit 1)

Every error carries data (a code that programs can test, a message and a hint that say what to do next), so that
the page, the API and the command line each show it in their own way. None of them is ever shown as a traceback.
"""

from __future__ import annotations


class ReportSearchError(Exception):
    """The root: ``code`` is stable and in English, ``message`` and ``hint`` are for people, in Chinese."""

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


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
    """The address names nothing that is here."""

    status = 404


class GoneError(RequestError):
    """It was here, and is not any more: a cursor of an index that has been replaced."""

    status = 410


class ReadError(ReportSearchError):
    """A file that can't become a report. ``where`` names the place in the file, where there is one."""

    def __init__(self, code: str, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(code, message, hint=hint)
        self.where = where


class OperatorError(ReportSearchError):
    """The index, the configuration or the machine needs a hand."""
