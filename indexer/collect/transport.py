"""One request and its answer over HTTP, within bounds: no redirect is followed, nothing is tried twice.

The rule: no byte goes to a loopback or private address unless it is allowed, whatever a name resolves to; no answer
takes longer or grows larger than the bounds; and TLS is as strict as Python's but for exceptions that a seed names.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import warnings
from collections.abc import Mapping
from contextlib import suppress
from threading import Timer
from typing import Any, Literal

from msgspec import Struct

from report_search.errors import OperatorError

try:
    import urllib3
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import HTTPError, SSLError
    from urllib3.util.ssl_ import create_urllib3_context
except ImportError as missing:
    raise OperatorError(
        "missing-extra",
        "采集要用到 urllib3，还没有安装。",
        hint="请运行 pip install 'report-search[collect]'。",
    ) from missing

_CHUNK = 65536
_CONNECT = 20.0
Failure = Literal["network", "tls", "too-large", "slow", "private"]


class TransportError(Exception):
    """No answer came, or none that may be kept; ``kind`` says why."""

    def __init__(self, kind: Failure, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Outgoing(Struct, frozen=True):
    """What is asked: a form is sent by POST if there is one, else it is a GET."""

    url: str
    headers: Mapping[str, str]
    form: str = ""


class HttpAnswer(Struct, frozen=True):
    """What came back: names of headers in small letters, ``coding`` what the body was sent in and is not any more."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    coding: str = ""

    def header(self, name: str) -> str:
        """The value of a header, "" where there is none."""
        return self.headers.get(name, "")


class TransportRules(Struct, frozen=True):
    """What holds for the requests of a seed; ``seconds`` and ``max_bytes`` are for one answer."""

    seconds: float
    max_bytes: int
    allow_private: bool = False
    tls: tuple[str, ...] = ()
    certificate: str = ""
    ca_file: str = ""

    @property
    def tls_exceptions(self) -> tuple[str, ...]:
        """The exceptions from TLS as they are noted beside a file."""
        return (*self.tls, *(["certificate"] if self.certificate else []))


