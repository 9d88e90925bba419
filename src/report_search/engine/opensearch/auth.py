"""Who we are to a cluster and whom we trust there: credentials, certificates, and what to do about either.

Credentials come from the environment, never from an address, which is written into the index. The rules: they are
sent over TLS or to this machine itself, and nowhere else; a certificate is always checked, for its authority, its
host and its dates; no message has the password. What no later try would mend is an ``OperatorError`` that says
which setting would.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import socket
import ssl
from collections.abc import Sequence
from http.client import HTTPException
from urllib.parse import urlsplit

from report_search.errors import OperatorError

USER, PASSWORD = "REPORT_SEARCH_OPENSEARCH_USER", "REPORT_SEARCH_OPENSEARCH_PASSWORD"
AUTHORITY = "REPORT_SEARCH_OPENSEARCH_CA"
"""Environment variable: a PEM file with the certificates of the authorities that may vouch for a node."""
TLS, PLAIN = "opensearch+https://", "opensearch://"
"""What addresses begin with."""
PROBE = 3.0
"""Seconds that finding out whether a node speaks TLS may take."""
_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
)
_UNWILLING = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
    }
)
"""What OpenSSL says of a server with which no connection comes about, whoever vouches for it."""
_DATES = frozenset({9, 10})
_HOSTS = frozenset({62, 63, 64})
_AUTHORITIES = frozenset({2, 18, 19, 20, 21})
"""What OpenSSL calls a certificate out of its dates, for another host, or by an authority that nobody trusts."""


def authorization(nodes: Sequence[str]) -> dict[str, str]:
    """The header that says who asks; {} where no user is set. In UTF-8, as the servers read it.

    Raises ``OperatorError`` if it would go unencrypted to another machine: whoever listens on the way would have
    the password, and a warning would come after it was sent.
    """
    user = os.environ.get(USER)
    if not user:
        return {}
    if open_nodes := [node for node in nodes if not (node.startswith("https:") or _is_here(node))]:
        raise OperatorError(
            "opensearch-unencrypted",
            f"不能把密码不加密地发给 {_host(open_nodes[0])}。",
            hint=f"请让 OpenSearch 使用 TLS，并把地址写成 {TLS}…；本机地址（127.0.0.1、localhost）不受此限，"
            f"可经 SSH 隧道连接。若服务器不要求登录，请取消环境变量 {USER}。",
        )
    said = f"{user}:{os.environ.get(PASSWORD, '')}"
    return {"Authorization": "Basic " + base64.b64encode(said.encode()).decode()}


def trust(nodes: Sequence[str]) -> ssl.SSLContext | None:
    """Whom to believe: the authorities of the file that is set, and no others, else those of the system.

    None if no node speaks TLS. Raises ``OperatorError`` for a file that can't be used.
    """
    if not any(node.startswith("https:") for node in nodes):
        return None
    file = os.environ.get(AUTHORITY) or None
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        raise OperatorError(
            "opensearch-authority",
            f"不能使用环境变量 {AUTHORITY} 指定的证书文件 {file}：{_reason(error)}",
            hint="它应当是一个可读的 PEM 文件（以 -----BEGIN CERTIFICATE----- 开头），内含签发服务器证书的机构的证书。",
        ) from error


def denied(node: str) -> OperatorError:
    """The error for a node that does not know us."""
    unset = [name for name in (USER, PASSWORD) if not os.environ.get(name)]
    if unset:
        message, hint = "要求登录", f"请设置环境变量 {' 和 '.join(unset)}。"
    else:
        message, hint = "不接受所给的用户名或密码", f"请检查环境变量 {USER} 和 {PASSWORD}。"
    return OperatorError("opensearch-denied", f"{_host(node)} {message}。", hint=hint)


def other_protocol(node: str) -> OperatorError:
    """The error for a node that speaks TLS where the address says plain HTTP, or the other way round."""
    if node.startswith("https:"):
        said, other = "没有使用 TLS", f"请把地址写成 {PLAIN}…，或检查端口。"
    else:
        said, other = "要求使用 TLS", f"请把地址写成 {TLS}…。"
    return OperatorError("opensearch-protocol", f"{_host(node)} {said}，与地址的写法不符。", hint=other)


def lasting(node: str, cause: object) -> OperatorError | None:
    """The error for what made a connection fail, if it would fail every time; None if it may pass."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _untrusted(node, cause)
    if isinstance(cause, ssl.SSLError):
        if cause.reason in _NOT_TLS:
            return other_protocol(node)
        return _unwilling(node, cause.reason) if cause.reason in _UNWILLING else None
    if isinstance(cause, ConnectionError | HTTPException) and node.startswith("http:") and _speaks_tls(node):
        return other_protocol(node)
    return None


def _unwilling(node: str, reason: str) -> OperatorError:
    return OperatorError(
        "opensearch-tls",
        f"与 {_host(node)} 没能建立 TLS 连接：{reason}。",
        hint="请检查服务器的 TLS 版本（要 1.2 或更高），以及它是否要求客户端证书；客户端证书不受支持，可经代理连接。",
    )


def _untrusted(node: str, error: ssl.SSLCertVerificationError) -> OperatorError:
    host = _host(node)
    if error.verify_code in _HOSTS:
        message, hint = f"{host} 出示的证书是给别的主机的", "请在地址里写证书上的主机名，或换一张证书。"
    elif error.verify_code in _DATES:
        message, hint = f"{host} 的证书已过期或尚未生效", "请更新服务器的证书，并检查两边的时钟。"
    elif error.verify_code in _AUTHORITIES:
        message = f"{host} 的证书由不受信任的机构签发"
        hint = (
            f"请把该机构的证书存成 PEM 文件，并把环境变量 {AUTHORITY} 设为它的路径"
            "（设置后只信任这个文件里的机构）；也可以把它装进系统的证书库。"
        )
    else:
        message, hint = f"{host} 的证书不能通过检查：{error.verify_message}", "请检查服务器的证书。"
    return OperatorError("opensearch-certificate", message + "，没有连接。", hint=hint)


def _speaks_tls(node: str) -> bool:
    """Whether a node answers as TLS does; nothing is sent, so its certificate does not matter."""
    parts = urlsplit(node)
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 80), PROBE) as plain,
            anyone.wrap_socket(plain, server_hostname=parts.hostname),
        ):
            return True
    except OSError:
        return False


def _is_here(node: str) -> bool:
    """Whether a node is on this machine, by its name alone."""
    host = urlsplit(node).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(node: str) -> str:
    return urlsplit(node).netloc


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
