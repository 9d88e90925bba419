"""Reads a Word file: its XML is walked as Word lays it out, with nothing but lxml.

Numbers that Word generates become text, merged cells spans, text boxes paragraphs of their own; what is deleted,
hidden, a field's code, a table of contents, a running head or foot is not text. python-docx was tried: it knows
neither numbering nor text boxes nor tracked changes, so the walk would be the same.
"""

from __future__ import annotations

from indexer.document import Document
from indexer.readers import limits
from indexer.readers.docx import package as docx_package
from indexer.readers.docx.numbering import read_numbering
from indexer.readers.docx.pictures import embedded_in, pictures_in
from indexer.readers.docx.styles import read_styles
from indexer.readers.docx.walk import Walk, local
from indexer.readers.foreign import pictures_only
from indexer.readers.kinds import kind_of
from indexer.readers.scans.shown import has_own_text
from report_search.errors import ReadError


class DocxReader:
    """Word files (.docx, .docm, .wps saved as such)."""

    format = "docx"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` is a package with the parts of a Word file."""
        return kind_of(data) == "word"

    def read(self, data: bytes, name: str) -> Document:
        """The document in a Word file. Raises ``ReadError`` for a damaged or locked one."""
        limits.check_bytes(data)
        package = docx_package.WordPackage(data)
        root = package.part(package.main)
        body = next((one for one in root if local(one) == "body"), None) if root is not None else None
        if body is None:
            raise ReadError("damaged", "Word 文件中没有正文", hint="请重新下载")
        walk = Walk(
            read_styles(package.beside("styles.xml")), read_numbering(package.beside("numbering.xml"))
        )
        walk.blocks(body)
        walk.notes(package.beside("footnotes.xml"))
        pictures = pictures_in(body)
        has_text = has_own_text(walk.parts)
        shown = () if has_text else tuple(package.pictures(embedded_in(body)))
        if not walk.parts and not shown and pictures:
            raise pictures_only("Word 文件", pictures)
        if not walk.parts and not shown:
            raise ReadError("no-text", "Word 文件中没有文字", hint="请找有文字的版本。")
        facts = package.facts()
        parts = tuple(walk.parts)
        return Document(self.format, parts, facts.get("title", ""), facts, pictures=pictures, shown=shown)
