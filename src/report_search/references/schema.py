"""The tables of ``references.sqlite``, the file of a generation that holds who cites what.

The rule: nothing in it but what the passages say; everything that follows from all reports together (``documents``,
``names``, ``citing``, ``years``, ``forms``, which document a citation means) is worked out anew by every build, so that
a page only reads.
"""

from __future__ import annotations

REFERENCE_FILE = "references.sqlite"
VERSION = 1
"""The layout, as ``user_version`` has it."""

CITATION_COLUMNS = (
    *(
        "report",
        "passage",
        "agency",
        "agency_key",
        "year",
        "position",
        "first",
        "last",
        "text",
        "form",
        "sentence",
    ),
    *("title", "number", "title_label", "number_label", "is_order", "is_short"),
)
TABLES = """
CREATE TABLE citations (
    report TEXT NOT NULL, passage TEXT NOT NULL, agency TEXT, agency_key TEXT, year INTEGER, position INTEGER,
    first INTEGER, last INTEGER, text TEXT, form TEXT, sentence TEXT, title TEXT NOT NULL, number TEXT NOT NULL,
    title_label TEXT, number_label TEXT, is_order INTEGER NOT NULL, is_short INTEGER NOT NULL, document TEXT
);
CREATE TABLE documents (
    key TEXT PRIMARY KEY, title TEXT NOT NULL, number TEXT NOT NULL, passages INTEGER NOT NULL,
    reports INTEGER NOT NULL, agencies INTEGER NOT NULL, first_year INTEGER, last_year INTEGER
);
CREATE TABLE citing (
    document TEXT NOT NULL, place INTEGER NOT NULL, citation INTEGER NOT NULL, texts TEXT NOT NULL,
    is_short INTEGER NOT NULL, PRIMARY KEY (document, place)
) WITHOUT ROWID;
CREATE TABLE years (document TEXT NOT NULL, year INTEGER, passages INTEGER NOT NULL, reports INTEGER NOT NULL);
CREATE TABLE forms (
    document TEXT NOT NULL, text TEXT NOT NULL, passages INTEGER NOT NULL, is_short INTEGER NOT NULL
);
CREATE TABLE names (key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (key, document)) WITHOUT ROWID;
"""
INDEXES = """
CREATE INDEX citations_by_document ON citations (document);
CREATE INDEX citations_by_report ON citations (report, document);
CREATE INDEX citations_by_passage ON citations (passage);
CREATE INDEX citations_by_name ON citations (title, number);
CREATE INDEX years_by_document ON years (document, year);
CREATE INDEX forms_by_document ON forms (document, passages);
CREATE INDEX names_by_document ON names (document);
CREATE INDEX documents_by_passages ON documents (passages);
"""
