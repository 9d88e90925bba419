"""What answers are like whatever they say: their language, who may read them, how they are packed."""

from __future__ import annotations

import gzip
import importlib
import json
import re
import urllib.request
import zlib
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webui.serving.served import serving
from webui.answers import packing

HAN = re.compile("[\u4e00-\u9fff]")
ENGLISH = {"Accept-Language": "en-US,en;q=0.9,zh;q=0.5"}
GZIP = {"Accept-Encoding": "gzip, deflate"}


def zstd_module() -> Any:
    """Python's own module or its backport, None where there is neither."""
    for name in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return importlib.import_module(name)
    return None


ZSTD = zstd_module()


def error(answer: TestResponse) -> dict[str, str]:
    return dict(answer.json["error"])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/search?q=a&agency=没有的机关", "unknown-value"),
        ("/api/v1/search?q=%22领事", "unbalanced-quote"),
        ("/api/v1/search?nothing=1", "unknown-parameter"),
        ("/api/v1/search?limit=1000", "bad-limit"),
        ("/api/v1/reports/nobody-2019", "no-report"),
        ("/api/v1/passages/nobody-2019-00000000", "no-passage"),
        ("/api/v1/agencies/nobody", "no-agency"),
        ("/api/v1/nothing", "not-found"),
        ("/api/v1/compare?a=waijiaobu-2014", "missing-report"),
        ("/feed.json?limit=3", "unknown-parameter"),
    ],
)
def test_errors_are_told_in_the_language_that_is_preferred(client: FlaskClient, path: str, code: str) -> None:
    chinese, english = client.get(path), client.get(path, headers=ENGLISH)
    assert chinese.status_code == english.status_code >= 400
    assert error(chinese)["code"] == error(english)["code"] == code
    assert HAN.search(error(chinese)["message"])
    assert not HAN.search(re.sub("“[^”]*”", "", error(english)["message"]))
    assert not HAN.search(re.sub("[：:].*$", "", error(english)["hint"]))
    assert (chinese.headers["Content-Language"], english.headers["Content-Language"]) == ("zh", "en")
    assert "Accept-Language" in english.headers["Vary"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "zh"), ("*", "zh"), ("fr", "zh"), ("zh-CN,en;q=0.9", "zh"), ("en", "en"), ("fr,en;q=0.1", "en")],
)
def test_chinese_unless_english_is_preferred(client: FlaskClient, accepted: str, language: str) -> None:
    answer = client.get("/api/v1/nothing", headers={"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == language


def test_hints_labels_and_warnings_are_told_in_english(client: FlaskClient) -> None:
    asked = "/api/v1/search?q=领事保护 %26%26 公民"
    chinese, english = client.get(asked).json, client.get(asked, headers=ENGLISH).json
    assert chinese["query"]["hints"][0]["message"].startswith("“&&”不是运算符")
    assert english["query"]["hints"][0]["message"].startswith("“&&” is no operator")
    labels = [value["label"] for value in english["facets"]["section"]]
    assert labels
    assert not HAN.search("".join(labels))
    # What was printed and what things are called stays.
    assert english["hits"] == chinese["hits"]
    assert english["facets"]["agency"] == chinese["facets"]["agency"]
    warned = [
        one for one in client.get("/api/v1/reports", headers=ENGLISH).json["reports"] if one["warnings"]
    ]
    assert warned
    assert not any(HAN.search(one["message"]) for report in warned for one in report["warnings"])


def test_what_is_kept_in_one_language_is_no_answer_in_the_other(client: FlaskClient) -> None:
    asked = "/api/v1/search?q=领事保护"
    chinese, english = client.get(asked), client.get(asked, headers=ENGLISH)
    tag = english.headers["ETag"]
    assert tag != chinese.headers["ETag"]
    assert client.get(asked, headers={**ENGLISH, "If-None-Match": tag}).status_code == 304
    assert client.get(asked, headers={"If-None-Match": tag}).status_code == 200


def test_pages_stay_in_chinese(client: FlaskClient) -> None:
    page = client.get("/reports/nobody-2019", headers=ENGLISH)
    assert "没有编号" in page.text
    assert "Content-Language" not in page.headers
    assert "Accept-Language" not in page.headers.get("Vary", "")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/search?q=a", "GET, HEAD"),
        ("/api/v1/match", "POST"),
        ("/api/v1/search.csv", "GET, HEAD"),
        ("/feed.atom", "GET, HEAD"),
        ("/data/cells.csv", "GET, HEAD"),
    ],
)
def test_a_browser_is_told_what_a_page_elsewhere_may_ask(
    client: FlaskClient, path: str, allowed: str
) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": allowed.split(",")[0]}
    answer = client.options(path, headers={**headers, "Access-Control-Request-Headers": "content-type"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == allowed
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("path", ["/api/v1/search?q=a", "/api/v1/nothing", "/feed.json", "/data/cells.csv"])
def test_a_page_elsewhere_reads_answers_and_errors_with_their_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://example.org"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    shown = answer.headers["Access-Control-Expose-Headers"]
    assert all(name in shown for name in ("ETag", "Link", "Retry-After", "RateLimit", "X-Request-Id"))
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/data", "/data/checks", "/match", "/nothing", "/data/nothing/x"])
def test_pages_are_for_their_own_site(client: FlaskClient, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in client.get(path).headers
    assert "Access-Control-Allow-Methods" not in client.options(path).headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=公开",
        "/api/v1/search?q=公开",
        "/feed.atom",
        "/static/style.css",
    ],
)
def test_an_answer_is_packed_for_who_accepts_it(client: FlaskClient, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    if tag := plain.headers.get("ETag"):
        assert packed.headers["ETag"] == f"W/{tag.removeprefix('W/')}"
        for known in (tag, packed.headers["ETag"]):
            again = client.get(path, headers={**GZIP, "If-None-Match": known})
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == packed.headers["ETag"]
            assert "Accept-Encoding" in again.headers["Vary"]


def test_a_head_tells_the_length_of_what_would_be_sent(client: FlaskClient) -> None:
    got, told = client.get("/?q=公开", headers=GZIP), client.head("/?q=公开", headers=GZIP)
    assert told.headers["Content-Length"] == got.headers["Content-Length"]
    assert told.headers["Content-Encoding"] == "gzip"
    assert told.data == b""


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "json"])
def test_a_stream_is_packed_piece_by_piece(client: FlaskClient, suffix: str) -> None:
    path = f"/api/v1/search.{suffix}?q=公开"
    plain = client.get(path)
    packed = client.get(path, headers=GZIP, buffered=False)
    assert packed.is_streamed
    assert "Content-Length" not in packed.headers
    unpacker = zlib.decompressobj(31)
    data = b"".join(map(unpacker.decompress, packed.iter_encoded())) + unpacker.flush()
    assert _comparable(data) == _comparable(plain.data)
    assert packed.headers["ETag"] == plain.headers["ETag"]
    packed.close()


