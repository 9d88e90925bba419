"""PDF: lines, rulings and drawings by the thousand, and objects that are named again and again."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Sequence

from benchmarks.hostile_files.kind import TITLE, Kind


def packed_print(
    pages: Sequence[str], *, form: str = "", contents: str = "", more: dict[int, str] | None = None
) -> bytes:
    """A PDF with these page contents; ``contents`` stands for the list of streams of every page if given.

    ``form`` is the drawing F, ``more`` are further objects by number, from 1,000,000 on.
    """
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(pages)))
    font = "/Font<</F1 3 0 R>>/XObject<</F 8 0 R/G 1000000 0 R>>"
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        3: "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        4: "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        "/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>",
        5: "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        "/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
        8: f"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<{font}>>/Length {len(form)}>>\n"
        f"stream\n{form}\nendstream",
        **(more or {}),
    }
    for at, content in enumerate(pages):
        named = contents or f"{11 + 2 * at} 0 R"
        objects[10 + 2 * at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {named}/Resources<<{font}>>>>"
        )
        packed = zlib.compress(content.encode()).decode("latin-1")
        objects[11 + 2 * at] = f"<</Length {len(packed)}/Filter/FlateDecode>>\nstream\n{packed}\nendstream"
    out = bytearray(b"%PDF-1.7\n")
    for number, one in objects.items():
        out += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    return bytes(out) + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def drawn_text(x: float, y: float, text: str, *, size: float = 12) -> str:
    """The drawing of ``text`` at a place of a page."""
    return f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"


_PRINTED_HEAD = drawn_text(90, 800, TITLE) + drawn_text(90, 780, "一、总体情况")


def _print(label: str, unit: str) -> Kind:
    """A PDF whose pages, of at most 20,000 bytes of drawing, hold ``unit`` over and over."""

    def write(size: int) -> bytes:
        share = max(1, min(size, 20_000) // len(unit))
        return packed_print([_PRINTED_HEAD, *[unit * share] * max(1, size // 20_000)])

    return Kind("pdf", label, write)


def _one_page(label: str, draw: Callable[[int], str]) -> Kind:
    return Kind("pdf", label, lambda size: packed_print([_PRINTED_HEAD + draw(size)]))


def prints() -> Iterator[Kind]:
    """Every kind of PDF."""
    for line in ("甲", "一、甲", "规章 0 0 0", "全年公开信息一千余条，", "1", "予以公开"):
        yield _print(f"pages of {line!r}", drawn_text(90, 700, line))
        yield _one_page(f"a page of lines {line!r}", _text_at_each_height(line))
        yield _one_page(f"a page of columns {line!r}", _text_at_each_width(line))
    yield _one_page("a page of one place", lambda size: drawn_text(90, 400, "甲") * (size // 50))
    yield _one_page("level rulings", lambda size: "".join(_level(at) for at in range(size // 40)))
    yield _one_page("a grid of rulings", _grid_of_rulings)
    yield _one_page("scattered rulings", _scattered_rulings)
    yield _one_page(
        "one path",
        lambda size: "0 0 m " + "".join(f"{at % 500} {at % 700} l " for at in range(size // 10)) + "S\n",
    )
    yield _one_page("forms", lambda size: "/F Do " * (size // 6))
    yield _print("ruled tables", _small_table())
    yield Kind("pdf", "empty pages", lambda size: packed_print([_PRINTED_HEAD, *[""] * (size // 300)]))
    yield Kind("pdf", "one stream named often", _stream_named_often)
    yield Kind("pdf", "one page named often", _page_named_often)
    yield Kind("pdf", "words like stream", lambda size: b"%PDF-1.7\n" + b"stream\n" * (size // 7))
    yield Kind(
        "pdf", "short streams", lambda size: b"%PDF-1.7\n" + b"stream\nx\x9c\nendstream " * (size // 20)
    )
    yield Kind("pdf", "objects", lambda size: b"%PDF-1.7\n" + b"1 0 obj<<>>endobj " * (size // 18))
    yield Kind("pdf", "brackets", lambda size: b"%PDF-1.7\n1 0 obj" + b"[" * size)


def _text_at_each_height(line: str) -> Callable[[int], str]:
    return lambda size: "".join(drawn_text(90, 800 - 0.01 * at, line, size=5) for at in range(size // 50))


def _text_at_each_width(line: str) -> Callable[[int], str]:
    return lambda size: "".join(drawn_text(90 + 0.01 * at, 700, line, size=5) for at in range(size // 50))


def _level(at: int) -> str:
    return f"50 {at * 0.05:.2f} m 500 {at * 0.05:.2f} l S\n"


def _grid_of_rulings(size: int) -> str:
    count = size // 80
    upright = "".join(f"{50 + at * 0.05:.2f} 50 m {50 + at * 0.05:.2f} 700 l S\n" for at in range(count))
    return upright + "".join(_level(at) for at in range(count))


def _scattered_rulings(size: int) -> str:
    draw = random.Random(size)
    points = ((draw.uniform(0, 500), draw.uniform(0, 700)) for _ in range(size // 40))
    return "".join(f"{x:.1f} {y:.1f} m {x + 30:.1f} {y:.1f} l S\n" for x, y in points)


def _small_table() -> str:
    rules = "50 600 m 200 600 l S 50 580 m 200 580 l S 50 560 m 200 560 l S "
    rules += "50 600 m 50 560 l S 120 600 m 120 560 l S 200 600 m 200 560 l S\n"
    return rules + drawn_text(55, 585, "甲", size=9) + drawn_text(125, 585, "1", size=9)


def _stream_named_often(size: int) -> bytes:
    """A page whose content is one stream of a hundred characters, named so often."""
    return packed_print([drawn_text(90, 700, "甲" * 100)], contents=f"[{'11 0 R ' * (size // 7)}]")


def _page_named_often(size: int) -> bytes:
    """A tree of pages that names one page over and over."""
    made = packed_print([_PRINTED_HEAD + drawn_text(90, 700, "甲" * 100)])
    count = size // 7
    return made.replace(b"/Kids[10 0 R]/Count 1", b"/Kids[" + b"10 0 R " * count + b"]/Count %d" % count)
