"""Requests that are no HTTP, or nearly none: bytes put into good ones, taken out, changed, and pieces in any order.

Drawn from a seed. The rule: each is answered, refused in words, or its connection ends; the server says nothing of it.
"""

from __future__ import annotations

import random
from collections import Counter

from benchmarks.breaking.serving import connected

GOOD = (
    b"GET /api/v1/search?q=a HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /api/v1/match HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n" + "公开".encode(),
)
PIECES = (
    b"GET ",
    b"POST ",
    b"HEAD ",
    b"PUT ",
    b"/",
    b"*",
    b"http://a/",
    b"/../",
    b"%00",
    b"%zz",
    b" HTTP/1.1",
    b" HTTP/9",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b" folded\r\n",
    b"\x00",
    b"\xff\xfe",
    b"\xe9\xa2\x86",
    b":",
    b"Host: a\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip\r\n",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"fffffffff\r\n",
    b"Expect: 100-continue\r\n",
    b"Connection: close\r\n",
    b"Upgrade: h2c\r\n",
    b"X: " + 5000 * b"a" + b"\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)
"""Parts of heads and of bodies, good and bad; the last two begin HTTP/2 and TLS."""
PATIENCE = 0.1
"""Seconds after which a connection is left, on which the server waits for more."""
EDITS = 5


def garbled(rng: random.Random) -> bytes:
    """One request, or several together, or what once was one."""
    if rng.random() < 0.3:
        return b"".join(rng.choices(PIECES, k=rng.randint(1, 12)))
    request = bytearray(rng.choice(GOOD) * rng.randint(1, 3))
    for _ in range(rng.randint(1, EDITS)):
        at = rng.randrange(len(request) + 1)
        request[at : at + rng.choice((0, 1, 6))] = rng.choice((b"", rng.randbytes(1), rng.choice(PIECES)))
    return bytes(request)


def answers_to_garbled(port: int, number: int, *, seed: int) -> Counter[str]:
    """The statuses of the first answers to ``number`` requests; "ended" and "waiting" of connections without one."""
    rng, found = random.Random(seed), Counter[str]()
    for _ in range(number):
        with connected(port, garbled(rng)) as connection:
            connection.settimeout(PATIENCE)
            try:
                head = connection.recv(65536)
            except TimeoutError:
                found["waiting"] += 1
            except ConnectionError:
                found["ended"] += 1
            else:
                found[head.split(b" ", 2)[1].decode("latin-1") if head.startswith(b"HTTP/") else "ended"] += 1
    return found
