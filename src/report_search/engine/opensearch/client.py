"""HTTP requests to an OpenSearch cluster: plain JSON, to whichever node answers.

Only the typeless REST subset is used that OpenSearch and Elasticsearch 7 and later share, by urllib3 alone.
opensearch-py is not used: it supports OpenSearch only, and a failed TLS handshake or login is a connection error
there, where ``auth`` says which setting to change.

The rule: a node that does not answer costs a try at the next one, never the request; what the server is too busy
for is sent again, at growing intervals, for ``PATIENCE`` seconds at most. What no retry would mend is raised at
once. Every request may safely be sent twice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec
import urllib3
from msgspec import Struct

from report_search import deadline
from report_search.engine.opensearch import auth
from report_search.errors import OperatorError, RequestError

SCHEME = "opensearch"
PATIENCE = 60.0
"""Seconds that a request is tried for, over all nodes."""
BULK_BYTES = 4 << 20
"""A bulk request is sent as soon as it holds this many bytes."""
SHARDS = 3
"""Shards of a new index, unless its address says otherwise; a shard does well up to some tens of gigabytes."""
_HOST = r"(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?"
_HOSTS = re.compile(rf"{_HOST}(?:,{_HOST})*")
_INDEX_PATH = re.compile(r"/[a-z0-9][a-z0-9_-]{0,99}/?")
_SHARDS = re.compile(r"(?:shards=[1-9]\d{0,2})?")
_WANTS_TLS = re.compile(rb"HTTPS|SSL-enabled")
"""What servers say, if they say anything, when plain HTTP comes to where they speak TLS."""
BULK, MULTI_SEARCH = "/_bulk", "/_msearch"
"""Paths whose request body is lines of JSON."""
TIMEOUT = urllib3.Timeout(connect=3.0, read=120.0)
BUSY = frozenset({429, 502, 503, 504})
"""HTTP statuses after which the same request may succeed later."""
Json = Any
"""What JSON decodes to."""


class Address(Struct, frozen=True):
    """``opensearch://host:9200,other:9200/name?shards=3``, or ``opensearch+https://…`` for TLS.

    ``shards`` is the number that a new index is split into.
    """

    nodes: tuple[str, ...]
    name: str
    shards: int = SHARDS

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address. Raises ``OperatorError`` if ``text`` is not one."""
        parts = urlsplit(text)
        scheme = {SCHEME: "http", SCHEME + "+https": "https"}.get(parts.scheme)
        matched = (
            _HOSTS.fullmatch(parts.netloc),
            _INDEX_PATH.fullmatch(parts.path),
            _SHARDS.fullmatch(parts.query),
        )
        if scheme is None or None in matched:
            raise OperatorError(
                "engine-address",
                f"“{text}”不是 OpenSearch 地址。",
                hint="写法：opensearch://主机:9200/索引名，索引名用小写字母、数字、- 和 _；"
                f"用户名和密码放在环境变量 {auth.USER_VARIABLE} 和 {auth.PASSWORD_VARIABLE} 里。",
            )
        nodes = tuple(f"{scheme}://{host}" for host in parts.netloc.split(","))
        return cls(nodes, parts.path.strip("/"), int(parts.query.partition("=")[2] or SHARDS))


class RefusedError(Exception):
    """The server understood a request and refused it: HTTP status, kind of error, the server's words."""

    def __init__(self, status: int, *, kind: str, reason: str) -> None:
        super().__init__(status, kind, reason)
        self.status, self.kind, self.reason = status, kind, reason

    def as_operator_error(self) -> OperatorError:
        """The same for whoever runs the index, with what to do next."""
        hint = "请查看 OpenSearch 的日志；若索引已不存在，请运行 report-search index 重建。"
        if self.kind == "security_exception":
            hint = f"请给环境变量 {auth.USER_VARIABLE} 里的用户以所需的权限。"
        return OperatorError(
            "opensearch-refused",
            f"OpenSearch 拒绝了请求（{self.status} {self.kind}）：{self.reason}",
            hint=hint,
        )


class Backoff:
    """Waits between tries: each twice as long as the one before (5 s at most), ``patience`` seconds in all."""

    def __init__(self, patience: float, *, first: float) -> None:
        self._deadline, self._wait = time.monotonic() + patience, first

    def wait(self) -> bool:
        """Wait before the next try; False, at once, if there is no time left for one."""
        if time.monotonic() + self._wait > self._deadline:
            return False
        time.sleep(self._wait)
        self._wait = min(2 * self._wait, 5.0)
        return True


class _NodeFailure(NamedTuple):
    """Why a node gave no answer, and the error to raise if it never will."""

    reason: str
    permanent: OperatorError | None


