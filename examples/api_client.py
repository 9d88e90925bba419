"""A client of the JSON API in one file, with nothing but Python's standard library: copy it into your own program.

    python examples/api_client.py http://127.0.0.1:8000 '“领事保护” 年份:2014..2019'

Prints the totals and every hit with its address. As a library:

    from api_client import Client

    client = Client("https://example.org/reports", language="en")
    for hit in client.search_all("“领事保护”", agency=["外交部"]):
        print(hit["year"], hit["text"])

Every method gives what docs/api.md says, as plain dicts and lists. Where the server has no time (503 ``busy``) or asks
for patience (429) the client waits as long as ``Retry-After`` says and asks again; so it does, for longer and longer,
where a proxy answers that the server is not there, or the connection breaks. Whatever can't be answered raises
``ApiError`` with the code, the message and the hint of the server: ``BadRequestError`` if the request has to change,
``NotHereError`` if nothing is at the address (any more), ``NotAnsweredError`` if the server could not, now or at all.
"""

from __future__ import annotations

import gzip
import http.client
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

Json = dict[str, Any]
Value = str | int | bool | Iterable[str]
"""What a parameter may be; a list repeats it, and yes and no are 1 and 0."""
WAIT_FOR = (429, 502, 503, 504)
"""Answers that may be others after a while."""
NO_JSON = "no-json"
"""The code of an answer that is not of the server itself, but of a proxy before it."""
STALE = "cursor-gone"
"""The code of a walk whose index was replaced on the way."""


class ApiError(Exception):
    """The server could not answer. ``code`` is stable, ``status`` is that of HTTP, 0 where no answer came at all."""

    def __init__(self, status: int, code: str, message: str, hint: str = "", suggestion: str = "") -> None:
        super().__init__(" ".join(filter(None, (f"{code}:", message, hint))))
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.suggestion = suggestion


class BadRequestError(ApiError):
    """The request has to change: what is wrong is in ``message``, where known what would be right in ``suggestion``."""


class NotHereError(ApiError):
    """Nothing has this id or address, or what had it is gone: ``status`` is 404 or 410."""


class NotAnsweredError(ApiError):
    """The server had no answer: too much is asked (429, 503), it is broken, or it is not there (``status`` 0)."""


@dataclass
class Client:
    """A server of report-search at ``address``, with the prefix of its path and without a slash at the end.

    ``language`` is that of messages (``zh`` or ``en``). ``tries`` is how often a request is made at most,
    ``longest_wait`` how many seconds are waited for the next one at most: a server that asks for more is given up.
    """

    address: str
    language: str = "zh"
    timeout: float = 60.0
    tries: int = 5
    longest_wait: float = 60.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    # Searching

    def search(self, query: str, **parameters: Value) -> Json:
        """A page of hits with totals and facets; parameters as docs/api.md has them (``agency=["外交部"]``)."""
        return self.get("/api/v1/search", q=query, **parameters)

    def search_all(self, query: str, **parameters: Value) -> Iterator[Json]:
        """Every hit, page after page, by cursor.

        If the index is replaced meanwhile, the walk begins anew and leaves out the hits that it gave already; by their
        ids, so hits of which only some ``fields`` are asked have their ``id`` as well. One page is held at a time.
        """
        if "fields" in parameters:
            fields = parameters["fields"]
            parameters["fields"] = ["id", *([str(fields)] if isinstance(fields, (str, int)) else fields)]
        given: set[str] = set()
        cursor = ""
        while True:
            try:
                page = self.search(
                    query, **{"limit": 100, **parameters}, **({"cursor": cursor} if cursor else {})
                )
            except ApiError as error:
                if error.code != STALE:
                    raise
                cursor = ""
                continue
            for hit in page["hits"]:
                if hit["id"] not in given:
                    given.add(hit["id"])
                    yield hit
            cursor = page["next"]
            if not cursor:
                return

    def export(self, query: str, **parameters: Value) -> Iterator[Json]:
        """Every hit of one generation of the index as the server streams them: the quickest way to all of them."""
        with self._open("GET", "/api/v1/search.ndjson", {"q": query, **parameters}) as answer:
            for line in _lines(answer):
                yield json.loads(line)

    # Counting

    def trend(self, query: str, **parameters: Value) -> Json:
        """How many of the reports held have a hit, by year; ``by="agency"`` or ``"section"`` adds these."""
        return self.get("/api/v1/trend", q=query, **parameters)

    def mentions(self, query: str, **parameters: Value) -> Json:
        """Who mentions it and who does not, by agency and year."""
        return self.get("/api/v1/mentions", q=query, **parameters)

    # Reports, passages, agencies

    def report(self, report_id: str) -> Json:
        """A report, whole."""
        return self.get(f"/api/v1/reports/{_quoted(report_id)}")

    def passage(self, passage_id: str) -> Json:
        """A passage with its place; one that has moved is followed to where its text stands now."""
        return self.get(f"/api/v1/passages/{_quoted(passage_id)}")

    def agencies(self, query: str = "") -> Json:
        """The agencies of the index; those that a name, pinyin or its initials find."""
        return self.get("/api/v1/agencies", **({"q": query} if query else {}))

    def history(self, passage_id: str, *, sentence: int | None = None) -> Json:
        """A sentence of a passage in every other year."""
        chosen = {} if sentence is None else {"sentence": sentence}
        return self.get(f"/api/v1/passages/{_quoted(passage_id)}/history", **chosen)

    def compare(self, report: str, other: str) -> Json:
        """Two reports side by side."""
        return self.get("/api/v1/compare", a=report, b=other)

    def match(self, text: str, *, mode: str = "sentences") -> Json:
        """Where each sentence (or, with ``mode="lines"``, line) of a text stands: verbatim, nearly, nowhere."""
        body = json.dumps({"text": text, "mode": mode}).encode()
        with self._open("POST", "/api/v1/match", {}, body) as answer:
            return _decoded(answer)

    # Numbers of the official tables

    def measures(self) -> Json:
        """What the official tables count."""
        return self.get("/api/v1/measures")

    def series(self, measure: str, **parameters: Value) -> Json:
        """The numbers of a measure by agency and year."""
        return self.get("/api/v1/series", measure=measure, **parameters)

    def checks(self, **parameters: Value) -> Iterator[Json]:
        """Every sum and carry-over that does not hold, page after page."""
        cursor = ""
        while True:
            page = self.get("/api/v1/checks", **parameters, **({"cursor": cursor} if cursor else {}))
            yield from page["checks"]
            cursor = page["next"]
            if not cursor:
                return

    # How it is asked

    def get(self, path: str, /, **parameters: Value) -> Json:
        """The JSON at a path of the API. Raises ``ApiError``."""
        with self._open("GET", path, parameters) as answer:
            return _decoded(answer)

    def _open(
        self, method: str, path: str, parameters: Mapping[str, Value], body: bytes | None = None
    ) -> http.client.HTTPResponse:
        """The answer to a request, its body still to be read; asked again while the server has no time."""
        query = urllib.parse.urlencode(list(_pairs(parameters)))
        address = f"{self.address.rstrip('/')}{path}" + (f"?{query}" if query else "")
        headers = {
            "Accept-Encoding": "gzip",
            "Accept-Language": self.language,
            "User-Agent": "report-search-example-client",
            **({"Content-Type": "application/json"} if body is not None else {}),
        }
        for tried in range(1, self.tries + 1):
            request = urllib.request.Request(address, body, headers, method=method)
            try:
                answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=self.timeout)
                return answer
            except urllib.error.HTTPError as error:
                failed = _error(error)
                # What the server names no time for (a query that took too long, no index) is as it is.
                is_in_time = "Retry-After" in error.headers or failed.code == NO_JSON
                wait = _wait(error, tried) if error.code in WAIT_FOR and is_in_time else None
            except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
                failed, wait = (
                    NotAnsweredError(0, "no-answer", f"{address}: {error}"),
                    float(2 ** (tried - 1)),
                )
            if wait is None or wait > self.longest_wait or tried == self.tries:
                raise failed
            self.sleep(wait)
        raise AssertionError("the last try answers or raises")


