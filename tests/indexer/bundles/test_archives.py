"""Reports in a RAR or 7z: as those in a ZIP, by ``bsdtar``; and what is said where it is not installed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from indexer.read_report import read_bytes
from indexer.run.discover import discover
from indexer.run.work_plan import facts_of, tasks_of
from indexer.run.worker_pool import read_all
from indexer.synthetic.plaintext import write_text
from indexer.synthetic.reports import reports
from indexer.synthetic.word import write_docx
from report_search.bundle import archives, limits, members, open_bundle, read_member, read_member_of_run
from report_search.bundle.rar_headers import rar_facts
from report_search.errors import ReadError
from tests.indexer.bundles.rar_writer import rar4, rar5
from tests.indexer.bundles.test_zips import packed

needs_bsdtar = pytest.mark.skipif(not archives.program(), reason="bsdtar (libarchive-tools) is not installed")
MADE = list(reports(3))
BOTH = {"甲区/报告.docx": write_docx(MADE[0]), "乙区.txt": write_text(MADE[1])}


def seven_zip(members: Mapping[str, bytes], *, folder: Path) -> bytes:
    """A 7z, which ``bsdtar`` can write."""
    source = folder / "_source"
    for name, data in members.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(data)
    target = folder / "_made.7z"
    command = [archives.program(), "-a", "-c", "-f", str(target), "-C", str(source), "."]
    subprocess.run(command, check=True, env={"LC_ALL": "C.UTF-8"})
    data = target.read_bytes()
    shutil.rmtree(source)
    target.unlink()
    return data


def names(folder: Path) -> list[str]:
    return [one.name for one in discover([folder])]


def codes(folder: Path) -> dict[str, str]:
    results = read_all(tasks_of(discover([folder])))
    return {result.record.path: result.record.code for result in results}


@needs_bsdtar
@pytest.mark.parametrize("kind", ["rar4", "rar5", "7z"])
def test_the_members_of_an_archive_are_files_of_their_own(kind: str, tmp_path: Path) -> None:
    write: dict[str, Callable[[], bytes]] = {
        "rar4": lambda: rar4(BOTH),
        "rar5": lambda: rar5(BOTH),
        "7z": lambda: seven_zip(BOTH, folder=tmp_path),
    }
    # The bytes tell what it is, never the name.
    path = tmp_path / "2021.dat"
    path.write_bytes(write[kind]())
    assert names(tmp_path) == ["2021.dat/乙区.txt", "2021.dat/甲区/报告.docx"]
    results = list(read_all(tasks_of(discover([tmp_path]))))
    assert [result.header.title for result in results if result.header] == [MADE[1].title, MADE[0].title]
    member = "乙区.txt"
    assert read_member(path, member) == read_member_of_run(path, member) == BOTH["乙区.txt"]
    size, mtime, sha256 = facts_of(path, member=member)
    assert (size, mtime, len(sha256)) == (path.stat().st_size, path.stat().st_mtime_ns, 64)


@needs_bsdtar
def test_nothing_leads_out_of_an_archive(tmp_path: Path) -> None:
    inside = {**BOTH, "../e.txt": b"x", "a/../../f.txt": b"x", "/g.txt": b"x" * 20, "..\\h.txt": b"x"}
    (tmp_path / "a.rar").write_bytes(rar5(inside))
    before = sorted(tmp_path.rglob("*"))
    assert names(tmp_path) == ["a.rar/g.txt", "a.rar/乙区.txt", "a.rar/甲区/报告.docx"]
    assert sorted(tmp_path.rglob("*")) == before
    with pytest.raises(ReadError):
        read_member(tmp_path / "a.rar", "../e.txt")


@needs_bsdtar
def test_archives_and_zips_in_each_other(tmp_path: Path) -> None:
    inner = rar5(BOTH)
    (tmp_path / "a.zip").write_bytes(packed({"b.rar": inner, "c.rar": rar5({"d.rar": inner})}))
    (tmp_path / "b.rar").write_bytes(rar4({"b.zip": packed(BOTH)}))
    both = ["乙区.txt", "甲区/报告.docx"]
    found = [f"a.zip/b.rar/{name}" for name in both] + ["a.zip/c.rar/d.rar"]
    assert names(tmp_path) == [*found, *(f"b.rar/b.zip/{name}" for name in both)]
    assert codes(tmp_path)["a.zip/c.rar/d.rar"] == "archive"
    assert read_member(tmp_path / "a.zip", "b.rar/乙区.txt") == BOTH["乙区.txt"]
    with pytest.raises(ReadError):
        read_member(tmp_path / "a.zip", "c.rar/d.rar/乙区.txt")


@needs_bsdtar
def test_an_inner_bundle_that_can_not_be_opened_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        packed({**BOTH, "b.rar": rar4(BOTH, flags=4), "c.zip": b"PK\x03\x04 torn"})
    )
    assert codes(tmp_path) == {
        "a.zip/b.rar": "encrypted",
        "a.zip/c.zip": "damaged",
        "a.zip/乙区.txt": "",
        "a.zip/甲区/报告.docx": "",
    }


@needs_bsdtar
def test_an_archive_that_can_not_be_unpacked_is_one_file_that_says_why(tmp_path: Path) -> None:
    text = write_text(MADE[0])
    torn = bytearray(rar4({"a.txt": text, "b.txt": text}))
    torn[-len(text) // 2] ^= 0x20
    made = {
        "locked.rar": (rar4(BOTH, flags=4), "encrypted"),
        "locked-names.rar": (rar4(BOTH, main=0x80), "encrypted"),
        "cut.rar": (rar5(BOTH)[:-2000], "damaged"),
        # libarchive takes the bytes of an older RAR as they come: its checksum is proved here.
        "torn.rar": (bytes(torn), "damaged"),
        "volume.rar": (rar4(BOTH, main=1), "archive"),
        "volume-5.rar": (rar5(BOTH, main=1), "archive"),
        "locked-5.rar": (rar5(BOTH, extra=b"\x02\x01\x00"), "encrypted"),
        "old.rar": (rar4(BOTH, method=0x33), "archive"),
        "pictures.rar": (rar5({"a.png": b"x"}), "archive"),
        "empty.rar": (rar5({}), "archive"),
        "cut.7z": (seven_zip(BOTH, folder=tmp_path)[:60], "damaged"),
        "junk.rar": (b"Rar!\x1a\x07\0" + b"z" * 400, "archive"),
    }
    for name, (data, _) in made.items():
        (tmp_path / name).write_bytes(data)
    results = {one.record.path: one.record for one in read_all(tasks_of(discover([tmp_path])))}
    assert {name: record.code for name, record in results.items()} == {
        name: code for name, (_, code) in made.items()
    }
    for name, record in results.items():
        assert ("RAR" if name.endswith(".rar") else "7z") in record.message


@needs_bsdtar
@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_MEMBERS", 1), ("MAX_TOTAL", 1000), ("MAX_RATIO", 0), ("MAX_BYTES", 100)]
)
def test_an_archive_beyond_a_limit_is_one_file_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    path = tmp_path / "a.rar"
    path.write_bytes(rar5(BOTH))
    monkeypatch.setattr(limits, limit, value)
    monkeypatch.setattr(limits, "SMALL", 10)
    with pytest.raises(ReadError) as caught:
        read_member(path, "乙区.txt")
    assert caught.value.code == "limit"
    assert caught.value.hint


@needs_bsdtar
def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.7z"
    path.write_bytes(seven_zip({"a.txt": bytes(60_000_000)}, folder=tmp_path))
    assert path.stat().st_size < 100_000
    assert names(tmp_path) == ["a.7z"]
    assert codes(tmp_path) == {"a.7z": "limit"}


def fake(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a ``bsdtar`` in front of the real one."""
    program = folder / "bin" / "bsdtar"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)


