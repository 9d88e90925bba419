"""Prints web pages to PDF with Chromium, many in one run of the browser.

Needs the package ``playwright`` and a Chromium on the machine; whoever calls asks ``is_available`` first.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator

try:
    from playwright.sync_api import sync_playwright
except ImportError:  # pragma: no cover - without the extra `dev`
    sync_playwright = None  # type: ignore[assignment]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_FOOTER = "<div style='font-size:8pt;width:100%;text-align:center'>— <span class='pageNumber'></span> —</div>"


def browser() -> str:
    """The path of the machine's Chromium, "" if there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), "")


def is_available() -> bool:
    """Whether pages can be printed here."""
    return sync_playwright is not None and bool(browser())


def print_pages(pages: Iterable[bytes]) -> Iterator[bytes]:
    """The PDF of each UTF-8 page, in order, with a running title and page numbers as agencies print them."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser(), args=list(_FLAGS))
        try:
            page = chromium.new_page()
            for html in pages:
                page.set_content(html.decode())
                yield page.pdf(
                    prefer_css_page_size=True,
                    display_header_footer=True,
                    header_template="<div style='font-size:8pt;width:100%;text-align:right'>政府信息公开</div>",
                    footer_template=_FOOTER,
                )
        finally:
            chromium.close()
