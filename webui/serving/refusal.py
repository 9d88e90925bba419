"""An answer that needs no application: what a server says that has no time, or is sent more than it reads.

The rule: it has the one shape of errors, and no more bytes than needed.
"""

from __future__ import annotations

from html import escape

from report_search.errors import BusyError, ReportSearchError, RequestError
from report_search.presentation.english.answers import english_error
from report_search.presentation.json_payload import encoded, error_payload
from webui.answers.cross_origin import READ_BY_ALL
from webui.answers.language import ENGLISH, preferred
from webui.responses import NOT_STORED, SECURITY_HEADERS
from webui.site import PROBES

_PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1><p>{message}</p><p>{hint}</p>
</html>
"""
API_PART = "/api/"


class Refusal:
    """An error as waitress takes it in place of a request that can be answered."""

    code = 503
    reason = "Service Unavailable"
    title = "现在访问的人太多"
    was_read = True
    """Whether the request was read to its end, so that another may follow on its connection."""

    def __init__(self, error: ReportSearchError, *, path: str, accepted: str = "") -> None:
        """``accepted`` are the languages that the asker accepts."""
        # Behind a proxy the path may begin with the prefix of the site.
        self._is_json = API_PART in path or path.endswith(PROBES)
        is_english = self._is_json and preferred(accepted) == ENGLISH
        self._error = english_error(error) if is_english else error

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body."""
        headers = [
            ("Content-Type", "application/json" if self._is_json else "text/html; charset=utf-8"),
            ("Cache-Control", NOT_STORED),
            *SECURITY_HEADERS.items(),
            *(READ_BY_ALL.items() if self._is_json else ()),
        ]
        if isinstance(self._error, BusyError):
            headers.append(("Retry-After", str(self._error.retry_after)))
        return f"{self.code} {self.reason}", headers, self._json() if self._is_json else self._page()

    def _json(self) -> bytes:
        return encoded(error_payload(self._error)) + b"\n"

    def _page(self) -> bytes:
        error = self._error
        page = _PAGE.format(title=self.title, message=escape(error.message), hint=escape(error.hint))
        return page.encode()


class HeadTooLong(Refusal):
    """What is said of an address that is longer than any search may be."""

    code = 431
    reason = "Request Header Fields Too Large"
    title = "网址太长"
    was_read = False

    def __init__(self, *, path: str) -> None:
        error = RequestError(
            "head-too-long",
            "网址太长，没有读完。",
            hint="请缩短检索词；整篇文字请粘贴到“比对一段文字”页（/match）。",
        )
        super().__init__(error, path=path)


class BodyTooLong(Refusal):
    """What is said of more text than is read at once."""

    code = 413
    reason = "Request Entity Too Large"
    title = "内容太长"
    was_read = False

    def __init__(self, *, path: str) -> None:
        super().__init__(
            RequestError("body-too-long", "发送的内容太长，没有读完。", hint="请分几次发送。"), path=path
        )


class NotUnderstood(Refusal):
    """What is said of a request that is no HTTP, or one that this server does not know."""

    title = "请求读不懂"
    was_read = False

    def __init__(self, *, path: str, status: tuple[int, str]) -> None:
        """``status`` is the code and its phrase: 400, 501."""
        self.code, self.reason = status
        error = RequestError(
            "not-understood", "请求不合 HTTP 的写法，没有处理。", hint="请检查发送请求的程序。"
        )
        super().__init__(error, path=path)
