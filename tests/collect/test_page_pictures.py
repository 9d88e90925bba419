"""A report that is published as pictures on a page: each is kept, and the manifest says which file it is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from indexer.collect.links import own_text, pictures_of
from indexer.manifest import load_manifest
from indexer.run.discover import discover
from indexer.run.work_plan import tasks_of
from report_search.errors import OperatorError
from tests.collect.runs import collected, manifest, queued
from tests.collect.sites import Reply, Site, seeds_file, serving, title_of, trs_site

AGENCY = "乙市水务局"
PAGE = """<html><head><base href="/zwgk/2023/"><title>{title}</title></head><body>
<div class="header"><img src="/images/top-picture.png"></div>
<ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li></ul>
<div id="zoom"><p><img src="P1.png" alt="第一页"></p><p><img src="/blank.gif" data-src="./P2.png"></p>
<p><img src="P3.png" width="100%"></p><img src="P1.png"><img src="mark.png" width="24"></div>
<div class="footer"><img src="/images/ewm.png"><img src="/images/dzjg.png"></div></body></html>"""


def picture(seed: int, size: int = 30_000) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + random.Random(seed).randbytes(size)


@pytest.fixture
def site() -> Site:
    site = trs_site(AGENCY, (2023, 2022))
    site.pages[site.years[2023]] = Reply(PAGE.format(title=title_of(AGENCY, 2023)).encode())
    for number in (1, 2):
        site.pages[f"/zwgk/2023/P{number}.png"] = Reply(picture(number), kind="image/png")
    # The third page is the second one again, and what is small is no page.
    site.pages["/zwgk/2023/P3.png"] = Reply(picture(2), kind="image/png")
    for name in ("top-picture", "ewm", "dzjg"):
        site.pages[f"/images/{name}.png"] = Reply(picture(9), kind="image/png")
    return site


def test_the_pictures_of_a_page_are_kept_and_told(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "collected"
    with serving(site) as address:
        seed = {"url": address + site.start, "agency": AGENCY, "years": "2022..2023"}
        seeds = seeds_file(tmp_path, {"one": seed})
        summary = collected(seeds)
        assert summary.failed == summary.refused == ()
        assert not [one.path for one in site.log if one.path.startswith("/images/")]
        entries = {one["url"].removeprefix(address): one for one in manifest(folder)["report"]}
        page = entries[site.years[2023]]
        assert list(page["pictures"]) == ["P1.png", "./P2.png", "P3.png"]
        kept = [(folder / file).read_bytes() for file in page["pictures"].values()]
        assert kept == [picture(1), picture(2), picture(2)]
        # A picture is read with its page, never as a report of its own.
        assert entries["/zwgk/2023/P1.png"]["skip"] is True
        assert site.years[2023] in entries["/zwgk/2023/P1.png"]["note"]
        tasks = {task.file.name: task for task in tasks_of(discover([folder]))}
        assert {
            name for name, task in tasks.items() if not task.entry.is_left_out and name.endswith(".png")
        } == set()
        assert tasks[page["file"]].entry.pictures == page["pictures"]
        recipe = tasks[page["file"]].recipe

        # The same state gives the same bytes, and other pictures another recipe.
        written = (folder / "collected.toml").read_bytes()
        collected(seeds)
        assert (folder / "collected.toml").read_bytes() == written
        (folder / page["pictures"]["P1.png"]).unlink()
        site.pages["/zwgk/2023/P1.png"] = Reply(b"", 404, etag=False)
        collected(seeds)
        [task] = [one for one in tasks_of(discover([folder])) if one.file.name == page["file"]]
        assert list(task.entry.pictures) == ["./P2.png", "P3.png"]
        assert task.recipe != recipe


def test_what_is_no_picture_of_a_page_is_not_kept(site: Site, tmp_path: Path) -> None:
    site.pages["/zwgk/2023/P1.png"] = Reply(picture(1, size=900), kind="image/png")
    site.pages["/zwgk/2023/P2.png"] = Reply(b"<html>" + b"no picture " * 2000)
    with serving(site) as address:
        collected(seeds_file(tmp_path, {"one": {"url": address + site.start, "agency": AGENCY}}))
    pages = queued(tmp_path / "collected")
    assert pages["zwgk/2023/P1.png"].state == pages["zwgk/2023/P2.png"].state == "skipped"
    assert "图片" in pages["zwgk/2023/P1.png"].note


def test_pictures_are_asked_for_only_where_a_page_says_little(site: Site, tmp_path: Path) -> None:
    prose = "<p>" + "本机关2023年主动公开政府信息若干条。" * 60 + "</p>"
    text = PAGE.format(title=title_of(AGENCY, 2023))
    for more in (prose, '<p><a href="/files/2023.pdf">附件</a></p>'):
        site.pages[site.years[2023]] = Reply(text.replace("</body>", f"{more}</body>").encode())
        folder = tmp_path / str(len(more))
        folder.mkdir()
        with serving(site) as address:
            collected(
                seeds_file(folder, {"one": {"url": address + site.start, "agency": AGENCY}}), settled=False
            )
        assert not [page for page in queued(folder / "collected").values() if page.kind == "picture"]


def test_the_words_of_links_are_no_text_of_a_page() -> None:
    menu = "<ul>" + '<li><a href="/x">政府信息公开制度</a></li>' * 400 + "</ul>"
    assert (
        own_text(f"<html><body>{menu}<p>甲 乙</p><select><option>丙</option></select></body></html>")
        == "甲 乙"
    )
    assert [
        one.url
        for one in pictures_of("<img src='data:image/png;base64,AA'><img src=' 1.jpg '>", "http://a.cn/b/")
    ] == ["http://a.cn/b/1.jpg"]


def test_the_table_of_pictures_in_a_manifest(tmp_path: Path) -> None:
    entry = '[[report]]\nfile = "a.html"\npictures = {}\n'
    (tmp_path / "manifest.toml").write_text(entry.format('{ "./1.png" = "扫描/1.png" }'), encoding="utf-8")
    assert load_manifest(tmp_path).entry("a.html").pictures == {"./1.png": "扫描/1.png"}
    assert load_manifest(tmp_path).entry("b.html").pictures == {}
    for wrong in ('"1.png"', "{ a = 1 }", "[]", '{ a = "../b.png" }', '{ a = "/etc/b.png" }'):
        (tmp_path / "manifest.toml").write_text(entry.format(wrong), encoding="utf-8")
        with pytest.raises(OperatorError, match="pictures"):
            load_manifest(tmp_path)