def _pairs(parameters: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if isinstance(value, bool):
            yield name, str(int(value))
        elif isinstance(value, (str, int)):
            yield name, str(value)
        else:
            yield from ((name, one) for one in value)


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def _body(answer: http.client.HTTPResponse) -> Any:
    """The body to read from, unpacked where it was packed."""
    return gzip.GzipFile(fileobj=answer) if answer.headers.get("Content-Encoding") == "gzip" else answer


def _decoded(answer: http.client.HTTPResponse) -> Json:
    told: Json = json.loads(_body(answer).read())
    return told


def _lines(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Line by line as it comes. A stream that is cut off raises ``NotAnsweredError``: what came is not all there is."""
    try:
        yield from _body(answer)
    except (OSError, EOFError, http.client.HTTPException) as error:
        raise NotAnsweredError(0, "cut-off", f"The answer was cut off: {error}") from error


def _error(answer: urllib.error.HTTPError) -> ApiError:
    """What the server says of an error; where a proxy answered instead, its status."""
    with answer:
        try:
            body = answer.read()
            if answer.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            told = json.loads(body)["error"]
            suggestion = told.get("suggestion") or ""
            return _kind(answer.code)(answer.code, told["code"], told["message"], told["hint"], suggestion)
        except (ValueError, LookupError, TypeError, OSError):
            return _kind(answer.code)(answer.code, NO_JSON, f"{answer.code} {answer.reason}")


def _kind(status: int) -> type[ApiError]:
    """The class of an error by its status."""
    if status in (404, 410):
        return NotHereError
    return NotAnsweredError if status == 429 or status >= 500 else BadRequestError


def _wait(answer: urllib.error.HTTPError, tried: int) -> float:
    """The seconds that ``Retry-After`` asks for, as a number or as a time; else 1, 2, 4 …"""
    asked = answer.headers.get("Retry-After", "")
    if asked.isdigit():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (TypeError, ValueError):
        return float(2 ** (tried - 1))


def main(address: str, query: str) -> int:
    """Print what a search finds."""
    client = Client(address)
    try:
        page = client.search(query, limit=1)
        total = page["total"]
        print(f"共 {total['passages']} 段，见于 {total['reports']} 份报告。")
        for hint in page["query"]["hints"]:
            print(f"提示：{hint['message']}")
        for hit in client.search_all(query):
            print(f"{hit['agency']} {hit['year'] or '年份不详'}  {hit['text']}\n  {hit['url']}")
    except ApiError as error:
        print(f"{error.message}{error.hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
