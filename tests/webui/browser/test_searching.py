"""From the box to a passage: by mouse, by keyboard, without JavaScript, with completions and an input method."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest

from report_search.passages import Passage
from tests.webui.browser.chromium import Page, count, expect

pytestmark = pytest.mark.browser


def walk(page: Page, passages_by_report: dict[str, list[Passage]]) -> None:
    """Search, tick two facets, open a hit in its report, follow its permanent address."""
    page.get_by_label("检索词").fill("领事")
    page.get_by_role("button", name="检索").click()
    before = count(page)
    for label in ("2014", "段落"):
        tick = page.locator(".tick", has=page.locator(f".tick-label:text-is('{label}')"))
        promised = int(tick.locator(".count").inner_text())
        tick.click()
        expect(page.locator(".ticked", has_text=label)).to_have_count(1)
        assert count(page) == promised
    assert 0 < count(page) < before
    passage = next(p for p in passages_by_report["waijiaobu-2014"] if "领事救助" in p.text)
    page.locator(".hit", has_text="领事救助").get_by_role("link", name="看上下文").click()
    assert page.url.endswith(f"#{passage.id}")
    here = page.locator(f"[id='{passage.id}']")
    expect(here).to_be_in_viewport()
    assert here.evaluate("e => e.matches(':target')")
    top = here.evaluate(
        "e => e.getBoundingClientRect().top - document.querySelector('.in-place').getBoundingClientRect().bottom"
    )
    assert top >= 0, "the bar of hits covers the passage"
    here.hover()
    here.get_by_role("link", name="引用本段").click()
    assert page.url.endswith(f"/passages/{passage.id}")
    expect(page.locator(".quoted")).to_have_text(passage.text)


def test_from_the_box_to_the_citation(
    visit: Callable[..., Page], passages_by_report: dict[str, list[Passage]]
) -> None:
    walk(visit("/"), passages_by_report)


def test_from_the_box_to_the_citation_without_javascript(
    visit: Callable[..., Page], passages_by_report: dict[str, list[Passage]]
) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_label("检索词").fill("领事")
    page.get_by_role("button", name="检索").click()
    page.locator(".tick", has_text="2014").click()
    page.locator(".tick", has_text="段落").click()
    page.get_by_role("button", name="应用筛选").click()
    assert "year=2014" in page.url
    page.locator(".hit", has_text="领事救助").get_by_role("link", name="引用本段").click()
    passage = next(p for p in passages_by_report["waijiaobu-2014"] if "领事救助" in p.text)
    expect(page.locator(".quoted")).to_have_text(passage.text)
    expect(page.locator(".copy")).to_have_count(0)


def test_from_the_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.keyboard.type("领事救助")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == "跳到正文"
    assert page.locator(".skip").first.bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "看上下文":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reports/waijiaobu-2014"))


def test_a_completion_is_chosen_from_the_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("/")
    box = page.get_by_role("combobox", name="检索词")
    page.keyboard.type("lsbh")
    option = page.get_by_role("option", name="领事保护与服务")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    promised = option.locator(".completion-count").inner_text().removesuffix(" 段")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    assert unquote(page.url).endswith("/?q=主题:领事保护与服务")
    assert count(page) == int(promised)


def test_completions_go_away(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.keyboard.type("领事")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.type("保")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_label("检索词").click()
    page.keyboard.type("护")
    page.get_by_role("option").first.click()
    page.wait_for_url("**/?q=*")


def test_the_enter_that_ends_a_composition_does_not_search(visit: Callable[..., Page]) -> None:
    """As Chromium reports it (229 while composing) and as Safari does (229 just after the composition ended)."""
    page = visit("/")
    session = page.context.new_cdp_session(page)
    asked: list[str] = []
    # The icon of the page may come late, on a busy machine.
    page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    session.send("Input.imeSetComposition", {"text": "ling", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_timeout(300)
    assert asked == [], "nothing is asked while an input method composes"
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter})
    session.send("Input.insertText", {"text": "领事"})
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r", **enter})
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.get_by_label("检索词").input_value() == "领事"
    assert all("/api/v1/completions" in address for address in asked)


SHOWN_FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const place = at.querySelector(":scope > .trend-place");
  const isDrawn = place ? getComputedStyle(place).stroke !== "none" : style.outlineStyle !== "none";
  return at === document.body || isDrawn ? "" : at.outerHTML;
}"""


@pytest.mark.parametrize("address", ["/?q=微博", "/reports/waijiaobu-2019?q=微博", "/data"])
def test_whoever_walks_by_tab_sees_where_they_are(visit: Callable[..., Page], address: str) -> None:
    page = visit(address)
    hidden = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        hidden.add(page.evaluate(SHOWN_FOCUS))
    assert hidden == {""}
