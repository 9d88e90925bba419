"""Several pictures that are one report: named together, or by running numbers; and nothing that is not one."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer import page_picture
from indexer.manifest import load_manifest
from indexer.page_series import numbered_series
from indexer.run.discover import DiscoveredFile, discover
from indexer.run.pipeline import IndexJob, run_job
from report_search.errors import OperatorError
from report_search.generations import Generations
from report_search.generations.original import read_original
from report_search.generations.page_order import PageOrder
from tests.indexer.scans.picture_files import picture, recognise_by_stand_in, web_page

pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
FIRST, SECOND, OTHER = 40, 80, 120


@pytest.fixture(autouse=True)
def _with_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    recognise_by_stand_in(monkeypatch)


def series(*names: str, named: tuple[str, ...] = ()) -> dict[str, list[str]]:
    found = numbered_series([Path(name) for name in names], named=[Path(name) for name in named])
    return {str(first): [str(page) for page in pages] for first, pages in found.items()}


@pytest.mark.parametrize(
    "names",
    [
        ("年报1.jpg", "年报2.jpg", "年报3.jpg"),
        ("page-1.png", "page-2.png"),
        ("甲区2021年年报_01.tif", "甲区2021年年报_02.tif"),
        ("年报（1）.jpg", "年报（2）.jpg"),
        ("第1页.jpg", "第2页.jpg"),
    ],
)
def test_names_with_running_numbers_are_one_report(names: tuple[str, ...]) -> None:
    assert series(*names) == {names[0]: list(names[1:])}


def test_the_tenth_page_comes_after_the_ninth() -> None:
    names = [f"p{number}.jpg" for number in range(1, 12)]
    assert series(*sorted(names)) == {"p1.jpg": names[1:]}


@pytest.mark.parametrize(
    "names",
    [
        ("年报2019.jpg", "年报2020.jpg"),  # years
        ("年报1.jpg", "年报3.jpg"),  # a gap
        ("年报2.jpg", "年报3.jpg"),  # no first page
        ("年报1.jpg", "年报2.png"),  # two kinds
        ("甲1.jpg", "乙2.jpg"),
        ("1.jpg", "2.jpg"),  # nothing says of what
        ("年报.jpg", "年报 (1).jpg", "年报 (2).jpg"),  # downloads of one name
        ("附件1.jpg", "附件2.jpg"),
        ("年报1.jpg", "年报01.jpg", "年报2.jpg"),
        ("年报1.jpg",),
    ],
)
def test_other_names_are_files_of_their_own(names: tuple[str, ...]) -> None:
    assert series(*names) == {}


def test_a_page_that_the_manifest_names_is_a_report_of_its_own() -> None:
    assert series("p1.jpg", "p2.jpg", named=("p2.jpg",)) == {}
    assert series("p1.jpg", "p2.jpg", named=("p1.jpg",)) == {"p1.jpg": ["p2.jpg"]}


def corpus(folder: Path, **files: int) -> Path:
    folder.mkdir()
    for name, grey in files.items():
        (folder / f"{name}.png").write_bytes(picture(grey))
    return folder


def found(folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    return [(file.name, file.page_names) for file in discover([folder])]


def test_the_manifest_names_pages_in_their_order(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "c", b=FIRST, a=SECOND, c1=FIRST, c2=SECOND)
    text = "[[report]]\nfile = 'b.png'\npages = ['a.png']\n[[report]]\nfile = 'c2.png'\nyear = 2020\n"
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    assert found(folder) == [("b.png", ("a.png",)), ("c1.png", ()), ("c2.png", ())]


@pytest.mark.parametrize("pages", ["'a.png'", "['../a.png']", "['/etc/passwd']", "[3]", "['']"])
def test_pages_that_are_no_paths_in_the_corpus_are_refused(pages: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(
        f"[[report]]\nfile = 'b.png'\npages = {pages}\n", encoding="utf-8"
    )
    with pytest.raises(OperatorError, match="pages"):
        load_manifest(tmp_path)


def test_two_pages_are_one_report_and_its_original_holds_both(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "c", 年报1=FIRST, 年报2=SECOND)
    job = IndexJob((folder,), tmp_path / "index", "memory")
    assert run_job(job).reports == 1
    generation = Generations(tmp_path / "index").current()
    assert generation is not None
    [summary] = generation.reports()
    assert (summary.path, summary.format) == ("年报1.png", "pages")
    assert "全年发布行政规范性文件三件。" in str(generation.report(summary.id).sections)
    original = read_original(generation, summary)
    assert (original.name, original.media_type) == ("年报1.zip", "application/zip")
    assert hashlib.sha256(original.data).hexdigest() == summary.sha256
    assert page_picture.drawn(PageOrder(original.data, summary.path, 2)).startswith(b"\xff\xd8")
    again = run_job(job)
    assert (again.unchanged, again.read) == (("年报1.png",), ())
    (folder / "年报2.png").write_bytes(picture(SECOND, size=(810, 1100)))
    assert run_job(job).read == ("年报1.png",)


def test_pages_with_titles_of_two_reports_are_not_joined(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "c", 年报1=FIRST, 年报2=OTHER)
    summary = run_job(IndexJob((folder,), tmp_path / "index", "memory"))
    [failure] = summary.failed
    assert failure.code == "several-reports"
    assert "乙区司法局" in failure.message
    # Whoever says that they belong together is believed.
    (folder / "manifest.toml").write_text(
        "[[report]]\nfile = '年报1.png'\npages = ['年报2.png']\n", encoding="utf-8"
    )
    assert run_job(IndexJob((folder,), tmp_path / "index", "memory")).reports == 1


def test_a_page_that_is_not_there_is_told(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "c", a=FIRST)
    (folder / "manifest.toml").write_text("[[report]]\nfile = 'a.png'\npages = ['b.png']\n", encoding="utf-8")
    [failure] = run_job(IndexJob((folder,), tmp_path / "index", "memory")).failed
    assert failure.code == "unreadable"


def test_a_web_page_is_read_with_the_pictures_that_it_shows(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    corpus(folder, 甲1=FIRST, 甲2=SECOND, 乙=OTHER)
    (folder / "年报.html").write_bytes(web_page(["甲1.png", "甲2.png"]))
    [other, page] = discover([folder])
    assert (other.name, page.name, [path.name for _, path in page.shown]) == (
        "乙.png",
        "年报.html",
        ["甲1.png", "甲2.png"],
    )
    (folder / "乙.png").unlink()
    job = IndexJob((folder,), tmp_path / "index", "memory")
    assert run_job(job).reports == 1
    assert run_job(job).unchanged == ("年报.html",)
    # Another picture is another report, though not a byte of the page has changed.
    (folder / "甲2.png").write_bytes(picture(SECOND, size=(810, 1100)))
    assert run_job(job).read == ("年报.html",)


def test_a_page_outside_of_the_corpus_is_not_read(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "c", 年报1=FIRST)
    outside = tmp_path / "secret.png"
    outside.write_bytes(picture(SECOND))
    (folder / "年报2.png").symlink_to(outside)
    [one] = discover([folder])
    assert isinstance(one, DiscoveredFile)
    assert one.leaves_corpus


INTERRUPTED = """
import sys, time
from pathlib import Path
from indexer.readers.scans import recognition, recognizer
from indexer.run.pipeline import IndexJob, run_job
from tests.indexer.scans.picture_files import stand_in

