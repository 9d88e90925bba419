"""Web pages: fragments between tags, tags in tags, attributes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from benchmarks.hostile_files.kind import TITLE, Kind, inside
from benchmarks.hostile_files.texts import CHARACTERS, LINES, WORDS

PAGE = f"<html><body><h1>{TITLE}</h1><p>一、总体情况</p>{{}}<p>二、存在的问题</p></body></html>"


def page(unit: str, *, before: str = "", behind: str = "") -> Kind:
    """A page with ``unit`` over and over between ``before`` and ``behind``."""
    start, end = PAGE.split("{}")
    return Kind("html", f"{before}{unit!r}…{behind}", inside(start + before, unit, behind + end))


def pages() -> Iterator[Kind]:
    """Every kind of web page."""
    for line in LINES:
        yield page(f"<p>{escape(line)}</p>")
        yield page(f"{escape(line)}<br>", before="<p>")
        yield page(f"<tr><td>{escape(line)}</td><td>1</td></tr>", before="<table>", behind="</table>")
        yield page(f"<table><tr><td>{escape(line)}</td><td>1</td></tr></table>")
    for unit in (*CHARACTERS, *WORDS):
        yield page(escape(unit), before="<p>甲", behind="乙</p>")
        yield page(escape(unit), before="<table><tr><td>甲</td><td>", behind="</td></tr></table>")
    for tag in (
        "font",
        "b",
        "span",
        "div",
        "p",
        "table",
        "tr",
        "td",
        "li",
        "ol",
        "ul",
        "a",
        "pre",
        "center",
        "h1",
        "form",
    ):
        yield page(f"<{tag}>")
        yield page(f"<{tag}>甲")
        yield page(f"<{tag}>甲</{tag}>")
        yield page(f"</{tag}>甲")
    for before, unit, behind in (
        ('<p style="', "font:", '">甲</p>'),
        ('<p class="', "a ", '">甲</p>'),
        ("<p ", "a=1 ", ">甲</p>"),
        ("<!-- ", "saved from url=(1", " -->"),
        ("", "<!-- a -->", ""),
        ("", "<a href=b>甲</a>", ""),
        ("", "<img src=a>", ""),
        ("", '<meta name="a" content="b">', ""),
        ("", "<table><tr><td>甲</td><td>", ""),
        ("", "</b><p>甲", ""),
        ("<table>", "<tr><td>甲<td>1", ""),
        ("<table>", "<tr><td colspan=2>甲</td></tr><tr><td>甲</td><td>1</td></tr>", "</table>"),
        ("<table><tr>", "<th>甲</th>", "</tr><tr><td>甲</td><td>1</td></tr></table>"),
        ("<table><tr>", "<td rowspan=900>甲</td>", "</tr></table>"),
        ("", "</body></html><p>甲", ""),
        ("", "<script>a</script>", ""),
        ("<script>", "a<", ""),
        ("<p>", "&lt;", ""),
    ):
        yield page(unit, before=before, behind=behind)
