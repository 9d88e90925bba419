"""The picture of a recognised page is what was recognised, upright, and of the bytes that were read, in every format.

What recognises is a stand-in; nothing is recognised when a page is drawn."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from indexer import page_picture
from indexer.collect import proof
from indexer.page_picture import NoSuchPageError, drawn
from indexer.readers.scans import recognition, recognizer
from indexer.run import sandbox
from indexer.run.pipeline import IndexJob, run_job
from indexer.run.work_plan import pictures_beside
from report_search.errors import ReadError
from report_search.generations import Generations, PictureBeside, SourceRecord
from report_search.generations.page_order import PageOrder
from report_search.search.searcher import Searcher
from tests.indexer.scans.picture_files import (
    archive,
    ofd_file,
    picture,
    recognise_by_stand_in,
    web_page,
    word_file,
)
from webui.app import create_app

image = pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
FIRST, SECOND = 40, 80


@pytest.fixture(autouse=True)
def _nothing_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    # A server that only shows an index needs no recogniser.
    monkeypatch.setattr(recognizer, "is_available", lambda: False)
    monkeypatch.setattr(recognition, "read_picture", lambda page, scale: pytest.fail("recognised"))


def within(pages: list[bytes]) -> bytes:
    return web_page(["data:image/png;base64," + base64.b64encode(page).decode() for page in pages])


def as_tiff(pages: list[bytes]) -> bytes:
    return _saved(pages, "TIFF")


def as_pdf(pages: list[bytes]) -> bytes:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    return _saved(pages, "PDF")


def _saved(pages: list[bytes], kind: str) -> bytes:
    out = io.BytesIO()
    first, *others = (image.open(io.BytesIO(page)) for page in pages)
    first.save(out, kind, save_all=True, append_images=others)
    return out.getvalue()


def grey_of(jpg: bytes) -> float:
    with image.open(io.BytesIO(jpg)) as shown:
        assert shown.format == "JPEG"
        return float(shown.resize((1, 1)).getpixel((0, 0)))


@pytest.mark.parametrize("make", [word_file, ofd_file, archive, within, as_tiff, as_pdf])
def test_each_page_of_each_format_is_drawn(make: Callable[[list[bytes]], bytes]) -> None:
    data = make([picture(FIRST), picture(SECOND)])
    for number, grey in ((1, FIRST), (2, SECOND)):
        assert grey_of(drawn(PageOrder(data, "a", number))) == pytest.approx(grey, abs=3)
    with pytest.raises(NoSuchPageError):
        drawn(PageOrder(data, "a", 3))


def test_a_page_with_a_text_of_its_own_is_not_drawn() -> None:
    with pytest.raises(NoSuchPageError):
        drawn(PageOrder(web_page([], text="全年主动公开政府信息十条。" * 40), "a.html", 1))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_page_is_turned_upright_and_drawn_no_larger_than_a_screen(degrees: int) -> None:
    page = image.new("L", (2_000, 3_000), 255)
    page.paste(0, (0, 0, 2_000, 300))
    out = io.BytesIO()
    # As it lies, it has to be turned by so many degrees clockwise.
    page.rotate(degrees, expand=True).save(out, "PNG")
    with image.open(io.BytesIO(drawn(PageOrder(out.getvalue(), "a.png", 1, degrees)))) as shown:
        assert shown.size == (page_picture.WIDTH, page_picture.WIDTH * 3 // 2)
        assert shown.crop((0, 0, 1_240, 150)).getextrema()[1] < 30
        assert shown.crop((0, 300, 1_240, 1_860)).getextrema()[0] > 230


@pytest.fixture
def saved_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus with a web page and the two pictures that it shows, and an index of it."""
    folder = tmp_path / "corpus"
    (folder / "年报_files").mkdir(parents=True)
    for name, grey in (("1.png", FIRST), ("2.png", SECOND)):
        (folder / "年报_files" / name).write_bytes(picture(grey))
    (folder / "年报.html").write_bytes(web_page(["年报_files/1.png", "年报_files/2.png"]))
    with monkeypatch.context() as patched:
        recognise_by_stand_in(patched)
        assert run_job(IndexJob((folder,), tmp_path / "index", "memory")).reports == 1
    return folder


def test_pictures_beside_a_web_page_are_drawn_while_they_are_what_they_were(
    saved_page: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    generation = Generations(index).current()
    assert generation is not None
    [source] = generation.record.sources
    assert [one.path for one in source.beside] == ["年报_files/1.png", "年报_files/2.png"]
    client = create_app(Searcher(index)).test_client()
    report = source.report
    address = f"/reports/{report}/pages/2.jpg"
    assert address in client.get(f"/reports/{report}").get_data(as_text=True)
    assert grey_of(client.get(address).get_data()) == pytest.approx(SECOND, abs=3)
    # Another picture in the place of the first: the second is not drawn either, since pages are counted.
    (saved_page / "年报_files" / "1.png").write_bytes(picture(SECOND))
    assert client.get(f"/reports/{report}/pages/1.jpg").status_code == 410
    (saved_page / "年报_files" / "1.png").unlink()
    assert address not in client.get(f"/reports/{report}").get_data(as_text=True)


def test_a_picture_that_could_not_be_read_is_known_as_such(tmp_path: Path) -> None:
    file = SimpleNamespace(root=tmp_path, shown=(("1.png", tmp_path / "1.png"),))
    gone = PictureBeside("1.png", "1.png", "")
    assert pictures_beside(file) == (gone,)  # type: ignore[arg-type]
    (tmp_path / "2.png").write_bytes(picture(SECOND))
    [there] = pictures_beside(SimpleNamespace(root=tmp_path, shown=(("2.png", tmp_path / "2.png"),)))  # type: ignore[arg-type]
    order = PageOrder(web_page(["1.png", "2.png"]), "a.html", 1, 0, str(tmp_path), (gone, there))
    assert grey_of(drawn(order)) == pytest.approx(SECOND, abs=3)
    # It was no page when the others were counted.
    (tmp_path / "1.png").write_bytes(picture(FIRST))
    with pytest.raises(ReadError, match=r"1\.png"):
        drawn(order)


def test_a_passage_is_proven_by_the_pictures_that_it_was_read_off(
    saved_page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognise_by_stand_in(monkeypatch)
    # Here too in this process.
    monkeypatch.setattr(
        proof, "_places", lambda searches: [sandbox.answer(proof.find_in_pictures, one) for one in searches]
    )
    index = tmp_path / "index"
    ids = [passage.id for passage in Searcher(index).report_passages("waijiaobu-2021")]
    assert [one.holds for one in proof.prove_passages(index, ids)] == [True] * len(ids)
    (saved_page / "年报_files" / "1.png").write_bytes(picture(SECOND))
    for one in proof.prove_passages(index, ids):
        assert not one.holds
        assert one.as_json()["unread"] == "网页里的图片 年报_files/1.png 已被改动或不在了"
        assert "文件没有读出" in "".join(one.lines())


def test_what_has_to_be_recognised_is_left_to_a_process_with_the_limits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer, "is_available", lambda: True)
    size = (tmp_path / "a.png").write_bytes(picture(FIRST))
    source = SourceRecord("a.png", "", size, 0, root=str(tmp_path))
    with pytest.raises(ReadError) as refused:
        proof.find_in_file(proof._Search(source, "全年", tmp_path))
    assert refused.value.code == recognition.NEEDED
