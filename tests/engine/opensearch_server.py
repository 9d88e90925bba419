"""A real OpenSearch cluster of three nodes on loopback, for the tests and benchmarks.

Maven fetches the official minimal server (about 60 MB, once); Java 21 or newer runs it, as another user where the
tests run as root, since the server refuses that. Ports are free ones, and only processes started here are ended.
Where Java, Maven or the network is missing, ``UnavailableError`` says which, in one line.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

VERSION = "3.4.0"
ARTIFACT = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
STORED = f"org/opensearch/distribution/integ-test-zip/opensearch/{VERSION}/opensearch-{VERSION}.zip"
HEAP = "512m"
OLDEST_JAVA = 21
PATIENCE = 180.0
"""Seconds that a cluster may take to start, and a change of it to be noticed."""


class UnavailableError(Exception):
    """The server can't be run here; the message says what is missing."""


@dataclass
class Node:
    """One node: its name, its ports, its folder, its process."""

    name: str
    http: int
    transport: int
    home: Path
    process: subprocess.Popen[bytes] | None = None


@dataclass
class Cluster:
    """Three nodes. ``address(name)`` is what ``--engine`` takes."""

    server: Path
    java: Path
    heap: str = HEAP
    nodes: list[Node] = field(default_factory=list)

    def address(self, name: str) -> str:
        hosts = ",".join(f"127.0.0.1:{node.http}" for node in self.nodes)
        return f"opensearch://{hosts}/{name}?shards=2"

    def stop(self, node: Node, *, hard: bool = False) -> None:
        """End a node; ``hard`` as if its machine lost power."""
        if node.process is not None:
            node.process.kill() if hard else node.process.terminate()
            node.process.wait(60)
            node.process = None

    def start(self, node: Node) -> None:
        """Start a node that is not running; it answers some seconds later."""
        log = (node.home / "out.log").open("ab")
        node.process = subprocess.Popen(
            [str(self.server / "bin" / "opensearch")],
            cwd=node.home,
            env={
                "PATH": os.environ.get("PATH", ""),
                "HOME": str(node.home),
                "OPENSEARCH_JAVA_HOME": str(self.java),
                "OPENSEARCH_PATH_CONF": str(node.home / "config"),
                "OPENSEARCH_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap}",
                "OPENSEARCH_TMPDIR": str(node.home / "tmp"),
            },
            stdout=log,
            stderr=log,
            **_other_user(),
        )
        log.close()

    def wait(self, nodes: int, *, status: str = "yellow") -> None:
        """Wait until the cluster has ``nodes`` nodes and every shard is ready, if green with all its copies."""
        wanted = (
            f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status={status}"
            "&wait_for_no_initializing_shards=true&timeout=5s"
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if any(_answers(f"http://127.0.0.1:{n.http}{wanted}") for n in self.nodes if n.process):
                return
            self._raise_if_one_ended()
            time.sleep(0.3)
        raise UnavailableError(
            f"OpenSearch did not get {nodes} nodes in {PATIENCE:.0f} s; {self._log_ends()}"
        )

    def _raise_if_one_ended(self) -> None:
        for node in self.nodes:
            if node.process is not None and node.process.poll() is not None:
                raise UnavailableError(f"OpenSearch ended while starting; {self._log_ends()}")

    def _log_ends(self) -> str:
        logs = [(node.home / "out.log").read_text("utf-8", "replace")[-500:] for node in self.nodes]
        return " / ".join(logs)


@contextmanager
def cluster(*, heap: str = HEAP, quick_start: bool = True) -> Iterator[Cluster]:
    """Three running nodes with their files in a temporary folder. Raises ``UnavailableError``.

    With ``quick_start``, nodes start in seconds but answer more slowly: the optimising compiler is off.
    """
    with (
        tempfile.TemporaryDirectory(prefix="report-search-opensearch-", ignore_cleanup_errors=True) as folder,
        _running(Path(folder), heap, quick_start=quick_start) as running,
    ):
        yield running


@contextmanager
def _running(folder: Path, heap: str, *, quick_start: bool) -> Iterator[Cluster]:
    java = find_java()
    running = Cluster(_unpacked(folder), java, heap)
    ports = _free_ports(6)
    for at in range(3):
        running.nodes.append(Node(f"n{at}", ports[at], ports[3 + at], folder / f"n{at}"))
    for node in running.nodes:
        _configure(node, running, quick_start=quick_start)
    _give_to_other_user(folder)
    with ExitStack() as stack:
        for node in running.nodes:
            stack.callback(running.stop, node, hard=True)
            running.start(node)
        running.wait(3)
        yield running


def find_java() -> Path:
    """The home of the newest Java on this machine. Raises ``UnavailableError`` if it is too old or none."""
    homes = [Path(home) for name in ("OPENSEARCH_JAVA_HOME", "JAVA_HOME") if (home := os.environ.get(name))]
    homes += Path("/usr/lib/jvm").glob("*")
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parent.parent)
    versions = {home: _java_version(home) for home in homes if (home / "bin" / "java").exists()}
    best = max(versions, key=lambda home: versions[home], default=None)
    if best is None or versions[best] < OLDEST_JAVA:
        raise UnavailableError(f"OpenSearch needs Java {OLDEST_JAVA} or newer")
    return best