def _comparable(data: bytes) -> bytes:
    return re.sub(rb"\d\d:\d\d:\d\d[^,\"]*", b"", data)


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        ("/api/v1/nothing", "gzip"),
        ("/api/v1/search.xlsx?q=公开", "gzip"),
        ("/data/data.sqlite", "gzip"),
        ("/?q=公开", "identity"),
        ("/?q=公开", "gzip;q=0"),
        ("/?q=公开", "br"),
        ("/?q=公开", "*"),
        ("/?q=公开", ""),
    ],
)
def test_what_would_not_gain_or_is_not_accepted_is_left(
    client: FlaskClient, path: str, accepted: str
) -> None:
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers


def test_a_static_file_is_packed_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/static/style.css", headers=GZIP).data
    monkeypatch.setattr(packing, "pack_whole", lambda *_, **__: pytest.fail("packed again"))
    assert client.get("/static/style.css", headers=GZIP).data == first


@pytest.mark.parametrize("path", ["/static/style.css", "/?q=公开", "/api/v1/search.ndjson?q=公开"])
def test_the_server_itself_sends_what_is_packed(app: Flask, path: str) -> None:
    """It hands files to the application in a wrapper of its own, and so static files went as they are."""
    quoted = quote(path, safe="/?=")
    with serving(app.wsgi_app) as (_, port):  # type: ignore[arg-type]
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{quoted}", headers={**GZIP, "Host": "localhost"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert ("Content-Length" in answer.headers) == ("ndjson" not in path)
            unpacked = gzip.decompress(answer.read())
    assert _comparable(unpacked) == _comparable(app.test_client().get(path).data)


@pytest.mark.skipif(ZSTD is None, reason="needs backports.zstd or Python 3.14")
def test_zstd_is_preferred_where_both_are_accepted(client: FlaskClient) -> None:
    both = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    answer = client.get("/?q=公开", headers=both)
    assert answer.headers["Content-Encoding"] == "zstd"
    assert ZSTD.decompress(answer.data) == client.get("/?q=公开").data
    stream = client.get("/api/v1/search.ndjson?q=公开", headers=both)
    assert all(json.loads(line) for line in ZSTD.decompress(stream.data).splitlines())
    rather_gzip = client.get("/?q=公开", headers={"Accept-Encoding": "gzip, zstd;q=0.5"})
    assert rather_gzip.headers["Content-Encoding"] == "gzip"


def test_gzip_alone_where_python_has_no_zstd(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_zstd", lambda: None)
    packing.codings.cache_clear()
    try:
        answer = app.test_client().get("/?q=公开", headers={"Accept-Encoding": "zstd, gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
    finally:
        packing.codings.cache_clear()