def test_without_bsdtar_an_archive_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    (tmp_path / "a.rar").write_bytes(rar5(BOTH))
    assert names(tmp_path) == ["a.rar"]
    with pytest.raises(ReadError) as caught:
        read_bytes(rar5(BOTH), "a.rar")
    assert caught.value.code == "archive"
    assert "RAR" in caught.value.message
    assert "bsdtar" in caught.value.message
    assert "libarchive-tools" in caught.value.hint
    assert "解压" in caught.value.hint


def test_a_bsdtar_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, "import time\ntime.sleep(60)", monkeypatch)
    monkeypatch.setattr(limits, "MAX_SECONDS", 0.5)
    (tmp_path / "a.rar").write_bytes(rar5(BOTH))
    began = time.monotonic()
    with pytest.raises(ReadError) as caught:
        open_bundle(tmp_path / "a.rar")
    assert caught.value.code == "limit"
    assert time.monotonic() - began < 10


def test_a_tar_without_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import sys, tarfile\n"
        "info = tarfile.TarInfo('a.txt'); info.size = 1 << 40\n"
        "sys.stdout.buffer.write(info.tobuf())\n"
        "while True: sys.stdout.buffer.write(bytes(1 << 20))"
    )
    fake(tmp_path, script, monkeypatch)
    (tmp_path / "a.rar").write_bytes(rar5(BOTH))
    with pytest.raises(ReadError) as caught:
        open_bundle(tmp_path / "a.rar")
    assert caught.value.code == "limit"


