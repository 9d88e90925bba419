"""What is read of a request, and what is said of one that can not be."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from tests.webui.serving.served import connect, full, hello, read_all, request, serving, until
from webui.serving import worker


def longest_query(path: str, characters: int) -> bytes:
    """A request with so many Chinese characters, as a browser writes them."""
    return f"GET {path}?q={'%E5%85%AC' * characters} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


def test_the_longest_query_fits_into_a_head() -> None:
    """8,000 Chinese characters were 431 with an English line: a head had 64 KB."""
    with serving(hello) as (_, port), connect(port, longest_query("/", 8_000)) as connection:
        assert b"200 OK" in read_all(connection)


@pytest.mark.parametrize(("path", "is_json"), [("/", False), ("/api/v1/search", True)])
def test_a_head_that_is_too_long_is_refused_in_words(path: str, is_json: bool) -> None:
    with serving(hello) as (_, port), connect(port) as connection:
        # The answer comes before all is sent, and what follows it is not read.
        with suppress(OSError):
            connection.sendall(longest_query(path, 14_563)[: worker.MOST_HEADER_BYTES])
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    assert b" 431 " in head.partition(b"\r\n")[0]
    assert b"\r\nRetry-After:" not in head
    if is_json:
        assert json.loads(body)["error"]["code"] == "head-too-long"
    else:
        assert "/match" in body.decode()


def test_a_body_that_is_too_long_is_refused_in_words() -> None:
    size = worker.MOST_BODY_BYTES + 1
    sent = f"POST /api/v1/match HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
    with serving(hello) as (_, port), connect(port, sent.encode()) as connection:
        with suppress(OSError):
            connection.sendall(b"a" * size)
        head, _, body = read_all(connection).partition(b"\r\n\r\n")
    assert b" 413 " in head.partition(b"\r\n")[0]
    assert json.loads(body)["error"]["code"] == "body-too-long"


BROKEN = (
    b"GET /api/v1/search HTTP/1.1\r\nbad\r\n\r\n",
    b"GET /api/v1/search\r\rHTTP/1.1\r\n\r\n",
    b"GET /api/v1/search HTTP/1.1\r\nContent-Length: a\r\n\r\n",
    b"POST /api/v1/match HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n\r\n",
    b"POST /api/v1/match HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
)


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("before", [b"", request(keep=True)], ids=["alone", "after-another"])
def test_what_is_no_http_is_refused_in_words_and_its_connection_ends(before: bytes, broken: bytes) -> None:
    with serving(hello) as (server, port), connect(port, before + broken) as connection:
        answers = read_all(connection)
        assert answers.count(b"hello") == bool(before)
        head, _, body = answers.rpartition(b"\r\n\r\n")
        assert head.rpartition(b"HTTP/1.")[2][2:5] in (b"400", b"501")
        assert json.loads(body)["error"]["code"] == "not-understood"
        until(lambda: not server.active_channels)


def test_what_is_no_http_is_refused_as_such_where_no_time_is_left() -> None:
    """Refused as busy, its connection was kept, and the body that was not read was taken for a request."""
    size = worker.MOST_BODY_BYTES + 1
    sent = f"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode()
    with full() as (_, _, port), connect(port, sent + request()) as connection:
        answers = read_all(connection)
        assert answers.count(b"HTTP/1.") == 1
        assert b" 413 " in answers
