"""Files that show the pages of a report as pictures, and a stand-in for what reads them."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest

from indexer.readers.scans import recognition, recognizer
from indexer.readers.scans.page import PicturedLine, PictureReading
from indexer.readers.scans.recognizer import Picture, RecognisedText, TextBox
from indexer.run import pictures, worker_pool

TITLE = "外交部2021年政府信息公开工作年度报告"
PAGES: dict[int, Sequence[str]] = {
    40: (TITLE, "一、总体情况", "全年主动公开政府信息一百二十条。"),
    80: ("二、主动公开政府信息情况", "全年发布行政规范性文件三件。"),
    120: ("乙区司法局2021年政府信息公开工作年度报告", "一、总体情况", "全年主动公开政府信息十条。"),
}
"""What a page says, by its grey."""


def picture(grey: int, kind: str = "PNG", *, size: tuple[int, int] = (800, 1100)) -> bytes:
    """A page of one grey."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", size, grey).save(out, kind)
    return out.getvalue()


def stand_in(page: Picture, *, scale: float) -> PictureReading:
    """The lines of ``PAGES`` by the grey in the middle of a page."""
    height, width = page.shape
    grey = int(np.median(page))
    texts = PAGES[min(PAGES, key=lambda one: abs(one - grey))]
    lines = []
    for at, text in enumerate(texts):
        top = round((100 + 40 * at) * scale)
        left = round(90 * scale)
        box = TextBox(left, left + round(14 * scale * len(text)), top, top + round(14 * scale))
        lines.append(PicturedLine(box, RecognisedText(text, 0.99)))
    return PictureReading(width / scale, height / scale, scale, [], lines)


def recognise_by_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``stand_in`` recognise in this process, since a child would not know of it."""
    monkeypatch.setattr(recognizer, "is_available", lambda: True)
    monkeypatch.setattr(recognition, "read_picture", stand_in)
    monkeypatch.setattr(worker_pool, "current_process", lambda: SimpleNamespace(daemon=True))
    pictures.forget()


def word_file(pictures: Sequence[bytes]) -> bytes:
    """A Word file that is nothing but pictures."""
    shown = "".join(
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="5000000" cy="7000000"/><a:graphic><a:graphicData><pic:pic>'
        f'<pic:blipFill><a:blip r:embed="p{at}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
        for at in range(len(pictures))
    )
    related = "".join(
        f'<Relationship Id="p{at}" Type="image" Target="media/{at}.png"/>' for at in range(len(pictures))
    )
    office = "http://schemas.openxmlformats.org"
    return _package(
        {
            "word/document.xml": f'<w:document xmlns:w="{office}/wordprocessingml/2006/main" xmlns:wp="{office}'
            f'/drawingml/2006/wordprocessingDrawing" xmlns:a="{office}/drawingml/2006/main" xmlns:pic="{office}'
            f'/drawingml/2006/picture" xmlns:r="{office}/officeDocument/2006/relationships"><w:body>{shown}'
            "</w:body></w:document>",
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{office}/package/2006/relationships">{related}'
            "</Relationships>",
        },
        {f"word/media/{at}.png": data for at, data in enumerate(pictures)},
    )


def ofd_file(pictures: Sequence[bytes]) -> bytes:
    """An OFD whose pages are pictures; of the last one the place is told without a matrix."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    numbers = range(len(pictures))
    pages = "".join(f'<ofd:Page ID="{at}" BaseLoc="Page_{at}.xml"/>' for at in numbers)
    media = "".join(
        f'<ofd:MultiMedia ID="{at + 50}" Type="Image"><ofd:MediaFile>{at}.png</ofd:MediaFile></ofd:MultiMedia>'
        for at in numbers
    )
    texts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData><ofd:Pages>"
        f"{pages}</ofd:Pages></ofd:Document>",
        "Doc_0/Res.xml": f'<ofd:Res {space} BaseLoc="Res"><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>',
    }
    for at in numbers:
        placed = "" if at == len(pictures) - 1 else 'CTM="210 0 0 297 0 0"'
        texts[f"Doc_0/Page_{at}.xml"] = (
            f'<ofd:Page {space}><ofd:Content><ofd:Layer><ofd:ImageObject ResourceID="{at + 50}" '
            f'Boundary="0 0 210 297" {placed}/></ofd:Layer></ofd:Content></ofd:Page>'
        )
    return _package(texts, {f"Doc_0/Res/{at}.png": data for at, data in enumerate(pictures)})


def _package(texts: dict[str, str], files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in texts.items():
            package.writestr(name, text)
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def web_page(sources: Sequence[str], *, text: str = "") -> bytes:
    """A web page with a title, a date, and pictures."""
    shown = "".join(f'<p><img src="{source}"></p>' for source in sources)
    return (
        f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
        f"<p>发布日期：2022-01-20</p><p>{text}</p>{shown}</body></html>"
    ).encode()


def archive(pictures: Sequence[bytes]) -> bytes:
    """A web page saved with its pictures in one file."""
    sources = [f"https://a.gov.cn/{at}.png" for at in range(len(pictures))]
    parts = [
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n',
        "--B\nContent-Type: text/html; charset=utf-8\nContent-Location: https://a.gov.cn/1.html\n",
        web_page(sources).decode(),
    ]
    for source, data in zip(sources, pictures, strict=True):
        parts.append(
            f"--B\nContent-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Location: {source}\n\n"
            + base64.encodebytes(data).decode()
        )
    return "\n".join([*parts, "--B--\n"]).encode()
