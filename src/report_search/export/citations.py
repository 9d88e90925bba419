"""Citations of a report or of one passage of it, in the styles that people paste.

GB/T 7714 is that of 2025, in force since 1 July 2026: commas, colons and parentheses are full-width, full stops and
brackets half-width. Three things are this project's choice. The day of access is always given, though that edition asks
for it of web pages only: an address can change. The headings over a passage stand where a page number would. And no
full stop ends an entry, since it would stick to the address and break it.

The rule: whatever is printed of a report is escaped for the style it goes into, and an address is always followed by
white space or by nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from urllib.parse import quote

from msgspec import Struct

from report_search.errors import RequestError
from report_search.export.rows import HEADING_SEPARATOR, Export, chunked
from report_search.export.site_address import LOCAL_NOTE, SiteAddress
from report_search.fields import BORDER
from report_search.model import Report
from report_search.passages import Passage


class Cited(Struct, frozen=True):
    """What is cited. ``key`` is its id, ``place`` the headings over a passage, ``quote`` its text; "" for a report.

    ``year`` is the one that is reported on, ``published`` an ISO date or "", ``link`` where it stands on this site,
    ``source`` the address where it was published, or "".
    """

    key: str
    agency: str
    title: str
    year: int | None
    published: str
    link: str
    source: str = ""
    place: str = ""
    quote: str = ""


class Visit(Struct, frozen=True):
    """When an address was looked at, and whether it is only that of this machine."""

    day: date
    is_local: bool

    @property
    def note(self) -> str:
        """What is to be said of the address, "" for nothing."""
        return LOCAL_NOTE if self.is_local else ""


def cited_passage(passage: Passage, site: SiteAddress) -> Cited:
    """A passage to cite."""
    return Cited(
        key=passage.id,
        agency=_line(passage.agency),
        title=_line(passage.title),
        year=passage.year,
        published=passage.published,
        link=site.passage(passage.id),
        source=web_address(passage.source),
        place=_line(HEADING_SEPARATOR.join(_place(passage))),
        quote=_line(passage.text.replace(BORDER, "\u3000")),
    )


def cited_report(report: Report, site: SiteAddress) -> Cited:
    """A report to cite."""
    return Cited(
        key=report.id,
        agency=_line(report.agency),
        title=_line(report.title),
        year=report.year,
        published=report.published,
        link=site.report(report.id),
        source=web_address(report.source.url),
    )


def trail(passage: Passage) -> tuple[str, ...]:
    """The headings over a passage, without a lead sentence that the text itself begins with."""
    return tuple(heading for heading in passage.headings if not passage.text.startswith(heading))


def _place(passage: Passage) -> tuple[str, ...]:
    """The headings that say where a passage stands; the heading of a section is its own place."""
    is_section = passage.is_heading and bool(passage.locator.section)
    return (*trail(passage), passage.text) if is_section else trail(passage)


def gbt7714(cited: Cited, visit: Visit) -> str:
    """An entry of a list of references after GB/T 7714—2025."""
    publication = "，".join(filter(None, (cited.agency, cited.published)))
    place = f"：{cited.place}" if cited.place else ""
    entry = (
        f"{cited.agency}. {cited.title}[R/OL]. {publication}{place}[{visit.day.isoformat()}]. {cited.link}"
    )
    return entry + (f" （{visit.note}）" if visit.note else "")


def bibtex(cited: Cited, visit: Visit) -> str:
    """An entry for BibTeX and BibLaTeX."""
    about = f"{cited.year}年度报告" if cited.year is not None else ""
    source = f"原文：{cited.source}" if cited.source else ""
    note = "；".join(filter(None, (cited.place, about, source, visit.note)))
    year, month = [*cited.published.split("-"), "", ""][:2]
    fields = {
        "author": "{" + _tex(cited.agency) + "}",
        "title": "{" + _tex(cited.title) + "}",
        "institution": _tex(cited.agency),
        "year": year,
        "month": month.lstrip("0"),
        "url": cited.link,
        "urldate": visit.day.isoformat(),
        "note": _tex(note),
        "langid": "chinese",
    }
    lines = (f"  {name} = {{{value}}}," for name, value in fields.items() if value)
    return "\n".join((f"@techreport{{{cited.key},", *lines, "}"))


def ris(cited: Cited, visit: Visit) -> str:
    """An entry for EndNote, Zotero, NoteExpress and others."""
    tags = (
        ("TY", "RPRT"),
        ("AU", cited.agency),
        ("TI", cited.title),
        ("PY", cited.published[:4]),
        ("DA", cited.published.replace("-", "/")),
        ("PB", cited.agency),
        ("SE", cited.place),
        ("N1", cited.quote),
        ("N1", visit.note),
        ("UR", cited.link),
        ("L2", cited.source),
        ("Y2", visit.day.strftime("%Y/%m/%d")),
        ("LA", "zh"),
        ("ID", cited.key),
    )
    lines = (f"{tag}  - {value}" for tag, value in tags if value)
    return "\n".join((*lines, "ER  - "))


def markdown(cited: Cited, visit: Visit) -> str:
    """The wording as a quotation with its source under it; of a report the source alone."""
    source = f"{_named(cited, markdown_text)}，[{markdown_text(cited.link)}](<{cited.link}>)，{_day(visit.day)}查阅"
    source += f"（{visit.note}）" if visit.note else ""
    return f"> {markdown_text(cited.quote)}\n>\n> —— {source}" if cited.quote else source


def text(cited: Cited, visit: Visit) -> str:
    """A source as it stands in a running text."""
    sentence = f"{_named(cited, str)}，{_day(visit.day)}查阅，{cited.link}"
    return sentence + (f" （{visit.note}）" if visit.note else "")


class Style(Struct, frozen=True):
    """A style of citations: its name for programs and for people, how a list of them is kept, how one is written."""

    name: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[Cited, Visit], str]


STYLES: tuple[Style, ...] = (
    Style("gbt7714", "GB/T 7714—2025", "txt", "text/plain", gbt7714),
    Style("text", "文中引用", "txt", "text/plain", text),
    Style("markdown", "Markdown", "md", "text/markdown", markdown),
    Style("bibtex", "BibTeX", "bib", "application/x-bibtex", bibtex),
    Style("ris", "RIS", "ris", "application/x-research-info-systems", ris),
)
"""The styles in the order in which they are shown; the first is the default."""


def style_of(name: str) -> Style:
    """The style called ``name``, the default for "". Raises ``RequestError`` for any other."""
    for style in STYLES:
        if name in (style.name, ""):
            return style
    known = "、".join(style.name for style in STYLES)
    raise RequestError("bad-style", f"没有名为“{name}”的引用格式。", hint=f"可用的格式：{known}。")


def citation_chunks(export: Export, style: Style) -> Iterator[bytes]:
    """The citations of all hits, one after another with an empty line between, as bytes."""
    visit = Visit(export.made.date(), export.site.is_local)
    cited = (cited_passage(hit.passage, export.site) for hit in export.walk.hits)
    return chunked(_entries(style.write(one, visit) for one in cited))


def _entries(texts: Iterable[str]) -> Iterator[bytes]:
    separator = ""
    for one in texts:
        yield f"{separator}{one}\n".encode()
        separator = "\n"


def _named(cited: Cited, escape: Callable[[str], str]) -> str:
    """外交部《…年度报告》（2020年1月20日发布），“一、总体情况”."""
    published = f"（{_printed_day(cited.published)}发布）" if cited.published else ""
    place = f"，“{escape(cited.place)}”" if cited.place else ""
    return f"{escape(cited.agency)}《{escape(cited.title)}》{published}{place}"


def _printed_day(published: str) -> str:
    """An ISO date as it is printed; anything else as it is."""
    try:
        return _day(date.fromisoformat(published))
    except ValueError:
        return published


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _line(printed: str) -> str:
    """``printed`` in one line: a break would end a field, a quotation or an entry."""
    return re.sub(r"[^\S\u3000]+|[\x00-\x1f\x7f]+", " ", printed).strip()


def web_address(source: str) -> str:
    """``source`` if it is an address on the web, with nothing in it that ends one; "" for the path of a file."""
    if not re.match(r"https?://", source, re.IGNORECASE):
        return ""
    return quote(source, safe="!#$%&'()*+,/:;=?@[]~")


def _tex(printed: str) -> str:
    """``printed`` with what TeX would read as a command written out."""
    commands = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return re.sub(r"[\\{}%&$#_~^]", lambda found: commands.get(found[0], f"\\{found[0]}"), printed)


def markdown_text(printed: str) -> str:
    """``printed`` with everything escaped that Markdown or HTML could read as markup."""
    escaped = re.sub(r"[\\`*_{}\[\]<>#|~&!]", r"\\\g<0>", printed)
    # A list or a rule only begins at the beginning: "- ", "+ ", "1. ", "2) ", "===".
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", escaped)
