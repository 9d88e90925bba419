"""Draw ``webui/static/favicon.ico`` from ``webui/static/icon.svg``: ``python docs/images/favicon.py``.

A favicon holds the icon at 16, 32 and 48 pixels, each as a PNG; Chromium draws them.
"""

from __future__ import annotations

import struct
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ICON = ROOT / "webui" / "static" / "icon.svg"
FAVICON = ROOT / "webui" / "static" / "favicon.ico"
SIZES = (16, 32, 48)
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    FAVICON.write_bytes(packed({size: drawn(size) for size in SIZES}))
    print(FAVICON.relative_to(ROOT), FAVICON.stat().st_size, "bytes")


def drawn(size: int) -> bytes:
    """The icon as a PNG of ``size`` times ``size`` pixels, transparent around it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": size, "height": size})
        svg = ICON.read_text(encoding="utf-8").replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
        page.set_content(f"<body style='margin:0;line-height:0'>{svg}")
        image = page.screenshot(omit_background=True)
        browser.close()
        return image


def packed(images: dict[int, bytes]) -> bytes:
    """An ICO file: a head, an entry of 16 bytes for each image, then the images."""
    head = struct.pack("<HHH", 0, 1, len(images))
    at = len(head) + 16 * len(images)
    entries = []
    for size, image in images.items():
        entries.append(struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(image), at))
        at += len(image)
    return head + b"".join(entries) + b"".join(images.values())


if __name__ == "__main__":
    main()
