"""Reports in a bundle that was collected: each is read, named in the manifest with its address, and proved."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from indexer.collect.proof import prove_passages
from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import report
from indexer.synthetic.word import write_docx
from report_search.bundle import archives
from report_search.search.searcher import Searcher
from tests.collect.runs import collected, manifest
from tests.collect.sites import Reply, seeds_file, serving, trs_site, with_links
from tests.indexer.bundles.rar_writer import rar5
from tests.indexer.bundles.test_zips import packed
from tests.indexer.scans.picture_files import picture, recognise_by_stand_in

needs_bsdtar = pytest.mark.skipif(not archives.program(), reason="bsdtar (libarchive-tools) is not installed")
AGENCY, OTHERS = "乙市水务局", ("丙县教育局", "丁县民政局")


@pytest.mark.parametrize("kind", ["zip", pytest.param("rar", marks=needs_bsdtar)])
def test_the_reports_in_an_attached_bundle(kind: str, tmp_path: Path) -> None:
    members = {f"各单位/{name}.docx": write_docx(report(name, 2020)) for name in OTHERS}
    members["各单位/说明.txt"] = "附件共两份。".encode()
    data = packed(members) if kind == "zip" else rar5(members)
    site = trs_site(AGENCY, (2021,))
    page = write_html(report(AGENCY, 2021), layout="article")
    site.pages[site.years[2021]] = Reply(with_links(page, f'<a href="/f/1.{kind}">各单位年报</a>'))
    site.pages[f"/f/1.{kind}"] = Reply(data, kind="application/octet-stream")
    folder, index = tmp_path / "collected", tmp_path / "index"
    with serving(site) as address:
        seed = {"url": address + site.start, "agency": AGENCY, "years": "2020..2021"}
        summary = collected(seeds_file(tmp_path, {"one": seed}))
        entries = {one["file"]: one for one in manifest(folder)["report"]}
        # A second run reads nothing again and writes the same.
        written = (folder / "collected.toml").read_bytes()
        collected(tmp_path / "seeds.toml")
        assert (folder / "collected.toml").read_bytes() == written
    assert summary.failed == ()
    packed_ones = {name.rpartition("/")[2]: one for name, one in entries.items() if f".{kind}/" in name}
    assert set(packed_ones) == {"丙县教育局.docx", "丁县民政局.docx", "说明.txt"}
    assert {one["url"] for one in packed_ones.values()} == {f"{address}/f/1.{kind}"}
    assert [name for name, one in packed_ones.items() if one.get("skip")] == ["说明.txt"]
    # They are of whom they say, not of the agency whose list led to them.
    assert not any("agency" in one for one in packed_ones.values())
    assert [(one["year"], one["reason"]) for one in manifest(folder)["missing"]] == [(2020, "not-published")]

    run_job(IndexJob((folder,), index, "memory"))
    searcher = Searcher(index)
    held = {one.agency: one for one in searcher.generation().reports()}
    assert set(held) == {AGENCY, *OTHERS}
    assert held[OTHERS[0]].url == f"{address}/f/1.{kind}"
    ids = [searcher.report_passages(held[OTHERS[0]].id)[0].id]
    [proof] = prove_passages(index, ids)
    assert proof.holds
    assert proof.file.sha256 == hashlib.sha256(members[f"各单位/{OTHERS[0]}.docx"]).hexdigest()
    assert proof.file.url == f"{address}/f/1.{kind}"
    [bundle] = folder.rglob(f"*.{kind}")
    bundle.write_bytes(packed({"各单位/另外.txt": b"x"}))
    assert prove_passages(index, ids)[0].file.state == "missing"


def test_pictures_in_an_attached_bundle_are_one_report_with_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
    recognise_by_stand_in(monkeypatch)
    members = {f"年报{at}.png": picture(grey) for at, grey in ((1, 40), (2, 80))}
    # Pages without a title are no report.
    members |= {f"附页-{at}.png": picture(80, size=(800, 1100 + at)) for at in (1, 2)}
    site = trs_site(AGENCY, (2021,))
    page = write_html(report(AGENCY, 2021), layout="article")
    site.pages[site.years[2021]] = Reply(with_links(page, '<a href="/f/1.zip">各单位年报</a>'))
    site.pages["/f/1.zip"] = Reply(packed(members), kind="application/octet-stream")
    folder, index = tmp_path / "collected", tmp_path / "index"
    with serving(site) as address:
        seed = {"url": address + site.start, "agency": AGENCY, "years": "2021..2021"}
        collected(seeds_file(tmp_path, {"one": seed}))
        written = (folder / "collected.toml").read_bytes()
        collected(tmp_path / "seeds.toml")
        assert (folder / "collected.toml").read_bytes() == written
    entries = {one["file"].rpartition("/")[2]: one for one in manifest(folder)["report"]}
    packed_ones = {name: bool(one.get("skip")) for name, one in entries.items() if name.endswith(".png")}
    assert packed_ones == {"年报1.png": False, "附页-1.png": True, "附页-2.png": True}
    run_job(IndexJob((folder,), index, "memory"))
    searcher = Searcher(index)
    [held] = [one for one in searcher.generation().reports() if one.format == "pages"]
    assert (held.agency, held.url) == ("外交部", f"{address}/f/1.zip")
    ids = [searcher.report_passages(held.id)[0].id]
    assert prove_passages(index, ids)[0].file.state == "ok"
    [bundle] = folder.rglob("*.zip")
    bundle.write_bytes(packed({**members, "年报2.png": picture(120)}))
    assert prove_passages(index, ids)[0].file.state == "changed"
