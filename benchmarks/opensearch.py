"""Pages of a real OpenSearch cluster of three nodes, started for the measurement, beside an engine of this machine.

What:     what ``engines`` measures, with the same corpus and the same queries; before any time counts, both engines
          have to find the same passages. Besides, what the passages take on the cluster's disks, without copies.
Needs:    Java 21, and Maven the first time (see ``tests/engine/opensearch_server.py``); the extra ``opensearch``.
Caveats:  three nodes share the cores of one machine with what asks them, and the copies are written here as well, so
          the times are upper bounds for a cluster of its own machines. The column MB is the folder of the index here,
          a few bytes. The Java compilers warm up while the first queries are answered.

    python -m benchmarks opensearch [--passages 3000 10000] [--texts FILE.jsonl] [--beside whoosh] [--heap 1g]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import engines
from report_search.engine.opensearch.client import Address, Client
from tests.engine.opensearch_server import VERSION, Cluster, UnavailableError, cluster


def primaries(address: str) -> int:
    """Bytes that the first index built at an address takes, without copies."""
    parsed = Address.parse(address)
    client = Client(parsed.nodes)
    held = client.get(f"/{parsed.name}-*/_stats/store")["indices"]
    client.close()
    return int(held[min(held)]["primaries"]["store"]["size_in_bytes"])


def measure(running: Cluster, size: int, *, texts: list[str], beside: list[str]) -> None:
    """Measure one size and print it."""
    address = running.address(f"passages-{size}")
    engines.main(["--passages", str(size), "--texts", *texts, "--engines", *beside, address])
    taken = primaries(address)
    print(
        f"on the disks of the cluster: {taken / 1e6:.1f} MB, {taken / size:.0f} bytes a passage, without copies\n"
    )


def main(arguments: list[str]) -> None:
    """Start the nodes, measure each size, end them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks opensearch", description=__doc__)
    parser.add_argument("--passages", nargs="+", type=int, default=[3000])
    parser.add_argument("--texts", nargs="*", default=[], type=lambda name: str(Path(name).resolve()))
    parser.add_argument("--beside", nargs="*", default=["whoosh"])
    parser.add_argument("--heap", default="1g")
    chosen = parser.parse_args(arguments)
    try:
        with cluster(heap=chosen.heap, quick_start=False) as running:
            print(f"OpenSearch {VERSION}, three nodes with {chosen.heap} of heap each", flush=True)
            for size in chosen.passages:
                measure(running, size, texts=chosen.texts, beside=chosen.beside)
    except UnavailableError as missing:
        sys.exit(f"no OpenSearch: {missing}")
