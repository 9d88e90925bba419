"""Pages that are pictures: what is read of them, what it says of itself, and what happens without the extra."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from benchmarks.pictures import scans
from indexer.document import Grid, GridCell
from indexer.read_report import read_bytes
from indexer.readers.foreign import foreign_file
from indexer.readers.layout.rulings import boxes_of
from indexer.readers.scans import page_cache, recognition, recognizer
from indexer.readers.scans.page import PicturedLine, PictureReading
from indexer.readers.scans.reader import PictureReader
from indexer.readers.scans.recognizer import RecognisedText, TextBox
from indexer.readers.scans.spelling import spell, spell_cell
from indexer.run.pipeline import RECOGNISED_FOLDER, IndexJob, run_job
from indexer.synthetic import printing
from indexer.tables.recognised import snap_labels
from report_search.errors import ReadError
from report_search.figures.extract import figures_of
from report_search.generations import Generations
from report_search.model import Recognised, Report, Table, TurnedPage
from report_search.passages import passages_with_headings

image = pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
needs_recogniser = pytest.mark.skipif(not recognizer.is_available(), reason="needs the extra scan")
needs_printer = pytest.mark.skipif(not printing.is_available(), reason="needs playwright and Chromium")

PNG = b"\x89PNG\r\n\x1a\n"


def packed(pictures: list[recognizer.Picture], kind: str, *, dpi: int) -> bytes:
    """Pictures as one file."""
    out = io.BytesIO()
    first, *others = (image.fromarray(picture) for picture in pictures)
    more = {"save_all": True, "append_images": others} if others else {}
    first.save(out, kind, resolution=float(dpi), **more)
    return out.getvalue()


@pytest.fixture(scope="module")
def made() -> Report:
    return scans.made_up(1)[0]


@pytest.fixture(scope="module")
def pages(made: Report) -> list[recognizer.Picture]:
    """The pages of a report of two tables and prose, printed and drawn."""
    if not (recognizer.is_available() and printing.is_available()):
        pytest.skip("needs the extra scan, playwright and Chromium")
    return scans.pictures_of(scans.printed(made, font="serif", size=10.5), dpi=150)


@needs_recogniser
@needs_printer
def test_a_clean_page_and_a_poor_one_come_back(made: Report, pages: list[recognizer.Picture]) -> None:
    # Two pages in CI, clean and poor; `python -m benchmarks scans` measures whole reports.
    for at, condition in ((1, "clean"), (1, "noisy")):
        picture = pages[at] if condition == "clean" else scans.scanned(pages[at], dpi=150, seed=at)
        tally = scans.Tally()
        got = read_bytes(
            packed([picture], "PNG", dpi=150),
            "scan.png",
            entry=_named(made),
        )
        tables = [block for _, section in got.walk() for block in section.blocks if isinstance(block, Table)]
        request_table = next(table for table in tables if table.form.startswith("b"))
        printed = next(
            block
            for _, section in made.walk()
            for block in section.blocks
            if isinstance(block, Table) and block.form.startswith("b")
        )
        scans._compare_table(printed, request_table, tally)
        assert tally.right_cells == tally.cells > 200, (condition, tally.mistakes)
        assert {row.recognised.page for row in request_table.rows if row.recognised} == {1}
        assert all(passage.recognised for passage in passages_with_headings(got))
        cells = figures_of(got).named()
        assert cells["requests.new.total"].status == "recognised"
        assert [warning.where for warning in got.warnings if warning.code == recognition.CODE] == ["第1页"]


@needs_recogniser
@needs_printer
def test_pages_that_lie_on_their_side_or_head_come_back_cell_by_cell(
    made: Report, pages: list[recognizer.Picture]
) -> None:
    quarters = (2, 1, 0)
    lying = [np.ascontiguousarray(np.rot90(page, turns)) for page, turns in zip(pages, quarters, strict=True)]
    got = read_bytes(packed(lying, "TIFF", dpi=150), "scan.tif")
    assert got.turned_pages == (TurnedPage(1, 180), TurnedPage(2, 90))
    tally = scans.Tally()
    scans.compare(made, got, tally)
    assert (tally.lines, tally.lost) == (len(list(scans._texts(made))), 0), tally.mistakes
    assert tally.right_cells == tally.cells > 200, tally.mistakes
    assert tally.right_numbers == tally.numbers > 190, tally.mistakes
    assert tally.wrong <= scans.MOST_WRONG * tally.characters, tally.mistakes


def _named(made: Report) -> object:
    from indexer.manifest import Entry

    return Entry({"agency": made.agency, "year": str(made.year), "title": made.title})


@needs_recogniser
@needs_printer
def test_an_index_recognises_a_page_once_and_tells_of_each(
    made: Report, pages: list[recognizer.Picture], tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "scan.pdf").write_bytes(packed([pages[0]], "PDF", dpi=150))
    told: list[str] = []
    job = IndexJob((corpus,), tmp_path / "index", "memory")
    summary = run_job(job, progress=lambda what, done, total: told.append(what))
    assert summary.reports == 1, summary.failed
    assert "识别 scan.pdf，第 1 页" in told
    kept = list((tmp_path / "index" / RECOGNISED_FOLDER).rglob("*.msgpack"))
    assert len(kept) == 1
    assert {warning.code for _, warning in summary.warnings} >= {recognition.CODE}
    # What was recognised once is taken from what was kept: another text there shows that it was.
    known = page_cache.load(kept[0].parent.parent, kept[0].stem)
    assert known is not None
    lines = [
        replace(line, said=replace(line.said, text="这一行是测试改写的。"))
        if "。" in line.said.text
        else line
        for line in known.lines
    ]
    page_cache.keep(kept[0].parent.parent, kept[0].stem, reading=replace(known, lines=lines))
    shutil.rmtree(tmp_path / "index" / "generations")
    run_job(job)
    generation = Generations(tmp_path / "index").current()
    assert generation is not None
    [report] = [generation.report(one.id) for one in generation.reports()]
    assert "这一行是测试改写的。" in str(report.sections)


def reading(text: str, score: float) -> PictureReading:
    line = PicturedLine(TextBox(100, 100 + 25 * len(text), 200, 225), RecognisedText(text, score))
    return PictureReading(595.0, 842.0, 150 / 72, [], [line])


def test_what_is_kept_of_a_page_comes_back_as_any_page(tmp_path: Path) -> None:
    kept = reading("政府信息公开工作", 0.5)
    page_cache.keep(tmp_path, "ab12", reading=kept)
    assert page_cache.load(tmp_path, "ab12") == kept
    assert page_cache.load(tmp_path, "cd34") is None
    (tmp_path / "ab" / "ab12.msgpack").write_bytes(b"\xff")
    assert page_cache.load(tmp_path, "ab12") is None


def test_another_picture_or_scale_has_another_name() -> None:
    white, black = np.full((4, 4), 255, np.uint8), np.zeros((4, 4), np.uint8)
    assert (
        len({page_cache.key_of(white, 2.0), page_cache.key_of(black, 2.0), page_cache.key_of(white, 2.1)})
        == 3
    )


def test_the_warning_names_the_pages_and_the_least_sure_line() -> None:
    sheets = [reading("政府信息", score).sheet(page) for page, score in ((1, 1.0), (2, 0.5), (4, 0.9))]
    [warning] = recognition.recognition_warnings(sheets)
    assert warning.where == "第1—2、4页"
    assert "平均 80.0%" in warning.message
    assert "50%" in warning.message


def test_a_process_that_may_not_recognise_says_so_at_once() -> None:
    with recognition.recognising(allowed=False), pytest.raises(ReadError) as raised:
        recognition.check_is_allowed(3)
    assert raised.value.code == recognition.NEEDED
    recognition.check_is_allowed(3)
    with pytest.raises(ReadError) as raised:
        recognition.check_is_allowed(recognition.MAX_PAGES + 1)
    assert raised.value.code == "limit"


@pytest.mark.parametrize("opening", [PNG, b"\xff\xd8\xff\xe0", b"II*\0", b"MM\0*"])
def test_without_the_extra_a_picture_is_refused_by_name(
    opening: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer, "is_available", lambda: False)
    assert foreign_file(opening) is None
    with pytest.raises(ReadError) as raised:
        PictureReader().read(opening + b"\0" * 64, "a")
    assert raised.value.code == "picture"
    assert recognizer.EXTRA in raised.value.hint


@needs_recogniser
@pytest.mark.parametrize(
    "data", [PNG + b"\0" * 64, b"\xff\xd8\xff\xe0" + b"a" * 999, b"II*\0\x08\0\0\0" + b"\xff" * 99]
)
def test_a_damaged_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError) as raised:
        PictureReader().read(data, "a")
    assert raised.value.code == "damaged"


@needs_recogniser
def test_a_blank_picture_has_no_text() -> None:
    with pytest.raises(ReadError) as raised:
        PictureReader().read(packed([np.full((1200, 900), 255, np.uint8)], "PNG", dpi=100), "a")
    assert raised.value.code == "no-text"


@needs_recogniser
def test_rulings_are_found_in_ink_and_text_is_none() -> None:
    from indexer.readers.scans.rulings import rulings_of

    ink = np.zeros((600, 600), np.bool_)
    for at in (100, 200, 300):
        ink[at : at + 2, 100:502] = True
        ink[100:302, at * 2 - 100 : at * 2 - 98] = True
    # A line of text: strokes beside, above and below one another.
    for row in range(400, 424, 4):
        ink[row : row + 2, 100:400] = True
    found = rulings_of(ink, 2.0)
    assert len(boxes_of(found.strokes)) == 4


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("(一)予以公开", "（一）予以公开"),
        ("公开,不予", "公开，不予"),
        ("占到六成c在移动", "占到六成。在移动"),
        ("-12一", "— 12 —"),
        ("COVID-19", "COVID-19"),
        ("2,336件", "2,336件"),
    ],
)
def test_marks_beside_chinese_are_wide(seen: str, meant: str) -> None:
    assert spell(seen) == meant


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("O", "0"),
        ("同", "同"),
        ("1O", "10"),
        ("6]", "61"),
        ("0)", "0"),
        ("1.", "1"),
        ("85.7221", "85.7221"),
        ("/", "/"),
        ("", ""),
    ],
)
def test_a_cell_of_a_number_is_a_number(seen: str, meant: str) -> None:
    assert spell_cell(seen) == meant


def grid(*rows: tuple[str, ...], recognised: bool = True) -> Grid:
    sure = Recognised(1, 0.9) if recognised else None
    return Grid(tuple(tuple(GridCell(text, recognised=sure) for text in row) for row in rows))


ROWS = (
    ("一、本年新收政府信息公开申请数量", "5"),
    ("1.属于国家秘蜜", "5"),
    ("2.重复申请", "5"),
    ("（七）总计", "结果红正"),
    ("四、结转下年度继续办理", "61"),
)


def test_a_label_of_one_wrong_character_is_that_of_the_form() -> None:
    snapped = snap_labels(grid(*ROWS))
    assert snapped.rows[1][0].text == "1.属于国家秘密"
    # A label of another table is not put in place of what stands there.
    assert snapped.rows[3][1].text == "结果红正"
    assert [row[1].text for row in snapped.rows] == ["5", "5", "5", "结果红正", "61"]


@pytest.mark.parametrize(
    ("seen", "printed"),
    [
        ("、本年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数量"),
        ("·、本年新收政府信息公开申请数量", "一、本年新收政府信息公开申请数量"),
        ("（）予以公开", "（一）予以公开"),
        ("(-)予以公开", "（一）予以公开"),
        ("予以公开", "予以公开"),
        ("本年新收政府信息公开申请数量", "本年新收政府信息公开申请数量"),
    ],
)
def test_a_label_gets_back_the_ordinal_whose_mark_is_left(seen: str, printed: str) -> None:
    snapped = snap_labels(grid((seen, "5"), *ROWS[1:], ("（三）不予公开", "3"), ("（二）部分公开", "2")))
    assert snapped.rows[0][0].text == printed


def test_printed_text_and_tables_of_no_form_stay_as_they_are() -> None:
    printed = grid(*ROWS, recognised=False)
    assert snap_labels(printed) is printed
    other = grid(("单位", "件数"), ("办公室", "3"), ("属于国家秘蜜", "1"))
    assert snap_labels(other) == other


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with recognition.recognising(allowed=True):
        yield
