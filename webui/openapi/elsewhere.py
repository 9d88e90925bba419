"""Addresses that are no operations, each with the reason: pages for people, and what belongs to pages.

The rule: whatever can be asked for is an operation or is named here.
"""

from __future__ import annotations

from collections.abc import Mapping

PAGES: Mapping[str, str] = {
    "/": "search",
    "/about": "reports",
    "/agencies": "agencies",
    "/agencies/{key}": "agency",
    "/agencies/{key}/phrases": "phrases",
    "/agencies/{key}/rewriting": "rewriting",
    "/api": "service",
    "/compare": "compare",
    "/concordance": "concordance",
    "/data": "series",
    "/data/checks": "checks",
    "/data/download": "datapackage",
    "/distinctive": "distinctive",
    "/match": "match",
    "/mentions": "mentions",
    "/passages/{passage_id}": "passage",
    "/passages/{passage_id}/history": "history",
    "/references": "references",
    "/references/{key}": "reference",
    "/reports/{report_id}": "report",
    "/selection": "citations",
}
"""Pages for people, in Chinese, each with the operation that gives the same to programs."""
OTHERS: Mapping[str, str] = {
    "/help": "a page for people: how queries are written, docs/query-language.md in short",
    "/add": "a page for whoever sits at the machine, only there by --allow-upload",
    "/add/{batch}": "a page for whoever sits at the machine, only there by --allow-upload",
    "/add/{batch}/{number}": "a page for whoever sits at the machine, only there by --allow-upload",
    "/favicon.ico": "the icon of the site, for browsers",
    "/reports": "an address that people guess: leads to /about",
    "/search": "an address that people guess: leads to /",
    "/static/{filename}": "styles and scripts of the pages",
}
"""What else is answered, with the reason why it is no operation."""