def test_the_program_is_told_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told.log"
    told_it = "json.dump([sys.argv[1:], sorted(os.environ)], file)"
    fake(tmp_path, f"import json, os, sys\nwith open({str(told)!r}, 'w') as file: {told_it}", monkeypatch)
    path = tmp_path / "--use-compress-program=x.rar"
    path.write_bytes(rar5(BOTH))
    with pytest.raises(ReadError):
        open_bundle(path)
    arguments, environment = json.loads(told.read_text(encoding="utf-8"))
    assert arguments == ["-c", "-f", "-", "--format=pax", "@-"]
    assert set(environment) <= {"LC_ALL", "LC_CTYPE", "TZ"}


@needs_bsdtar
def test_a_stored_package_at_the_end_of_an_archive_is_not_taken_for_it(tmp_path: Path) -> None:
    for write in (rar4, rar5):
        (tmp_path / "a.rar").write_bytes(write({"a.txt": b"x" * 99, "b.docx": BOTH["甲区/报告.docx"]}))
        assert names(tmp_path) == ["a.rar/a.txt", "a.rar/b.docx"]


@needs_bsdtar
def test_an_archive_is_unpacked_once_for_all_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = {f"{number:03}.txt": b"%d" % number * 50 for number in range(60)}
    for name, data in {
        "a.rar": rar5(text),
        "b.zip": packed({"c.rar": rar5(text)}),
        "c.zip": packed(text),
    }.items():
        (tmp_path / name).write_bytes(data)
    opened: list[str] = []
    for what in ("open_bundle", "bundle_in"):
        real = getattr(members, what)

        def counted(source: object, real: Callable[[object], object] = real, what: str = what) -> object:
            opened.append(what)
            return real(source)

        monkeypatch.setattr(members, what, counted)
    for one in discover([tmp_path]):
        assert one.member
        assert read_member_of_run(one.path, one.member) == text[one.member.rpartition("/")[2]]
    assert opened == ["open_bundle", "open_bundle", "bundle_in", "open_bundle"]
    # A file that was written anew is opened anew.
    (tmp_path / "a.rar").write_bytes(rar5({"000.txt": b"other"}))
    assert read_member_of_run(tmp_path / "a.rar", "000.txt") == b"other"


def test_the_headers_of_a_rar(tmp_path: Path) -> None:
    def facts(data: bytes) -> object:
        (tmp_path / "a").write_bytes(data)
        with (tmp_path / "a").open("rb") as file:
            found = rar_facts(file)
        return found.is_locked, found.is_volume, len(found.checksums)

    assert facts(rar4(BOTH)) == (False, False, 2)
    assert facts(rar4({**BOTH, "c": b""}, flags=4)) == (True, False, 3)
    assert facts(rar4(BOTH, main=0x80)) == (True, False, 0)
    assert facts(rar4(BOTH, main=1)) == (False, True, 2)
    assert facts(rar5(BOTH)) == facts(b"") == (False, False, 0)
    assert facts(rar5(BOTH, main=1)) == (False, True, 0)
    assert facts(rar5(BOTH, extra=b"\x02\x01\x00")) == (True, False, 0)
    assert facts(rar5(BOTH, extra=b"\x02\x02\x00")) == (False, False, 0)
    # Cut off anywhere, it says what it can and ends.
    for whole in (rar4(BOTH), rar5(BOTH)):
        assert all(facts(whole[:length]) for length in range(7, len(whole), 97))
