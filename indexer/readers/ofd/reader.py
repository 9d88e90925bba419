"""Reads an OFD: the pages of its document one by one, each with its templates, and says what it lacks.

The libraries for OFD give the text of whole runs and no paths; tables need the place of each character and the rulings,
so the parts are read here with lxml. The rule: a document without text is refused, a page without it is reported;
annotations, seals and attachments are not part of the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from lxml import etree
from msgspec import Struct, field

from indexer.document import Document
from indexer.readers import limits
from indexer.readers.kinds import kind_of
from indexer.readers.layout.pages import parts_of
from indexer.readers.layout.sheet import Sheet
from indexer.readers.ofd.drawn_page import DrawnPage, Resources, draw
from indexer.readers.ofd.page_picture import page_picture
from indexer.readers.ofd.values import child, children, is_true, numbers, text_of
from indexer.readers.packed import Package
from indexer.readers.scans import recognition
from indexer.readers.scans.recognition import PagePicture, recognition_warnings, turned_pages
from report_search.errors import ReadError
from report_search.model import ReportWarning

_A4 = (0.0, 0.0, 210.0, 297.0)
_FEW = 30
"""A page with fewer characters than this that draws pictures, letters as paths or private codes has no text layer."""
_MANY = 200
"""So many shapes that are no rulings are letters."""
_FACTS = {
    "Title": "Title",
    "Author": "Author",
    "Subject": "Subject",
    "CreationDate": "CreationDate",
    "ModDate": "ModDate",
}
_LOCKS = ("Encryptions.xml", "Encryption.xml")


class OfdReader:
    """OFD files with text in them."""

    format = "ofd"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` is a package with the root part of an OFD."""
        return kind_of(data) == "ofd"

    def read(self, data: bytes, name: str) -> Document:
        """The document in an OFD. Raises ``ReadError`` for one locked, damaged, without text or beyond a limit."""
        limits.check_bytes(data)
        package = Package(data, what="OFD 文件")
        if any(package.resolved(lock) for lock in _LOCKS):
            raise package.locked()
        root = package.xml(package.resolved("OFD.xml"), lenient=True)
        bodies = children(root, "DocBody")
        volumes = [volume for volume in (_Volume.of(package, body) for body in bodies) if volume]
        if not volumes:
            raise package.damaged("OFD.xml")
        pages = list(_pages(volumes))
        recognised = _recognised(package, pages)
        warnings = (*recognition_warnings(recognised.values()), *_lacking(pages, recognised))
        facts = _facts(child(bodies[0], "DocInfo"))
        return Document(
            self.format,
            tuple(parts_of([recognised.get(page.sheet.number, page.sheet) for page in pages])),
            facts.get("Title", ""),
            facts,
            warnings,
            turned_pages=turned_pages(recognised.values()),
        )


class _Page(Struct, frozen=True):
    """A page as read: its sheet, and what tells whether it has a text layer. ``missing``: its content is not there."""

    sheet: Sheet
    drawn: DrawnPage
    missing: bool = False

    @property
    def printed(self) -> int:
        """How many characters with a meaning are printed."""
        return sum(not glyph.text.isspace() for glyph in self.sheet.glyphs)

    @property
    def has_text(self) -> bool:
        """Whether there is a text layer."""
        return bool(self.printed) and not self.lacks_text

    @property
    def lacks_text(self) -> bool:
        """Whether what the page shows is no text: pictures, letters as paths, codes without a meaning."""
        if self.drawn.meaningless > self.printed:
            return True
        shows = self.drawn.images or self.drawn.meaningless or self.drawn.shapes
        is_drawn = self.drawn.shapes > _MANY and self.drawn.shapes > self.printed
        return bool(is_drawn or (shows and self.printed < _FEW and self.drawn.images))


class _Volume(Struct):
    """One of the documents in a package: where it is written, its usual page box, its templates and resources."""

    package: Package
    path: str
    root: etree._Element
    box: tuple[float, ...]
    templates: dict[str, str] = field(default_factory=dict)
    resources: Resources = field(default_factory=Resources)

    @classmethod
    def of(cls, package: Package, body: etree._Element) -> _Volume | None:
        """The document that ``body`` names; None if it is not there."""
        path = package.resolved(text_of(child(body, "DocRoot")), beside="OFD.xml")
        root = package.xml(path, lenient=True) if path else None
        if root is None:
            return None
        common = child(root, "CommonData")
        volume = cls(package, path, root, _box(child(common, "PageArea")) or _A4)
        for template in children(common, "TemplatePage"):
            volume.templates[template.get("ID", "")] = package.resolved(
                template.get("BaseLoc", ""), beside=path
            )
        parts = [*children(common, "PublicRes"), *children(common, "DocumentRes")]
        volume.resources = _resources([package.resolved(text_of(one), beside=path) for one in parts], package)
        return volume

    def page(self, element: etree._Element, number: int) -> _Page:
        """The page that an entry of the list of pages names."""
        where = f"第{number}页"
        path = self.package.resolved(element.get("BaseLoc", ""), beside=self.path)
        root = self.package.xml(path, lenient=True) if path else None
        drawn = DrawnPage()
        if root is None:
            return _Page(Sheet(number, self.box[2], self.box[3]), drawn, missing=True)
        resources = self._resources_of(root, path)
        for reference in children(root, "Template"):
            template = self.templates.get(reference.get("TemplateID", ""), "")
            content = self.package.xml(template, lenient=True) if template else None
            if content is not None:
                draw(drawn, content, resources=resources, where=where)
        draw(drawn, root, resources=resources, where=where)
        _, _, width, height = _box(child(root, "Area")) or self.box
        return _Page(drawn.sheet(number, width=width, height=height), drawn)

    def _resources_of(self, root: etree._Element, path: str) -> Resources:
        own = [self.package.resolved(text_of(one), beside=path) for one in children(root, "PageRes")]
        if not own:
            return self.resources
        found = _resources(own, self.package)
        return Resources(
            {**self.resources.composites, **found.composites},
            self.resources.bold | found.bold,
            {**self.resources.images, **found.images},
        )


