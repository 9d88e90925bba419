"""What damaged pictures do to their readers: PNG, JPG, TIFF, PDF and OFD files, and pages in several files.

What:     small pages are written in each format, damaged at random and read in child processes with the limits of a
          run: an outcome is a report or a refusal, never a failure of the reader. Of one in 200 the pixels are
          recognised; of the others a stand-in takes them, since it is the decoders that damage reaches.
Corpus:   a page of six lines and a ruled table, drawn here; each mutant has a seed of its own.
Caveats:  what a recogniser makes of damaged pixels is text like any other, and not looked at.

    python -m benchmarks picture_mutants [--mutants 1000] [--formats png jpeg tiff pdf ofd pages] [--save FILE]
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.files.formats import FAULTS, damaged, with_damaged_part
from benchmarks.machine import heading
from indexer.manifest import Entry
from indexer.read_report import read_bytes
from indexer.readers.packed import is_package
from indexer.readers.scans import recognition
from indexer.readers.scans.page import PicturedLine, PictureReading
from indexer.readers.scans.recognizer import Picture, RecognisedText, TextBox
from indexer.run.sandbox import Sandbox
from indexer.run.worker_pool import RECOGNITION_LIMITS
from report_search.bundle.pages import packed_pages
from report_search.errors import ReadError

FORMATS = ("png", "jpeg", "tiff", "pdf", "ofd", "pages")
_WIDTH, _HEIGHT = 420, 594
_RECOGNISED = 200
"""Of one mutant in so many the pixels are recognised."""
_IN_A_PART = 0.75
_ENTRY = Entry({"agency": "外交部", "year": "2021", "title": "外交部2021年政府信息公开工作年度报告"})

Mutant = tuple[str, int]
"""The format of a mutant and its number, which is the seed of its damage."""


def _page() -> Picture:
    """A page with lines of ink and a ruled table."""
    page: Picture = np.full((_HEIGHT, _WIDTH), 255, np.uint8)
    rng = np.random.default_rng(1)
    for top in range(60, 300, 40):
        page[top : top + 12, 50:370] = np.where(rng.random((12, 320)) < 0.4, 0, 255)
    for at in range(340, 521, 60):
        page[at : at + 2, 50:371] = 0
    for at in range(50, 371, 80):
        page[340:522, at : at + 2] = 0
    return page


@cache
def original(format_: str) -> bytes:
    """A sound file of a format."""
    from PIL import Image

    picture, out = Image.fromarray(_page()), io.BytesIO()
    if format_ == "ofd":
        return _ofd(original("png"))
    if format_ == "pages":
        return packed_pages(("1.png", "2.jpeg"), read=lambda name: original(name[2:]), is_numbered=True)
    picture.save(out, format_.upper(), compression="tiff_lzw") if format_ == "tiff" else picture.save(
        out, format_.upper()
    )
    return out.getvalue()


def _ofd(picture: bytes) -> bytes:
    """An OFD of one page, which is ``picture``."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData><ofd:Pages>"
        '<ofd:Page ID="1" BaseLoc="Page.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Res.xml": f'<ofd:Res {space} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image">'
        "<ofd:MediaFile>1.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
        "Doc_0/Page.xml": f'<ofd:Page {space}><ofd:Content><ofd:Layer><ofd:ImageObject ResourceID="7" '
        'Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/></ofd:Layer></ofd:Content></ofd:Page>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
        package.writestr("Doc_0/Res/1.png", picture)
    return out.getvalue()


def stand_in(picture: Picture, *, scale: float) -> PictureReading:
    """A reading of one line, whatever ``picture`` shows."""
    if picture.dtype != np.uint8 or picture.ndim != 2 or not picture.size or scale <= 0:
        raise AssertionError(f"no picture of a page: {picture.dtype} {picture.shape} {scale}")
    text = "全年主动公开政府信息一百二十条。"
    line = PicturedLine(TextBox(20, 20 + 20 * len(text), 280, 300), RecognisedText(text, 0.9))
    return PictureReading(picture.shape[1] / scale, picture.shape[0] / scale, scale, [], [line])


def mutant(format_: str, number: int) -> bytes:
    """A damaged file of a format; the same one each time. Of a package a part is damaged three times of four."""
    rng = random.Random(f"{format_} {number}")
    data = original(format_)
    in_part = is_package(data) and rng.random() < _IN_A_PART
    return with_damaged_part(data, rng) if in_part else damaged(data, rng)


def read_mutant(job: Mutant) -> float:
    """Read a mutant; the seconds that took. Raises ``ReadError``."""
    format_, number = job
    data = mutant(format_, number)
    start = time.perf_counter()
    with patch.object(recognition, "read_picture", stand_in) if number % _RECOGNISED else nullcontext():
        read_bytes(data, "mutant", entry=_ENTRY)
    return time.perf_counter() - start


def run_mutants(format_: str, number: int) -> tuple[Counter[str], float]:
    """What came of mutants by the code of their refusal, and the slowest that was read, in seconds."""
    jobs = [(format_, at) for at in range(1, number + 1)]
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    sandbox = Sandbox(read_mutant, processes=1, limits=RECOGNITION_LIMITS)
    for job, outcome in zip(jobs, sandbox.run(jobs), strict=True):
        outcomes[outcome.code if isinstance(outcome, ReadError) else ""] += 1
        if not isinstance(outcome, ReadError):
            slowest = max(slowest, outcome)
        elif outcome.code in FAULTS:
            print(f"{job}: {outcome.message}", flush=True)
    return outcomes, slowest


def report_of(rows: Sequence[str], *, began: str) -> str:
    """The results as kept."""
    lines = [
        "# Damaged pictures",
        "",
        f"Measured by `python -m benchmarks picture_mutants`; {began}.",
        "",
        "A small page in each format, damaged at random and read in a child process with the limits of recognising a",
        "page. A fault is an unforeseen error, a crash, or a limit of the process. The pixels of every 200th are",
        "recognised, of the others only decoded.",
        "",
        "| format | mutants read | refused | faults | slowest, s | refusals |",
        "|---|---:|---:|---:|---:|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure, print, save where asked; fail if a mutant harmed its reader."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks picture_mutants")
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS))
    parser.add_argument("--save", type=Path)
    options = parser.parse_args(arguments)
    began = heading("pillow", "pypdfium2", "rapidocr")
    rows, all_faults = [], 0
    for format_ in options.formats:
        outcomes, slowest = run_mutants(format_, options.mutants)
        faults = sum(outcomes[code] for code in FAULTS)
        refused = sum(outcomes.values()) - outcomes[""] - faults
        codes = ", ".join(f"{code} {count}" for code, count in outcomes.most_common() if code)
        rows.append(f"| {format_} | {outcomes['']} | {refused} | {faults} | {slowest:.1f} | {codes} |")
        all_faults += faults
        print(rows[-1], flush=True)
    if options.save:
        options.save.write_text(report_of(rows, began=began), encoding="utf-8")
    sys.exit(1 if all_faults else 0)
