"""The pages in a real browser: Debian's Chromium, headless, with a profile of its own.

What a browser decides and no parser can: that a click leads there, that nothing is wider than a phone, that the
text can be read in both colour schemes, that everything works from the keyboard and without JavaScript.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from werkzeug.serving import make_server

from report_search.passages import Passage

pytest.importorskip("playwright", reason="the extra 'ci' is not installed")

from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}
PAGES = (
    "/",
    "/?q=微博&year=2014&year=2019",
    "/?q=国家秘密",
    "/?q=微博&group=report",
    "/selection",
    "/?q=没有这个词&year=2016",
    "/?q=“领事救助",
    "/reports/waijiaobu-2014?q=领事",
    "/reports/waijiaobu-2019?q=国家秘密",
    "/?q=微博&by=agency",
    "/mentions",
    "/mentions?q=微博",
    "/?q=哪些机关没有提到微博",
    "/about",
    "/agencies?q=wjb",
    "/agencies/waijiaobu",
    "/agencies/waijiaobu/phrases",
    "/agencies/waijiaobu/phrases?year=2014",
    "/agencies/ziranziyuanbu",
    "/?q=外交部",
    "/passages/waijiaobu-2014-68a02278/history",
    "/compare?a=waijiaobu-2014&b=waijiaobu-2019",
    "/match",
    "/concordance",
    "/concordance?q=微博&sort=year",
    "/concordance?q=微博&width=sentence&sort=left",
    "/help",
    "/nowhere",
)

CONTRAST = """() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const colour = text => {
    const [r, g, b, a = 1] = numbers(text.replace(/^color\\(srgb/, ""));
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const ground = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(colour(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, style = getComputedStyle(element);
    if (!node.data.trim() || !element.checkVisibility() || element.closest(".unseen, .anchor, [aria-hidden]")) continue;
    const back = ground(element), [a, b] = [light(over(colour(style.color), back)), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.className || element.tagName}: ${node.data.trim()}`);
  }
  return [...new Set(poor)];
}"""

NAMELESS = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), summary, [role=region]")]
  .filter(e => e.checkVisibility() && !(e.labels?.length || e.getAttribute("aria-label")
    || e.getAttribute("aria-labelledby")?.split(" ").every(id => document.getElementById(id)?.textContent.trim())
    || e.textContent.trim()))
  .map(e => e.outerHTML)"""

SKIPPED_RANKS = """() => {
  let before = 0;
  return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(h => {
    const rank = Number(h.tagName[1]), skipped = rank > before + 1;
    before = rank;
    return skipped;
  }).map(h => h.textContent);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens an address in a fresh profile; fails at the end if a page broke its own rules."""
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


def count(page: Page) -> int:
    return int(page.locator(".total strong").first.inner_text().replace(",", ""))


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
    page.on("request", lambda request: asked.append(request.url))
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
    assert re.fullmatch(r"政府信息公开年报检索-微博-[\d-]{10}\.csv", waiting.value.suggested_filename)
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


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_wider_than_a_phone(visit: Callable[..., Page], address: str) -> None:
    page = visit(address, viewport=PHONE, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


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


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_schemes(visit: Callable[..., Page], address: str, scheme: str) -> None:
    page = visit(address, color_scheme=scheme)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", dark)[:3])) < 384) == (scheme == "dark")
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("address", PAGES)
def test_controls_have_names_and_headings_their_ranks(visit: Callable[..., Page], address: str) -> None:
    page = visit(address)
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SKIPPED_RANKS) == []


def test_in_print_only_what_was_found_is_left(visit: Callable[..., Page]) -> None:
    page = visit("/?q=微博")
    page.emulate_media(media="print")
    for gone in ("form.search", ".side", ".pager", ".hit-links", ".site"):
        expect(page.locator(gone).first).not_to_be_visible()
    expect(page.locator(".fragments").first).to_be_visible()
    page.goto("/reports/waijiaobu-2019")
    expect(page.locator("table")).to_be_visible()
    expect(page.locator(".anchor").first).not_to_be_visible()


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
    page.get_by_role("link", name="引用", exact=True).click()
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
    assert page.url.count("pick=") == 100


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


def test_what_changed_is_marked_for_whoever_sees_no_colour(visit: Callable[..., Page]) -> None:
    page = visit("/match")
    page.get_by_label("要比对的文字").fill(
        "收到信息公开申请46起。\n全年发布微博、微信共6755条，提供领事救助202次。"
    )
    page.get_by_label("按行").check()
    page.get_by_role("button", name="比对", exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_have_count(3)
    inserted = page.locator("section ins").first
    expect(inserted).to_contain_text("46")
    assert inserted.evaluate("element => getComputedStyle(element).textDecorationLine") == "underline"
    assert page.evaluate(CONTRAST) == []


def test_the_columns_of_a_comparison_become_one_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("/compare?a=waijiaobu-2014&b=waijiaobu-2019", viewport=PHONE, is_mobile=True, has_touch=True)
    cells = page.locator(".compared tr").last.locator("td")
    first, second = cells.nth(0).bounding_box(), cells.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    assert first["x"] == second["x"]
    assert first["y"] < second["y"]
    page.goto("/reports/waijiaobu-2019")
    page.get_by_role("link", name="与上一年比较").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("两份报告的比较")


KWIC_EDGES = """() => [...document.querySelectorAll(".kwic tbody tr:not(.kwic-group)")].map(row => {
  const [left, key] = row.cells, text = left.querySelector("bdi").getBoundingClientRect();
  return [text.right - left.getBoundingClientRect().right, text.width - left.clientWidth,
          key.getBoundingClientRect().left];
})"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_concordance_is_aligned_and_cut_on_its_left(
    visit: Callable[..., Page], size: dict[str, int]
) -> None:
    page = visit("/concordance?q=领事&width=60", viewport=size)
    edges = page.evaluate(KWIC_EDGES)
    assert len(edges) > 2
    assert all(abs(right) < 1.5 for right, _, _ in edges), "the end of the left side touches the keyword"
    assert any(over > 0 for _, over, _ in edges), "a long left side is wider than its cell"
    assert len({round(left) for _, _, left in edges}) == 1, "the keywords stand under one another"
    # What is cut from sight is still there to be copied, in the order in which it is printed.
    row = page.locator(".kwic tbody tr", has=page.locator("mark")).first
    copied = row.evaluate("""row => {
      const range = document.createRange();
      range.selectNodeContents(row);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return getSelection().toString();
    }""")
    told = page.request.get("/api/v1/concordance?q=领事&width=60").json()["lines"][0]
    assert copied.startswith(told["left"])
    assert [told["left"], told["key"], told["right"]] == copied.split("\t")[:3]


def test_from_a_result_to_its_concordance_and_to_the_report(visit: Callable[..., Page]) -> None:
    page = visit("/?q=领事救助")
    page.get_by_role("link", name="逐处并列").click()
    page.get_by_role("link", name="按左边").click()
    assert "sort=left" in page.url
    page.locator(".kwic-place a").first.click()
    assert "/reports/waijiaobu-2014" in page.url
    expect(page.locator(":target mark")).to_have_count(1)


def test_from_an_agency_to_a_phrase_that_is_new(visit: Callable[..., Page]) -> None:
    page = visit("/agencies/waijiaobu")
    page.get_by_role("link", name="各年新出现和不再出现的说法").click()
    expect(page.get_by_text("没有收录：2015—2018年")).to_be_visible()
    entry = page.locator(".phrases li", has_text="预防性").first
    expect(entry.locator("mark").first).to_be_visible()
    entry.get_by_role("link", name="看上下文").first.click()
    assert "/reports/waijiaobu-2019" in page.url
    page.go_back()
    page.get_by_role("link", name="2014", exact=True).click()
    expect(page.get_by_text("这是已收录的最早一年")).to_be_visible()
