"""“添加报告” in a browser: dropped, looked at beside what is printed, corrected, found; and accessible throughout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import report
from report_search.search.searcher import Searcher
from tests.webui.browser.test_axe import AXE, faults
from webui import create_app
from webui.adding.guard import AddingSettings
from webui.operating.settings import ServiceSettings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
CORPUS = Path(__file__).resolve().parents[3] / "corpus"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("adding")
    run_job(IndexJob((CORPUS,), folder / "index", "memory"))
    settings = AddingSettings(folder / "added", folder / "index", "secret")
    return create_app(Searcher(folder / "index"), ServiceSettings(deadline=None, adding=settings))


def check(page: Page) -> None:
    """What axe-core says, where it is installed."""
    if AXE.exists():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert faults(page) == []


def test_a_report_is_added_by_hand(visit: Callable[..., Page], tmp_path: Path) -> None:
    (tmp_path / "年报.html").write_bytes(write_html(report("辛市民政局", 2021), layout="article"))
    page = visit("/")
    page.get_by_role("link", name="添加报告").click()
    check(page)
    page.locator("input[type=file]").set_input_files(tmp_path / "年报.html")
    page.get_by_role("button", name="看看读出了什么").click()
    expect(page.get_by_label("机关")).to_have_value("辛市民政局", timeout=60_000)
    # The file is shown as it is printed, in a sandbox, beside what was read of it.
    printed = page.frame_locator("iframe")
    expect(printed.get_by_role("heading", level=1)).to_contain_text("辛市民政局")
    expect(page.locator(".beside-read")).to_contain_text("辛市民政局2021年政府信息公开")
    check(page)
    page.get_by_label("年份").fill("2019")
    page.get_by_role("button", name="收录选中的并更新索引").press("Enter")
    expect(page.get_by_role("heading", name="收录结果")).to_be_visible(timeout=120_000)
    check(page)
    page.get_by_role("link", name="辛市民政局 · 2019年").click()
    expect(page.locator("main")).to_contain_text("辛市民政局")
    assert page.url.endswith("-2019")
