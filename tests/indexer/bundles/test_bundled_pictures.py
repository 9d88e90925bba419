"""Pictures in bundles: reports by the rule of folders, several of them one report, and its pages drawn."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from indexer.collect.readings import KeptFile
from indexer.manifest import Entry
from indexer.readers.scans import recognizer
from indexer.run.discover import discover, files_in
from indexer.run.pipeline import IndexJob, run_job
from report_search.generations import Generations
from report_search.search.searcher import Searcher
from tests.indexer.scans.picture_files import picture, recognise_by_stand_in, web_page
from webui.app import create_app

image = pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
FIRST, SECOND, OTHER = 40, 80, 120


@pytest.fixture(autouse=True)
def _with_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    recognise_by_stand_in(monkeypatch)


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    return out.getvalue()


def found(folder: Path) -> dict[str, tuple[str, ...]]:
    return {file.name: file.page_names for file in discover([folder])}


TWO = {"年报1.png": picture(FIRST), "年报2.png": picture(SECOND)}


def test_pictures_with_running_numbers_are_one_report_in_each_folder_of_a_bundle(tmp_path: Path) -> None:
    inner = zipped({"年报1.png": picture(FIRST), "年报2.png": picture(SECOND)})
    members = {
        **{f"甲区/{name}": data for name, data in TWO.items()},
        "乙区/年报1.jpg": picture(FIRST, "JPEG"),
        "丙区/封面.tif": picture(OTHER, "TIFF"),
        "丙区/图标.png": picture(OTHER, size=(800, 900)),
        "_x/年报1.png": picture(OTHER),
        "丁区.zip": inner,
        "说明.txt": "说明".encode(),
    }
    (tmp_path / "2021.zip").write_bytes(zipped(members))
    assert found(tmp_path) == {
        "2021.zip/丁区.zip/年报1.png": ("2021.zip/丁区.zip/年报2.png",),
        "2021.zip/丙区/封面.tif": (),
        "2021.zip/乙区/年报1.jpg": (),
        "2021.zip/甲区/年报1.png": ("2021.zip/甲区/年报2.png",),
        "2021.zip/说明.txt": (),
    }


def test_pictures_that_a_page_in_the_bundle_shows_are_no_reports(tmp_path: Path) -> None:
    members = {"a.html": web_page(["img/1.png"]), "img/1.png": picture(FIRST), "2.png": picture(SECOND)}
    (tmp_path / "a.zip").write_bytes(zipped(members))
    assert list(found(tmp_path)) == ["a.zip/2.png", "a.zip/a.html"]


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_page_in_a_bundle_is_read_with_the_pictures_that_it_shows(is_nested: bool, tmp_path: Path) -> None:
    corpus, index = tmp_path / "c", tmp_path / "index"
    corpus.mkdir()
    members = {
        "网页/年报.html": web_page(["年报_files/1.PNG", "年报_files/2.png"]),
        "网页/年报_files/1.png": picture(FIRST),
        "网页/年报_files/2.png": picture(SECOND),
        "别处/2.png": picture(OTHER),
    }
    packed, place = zipped(members), "2021.zip/"
    if is_nested:
        packed, place = zipped({"内.zip": packed}), "2021.zip/内.zip/"
    (corpus / "2021.zip").write_bytes(packed)
    job = IndexJob((corpus,), index, "memory")
    assert run_job(job).read == (f"{place}别处/2.png", f"{place}网页/年报.html")
    generation = Generations(index).current()
    assert generation is not None
    [source] = [one for one in generation.record.sources if one.path.endswith(".html")]
    assert [(one.address, one.path) for one in source.beside] == [
        ("1.png", f"{place}网页/年报_files/1.png"),
        ("2.png", f"{place}网页/年报_files/2.png"),
    ]
    searcher = Searcher(index)
    texts = [passage.text for passage in searcher.report_passages(source.report)]
    assert "全年发布行政规范性文件三件。" in texts
    address = f"/reports/{source.report}/pages/2.jpg"
    client = create_app(searcher).test_client()
    assert address in client.get(f"/reports/{source.report}").get_data(as_text=True)
    assert grey_of(client.get(address).get_data()) == pytest.approx(SECOND, abs=3)
    assert run_job(job).read == ()


def test_without_the_extra_pictures_in_bundles_are_left_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer, "is_available", lambda: False)
    (tmp_path / "a.zip").write_bytes(zipped(TWO))
    assert list(found(tmp_path)) == ["a.zip"]


def test_the_manifest_names_pictures_in_bundles_and_their_order(tmp_path: Path) -> None:
    members = {"b.png": picture(FIRST, size=(800, 900)), "a.png": picture(SECOND)}
    (tmp_path / "x.zip").write_bytes(zipped(members))
    (tmp_path / "manifest.toml").write_text(
        "[[report]]\nfile = 'x.zip/b.png'\npages = ['x.zip/a.png']\n", encoding="utf-8"
    )
    assert found(tmp_path) == {"x.zip/b.png": ("x.zip/a.png",)}
    # Collecting reads what there is, whatever an earlier manifest says.
    assert [one.member for one in files_in(tmp_path / "x.zip", tmp_path)] == ["a.png"]


def grey_of(jpg: bytes) -> float:
    with image.open(io.BytesIO(jpg)) as shown:
        return float(shown.resize((1, 1)).getpixel((0, 0)))


@pytest.mark.parametrize("kind", ["zip", "7z"])
def test_the_pages_are_read_as_one_report_and_drawn(kind: str, tmp_path: Path) -> None:
    corpus, index = tmp_path / "c", tmp_path / "index"
    corpus.mkdir()
    bundle = corpus / f"2021.{kind}"
    if kind == "zip":
        bundle.write_bytes(zipped(TWO))
    else:
        _packed_by_bsdtar(tmp_path, bundle)
    job = IndexJob((corpus,), index, "memory")
    assert run_job(job).reports == 1
    generation = Generations(index).current()
    assert generation is not None
    [summary] = generation.reports()
    assert (summary.path, summary.format) == (f"2021.{kind}/年报1.png", "pages")
    client = create_app(Searcher(index)).test_client()
    for number, grey in ((1, FIRST), (2, SECOND)):
        drawn = client.get(f"/reports/{summary.id}/pages/{number}.jpg")
        assert grey_of(drawn.get_data()) == pytest.approx(grey, abs=3)
    sent = client.get(f"/reports/{summary.id}/original")
    assert sent.headers["Content-Type"] == "application/zip"
    assert run_job(job).unchanged == (f"2021.{kind}/年报1.png",)
    # A page more is another report, though the first page is what it was.
    bundle.write_bytes(zipped({**TWO, "年报3.png": picture(SECOND, size=(810, 1100))}))
    assert run_job(job).read == (f"2021.{kind}/年报1.png",)
    assert client.get(f"/reports/{summary.id}/pages/3.jpg").status_code == 200


def _packed_by_bsdtar(folder: Path, target: Path) -> None:
    if not shutil.which("bsdtar"):
        pytest.skip("needs bsdtar")
    for name, data in TWO.items():
        (folder / name).write_bytes(data)
    command = ["bsdtar", "--format=7zip", "-cf", str(target), "-C", str(folder), *TWO]
    subprocess.run(command, check=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})


def test_collecting_knows_a_report_in_a_bundle_by_all_its_pages(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped(TWO))
    [one] = files_in(tmp_path / "x.zip", tmp_path)
    kept = KeptFile("x.zip", "ab", Entry(), one.member, one.page_names)
    assert (kept.name, kept.pages) == ("x.zip/年报1.png", ("x.zip/年报2.png",))
