"""How well pages that are pictures are read: characters, numbers, cells of the request table, lost lines, time.

What:     synthetic reports are printed by Chromium in several fonts and sizes, drawn by PDFium at 150 and 200 dots an
          inch, clean or as a poor scanner gives them (askew, shifted, blurred, shaded, grainy, specks, JPG), read back
          and compared with the model: folded characters of titles, headings and paragraphs; cells of the tables.
Corpus:   the generator of ``indexer/synthetic``, seed 1, years from 2021 on, so that every report has the three tables.
Caveats:  real scans have stamps, folds and handwriting; the fonts are those of Debian's fonts-noto-cjk.

    python -m benchmarks scans [--reports 1] [--fonts serif sans mono] [--sizes 10.5 12 16] [--dpi 150 200]
                               [--conditions clean noisy] [--save FILE]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from msgspec import Struct, field

from benchmarks.machine import heading
from indexer.document import Document
from indexer.read_report import make_report
from indexer.readers.layout.pages import parts_of
from indexer.readers.layout.sheet import Sheet
from indexer.readers.scans.page import read_picture
from indexer.readers.scans.recognizer import Picture
from indexer.synthetic import printing
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import reports
from report_search.analysis.fold import fold
from report_search.analysis.similarity import opcodes
from report_search.errors import ReadError
from report_search.model import Paragraph, Report, Source, Table

FONTS = {"serif": "Noto Serif CJK SC", "sans": "Noto Sans CJK SC", "mono": "Noto Sans Mono CJK SC"}
SIZES = (10.5, 12.0, 16.0)
RESOLUTIONS = (150, 200)
CONDITIONS = ("clean", "noisy")
FIRST_YEAR = 2021
MOST_WRONG = 0.002
LEAST_NUMBERS = 0.995
LEAST_CELLS = 0.99
MOST_SECONDS = 8.0
_WHOLE_PAGE = 0.95
"""A page is drawn so much smaller before it is turned, so that it stays on the glass, shifted and askew."""
_SHIFT = 3.0
"""Millimetres that a page lies farther left or right, and higher or lower."""
_LOST = 0.5
"""A line of which less than this share came back was lost."""


class Tally(Struct):
    """What was counted over some reports; ``mistakes`` are the first differences, for people."""

    pages: int = 0
    seconds: float = 0.0
    characters: int = 0
    wrong: int = 0
    numbers: int = 0
    right_numbers: int = 0
    cells: int = 0
    right_cells: int = 0
    lines: int = 0
    lost: int = 0
    failed: int = 0
    mistakes: list[str] = field(default_factory=list)

    @property
    def passes(self) -> bool:
        """Whether all floors are kept."""
        return (
            not self.failed
            and not self.lost
            and self.wrong <= MOST_WRONG * self.characters
            and self.right_numbers >= LEAST_NUMBERS * self.numbers
            and self.right_cells >= LEAST_CELLS * self.cells
            and self.seconds <= MOST_SECONDS * self.pages
        )

    def add(self, other: Tally) -> None:
        """Count what ``other`` counted too."""
        for name in self.__struct_fields__:
            if name != "mistakes":
                setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self, name: str) -> str:
        """A row of the results as kept."""
        share = self.wrong / max(1, self.characters)
        return (
            f"| {name} | {self.pages} | {self.seconds / max(1, self.pages):.1f} | "
            f"{self.wrong} of {self.characters} ({share:.2%}) | {self.right_numbers} of {self.numbers} | "
            f"{self.right_cells} of {self.cells} | {self.lost} of {self.lines} | {self.failed} |"
        )

    def line(self, name: str) -> str:
        """A row of the table."""
        return (
            f"{name:26}{self.pages:6}{self.seconds / max(1, self.pages):9.1f}"
            f"{self.wrong:6}/{self.characters:<7}{self.right_numbers:6}/{self.numbers:<6}"
            f"{self.right_cells:6}/{self.cells:<6}{self.lost:5}/{self.lines:<5}{self.failed:5}"
        )


def printed(report: Report, *, font: str, size: float) -> bytes:
    """The PDF of ``report`` set in a font of ``FONTS`` at a size in points."""
    style = (
        f"<style>body, h1, h2, h3, td {{ font-family: '{FONTS[font]}' !important }}"
        f" body {{ font-size: {size}pt !important }} td {{ font-size: {min(size, 10.5)}pt !important }}</style>"
    )
    page = write_html(report, layout="print").replace(b"</head>", style.encode() + b"</head>")
    return next(printing.print_pages([page]))


def pictures_of(pdf: bytes, *, dpi: int) -> list[Picture]:
    """The pages of a PDF in grey."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(pdf)
    found = []
    for page in document:
        bitmap = page.render(scale=dpi / 72, grayscale=True)
        found.append(np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, bitmap.width))
    document.close()
    return found


