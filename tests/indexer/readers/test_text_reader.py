"""Bytes of text files: encodings, limits, and what Markdown says about its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.document import Grid, Line
from indexer.read_report import read_bytes, read_file
from indexer.readers.text.reader import MAX_BYTES, TextReader, decode
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
        (b"GIF89a\x01\x00\x01\x00", "picture"),
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


def test_plain_text_keeps_every_mark() -> None:
    found = lines("题 # 一\n  *星 **粗**\n\n\t表\t格", "x.txt")
    assert [one.text for one in found] == ["题 # 一", "  *星 **粗**", "\t表\t格"]
    assert [one.gap for one in found] == [True, False, True]


def test_only_its_name_makes_a_text_markdown() -> None:
    found = lines("# 题\n\n**总体情况** 甲。\n10 - 15 个工作日", "x.txt")
    assert [(one.text, one.level) for one in found] == [
        ("# 题", 0),
        ("**总体情况** 甲。", 0),
        ("10 - 15 个工作日", 0),
    ]


def test_a_table_written_as_html_is_a_table() -> None:
    text = "甲。\n<table><tr><td>规章</td><td>3</td></tr><tr><td>乙</td><td>5 - 8</td></tr></table>\n丙 <table 丁"
    first, table, last = TextReader().read(text.encode(), "x.txt").parts
    assert isinstance(table, Grid)
    assert [[cell.text for cell in row] for row in table.rows] == [["规章", "3"], ["乙", "5 - 8"]]
    assert (table.where, isinstance(last, Line) and last.text) == ("第2行", "丙 <table 丁")
    assert isinstance(first, Line)


def test_front_matter_is_metadata() -> None:
    text = "---\ntitle: 外交部2019年政府信息公开工作年度报告\n发布日期: 2020-01-31\nurl: https://example.org/1\n---\n一、总体情况\n\n甲。"
    report = read_bytes(text.encode(), "x.md")
    assert (report.title, report.published) == ("外交部2019年政府信息公开工作年度报告", "2020-01-31")
    assert report.source.url == "https://example.org/1"
