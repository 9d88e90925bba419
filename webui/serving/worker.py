"""One worker: waitress with one thread that answers, over a socket that may be shared with other workers.

It opens the index itself; nothing that was opened before a process began is used in it. Told to stop it takes what has
arrived, answers it, says with each answer that the connection ends, and ends when nobody asks any more.

The rule: whatever was accepted is answered, unless the process is killed.
"""

from __future__ import annotations

import logging
import select
import signal
import sys
import time
from collections.abc import Callable, MutableSequence
from contextlib import suppress
from socket import socket
from types import FrameType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from report_search.long_process import expect_long_process, release_memory
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from webui.app import create_app
from webui.operating.clients import household, is_trusted
from webui.operating.health import STOPPING
from webui.serving.balance import Share
from webui.serving.channel import Channel
from webui.serving.dispatcher import Dispatcher, Streaming
from webui.serving.listener import BACKLOG
from webui.serving.settings import STOPPING_SECONDS, ServerSettings

MOST_CONNECTIONS = 500
"""Open connections of one worker; a further one ends the oldest that asks nothing."""
MOST_HEADER_BYTES = 1 << 17
"""A query of 8,000 Chinese characters has 72 KB in an address, one of rare ones 96 KB."""
MOST_BODY_BYTES = 4 << 20
MOST_ADDED_BYTES = 256 << 20
"""Bytes of the files that are added at once, where whoever sits at the machine may add reports."""
LOOK_SECONDS = 1.0
"""So often it is looked for connections whose time is over."""
RELEASE_SECONDS = 10.0
"""So often memory that was freed is given back to the system."""
TAKEN_AT_ONCE = 32
"""So many connections that wait are taken before it is looked what those that are here have sent."""
LEAVING_SECONDS, CROWDED_SECONDS = 0.05, 0.005
"""So long a worker that leaves new connections to others sleeps before it looks again whether they are its own now;
the shorter time while some wait. Nobody wakes it: the one that takes a connection has nothing to say to the others."""
RESTING_SECONDS = 0.05
"""So long a worker sleeps before it looks again at connections that rest."""
GIVING_SECONDS = 0.1
"""So long a worker that has left a connection to another waits before it leaves the next: until it has come there."""
QUIET_SECONDS = 0.5
"""So long a connection that asks nothing is kept while the server stops."""
FIRST_QUESTION = "信息公开"
FIRST_PAGE = "/?type=paragraph"
SWITCH_SECONDS = 0.0001
"""So long the thread that reads waits for the one that answers to let it have a turn, once for each connection. Reading
has to be quicker than answering, and a kept answer takes half a millisecond: with a turn after 1 ms a worker gives a
third to a half of the kept answers that it has time for, with Python's own 5 ms a fifth."""