def slow(page, *, scale):
    if page.max() > 60:
        print("second page", flush=True)
        time.sleep(600)
    return stand_in(page, scale=scale)

recognizer.is_available = lambda: True
recognition.read_picture = slow
try:
    run_job(IndexJob((Path(sys.argv[1]),), Path(sys.argv[2]), "memory"))
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_in_mid_page_ends_at_once_and_keeps_what_was_recognised(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "c", 年报1=FIRST, 年报2=SECOND)
    index = tmp_path / "index"
    command = [sys.executable, "-c", INTERRUPTED, str(folder), str(index)]
    # Without threads the child is a fork, and knows of the stand-in.
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=alone)
    assert running.stdout is not None
    assert running.stdout.readline() == "second page\n"
    began = time.monotonic()
    # As a terminal does, to the child that recognises as well.

    os.killpg(running.pid, signal.SIGINT)
    running.communicate(timeout=30)
    assert running.returncode == 130
    assert time.monotonic() - began < 5, "about a second, on a machine that does nothing else"
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
    kept = [path.suffix for path in (index / "recognised").rglob("*.*")]
    assert kept == [".msgpack"], "the first page; nothing half-written"
    assert Generations(index).current() is None
    assert run_job(IndexJob((folder,), index, "memory")).reports == 1
