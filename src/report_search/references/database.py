"""Reading ``references.sqlite``: cited documents and who cites them, as page, API and command line give them.

The rule: a count is a count of passages, of every report held, editions that were replaced included, so that it is what
a search for the same words gives. Every answer comes from one generation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from msgspec import Struct

from report_search.errors import NotFoundError, RequestError
from report_search.generations import Generation
from report_search.generations.database_file import SealedDatabase
from report_search.references.naming import key_of
from report_search.references.schema import REFERENCE_FILE, VERSION

SORTS = ("passages", "reports", "newest", "name")
_ORDERS = {
    "passages": "passages DESC, reports DESC, key",
    "reports": "reports DESC, passages DESC, key",
    "newest": "last_year DESC, passages DESC, key",
    "name": "key",
}
_DOCUMENT_FIELDS = "key, title, number, passages, reports, agencies, first_year, last_year"
_NEAREST = 5
_EVERYTHING = -1
"""How many rows SQLite takes for no limit."""


class CitedDocument(Struct, frozen=True):
    """A document that reports cite: ``title`` and ``number`` as printed most often, one perhaps "".

    ``passages``, ``reports`` and ``agencies`` count who cites it.
    """

    key: str
    title: str
    number: str
    passages: int
    reports: int
    agencies: int
    first_year: int | None
    last_year: int | None


class CitingYear(Struct, frozen=True):
    """How many passages and reports of a year cite a document; ``year`` is None for undated reports."""

    year: int | None
    passages: int
    reports: int


class PrintedForm(Struct, frozen=True):
    """How a document is named, and in how many passages; ``is_short``: by a report's own short form."""

    text: str
    passages: int
    is_short: bool


class CitingPassage(Struct, frozen=True):
    """A passage that cites a document: ``texts`` are its words for it, ``sentence`` is the first that has one.

    ``is_short``: it names it by a short form only.
    """

    passage: str
    report: str
    agency: str
    agency_key: str
    year: int | None
    texts: tuple[str, ...]
    sentence: str
    is_short: bool


class Reference(Struct, frozen=True):
    """A document named at ``first`` … ``last`` (code points) of a passage."""

    passage: str
    first: int
    last: int
    key: str


