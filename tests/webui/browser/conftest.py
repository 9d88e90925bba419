"""A browser, a server, and pages that complain when they break their own rules.

Playwright is imported inside the fixtures: where it is not installed the modules of this folder skip, which a
conftest can't do.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.demo.plan import make_corpus
from indexer.synthetic.demo.write import write_demo
from tests.webui.browser.server import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    from tests.webui.browser.chromium import FLAGS, sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def demo_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three bodies through six years, with a report that was withdrawn and a file that can't be read."""
    folder = tmp_path_factory.mktemp("demo")
    corpus, index = folder / "corpus", folder / "index"
    write_demo(corpus, make_corpus(agencies=3, years=range(2016, 2022)), formats=("html", "md"))
    (corpus / "shili-waishi" / "2022.txt").touch()
    job = IndexJob((corpus,), index, "memory")
    run_job(job)
    [withdrawn] = (corpus / "shili-jia").glob("2018.*")
    with (corpus / "manifest.toml").open("a", encoding="utf-8") as manifest:
        manifest.write(f'\n[[report]]\nfile = "shili-jia/{withdrawn.name}"\nwithdrawn = "数字有误"\n')
    run_job(job)
    return index


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens an address in a fresh profile; fails at the end if a page broke its own rules."""
    from tests.webui.browser.chromium import DESKTOP

    contexts, complaints = [], []

    def opened(address: str, **options: Any) -> Page:
        context = browser.new_context(base_url=site, **{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Policy" in message.text else None
        )
        page.on(
            "request", lambda request: complaints.append(request.url) if site not in request.url else None
        )
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
