"""What scanners and cameras do to pages: turned, shifted, small or odd pictures; the recogniser is a stand-in."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from benchmarks.files.formats import FAULTS
from benchmarks.pictures import picture_mutants, scans
from indexer.document import Grid
from indexer.readers.layout.pages import parts_of
from indexer.readers.scans import direction, recognition, recognizer
from indexer.readers.scans.page import read_picture
from indexer.readers.scans.reader import page_of
from indexer.readers.scans.recognizer import Picture, RecognisedText, TextBox
from indexer.run.sandbox import Sandbox
from report_search.errors import ReadError

image = pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
pytest.importorskip("cv2", reason="needs OpenCV (the extra scan)")
SCALE = 150 / 72


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with recognition.recognising(allowed=True):
        yield


def page_with_lines() -> Picture:
    """A page of eight lines that begin black and end grey: it can be seen which way they run."""
    page: Picture = np.full((1754, 1240), 255, np.uint8)
    for top in range(200, 1400, 150):
        page[top : top + 30, 150:600] = 0
        page[top : top + 30, 600:1050] = 120
    return page


def found_lines(page: Picture, *, scale: float) -> list[TextBox]:
    """The boxes of ink, those of lines that lie on their side as high as the lines are long."""
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats((page < 200).astype(np.uint8))
    return [TextBox(x, x + width, y, y + height) for x, y, width, height, _ in stats[1:].tolist()]


def read_lines(pictures: Sequence[Picture]) -> list[RecognisedText]:
    """A sentence for a line that begins black, a guess for one that ends so, a character for one on its side."""
    said = []
    for one in pictures:
        height, width = one.shape
        if height > width:
            said.append(RecognisedText("一", 0.9))
        else:
            is_upright = one[:, : width // 2].mean() < one[:, width // 2 :].mean()
            said.append(RecognisedText("全年主动公开政府信息", 0.97 if is_upright else 0.5))
    return said


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_is_read_upright_whichever_way_it_was_scanned(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    decide = direction.quarter_turns

    def quarter_turns(picture: Picture, *, scale: float) -> int:
        asked.append(turns)
        return decide(picture, scale=scale)

    monkeypatch.setattr(recognizer, "find_lines", found_lines)
    monkeypatch.setattr(recognizer, "read_lines", read_lines)
    monkeypatch.setattr("indexer.readers.scans.page.quarter_turns", quarter_turns)
    picture = np.ascontiguousarray(np.rot90(page_with_lines(), turns))
    reading = read_picture(picture, scale=SCALE)
    assert [line.said.score for line in reading.lines] == [0.97] * 8
    assert reading.height > reading.width
    assert reading.turned == (90 * turns if turns else 0), "clockwise, against the turn that it was given"
    assert asked == ([turns] if turns else []), "a page that reads well costs nothing more"


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_whose_lines_are_not_even_found_as_it_lies_is_turned(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def level_lines(page: Picture, *, scale: float) -> list[TextBox]:
        return [box for box in found_lines(page, scale=scale) if box.x1 - box.x0 > box.bottom - box.top]

    monkeypatch.setattr(recognizer, "find_lines", level_lines)
    monkeypatch.setattr(recognizer, "read_lines", read_lines)
    reading = read_picture(np.ascontiguousarray(np.rot90(page_with_lines(), turns)), scale=SCALE)
    assert (len(reading.lines), reading.turned) == (8, 90 * turns)


def test_a_blank_page_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Picture] = []
    monkeypatch.setattr(recognizer, "find_lines", lambda page, scale: looked.append(page) or [])
    blank = np.full_like(page_with_lines(), 250)
    blank[300:303, 300:303] = 90  # a speck of dust
    assert read_picture(blank, scale=SCALE).lines == []
    assert len(looked) == 1


@pytest.mark.parametrize(
    ("said", "is_well"),
    [
        ([], False),
        ([("24", 0.22)], False),  # on a page on its side hardly a line is found
        ([("— 3 —", 0.4)], False),
        ([("第", 0.99), ("一", 0.99)] * 6, False),  # nothing but single characters
        ([("全年主动公开政府信息", 0.97), ("19", 0.3)], True),
        ([("使开公使胶政", 0.45)] * 3, False),
        ([("29335795", 0.99)] * 3, False),  # numbers look well upside down
    ],
)
def test_what_says_that_a_page_is_upright(said: list[tuple[str, float]], is_well: bool) -> None:
    assert direction.reads_well([RecognisedText(*one) for one in said]) is is_well


def test_a_photograph_is_turned_as_its_camera_noted() -> None:
    out = io.BytesIO()
    upright = image.new("L", (60, 90), 255)
    upright.paste(0, (0, 0, 60, 30))
    exif = image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    upright.transpose(image.Transpose.ROTATE_90).save(out, "JPEG", exif=exif)
    pixels = page_of(image.open(out)).pixels
    assert pixels.shape == (90, 60)
    assert pixels[:25].max() < 30


def test_a_page_of_a_pdf_is_turned_as_it_says() -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    from indexer.readers.pdf.rendered_page import rendered

    out = io.BytesIO()
    page = image.new("L", (600, 900), 255)
    page.paste(0, (0, 0, 600, 200))
    page.transpose(image.Transpose.ROTATE_90).save(out, "PDF", resolution=100.0)
    document = pdfium.PdfDocument(out.getvalue())
    document[0].set_rotation(90)
    pixels = rendered(document, 1).pixels
    document.close()
    assert pixels.shape[0] > pixels.shape[1]
    assert pixels[:100].max() < 30
    assert pixels[-100:].min() > 200


def ruled_page(*, top: int, rows: int, shift: int = 0, width: int = 800) -> Picture:
    """A page with a ruled table of two columns."""
    page: Picture = np.full((1754, 1240), 255, np.uint8)
    left, bottom = 200 + shift, top + 60 * rows
    for at in range(top, bottom + 1, 60):
        page[at : at + 3, left : left + width + 3] = 0
    for at in (left, left + width // 2, left + width):
        page[top : bottom + 3, at : at + 3] = 0
    for row in range(rows):
        for column in range(2):
            x, y = left + column * width // 2 + 40, top + 60 * row + 18
            page[y : y + 25, x : x + 100] = 0
    return page


def grids(monkeypatch: pytest.MonkeyPatch, *pages: Picture) -> list[Grid]:
    """The tables of scanned pages, each cell with a number of its own."""
    count = iter(range(1, 1_000))
    monkeypatch.setattr(recognizer, "find_lines", lambda picture, *, scale: [])
    monkeypatch.setattr(
        recognizer, "read_lines", lambda cuts: [RecognisedText(f"第{next(count)}格文字", 0.9) for _ in cuts]
    )
    sheets = [read_picture(page, scale=SCALE).sheet(number) for number, page in enumerate(pages, 1)]
    return [part for part in parts_of(sheets) if isinstance(part, Grid)]


@pytest.mark.parametrize(("shift", "width"), [(0, 800), (40, 800), (-35, 808)])
def test_rows_are_joined_over_pages_that_lie_differently_on_the_glass(
    shift: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 40 pixels are seven millimetres: tables were told to be two as soon as their edges were five points apart.
    above = ruled_page(top=1300, rows=5)
    below = ruled_page(top=150, rows=4, shift=shift, width=width)
    [grid] = grids(monkeypatch, above, below)
    assert [[cell.text for cell in row] for row in grid.rows] == [
        [f"第{at}格文字", f"第{at + 1}格文字"] for at in range(1, 19, 2)
    ]
    assert [row[0].recognised.page for row in grid.rows if row[0].recognised] == [1] * 5 + [2] * 4
    assert grid.where == "第1至2页"


@pytest.mark.parametrize(("shift", "width"), [(0, 700), (130, 800)])
def test_tables_of_another_width_or_place_are_two(
    shift: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = ruled_page(top=1300, rows=5)
    below = ruled_page(top=150, rows=4, shift=shift, width=width)
    assert [len(grid.rows) for grid in grids(monkeypatch, above, below)] == [5, 4]


@pytest.mark.parametrize("shape", [(1, 1), (1, 3_000), (3_000, 1), (3, 3), (40, 2_000), (300, 300)])
def test_an_odd_picture_is_read_without_harm(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "find_lines", found_lines)
    monkeypatch.setattr(recognizer, "read_lines", read_lines)
    rng = np.random.default_rng(1)
    for picture in (np.zeros(shape), np.full(shape, 255), rng.integers(0, 256, shape)):
        page = page_of(image.fromarray(picture.astype(np.uint8)))
        reading = read_picture(page.pixels, scale=page.scale)
        assert reading.width > 0


def test_a_small_picture_is_drawn_larger_before_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    # At 100 dots an inch the 一 of 一、 was one pixel high, and taken for paper.
    seen: list[tuple[int, ...]] = []

    def find_lines(picture: Picture, *, scale: float) -> list[TextBox]:
        seen.append((*picture.shape, round(scale, 3)))
        return []

    monkeypatch.setattr(recognizer, "find_lines", find_lines)
    read_picture(np.full((1169, 827), 255, np.uint8), scale=100 / 72)
    assert seen == [(1683, 1191, 2.0)]


def test_a_damaged_picture_is_read_or_refused() -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    if not recognizer.is_available():
        pytest.skip("needs the extra scan")
    # Of these numbers no pixels are recognised.
    jobs = [(format_, number) for format_ in picture_mutants.FORMATS for number in range(1, 51)]
    outcomes = list(Sandbox(picture_mutants.read_mutant, processes=1).run(jobs))
    faults = [
        (job, outcome.message)
        for job, outcome in zip(jobs, outcomes, strict=True)
        if isinstance(outcome, ReadError) and outcome.code in FAULTS
    ]
    assert faults == []
    assert sum(not isinstance(outcome, ReadError) for outcome in outcomes) > 50


def test_results_are_kept_with_what_they_were_measured_on() -> None:
    good, bad = (
        scans.Tally(pages=2, seconds=8.0, characters=1000, wrong=1),
        scans.Tally(pages=1, lines=9, lost=1),
    )
    text = scans.report_of({"serif 12 150 clean": good, "mono 16 200 noisy": bad}, began="today")
    assert "| serif 12 150 clean | 2 | 4.0 | 1 of 1000 (0.10%) |" in text
    assert "Rows that miss one: mono 16 200 noisy." in text
    assert "| **all** | 3 |" in text
    assert "Corpus: the generator of" in text


def test_a_lone_row_over_the_page_break_is_a_row_of_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    # Its upright rulings are hardly ten times longer than thick once a scanner has blurred them.
    above, below = ruled_page(top=1300, rows=5), ruled_page(top=150, rows=1, shift=12)
    for at in (212, 612, 1012):
        below[150:213, at : at + 6] = 0
    [grid] = grids(monkeypatch, above, below)
    assert len(grid.rows) == 6