class Client:
    """Requests to the nodes of a cluster. Safe to share between threads.

    Raises ``OperatorError`` for credentials that would be sent unencrypted, or a file of authorities that can't be
    read.
    """

    def __init__(self, nodes: Sequence[str]) -> None:
        self._nodes = tuple(nodes)
        self._node_number = 0
        self._headers = {**urllib3.make_headers(accept_encoding=True), **auth.authorization(nodes)}
        self._pool = urllib3.PoolManager(
            maxsize=16,
            ssl_context=auth.tls_context(nodes),
            retries=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def get(self, path: str) -> Json:
        """The answer to GET. Raises ``RefusedError`` and ``OperatorError``, as every request does."""
        return self._send("GET", path, None)

    def put(self, path: str, body: Json) -> Json:
        """The answer to PUT with ``body`` as JSON."""
        return self._send("PUT", path, msgspec.json.encode(body))

    def post(self, path: str, body: Json = None) -> Json:
        """The answer to POST with ``body`` as JSON, or with no body at all."""
        return self._send("POST", path, None if body is None else msgspec.json.encode(body))

    def delete(self, path: str, body: Json = None, *, patience: float | None = None) -> Json:
        """The answer to DELETE; tried for ``patience`` seconds, ``PATIENCE`` if None."""
        data = None if body is None else msgspec.json.encode(body)
        return self._send("DELETE", path, data, patience=patience)

    def bulk(self, operations: Iterable[tuple[dict[str, Json], Json]]) -> None:
        """Bulk operations: what to do, and the document or None. No document id may occur in two of them.

        Those that the server had no room for are sent again, and only those; with one operation an id, their order
        does not matter. Raises ``OperatorError`` if one is refused for good.
        """
        requests = [
            b"".join(msgspec.json.encode(part) + b"\n" for part in operation if part is not None)
            for operation in operations
        ]
        backoff = Backoff(PATIENCE, first=0.1)
        while requests:
            answer = self._send("POST", BULK, b"".join(requests))
            requests = _not_yet_done(requests, answer["items"])
            if requests and not backoff.wait():
                raise _unreachable(f"{len(requests)} 项写入一直没有被接受")

    def multi_search(self, searches: Sequence[tuple[Json, Json]]) -> list[Json]:
        """The answers to several searches (header and body of each) that are sent and worked on together.

        Those that the server had no room for are sent again. Raises ``RefusedError`` if one is refused for good.
        """
        requests = [
            msgspec.json.encode(header) + b"\n" + msgspec.json.encode(body) + b"\n"
            for header, body in searches
        ]
        answers: dict[int, Json] = {}
        backoff = Backoff(PATIENCE, first=0.05)
        while waiting := [number for number in range(len(requests)) if number not in answers]:
            batch = b"".join(requests[number] for number in waiting)
            responses = self._send("POST", MULTI_SEARCH, batch)["responses"]
            answers.update(_answered(dict(zip(waiting, responses, strict=True))))
            missing = len(requests) - len(answers)
            if missing and not backoff.wait():
                raise _unreachable(f"{missing} 项查询一直没有被接受")
        return [answers[number] for number in range(len(requests))]

    def _send(self, method: str, path: str, data: bytes | None, *, patience: float | None = None) -> Json:
        """The answer of the first node that gives one; busy servers are asked again."""
        backoff = Backoff(PATIENCE if patience is None else patience, first=0.05)
        while True:
            failures: list[_NodeFailure] = []
            for _ in self._nodes:
                deadline.check()
                # All threads stay with the node that answered last. Two that move on at once may skip one; the
                # next round comes to it.
                node = self._nodes[self._node_number % len(self._nodes)]
                try:
                    return self._send_once(method, node + path, data)
                except (urllib3.exceptions.HTTPError, RefusedError) as error:
                    failures.append(_node_failure(node, error))
                self._node_number += 1
            # Waiting is pointless only if no node can ever answer: one wrong certificate of three is a node lost.
            permanent = [failure.permanent for failure in failures if failure.permanent is not None]
            deadline.check()
            if len(permanent) == len(failures) or not backoff.wait():
                raise permanent[0] if permanent else _unreachable(failures[-1].reason)

    def _send_once(self, method: str, url: str, data: bytes | None) -> Json:
        headers = dict(self._headers)
        if data is not None:
            is_lines = url.endswith((BULK, MULTI_SEARCH))
            headers["Content-Type"] = "application/x-ndjson" if is_lines else "application/json"
        answer = self._pool.request(method, url, body=data, headers=headers, timeout=_timeout())
        if answer.status >= 300:
            raise _failed_answer(url, answer)
        try:
            return msgspec.json.decode(answer.data) if answer.data else None
        except msgspec.DecodeError as error:
            raise not_opensearch(url) from error


def _timeout() -> urllib3.Timeout:
    """How long a node may take: no longer than what is left of the deadline, after which nobody waits for it."""
    left = deadline.seconds_left()
    if left is None:
        return TIMEOUT
    # Nothing at all is no timeout for urllib3; a moment later ``deadline.check`` says what happened.
    return urllib3.Timeout(connect=min(3.0, left + 0.01), read=left + 0.01)


def url_path(*parts: str, **options: str) -> str:
    """A path of quoted parts, followed by its options."""
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in options.items())
    return "/" + "/".join(quote(part, safe=",*") for part in parts) + ("?" + query if query else "")


