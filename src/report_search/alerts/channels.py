"""How deliveries go: as a file, as a mail, as a post.

The rule: nothing goes anywhere but to where the operator's file says now, encrypted unless it stays on this machine,
and nobody that is slow or silent can hold up a run for longer than a bound. Each way either returns, and then it has
gone, or raises ``NotSentError``.
"""

from __future__ import annotations

import http.client
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from pathlib import Path
from threading import Event, Timer
from urllib.parse import urlsplit

from report_search import __version__
from report_search.alerts.outbox import Delivery
from report_search.alerts.saved_searches import MailServer, SavedSearches, origin_of
from report_search.generations.files import replace_file

PATIENCE = 20.0
"""Seconds for a connection, for each answer of a mail server, and for the whole of a post."""

Channel = Callable[[Delivery], None]


class NotSentError(Exception):
    """A delivery has not gone, or nobody knows whether it has; the text says why, for the operator."""


@contextmanager
def channels(searches: SavedSearches) -> Iterator[Mapping[str, Channel]]:
    """The ways by kind of target; a mail server is called when the first mail goes, and let go at the end."""
    mailer = Mailer(searches.mail)
    try:
        yield {"markdown": write, "json": write, "mail": mailer.send, "post": Poster(searches).post}
    finally:
        mailer.close()


def write(delivery: Delivery) -> None:
    """Write a file, whole or not at all. A second time gives the same file, so nothing is there twice."""
    folder = Path(delivery.address)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / delivery.name, delivery.body)
    except OSError as error:
        raise NotSentError(f"写不进 {folder}：{error.strerror or error}") from error


class Mailer:
    """Gives mails to the operator's server, one connection for as many as it takes."""

    def __init__(self, server: MailServer | None) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def send(self, delivery: Delivery) -> None:
        """Send a mail to its one address."""
        server = self._server
        if server is None:
            raise NotSentError("没有写邮件服务器")
        try:
            connection = self._connection or self._connect(server)
            connection.sendmail(parseaddr(server.sender)[1], [delivery.address], delivery.body)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # Whatever state it is in, the next mail begins with a new one.
            self.close()
            raise NotSentError(f"邮件服务器 {server.host}:{server.port}：{_told(error)}") from error

    def close(self) -> None:
        """Let the server go."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()

    def _connect(self, server: MailServer) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=server.authorities)
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=PATIENCE, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
        # Kept before it is used: what fails from here on closes it.
        self._connection = connection
        if server.security == "starttls":
            # Raises where the server does not offer it: a mail never goes in the clear instead.
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
        return connection


class Poster:
    """Posts JSON to addresses whose hosts are on the operator's list; follows no redirect, asks no proxy."""

    def __init__(self, searches: SavedSearches) -> None:
        self._hosts = searches.hosts

    def post(self, delivery: Delivery) -> None:
        """Post a body; only an answer of 200 to 299 says that it has gone."""
        scheme, host, port = origin_of(delivery.address)
        if (scheme, host, port) not in self._hosts:
            raise NotSentError(f"{host} 不在 [post] 的 hosts 里")
        connection = _connection(scheme, host, port)
        try:
            with _deadline(connection):
                status = _status(connection, delivery)
        except (OSError, http.client.HTTPException) as error:
            raise NotSentError(f"{host}：{_told(error)}") from error
        finally:
            connection.close()
        if not http.client.OK <= status < http.client.MULTIPLE_CHOICES:
            note = "，不跟随重定向" if status < http.client.BAD_REQUEST else ""
            raise NotSentError(f"{host} 的回答是 {status}{note}")


def _connection(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=context)
    return http.client.HTTPConnection(host, port, timeout=PATIENCE)


def _status(connection: http.client.HTTPConnection, delivery: Delivery) -> int:
    parts = urlsplit(delivery.address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"report-search/{__version__}",
        # By this a receiver knows what it was given already, if the answer to it was lost.
        "Idempotency-Key": delivery.id,
    }
    connection.request("POST", path, delivery.body, headers)
    return connection.getresponse().status


@contextmanager
def _deadline(connection: http.client.HTTPConnection) -> Iterator[None]:
    """Cut ``connection`` off after ``PATIENCE``. Raises ``TimeoutError`` at the end if that was done.

    Timeouts of sockets bound each step alone: an answer that drips would take as long as it likes.
    """
    is_cut = Event()

    def _cut() -> None:
        is_cut.set()
        if connection.sock is not None:
            # What has been closed meanwhile needs no cutting.
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    clock = Timer(PATIENCE, _cut)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
    # What was cut off may read like the whole of a short answer.
    if is_cut.is_set():
        raise TimeoutError("超时")


def _told(error: Exception) -> str:
    """What an error says, in one line of bounded length: it may be what a server says."""
    return " ".join(f"{type(error).__name__} {error}".split())[:300]
