"""Talking to an OpenSearch cluster: plain requests to whichever node answers.

Only the typeless REST subset is spoken that OpenSearch and Elasticsearch 7 and later share, by urllib3 alone.
The rule: a node that does not answer costs a try at the next one, never the request; what the server is too busy
for is asked again, later and later, within ``PATIENCE``. What no later try would mend is said at once. Everything
that is asked may safely be asked twice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import urllib3

from report_search.engine.opensearch import auth as access
from report_search.errors import OperatorError, RequestError

SCHEME = "opensearch"
PATIENCE = 60.0
"""Seconds that a request is tried for, over all nodes."""
BULK_BYTES = 4 << 20
"""A bulk request is sent once it holds so much."""
SHARDS = 3
"""Shards of a new index, unless its address says otherwise; a shard does well up to some tens of gigabytes."""
_HOST = r"(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?"
_HOSTS = re.compile(rf"{_HOST}(?:,{_HOST})*")
_NAME = re.compile(r"/[a-z0-9][a-z0-9_-]{0,99}/?")
_SHARDS = re.compile(r"(?:shards=[1-9]\d{0,2})?")
_WANTS_TLS = re.compile(rb"HTTPS|SSL-enabled")
"""What servers say, if they say anything, when plain HTTP comes to where they speak TLS."""
BULK, SEARCHES = "/_bulk", "/_msearch"
"""Where a body is lines of JSON."""
BUSY = frozenset({429, 502, 503, 504})
Json = Any
"""What JSON decodes to."""


@dataclass(frozen=True, slots=True)
class Address:
    """``opensearch://host:9200,other:9200/name?shards=3``, or ``opensearch+https://…`` for TLS.

    ``shards`` is the number that a new index is split into.
    """

    nodes: tuple[str, ...]
    name: str
    shards: int = SHARDS

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address. Raises ``OperatorError`` if it is none."""
        parts = urlsplit(text)
        scheme = {SCHEME: "http", SCHEME + "+https": "https"}.get(parts.scheme)
        found = _HOSTS.fullmatch(parts.netloc), _NAME.fullmatch(parts.path), _SHARDS.fullmatch(parts.query)
        if scheme is None or None in found:
            raise OperatorError(
                "engine-address",
                f"“{text}”不是 OpenSearch 地址。",
                hint="写法：opensearch://主机:9200/索引名，索引名用小写字母、数字、- 和 _；"
                f"用户名和密码放在环境变量 {access.USER} 和 {access.PASSWORD} 里。",
            )
        nodes = tuple(f"{scheme}://{host}" for host in parts.netloc.split(","))
        return cls(nodes, parts.path.strip("/"), int(parts.query.partition("=")[2] or SHARDS))


class RefusedError(Exception):
    """The server understood and said no: its HTTP status, the kind of error, its words."""

    def __init__(self, status: int, *, kind: str, reason: str) -> None:
        super().__init__(status, kind, reason)
        self.status, self.kind, self.reason = status, kind, reason

    def explained(self) -> OperatorError:
        """The error for whoever runs it."""
        hint = "请查看 OpenSearch 的日志；若索引已不存在，请运行 report-search index 重建。"
        if self.kind == "security_exception":
            hint = f"请给环境变量 {access.USER} 里的用户以所需的权限。"
        return OperatorError(
            "opensearch-refused",
            f"OpenSearch 拒绝了请求（{self.status} {self.kind}）：{self.reason}",
            hint=hint,
        )


class Pause:
    """Waiting between tries, longer and longer, for ``patience`` seconds in all."""

    def __init__(self, patience: float, *, first: float) -> None:
        self._deadline, self._wait = time.monotonic() + patience, first

    def taken(self) -> bool:
        """Wait; False, at once, if there is no time left to."""
        if time.monotonic() + self._wait > self._deadline:
            return False
        time.sleep(self._wait)
        self._wait = min(2 * self._wait, 5.0)
        return True


