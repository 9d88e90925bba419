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
from indexer.readers.docx.pictures import pictures_in
from indexer.readers.docx.styles import read_styles
from indexer.readers.docx.walk import Walk, local
from indexer.readers.foreign import pictures_only
from report_search.errors import ReadError

_KINDS = {
    "sheet": ("old-format", "这是电子表格，不是 Word 文件", "请把报告另存为 .docx、PDF 或网页"),
    "slides": ("old-format", "这是演示文稿，不是 Word 文件", "请把报告另存为 .docx、PDF 或网页"),
    "open": ("old-format", "这是 OpenDocument 文件", "请另存为 .docx、PDF 或网页"),
    "zip": ("archive", "这是压缩包", "请解压后把其中的报告放入语料目录"),
}


class DocxReader:
    """Word files. It also takes the other formats of office programs, to say how to convert them."""

    format = "docx"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` is a package, or an older office file."""
        return bool(docx_package.kind_of(data)) or docx_package.refusal(data) is not None

    def read(self, data: bytes, name: str) -> Document:
        """The document in a Word file. Raises ``ReadError`` for any other package, a damaged or locked one."""
        limits.check_bytes(data)
        refused = docx_package.refusal(data)
        if refused:
            raise refused
        code, message, hint = _KINDS.get(docx_package.kind_of(data), ("", "", ""))
        if code:
            raise ReadError(code, message, hint=hint)
        package = docx_package.Package(data)
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
        if not walk.parts and pictures:
            raise pictures_only("Word 文件", pictures)
        if not walk.parts:
            raise ReadError("no-text", "Word 文件中没有文字", hint="请找有文字的版本。")
        facts = package.facts()
        return Document(self.format, tuple(walk.parts), facts.get("title", ""), facts, pictures=pictures)
