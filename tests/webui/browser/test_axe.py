"""axe-core finds nothing on any page, in both colour schemes, on a desktop and on a phone.

axe-core is fetched by npm (``npm ci`` in this folder, as CI does). All its rules run but the experimental ones, of
which only ``label-content-name-mismatch`` is asked for: the others guess from how a table or a paragraph looks, and
tables of reports are shown as they were printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from flask import Flask

from report_search.search.searcher import Searcher
from tests.webui.browser.chromium import DESKTOP, PHONE, Browser, Page, expect
from tests.webui.browser.every_page import NO_PAGES, PAGES, Names, addresses, unlisted
from tests.webui.browser.server import serving
from webui import create_app

pytestmark = pytest.mark.browser

AXE = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"

RUN = """async (only) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const asked = { "label-content-name-mismatch": { enabled: true }, "target-size": { enabled: true } };
  const found = await axe.run(document, {
    ...(only ? { runOnly: { type: "rule", values: only } } : { runOnly: tags, rules: asked }),
    resultTypes: ["violations"],
    preload: false,
  });
  const said = node => [...node.any, ...node.all, ...node.none].map(check => check.message).join(" ");
  return found.violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)} ${said(node)}`));
}"""

LOOKS = ("color-contrast", "label-content-name-mismatch", "scrollable-region-focusable", "target-size")
"""The rules whose answer depends on the screen or on the colours, not on the markup alone."""

UNFOLD = (
    """() => { for (const one of document.querySelectorAll("main details:not(.export)")) one.open = true; }"""
)

STATES: tuple[tuple[dict[str, int], str, bool, tuple[str, ...]], ...] = (
    (DESKTOP, "light", False, ()),
    (PHONE, "light", False, LOOKS),
    (PHONE, "dark", True, ()),
    (DESKTOP, "dark", True, LOOKS),
)
"""Screen, colour scheme, whether all that is folded is unfolded, and the rules to try, () for all."""


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("no axe-core on this machine: npm ci --prefix tests/webui/browser")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def app(demo_index: Path) -> Flask:
    return create_app(Searcher(demo_index))


@pytest.fixture(scope="module")
def names(app: Flask, demo_index: Path) -> Names:
    searcher = Searcher(demo_index)
    report = "shili-waishi-2020"
    passages = searcher.report_passages(report)
    return Names(
        agency="shili-waishi",
        agency_name="示例外事服务部",
        renamed="shili-jia-ziyuan",
        report=report,
        withdrawn="shili-jia-2018",
        paragraph=next(one.id for one in passages if one.type == "paragraph"),
        row=next(one.id for one in passages if one.type == "table" and not one.is_head),
        document=app.test_client().get("/api/v1/references").get_json()["references"][0]["key"],
    )


@pytest.fixture
def open_with_axe(visit: Callable[..., Page], axe: str) -> Callable[[str], Page]:
    """Opens an address and loads axe-core into the page, from outside: the page's policy allows no other script."""

    def opened(address: str) -> Page:
        page = visit(address)
        page.evaluate(axe)
        return page

    return opened


def faults(page: Page) -> list[str]:
    """What axe-core finds in any of the states."""
    found = []
    for screen, scheme, is_unfolded, rules in STATES:
        page.set_viewport_size(screen)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if is_unfolded:
            page.evaluate(UNFOLD)
        found += [f"{screen['width']} {scheme}: {fault}" for fault in page.evaluate(RUN, list(rules) or None)]
    return found


def test_every_page_of_the_site_has_an_entry(app: Flask) -> None:
    assert unlisted(app) == []
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert sorted(PAGES.keys() | NO_PAGES) == sorted((PAGES.keys() | NO_PAGES) & endpoints)


@pytest.mark.parametrize("address", list(addresses()))
def test_axe_finds_nothing(open_with_axe: Callable[[str], Page], names: Names, address: str) -> None:
    method, _, path = address.rpartition(" ")
    page = open_with_axe(path.format(**asdict(names)))
    if method == "POST":
        page.get_by_label("要比对的文字").fill("收到信息公开申请46起。\n全年办理领事保护案件三件。")
        page.get_by_role("button", name="比对", exact=True).click()
        page.evaluate(AXE.read_text(encoding="utf-8"))
    assert faults(page) == []


def test_axe_finds_nothing_in_what_scripts_open(open_with_axe: Callable[[str], Page]) -> None:
    page = open_with_axe("/")
    page.keyboard.type("公开")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(RUN) == []
    page = open_with_axe("/?q=公开")
    page.locator(".export > summary").click()
    page.locator(".hits input[name=pick]").first.check()
    expect(page.locator("#picked")).to_be_visible()
    assert page.evaluate(RUN) == []


def test_axe_finds_nothing_on_long_lists_that_are_cut_into_pages(
    open_with_axe: Callable[[str], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.views.corpus.ROWS_PER_PAGE", 1)
    monkeypatch.setattr("webui.views.mentions.ROWS_PER_PAGE", 1)
    for address in ("/about", "/mentions?q=公开"):
        page = open_with_axe(address)
        assert page.locator(".pages").count()
        assert page.evaluate(RUN) == []


def test_axe_finds_nothing_where_there_is_no_index(
    browser: Browser, axe: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serving(create_app(Searcher(tmp_path_factory.mktemp("none")))) as address:
        page = browser.new_page()
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 503
        page.evaluate(axe)
        assert faults(page) == []
        page.close()
