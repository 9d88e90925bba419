"""The client in ``examples/`` against a live server, and against one that has no time, breaks off, or is none."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher
from tests.webui.serving.served import serving

PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "api_client.py"
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("api_client", PROGRAM)
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    sys.modules["api_client"] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app.wsgi_app) as (_, port):  # type: ignore[arg-type]
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def client(module: ModuleType, address: str) -> Any:
    return module.Client(address, language="en")


def test_a_walk_and_an_export_give_every_hit_in_order(client: Any, index: Path) -> None:
    every = [hit.passage.id for hit in Searcher(index).walk(SearchRequest(text="公开")).hits]
    assert len(every) > 2
    assert [hit["id"] for hit in client.search_all("公开", limit=2)] == every
    assert [hit["id"] for hit in client.export("公开")] == every
    assert [hit["id"] for hit in client.search_all("公开", agency=["外交部"], titles=False)]


def test_everything_else_is_asked_as_documented(client: Any) -> None:
    assert client.search("领事保护")["total"]["passages"] > 0
    assert client.trend("公开", by="agency")["total"]["held"] > 0
    assert client.mentions("公开")["agencies"]
    report = client.report("waijiaobu-2014")
    assert report["agency"] == "外交部"
    hit = next(client.search_all("领事保护"))
    assert client.passage(hit["id"])["text"] == hit["text"]
    assert client.history(hit["id"])["rows"]
    assert client.agencies("外交")["agencies"]
    assert client.match("设立应急呼叫中心，为境外公民提供领事保护与服务。")["pieces"][0]["rows"]
    measure = client.measures()["measures"][0]["key"]
    assert client.series(measure, year="2014..2019")["measure"]["key"] == measure
    assert isinstance(list(client.checks()), list)


def test_a_walk_with_a_few_fields_knows_the_hits_that_it_gave(client: Any) -> None:
    """Without their ids it failed with a KeyError."""
    every = list(client.search_all("公开", limit=2))
    for fields in ("text", ["text"], ["id", "text"], "id,text"):
        assert list(client.search_all("公开", limit=2, fields=fields)) == [
            {"id": hit["id"], "text": hit["text"]} for hit in every
        ]


def test_an_error_says_what_the_server_says(client: Any, module: ModuleType) -> None:
    with pytest.raises(module.NotHereError, match="There is no report with the id “nobody”") as told:
        client.report("nobody")
    assert (told.value.status, told.value.code) == (404, "no-report")
    with pytest.raises(module.BadRequestError) as told:
        client.search('"领事')
    assert (told.value.status, told.value.code, told.value.suggestion) == (400, "unbalanced-quote", '"领事"')


def test_the_program_prints_hits_or_a_message(address: str) -> None:
    def run(query: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(PROGRAM), address, query]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    found = run("领事保护")
    assert found.returncode == 0
    assert re.match(r"共 \d+ 段，见于 \d+ 份报告。", found.stdout)
    refused = run('"领事')
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "引号没有成对" in refused.stderr
    assert "Traceback" not in refused.stderr


@contextmanager
def scripted(*answers: Answer, times: Callable[[str], None] = lambda path: None) -> Iterator[str]:
    """A server that gives these answers, one after the other; one of status 0 breaks the connection."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            times(self.path)
            status, headers, body = left.pop(0)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def error(code: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": "m", "hint": "h", "suggestion": ""}}).encode()


OK: Answer = (200, {}, b'{"measures": []}')


def test_it_waits_as_long_as_it_is_told_and_then_longer_and_longer(module: ModuleType) -> None:
    waited: list[float] = []
    answers: list[Answer] = [
        (503, {"Retry-After": "3"}, error("busy")),
        (429, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, error("too-many-requests")),
        (502, {}, b"<html>no server</html>"),
        (0, {}, b""),
        OK,
    ]
    with scripted(*answers) as address:
        client = module.Client(address, sleep=waited.append)
        assert client.measures() == {"measures": []}
    assert waited == [3.0, 0.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((503, {}, error("too-costly")), "too-costly"),
        ((503, {}, error("no-index")), "no-index"),
        ((503, {"Retry-After": "3600"}, error("busy")), "busy"),
        ((400, {"Retry-After": "1"}, error("bad-limit")), "bad-limit"),
        ((403, {}, b"<html>"), "no-json"),
        ((404, {"Content-Encoding": "gzip"}, gzip.compress(error("no-report"))), "no-report"),
    ],
)
def test_it_does_not_wait_in_vain(module: ModuleType, answer: Answer, code: str) -> None:
    with scripted(answer) as address:
        client = module.Client(address, sleep=lambda _: pytest.fail("waited"))
        with pytest.raises(module.ApiError) as told:
            client.measures()
    assert told.value.code == code


def test_who_is_not_there_is_told_after_a_few_tries(module: ModuleType) -> None:
    waited: list[float] = []
    client = module.Client("http://127.0.0.1:9", tries=3, sleep=waited.append)
    with pytest.raises(module.NotAnsweredError, match="no-answer"):
        client.measures()
    assert waited == [1.0, 2.0]


def test_a_walk_goes_on_when_the_index_is_replaced(module: ModuleType) -> None:
    def page(ids: list[str], following: str | None) -> Answer:
        return 200, {}, json.dumps({"hits": [{"id": one} for one in ids], "next": following}).encode()

    answers = [
        page(["a", "b"], "c1"),
        (410, {}, error("cursor-gone")),
        page(["n", "a"], "c2"),
        page(["b", "c"], None),
    ]
    with scripted(*answers) as address:
        assert [hit["id"] for hit in module.Client(address).search_all("x")] == ["a", "b", "n", "c"]


def test_a_stream_that_is_cut_off_is_an_error(module: ModuleType) -> None:
    packed = gzip.compress(b'{"id": 1}\n' * 1000)
    with (
        scripted((200, {"Content-Encoding": "gzip"}, packed[:-12])) as address,
        pytest.raises(module.ApiError) as told,
    ):
        list(module.Client(address).export("x"))
    assert told.value.code == "cut-off"
