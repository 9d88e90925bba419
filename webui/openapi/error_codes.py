"""The codes of errors by what is asked, so that a program can tell what it may have to deal with.

The rule: codes may join, none leaves or changes its meaning; a status never does.
"""

from __future__ import annotations

from webui.openapi.operations import Codes, joined

ANY: Codes = {
    400: ("unknown-parameter", "other-host", "bad-request"),
    429: ("too-many-requests",),
    500: ("internal-error",),
    503: (
        *("busy", "too-costly", "no-index", "index-damaged", "index-layout", "index-fingerprint"),
        *("disk-full", "too-many-files", "no-memory", "file-system", "missing-extra"),
    ),
}
"""What any request may get."""
QUERY: Codes = {
    400: (
        *("bad-distance", "edge-star", "empty-group", "empty-phrase", "empty-value", "foreign-operator"),
        *(
            "glued-operator",
            "lone-operator",
            "misplaced-operator",
            "negative-number",
            "no-regex",
            "no-weight",
        ),
        *("small-operator", "query-too-broad", "query-too-long", "bad-text", "too-deep", "too-long"),
        *("too-many-stars", "too-many-words", "unbalanced-parenthesis", "unbalanced-quote", "unknown-field"),
        *("unknown-value", "asks-absence"),
    )
}
"""What is wrong with a query."""
FILTERS: Codes = {
    400: ("repeated-parameter", "bad-year", "unknown-value", "empty-value", "too-many-filters", "bad-since")
}
SWITCHES: Codes = {
    400: (
        *(
            "bad-sort",
            "bad-limit",
            "bad-expand",
            "bad-titles",
            "bad-lineage",
            "bad-group",
            "bad-fold",
            "bad-by",
        ),
        *("bad-whole", "group-and-fold"),
    )
}
CURSOR: Codes = {400: ("bad-cursor", "cursor-foreign"), 410: ("cursor-gone",)}
PLACE: Codes = {400: ("bad-cursor", "bad-limit", "repeated-parameter"), 410: ("stale-cursor",)}
SEARCH = joined(QUERY, FILTERS, SWITCHES, CURSOR)
EXPORT = joined(SEARCH, {400: ("bad-strict", "too-many-chosen", "too-many-rows"), 404: ("no-passage",)})
STYLES: Codes = {400: ("bad-style", "repeated-parameter")}
_ADDRESS: Codes = {308: ("moved",), 410: ("corrected", "superseded", "removed", "withdrawn")}
REPORT = joined(_ADDRESS, {404: ("no-report", "not-found")})
PASSAGE = joined(_ADDRESS, {404: ("no-passage", "not-found")})
AGENCY: Codes = {404: ("no-agency", "not-found")}
NUMBERS: Codes = {400: ("bad-year", "unknown-value", "empty-value", "too-many-filters"), 503: ("no-figures",)}
REFERENCES: Codes = {400: ("bad-sort",), 503: ("no-references",)}
REFERENCE: Codes = {404: ("no-reference", "not-found"), 503: ("no-references",)}
