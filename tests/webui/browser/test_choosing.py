"""Hits that are chosen one by one, kept in the address, cited, exported and printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from report_search.passages import Passage
from tests.webui.browser.chromium import CONTRAST, DESKTOP, NAMELESS, PHONE, SKIPPED_RANKS, Page, expect

pytestmark = pytest.mark.browser


def pick_of(page: Page, text: str) -> Any:
    """The box that chooses the hit with ``text`` in it."""
    return page.locator(".hit", has_text=text).first.get_by_role("checkbox", name="选取")


def test_ticks_are_kept_in_the_address_through_paging_order_and_filters(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博&limit=10")
    bar = page.locator("#picked")
    expect(bar).to_be_hidden()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if "/static/" not in request.url else None)
    first = page.locator(".hits input[name=pick]").first
    first.focus()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("已选 1 段")
    expect(page.locator("#announced")).to_have_text("已选 1 段")
    assert loaded == [], "a tick needs no page"
    ids = [first.get_attribute("value")]
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**cursor=**")
    box = page.locator(".hits input[name=pick]").nth(2)
    box.check()
    ids.append(box.get_attribute("value"))
    expect(bar).to_contain_text("已选 2 段")
    page.get_by_role("link", name="最早在前").click()
    page.wait_for_url("**sort=oldest**")
    page.locator(".tick", has_text="2020").click()
    expect(page.locator(".chip-filter", has_text="2020")).to_be_visible()
    expect(bar).to_contain_text("已选 2 段")
    third = page.locator(".hits input[name=pick]:not(:checked)").first
    ids.append(third.get_attribute("value"))
    third.check()
    assert [part.removeprefix("pick=") for part in page.url.split("&") if part.startswith("pick=")] == ids
    page.get_by_role("button", name="检索").click()
    page.wait_for_load_state()
    expect(bar).to_contain_text("已选 3 段")
    bar.get_by_role("link", name="引用", exact=True).click()
    assert page.url.endswith("#cite")
    expect(page.locator("h1")).to_contain_text("已选 3 段")
    assert [hit.get_attribute("aria-labelledby") for hit in page.locator("article.hit").all()] == [
        f"in-{one}" for one in ids
    ]
    page.get_by_role("link", name="回到检索结果").click()
    expect(bar).to_contain_text("已选 3 段")
    page.get_by_role("link", name="清空").click()
    expect(bar).to_be_hidden()
    assert "pick=" not in page.url
    assert page.locator(".hits input:checked").count() == 0
    assert page.evaluate("document.activeElement.name") == "pick"


def test_hits_are_chosen_cited_and_taken_away_without_javascript(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博&limit=10", java_script_enabled=False, accept_downloads=True)
    wanted = []
    for at in (0, 3):
        box = page.locator(".hits input[name=pick]").nth(at)
        box.check()
        wanted.append(box.get_attribute("value"))
    page.get_by_role("button", name="更新所选").click()
    expect(page.locator("#picked")).to_contain_text("已选 2 段")
    page.get_by_role("link", name="下一页").click()
    box = page.locator(".hits input[name=pick]").first
    box.check()
    wanted.append(box.get_attribute("value"))
    page.get_by_role("button", name="更新所选").click()
    assert "cursor=" in page.url
    expect(page.locator("#picked")).to_contain_text("已选 3 段")
    page.get_by_role("link", name="导出", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV 表格").click()
    rows = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == wanted
    page.get_by_role("link", name="移出").nth(1).click()
    expect(page.locator("article.hit")).to_have_count(2)
    page.get_by_role("link", name="清空").click()
    expect(page.locator(".picked-links")).to_be_hidden()


def test_no_more_are_chosen_than_an_address_holds(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博&" + "&".join(f"pick=x-2019-{number:08x}" for number in range(100)))
    box = page.locator(".hits input[name=pick]").first
    box.click()
    expect(page.locator("#announced")).to_have_text("一次最多选 100 段")
    assert not box.is_checked()
    expect(page.locator(".picked-count")).to_have_text("100")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_is_chosen_fits_and_can_be_read(
    visit: Callable[..., Page],
    passages_by_report: dict[str, list[Passage]],
    scheme: str,
    viewport: dict[str, int],
) -> None:
    table = next(p for p in passages_by_report["waijiaobu-2019"] if p.type == "table" and not p.is_head)
    ids = (passages_by_report["waijiaobu-2014"][2].id, table.id, "waijiaobu-2014-00000000")
    picks = "&".join(f"pick={one}" for one in ids)
    for address in (f"/?q=微博&group=report&{picks}", f"/selection?q=微博&{picks}"):
        page = visit(address, color_scheme=scheme, viewport=viewport)
        for summary in page.locator("main details:not(.wide-open) > summary").all():
            summary.click()
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate(SKIPPED_RANKS) == []
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        ids_twice = "() => { const all = [...document.querySelectorAll('[id]')].map(e => e.id);"
        assert page.evaluate(ids_twice + " return all.filter((id, at) => all.indexOf(id) !== at); }") == []
    expect(page.locator("[role=note]")).to_contain_text("有 1 段现已不在索引中")


def test_the_bar_never_hides_what_is_focused(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博&pick=x-2019-00000000", viewport={"width": 1280, "height": 500})
    page.locator(".hits input[name=pick]").first.focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        bottom = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
        assert bottom <= page.evaluate("document.getElementById('picked').getBoundingClientRect().top")


def test_a_selection_prints_its_passages_with_their_addresses(
    visit: Callable[..., Page], passages_by_report: dict[str, list[Passage]]
) -> None:
    passage = passages_by_report["waijiaobu-2014"][1]
    page = visit(f"/selection?q=微博&pick={passage.id}")
    page.emulate_media(media="print")
    for gone in ("form.search", ".take", ".hit-links", ".site", ".copy"):
        expect(page.locator(gone).first).not_to_be_visible()
    expect(page.locator(".fragments")).to_have_text(passage.text)
    expect(page.locator(".chosen-address")).to_contain_text(f"/passages/{passage.id}")