class ReferenceDatabase:
    """The citations of ``generation``. Safe to share between threads.

    Raises ``OperatorError`` if the index was built without them, or the file is not the one that was published.
    """

    def __init__(self, generation: Generation) -> None:
        self._file = SealedDatabase(generation, REFERENCE_FILE, version=VERSION, missing="no-references")

    def count(self, typed: str = "") -> int:
        """How many documents ``documents`` lists."""
        where, values = _named(typed)
        return int(self._file.rows(f"SELECT count(*) FROM documents WHERE {where}", values)[0][0])

    def documents(
        self, typed: str = "", *, sort: str = SORTS[0], start: int = 0, limit: int = _EVERYTHING
    ) -> list[CitedDocument]:
        """The cited documents whose title, number or short form has ``typed`` in it; "" for all.

        Raises ``RequestError`` for an order that there is not.
        """
        if sort not in _ORDERS:
            raise RequestError("bad-sort", f"没有“{sort}”这种排序。", hint=f"可用：{'、'.join(SORTS)}。")
        where, values = _named(typed)
        rows = self._file.rows(
            f"SELECT {_DOCUMENT_FIELDS} FROM documents WHERE {where} ORDER BY {_ORDERS[sort]} LIMIT ? OFFSET ?",
            [*values, limit, start],
        )
        return [CitedDocument(*row) for row in rows]

    def document(self, name: str) -> CitedDocument:
        """The document of a key, or of a title or number as printed.

        Raises ``NotFoundError`` that names what comes near.
        """
        for key in dict.fromkeys((name, key_of(name))):
            found = self._by_key(key)
            if found is not None:
                return found
        near = [one.title or one.number for one in self.documents(name, limit=_NEAREST)]
        hint = f"相近的有：{'、'.join(near)}。" if near else "引用的文件见 /references。"
        raise NotFoundError("no-reference", f"没有报告引用“{name}”。", hint=hint)

    def _by_key(self, key: str) -> CitedDocument | None:
        """The document of a key; of the key of its title or number, if only one has it."""
        rows = self._file.rows(
            f"SELECT {_DOCUMENT_FIELDS} FROM documents WHERE key = ?1 OR key IN"
            " (SELECT document FROM names WHERE key = ?1) ORDER BY key != ?1",
            [key],
        )
        documents = [CitedDocument(*row) for row in rows]
        if not documents or (len(documents) > 1 and documents[0].key != key):
            return None
        return documents[0]

    def namesakes(self, key: str) -> list[CitedDocument]:
        """Other documents that share a title with the one of ``key``."""
        rows = self._file.rows(
            f"SELECT {_DOCUMENT_FIELDS} FROM documents WHERE passages AND key != ?1 AND key IN (SELECT other.document"
            " FROM names AS own JOIN names AS other ON other.key = own.key WHERE own.document = ?1) ORDER BY key",
            [key],
        )
        return [CitedDocument(*row) for row in rows]

    def years(self, key: str) -> list[CitingYear]:
        """Who cites a document by year, the oldest first, undated reports last."""
        rows = self._file.rows(
            "SELECT year, passages, reports FROM years WHERE document = ? ORDER BY year IS NULL, year", [key]
        )
        return [CitingYear(*row) for row in rows]

    def forms(self, key: str) -> list[PrintedForm]:
        """How a document is named, the most frequent first; what a search takes for the same words is one form."""
        rows = self._file.rows(
            "SELECT text, passages, is_short FROM forms WHERE document = ? ORDER BY passages DESC, is_short, text",
            [key],
        )
        return [PrintedForm(text, passages, bool(is_short)) for text, passages, is_short in rows]

    def citing(self, key: str, *, start: int = 0, limit: int = _EVERYTHING) -> list[CitingPassage]:
        """The passages that cite a document, the newest year first, then by report in reading order."""
        return [_citing_passage(row) for row in self._file.rows(_CITING, [key, start, limit])]

    def every_citing(self, key: str) -> Iterator[CitingPassage]:
        """All of ``citing``, one after the other."""
        with closing(self._file.connect()) as database:
            yield from map(_citing_passage, database.execute(_CITING, [key, 0, _EVERYTHING]))

    def of_passage(self, passage: str) -> list[Reference]:
        """The documents that a passage names, in reading order."""
        return self._references("passage = ?", passage)

    def of_report(self, report: str) -> list[Reference]:
        """The documents that the passages of a report name, in reading order."""
        return self._references("report = ?", report)

    def documents_of(self, references: Sequence[Reference]) -> list[CitedDocument]:
        """The documents of ``references``, each once, in their order."""
        keys = list(dict.fromkeys(one.key for one in references))
        found: dict[str, CitedDocument] = {}
        with closing(self._file.connect()) as database:
            for key in keys:
                statement = f"SELECT {_DOCUMENT_FIELDS} FROM documents WHERE key = ?"
                found[key] = CitedDocument(*database.execute(statement, [key]).fetchone())
        return [found[key] for key in keys]

    def _references(self, where: str, value: str) -> list[Reference]:
        rows = self._file.rows(
            f"SELECT passage, first, last, document FROM citations WHERE {where} ORDER BY position, first, last DESC",
            [value],
        )
        return [Reference(*row) for row in rows]


_CITING = (
    "SELECT passage, report, agency, agency_key, year, texts, sentence, citing.is_short FROM citing"
    " JOIN citations ON citations.rowid = citation WHERE citing.document = ? AND place >= ? ORDER BY place LIMIT ?"
)


def _citing_passage(row: Sequence[Any]) -> CitingPassage:
    passage, report, agency, agency_key, year, joined, sentence, is_short = row
    texts = tuple(dict.fromkeys(joined.split("\t")))
    return CitingPassage(passage, report, agency, agency_key, year, texts, sentence, bool(is_short))


def _named(typed: str) -> tuple[str, list[str]]:
    """The condition in SQL for the documents that ``typed`` finds."""
    wanted = key_of(typed)
    if not wanted:
        return ("passages", []) if not typed.strip() else ("0", [])
    return "passages AND key IN (SELECT document FROM names WHERE instr(key, ?))", [wanted]
