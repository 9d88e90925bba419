"""What the client of OpenSearch does when servers are busy, refuse or are gone, and the addresses it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

pytest.importorskip("urllib3", reason="the extra 'opensearch' is not installed")

from report_search.engine.opensearch import client as opensearch_client
from report_search.engine.opensearch.client import Address, Client
from report_search.engine.protocol import EngineInfo
from report_search.engine.registry import open_engine
from report_search.errors import OperatorError
from tests.engine.contract.given import BASIC


@pytest.fixture
def server() -> Iterator[Callable[[list[tuple[int, str]]], Client]]:
    """A client of an HTTP server that gives the answers listed, one after another; its first node is down."""
    started = []

    def start(answers: list[tuple[int, str]]) -> Client:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                status, body = answers.pop(0)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: object) -> None:
                """Nothing is printed."""

        running = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=running.serve_forever, daemon=True).start()
        started.append(running)
        client = Client([f"http://127.0.0.1:{closed_port()}", f"http://127.0.0.1:{running.server_port}"])
        clients.append(client)
        return client

    clients: list[Client] = []
    yield start
    for client in clients:
        client.close()
    for running in started:
        running.shutdown()
        running.server_close()


def closed_port() -> int:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as taken:
        return taken.server_port


def test_a_busy_or_silent_server_is_asked_again(
    server: Callable[[list[tuple[int, str]]], Client],
) -> None:
    answers = [(503, "{}"), (429, '{"error":{"type":"busy","reason":"full"}}'), (200, '{"fine":1}')]
    client = server(answers)
    assert client.post("/x", {}) == {"fine": 1}
    assert not answers


def test_only_the_operations_that_were_not_done_are_sent_again(
    server: Callable[[list[tuple[int, str]]], Client],
) -> None:
    first = '{"errors":true,"items":[{"index":{"status":201}},{"index":{"status":429}},{"delete":{"status":404}}]}'
    answers = [(200, first), (200, '{"errors":false,"items":[{"index":{"status":200}}]}')]
    client = server(answers)
    client.bulk(
        [({"index": {"_id": "a"}}, {}), ({"index": {"_id": "b"}}, {}), ({"delete": {"_id": "c"}}, None)]
    )
    assert not answers


def test_only_the_searches_that_were_not_answered_are_sent_again(
    server: Callable[[list[tuple[int, str]]], Client],
) -> None:
    busy = '{"status":429,"error":{"type":"busy","reason":"full"}}'
    answers = [(200, '{"responses":[{"a":1},' + busy + ',{"c":3}]}'), (200, '{"responses":[{"b":2}]}')]
    assert server(answers).multi_search([({}, {})] * 3) == [{"a": 1}, {"b": 2}, {"c": 3}]
    assert not answers


def test_a_refused_search_of_several_is_an_error(
    server: Callable[[list[tuple[int, str]]], Client],
) -> None:
    refused = '{"status":400,"error":{"root_cause":[{"type":"nested","reason":"too deep"}]}}'
    client = server([(200, '{"responses":[{"a":1},' + refused + "]}")])
    with pytest.raises(opensearch_client.RefusedError) as error:
        client.multi_search([({}, {})] * 2)
    assert (error.value.status, error.value.kind) == (400, "nested")


def test_a_cluster_that_does_not_answer_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_client, "PATIENCE", 0.2)
    engine = open_engine(f"opensearch://127.0.0.1:{closed_port()}/reports", tmp_path)
    with pytest.raises(OperatorError, match="没有应答"), engine.writer() as writer:
        writer.add(BASIC)
    assert engine.info() == EngineInfo(0, 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("opensearch://host:9200/reports", Address(("http://host:9200",), "reports")),
        ("opensearch://a:1,b:2/r-1?shards=5", Address(("http://a:1", "http://b:2"), "r-1", 5)),
        ("opensearch+https://host/x", Address(("https://host",), "x")),
        ("opensearch://[::1]:9200/x/", Address(("http://[::1]:9200",), "x")),
    ],
)
def test_addresses(text: str, wanted: Address) -> None:
    assert Address.parse(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["opensearch://host:9200", "opensearch://host/UPPER", "opensearch://me:secret@host/x", "opensearch:///x",
     "opensearch://host/x?shards=0", "opensearch+ftp://host/x", "opensearch://host/a/b"],
)  # fmt: skip
def test_invalid_addresses_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="不是 OpenSearch 地址"):
        open_engine(text, tmp_path)


def test_other_addresses_are_unknown_engines(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="没有名为"):
        open_engine("solr://host/x", tmp_path)
