"""One connection: what it may send, how long it may take, how it is refused.

The rule: a connection that is being answered is never closed by us unless its client stops taking the answer; one that
only waits, or sends a byte now and then, is closed once its time is over or its place is needed. One that was told to
come again in a second is not read before.
"""

from __future__ import annotations

import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from report_search.errors import BusyError
from webui.operating.watching import WAITED
from webui.serving.refusal import BodyTooLong, HeadTooLong, NotUnderstood, Refusal
from webui.site import PROBES

HEAD_SECONDS = 10.0
"""So long the head of a request may take, from its first byte to its last."""
BODY_SECONDS = 60.0
"""So long a whole request may take."""
IDLE_SECONDS = 75.0
"""So long a connection may be kept without a request: longer than proxies keep theirs (nginx: 60)."""
STALLED_SECONDS = 60.0
"""So long a client may take no byte of its answer."""
OPENING_BYTES = 64
"""So much is kept of a request that is not read to its end: enough to tell a program from a browser."""
REST_SECONDS = 1.0
"""So long nothing is read from a connection on which a request was refused for want of time, which is what the answer
says. Whoever asks again at once, over and over, would else take most of a core for refusals."""
LONGEST_WAIT = 5.0
"""Seconds after which a request that waited for its turn is refused: who asked it has mostly gone by then."""


class Parser(HTTPRequestParser):
    """Takes Chinese in an address as typed (``curl '…?q=领事保护'``), which by itself waitress refuses."""

    # The stubs of waitress know its own errors alone; it takes whatever has their ``to_response``.
    error: Any = None
    # They say bytes, and it is text. Of a head that can't be read neither is known.
    command: Any = ""
    path = ""
    _opening = b""
    """The first bytes, by which an answer is in the right shape though the head was not read."""

    def received(self, data: bytes) -> int:
        """Take in bytes; how many of them belong to this request."""
        self._opening = (
            (self._opening + data)[:OPENING_BYTES] if len(self._opening) < OPENING_BYTES else self._opening
        )
        taken: int = super().received(data)
        if isinstance(self.error, Error):
            self.error = _in_words(self.error, path=self._opening.decode("latin-1"))
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Percent-encode what is not ASCII in the request line, as browsers do."""
        request_line, line_break, rest = header_plus.partition(b"\r\n")
        if not request_line.isascii():
            request_line = b"".join(map(_percent_encoded, request_line))
        super().parse_header(request_line + line_break + rest)


def _in_words(error: Error, *, path: str) -> Refusal:
    """What waitress refuses, as we say it."""
    if isinstance(error, RequestHeaderFieldsTooLarge):
        return HeadTooLong(path=path)
    if isinstance(error, RequestEntityTooLarge):
        return BodyTooLong(path=path)
    return NotUnderstood(path=path, status=(error.code, error.reason))


def _percent_encoded(byte: int) -> bytes:
    """A byte of UTF-8 as %XX, an ASCII character as it is."""
    return bytes([byte]) if byte < 0x80 else b"%%%02X" % byte


class Answer(WSGITask):
    """A request as the application answers it."""

    channel: Any

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with how long the request waited."""
        environ: dict[str, Any] = super().get_environment()
        environ[WAITED] = self.channel.waited
        return environ

    def build_response_header(self) -> bytes:
        """The head of an answer; it says so where no other request will be taken on this connection."""
        server = self.channel.server
        if self.channel.is_asked_once and (server.is_stopping or server.gives_away_one()):
            _end_connection(self.request)
        head: bytes = super().build_response_header()
        return head


class Refused(ErrorTask):
    """A request that is answered with an error instead of being handed to the application."""

    channel: Any
    request: Any
    # What the stubs of waitress say of these is wrong.
    response_headers: Any
    status: str
    content_length: int

    def execute(self) -> None:
        """Write the answer; the connection is kept, and rests, where nothing is left of what was sent on it."""
        self.status, headers, body = self.request.error.to_response()
        self.response_headers.extend(headers)
        self.content_length = len(body)
        if not self._can_be_kept:
            _end_connection(self.request)
        # A body after HEAD would be taken for the next answer.
        self.write(b"" if self.request.command == "HEAD" else body)
        if not self.close_on_finish:
            self.channel.rest()

    @property
    def _can_be_kept(self) -> bool:
        error = self.request.error
        is_whole = isinstance(error, Refusal) and error.was_read and self.channel.is_asked_once
        return is_whole and not self.channel.server.is_stopping