def not_opensearch(url: str) -> OperatorError:
    """The error for a server at ``url`` that is not OpenSearch."""
    return OperatorError(
        "opensearch-foreign",
        f"{urlsplit(url).netloc} 的应答不是 OpenSearch 的。",
        hint="请检查地址里的主机、端口和写法（opensearch:// 或 opensearch+https://）。",
    )


def too_broad(count: int) -> RequestError:
    """The error for a query that would have to fetch and verify ``count`` passages one by one."""
    return RequestError(
        "query-too-broad",
        f"这个查询要逐段核对 {count} 段，太多了。",
        hint="请加上更少见的词、年份或机关，再用 NEAR、同句或 *。",
    )


def too_long() -> RequestError:
    """The error for a query with more clauses than the server takes."""
    return RequestError("query-too-long", "查询的词太多，搜索服务器无法处理。", hint="请分成几次查询。")


def _not_yet_done(requests: list[bytes], items: Sequence[Mapping[str, Json]]) -> list[bytes]:
    """The bulk operations that have to be sent again. Raises ``OperatorError`` for one refused for good."""
    again = []
    for request, item in zip(requests, items, strict=True):
        (result,) = item.values()
        status = result["status"]
        if status in BUSY:
            again.append(request)
        # 404 is a document to delete that is not there: an earlier try may have deleted it.
        elif status >= 400 and status != 404:
            error = result.get("error") or {}
            kind, reason = error.get("type", ""), error.get("reason", "")
            raise RefusedError(status, kind=kind, reason=reason).as_operator_error()
    return again


def _answered(responses: Mapping[int, Json]) -> dict[int, Json]:
    """The responses that are answers, not refusals of a busy server. Raises ``RefusedError`` for other refusals."""
    answers = {}
    for number, response in responses.items():
        if "error" not in response:
            answers[number] = response
        elif response.get("status") not in BUSY:
            raise _refused_error(response["status"], response["error"])
    return answers


def _node_failure(node: str, error: urllib3.exceptions.HTTPError | RefusedError) -> _NodeFailure:
    """What the failure of one node means. Raises ``RefusedError`` for a refusal that every node would repeat."""
    if isinstance(error, RefusedError):
        if error.status not in BUSY:
            raise error
        return _NodeFailure(f"{error.status} {error.kind}: {error.reason}", None)
    # urllib3 keeps the exception of the socket or of TLS as the last argument of its own.
    cause = error.args[-1] if error.args else None
    return _NodeFailure(str(error), auth.permanent_failure(node, cause))


def _failed_answer(url: str, answer: urllib3.BaseHTTPResponse) -> RefusedError | OperatorError:
    """The error for an HTTP status of 300 or more: the server's refusal, or what is wrong with the address."""
    status, body = answer.status, answer.data
    if status == 401:
        return auth.access_denied(url)
    is_plain = url.startswith("http:")
    if status < 400:
        # A proxy may redirect plain HTTP to TLS; a cluster itself redirects nowhere.
        to_tls = is_plain and answer.headers.get("Location", "").startswith("https:")
        return auth.wrong_protocol(url) if to_tls else not_opensearch(url)
    try:
        error = msgspec.json.decode(body).get("error", {})
    except (msgspec.DecodeError, AttributeError):
        if status == 400 and is_plain and _WANTS_TLS.search(body):
            return auth.wrong_protocol(url)
        return RefusedError(status, kind="", reason=body[:200].decode("utf-8", "replace"))
    return _refused_error(status, error)


def _refused_error(status: int, error: Json) -> RefusedError:
    """The refusal in the ``error`` of an answer: of nested causes the one that says most."""
    if isinstance(error, str):
        return RefusedError(status, kind="", reason=error)
    root_causes = error.get("root_cause") or [error]
    cause = error.get("caused_by") or root_causes[0]
    return RefusedError(status, kind=cause.get("type") or "", reason=cause.get("reason") or "")


def _unreachable(reason: str) -> OperatorError:
    return OperatorError(
        "opensearch-unreachable",
        f"OpenSearch 没有应答：{reason}",
        hint="请检查服务器是否在运行、地址是否正确。",
    )