def _pages(volumes: list[_Volume]) -> Iterator[_Page]:
    clock = limits.Clock()
    number = 0
    for volume in volumes:
        for element in children(child(volume.root, "Pages"), "Page"):
            number += 1
            if number > limits.MAX_PAGES:
                raise limits.too_large("页数", number, limit=limits.MAX_PAGES)
            clock.check(f"第{number}页")
            yield volume.page(element, number)


def _recognised(package: Package, pages: list[_Page]) -> dict[int, Sheet]:
    """The pages without a text layer that draw images, recognised, by their numbers; {} without the extra ``scan``.

    Raises ``ReadError`` (``recognition-needed``) where recognising them is left to another process.
    """
    scanned = [page for page in pages if page.lacks_text and page.drawn.placed]
    if not scanned or not recognition.is_possible():
        return {}
    recognition.check_is_allowed(len(scanned))
    pages_of = ((page.sheet.number, partial(_picture, package, page)) for page in scanned)
    found = recognition.recognised_sheets(pages_of, len(scanned))
    return {sheet.number: sheet for sheet in found if sheet.glyphs}


def _picture(package: Package, page: _Page) -> PagePicture | None:
    """A page as a picture; None if it can't be drawn."""
    images = [(package.bytes_of(path), placing) for path, placing in page.drawn.placed]
    return page_picture(images, size=(page.sheet.width, page.sheet.height))


def _lacking(pages: list[_Page], recognised: Collection[int]) -> Iterator[ReportWarning]:
    """A warning for each page that is missing or has no text layer. Raises ``ReadError`` if that is all of them."""
    pages = [page for page in pages if page.sheet.number not in recognised]
    if not recognised and not any(page.has_text for page in pages):
        if all(page.missing for page in pages):
            raise ReadError("damaged", "OFD 文件里没有可读的页", hint="请重新下载")
        raise ReadError(
            "no-text",
            "OFD 文件无文字层：文字是图片、曲线或自定义编码",
            hint="请用文字识别（OCR）软件转换后再放入语料目录，或改用网页版、Word 版",
        )
    for page in pages:
        where = f"第{page.sheet.number}页"
        if page.missing:
            yield ReportWarning("page-missing", "这一页的内容不在文件里", where)
        elif page.lacks_text:
            yield ReportWarning("page-without-text", "这一页无文字层：是图片、曲线或自定义编码", where)
        elif page.drawn.meaningless:
            count = page.drawn.meaningless
            yield ReportWarning("characters-without-text", f"有 {count} 个字是自定义编码，读不出来", where)


def _box(area: etree._Element | None) -> tuple[float, ...] | None:
    """The physical box of a page: x, y, width, height in millimetres."""
    found = numbers(text_of(child(area, "PhysicalBox")), 4)
    return found if found and min(found[2:]) > 0 else None


def _resources(paths: list[str], package: Package) -> Resources:
    """What the resource files at ``paths`` define; one that is not there defines nothing."""
    composites: dict[str, etree._Element] = {}
    bold = set()
    images: dict[str, str] = {}
    for path in filter(None, paths):
        root = package.xml(path, lenient=True)
        images = {**_images(root, path, package), **images}
        for unit in children(child(root, "CompositeGraphicUnits"), "CompositeGraphicUnit"):
            composites.setdefault(unit.get("ID", ""), unit)
        for font in children(child(root, "Fonts"), "Font"):
            if is_true(font.get("Bold"), otherwise=False):
                bold.add(font.get("ID", ""))
    return Resources(composites, frozenset(bold), images)


def _images(root: etree._Element | None, path: str, package: Package) -> dict[str, str]:
    """The entries of images that the resource file at ``path`` defines, by their ids."""
    folder = root.get("BaseLoc", "") if root is not None else ""
    found = {}
    for media in children(child(root, "MultiMedias"), "MultiMedia"):
        name = text_of(child(media, "MediaFile"))
        place = package.resolved(f"{folder}/{name}" if folder else name, beside=path)
        if place := place or package.resolved(name, beside=path):
            found[media.get("ID", "")] = place
    return found


def _facts(info: etree._Element | None) -> dict[str, str]:
    found = {key: text_of(child(info, name)) for name, key in _FACTS.items()}
    return {key: value for key, value in found.items() if value}
