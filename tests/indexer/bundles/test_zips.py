"""Reports in a ZIP: each is a file of its own, with an address, a hash and an original of its own."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from indexer.run.check import check_paths, parse_file
from indexer.run.discover import discover
from indexer.run.work_plan import facts_of, tasks_of
from indexer.run.worker_pool import read_all
from indexer.synthetic.plaintext import write_text
from indexer.synthetic.reports import reports
from indexer.synthetic.word import write_docx
from report_search.bundle import bundle_in, limits, read_member, split
from report_search.errors import ReadError

MADE = list(reports(3))


def packed(members: dict[str, bytes], *, encoding: str = "") -> bytes:
    """A bundle; with ``encoding`` its names are written in it, and nothing says so."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            stored = name.encode(encoding).decode("cp437") if encoding else name
            info = zipfile.ZipInfo(stored, (2020, 1, 1, 0, 0, 0))
            package.writestr(info, data, zipfile.ZIP_DEFLATED)
    data = stream.getvalue()
    # The flag that says UTF-8 is taken away again: packers of old wrote bytes and no flag.
    return data.replace(b"\x00\x00\x00\x08\x08\x00", b"\x00\x00\x00\x00\x08\x00") if encoding else data


def names(folder: Path) -> list[str]:
    return [one.name for one in discover([folder])]


BOTH = {"甲区/报告.docx": write_docx(MADE[0]), "乙区.txt": write_text(MADE[1])}


def test_the_members_of_a_bundle_are_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "2021.zip").write_bytes(packed(BOTH))
    assert names(tmp_path) == ["2021.zip/乙区.txt", "2021.zip/甲区/报告.docx"]
    results = list(read_all(tasks_of(discover([tmp_path]))))
    assert [result.header.title for result in results if result.header] == [MADE[1].title, MADE[0].title]
    assert len({result.record.sha256 for result in results}) == 2
    checked = check_paths([tmp_path / "2021.zip"], progress=lambda *_: None)
    assert len(checked.reports) == 2


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_a_declared_encoding(tmp_path: Path, encoding: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("XXXXXXXXXXXXXX.txt", write_text(MADE[0]))
    name = "年度报告".encode(encoding).ljust(14, b"_")
    (tmp_path / "a.zip").write_bytes(stream.getvalue().replace(b"XXXXXXXXXXXXXX", name))
    [found] = names(tmp_path)
    assert found.startswith("a.zip/年度报告")


def test_what_a_folder_leaves_out_a_bundle_leaves_out(tmp_path: Path) -> None:
    members = {
        **BOTH,
        "a.png": b"x",
        "__MACOSX/._b.txt": b"x",
        ".c/d.txt": b"x",
        "README.md": b"x",
        "../e.txt": b"x",
    }
    (tmp_path / "a.zip").write_bytes(packed(members))
    assert names(tmp_path) == ["a.zip/乙区.txt", "a.zip/甲区/报告.docx"]


def test_a_bundle_in_a_bundle_and_no_deeper(tmp_path: Path) -> None:
    inner = packed(BOTH)
    (tmp_path / "a.zip").write_bytes(packed({"b.zip": inner, "c.zip": packed({"d.zip": inner})}))
    assert names(tmp_path) == ["a.zip/b.zip/乙区.txt", "a.zip/b.zip/甲区/报告.docx", "a.zip/c.zip/d.zip"]
    results = [result.record.code for result in read_all(tasks_of(discover([tmp_path])))]
    assert results == ["", "", "archive"]
    assert read_member(tmp_path / "a.zip", "b.zip/乙区.txt") == BOTH["乙区.txt"]
    with pytest.raises(ReadError):
        read_member(tmp_path / "a.zip", "c.zip/d.zip/乙区.txt")


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_MEMBERS", 1), ("MAX_TOTAL", 100), ("MAX_RATIO", 0), ("MAX_BYTES", 100)]
)
def test_a_bundle_beyond_a_limit_is_one_file_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    (tmp_path / "a.zip").write_bytes(packed(BOTH))
    monkeypatch.setattr(limits, limit, value)
    monkeypatch.setattr(limits, "SMALL", 10)

    def read() -> bytes:
        opened = bundle_in(packed(BOTH))
        return opened.bytes_of(opened.names[0])

    with pytest.raises(ReadError) as caught:
        read()
    assert caught.value.code == "limit"
    assert caught.value.hint


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packed({"a.txt": bytes(40_000_000)}))
    [result] = read_all(tasks_of(discover([tmp_path])))
    assert (result.record.code, "压缩比" in result.record.message) == ("limit", True)


def test_a_locked_a_damaged_and_an_empty_bundle(tmp_path: Path) -> None:
    locked = bytearray(packed(BOTH))
    at = 0
    while (at := locked.find(b"PK\x03\x04", at)) >= 0:
        locked[at + 6] |= 1
        at += 4
    while (at := locked.find(b"PK\x01\x02", at + 1)) >= 0:
        locked[at + 8] |= 1
    (tmp_path / "a.zip").write_bytes(locked)
    (tmp_path / "b.zip").write_bytes(packed(BOTH)[:-30])
    (tmp_path / "c.zip").write_bytes(packed({"a.png": b"x"}))
    codes = {result.record.path: result.record.code for result in read_all(tasks_of(discover([tmp_path])))}
    assert codes == {
        "a.zip/乙区.txt": "encrypted",
        "a.zip/甲区/报告.docx": "encrypted",
        "b.zip": "damaged",
        "c.zip": "archive",
    }


def test_facts_are_of_the_bundle_and_the_hash_of_the_member(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed(BOTH))
    size, mtime, sha256 = facts_of(path, member="乙区.txt")
    assert (size, mtime) == (path.stat().st_size, path.stat().st_mtime_ns)
    assert sha256 != facts_of(path)[2]
    assert facts_of(path, before=(size, mtime), member="乙区.txt")[2] == ""
    assert facts_of(path, member="没有.txt") == (0, 0, "")
    assert split(tmp_path, "a.zip/甲区/报告.docx") == (path, "甲区/报告.docx")
    shutil.copy(path, tmp_path / "b.txt")
    assert split(tmp_path, "b.txt") == (tmp_path / "b.txt", "")


def test_parse_asks_which_member_is_meant(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packed(BOTH))
    with pytest.raises(ReadError, match="2 个文件"):
        parse_file(tmp_path / "a.zip")
    (tmp_path / "b.zip").write_bytes(packed({"乙区.txt": BOTH["乙区.txt"]}))
    assert parse_file(tmp_path / "b.zip").title == MADE[1].title
