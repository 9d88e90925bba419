"""A report in a browser: its hits are walked, it is searched by itself, its tables fit, it prints."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.browser.chromium import DESKTOP, PHONE, Page, expect

pytestmark = pytest.mark.browser


def test_a_wide_table_is_cards_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("/reports/waijiaobu-2019", viewport=PHONE, is_mobile=True, has_touch=True)
    # The table of this report is narrow; any table may be told to be wide.
    page.locator("figure.table").first.evaluate("e => e.classList.add('table-wide')")
    cells = page.locator(".table-wide td").all()
    assert len(cells) == 4
    for cell in cells:
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_hits_of_a_report_are_walked_by_keys_and_buttons(
    visit: Callable[..., Page], viewport: dict[str, int]
) -> None:
    page = visit("/reports/shanghai-2020?q=微博", viewport=viewport)
    total = int(page.locator(".in-place").get_attribute("data-hits") or 0)
    assert total > 12
    links = page.locator(".in-place ol a")
    assert links.count() == total
    below = """() => document.querySelector(':target').getBoundingClientRect().top
        - document.querySelector('.in-place').getBoundingClientRect().bottom"""

    def expect_at(number: int) -> None:
        expect(page.locator(".in-place-now")).to_have_text(f"第 {number} / {total} 处")
        assert page.evaluate("document.querySelector(':target').id") == links.nth(number - 1).evaluate(
            "a => a.hash.slice(1)"
        )
        expect(page.locator(":target")).to_be_in_viewport()
        assert page.evaluate(below) >= 0, "the bar covers the hit"

    links.first.evaluate("a => a.click()")
    expect_at(1)
    page.keyboard.press("n")
    expect_at(2)
    page.get_by_role("button", name="下一处").click()
    expect_at(3)
    page.keyboard.press("p")
    page.get_by_role("button", name="上一处").click()
    page.keyboard.press("p")
    expect_at(total)
    page.get_by_text(f"全部 {total} 处").click()
    links.nth(11).click()
    expect_at(12)
    page.locator("#within").press_sequentially("npn")
    expect(page.locator(".in-place-now")).to_have_text(f"第 12 / {total} 处")


def test_a_report_is_searched_by_itself(visit: Callable[..., Page]) -> None:
    page = visit("/reports/waijiaobu-2014")
    page.locator("#within").fill("领事救助")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/waijiaobu-2014?q=*")
    expect(page.locator(".in-place")).to_contain_text("在本报告中见于 1 段")
    expect(page.locator("mark").first).to_have_text("领事救助")


def test_in_print_only_what_was_found_is_left(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博")
    page.emulate_media(media="print")
    for gone in ("form.search", ".side", ".pager", ".hit-links", ".site"):
        expect(page.locator(gone).first).not_to_be_visible()
    expect(page.locator(".fragments").first).to_be_visible()
    page.goto("/reports/waijiaobu-2019")
    expect(page.locator("table")).to_be_visible()
    expect(page.locator(".anchor").first).not_to_be_visible()