class Client:
    """Requests to the nodes of a cluster. Safe to share between threads.

    Raises ``OperatorError`` for credentials that would be sent in the open, or authorities that can't be read.
    """

    def __init__(self, nodes: Sequence[str]) -> None:
        self._nodes = tuple(nodes)
        self._at = 0
        self._headers = {**urllib3.make_headers(accept_encoding=True), **access.authorization(nodes)}
        self._pool = urllib3.PoolManager(
            maxsize=16,
            ssl_context=access.trust(nodes),
            retries=False,
            timeout=urllib3.Timeout(connect=3.0, read=120.0),
        )

    def close(self) -> None:
        """Let all connections go."""
        self._pool.clear()

    def get(self, path: str) -> Json:
        """What stands at a path. Raises ``RefusedError`` and ``OperatorError``, as every request does."""
        return self._tried("GET", path, None)

    def put(self, path: str, body: Json) -> Json:
        """Put something at a path."""
        return self._tried("PUT", path, msgspec.json.encode(body))

    def post(self, path: str, body: Json = None) -> Json:
        """Ask for something to be done or answered."""
        return self._tried("POST", path, None if body is None else msgspec.json.encode(body))

    def delete(self, path: str, body: Json = None, *, patience: float | None = None) -> Json:
        """Remove something; tried for ``patience`` seconds, ``PATIENCE`` if None."""
        data = None if body is None else msgspec.json.encode(body)
        return self._tried("DELETE", path, data, patience=patience)

    def bulk(self, operations: Iterable[tuple[dict[str, Json], Json]]) -> None:
        """Bulk operations (what to do, and the document or None), none of them twice for one id.

        Those that the server had no room for are sent again, and only those. Raises ``OperatorError`` if one is
        refused for good.
        """
        lines = [
            b"".join(msgspec.json.encode(part) + b"\n" for part in operation if part is not None)
            for operation in operations
        ]
        pause = Pause(PATIENCE, first=0.1)
        while lines:
            answer = self._tried("POST", BULK, b"".join(lines))
            lines = _left_over(lines, answer["items"])
            if lines and not pause.taken():
                raise _unreachable(f"{len(lines)} 项写入一直没有被接受")

    def searches(self, asked: Sequence[tuple[Json, Json]]) -> list[Json]:
        """The answers to several searches (each how and where, and what), sent and worked on together.

        Those that the server had no room for are sent again. Raises ``RefusedError`` if one is refused for good.
        """
        lines = [
            msgspec.json.encode(where) + b"\n" + msgspec.json.encode(what) + b"\n" for where, what in asked
        ]
        found: dict[int, Json] = {}
        pause = Pause(PATIENCE, first=0.05)
        while True:
            left = [at for at in range(len(lines)) if at not in found]
            if not left:
                return [found[at] for at in range(len(lines))]
            answers = self._tried("POST", SEARCHES, b"".join(lines[at] for at in left))
            for at, answer in zip(left, answers["responses"], strict=True):
                if "error" not in answer:
                    found[at] = answer
                elif answer.get("status") not in BUSY:
                    raise _said(answer["status"], answer["error"])
            if len(found) < len(lines) and not pause.taken():
                raise _unreachable(f"{len(lines) - len(found)} 项查询一直没有被接受")

    def _tried(self, method: str, path: str, data: bytes | None, *, patience: float | None = None) -> Json:
        """The answer of the first node that gives one; busy servers are asked again."""
        pause = Pause(PATIENCE if patience is None else patience, first=0.05)
        while True:
            said = ""
            lasting: list[OperatorError] = []
            for _ in self._nodes:
                node = self._nodes[self._at % len(self._nodes)]
                try:
                    return self._once(method, node + path, data)
                except urllib3.exceptions.HTTPError as error:
                    said = str(error)
                    lasting += filter(None, [access.lasting(node, error.args[-1] if error.args else None)])
                except RefusedError as refused:
                    if refused.status not in BUSY:
                        raise
                    said = f"{refused.status} {refused.kind}: {refused.reason}"
                self._at += 1
            if len(lasting) == len(self._nodes) or not pause.taken():
                raise lasting[0] if lasting else _unreachable(said)

    def _once(self, method: str, url: str, data: bytes | None) -> Json:
        headers = dict(self._headers)
        if data is not None:
            headers["Content-Type"] = "application/" + (
                "x-ndjson" if url.endswith((BULK, SEARCHES)) else "json"
            )
        answer = self._pool.request(method, url, body=data, headers=headers)
        if answer.status >= 300:
            raise _refused(url, answer)
        try:
            return msgspec.json.decode(answer.data) if answer.data else None
        except msgspec.DecodeError as error:
            raise foreign(url) from error


