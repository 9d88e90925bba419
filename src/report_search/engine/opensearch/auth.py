"""Authentication and TLS: which credentials a cluster gets, which certificates are trusted, what to do if it fails.

Credentials come from the environment, never from an address, because the address is written into the index. The
rules: credentials are sent over TLS or to this machine itself, and nowhere else; a certificate is always checked,
for its authority, its host and its dates; no message contains the password. A failure that no retry would mend is
an ``OperatorError`` that names the setting to change.
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

USER_VARIABLE = "REPORT_SEARCH_OPENSEARCH_USER"
PASSWORD_VARIABLE = "REPORT_SEARCH_OPENSEARCH_PASSWORD"
AUTHORITY_VARIABLE = "REPORT_SEARCH_OPENSEARCH_CA"
"""Environment variable: a PEM file with the certificates of the authorities that may sign for a node."""
TLS_PREFIX, PLAIN_PREFIX = "opensearch+https://", "opensearch://"
"""What addresses begin with."""
TLS_PROBE_TIMEOUT = 3.0
"""Seconds that finding out whether a node speaks TLS may take."""

# ``ssl.SSLError.reason`` is OpenSSL's name of the failure; it differs between OpenSSL versions, so several are listed.
_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
)
"""The other side answered, but not in TLS."""
_HANDSHAKE_REFUSED = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
    }
)
"""The two sides speak TLS, but can't agree on a connection; trusting another authority would not help."""

# ``SSLCertVerificationError.verify_code`` is one of OpenSSL's X509_V_ERR_… numbers.
_WRONG_DATES = frozenset({9, 10})
"""Not yet valid, expired."""
_WRONG_HOST = frozenset({62, 63, 64})
"""Issued for another host name, e-mail address, IP address."""
_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21})
"""No issuer certificate, self-signed, self-signed in the chain, issuer not found locally, first one unverifiable."""


def authorization(nodes: Sequence[str]) -> dict[str, str]:
    """The HTTP header with the credentials, in UTF-8 as the servers read it; {} where no user is set.

    Raises ``OperatorError`` if it would go unencrypted to another machine: anyone on the way could read the
    password, and a warning would come after it was sent.
    """
    user = os.environ.get(USER_VARIABLE)
    if not user:
        return {}
    if exposed := [node for node in nodes if not _is_confidential(node)]:
        raise OperatorError(
            "opensearch-unencrypted",
            f"不能把密码不加密地发给 {_host(exposed[0])}。",
            hint=f"请让 OpenSearch 使用 TLS，并把地址写成 {TLS_PREFIX}…；本机地址（127.0.0.1、localhost）不受此限，"
            f"可经 SSH 隧道连接。若服务器不要求登录，请取消环境变量 {USER_VARIABLE}。",
        )
    credentials = f"{user}:{os.environ.get(PASSWORD_VARIABLE, '')}"
    return {"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}


def tls_context(nodes: Sequence[str]) -> ssl.SSLContext | None:
    """Which authorities are trusted: those of the file that is set, and no others, else those of the system.

    None if no node speaks TLS. Raises ``OperatorError`` for a file that can't be used.
    """
    if not any(node.startswith("https:") for node in nodes):
        return None
    file = os.environ.get(AUTHORITY_VARIABLE) or None
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        raise OperatorError(
            "opensearch-authority",
            f"不能使用环境变量 {AUTHORITY_VARIABLE} 指定的证书文件 {file}：{error.strerror or error}",
            hint="它应当是一个可读的 PEM 文件（以 -----BEGIN CERTIFICATE----- 开头），内含签发服务器证书的机构的证书。",
        ) from error


def access_denied(node: str) -> OperatorError:
    """The error for a node that does not accept our credentials, or wants some."""
    unset = [name for name in (USER_VARIABLE, PASSWORD_VARIABLE) if not os.environ.get(name)]
    if unset:
        message, hint = "要求登录", f"请设置环境变量 {' 和 '.join(unset)}。"
    else:
        message, hint = "不接受所给的用户名或密码", f"请检查环境变量 {USER_VARIABLE} 和 {PASSWORD_VARIABLE}。"
    return OperatorError("opensearch-denied", f"{_host(node)} {message}。", hint=hint)


def wrong_protocol(node: str) -> OperatorError:
    """The error for a node that speaks TLS where the address says plain HTTP, or the other way round."""
    if node.startswith("https:"):
        message, hint = "没有使用 TLS", f"请把地址写成 {PLAIN_PREFIX}…，或检查端口。"
    else:
        message, hint = "要求使用 TLS", f"请把地址写成 {TLS_PREFIX}…。"
    return OperatorError("opensearch-protocol", f"{_host(node)} {message}，与地址的写法不符。", hint=hint)


def permanent_failure(node: str, cause: object) -> OperatorError | None:
    """The error for what made a connection fail, if every retry would fail too; None if a retry may succeed."""
    # The order matters: a verification error is an SSLError as well.
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate_rejected(node, cause)
    if isinstance(cause, ssl.SSLError):
        if cause.reason in _NOT_TLS:
            return wrong_protocol(node)
        return _handshake_refused(node, cause.reason) if cause.reason in _HANDSHAKE_REFUSED else None
    # A server that expects TLS may just close a connection on which plain HTTP arrives, as one that is being
    # restarted does. Only asking it for TLS tells the two apart.
    was_cut_off = isinstance(cause, ConnectionError | HTTPException)
    if was_cut_off and node.startswith("http:") and _speaks_tls(node):
        return wrong_protocol(node)
    return None


def _handshake_refused(node: str, reason: str) -> OperatorError:
    return OperatorError(
        "opensearch-tls",
        f"与 {_host(node)} 没能建立 TLS 连接：{reason}。",
        hint="请检查服务器的 TLS 版本（要 1.2 或更高），以及它是否要求客户端证书；客户端证书不受支持，可经代理连接。",
    )


def _certificate_rejected(node: str, error: ssl.SSLCertVerificationError) -> OperatorError:
    host = _host(node)
    if error.verify_code in _WRONG_HOST:
        message, hint = f"{host} 出示的证书是给别的主机的", "请在地址里写证书上的主机名，或换一张证书。"
    elif error.verify_code in _WRONG_DATES:
        message, hint = f"{host} 的证书已过期或尚未生效", "请更新服务器的证书，并检查两边的时钟。"
    elif error.verify_code in _UNKNOWN_AUTHORITY:
        message = f"{host} 的证书由不受信任的机构签发"
        hint = (
            f"请把该机构的证书存成 PEM 文件，并把环境变量 {AUTHORITY_VARIABLE} 设为它的路径"
            "（设置后只信任这个文件里的机构）；也可以把它装进系统的证书库。"
        )
    else:
        message, hint = f"{host} 的证书不能通过检查：{error.verify_message}", "请检查服务器的证书。"
    return OperatorError("opensearch-certificate", message + "，没有连接。", hint=hint)


def _speaks_tls(node: str) -> bool:
    """Whether a node completes a TLS handshake."""
    parts = urlsplit(node)
    # The certificate is not checked here: nothing is sent over this connection.
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 80), TLS_PROBE_TIMEOUT) as plain,
            unchecked.wrap_socket(plain, server_hostname=parts.hostname),
        ):
            return True
    except OSError:
        return False


def _is_confidential(node: str) -> bool:
    """Whether nobody else can read what is sent to a node."""
    return node.startswith("https:") or _is_this_machine(node)


def _is_this_machine(node: str) -> bool:
    """Whether a node is on this machine, judged by its name alone: a name server could be lied to."""
    host = urlsplit(node).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(node: str) -> str:
    return urlsplit(node).netloc
