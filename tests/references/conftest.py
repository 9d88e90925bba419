"""An index of made reports that cite documents, and the truth about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from report_search.search.searcher import Searcher
from tests.references.cited import Made, make, publish
from webui import create_app


@pytest.fixture(scope="session")
def made() -> Made:
    return make()


@pytest.fixture(scope="session")
def index(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cited")
    publish(made, root)
    return root


@pytest.fixture(scope="session")
def searcher(index: Path) -> Searcher:
    return Searcher(index)


@pytest.fixture(scope="session")
def client(searcher: Searcher) -> FlaskClient:
    return create_app(searcher).test_client()
