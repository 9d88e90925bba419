"""Bytes of text files: encodings, limits, and what Markdown says about its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.document import Line
from indexer.read_report import read_bytes, read_file
from indexer.readers.text import MAX_BYTES, TextReader, decode
from report_search.errors import ReadError

TEXT = "外交部2014年政府信息公开工作情况\r\n\r\n一、总体情况\r\n\r\n领事保护。\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_encodings_are_told_from_the_bytes(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)).lstrip("\ufeff") == TEXT.replace("\r\n", "\n")
    report = read_bytes(TEXT.encode(encoding), "x.txt")
    assert report.agency == "外交部"
    assert report.source.format == "text"


def test_utf16_with_the_other_byte_order() -> None:
    data = b"\xfe\xff" + TEXT.encode("utf-16-be")
    assert read_bytes(data, "x.txt").year == 2014


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        ("\ufeff\u3000\n".encode(), "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"abc\x01\x02def", "binary"),
        ("外交部2014年".encode("big5") + b"\xff\xff", "encoding"),
        ("Rapport annuel à l'été déjà publié côté".encode("latin-1"), "encoding"),
        ("Ежегодный отчёт о раскрытии информации".encode("koi8-r"), "encoding"),
        (b"a" * (MAX_BYTES + 1), "too-large"),
    ],
)
def test_bytes_that_are_no_text_say_so(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(data, "x.txt")
    assert caught.value.code == code
    assert caught.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read_file(tmp_path / "missing.txt")
    assert caught.value.code == "unreadable"


def lines(text: str, name: str) -> list[Line]:
    return [part for part in TextReader().read(text.encode(), name).parts if isinstance(part, Line)]


def test_markdown_marks_become_levels_and_leave_the_text() -> None:
    found = lines(
        "# 题\n\n##三、节\n\n**粗**\n\n- 项\n\n1. 数\n\n链[接](http://a)\n\n题二\n===\n\n---\n\n\\*星", "x.md"
    )
    assert [(one.text, one.level, one.strong) for one in found] == [
        ("题", 1, False), ("三、节", 2, False), ("粗", 0, True), ("项", 0, False), ("1. 数", 0, False),
        ("链接", 0, False), ("题二", 1, False), ("*星", 0, False)]  # fmt: skip
    assert [one.where for one in found][:2] == ["第1行", "第3行"]


def test_plain_text_keeps_every_mark() -> None:
    found = lines("题 # 一\n  *星 **粗**\n\n\t表\t格", "x.txt")
    assert [one.text for one in found] == ["题 # 一", "  *星 **粗**", "\t表\t格"]
    assert [one.gap for one in found] == [True, False, True]


def test_markdown_is_known_by_its_headings_whatever_the_file_is_called() -> None:
    found = lines("# 题\n\n## 一、总体情况\n甲。", "x.txt")
    assert [(one.text, one.level) for one in found] == [("题", 1), ("一、总体情况", 2), ("甲。", 0)]


def test_front_matter_is_metadata() -> None:
    text = "---\ntitle: 外交部2019年政府信息公开工作年度报告\n发布日期: 2020-01-31\nurl: https://example.org/1\n---\n一、总体情况\n\n甲。"
    report = read_bytes(text.encode(), "x.md")
    assert (report.title, report.published) == ("外交部2019年政府信息公开工作年度报告", "2020-01-31")
    assert report.source.url == "https://example.org/1"