def scanned(picture: Picture, *, dpi: int, seed: int) -> Picture:
    """``picture`` as a poor scanner gives it: askew, shifted, blurred, shaded, grainy, with specks, a JPG."""
    import cv2

    rng = np.random.default_rng(seed)
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-0.8, 0.8), _WHOLE_PAGE)
    turn[:, 2] = turn[:, 2] + rng.uniform(-_SHIFT, _SHIFT, 2) * dpi / 25.4
    askew = cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255.0,))
    blurred = cv2.GaussianBlur(askew, (0, 0), 0.6 * dpi / 150).astype(np.float64)
    shadow = np.linspace(0, -25, width)[None, :] + np.linspace(0, -10, height)[:, None]
    grainy = blurred * 0.85 + 25 + shadow + rng.normal(0, 8, blurred.shape)
    grainy[rng.random(grainy.shape) < 0.0003] = 0
    grey = np.clip(grainy, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 70])
    seen: Picture = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return seen


def read(pictures: Sequence[Picture], *, dpi: int, tally: Tally) -> Report:
    """The report that ``pictures`` show. Raises ``ReadError``."""
    sheets: list[Sheet] = []
    for number, picture in enumerate(pictures, 1):
        begin = time.process_time()
        sheets.append(read_picture(picture, scale=dpi / 72).sheet(number))
        tally.seconds += time.process_time() - begin
        tally.pages += 1
    return make_report(Document("png", tuple(parts_of(sheets))), Source("", "", "", "png"))


def compare(made: Report, got: Report, tally: Tally) -> None:
    """Count what of ``made`` came back in ``got``."""
    want, whole = list(_texts(made)), "".join(_texts(got))
    _compare_characters("".join(want), whole, tally)
    for text in want:
        tally.lines += 1
        if _share_found(text, whole) < _LOST:
            tally.lost += 1
            tally.mistakes.append(f"lost: {text[:40]}")
    for number, table in enumerate(_tables(made)):
        others = _tables(got)
        _compare_table(table, others[number] if number < len(others) else None, tally)


def _share_found(text: str, whole: str) -> float:
    """The share of the pieces of four characters of ``text`` that stand in ``whole``."""
    pieces = [text[at : at + 4] for at in range(max(1, len(text) - 3))]
    return sum(piece in whole for piece in pieces) / len(pieces)


def _compare_characters(want: str, have: str, tally: Tally) -> None:
    tally.characters += len(want)
    for edit, a, b, c, d in opcodes(want, have):
        if edit != "keep":
            # A mistaken character is one that is missing and one that is too many.
            tally.wrong += max(b - a, d - c) if edit == "delete" else (d - c)
            tally.mistakes.append(f"{edit}: {want[max(0, a - 4) : b + 4]} | {have[max(0, c - 4) : d + 4]}")


def _compare_table(made: Table, got: Table | None, tally: Tally) -> None:
    is_request_table = made.form.startswith("b")
    rows = got.rows if got else ()
    for at, row in enumerate(made.rows):
        texts = {cell.column: cell.text for cell in rows[at].cells} if at < len(rows) else {}
        for cell in row.cells:
            found = fold(texts.get(cell.column, "（无）")).text
            is_right = found == fold(cell.text).text
            if cell.value is not None:
                tally.numbers += 1
                tally.right_numbers += is_right
            if is_request_table:
                tally.cells += 1
                tally.right_cells += is_right
            if not is_right:
                tally.mistakes.append(f"{made.form} {row.headers[-1:]}: {cell.text} | {found}")


def _texts(report: Report) -> Iterator[str]:
    """Title, headings and paragraphs, folded."""
    yield fold(report.title).text
    for _, section in report.walk():
        if section.title:
            yield fold(section.title).text
        yield from (fold(block.text).text for block in section.blocks if isinstance(block, Paragraph))


def _tables(report: Report) -> list[Table]:
    return [block for _, section in report.walk() for block in section.blocks if isinstance(block, Table)]


