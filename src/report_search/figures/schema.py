"""The tables of ``data.sqlite``, the file of a generation that holds its figures.

The rule: names of tables and columns are an interface for other programs; a column may join, none changes its meaning.
"""

from __future__ import annotations

DATA_FILE = "data.sqlite"
VERSION = 2
"""The layout, as ``user_version`` has it."""

CELL_COLUMNS = (
    "measure",
    "agency",
    "agency_key",
    "year",
    "value",
    "status",
    "text",
    "unit",
    "form",
    "passage",
    "report",
    "printed",
    "note",
    "superseded",
)
"""The stored columns of a cell; ``printed`` are its labels where no measure says them, else empty."""
CHECK_COLUMNS = (
    *("kind", "measure", "report", "agency", "agency_key", "year"),
    *("left_text", "left_value", "left_path", "left_passage", "left_report"),
    *("right_text", "right_value", "right_path", "right_passage", "right_report"),
    *("difference", "message", "path", "superseded"),
)
PROSE_COLUMNS = (
    *("label", "whole", "value", "high", "unit", "about", "text", "sentence", "start", "change", "earlier"),
    *("agency", "agency_key", "year", "passage", "report", "superseded"),
)
"""The stored columns of a figure of running text; ``change`` and ``earlier`` are 1 or 0."""
REPORT_COLUMNS = (
    *("id", "agency", "agency_key", "year", "title", "published", "source", "format", "sha256"),
    *("scope", "superseded"),
)

TABLES = """
CREATE TABLE measures (
    key TEXT PRIMARY KEY, label TEXT, "group" TEXT, unit TEXT, sum TEXT, forms TEXT, path_2019 TEXT, path_2021 TEXT,
    path_annex TEXT, breaks TEXT, position INTEGER
);
CREATE TABLE agencies (key TEXT PRIMARY KEY, name TEXT, reports INTEGER, first_year INTEGER, last_year INTEGER);
CREATE TABLE reports (
    id TEXT PRIMARY KEY, agency TEXT, agency_key TEXT, year INTEGER, title TEXT, published TEXT, source TEXT,
    format TEXT, sha256 TEXT, scope TEXT, superseded INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE cells (
    measure TEXT NOT NULL, agency TEXT, agency_key TEXT, year INTEGER, value NUMERIC, status TEXT NOT NULL, text TEXT,
    unit TEXT, form TEXT, passage TEXT, report TEXT NOT NULL, printed TEXT, note TEXT,
    superseded INTEGER NOT NULL DEFAULT 0, url TEXT GENERATED ALWAYS AS ('/passages/' || passage) VIRTUAL
);
CREATE TABLE checks (
    kind TEXT NOT NULL, measure TEXT, report TEXT NOT NULL, agency TEXT, agency_key TEXT, year INTEGER,
    left_text TEXT, left_value NUMERIC, left_path TEXT, left_passage TEXT, left_report TEXT,
    right_text TEXT, right_value NUMERIC, right_path TEXT, right_passage TEXT, right_report TEXT,
    difference NUMERIC, message TEXT, path TEXT, superseded INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE prose (
    label TEXT NOT NULL, whole TEXT, value NUMERIC NOT NULL, high NUMERIC, unit TEXT, about TEXT, text TEXT NOT NULL,
    sentence TEXT NOT NULL, start INTEGER, change INTEGER NOT NULL, earlier INTEGER NOT NULL, agency TEXT,
    agency_key TEXT, year INTEGER, passage TEXT, report TEXT NOT NULL, superseded INTEGER NOT NULL DEFAULT 0,
    url TEXT GENERATED ALWAYS AS ('/passages/' || passage) VIRTUAL
);
CREATE VIEW cells_with_sources AS
    SELECT cells.measure, coalesce(measures.label, cells.printed) AS label, cells.agency, cells.agency_key, cells.year,
        value, status, text, cells.unit, form, passage, report, url, reports.sha256, note, cells.superseded
    FROM cells JOIN reports ON reports.id = cells.report LEFT JOIN measures ON measures.key = cells.measure;
"""
INDEXES = """
CREATE INDEX cells_by_agency ON cells (measure, agency, year);
CREATE INDEX cells_by_year ON cells (measure, year, value);
CREATE INDEX cells_by_report ON cells (report);
CREATE INDEX checks_by_report ON checks (report);
CREATE INDEX prose_by_agency ON prose (agency, year);
CREATE INDEX prose_by_report ON prose (report);
"""
