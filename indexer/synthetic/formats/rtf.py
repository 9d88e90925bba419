"""Writes a report as an RTF: characters by their numbers and as bytes of GBK, rows of cells with edges."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.synthetic.formats.flow import FlowItem, flow, full_grid, width_of
from report_search.model import Report, Table

_HEAD = (
    r"{\rtf1\ansi\ansicpg936\uc1{\fonttbl{\f0\fcharset0 Times New Roman;}{\f1\fcharset134 \'cb\'ce\'cc\'e5;}}"
    r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}}{\info{\title \u-1?}}"
    r"{\footer\pard \u31532?1\u-26527?\par}"
)
_COLUMN = 700


def write_rtf(report: Report) -> bytes:
    """The RTF of ``report``."""
    return document("".join(_item(item, at) for at, item in enumerate(flow(report))))


def document(body: str) -> bytes:
    """An RTF with this body, in control words."""
    return f"{_HEAD}\n{body}}}".encode("ascii")


def text(written: str, *, as_bytes: bool = False) -> str:
    """Text in control words: by numbers, or as bytes of a Chinese font where that can be."""
    if as_bytes:
        encoded = written.encode("gb18030")
        return "{\\f1 " + "".join(f"\\'{byte:02x}" for byte in encoded) + "}"
    return "".join(map(_char, written))


def _char(char: str) -> str:
    if char in "\\{}":
        return f"\\{char}"
    if char.isascii():
        return char
    units = char.encode("utf-16-le")
    numbers = [int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)]
    return "".join(f"\\u{number}?" for number in numbers)


def _item(item: FlowItem, at: int) -> str:
    if item.table is not None:
        return "".join(_rows(item.table))
    # Writers of today give numbers, those of old bytes.
    shown = text(item.text, as_bytes=at % 2 == 1)
    if item.kind == "title":
        return f"\\pard\\plain\\qc{{\\b {shown}}}\\par\n"
    level = f"\\outlinelevel{item.depth}" if item.kind == "heading" else ""
    draft = "{\\v draft}" if item.kind == "paragraph" else ""
    return f"\\pard\\plain{level} {shown}{draft}\\par\n"


def _rows(table: Table) -> Iterator[str]:
    columns = width_of(table)
    for row in full_grid(table):
        described, cells = "\\trowd\\trleft0", ""
        at = 0
        while at < columns:
            cell, below = row[at]
            last = at + 1 if cell is None else cell.column + cell.colspan
            merge = ("\\clvmrg" if below else "\\clvmgf") if cell is not None and cell.rowspan > 1 else ""
            described += f"{merge}\\cellx{last * _COLUMN}"
            cells += f"\\pard\\intbl {text(cell.text) if cell is not None and not below else ''}\\cell "
            at = last
        yield f"{described}\n{cells}\\row\n"
    yield "\\pard\\plain\n"
