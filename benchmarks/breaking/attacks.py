"""A server that is attacked by readers: half requests, requests that ask for much, queries that cost, and a crowd.

Every request goes to 127.0.0.1, and their number and time are bounded. The rule: whoever asks honestly meanwhile is
answered or told to come again, and once it is over everything is as before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from benchmarks.breaking.load import addresses
from benchmarks.breaking.serving import Clients, asked, connected, served

DRIPPING = 110
HALF = b"GET / HTTP/1.1\r\nHost: loc"
CROWD = 120
MOST_BYTES = 2_000_000
"""Of an answer to a request that asks for as much as it can: a query of 8,000 characters stands in each link of its
page, packed in a hundredth of that."""
DEADLINE = 2.0
QUICK = 3.0
"""Seconds in which an honest request is answered beside an attack, and after it, on a machine that others use too."""
WARMING = 20
"""Requests before the first attack, so that each worker has opened the index."""
COSTLY = (
    "同句(的 公开 -信息)",
    "同句((年 OR 月 OR 日) (信息 OR 公开) -领事)",
    "(信 OR 息 OR 公 OR 开) NEAR/50 (工 OR 作 OR 年)",
    "1*件 OR 信*开 OR 公*作",
    "整份:-没有 整份:信息 NOT 公开",
)


@dataclass
class Attack:
    """What one attack did: a line of what was seen, and what should not have been."""

    name: str
    seen: str = ""
    wrong: list[str] = field(default_factory=list)

    def require(self, holds: bool, otherwise: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.wrong.append(otherwise)


def attack_all(index: Path, *, seconds: float = 5.0) -> list[Attack]:
    """Attack a server of ``index`` in every way; a crowd asks for ``seconds``."""
    with served(index, "--deadline", str(DEADLINE), "--keep-answers", "0") as server:
        attacks: list[Callable[[int], Attack]] = [
            slowloris,
            amplification,
            costly,
            lambda port: overload(port, seconds=seconds),
        ]
        for _ in range(WARMING):
            _honest(server.port)
        told = []
        for attack in attacks:
            found = attack(server.port)
            status, _, took = _honest(server.port)
            found.require(status == 200 and took < QUICK, f"afterwards: {status} in {took:.1f} s")
            told.append(found)
    return told


def slowloris(port: int) -> Attack:
    """Connections that send the head of a request byte by byte."""
    told = Attack("slowloris")
    dripping = [connected(port, HALF) for _ in range(DRIPPING)]
    try:
        slowest = 0.0
        for _ in range(10):
            for one in dripping:
                with suppress(OSError):
                    one.send(b"a")
            status, _, took = _honest(port)
            slowest = max(slowest, took)
            told.require(status == 200, f"beside {DRIPPING} half requests: {status}")
            time.sleep(0.1)
        told.require(slowest < QUICK, f"an honest request took {slowest:.1f} s")
    finally:
        for one in dripping:
            one.close()
    told.seen = f"{DRIPPING} dripping connections; 10 honest requests, the slowest {slowest:.2f} s"
    return told


def amplification(port: int) -> Attack:
    """Small requests that might make a large answer, or large requests."""
    told, largest = Attack("amplification"), 0
    many = "".join(f"&agency=a{number}" for number in range(2000))
    requests = {
        "2,000 filter values": f"/?q=a{many}",
        "2,000 filter values, API": f"/api/v1/search?q=a{many}",
        "a query of 50,000 characters": "/api/v1/search?q=" + "a" * 50_000,
        "10,000 parentheses": "/?q=" + "(" * 10_000,
        "1,000 picks": "/selection?"
        + "&".join(f"pick=waijiaobu-2019-{number:08x}" for number in range(1000)),
        "the deepest page": "/?q=&limit=100&page=99999999",
    }
    for name, target in requests.items():
        status, size, took = asked(port, target)
        largest = max(largest, size)
        told.require(status < 500, f"{name}: {status}")
        told.require(size < MOST_BYTES, f"{name}: {size:,} bytes")
        told.require(took < DEADLINE + QUICK, f"{name}: {took:.1f} s")
    status, size, took = asked(port, "/api/v1/match", body=b"text=" + b"a" * 3_000_000)
    told.require(400 <= status < 500, f"a body of 3 MB: {status}")
    told.require(took < DEADLINE + QUICK, f"a body of 3 MB: {took:.1f} s")
    told.seen = f"{len(requests) + 1} requests; the largest answer {largest / 1000:.0f} KB"
    return told


def costly(port: int) -> Attack:
    """Queries that cost most."""
    told, slowest, given_up = Attack("deadline"), 0.0, 0
    for query in COSTLY:
        status, _, took = asked(port, f"/api/v1/search?q={quote(query)}&limit=100")
        slowest, given_up = max(slowest, took), given_up + (status == 503)
        told.require(status in (200, 400, 503), f"{query}: {status}")
        told.require(took < DEADLINE + QUICK, f"{query}: {took:.1f} s")
    told.seen = f"{len(COSTLY)} costly queries, the slowest {slowest:.2f} s, {given_up} given up"
    return told


def overload(port: int, *, seconds: float) -> Attack:
    """A crowd that asks more than there is time for."""
    told = Attack("overload")
    with _crowd(port) as clients:
        time.sleep(seconds)
    answered, refused = clients.statuses[200], clients.statuses[503]
    others = {status: count for status, count in clients.statuses.items() if status not in (200, 503)}
    told.require(answered > 0, "nobody was answered")
    told.require(not others, f"answers {others}")
    told.require(not clients.lost, f"{len(clients.lost)} lost, the first {clients.lost[:1]}")
    told.require(clients.slowest < 15, f"somebody waited {clients.slowest:.1f} s")
    told.seen = (
        f"{CROWD} connections for {seconds:g} s: {answered} answered, {refused} told to come again, "
        f"the slowest {clients.slowest:.1f} s"
    )
    return told


@contextmanager
def _crowd(port: int) -> Iterator[Clients]:
    clients = Clients(port, [one for one in addresses() if "ndjson" not in one])
    with clients.asking(CROWD):
        yield clients


def _honest(port: int) -> tuple[int, int, float]:
    return asked(port, "/api/v1/search?q=" + quote("信息公开"))