class Server(TcpWSGIServer):
    """Waitress with bounds on connections, a share of the new ones, and a stop that loses nothing."""

    channel_class = Channel
    is_stopping = False
    resting_until = 0.0
    """Until when some connection may rest, by the monotonic clock: nothing wakes a worker when its time is over."""
    _next_look = 0.0
    _next_release = 0.0
    _next_given = 0.0
    # What the stubs of waitress say of these is wrong, or nothing.
    active_channels: Any
    socket: Any
    _map: Any

    def __init__(self, app: Any, listener: socket, *, settings: ServerSettings, share: Share) -> None:
        dispatcher = Dispatcher(settings.queue)
        adjustments = Adjustments(
            sockets=[listener],
            ident="",
            backlog=BACKLOG,
            connection_limit=2 * MOST_CONNECTIONS,
            max_request_header_size=MOST_HEADER_BYTES,
            max_request_body_size=MOST_ADDED_BYTES if settings.service.adding else MOST_BODY_BYTES,
            # Whom to believe is decided by ``operating.clients``.
            clear_untrusted_proxy_headers=False,
        )
        super().__init__(
            Streaming(app, dispatcher),
            {},
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        self._app, self._settings, self._share = app, settings, share
        self._dismissed: list[Channel] = []

    def set_reuse_addr(self) -> None:
        """The socket was made elsewhere and is as it should be."""

    def readable(self) -> bool:
        """Whether a new connection is to be taken here."""
        is_open: bool = super().readable()
        return is_open and (self.is_stopping or self._share.may_take(len(self.active_channels)))

    def handle_accept(self) -> None:
        """Take the connections that wait here, a few at a time; where there are too many, end those missed least."""
        for _ in range(TAKEN_AT_ONCE):
            if not self._take_one() or not self.readable():
                return

    def _take_one(self) -> bool:
        """Take one connection; whether there was one."""
        try:
            accepted = self.accept()
            if accepted is None:
                return False
            connection, address = accepted
            self.set_socket_options(connection)
        except OSError:
            # It was gone again before it was taken.
            return True
        taken = Channel(self, connection, address, self.adj, map=self._map)
        taken.client = household(address[0])
        self._make_room(taken)
        return True

    def maintenance(self, now: float) -> None:
        """Nothing, where waitress would look for connections that are over; see ``_end_overdue``."""

    def _end_overdue(self, now: float) -> None:
        """End the connections whose time is over."""
        self._next_look = now + LOOK_SECONDS
        idle = {"idle": QUIET_SECONDS} if self.is_stopping else {}
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now, **idle):
                channel.handle_close()

    def _end_dismissed(self) -> None:
        """End the connections that had to make room, but for one whose request has come meanwhile."""
        while self._dismissed:
            channel = self._dismissed.pop()
            channel.is_dismissed = False
            if channel.is_waiting:
                channel.handle_close()

    def run(self) -> None:
        """Serve until ``stop`` is called."""
        while not self.is_stopping:
            self._turn(1.0)
        self._finish()
        self.task_dispatcher.shutdown()
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Stop, from a signal handler or another thread."""
        self.is_stopping = True
        self._app.extensions[STOPPING] = True
        self.pull_trigger()

    def _finish(self) -> None:
        """Answer what has been asked; new connections are left to the others."""
        self._share.leave()
        until = time.monotonic() + STOPPING_SECONDS
        taken_until = time.monotonic() + QUIET_SECONDS
        # What was asked before the stop may not have been taken yet: it waits with the system.
        while time.monotonic() < taken_until:
            self._turn(0.05)
        self._take_all()
        self.accepting = False
        self.socket.close()
        self.del_channel(self._map)
        while self.active_channels and time.monotonic() < until:
            self._turn(0.05)

    def _take_all(self) -> None:
        """Take every connection that waits: when the last process closes the socket, the system resets the others."""
        while self._take_one():
            pass

    def _turn(self, seconds: float) -> None:
        if not self.is_stopping and not self.readable():
            seconds = min(seconds, CROWDED_SECONDS if self._is_crowded() else LEAVING_SECONDS)
        if time.monotonic() < self.resting_until + RESTING_SECONDS:
            seconds = min(seconds, RESTING_SECONDS)
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)
        # Connections are ended between two looks at all sockets, never while one goes on: the number of a socket that
        # is closed meanwhile is given to the next one that is accepted, which would be taken for the one that went.
        self._end_dismissed()
        now = time.time()
        if self.is_stopping or now >= self._next_look:
            self._end_overdue(now)
        if now >= self._next_release:
            self._next_release = now + RELEASE_SECONDS
            release_memory()

    def _is_crowded(self) -> bool:
        """Whether connections wait that nobody has taken."""
        if not hasattr(select, "poll"):
            return False  # Windows, where there is one worker and nobody to leave anything to.
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(0))

    def gives_away_one(self) -> bool:
        """Decide whether a connection ends with its answer, to go to a worker that has fewer.

        Called from the thread that answers. Says yes once in ``GIVING_SECONDS``.
        """
        now = time.monotonic()
        if now < self._next_given or not self._share.has_too_many(len(self.active_channels)):
            return False
        self._next_given = now + GIVING_SECONDS
        return True

    def trusts(self, address: str) -> bool:
        """Whether whoever connects from ``address`` is a proxy that speaks for others."""
        return is_trusted(address, self._settings.service.trusted_proxies)

    def _make_room(self, newest: Channel) -> None:
        # Copied: one that is answered may end meanwhile.
        channels: list[Channel] = [one for one in list(self.active_channels.values()) if not one.is_leaving]
        crowds = [channels] if len(channels) > MOST_CONNECTIONS else []
        most, client = self._settings.client_connections, newest.client
        own = [one for one in channels if one.client == client] if most else []
        if len(own) > most and not self.trusts(newest.addr[0]):
            crowds.append(own)
        for crowd in crowds:
            missed_least = _least_missed(crowd, newest)
            missed_least.is_dismissed = True
            self._dismissed.append(missed_least)


def _least_missed(crowd: list[Channel], newest: Channel) -> Channel:
    """The connection to end: one that dawdles over a request, else one that is idle, the oldest first."""
    waiting = [one for one in crowd if one is not newest and one.is_waiting]
    return min(waiting, key=lambda one: (not one.is_arriving, one.last_activity), default=newest)


def serve(
    settings: ServerSettings,
    listener: socket,
    *,
    share: Share | None = None,
    rate_table: MutableSequence[float] | None = None,
    on_ready: Callable[[], object] = lambda: None,
) -> None:
    """Serve over ``listener`` until this process gets SIGTERM or SIGINT; ``on_ready`` is called once it can answer.

    ``share`` is its share of the connections, where there are other workers.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    searcher = Searcher(settings.index)
    app = create_app(searcher, settings.service, rate_table=rate_table)
    warm(app, searcher)
    expect_long_process()
    # That a request waits for a thread is no fault; waitress warns of each.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = Server(app, listener, settings=settings, share=share or Share.whole())

    def stop(number: int, frame: FrameType | None) -> None:
        server.stop()

    signal.signal(signal.SIGTERM, stop)
    if share is None:
        signal.signal(signal.SIGINT, stop)
    on_ready()
    server.run()


def warm(app: Flask, searcher: Searcher) -> None:
    """Ask something and show it, so that what is loaded or compiled once is there before the first reader asks."""
    # Without an index every page says how to make one. And what fails here fails again, and is told, when it is asked.
    with suppress(Exception):
        if not searcher.search(SearchRequest(text=FIRST_QUESTION, limit=1)).index.passages:
            return
        # The page alone: nobody asked for it, so nothing is counted and no log has it.
        with app.test_request_context(FIRST_PAGE):
            app.dispatch_request()
