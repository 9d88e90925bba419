"""Answers that are kept: given again as they were, only while nothing that they follow from has changed."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from report_search.search.searcher import Searcher
from webui import api, create_app, pages
from webui.answers import packing
from webui.answers.kept import EXTENSION, HEAD_BYTES, LARGEST_SHARE, KeptAnswers
from webui.operating.settings import ServiceSettings

CORPUS = Path(__file__).parents[3] / "corpus"


def client_of(index: Path, **settings: Any) -> FlaskClient:
    """The application over an index, keeping a megabyte of answers."""
    return create_app(Searcher(index), ServiceSettings(**{"kept_megabytes": 1, **settings})).test_client()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made anew: the name of each template that was printed, and ``JSON``."""
    found: list[str] = []
    print_page, payload = pages.render_template, api.search_payload

    def printed(name: str, **given: Any) -> str:
        found.append(name)
        return print_page(name, **given)

    def counted(*args: Any, **given: Any) -> Any:
        found.append("JSON")
        return payload(*args, **given)

    monkeypatch.setattr(pages, "render_template", printed)
    monkeypatch.setattr(api, "search_payload", counted)
    return found


def told(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """What an answer says, but for the id of its request."""
    headers = {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Date")}
    return answer.status_code, answer.data, headers


@pytest.mark.parametrize(
    "address", ["/?q=微博", "/api/v1/search?q=微博&limit=3", "/reports/waijiaobu-2014?q=微博"]
)
@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip"}, {"Origin": "https://example.org"}])
def test_the_same_question_is_answered_once(
    index: Path, made: list[str], address: str, headers: dict[str, str]
) -> None:
    client = client_of(index)
    first, again = (told(client.get(address, headers=headers)) for _ in range(2))
    assert again == first
    assert first == told(client_of(index, kept_megabytes=0).get(address, headers=headers))
    assert len(made) == 2  # by the first client once, and by the one that keeps nothing
    assert client.head(address).status_code == 200
    assert client.get(address, headers={"If-None-Match": first[2]["ETag"], **headers}).status_code == 304
    assert len(made) == 2


def test_another_language_and_another_address_are_answered_for_themselves(
    index: Path, made: list[str]
) -> None:
    client, address = client_of(index), "/api/v1/search?q=微博"
    chinese = client.get(address)
    english = client.get(address, headers={"Accept-Language": "en"})
    assert chinese.headers["Content-Language"] != english.headers["Content-Language"]
    elsewhere = client.get(address, base_url="https://example.org/reports")
    assert "https://example.org/reports/" in elsewhere.text
    assert "https://example.org/reports/" not in chinese.text
    assert made == ["JSON"] * 3


def test_a_new_generation_is_answered_anew(tmp_path: Path, made: list[str]) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(CORPUS, corpus)
    run_job(IndexJob((corpus,), index, "memory"))
    client = client_of(index)
    before = client.get("/api/v1/search?q=微博").get_json()
    (corpus / "乙.txt").write_text(
        "乙市审计局2021年政府信息公开工作年度报告\n\n一、总体情况\n\n全年发布微博三十条。\n", encoding="utf-8"
    )
    run_job(IndexJob((corpus,), index, "memory"))
    after = client.get("/api/v1/search?q=微博").get_json()
    assert after["total"]["passages"] == before["total"]["passages"] + 1
    assert made == ["JSON"] * 2


def test_errors_and_streams_are_not_kept(index: Path) -> None:
    client = client_of(index)
    for address, status in (("/api/v1/search?q=a&year=what", 400), ("/reports/none", 404)):
        assert [client.get(address).status_code for _ in range(2)] == [status] * 2
    streams = [client.get("/api/v1/search.ndjson?q=微博").data for _ in range(2)]
    assert streams[0] == streams[1] != b""


def test_each_query_that_found_nothing_is_written_down(index: Path, tmp_path: Path) -> None:
    log = tmp_path / "missed.log"
    client = client_of(index, missed_log=str(log))
    for _ in range(3):
        client.get("/?q=没有这个词组")
    assert len(log.read_text("utf-8").splitlines()) == 3


def test_what_is_kept_is_bounded() -> None:
    size = 100 + HEAD_BYTES
    app, kept = Flask(__name__), KeptAnswers(size * LARGEST_SHARE)
    with app.test_request_context():
        kept.put("too large", Response(b"x" * 101))
        for number in range(2 * LARGEST_SHARE):
            kept.put(str(number), Response(b"x" * 100))
        there = [number for number in range(2 * LARGEST_SHARE) if kept.get(str(number))]
        assert there == list(range(LARGEST_SHARE, 2 * LARGEST_SHARE))
        assert kept.get("too large") is None


def test_a_page_is_kept_packed_and_packed_once(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client, address = client_of(index), "/?q=微博"
    pack_whole, packed = packing.pack_whole, []

    def pack(data: bytes, coding: str, *, is_kept: bool = False) -> bytes:
        packed.append(pack_whole(data, coding, is_kept=is_kept))
        return packed[-1]

    monkeypatch.setattr(packing, "pack_whole", pack)
    answers = [client.get(address, headers={"Accept-Encoding": "gzip"}) for _ in range(3)]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}
    assert [answer.data for answer in answers] == packed * 3
    plain = client.get(address).data
    assert gzip.decompress(*packed) == plain
    (kept,) = client.application.extensions[EXTENSION]._answers.values()
    assert kept.size < len(plain) / 5


@pytest.mark.parametrize("first", packing.codings())
def test_whoever_asks_next_may_accept_another_coding(index: Path, first: str) -> None:
    client, address = client_of(index), "/?q=微博"
    plain = client_of(index, kept_megabytes=0).get(address).data
    for accepted in (first, "", *packing.codings(), "br", first):
        answer = client.get(address, headers={"Accept-Encoding": accepted})
        coding = answer.headers.get("Content-Encoding", "")
        assert coding == (accepted if accepted in packing.codings() else "")
        assert (packing.codings()[coding].unpack(answer.data) if coding else answer.data) == plain
        assert answer.headers["Vary"].split(", ").count("Accept-Encoding") == 1
        assert answer.get_etag()[1] is bool(coding)


def test_nothing_is_kept_where_nothing_is_to_be(index: Path, made: list[str]) -> None:
    client = client_of(index, kept_megabytes=0)
    assert [client.get("/api/v1/search?q=微博").status_code for _ in range(2)] == [200, 200]
    assert made == ["JSON"] * 2
