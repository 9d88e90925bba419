"""Every page can be read: nothing is wider than a phone, contrast holds in both schemes, controls have names."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.webui.browser.chromium import CONTRAST, NAMELESS, PHONE, SKIPPED_RANKS, Page

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_wider_than_a_phone(visit: Callable[..., Page], address: str) -> None:
    page = visit(address, viewport=PHONE, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


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
