"""The file of saved searches, ``alerts.toml``: what is looked for, and where what is found goes.

It is written by whoever runs the site; the format is in ``docs/alerts.md``. The rule: the whole file is checked before
anything is run, so a mistake in one alert is an error of the operator that names the place, and no half of a run.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from report_search.config import (
    SMTP_FROM_VARIABLE,
    SMTP_PASSWORD_VARIABLE,
    SMTP_SERVER_VARIABLE,
    SMTP_USER_VARIABLE,
)
from report_search.errors import OperatorError, RequestError
from report_search.fields import FILTER_FIELDS
from report_search.search.request import SearchRequest
from report_search.search.since.moments import canonical_moment

TargetKind = Literal["markdown", "json", "mail", "post"]
Security = Literal["starttls", "tls", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
"""The port of a mail server by how it is talked to, where none is named."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Hosts that are this machine itself: only to these anything goes without encryption."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ADDRESS = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]+@[A-Za-z0-9.-]+")
_URL = re.compile(r"https?://[!-~]+")


class AlertTarget(Struct, frozen=True):
    """Where findings go: a folder (as Markdown or JSON), a mail address, an address that is posted to."""

    kind: TargetKind
    address: str


class Alert(Struct, frozen=True):
    """A saved search. ``since`` is from when on the first run reports, "" from that run on."""

    name: str
    title: str
    request: SearchRequest
    since: str
    targets: tuple[AlertTarget, ...]


class MailServer(Struct, frozen=True):
    """The server that mails are given to; ``user`` is "" where it asks for none. ``authorities`` is a file of its own
    certificates, None for those of the system."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = ""
    authorities: Path | None = None


class SavedSearches(Struct, frozen=True):
    """What a file of alerts says. ``hosts`` are the origins (scheme, host, port) that may be posted to."""

    alerts: tuple[Alert, ...]
    mail: MailServer | None
    hosts: frozenset[tuple[str, str, int]]


class _Mail(msgspec.Struct, forbid_unknown_fields=True):
    server: str = ""
    port: int = 0
    security: Security = "starttls"
    sender: str = msgspec.field(default="", name="from")
    user: str = ""
    authorities: str = ""


class _Post(msgspec.Struct, forbid_unknown_fields=True):
    hosts: list[str] = []


class _Alert(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    query: str = ""
    title: str = ""
    year: list[str | int] = []
    section: list[str] = []
    topic: list[str] = []
    agency: list[str] = []
    report: list[str] = []
    type: list[str] = []
    expand: bool = True
    titles: bool = False
    lineage: bool = False
    since: Any = ""
    folder: str = ""
    formats: list[Literal["markdown", "json"]] = msgspec.field(default_factory=lambda: ["markdown"])
    mail: list[str] = []
    post: list[str] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    alert: list[_Alert] = []
    mail: _Mail | None = None
    post: _Post = msgspec.field(default_factory=_Post)


def read_saved_searches(path: Path) -> SavedSearches:
    """The alerts in the file at ``path``. Raises ``OperatorError`` (``bad-alerts``), which says where it is wrong."""
    try:
        told = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except FileNotFoundError as error:
        raise OperatorError(
            "no-alerts", f"没有提醒文件 {path}。", hint="写法见 docs/alerts.md；用 --file 指定别处的文件。"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise _wrong(path, str(error)) from error
    try:
        searches = SavedSearches(
            tuple(_alert(one, path.parent) for one in told.alert),
            _mail_server(told.mail, path.parent),
            frozenset(_origin(host) for host in told.post.hosts),
        )
        _check(searches)
    except (ValueError, RequestError) as error:
        detail = f"{error.message}{error.hint}" if isinstance(error, RequestError) else str(error)
        raise _wrong(path, detail) from error
    return searches


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address. Raises ``ValueError`` for one that can't be posted to."""
    if not _URL.fullmatch(address):
        raise ValueError(f"“{address}”不是 http 或 https 地址")
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or {"http": 80, "https": 443}[parts.scheme]
    if not host or "@" in parts.netloc:
        raise ValueError(f"地址“{address}”里要有主机名，不能有用户名")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ValueError(f"“{address}”没有加密；本机以外只能用 https")
    return parts.scheme, host, port