def _java_version(home: Path) -> int:
    said = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', said.stderr)
    return int(found.group(1)) if found else 0


def _unpacked(folder: Path) -> Path:
    stored = Path.home() / ".m2" / "repository" / STORED
    if not stored.exists():
        _fetch()
    with zipfile.ZipFile(stored) as archive:
        archive.extractall(folder)
    server = folder / f"opensearch-{VERSION}"
    (server / "bin" / "opensearch").chmod(0o755)
    for script in (server / "bin").iterdir():
        script.chmod(0o755)
    return server


def _fetch() -> None:
    if shutil.which("mvn") is None:
        raise UnavailableError("OpenSearch has to be fetched with Maven (mvn), which is not installed")
    done = subprocess.run(
        ["mvn", "-q", "-B", "dependency:get", "-Dtransitive=false", f"-Dartifact={ARTIFACT}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise UnavailableError(
            f"Maven could not fetch {ARTIFACT}: {(done.stdout + done.stderr)[-300:].strip()}"
        )


def _configure(node: Node, running: Cluster, *, quick_start: bool) -> None:
    config = node.home / "config"
    shutil.copytree(running.server / "config", config)
    (node.home / "tmp").mkdir()
    seeds = ", ".join(f'"127.0.0.1:{other.transport}"' for other in running.nodes)
    names = ", ".join(other.name for other in running.nodes)
    (config / "opensearch.yml").write_text(
        f"cluster.name: report-search-tests-{running.nodes[0].transport}\n"
        f"node.name: {node.name}\n"
        "network.host: 127.0.0.1\n"
        f"http.port: {node.http}\n"
        f"transport.port: {node.transport}\n"
        f"discovery.seed_hosts: [{seeds}]\n"
        f"cluster.initial_cluster_manager_nodes: [{names}]\n"
        f"path.data: {node.home / 'data'}\n"
        f"path.logs: {node.home / 'logs'}\n"
        "node.processors: 1\n"
        "cluster.routing.allocation.disk.threshold_enabled: false\n"
        "cluster.max_shards_per_node: 10000\n",
        encoding="utf-8",
    )
    options = (config / "jvm.options").read_text(encoding="utf-8").splitlines()
    unwanted = ("-Xms", "-Xmx", "Xlog", "loggc", "HeapDump", "ErrorFile", "G1")
    kept = [line for line in options if not any(word in line for word in unwanted)]
    kept += ["-XX:+UseSerialGC", "-Xshare:auto", *(["-XX:TieredStopAtLevel=1"] if quick_start else [])]
    (config / "jvm.options").write_text("\n".join(kept) + "\n", encoding="utf-8")


def _give_to_other_user(folder: Path) -> None:
    """Let the user that runs the server read and write below ``folder``."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "nobody")


def _other_user() -> dict[str, object]:
    return {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
