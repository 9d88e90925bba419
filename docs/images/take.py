"""Takes the pictures of the README again: the corpus, indexed and served, in Debian's Chromium.

The rule: both pictures show real pages of the corpus. Run ``python docs/images/take.py`` from the root of the project,
look at the pictures, commit them. ``guide.py`` beside it takes those of the guide in the same way.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from report_search.search.searcher import Searcher
from webui import create_app

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1180, 820
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--hide-scrollbars")


def main() -> None:
    """Index ``corpus/`` into a temporary folder, serve it, take both pictures."""
    with tempfile.TemporaryDirectory() as index:
        command("index", "corpus", "--index", index)
        with served(Path(index)) as site, chromium() as browser:
            take(browser, site)


def command(*arguments: str) -> None:
    """Run a command of the project; a failure ends the script."""
    subprocess.run([sys.executable, "-m", "report_search", *arguments], check=True)


@contextmanager
def served(index: Path) -> Iterator[str]:
    """The address at which an index is served meanwhile."""
    server = make_server("127.0.0.1", 0, create_app(Searcher(index)), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, driven by Playwright."""
    program = shutil.which("chromium")
    if program is None:
        sys.exit("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def take(browser: Browser, site: str) -> None:
    """The search page with two facets ticked, and the report page with the hit in place."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.set_default_timeout(5000)
    page.goto(f"{site}/?q=领事保护&year=2014&year=2019&topic=consular-protection")
    page.screenshot(path=HERE / "search.png")
    page.locator(".hit", has_text="2019").get_by_role("link", name="看上下文").first.click()
    page.wait_for_load_state()
    page.mouse.move(0, 0)  # away from what is under it, which would look pointed at
    page.screenshot(path=HERE / "report.png")


if __name__ == "__main__":
    main()