class Transport:
    """Asks under one set of rules; each request has a connection of its own."""

    def __init__(self, rules: TransportRules) -> None:
        self._rules = rules
        self._open: list[socket.socket] = []
        options: dict[str, Any] = {"ssl_context": _ssl_context(rules)}
        if rules.certificate:
            options |= {"assert_fingerprint": rules.certificate, "assert_hostname": False}
        self._pools = urllib3.PoolManager(
            num_pools=4, retries=False, timeout=urllib3.Timeout(_CONNECT, rules.seconds), **options
        )
        self._pools.pool_classes_by_scheme = _checked_pools(self._opened)

    def send(self, asked: Outgoing) -> HttpAnswer:
        """The answer to ``asked``. Raises ``TransportError``."""
        late: list[bool] = []
        timer = Timer(self._rules.seconds, self._give_up, [late])
        timer.daemon = True
        timer.start()
        try:
            return self._send(asked)
        except TransportError:
            raise
        except (HTTPError, OSError, ValueError) as error:
            raise self._failure(error, is_late=bool(late)) from error
        finally:
            timer.cancel()
            self._open.clear()
            self._pools.clear()

    def _send(self, asked: Outgoing) -> HttpAnswer:
        headers = {"Accept-Encoding": "identity", "Connection": "close", **asked.headers}
        if asked.form:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        response = self._pools.urlopen(
            "POST" if asked.form else "GET",
            asked.url,
            body=asked.form.encode() if asked.form else None,
            headers=headers,
            redirect=False,
            preload_content=False,
        )
        try:
            body = bytearray()
            while chunk := response.read1(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._rules.max_bytes:
                    raise TransportError("too-large", f"超过 {self._rules.max_bytes:,} 字节，没有收完")
            if response.length_remaining:
                raise TransportError("network", "没有收完连接就断了")
            found = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(
                asked.url, response.status, found, bytes(body), found.get("content-encoding", "").lower()
            )
        finally:
            response.close()

    def _opened(self, connection: socket.socket) -> None:
        """Keep hold of a new connection, if it leads to where one may go. Raises ``TransportError``."""
        address = connection.getpeername()[0]
        if not self._rules.allow_private and not is_public(address):
            connection.close()
            raise TransportError("private", f"{address} 是本机或内网的地址，没有访问")
        self._open.append(connection)

    def _give_up(self, late: list[bool]) -> None:
        late.append(True)
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _failure(self, error: Exception, *, is_late: bool) -> TransportError:
        # urllib3 counts a connection that was refused among those that took too long.
        is_refused = isinstance(error, urllib3.exceptions.NewConnectionError)
        is_slow = isinstance(error, (TimeoutError, urllib3.exceptions.TimeoutError)) and not is_refused
        if is_late or is_slow:
            return TransportError("slow", f"{self._rules.seconds:g} 秒内没有收完")
        if isinstance(error, (SSLError, ssl.SSLError)):
            return TransportError("tls", tls_message(str(error)))
        return TransportError("network", _network_message(error))


_TLS_FAULTS = (
    (
        "CERTIFICATE_VERIFY_FAILED",
        "证书无人担保、已过期或与网址不符；核实后可在种子里写明 certificate，或用 ca_file 补上中间证书",
    ),
    (
        "UNSAFE_LEGACY_RENEGOTIATION",
        '网站的重新协商方式过旧；确要访问可在种子里写 tls = ["legacy-renegotiation"]',
    ),
    (
        "UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|WRONG_VERSION_NUMBER|NO_PROTOCOLS_AVAILABLE",
        '网站只会旧版 TLS，或这个端口没有加密；确要访问可在种子里写 tls = ["old-protocol"]',
    ),
    (
        "DH_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|CA_MD_TOO_WEAK|NO_SHARED_CIPHER|HANDSHAKE_FAILURE|NO_CIPHERS",
        '网站的加密强度不够；确要访问可在种子里写 tls = ["weak-ciphers"]',
    ),
)


def tls_message(error: str) -> str:
    """What a fault of TLS is, and which exception of the seed lets it pass."""
    for signs, message in _TLS_FAULTS:
        if found := re.search(signs, error):
            return f"加密连接不成：{message}（{found[0]}）"
    return f"加密连接不成：{error}"


def _network_message(error: Exception) -> str:
    text = str(error)
    for sign, message in (
        ("Connection refused", "对方拒绝连接，这个端口没有网站"),
        ("Failed to resolve|getaddrinfo|Name or service", "域名解析不了，请核对网址或网络"),
        ("Network is unreachable|No route to host", "网络不通"),
        ("reset by peer|RemoteDisconnected|closed connection", "对方断开了连接"),
    ):
        if re.search(sign, text):
            return f"连接不成：{message}"
    return f"连接不成：{text}"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast


def _checked_pools(opened: Any) -> dict[str, Any]:
    """Pools whose every new connection is handed to ``opened`` before a byte is sent."""

    class _Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            opened(connection)
            return connection

    class _Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            opened(connection)
            return connection

    plain = type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": _Plain})
    encrypted = type("_EncryptedPool", (HTTPSConnectionPool,), {"ConnectionCls": _Encrypted})
    return {"http": plain, "https": encrypted}


def _ssl_context(rules: TransportRules) -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_default_certs()
    if rules.ca_file:
        try:
            context.load_verify_locations(rules.ca_file)
        except OSError as error:
            raise OperatorError(
                "seeds", f"ca_file {rules.ca_file} 打不开或不是证书。", hint="请核对 [collect] 的 ca_file。"
            ) from error
    if rules.certificate:
        # The one certificate is known by its hash, so nobody else need vouch for it.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if "legacy-renegotiation" in rules.tls:
        context.options |= 0x4  # OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on
    if "weak-ciphers" in rules.tls or "old-protocol" in rules.tls:
        # OpenSSL signs nothing with SHA-1 above this level, and TLS 1.0 and 1.1 can't do without.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if "old-protocol" in rules.tls:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
    return context
