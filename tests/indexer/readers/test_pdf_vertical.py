"""Labels that run downward, or are turned, in a column of their own: they stay in their cell, whole.

The boxes that PDFium gives for characters of a vertical font leave out the matrix that sets the type on the page.
"""

from __future__ import annotations

import pytest

from tests.indexer.readers.test_pdf import HEIGHT, grids, lines, rows, rule, text

LABEL = "三、办理结果"
ITEMS = ["予以公开", "部分公开", "不予公开", "其他处理"]


def set_down(x: float, y: float, content: str, *, size: float = 10, scale: float = 1) -> str:
    """Draws ``content`` downward from (x, y), the middle of its top, in type of ``size`` that a matrix scales."""
    code = content.encode("utf-16-be").hex()
    return f"BT /F2 {size} Tf {scale} 0 0 {scale} {x} {HEIGHT - y} Tm <{code}> Tj ET\n"


def set_turned(x: float, y: float, content: str, turn: str) -> str:
    code = content.encode("utf-16-be").hex()
    return f"BT /F1 10 Tf {turn} {x} {HEIGHT - y} Tm <{code}> Tj ET\n"


def labelled(label: str) -> str:
    """A table of four rows beside a cell over all of them, 20 points wide from x = 90, which ``label`` is drawn in."""
    drawn = "".join(rule(110, y, 300, y) for y in (120, 140, 160))
    drawn += "".join(rule(90, y, 300, y) for y in (100, 180))
    drawn += "".join(rule(x, 100, x, 180) for x in (90, 110, 240, 300))
    for at, item in enumerate(ITEMS):
        drawn += text(113, 114 + 20 * at, item, size=9) + text(250, 114 + 20 * at, str(at), size=9)
    return drawn + label


def cells(label: str) -> list[list[str]]:
    (grid,) = grids(labelled(label))
    return rows(grid)


WANTED = [[LABEL, ITEMS[0], "0"], *([item, str(at)] for at, item in enumerate(ITEMS[1:], start=1))]


@pytest.mark.parametrize(("size", "scale"), [(10, 1), (1, 10), (200, 0.05), (40, 0.25), (17, 0.6)])
def test_a_label_in_a_vertical_font_stays_in_its_cell_whatever_scales_it(size: float, scale: float) -> None:
    assert cells(set_down(100, 105, LABEL, size=size, scale=scale)) == WANTED


def test_a_vertical_font_that_the_page_scales() -> None:
    code = LABEL.encode("utf-16-be").hex()
    drawn = f"q .1 0 0 .1 0 0 cm BT /F2 100 Tf 1000 {(HEIGHT - 105) * 10} Td <{code}> Tj ET Q\n"
    assert cells(drawn) == WANTED


def test_a_narrow_vertical_font() -> None:
    code = LABEL.encode("utf-16-be").hex()
    assert cells(f"BT 50 Tz /F2 200 Tf .05 0 0 .05 100 {HEIGHT - 105} Tm <{code}> Tj ET\n") == WANTED


@pytest.mark.parametrize("scale", [1, 0.05])
def test_a_label_in_two_columns_is_read_from_the_right(scale: float) -> None:
    right, left = LABEL[:3], LABEL[3:]
    drawn = set_down(105, 105, right, size=9 / scale, scale=scale)
    drawn += set_down(95, 105, left, size=9 / scale, scale=scale)
    assert cells(drawn) == WANTED


@pytest.mark.parametrize(
    ("x", "y", "turn"), [(104, 175, "0 1 -1 0"), (96, 105, "0 -1 1 0"), (104, 175, "0 .1 -.1 0")]
)
def test_a_label_turned_by_a_quarter(x: float, y: float, turn: str) -> None:
    drawn = set_turned(x, y, LABEL, turn)
    if "." in turn:
        drawn = drawn.replace("/F1 10 Tf", "/F1 100 Tf")
    assert cells(drawn) == WANTED


def test_a_label_of_one_character_a_line_is_read_as_before() -> None:
    drawn = "".join(text(95, 112 + 10 * at, one, size=9) for at, one in enumerate(LABEL))
    assert cells(drawn) == WANTED


def test_lines_of_two_characters_are_read_as_lines() -> None:
    drawn = "".join(text(91, 112 + 12 * at, LABEL[2 * at : 2 * at + 2], size=9) for at in range(3))
    assert cells(drawn) == WANTED


def test_wide_type_and_its_blanks_keep_their_places() -> None:
    code = "公开 事项".encode("utf-16-be").hex()
    (line,) = lines(f"BT 180 Tz /F1 12 Tf 90 {HEIGHT - 100} Td <{code}> Tj ET\n")
    assert line.replace(" ", "") == "公开事项"
