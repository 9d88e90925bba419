"""Writing ``references.sqlite``: the citations of every report that a generation holds.

What the generation before knew of a report that stays is carried over; which documents there are is worked out anew.
The rule: an update gives what a build from nothing gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from report_search.generations.database_file import DatabaseDraft, has_version
from report_search.references.extract import Citation
from report_search.references.identity import Identities, NamePair
from report_search.references.naming import is_generic, reading_of
from report_search.references.schema import CITATION_COLUMNS, INDEXES, REFERENCE_FILE, TABLES, VERSION

COUNTED = {
    # The newest year first, then by report in reading order; rows were put in reading order.
    "citing": (
        "SELECT document, row_number() OVER (PARTITION BY document ORDER BY year DESC, report, position) - 1, min(id),"
        " group_concat(text, char(9)), min(is_short) FROM (SELECT rowid AS id, * FROM citations ORDER BY rowid)"
        " GROUP BY document, year, report, position, passage"
    ),
    "years": (
        "SELECT document, year, count(DISTINCT passage), count(DISTINCT report) FROM citations GROUP BY document, year"
    ),
    # Of the spellings that a search takes for one form, the most frequent is shown.
    "forms": (
        "SELECT document, (SELECT text FROM citations AS other WHERE other.document = own.document"
        " AND other.form = own.form GROUP BY text ORDER BY count(*) DESC, text LIMIT 1), count(DISTINCT passage),"
        " is_short FROM citations AS own GROUP BY document, form, is_short"
    ),
}
"""By table, the statement that gives its rows."""

_REPORT_IDS = {"citations": "report"}


class ReferenceWriter(DatabaseDraft):
    """Fills ``folder/references.sqlite``; begins with the file of ``former``, another generation's folder."""

    def __init__(self, folder: Path, *, former: Path | None = None) -> None:
        super().__init__(folder, REFERENCE_FILE, former=former, tables=TABLES, report_columns=_REPORT_IDS)

    def put(self, citations: Iterable[Citation]) -> None:
        """Add the citations of a report."""
        places = ", ".join("?" * len(CITATION_COLUMNS))
        self._database.executemany(
            f"INSERT INTO citations ({', '.join(CITATION_COLUMNS)}) VALUES ({places})", map(_row, citations)
        )

    def finish(self) -> None:
        """Work out which documents the citations of all reports mean."""
        if not self._has_former:
            self._database.executescript(INDEXES)
        self._identify()
        self._list_documents()
        self._count_citing()
        self._complete(VERSION)
        self._database.execute("ANALYZE")
        self._database.commit()

    def _identify(self) -> None:
        """Say of each citation which document it means, and of each name."""
        rows = self._database.execute(
            "SELECT title, number, is_order, count(*) FROM citations GROUP BY title, number, is_order"
        )
        pairs = [NamePair(title, number, bool(is_order), count) for title, number, is_order, count in rows]
        identities = Identities(pairs)
        meant = [(identities.document(pair), pair) for pair in pairs]
        self._database.executemany(
            "UPDATE citations SET document = ?1 WHERE title = ?2 AND number = ?3 AND document IS NOT ?1",
            ((document, pair.title, pair.number) for document, pair in meant),
        )
        names = {(name, document) for document, pair in meant for name in (pair.title, pair.number) if name}
        shared = identities.shared_titles()
        names |= {(title, document) for title, numbers in shared for document in (title, *numbers)}
        self._database.execute("DELETE FROM names")
        self._database.executemany("INSERT INTO names VALUES (?, ?)", sorted(names))

    def _list_documents(self) -> None:
        self._database.execute("DELETE FROM documents")
        self._database.execute(
            "INSERT INTO documents SELECT document, '', '', count(DISTINCT passage), count(DISTINCT report),"
            " count(DISTINCT agency_key), min(year), max(year) FROM citations GROUP BY document ORDER BY document"
        )
        # A title that several documents have is a place to ask for them, be it cited by itself or not.
        self._database.execute(
            "INSERT OR IGNORE INTO documents SELECT DISTINCT document, '', '', 0, 0, 0, NULL, NULL FROM names"
        )
        titles = self._labels("title")
        numbers = self._labels("number")
        shared = self._database.execute(
            "SELECT key, title_label, count(*) FROM documents JOIN citations ON citations.title = key"
            " WHERE passages = 0 GROUP BY key, title_label"
        ).fetchall()
        for key, label, count in shared:
            titles.setdefault(key, []).append((count, label))
        self._database.executemany(
            "UPDATE documents SET title = ?, number = ? WHERE key = ?",
            (
                (_best(titles.get(key, [])), "、".join(_by_count(numbers.get(key, []))), key)
                for (key,) in self._database.execute("SELECT key FROM documents").fetchall()
            ),
        )

    def _count_citing(self) -> None:
        """Work out who cites each document, by which words, in which years."""
        for table, statement in COUNTED.items():
            self._database.execute(f"DELETE FROM {table}")
            self._database.execute(f"INSERT INTO {table} {statement}")

    def _labels(self, kind: str) -> dict[str, list[tuple[int, str]]]:
        """What is printed of the documents, by their keys, with how often."""
        found: dict[str, list[tuple[int, str]]] = {}
        rows = self._database.execute(
            f"SELECT document, {kind}_label, count(*) FROM citations WHERE {kind} != '' GROUP BY 1, 2"
        )
        for document, label, count in rows:
            found.setdefault(document, []).append((count, label))
        return found


def has_references(folder: Path) -> bool:
    """Whether a generation's folder has the file, in the layout of this version."""
    return has_version(folder / REFERENCE_FILE, VERSION)


def _best(labels: list[tuple[int, str]]) -> str:
    """The title to call a document by: the most frequent, one that says more than 通知 before one that does not."""
    ranked = sorted(labels, key=lambda one: (is_generic(one[1]), -one[0], -len(one[1]), one[1]))
    return ranked[0][1] if ranked else ""


def _by_count(labels: list[tuple[int, str]]) -> list[str]:
    return [label for _, label in sorted(labels, key=lambda one: (-one[0], one[1]))]


def _row(citation: Citation) -> tuple[Any, ...]:
    passage, mention = citation.passage, citation.mention
    place = (passage.report, passage.id, passage.agency, passage.agency_key, passage.year, passage.position)
    named = (mention.title, mention.number, mention.title_label, mention.number_label)
    printed = (mention.start, mention.end, citation.text, reading_of(citation.text), citation.sentence)
    return (*place, *printed, *named, int(mention.is_order), int(citation.is_short))