def path(*parts: str, **options: str) -> str:
    """A path of quoted parts, with options behind it."""
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in options.items())
    return "/" + "/".join(quote(part, safe=",*") for part in parts) + ("?" + query if query else "")


def foreign(url: str) -> OperatorError:
    """The error for something at ``url`` that is no OpenSearch."""
    return OperatorError(
        "opensearch-foreign",
        f"{urlsplit(url).netloc} 的应答不是 OpenSearch 的。",
        hint="请检查地址里的主机、端口和写法（opensearch:// 或 opensearch+https://）。",
    )


def too_broad(count: int) -> RequestError:
    """The error for a query that would have to look at ``count`` passages one by one."""
    return RequestError(
        "query-too-broad",
        f"这个查询要逐段核对 {count} 段，太多了。",
        hint="请加上更少见的词、年份或机关，再用 NEAR、同句或 *。",
    )


def too_long() -> RequestError:
    """The error for a query with more parts than the server takes."""
    return RequestError("query-too-long", "查询的词太多，搜索服务器无法处理。", hint="请分成几次查询。")


def _left_over(lines: list[bytes], items: Sequence[Mapping[str, Json]]) -> list[bytes]:
    """The operations that have to be sent again. Raises ``OperatorError`` for one that failed for good."""
    again = []
    for line, item in zip(lines, items, strict=True):
        (done,) = item.values()
        if done["status"] in BUSY:
            again.append(line)
        elif done["status"] >= 400 and done["status"] != 404:
            error = done.get("error") or {}
            kind, reason = error.get("type", ""), error.get("reason", "")
            raise RefusedError(done["status"], kind=kind, reason=reason).explained()
    return again


def _refused(url: str, answer: urllib3.BaseHTTPResponse) -> RefusedError | OperatorError:
    """The error for an answer that is none: what the server said, or what is wrong with how it was asked."""
    status, body = answer.status, answer.data
    if status == 401:
        return access.denied(url)
    if status < 400:
        moved = url.startswith("http:") and answer.headers.get("Location", "").startswith("https:")
        return access.other_protocol(url) if moved else foreign(url)
    try:
        error = msgspec.json.decode(body).get("error", {})
    except (msgspec.DecodeError, AttributeError):
        if status == 400 and url.startswith("http:") and _WANTS_TLS.search(body):
            return access.other_protocol(url)
        return RefusedError(status, kind="", reason=body[:200].decode("utf-8", "replace"))
    return _said(status, error)


def _said(status: int, error: Json) -> RefusedError:
    """What the server said of an error."""
    if isinstance(error, str):
        return RefusedError(status, kind="", reason=error)
    causes = error.get("root_cause") or [error]
    deepest = error.get("caused_by") or causes[0]
    return RefusedError(status, kind=deepest.get("type") or "", reason=deepest.get("reason") or "")


def _unreachable(said: str) -> OperatorError:
    return OperatorError(
        "opensearch-unreachable",
        f"OpenSearch 没有应答：{said}",
        hint="请检查服务器是否在运行、地址是否正确。",
    )
