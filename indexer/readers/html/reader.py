"""Reads a saved web page: lxml finds the elements, the rest is told from what they hold.

Content decides whether a file is a page: a saved fragment without ``<html>`` is one, whatever its suffix.
The rule: scripts are never run and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.document import Document, Grid, Line, Part
from indexer.readers import encoding, limits, spacing
from indexer.readers.foreign import pictures_only
from indexer.readers.html import facts as html_facts
from indexer.readers.html.archive import is_archive, page_of
from indexer.readers.html.images import shown_in
from indexer.readers.html.lines import Walker
from indexer.readers.html.main_part import report_items
from indexer.readers.html.page import ParsedPage, parse_page
from indexer.readers.html.tree import pictures_in
from indexer.readers.scans.shown import has_own_text
from report_search.errors import ReadError
from report_search.model import ReportWarning

_OPENING = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|table|div|p|span|article|section|meta|center|font|h[1-6])[\s>/]",
    re.I,
)
_SAVED_HEADER = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}[^\n]*\n")
_CHARSET = re.compile(r"^content-type:.*?charset\s*=\s*[\"']?([\w-]+)", re.I | re.M)
_CELL = re.compile(rb"<t[dh][\s>]", re.I)
_ATTACHED = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|rar|zip)(?:[?#]|$)", re.I)
_SHORT = 120
_FEW = 12
"""A page of at most so many lines, none longer than ``_SHORT`` characters, may only hand on an attachment."""
_TAGS = 4
"""So many tags make a page of what does not say that it is one; Markdown may hold one or two."""
_FACT_LINES = 40
"""Date and source are printed in one of so many first lines, if at all."""
_ADDRESSES = ("og:url", "canonical")


class HtmlReader:
    """Web pages as browsers and crawlers save them: HTML in any encoding, with its headers, or MHTML."""

    format = "html"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` opens like a page. Markdown that uses a tag here and there does not."""
        head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"")
        if is_archive(head) or (_SAVED_HEADER.match(head) and b"text/html" in head.lower()):
            return True
        if re.match(rb"<(?:!doctype\s+html|html)[\s>]", head, re.I):
            return True
        if (head.startswith(b"<") and not head.startswith(b"<?xml")) or b"<html" in head.lower():
            tags = len(re.findall(rb"</?[a-zA-Z!]", data[:65536]))
            return bool(_OPENING.search(data[:65536])) and tags >= _TAGS
        return False

    def read(self, data: bytes, name: str) -> Document:
        """The report in a page. Raises ``ReadError`` for one without text or beyond a limit."""
        limits.check_bytes(data)
        file, (address, charset, data) = data, _unwrap(data)
        _check_size(data)
        text, warnings = encoding.decode(data, charset)
        page = parse_page(text)
        facts = _facts(page, address)
        root = page.body()
        walker = Walker()
        walker.walk(root)
        items = report_items(walker.items, root)
        parts = tuple(item.part for item in items)
        _check_attachment(page, parts)
        pictures = pictures_in(root)
        shown = () if has_own_text(parts) else tuple(shown_in(root, file))
        if not _printed(parts) and not shown:
            if pictures:
                raise pictures_only("网页", pictures)
            raise ReadError(
                "no-text",
                "网页中没有正文",
                hint="正文可能由脚本载入，请在浏览器中打开后另存为“网页，仅 HTML”",
            )
        # What is said first counts: meta elements before printed lines, tables of metadata last.
        for line in _lines(walker)[:_FACT_LINES]:
            facts = {**html_facts.from_line(line), **facts}
        facts = {**walker.facts, **facts}
        warnings = (*warnings, *_truncated(data))
        return Document(self.format, parts, _title(page, facts), facts, warnings, pictures, shown)


def _unwrap(data: bytes) -> tuple[str, str, bytes]:
    """The page in a file with its address and charset as far as headers saved around it name them."""
    if is_archive(data[:4096]):
        saved = page_of(data)
        return saved.address, saved.charset, saved.data
    if _SAVED_HEADER.match(data):
        header, _, page = data.replace(b"\r\n", b"\n").partition(b"\n\n")
        charset = _CHARSET.search(header.decode("latin-1"))
        return "", charset[1] if charset else "", page
    return "", "", data


def _check_size(data: bytes) -> None:
    cells = len(_CELL.findall(data))
    if cells > limits.MAX_CELLS:
        raise limits.too_large("表格单元格数", cells, limit=limits.MAX_CELLS)
    if data.count(b"<") > limits.MAX_TAGS:
        raise limits.too_large("网页元素数", data.count(b"<"), limit=limits.MAX_TAGS)


def _facts(page: ParsedPage, address: str) -> dict[str, str]:
    """Meta elements under their own names, and the page's address under ``url``.

    ``address`` is the one that headers saved around the page name, "" for none.
    """
    facts: dict[str, str] = {}
    for key, value in (*_meta(page), *_canonical(page)):
        facts.setdefault(key, value)
    named = [address, html_facts.saved_from(page.comments()), *(facts.get(key, "") for key in _ADDRESSES)]
    url = next((value for value in named if re.match(r"https?://", value)), "")
    return {**facts, "url": url} if url else facts


def _meta(page: ParsedPage) -> Iterator[tuple[str, str]]:
    """What meta elements say, each under its name or property."""
    for attributes in page.attributes_of("meta"):
        key = attributes.get("name") or attributes.get("property") or ""
        value = spacing.strip(spacing.collapse(attributes.get("content", "")))
        if key and value:
            yield key, value


def _canonical(page: ParsedPage) -> Iterator[tuple[str, str]]:
    """The address under which the page wants to be known."""
    for attributes in page.attributes_of("link"):
        if "canonical" in attributes.get("rel", "").split() and attributes.get("href"):
            yield "canonical", attributes["href"]


def _title(page: ParsedPage, facts: dict[str, str]) -> str:
    named = facts.get("ArticleTitle") or facts.get("og:title")
    if named:
        return named
    return spacing.strip(spacing.collapse(page.title()))


def _lines(walker: Walker) -> list[str]:
    return [item.part.text for item in walker.items if isinstance(item.part, Line)]


def _check_attachment(page: ParsedPage, parts: tuple[Part, ...]) -> None:
    """Raise ``ReadError`` for a page that only hands on its report as a file of another format."""
    has_text = any(isinstance(part, Grid) or len(part.text) > _SHORT for part in parts)
    if has_text or len(parts) > _FEW:
        return
    for attributes in page.attributes_of("a", "iframe", "embed", "object"):
        target = next((attributes[key] for key in ("href", "src", "data") if attributes.get(key)), "")
        if _ATTACHED.search(target):
            raise ReadError(
                "attachment-only",
                f"网页本身没有正文，报告在附件里：{target}",
                hint="请下载附件，与网页一起或代替网页放入语料目录",
            )


def _printed(parts: tuple[Part, ...]) -> bool:
    return any(isinstance(part, Grid) or len(part.text) > 1 for part in parts)


def _truncated(data: bytes) -> tuple[ReportWarning, ...]:
    """A warning for a page that was cut off: opened and never closed, or ending inside an element."""
    tail = data[-4096:].rstrip().lower()
    is_unclosed = re.search(rb"<html[\s>]", data[:4096], re.I) and b"</html" not in tail
    ends_in_a_tag = tail.rfind(b"<") > tail.rfind(b">")
    if is_unclosed or ends_in_a_tag:
        return (ReportWarning("file-truncated", "网页在结尾处不完整，可能没有下载完", "文件末尾"),)
    return ()
