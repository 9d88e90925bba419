"""“添加报告”: only from this machine and its own page, shown in a sandbox, corrected, indexed."""

from __future__ import annotations

import io
import re
import tomllib
from pathlib import Path

import click
import pytest
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import report
from report_search.cli.serving import serve
from report_search.search.searcher import Searcher
from webui import create_app
from webui.adding.guard import AddingSettings, is_loopback
from webui.operating.settings import ServiceSettings

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
AGENCY = "庚市教育局"
OWN = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


@pytest.fixture(scope="module")
def empty_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    run_job(IndexJob((CORPUS,), folder, "memory"))
    return folder


@pytest.fixture
def settings(tmp_path: Path, empty_index: Path) -> AddingSettings:
    return AddingSettings(tmp_path / "added", empty_index, "secret")


@pytest.fixture
def client(settings: AddingSettings) -> FlaskClient:
    app = create_app(Searcher(settings.index), ServiceSettings(deadline=None, adding=settings))
    return app.test_client()


def page() -> bytes:
    return write_html(report(AGENCY, 2020), layout="article")


def dropped(client: FlaskClient, token: str, *files: tuple[bytes, str], **environ: str) -> object:
    sent = [(io.BytesIO(data), name) for data, name in files]
    return client.post(
        "/add",
        data={"token": token, "files": sent},
        content_type="multipart/form-data",
        environ_overrides={**OWN, **environ},
    )


def test_without_the_option_there_is_no_such_page(empty_index: Path) -> None:
    client = create_app(Searcher(empty_index), ServiceSettings(deadline=None)).test_client()
    assert client.get("/add", environ_overrides=OWN).status_code == 404
    assert "添加报告" not in client.get("/", environ_overrides=OWN).text


def test_a_file_is_dropped_looked_at_corrected_and_indexed(
    client: FlaskClient, settings: AddingSettings
) -> None:
    form = client.get("/add", environ_overrides=OWN)
    assert form.status_code == 200
    assert form.headers["Cache-Control"] == "no-store"
    token = re.search(r'name="token" value="([0-9a-f]{64})"', form.text)
    assert token
    sent = dropped(client, token[1], (page(), "../../年报 2020.html"), (b"<html>weather</html>", "news.html"))
    assert sent.status_code == 303  # type: ignore[attr-defined]
    address = sent.headers["Location"]  # type: ignore[attr-defined]
    review = client.get(address, environ_overrides=OWN)
    assert f'value="{AGENCY}"' in review.text
    assert 'value="2020"' in review.text
    assert "没有读成报告" in review.text
    assert "<iframe" in review.text
    assert "frame-src 'self'" in review.headers["Content-Security-Policy"]

    printed = client.get(f"{address}/0", environ_overrides=OWN)
    assert printed.data == page()
    assert "sandbox" in printed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in printed.headers["Content-Security-Policy"]
    # Nothing was written outside the staging folder, whatever the name said.
    staged = [path for path in settings.folder.rglob("*") if path.is_file()]
    assert {path.parent.parent.name for path in staged} == {"_uploads"}

    fields = {
        "token": token[1],
        "take-0": "1",
        "agency-0": AGENCY,
        "read-agency-0": AGENCY,
        "year-0": "2018",
        "read-year-0": "2020",
        "title-0": "",
        "read-title-0": "",
    }
    done = client.post(address, data=fields, environ_overrides=OWN)
    assert done.status_code == 200
    link = re.search(r'href="(/reports/[\w-]+)"', done.text)
    assert link
    assert "2018年" in client.get(link[1], environ_overrides=OWN).text
    # Only what was corrected is the person's word; the reports of other folders are still there.
    [entry] = tomllib.loads((settings.folder / "collected.toml").read_text(encoding="utf-8"))["report"]
    assert (entry["year"], entry.get("agency")) == (2018, None)
    assert len(Searcher(settings.index).generation().reports()) == 3
    assert client.get(address, environ_overrides=OWN).status_code == 404


FOREIGN = {
    "another machine": {"REMOTE_ADDR": "192.168.1.7"},
    "a proxy on this machine": {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
    "a foreign name that leads here": {"HTTP_HOST": "evil.example:8000"},
}


@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_nobody_else_gets_near_it(client: FlaskClient, name: str) -> None:
    answer = client.get("/add", environ_overrides={**OWN, **FOREIGN[name]})
    assert answer.status_code == 403
    assert "token" not in answer.text


FORGED = {
    "no token": ("", {}),
    "a wrong token": ("0" * 64, {}),
    "a foreign page": (None, {"HTTP_ORIGIN": "https://evil.example"}),
    "another port of this machine": (None, {"HTTP_ORIGIN": "http://127.0.0.1:9999"}),
    "another site, as the browser says": (None, {"HTTP_SEC_FETCH_SITE": "cross-site"}),
    "no origin that can be told": (None, {"HTTP_ORIGIN": "null"}),
}


@pytest.mark.parametrize("name", sorted(FORGED))
def test_no_foreign_page_can_send_the_form(client: FlaskClient, settings: AddingSettings, name: str) -> None:
    token, environ = FORGED[name]
    answer = dropped(client, settings.token if token is None else token, (page(), "a.html"), **environ)
    assert answer.status_code == 403  # type: ignore[attr-defined]
    assert not settings.folder.exists()
    own = {"HTTP_ORIGIN": "http://127.0.0.1:8000", "HTTP_SEC_FETCH_SITE": "same-origin"}
    assert dropped(client, settings.token, (page(), "a.html"), **own).status_code == 303  # type: ignore[attr-defined]


def test_what_can_not_be_taken_is_said(client: FlaskClient, settings: AddingSettings) -> None:
    for files in ((), ((b"", "empty.html"),), ((b"x", f"{n}.html") for n in range(21))):
        assert dropped(client, settings.token, *files).status_code == 400  # type: ignore[attr-defined]
    for path in ("/add/nothing", "/add/" + "0" * 24, "/add/..%2f..%2fetc"):
        assert client.get(path, environ_overrides=OWN).status_code == 404


def test_hosts_of_this_machine_are_known() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "localhost", "::1", "[::1]", "127.9.9.9")))
    assert not any(map(is_loopback, ("0.0.0.0", "", "localhost.evil.example", "10.0.0.1", "::")))


@pytest.mark.parametrize(
    "options", [("--host", "0.0.0.0"), ("--trusted-proxy", "127.0.0.1")], ids=["others", "a proxy"]
)
def test_a_server_that_others_reach_does_not_offer_it(options: tuple[str, ...], empty_index: Path) -> None:
    with pytest.raises(click.UsageError, match="--allow-upload"):
        serve.main(["--allow-upload", "--index", str(empty_index), *options], standalone_mode=False)


def test_a_public_address_and_the_page_exclude_each_other(
    empty_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORT_SEARCH_URL", "https://example.org")
    with pytest.raises(click.UsageError, match="REPORT_SEARCH_URL"):
        serve.main(["--allow-upload", "--index", str(empty_index)], standalone_mode=False)
