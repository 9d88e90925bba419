"""Filters beside the results: ticked in place, typed, skipped, folded on a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from tests.webui.browser.chromium import PHONE, Page, expect

pytestmark = pytest.mark.browser


def test_ticks_answer_in_place_and_keep_the_focus(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博", viewport={"width": 1280, "height": 400})
    box = page.get_by_role("checkbox", name="段落")
    box.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".chip-filter", has_text="段落")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == [
        "type",
        "paragraph",
    ]
    assert abs(page.evaluate("scrollY") - before) < 200
    year = page.locator(".facet[data-field=year] .tick").first
    year.click()
    expect(page.locator(".chip-filter")).to_have_count(2)
    assert page.url.count("type=paragraph") == page.url.count("year=") == 1
    page.go_back()
    expect(page.locator(".chip-filter")).to_have_count(1)
    page.go_back()
    expect(page.locator(".chip-filter")).to_have_count(0)
    assert unquote(page.url).endswith("/?q=微博")


def test_filters_come_before_results_and_can_be_skipped(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博")
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到检索结果"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "found"
    first_filter, first_hit = page.locator(".facet input").first, page.locator(".hit a").first
    order = "(a, b) => Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING)"
    assert first_filter.evaluate(f"(a) => ({order})(a, document.querySelector('.hit a'))")
    assert first_hit.is_visible()


def test_a_range_of_years_is_typed(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博")
    page.get_by_label("年份从").fill("2015")
    page.get_by_label("到 年").fill("2020")
    page.keyboard.press("Enter")
    expect(page.locator(".chip-filter")).to_have_count(2)


def test_on_a_phone_facets_and_outline_are_folded_and_open_by_a_tap(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博", viewport=PHONE, is_mobile=True, has_touch=True)
    tick = page.locator(".tick", has_text="2014").first
    expect(tick).not_to_be_visible()
    page.get_by_text("筛选", exact=True).tap()
    tick.tap()
    expect(page.locator(".chip-filter", has_text="2014")).to_be_visible()
    page.goto("/reports/waijiaobu-2014")
    page.locator("summary", has_text="目录").tap()
    page.get_by_role("link", name="五、继续做好依申请公开工作").tap()
    assert unquote(page.url).endswith("#s-3")
