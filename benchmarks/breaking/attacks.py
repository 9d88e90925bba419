"""A server that is attacked by readers: half and garbled requests, those that ask for much or cost much, and a crowd.

Every request goes to 127.0.0.1, and their number and time are bounded. The rule: whoever asks honestly meanwhile is
answered or told to come again, and once it is over everything is as before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct, field

from benchmarks.breaking.garbled import answers_to_garbled
from benchmarks.breaking.load import addresses
from benchmarks.breaking.serving import Answer, Clients, answered, connected, served

DRIPPING = 110
GARBLED = 300
HALF = b"GET / HTTP/1.1\r\nHost: loc"
CROWD = 90
"""Connections: fewer than one address may have to one worker, since these all come from one."""
MOST_BYTES = 2_000_000
"""Of an answer to a request that asks for as much as it can: a query of 8,000 characters stands in each link of its
page, packed in a hundredth of that."""
DEADLINE = 2.0
SHORT_DEADLINE = 0.01
"""Seconds: less than the costly queries take of the small corpus that is attacked, so that they are given up."""
SHORT_QUEUE = "8"
"""Requests that wait for each worker: fewer than the crowd has connections, so that some are turned away."""
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


class Attack(Struct):
    """What one attack did: a line of what was seen, and what should not have been."""

    name: str
    seen: str = ""
    wrong: list[str] = field(default_factory=list)

    def require(self, holds: bool, otherwise: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.wrong.append(otherwise)


def attack_all(index: Path, *, seconds: float = 5.0) -> list[Attack]:
    """Attack servers of ``index`` in every way; a crowd asks for ``seconds``."""
    usual, hurried = ("--deadline", str(DEADLINE)), ("--deadline", str(SHORT_DEADLINE))
    attacks: list[tuple[tuple[str, ...], Callable[[int], Attack]]] = [
        (usual, slowloris),
        (usual, no_http),
        (usual, amplification),
        (usual, costly),
        (hurried, given_up),
        ((*usual, "--queue", SHORT_QUEUE), lambda port: overload(port, seconds=seconds)),
    ]
    told = []
    for options, attack in attacks:
        with served(index, *options, "--keep-answers", "0") as server:
            for _ in range(WARMING):
                _honest(server.port)
            found = attack(server.port)
            took = _until_answered(server.port)
            found.require(took < QUICK, f"afterwards nobody was answered for {took:.1f} s")
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


def no_http(port: int) -> Attack:
    """Requests that can't be read, or hardly."""
    told = Attack("garbled requests")
    found = answers_to_garbled(port, GARBLED, seed=1)
    failed = {status: count for status, count in found.items() if status.startswith("5") and status != "501"}
    told.require(not failed, f"answers {failed}")
    told.require(found["400"] > GARBLED // 4, f"only {found['400']} were refused")
    told.require(found["200"] > 0, "none was answered")
    told.seen = ", ".join(f"{count} {status}" for status, count in sorted(found.items()))
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
        status, answer, took = answered(port, target)
        size = len(answer)
        largest = max(largest, size)
        told.require(status < 500, f"{name}: {status}")
        told.require(size < MOST_BYTES, f"{name}: {size:,} bytes")
        told.require(took < DEADLINE + QUICK, f"{name}: {took:.1f} s")
    status, _, took = answered(port, "/api/v1/match", body=b"text=" + b"a" * 3_000_000)
    told.require(400 <= status < 500, f"a body of 3 MB: {status}")
    told.require(took < DEADLINE + QUICK, f"a body of 3 MB: {took:.1f} s")
    told.seen = f"{len(requests) + 1} requests; the largest answer {largest / 1000:.0f} KB"
    return told


def costly(port: int) -> Attack:
    """Queries that cost most."""
    told, slowest = Attack("costly queries"), 0.0
    for query in COSTLY:
        status, _, took = answered(port, _search(query))
        slowest = max(slowest, took)
        told.require(status in (200, 400, 503), f"{query}: {status}")
        told.require(took < DEADLINE + QUICK, f"{query}: {took:.1f} s")
    told.seen = f"{len(COSTLY)} queries, the slowest {slowest:.2f} s"
    return told


def given_up(port: int) -> Attack:
    """The same queries of a server whose deadline is too short for them."""
    told, longest, over = Attack("deadline"), 0.0, 0
    for query in COSTLY:
        answer = answered(port, _search(query))
        if answer.status == 503:
            over += 1
            told.require(b'"too-costly"' in answer.body, f"{query}: {answer.body[:100]!r}")
            told.require(answer.took < QUICK, f"{query}: given up after {answer.took:.1f} s")
            longest = max(longest, _until_answered(port))
    told.require(over > 0, "no query was given up")
    told.require(longest < QUICK, f"after one was given up nobody was answered for {longest:.1f} s")
    told.seen = (
        f"{over} of {len(COSTLY)} queries given up at {SHORT_DEADLINE * 1000:g} ms; "
        f"others were answered after at most {longest:.2f} s"
    )
    return told


def overload(port: int, *, seconds: float) -> Attack:
    """A crowd that asks more than there is time for."""
    told = Attack("overload")
    with _crowd(port) as clients:
        time.sleep(seconds)
    answers, refused = clients.statuses[200], clients.statuses[503]
    others = {status: count for status, count in clients.statuses.items() if status not in (200, 503)}
    told.require(answers > 0, "nobody was answered")
    told.require(refused > 0, "nobody was turned away")
    told.require(not clients.unadvised, f"{clients.unadvised} refusals did not say when to come again")
    told.require(not others, f"answers {others}")
    told.require(not clients.lost, f"{len(clients.lost)} lost, the first {clients.lost[:1]}")
    told.require(clients.slowest < 15, f"somebody waited {clients.slowest:.1f} s")
    told.seen = (
        f"{CROWD} connections for {seconds:g} s, {SHORT_QUEUE} may wait for each of two workers: {answers} "
        f"answered, {refused} told to come again, the slowest {clients.slowest:.1f} s"
    )
    return told


@contextmanager
def _crowd(port: int) -> Iterator[Clients]:
    clients = Clients(port, [one for one in addresses() if "ndjson" not in one])
    with clients.asking(CROWD):
        yield clients


def _search(query: str) -> str:
    return f"/api/v1/search?q={quote(query)}&limit=100"


def _honest(port: int) -> Answer:
    return answered(port, "/api/v1/search?q=" + quote("信息公开"))


def _until_answered(port: int) -> float:
    """Seconds until somebody who asks for little, and again when told so, is answered; at least ``QUICK`` if never."""
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < QUICK:
        if _honest(port).status == 200:
            return time.perf_counter() - began
    return passed
