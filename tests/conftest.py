"""What every test may use, and the one switch of CI: a skip is a failure there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from report_search.export import site_address
from tests.engine.opensearch_server import Cluster, UnavailableError, cluster
from tests.running.distribution import rank_of, scheduler
from webui.operating.settings import ServiceSettings

NO_SKIP = "REPORT_SEARCH_NO_SKIP"


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--rewrite-golden`` writes what comes out into the golden files; a test fails while it is on."""
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite the golden files and fail once")


@pytest.fixture
def commands_at_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands print the addresses of the host that Flask's client asks, so that both say the same."""
    monkeypatch.setattr(site_address, "DEFAULT_SITE", "http://localhost")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes longest first, so that the processes of pytest-xdist end at about the same time."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each process of pytest-xdist whole files, and all tests that need the cluster to one."""
    return scheduler(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Turn every skip into a failure where ``REPORT_SEARCH_NO_SKIP`` is set."""
    report = yield
    if report.skipped and os.environ.get(NO_SKIP) and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and {NO_SKIP} allows no skip: {report.longrepr}"
    return report


@pytest.fixture(scope="session", params=["memory", "whoosh", "tantivy", "opensearch"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Every engine in turn, as ``--engine`` takes it; one whose extra is not installed skips."""
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the extra 'tantivy' is not installed")
    if request.param == "opensearch":
        running: Cluster = request.getfixturevalue("opensearch")
        return running.address(f"any-{secrets.token_hex(3)}")
    return str(request.param)


@pytest.fixture(scope="session", autouse=True)
def _no_deadline() -> Iterator[None]:
    """A machine that runs tests on every core may take its time; a test of deadlines sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webui.app.ServiceSettings", partial(ServiceSettings, deadline=None))
        yield


@pytest.fixture(scope="session")
def opensearch() -> Iterator[Cluster]:
    """A running cluster of three nodes; tests that need it skip, with the reason, where it can't be had."""
    pytest.importorskip("urllib3", reason="the extra 'opensearch' is not installed")
    with ExitStack() as stack:
        try:
            running = stack.enter_context(cluster())
        except UnavailableError as missing:
            pytest.skip(f"no OpenSearch: {missing}")
        yield running
