"""Files that show a report as pictures: the pictures are read as its pages, where there is no text and it can be done.

What recognises is a stand-in: it tells the pages by their grey."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.manifest import Entry
from indexer.read_report import read_bytes, read_file
from indexer.readers.beside import file_beside, reading_with
from indexer.readers.scans import recognition, recognizer
from indexer.readers.scans.shown import LEAST_HEIGHT
from report_search.errors import ReadError
from report_search.model import Paragraph, Report
from tests.indexer.scans.picture_files import (
    TITLE,
    archive,
    ofd_file,
    picture,
    stand_in,
    web_page,
    word_file,
)

pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
FIRST, SECOND = 40, 80
WANTED = [("全年主动公开政府信息一百二十条。", 1), ("全年发布行政规范性文件三件。", 2)]


@pytest.fixture(autouse=True)
def _with_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(recognizer, "is_available", lambda: True)
    monkeypatch.setattr(recognition, "read_picture", stand_in)
    with recognition.recognising(allowed=True):
        yield


def recognised(report: Report) -> list[tuple[str, int]]:
    """The sentences that were recognised, each with its page."""
    return [
        (block.text, block.recognised.page)
        for _, section in report.walk()
        for block in section.blocks
        if isinstance(block, Paragraph) and block.recognised
    ]


def pages() -> list[bytes]:
    return [picture(FIRST), picture(SECOND)]


@pytest.mark.parametrize("make", [word_file, ofd_file, archive])
def test_the_pictures_are_the_pages(make: object) -> None:
    report = read_bytes(make(pages()), "a")  # type: ignore[operator]
    assert recognised(report) == WANTED
    assert (report.agency, report.year, report.title) == ("外交部", 2021, TITLE)
    assert recognition.CODE in [warning.code for warning in report.warnings]


def test_pictures_written_into_a_page_are_read_and_those_beside_it(tmp_path: Path) -> None:
    within = "data:image/png;base64," + base64.b64encode(picture(FIRST)).decode()
    (tmp_path / "第2页.png").write_bytes(picture(SECOND))
    (tmp_path / "a.html").write_bytes(web_page([within, "img/%E7%AC%AC2%E9%A1%B5.png?v=1"]))
    with reading_with([tmp_path / "第2页.png"]):
        report = read_file(tmp_path / "a.html")
    assert recognised(report) == WANTED
    assert report.published == "2022-01-20"


def test_nothing_else_beside_a_page_can_be_had(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(b"secret")
    with reading_with([tmp_path / "a.png"]):
        assert file_beside("b.png") is None
        assert file_beside("../b.png") is None
    assert file_beside("b.png") is None


def test_a_text_goes_before_pictures() -> None:
    text = "全年主动公开政府信息十条，做到应公开尽公开。" * 20
    within = "data:image/png;base64," + base64.b64encode(picture(FIRST)).decode()
    report = read_bytes(web_page([within], text=f"一、总体情况<br>{text}"), "a.html")
    assert recognised(report) == []


def test_a_picture_smaller_than_a_page_is_none() -> None:
    small = picture(FIRST, size=(800, LEAST_HEIGHT - 1))
    banner = picture(FIRST, size=(2_000, 700))
    with pytest.raises(ReadError) as raised:
        read_bytes(word_file([small, banner, b"\x89PNG\r\n\x1a\n broken"]), "a.docx")
    assert raised.value.code == "pictures-only"


@pytest.mark.parametrize(
    ("make", "code"), [(word_file, "pictures-only"), (ofd_file, "no-text"), (archive, "pictures-only")]
)
def test_without_the_extra_the_file_is_refused_as_before(
    make: object, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer, "is_available", lambda: False)
    with pytest.raises(ReadError) as raised:
        read_bytes(make(pages()), "a")  # type: ignore[operator]
    assert raised.value.code == code


def test_a_process_that_may_not_recognise_leaves_it_to_another() -> None:
    with recognition.recognising(allowed=False), pytest.raises(ReadError) as raised:
        read_bytes(word_file(pages()), "a.docx", entry=Entry({"title": TITLE}))
    assert raised.value.code == recognition.NEEDED
