"""What is taken away: citations copied, whole results as files."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from report_search.passages import Passage
from tests.webui.browser.chromium import CONTRAST, DESKTOP, NAMELESS, PHONE, Page, expect

pytestmark = pytest.mark.browser


def test_a_citation_is_copied(
    visit: Callable[..., Page], passages_by_report: dict[str, list[Passage]]
) -> None:
    page = visit(
        f"/passages/{passages_by_report['waijiaobu-2014'][1].id}",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.get_by_role("button", name="复制").first.click()
    expect(page.get_by_role("button", name="已复制")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("[data-copy]").first.inner_text()


def test_the_whole_result_is_taken_out_without_javascript(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博&year=2014&year=2019", java_script_enabled=False, accept_downloads=True)
    page.locator(".export > summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV 表格").click()
    assert re.fullmatch(r"年报检索-微博-[\d-]{10}\.csv", waiting.value.suggested_filename)
    rows = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    shown = [hit.get_attribute("aria-labelledby") for hit in page.locator("article.hit").all()]
    assert [f"in-{row.partition(',')[0]}" for row in rows[1:]] == shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_is_unfolded_to_be_taken_out_fits_and_can_be_read(
    visit: Callable[..., Page],
    passages_by_report: dict[str, list[Passage]],
    scheme: str,
    viewport: dict[str, int],
) -> None:
    passage = passages_by_report["waijiaobu-2014"][1].id
    for address in ("/?q=微博", "/reports/waijiaobu-2014", f"/passages/{passage}"):
        page = visit(address, color_scheme=scheme, viewport=viewport)
        for summary in page.locator(".export > summary, .cite > summary, .more-citations > summary").all():
            summary.click()
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        menu = page.locator(".export-menu, .citation").first.bounding_box()
        assert menu
        assert menu["x"] >= 0
        assert menu["x"] + menu["width"] <= viewport["width"]


def test_a_citation_is_selected_whole_by_a_click_without_javascript(
    visit: Callable[..., Page], passages_by_report: dict[str, list[Passage]]
) -> None:
    page = visit(f"/passages/{passages_by_report['waijiaobu-2014'][1].id}", java_script_enabled=False)
    citation = page.locator("[data-copy]").first
    assert citation.evaluate("element => getComputedStyle(element).userSelect") == "all"
