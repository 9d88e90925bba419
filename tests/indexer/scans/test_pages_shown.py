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
from indexer.run.discover import discover
from indexer.run.work_plan import tasks_of
from indexer.run.worker_pool import read_report
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
    with reading_with({"第2页.png": tmp_path / "第2页.png"}):
        report = read_file(tmp_path / "a.html")
    assert recognised(report) == WANTED
    assert report.published == "2022-01-20"


def test_pictures_fetched_with_a_page_are_found_by_the_addresses_that_it_has_for_them(tmp_path: Path) -> None:
    for name, grey in (("a1-3fa9.png", FIRST), ("a2-77c0.png", SECOND)):
        (tmp_path / name).write_bytes(picture(grey))
    (tmp_path / "a.html").write_bytes(web_page(["/2022/1.png?x=1", "../2.png"]))
    (tmp_path / "collected.toml").write_text(
        '[[report]]\nfile = "a.html"\n'
        'pictures = { "/2022/1.png?x=1" = "a1-3fa9.png", "../2.png" = "a2-77c0.png" }\n'
        '[[report]]\nfile = "a1-3fa9.png"\nskip = true\n[[report]]\nfile = "a2-77c0.png"\nskip = true\n',
        encoding="utf-8",
    )
    (page,) = [task for task in tasks_of(discover([tmp_path])) if not task.entry.is_left_out]
    assert recognised(read_report(page)) == WANTED
    (alone,) = tasks_of(discover([tmp_path / "a.html"]))
    assert alone == page
    (tmp_path / "a2-77c0.png").write_bytes(picture(FIRST))
    (other,) = tasks_of(discover([tmp_path / "a.html"]))
    assert other.recipe != page.recipe


def test_nothing_else_beside_a_page_can_be_had(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(b"secret")
    with reading_with({"a.png": tmp_path / "a.png"}):
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
