"""Which files are read, and what the manifest says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.manifest import load_manifest
from indexer.read_report import read_file
from indexer.readers.compound_writer import write_compound
from indexer.run.discover import discover
from report_search.errors import OperatorError, ReadError

TEXT = "外交部2014年政府信息公开工作情况\n\n一、总体情况\n\n甲。\n"


def test_a_folder_gives_its_reports_and_not_what_it_says_about_itself(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.md",
        "sub/c.html",
        "README.md",
        "manifest.toml",
        ".hidden.txt",
        "sub/.x/d.txt",
        "e.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    found = discover([tmp_path])
    assert [one.name for one in found] == ["a.md", "b.txt", "sub/c.html"]
    assert {one.root for one in found} == {tmp_path}


OFFICE = {
    "a.doc": write_compound({"PowerPoint Document": b""}),
    "b.wps": write_compound({"Contents": b""}),
    "c.ppt": write_compound({"PowerPoint Document": b"x"}),
}


def test_what_must_be_converted_first_is_found_in_a_folder_and_says_so(tmp_path: Path) -> None:
    for name, data in OFFICE.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "d.aspx").write_text(TEXT, encoding="utf-8")
    for beside in ("e.css", "f.JS", "g.woff2", "h.jpeg"):
        (tmp_path / beside).write_text("x")
    found = discover([tmp_path])
    assert [one.name for one in found] == [*OFFICE, "d.aspx"]
    for one in found[:3]:
        with pytest.raises(ReadError) as caught:
            read_file(one.path)
        assert caught.value.code == "old-format"
        assert "另存为" in caught.value.hint
    assert read_file(found[3].path).agency == "外交部"


def test_a_file_that_is_named_is_read_once_and_belongs_to_its_corpus(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text("", encoding="utf-8")
    path = tmp_path / "sub" / "a.txt"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    assert [one.name for one in discover([path, tmp_path])] == ["sub/a.txt"]


def test_a_path_that_is_not_there_is_the_operators(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as caught:
        discover([tmp_path / "none"])
    assert caught.value.code == "corpus-missing"


def test_the_manifest_overrides_and_skips(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(
        '[[report]]\nfile = "a.txt"\nagency = "商务部"\nyear = 2015\nnote = "x"\n'
        '[[report]]\nfile = "b.txt"\nskip = true\n',
        encoding="utf-8",
    )
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    manifest = load_manifest(tmp_path)
    report = read_file(tmp_path / "a.txt", root=tmp_path, manifest=manifest)
    assert (report.id, report.source.path) == ("shangwubu-2015", "a.txt")
    with pytest.raises(ReadError) as caught:
        read_file(tmp_path / "b.txt", root=tmp_path, manifest=manifest)
    assert caught.value.code == "skipped"


@pytest.mark.parametrize(
    "text", ["[[report]]\nyear = 2014", '[[report]]\nfile = "a"\nyaer = 2014', "report = 1", "["]
)
def test_a_broken_manifest_is_the_operators(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.toml").write_text(text, encoding="utf-8")
    with pytest.raises(OperatorError) as caught:
        load_manifest(tmp_path)
    assert caught.value.code == "manifest"


def test_no_manifest_is_an_empty_one(tmp_path: Path) -> None:
    assert load_manifest(tmp_path).entry("a.txt").facts == {}
