"""What a worker does before it is ready: the first reader waits no longer than the later ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.search.searcher import Searcher
from webui import create_app
from webui.operating.settings import ServiceSettings
from webui.serving.worker import warm

CORPUS = Path(__file__).resolve().parents[3] / "corpus"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that were compiled."""
    found: list[str] = []
    compile_ = jinja2.Environment.compile

    def counted(self: Any, source: Any, name: str | None = None, *rest: Any, **given: Any) -> Any:
        found.append(name or "")
        return compile_(self, source, name, *rest, **given)

    monkeypatch.setattr(jinja2.Environment, "compile", counted)
    return found


def settings_with_logs(folder: Path) -> ServiceSettings:
    return ServiceSettings(access_log=str(folder / "access.log"), missed_log=str(folder / "missed.log"))


def test_the_first_page_compiles_nothing_and_nobody_asked_before(tmp_path: Path, compiled: list[str]) -> None:
    index = tmp_path / "index"
    run_job(IndexJob((CORPUS,), index, "memory"))
    searcher = Searcher(index)
    app = create_app(searcher, settings_with_logs(tmp_path))
    warm(app, searcher)
    assert {"results.html", "base.html"} <= set(compiled)
    compiled.clear()
    client = app.test_client()
    with client.get("/?q=微博") as answer:
        assert answer.status_code == 200
    assert compiled == []
    assert len((tmp_path / "access.log").read_text("utf-8").splitlines()) == 1
    assert (tmp_path / "missed.log").read_text("utf-8") == ""


def test_without_an_index_there_is_nothing_to_show(tmp_path: Path, compiled: list[str]) -> None:
    searcher = Searcher(tmp_path / "none")
    app = create_app(searcher, settings_with_logs(tmp_path))
    warm(app, searcher)
    assert compiled == []
    assert app.test_client().get("/").status_code == 503
