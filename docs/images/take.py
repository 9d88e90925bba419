"""Takes the pictures of the README again: the corpus, indexed and served, in Debian's Chromium.

The rule: both pictures show real pages of the corpus. Run ``python docs/images/take.py`` from the root of the project,
look at the pictures, commit them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from report_search.search.searcher import Searcher
from webui import create_app

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1180, 820


def main() -> None:
    """Index ``corpus/`` into a temporary folder, serve it, take both pictures."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium on this machine: apt-get install chromium")
    with tempfile.TemporaryDirectory() as index:
        subprocess.run(["report-search", "index", "corpus", "--index", index], check=True)
        server = make_server("127.0.0.1", 0, create_app(Searcher(Path(index))), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            take(chromium, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            server.server_close()


def take(chromium: str, site: str) -> None:
    """The search page with two facets ticked, and the report page with the hit in place."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--hide-scrollbars"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(5000)
        page.goto(f"{site}/?q=领事保护&year=2014&year=2019&topic=consular-protection")
        page.screenshot(path=HERE / "search.png")
        page.locator(".hit", has_text="2019").get_by_role("link", name="看上下文").first.click()
        page.wait_for_load_state()
        page.mouse.move(0, 0)  # away from what is under it, which would look pointed at
        page.screenshot(path=HERE / "report.png")
        browser.close()


if __name__ == "__main__":
    main()