def _end_connection(request: Any) -> None:
    """End the connection after the answer to ``request``, as if its client had asked for that."""
    request.headers["CONNECTION"] = "close"


class Channel(HTTPChannel):
    """A connection with the times at which what it does has to be done."""

    parser_class = Parser
    task_class = Answer
    error_task_class = Refused
    # What the stubs of waitress say of these is wrong.
    server: Any
    request: Any
    requests: Any
    waiting_since = 0.0
    waited = 0.0
    client = ""
    """Who has the connection, as ``clients.household`` names it."""
    is_dismissed = False
    """Whether it is to be closed because its place is needed."""
    _arriving: HTTPRequestParser | None = None
    _began = 0.0
    _rests_until = 0.0

    def readable(self) -> bool:
        """Whether what the client sends is to be taken in now."""
        if self._rests_until and not self.server.is_stopping:
            if time.monotonic() < self._rests_until:
                return False
            self._rests_until = 0.0
        is_open: bool = super().readable()
        return is_open

    def rest(self) -> None:
        """Take nothing in for a while; a trusted proxy's connection carries others' requests too, and is not kept
        waiting."""
        if not self.server.trusts(self.addr[0]):
            self._rests_until = time.monotonic() + REST_SECONDS
            self.server.resting_until = self._rests_until

    def received(self, data: bytes) -> bool:
        """Take in bytes, and note when the request that they belong to began."""
        taken: bool = super().received(data)
        if self.request is not self._arriving:
            self._arriving, self._began = self.request, time.time()
        return taken

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is being answered here: no whole request has come, and nothing is left to send."""
        return not self.requests and not self.total_outbufs_len

    @property
    def is_asked_once(self) -> bool:
        """Whether nothing was sent after the request that is being answered."""
        return len(self.requests) == 1 and self.request is None

    @property
    def is_arriving(self) -> bool:
        """Whether a part of a request has come, and the rest has not."""
        return self.request is not None

    @property
    def is_leaving(self) -> bool:
        """Whether it is about to be closed, so that its place is as good as free: whoever is refused comes again on
        another connection before this one is gone."""
        is_answered = (self.will_close or self.close_when_flushed) and not self.total_outbufs_len
        return bool(self.is_dismissed or is_answered)

    def is_overdue(self, now: float, *, idle: float = IDLE_SECONDS) -> bool:
        """Whether the time of what this connection does is over; ``idle`` is how long it may do nothing."""
        if self.total_outbufs_len:
            return bool(now - self.last_activity > STALLED_SECONDS)
        if self.requests:
            return False
        if self.request is None:
            return bool(now - self.last_activity > idle)
        return now - self._began > (BODY_SECONDS if self.request.headers_finished else HEAD_SECONDS)

    def refuse(self, error: BusyError) -> None:
        """Answer the request that is next with an error, instead of asking the application."""
        request = self.requests[0]
        accepted = request.headers.get("ACCEPT_LANGUAGE", "")
        request.error = Refusal(error, path=request.path, accepted=accepted)

    def service(self) -> None:
        """Answer the next request, unless it waited so long that nobody waits for it any more."""
        self.waited = time.monotonic() - self.waiting_since
        if self.waited > LONGEST_WAIT and self.requests[0].error is None and not is_probe(self):
            self.refuse(busy())
        super().service()


def is_probe(channel: Channel) -> bool:
    """Whether the next request asks how the server is."""
    is_asked: bool = channel.requests[0].path.endswith(PROBES)
    return is_asked


def busy() -> BusyError:
    """What is said while more is asked than can be answered."""
    return BusyError("busy", "现在访问的人太多，这次没有处理。", hint="请过一两秒再试。", retry_after=1)
