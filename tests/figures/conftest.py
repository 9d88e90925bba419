"""An index of the demo corpus's years with official forms, and what is true of it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.demo.plan import make_corpus
from indexer.synthetic.demo.truth import truth_of
from indexer.synthetic.pages import write_html
from report_search.generations import Generations
from report_search.search.searcher import Searcher
from tests.figures.figured import SINCE, Figured
from webui import create_app


@pytest.fixture(scope="session")
def figured(tmp_path_factory: pytest.TempPathFactory) -> Figured:
    made = make_corpus()
    folder = tmp_path_factory.mktemp("figured")
    files, index = folder / "files", folder / "index"
    files.mkdir()
    for one in made.reports:
        if one.year >= SINCE:
            (files / f"{one.name}.html").write_bytes(write_html(one.report))
    run_job(IndexJob((files,), index, "memory"))
    return Figured(index, files, truth_of(made, {one.name: f"{one.name}.html" for one in made.reports}))


@pytest.fixture
def client(figured: Figured) -> FlaskClient:
    return create_app(Searcher(figured.index)).test_client()


@pytest.fixture(scope="session")
def generations(figured: Figured) -> Generations:
    return Generations(figured.index)