def _wrong(path: Path, detail: str) -> OperatorError:
    return OperatorError("bad-alerts", f"提醒文件 {path} 有误：{detail}", hint="写法见 docs/alerts.md。")


def _alert(told: _Alert, folder: Path) -> Alert:
    if not _NAME.fullmatch(told.name):
        raise ValueError(f"name“{told.name}”只能用小写字母、数字和连字符")
    filters = {field: tuple(map(str, getattr(told, field))) for field in FILTER_FIELDS}
    request = SearchRequest(
        text=told.query,
        filters=tuple((field, values) for field, values in filters.items() if values),
        sort="newest",
        strict=True,
        expand=told.expand,
        titles=told.titles,
        lineage=told.lineage,
    )
    targets = (
        *(AlertTarget(kind, str(folder / told.folder)) for kind in told.formats if told.folder),
        *(AlertTarget("mail", address) for address in told.mail),
        *(AlertTarget("post", address) for address in told.post),
    )
    return Alert(
        told.name, told.title or told.query or told.name, request, _since(told), tuple(dict.fromkeys(targets))
    )


def _since(told: _Alert) -> str:
    """TOML has dates and times of its own; without an offset they are in UTC as well."""
    value = told.since
    text = value.isoformat() if isinstance(value, (date, datetime)) else value
    if not isinstance(text, str):
        raise ValueError(f"提醒 {told.name} 的 since 不是日期或时间")
    return canonical_moment(text)


def _mail_server(told: _Mail | None, folder: Path) -> MailServer | None:
    """The mail server; what an environment variable sets comes before what the file says."""
    asked = told or _Mail()
    host, _, port = os.environ.get(SMTP_SERVER_VARIABLE, asked.server).strip().partition(":")
    if not host:
        return None
    if port and not port.isdigit():
        raise ValueError(f"邮件服务器的端口“{port}”不是数字")
    return MailServer(
        host=host,
        port=int(port) if port else asked.port or PORTS[asked.security],
        security=asked.security,
        sender=os.environ.get(SMTP_FROM_VARIABLE, asked.sender).strip(),
        user=os.environ.get(SMTP_USER_VARIABLE, asked.user),
        # Never in the file: it is read by more people than may send mails.
        password=os.environ.get(SMTP_PASSWORD_VARIABLE, ""),
        authorities=folder / asked.authorities if asked.authorities else None,
    )


def _origin(host: str) -> tuple[str, str, int]:
    """``hooks.example.org`` stands for https; ``http://127.0.0.1:9000`` is as it says."""
    return origin_of(host if "://" in host else f"https://{host}")


def _check(searches: SavedSearches) -> None:
    """Raise ``ValueError`` for alerts that can't be told apart or can't be handed on."""
    names = [alert.name for alert in searches.alerts]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"有两个提醒都叫 {'、'.join(sorted(repeated))}")
    for alert in searches.alerts:
        if not alert.targets:
            raise ValueError(f"提醒 {alert.name} 没有写去处：folder、mail 或 post")
        for target in alert.targets:
            _check_target(target, searches)
    if searches.mail is not None:
        _check_server(searches.mail)


def _check_target(target: AlertTarget, searches: SavedSearches) -> None:
    if target.kind == "mail":
        if not _ADDRESS.fullmatch(target.address):
            raise ValueError(f"“{target.address}”不是邮件地址")
        if searches.mail is None:
            raise ValueError(f"要发邮件，但没有写 [mail] 的 server，也没有设 {SMTP_SERVER_VARIABLE}")
    elif target.kind == "post" and origin_of(target.address) not in searches.hosts:
        raise ValueError(f"{target.address} 的主机不在 [post] 的 hosts 里")


def _check_server(server: MailServer) -> None:
    if not _ADDRESS.fullmatch(parseaddr(server.sender)[1]):
        raise ValueError(f"[mail] 的 from“{server.sender}”不是邮件地址（也可以设 {SMTP_FROM_VARIABLE}）")
    if server.security == "none" and server.host not in LOOPBACK:
        raise ValueError('security = "none" 只能用于本机的邮件服务器')
