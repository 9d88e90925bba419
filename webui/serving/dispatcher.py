"""Who waits for the one thread that answers, and who does not.

One thread a process answers, since several take turns at Python's lock and lose more by that than they win. Work on a
core is what there is to share; so the queue is bounded, and what does not fit is refused at once by a thread that does
nothing else. An answer that is streamed (an export) waits for its reader most of the time: while one is, another
thread takes the next requests. What may take many times as long as a search (comparing a pasted text with every report)
has a thread and a queue of its own, so that it keeps no search waiting.

The rule: probes of the server never wait behind others and are never refused, unless a crowd of them comes at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import takewhile
from threading import Lock
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from waitress.task import ThreadedTaskDispatcher

from report_search.errors import BusyError
from webui.operating.watching import is_patient
from webui.serving.channel import busy, is_probe
from webui.serving.refusal import Refusal

MOST_STREAMS = 4
"""Answers that are streamed at the same time by one process."""
MOST_PROBES = 4
"""Probes that wait before all others, in one process; more than whoever watches a server sends."""
MOST_PATIENT = 4
"""Comparisons of many texts that wait, in one process."""


class Dispatcher(ThreadedTaskDispatcher):
    """A queue of at most ``most_waiting`` requests before one thread, and one more for each that is streamed."""

    def __init__(self, most_waiting: int) -> None:
        super().__init__()
        self._most_waiting = most_waiting
        self._streams = 0
        self._streams_lock = Lock()
        self._refusing, self._patient = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        for each in (self, self._refusing, self._patient):
            each.set_thread_count(1)

    queue: Any  # A deque of channels; the stubs of waitress say tasks.

    def add_task(self, task: Any) -> None:
        """Put a request into the queue, or refuse it."""
        task.waiting_since = time.monotonic()
        if task.requests[0].error is not None:
            # It can't be read, and to say so takes no time worth waiting for.
            ThreadedTaskDispatcher.add_task(self._refusing, task)
        elif is_patient(task.requests[0].path):
            self._add_unless_full(task, self._patient, most=MOST_PATIENT)
        elif not is_probe(task) or not self._is_put_first(task):
            self._add_unless_full(task, self, most=self._most_waiting)

    def _is_put_first(self, probe: Any) -> bool:
        """Put a probe before all but the probes that wait already; False, and nothing is done, if those are many."""
        with self.lock:
            waiting = sum(1 for _ in takewhile(is_probe, self.queue))
            if waiting >= MOST_PROBES:
                return False
            self.queue.insert(waiting, probe)
            self.queue_cv.notify()
            return True

    def _add_unless_full(self, task: Any, queue: Any, *, most: int) -> None:
        """Put a request into a queue that has fewer than ``most``, or refuse it."""
        if len(queue.queue) >= most:
            task.refuse(busy())
            queue = self._refusing
        # Not this class's own, which would ask again where the request belongs.
        ThreadedTaskDispatcher.add_task(queue, task)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """End all threads."""
        for other in (self._refusing, self._patient):
            other.shutdown(cancel_pending, timeout)
        return super().shutdown(cancel_pending, timeout)

    def begin_stream(self) -> bool:
        """Let another thread take the next requests while this one streams; False if too many do so already."""
        with self._streams_lock:
            if self._streams >= MOST_STREAMS:
                return False
            self._streams += 1
            self.set_thread_count(1 + self._streams)
            return True

    def end_stream(self) -> None:
        """The counterpart of ``begin_stream``."""
        with self._streams_lock:
            self._streams -= 1
            self.set_thread_count(1 + self._streams)


class Streaming:
    """Tells the dispatcher of answers without a length, which are written as long as their reader takes."""

    def __init__(self, app: WSGIApplication, dispatcher: Dispatcher) -> None:
        self._app, self._dispatcher = app, dispatcher

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(*head: Any) -> Any:
            # Flask writes nothing before it gives back its body, and gives errors of its own a new head.
            begun[:] = [head[:2]]
            return None

        body = self._app(environ, begin)
        status, headers = begun[0]
        has_length = any(name.lower() == "content-length" for name, _ in headers)
        if has_length or not status.startswith("200") or environ["REQUEST_METHOD"] == "HEAD":
            start_response(status, headers)
            return body
        if self._dispatcher.begin_stream():
            start_response(status, headers)
            return _Stream(body, self._dispatcher)
        _close(body)
        error = BusyError("busy", "同时导出的人太多，这次没有处理。", hint="请过一会儿再试。", retry_after=10)
        accepted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        refusal = Refusal(error, path=environ.get("PATH_INFO", ""), accepted=accepted)
        status, headers, text = refusal.to_response()
        start_response(status, [*headers, ("Content-Length", str(len(text)))])
        return [text]


def _close(body: Iterable[bytes]) -> None:
    if hasattr(body, "close"):
        body.close()


class _Stream:
    """A body that tells the dispatcher when it is done with."""

    def __init__(self, body: Iterable[bytes], dispatcher: Dispatcher) -> None:
        self._body, self._dispatcher = body, dispatcher

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """Called by the server, once, whether all was written or not."""
        try:
            _close(self._body)
        finally:
            self._dispatcher.end_stream()
