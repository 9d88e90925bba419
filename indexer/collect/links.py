"""The links of a page: addresses with the words that a reader clicks on, and documents that a page shows in itself.

The rule: whatever a page of any age has (a base element, GBK, a viewer that is given a file) is read as a browser
reads it; a page that is no page has no links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, parse_qsl, urlsplit

from lxml import etree
from lxml import html as lxml_html
from msgspec import Struct

from indexer.collect.addresses import normal_address
from indexer.readers.encoding import decode
from report_search.errors import ReadError

_SUFFIXES = "pdf doc docx wps xls xlsx et ofd rtf odt txt zip rar 7z ceb tif tiff"
DOCUMENTS = frozenset(f".{name}" for name in _SUFFIXES.split())
"""Suffixes of addresses that lead to a document."""
_EMBEDDED = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_VIEWED = ("file", "url", "src", "pdf", "path")
"""Parameters by which a viewer on a page is told its document."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.I)
_LONGEST_TEXT = 300
_LAZY = ("data-src", "data-original", "original", "src")
"""Where the address of a picture stands: in ``src`` alone, or beside a ``src`` that only fills its place."""
_AROUND = "header footer foot top nav menu logo banner share sidebar qrcode ewm copyright breadcrumb aside"
_CHROME = frozenset(_AROUND.split())
"""Elements, classes and ids of what stands around a report."""
_NO_PAGE = re.compile(
    r"logo|banner|icon|ico[_.-]|qr_?code|ewm|erweima|weixin|wechat|share|button|btn|arrow|conac|jiucuo|gongan"
    r"|beian|blank|loading|spacer|\.(?:gif|svg|ico)(?:$|\?)",
    re.I,
)
_SMALL = 200
"""A picture that is to be shown with a side of fewer pixels is no page."""


class FoundLink(Struct, frozen=True):
    """A link: a normal address, its words or its title (the longer of the two).

    ``embedded`` says that what it leads to is shown in the page itself.
    """

    url: str
    text: str = ""
    embedded: bool = False

    @property
    def is_document(self) -> bool:
        """Whether its address ends like that of a document, or a parameter of it does (``down.jsp?filename=a.pdf``)."""
        parts = urlsplit(self.url)
        names = (parts.path, *(value for _, value in parse_qsl(parts.query)))
        return any(name[name.rfind(".") :].lower() in DOCUMENTS for name in names if "." in name)


def text_of(body: bytes, content_type: str = "") -> str:
    """The text of a page or of any other answer, in the encoding that it is in; "" for what is no text."""
    found = _CHARSET.search(content_type)
    try:
        return decode(body, found[1] if found else "")[0]
    except ReadError:
        return ""


def links_of(text: str, url: str) -> list[FoundLink]:
    """The links of the page ``text`` at ``url``, in the order in which they stand, each address once.

    A link that stands twice keeps the longer words.
    """
    tree = _tree(text)
    if tree is None:
        return []
    base = _base(tree, url)
    found: dict[str, FoundLink] = {}
    for link in _links(tree, base):
        known = found.get(link.url)
        if known is None or len(known.text) < len(link.text):
            found[link.url] = link
    return list(found.values())


class ShownPicture(Struct, frozen=True):
    """A picture that a page shows: its address as it is written there, and as a normal one."""

    written: str
    url: str


def pictures_of(text: str, url: str) -> list[ShownPicture]:
    """The pictures of the page ``text`` at ``url`` that may be pages of a report, in the order in which they stand.

    Left out are those that stand around the report or are named or sized like ornaments.
    """
    tree = _tree(text)
    if tree is None:
        return []
    base = _base(tree, url)
    found: dict[str, ShownPicture] = {}
    for node in tree.iter("img"):
        written = next((node.get(name) or "" for name in _LAZY if node.get(name)), "")
        address = normal_address(written, base)
        if address and not _is_ornament(node, address):
            found.setdefault(address, ShownPicture(written, address))
    return list(found.values())


def own_text(text: str) -> str:
    """What a reader sees of a page but for the words of links: what is left of menus and footers is little."""
    tree = _tree(text)
    if tree is None:
        return ""
    for unseen in list(tree.iter("script", "style", "noscript", "title", "template", "a", "select")):
        unseen.drop_tree()
    return " ".join(" ".join(tree.itertext()).split())


def _is_ornament(node: lxml_html.HtmlElement, address: str) -> bool:
    sides = [re.match(r"\s*(\d+)(?![\d.]*\s*%)", node.get(side) or "") for side in ("width", "height")]
    if any(int(side[1]) < _SMALL for side in sides if side):
        return True
    if _NO_PAGE.search(f"{urlsplit(address).path.rpartition('/')[2]} {node.get('alt') or ''}"):
        return True
    return any(_names(above) & _CHROME for above in node.iterancestors())


def _names(node: lxml_html.HtmlElement) -> set[str]:
    return {str(node.tag), *f"{node.get('class') or ''} {node.get('id') or ''}".lower().split()}


def seen_text(text: str) -> tuple[str, str]:
    """The title of a page, and what a reader sees of it, white space joined; ("", "") for no page."""
    tree = _tree(text)
    if tree is None:
        return "", ""
    title = " ".join(" ".join(one.itertext()) for one in tree.iter("title"))
    for unseen in list(tree.iter("script", "style", "noscript", "title", "template")):
        unseen.drop_tree()
    return " ".join(title.split()), " ".join(" ".join(tree.itertext()).split())


def _tree(text: str) -> lxml_html.HtmlElement | None:
    # A declaration of another encoding makes lxml refuse text that is decoded already.
    bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\0", ""))
    if "<" not in bare:
        return None
    try:
        return lxml_html.document_fromstring(bare, parser=lxml_html.HTMLParser(huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None


def _base(tree: lxml_html.HtmlElement, url: str) -> str:
    return next((normal_address(one.get("href", ""), url) for one in tree.iter("base")), "") or url


def _links(tree: lxml_html.HtmlElement, base: str) -> Iterator[FoundLink]:
    for node in tree.iter("a", "area", *_EMBEDDED):
        name = _EMBEDDED.get(node.tag, "href")
        for address in _addresses(node.get(name) or "", base):
            yield FoundLink(address, _words(node), embedded=node.tag in _EMBEDDED)


def _addresses(typed: str, base: str) -> Iterator[str]:
    """The address of a link; for a viewer, that of the document it is to show instead."""
    address = normal_address(typed, base)
    if not address:
        return
    parameters = parse_qs(urlsplit(address).query)
    for name in _VIEWED:
        viewed = normal_address(parameters.get(name, [""])[0], address)
        if viewed and FoundLink(viewed).is_document:
            yield viewed
            return
    yield address


def _words(node: lxml_html.HtmlElement) -> str:
    words = " ".join(" ".join(node.itertext()).split())
    title = " ".join((node.get("title") or "").split())
    return max(words, title, key=len)[:_LONGEST_TEXT]
