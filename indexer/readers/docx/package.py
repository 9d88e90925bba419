"""The packed side of a Word file: its parts, and what it says about itself."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from lxml import etree

from indexer.readers.packed import Package

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FACTS = ("title", "subject", "creator", "keywords", "description", "created", "modified")


class WordPackage:
    """The parts of a Word package. Raises ``ReadError`` for a damaged one and for one beyond the limits."""

    def __init__(self, data: bytes) -> None:
        self._package = Package(data, what="Word 文件")
        self._names = frozenset(self._package.names)
        self.main = self._main()

    def _main(self) -> str:
        """The name of the part that holds the text."""
        for target, kind in self._relations("_rels/.rels", ""):
            if kind.endswith("/officeDocument") and target in self._names:
                return target
        return "word/document.xml"

    def _relations(self, name: str, base: str) -> list[tuple[str, str]]:
        root = self.part(name)
        if root is None:
            return []
        return [
            (posixpath.normpath(posixpath.join(base, one.get("Target", "").lstrip("/"))), one.get("Type", ""))
            for one in root
        ]

    def pictures(self, ids: Iterable[str]) -> Iterator[bytes]:
        """The bytes of the pictures that the main part names by the ``ids`` of relationships; what is not there is left
        out."""
        folder, name = posixpath.split(self.main)
        root = self.part(f"{folder}/_rels/{name}.rels")
        targets = {one.get("Id", ""): one.get("Target", "") for one in root} if root is not None else {}
        for one in ids:
            path = self._package.resolved(targets.get(one, ""), beside=self.main)
            if path:
                yield self._package.bytes_of(path)

    def beside(self, name: str) -> etree._Element | None:
        """A part in the folder of the main one (``styles.xml``), None if there is none."""
        return self.part(posixpath.join(posixpath.dirname(self.main), name))

    def part(self, name: str) -> etree._Element | None:
        """The root element of a part, None if there is none."""
        if name not in self._names:
            return None
        return self._package.parsed(self._package.bytes_of(name).replace(_STRICT, _TRANSITIONAL), where=name)

    def facts(self) -> dict[str, str]:
        """The core properties under their own names."""
        root = self.part("docProps/core.xml")
        found: dict[str, str] = {}
        for one in root if root is not None else ():
            key = etree.QName(one).localname if isinstance(one.tag, str) else ""
            if key in _FACTS and (one.text or "").strip():
                found[key] = (one.text or "").strip()
        return found