def made_up(number: int) -> list[Report]:
    """The first ``number`` synthetic reports with all three tables."""
    found: list[Report] = []
    for report in reports(seed=1):
        if (report.year or 0) >= FIRST_YEAR:
            found.append(report)
        if len(found) == number:
            break
    return found


def measure(report: Report, pdf: bytes, *, dpi: int, condition: str, tally: Tally) -> None:
    """Read one report as a scan, and count."""
    pictures = pictures_of(pdf, dpi=dpi)
    if condition == "noisy":
        pictures = [scanned(picture, dpi=dpi, seed=at) for at, picture in enumerate(pictures)]
    try:
        compare(report, read(pictures, dpi=dpi, tally=tally), tally)
    except ReadError as error:
        tally.failed += 1
        tally.mistakes.append(str(error))


def main(arguments: list[str]) -> None:
    """Print a table, and fail if a floor is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scans")
    parser.add_argument("--reports", type=int, default=1)
    parser.add_argument("--fonts", nargs="+", choices=FONTS, default=list(FONTS))
    parser.add_argument("--sizes", nargs="+", type=float, default=list(SIZES))
    parser.add_argument("--dpi", nargs="+", type=int, default=list(RESOLUTIONS))
    parser.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=list(CONDITIONS))
    parser.add_argument("--save", type=Path)
    options = parser.parse_args(arguments)
    began = heading("rapidocr", "onnxruntime", "opencv-python-headless")
    print(
        f"{'font, size, dpi':26}{'pages':>6}{'s/page':>9}{'wrong characters':>16}{'numbers':>11}"
        f"{'cells of b':>15}{'lost':>9}{'failed':>8}"
    )
    found: dict[str, Tally] = {}
    for name, tally in _tallies(options):
        found[name] = tally
        print(tally.line(name), flush=True)
        for mistake in tally.mistakes[:8]:
            print(f"    {mistake}")
        if options.save:
            # After each row: a whole run takes a quarter of an hour and more.
            options.save.write_text(report_of(found, began=began), encoding="utf-8")
    sys.exit(0 if all(tally.passes for tally in found.values()) else 1)


def _tallies(options: argparse.Namespace) -> Iterator[tuple[str, Tally]]:
    """What was counted, by font, size, resolution and condition."""
    for font, size in product(options.fonts, options.sizes):
        made = made_up(options.reports)
        pdfs = [printed(report, font=font, size=size) for report in made]
        for dpi, condition in product(options.dpi, options.conditions):
            tally = Tally()
            for report, pdf in zip(made, pdfs, strict=True):
                measure(report, pdf, dpi=dpi, condition=condition, tally=tally)
            yield f"{font} {size:g} {dpi} {condition}", tally


def report_of(found: Mapping[str, Tally], *, began: str) -> str:
    """The results as kept; ``began`` is the machine and its load when the run began."""
    what, corpus, caveats = (_part_of_docstring(name) for name in ("What", "Corpus", "Caveats"))
    rows = [tally.row(name) for name, tally in found.items()]
    missed = [name for name, tally in found.items() if not tally.passes]
    total = Tally()
    for tally in found.values():
        total.add(tally)
    lines = [
        "# Scans",
        "",
        f"Measured by `python -m benchmarks scans`; {began}.",
        "",
        f"What: {what}",
        "",
        f"Corpus: {corpus}",
        "",
        f"Caveats: {caveats}",
        "",
        f"Floors: folded characters at most {MOST_WRONG:.1%} wrong, numbers at least {LEAST_NUMBERS:.1%} right, cells",
        f"of the request table at least {LEAST_CELLS:.0%} right, no line lost, at most {MOST_SECONDS:g} s of a core a",
        f"page. Rows that miss one: {'; '.join(missed) or 'none'}.",
        "",
        "| font, size, dots an inch | pages | s of a core a page | wrong characters | right numbers | right cells |"
        " lost lines | failed |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *rows,
        total.row("**all**"),
        "",
    ]
    return "\n".join(lines)


def _part_of_docstring(name: str) -> str:
    """What the docstring of this module says behind ``name``, in one line."""
    words = (__doc__ or "").split(f"{name}:", 1)[1]
    for other in ("What:", "Corpus:", "Caveats:", "\n\n"):
        words = words.split(other, 1)[0]
    return " ".join(words.split())
