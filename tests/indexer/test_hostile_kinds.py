"""A sample of the hostile files of ``benchmarks/hostile_files``: each is read in time, at a size of a real report.

The benchmark measures growth, over all kinds. Here, where other things run beside, a kind is read at one size and at
eight times that; a quadratic step would take sixty-four times as long.
"""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest

from benchmarks.hostile_files.catalogue import kinds, random_kinds
from benchmarks.hostile_files.kind import Kind
from benchmarks.hostile_files.prints import drawn_text, packed_print
from indexer.document import Grid, GridCell
from indexer.read_report import read_bytes
from indexer.readers import limits
from indexer.readers.html.archive import page_of
from indexer.readers.pdf.reader import PdfReader
from indexer.tables.continuation import merge_continuations
from report_search.analysis.fold import fold
from report_search.errors import ReadError
from report_search.passages import passages_of
from tests.sampling import WHOLE

SMALL, TIMES = 4_000, 8
SECONDS_OF_NOISE = 0.5
SAMPLE = 80 if WHOLE else 20
CHOSEN = random.Random(7).sample([*kinds(), *random_kinds(200, seed=3)], SAMPLE)


def seconds(kind: Kind, size: int) -> float:
    """CPU seconds of reading a file of a kind; a refusal is an answer too."""
    data = kind.write(size)
    begin = time.process_time()
    with suppress(ReadError):
        for passage in passages_of(read_bytes(data, kind.file_name)):
            fold(passage.text)
    return time.process_time() - begin


@pytest.mark.parametrize("kind", CHOSEN, ids=lambda kind: f"{kind.format} {kind.label!a}")
def test_time_grows_with_the_size_of_a_file(kind: Kind) -> None:
    small, large = seconds(kind, SMALL), seconds(kind, TIMES * SMALL)
    assert large < 3 * TIMES * small + SECONDS_OF_NOISE, f"{small:.2f} s, then {large:.2f} s"


def test_more_lines_than_any_report_has_are_refused() -> None:
    """300,000 lines of keys took minutes."""
    data = "".join(f"h{number}: x\n" for number in range(limits.MAX_PARTS + 1)).encode()
    with pytest.raises(ReadError, match="行数") as refusal:
        read_bytes(data, "a.txt")
    assert refusal.value.code == "limit"


def nested_forms(levels: int, fan: int) -> bytes:
    """A page that draws a form that draws ``fan`` forms, and so on, ``levels`` deep."""
    more: dict[int, str] = {}
    for level in range(levels):
        content = "/G Do " * fan if level < levels - 1 else drawn_text(90, 700, "甲")
        own = f"/Font<</F1 3 0 R>>/XObject<</G {1_000_001 + level} 0 R>>"
        more[1_000_000 + level] = (
            f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<{own}>>/Length {len(content)}>>\n"
            f"stream\n{content}\nendstream"
        )
    return packed_print(["/G Do "], more=more)


@pytest.mark.parametrize(
    "data",
    [
        nested_forms(8, 10),
        nested_forms(30, 3),
        packed_print([drawn_text(90, 700, "甲" * 40) * 100], contents=f"[{'11 0 R ' * 3_000}]"),
    ],
)
def test_what_a_pdf_draws_again_and_again_is_counted_before_it_is_drawn(data: bytes) -> None:
    begin = time.process_time()
    with pytest.raises(ReadError, match="重复绘制") as refusal:
        PdfReader().read(data, "a.pdf")
    assert refusal.value.code == "limit"
    assert time.process_time() - begin < 5


def test_forms_within_reason_and_forms_within_themselves_are_read() -> None:
    assert PdfReader().read(nested_forms(3, 3), "a.pdf").parts
    content = f"/G Do {drawn_text(90, 700, '全年公开信息三十条')}"
    own = f"<</Font<</F1 3 0 R>>/XObject<</G 1000000 0 R>>>>/Length {len(content)}"
    form = f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources{own}>>\nstream\n{content}\nendstream"
    assert PdfReader().read(packed_print(["/G Do "], more={1_000_000: form}), "a.pdf").parts


@pytest.mark.parametrize(
    "data",
    [
        b"MIME-Version: 1.0\r\n" + b"h: x\r\n" * 50_000,
        b"MIME-Version: 1.0\r\n"
        + b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(60)
        ),
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"--b\r\n\r\na\r\n" * 30_000,
    ],
)
def test_archives_beyond_a_limit_are_refused(data: bytes) -> None:
    with pytest.raises(ReadError) as refusal:
        page_of(data)
    assert refusal.value.code == "limit"


def test_an_archive_is_unpacked_as_mail_is() -> None:
    """Folded headers, words in another alphabet, soft breaks, and the last boundary lost."""
    data = (
        b"From: x\r\nSnapshot-Content-Location: http://example.org/\r\n a.html\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html"; boundary="--x y"\r\n\r\nfor readers of mail\r\n'
        b"----x y\r\nContent-Type: text/css\r\n\r\np {}\r\n"
        b'----x y\r\nContent-Type: TEXT/html; charset="gbk"\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n'
        b"<p>=BC=D7=\r\n=D2=D2</p>\r\n"
    )
    page = page_of(data)
    assert (page.address, page.charset) == ("http://example.org/ a.html", "gbk")
    assert page.data.decode("gbk").strip() == "<p>甲乙</p>"


def test_a_table_over_hundreds_of_pages_is_joined_page_by_page() -> None:
    def grids(pages: int) -> list[Grid]:
        rows = [
            tuple((GridCell("项目"), GridCell(str(page * 50 + at))) for at in range(50))
            for page in range(pages)
        ]
        return [Grid(own, page=page) for page, own in enumerate(rows, start=1)]

    times = []
    for pages in (50, 400):
        begin = time.process_time()
        [whole] = merge_continuations(grids(pages))
        times.append(time.process_time() - begin)
        assert (len(whole.rows), whole.page) == (50 * pages, pages)
    assert times[1] < 3 * 8 * times[0] + SECONDS_OF_NOISE
