"""Takes the pictures of the guide again: the demo corpus, indexed with ``corpus/`` and served, in Debian's Chromium.

The rule: every picture shows a real page of invented reports, which says that they are invented. A picture is a name,
an address, what is done there before it is taken, and where the page is cut off. Run ``python docs/images/guide.py``
from the root of the project (names behind it take only those), look at the pictures, commit them.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from take import chromium, command, served

PICTURES = Path(__file__).with_suffix("")
WIDTH, HEIGHT = 1080, 720
QUALITY = 0.7
"""Of the WebP files; Chromium packs them itself, so that nothing else has to be installed."""
PACK = """async ([png, quality]) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const packed = await canvas.convertToBlob({ type: "image/webp", quality });
  const bytes = new Uint8Array(await packed.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
DRAFT = """承办建议提案225件，答复全文经审查后在网站公开。
全年举办业务培训班6期，保密审查、答复实务和案例研讨列为必修内容。
将每年的第一个星期一定为政府开放日。"""

Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file's name, an address, what is done there, how much of the page is shown from where on."""

    name: str
    address: str
    act: Act = lambda page: None
    height: int = HEIGHT
    top: str = ""


def typed(page: Page) -> None:
    """Letters of a topic in the box, and what is offered for them."""
    page.locator("#q").press_sequentially("lsbh", delay=60)
    page.locator("[role=option]").first.wait_for()


def followed(link: str) -> Act:
    """Follow the first link of a name."""

    def act(page: Page) -> None:
        page.get_by_role("link", name=link, exact=True).first.click()
        page.wait_for_load_state()
        page.mouse.move(0, 0)

    return act


def opened(selector: str) -> Act:
    """Open what is folded."""
    return lambda page: page.locator(selector).first.click()


def picked(page: Page) -> None:
    """Three hits ticked."""
    for number in range(3):
        page.locator(".pick input").nth(number).check()


def pasted(page: Page) -> None:
    """A draft that is compared."""
    page.locator("#pasted").fill(DRAFT)
    page.get_by_role("button", name="比对", exact=True).click()
    page.wait_for_load_state()


ALL = (
    Picture("home", "/", height=860),
    Picture("completions", "/", typed, height=520),
    Picture("results", "/?q=领事保护", height=860),
    Picture("nothing", "/?q=“海上搜救中心”&year=2019&agency=示例丙县教育局", height=760),
    Picture("numbers", "/?q=新闻发布会+数:>10&sort=newest", height=620),
    Picture("grouped", "/?q=培训&group=report", height=760, top=".summary"),
    Picture("export", "/?q=领事保护", opened(".export summary"), height=560),
    Picture("picked", "/?q=领事保护", picked, height=720, top=".hits"),
    Picture(
        "selection",
        "/?q=领事保护",
        lambda page: (picked(page), page.locator(".picked-links a").first.click()),
    ),
    Picture("cite", "/?q=领事保护&year=2022", followed("引用本段"), height=780),
    Picture("report", "/?q=领事保护&year=2022", followed("看上下文"), height=620),
    Picture("trend", "/?q=领事保护&by=agency", height=640),
    Picture("mentions", "/mentions?q=领事保护", height=800),
    Picture("agency", "/agencies/shili-jia-ziyuan", height=800),
    Picture(
        "data",
        "/data?measure=requests.new.total&agency=示例外事服务部&agency=示例甲省人民政府",
        height=720,
        top=".links",
    ),
    Picture("checks", "/data/checks", height=700),
    Picture(
        "history", "/?q=政务新媒体+建议提案&agency=示例丙县教育局&year=2022", followed("沿革"), height=860
    ),
    Picture(
        "compare", "/?q=领事保护&year=2022&agency=示例外事服务部", lambda page: compared(page), height=860
    ),
    Picture("match", "/match", pasted, height=720, top="#overview"),
    Picture("concordance", "/concordance?q=培训班&sort=left", height=760),
    Picture("phrases", "/agencies/shili-waishi/phrases?year=2021", height=760),
    Picture("corpus", "/about", height=800),
)


def compared(page: Page) -> None:
    """A report beside that of the year before."""
    followed("看上下文")(page)
    followed("与上一年比较")(page)


def main(names: list[str]) -> None:
    """Make and index the demo corpus in a temporary folder, serve it, take the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo, index = f"{folder}/demo", f"{folder}/index"
        command("demo", demo)
        command("index", "corpus", demo, "--index", index)
        with served(Path(index)) as site, chromium() as browser:
            for picture in ALL:
                if not names or picture.name in names:
                    take(browser, site, picture)


def take(browser: Browser, site: str, picture: Picture) -> None:
    """One picture, as a WebP file."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": picture.height}, locale="zh-CN", bypass_csp=True
    )
    page.set_default_timeout(10_000)
    page.goto(site + picture.address)
    picture.act(page)
    if picture.top:
        # What is in the way would be drawn over the text.
        page.add_style_tag(content=".top { position: static !important }")
        page.locator(picture.top).first.evaluate("element => window.scrollTo(0, element.offsetTop - 16)")
    png = base64.b64encode(page.screenshot()).decode("ascii")
    packing = browser.new_page()
    packed = base64.b64decode(packing.evaluate(PACK, [png, QUALITY]))
    target = PICTURES / f"{picture.name}.webp"
    target.write_bytes(packed)
    print(f"{target.name}: {len(packed) / 1024:.0f} KB")
    packing.close()
    page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
