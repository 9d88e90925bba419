"""A server under load while its index is swapped again and again: no error, nothing lost, memory flat."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct, field

from benchmarks.breaking.changing import Corpus, marker, steps_found
from benchmarks.breaking.serving import Clients, served

CLIENTS = 4
WARM_SWAPS = 2
"""Memory is compared from here on: until then code is loaded and caches fill."""
MOST_GROWTH = 1.15
"""How many times as much the workers may hold in the end."""
WORDS = ("信息公开", '"领事保护"', "记者会", "社会 关切", "没有的词语")


class Load(Struct):
    """What clients were answered while the index was swapped, and what the workers held, in bytes."""

    seconds: float
    answers: int = 0
    swaps: int = 0
    slowest: float = 0.0
    memory: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """What the workers held in the end against what they held once they were warm."""
        return self.memory[-1] / self.memory[0] if self.memory and self.memory[0] else 1.0


def addresses() -> list[str]:
    """What is asked for: pages, JSON, exports, feeds, files."""
    found = ["/", "/about", "/data", "/static/style.css", "/api/v1/reports", "/healthz"]
    for word in WORDS:
        typed = quote(word)
        found += [
            f"/?q={typed}",
            f"/api/v1/search?q={typed}",
            f"/api/v1/trend?q={typed}",
            f"/feed.atom?q={typed}",
        ]
        found.append(f"/api/v1/search.ndjson?q={typed}")
    return found


def put_under_load(folder: Path, *, seconds: float, every: float, engine: str = "whoosh") -> Load:
    """Ask a server for ``seconds`` while its index is replaced ``every`` so many of them."""
    corpus, index, told = Corpus(folder / "corpus", reports=12), folder / "index", Load(seconds)
    corpus.write()
    subprocess.run(corpus.command(index, engine), check=True, capture_output=True)
    # What is kept would answer for the index.
    with served(index, "--keep-answers", "0") as server:
        clients = Clients(server.port, addresses())
        with clients.asking(CLIENTS):
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                time.sleep(min(every, left))
                wanted = corpus.advance()
                subprocess.run(corpus.command(index, engine), check=True, capture_output=True)
                told.swaps += 1
                if steps_found(index, range(corpus.step, corpus.step + 1)) != [corpus.step]:
                    told.wrong.append(f"after a swap {wanted} is not found")
                if told.swaps >= WARM_SWAPS:
                    told.memory.append(server.memory())
        workers = len(server.workers())
    told.answers, told.slowest = clients.statuses.total(), clients.slowest
    told.wrong += clients.lost
    told.wrong += [
        f"{count} answers were {status}" for status, count in clients.statuses.items() if status != 200
    ]
    if workers != 2:
        told.wrong.append(f"{workers} workers in the end")
    if told.growth > MOST_GROWTH:
        told.wrong.append(f"memory grew {told.growth:.2f} times")
    if not told.answers:
        told.wrong.append(f"nothing was answered while {marker(corpus.step)} was made")
    return told
