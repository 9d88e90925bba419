"""The JSON of wording: histories of sentences, comparisons of reports, matches of a pasted text.

The rule is that of ``json_payload``: a key is never left out, and what is not known is ``null``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from report_search.presentation.json_payload import Json, encoded, index_payload

if TYPE_CHECKING:
    # Only named in annotations, so that nothing else is loaded for a few lines.
    from report_search.wording.comparison import ComparedRow, ComparedSide, Comparison
    from report_search.wording.history import History, HistoryRow
    from report_search.wording.marks import Change
    from report_search.wording.matching import MatchedPiece, Matching, MatchRow
    from report_search.wording.rewriting import Rewriting


def history_payload(history: History) -> Json:
    """A sentence through the years, the newest first."""
    return {
        "passage": history.passage.id,
        "sentence": history.sentence,
        "sentences": list(history.sentences),
        "rows": [_history_row(row) for row in history.rows],
        "first": history.first,
        "last_changed": history.last_changed,
        "verbatim": history.verbatim,
        "index": index_payload(history.index),
    }


def _history_row(row: HistoryRow) -> Json:
    return {
        "year": row.year,
        "state": row.state,
        "similarity": _rounded(row.similarity),
        "agency": row.agency or None,
        "report": row.report or None,
        "passage": row.passage or None,
        "text": row.text or None,
        "changes": changes_payload(row.changes),
    }


def changes_payload(changes: Sequence[Change]) -> list[Json]:
    """The pieces of a text that were kept, inserted or deleted."""
    return [{"op": change.op, "text": change.text} for change in changes]


def comparison_payload(found: Comparison) -> Json:
    """Two reports side by side, section by section."""
    return {
        "a": found.a.id,
        "b": found.b.id,
        "rewritten": _rounded(found.rewritten),
        "sections": [
            {
                "kind": section.kind,
                "label": section.label,
                "rows": [_compared_row(row) for row in section.rows],
                "rewritten": _rounded(section.rewritten),
            }
            for section in found.sections
        ],
        "index": index_payload(found.index),
    }


def rewriting_payload(found: Rewriting) -> Json:
    """How much an agency rewrote, by year and section, the newest first."""
    return {
        "agency": found.agency.name,
        "agency_key": found.agency.key,
        "years": [
            {
                "year": one.year,
                "report": one.report,
                "before_year": one.before_year,
                "before": one.before,
                "rewritten": _rounded(one.share),
                "sections": [
                    {"kind": section.kind, "label": section.label, "rewritten": _rounded(section.share)}
                    for section in one.sections
                ],
            }
            for one in found.years
        ],
        "index": index_payload(found.index),
    }


def _compared_row(row: ComparedRow) -> Json:
    return {
        "state": row.state,
        "numbers": row.numbers,
        "a": _side(row.a),
        "b": _side(row.b),
        "similarity": _rounded(row.similarity),
        "changes": changes_payload(row.changes),
    }


def _side(side: ComparedSide | None) -> Json | None:
    if side is None:
        return None
    return {"passage": side.passage, "section": side.section, "text": side.text}


def match_payload(found: Matching) -> Json:
    """Where each piece of a text stands."""
    return {
        "pieces": [_piece(piece, [_match_row(row) for row in piece.rows]) for piece in found.pieces],
        "index": index_payload(found.index),
    }


def match_chunks(found: Matching) -> Iterator[bytes]:
    """The same as JSON in UTF-8, piece by piece: of many lines and reports it is too much to be kept as a whole."""
    rows = _EncodedRows()
    for number, piece in enumerate(found.pieces):
        payload = _piece(piece, rows.of(piece))
        yield (b"," if number else b'{"pieces":[') + encoded(payload)
    yield b'],"index":' + encoded(index_payload(found.index)) + b"}\n"


class _EncodedRows:
    """Rows as JSON; what many of them share is encoded once: a report where nothing stands, and equal changes."""

    def __init__(self) -> None:
        self._none: dict[str, msgspec.Raw] = {}

    def of(self, piece: MatchedPiece) -> list[Json | msgspec.Raw]:
        rows = piece.rows
        # Rows of equal texts have one object; the rows keep it while it is known by its identity.
        different = {id(row.changes): row.changes for row in rows}
        changes = {
            one: msgspec.Raw(encoded(None if made is None else changes_payload(made)))
            for one, made in different.items()
        }
        return [
            self._none_row(row) if row.state == "none" else _match_row(row, changes[id(row.changes)])
            for row in rows
        ]

    def _none_row(self, row: MatchRow) -> msgspec.Raw:
        if row.report not in self._none:
            self._none[row.report] = msgspec.Raw(encoded(_match_row(row)))
        return self._none[row.report]


def _piece(piece: MatchedPiece, rows: Sequence[Json | msgspec.Raw]) -> Json:
    return {
        "text": piece.text,
        "rows": rows,
        "error": {"code": piece.code, "message": piece.message} if piece.code else None,
    }


def _match_row(row: MatchRow, changes: msgspec.Raw | None = None) -> Json:
    """The JSON of a row; ``changes`` are its changes, where they are encoded already."""
    if changes is None and row.changes is not None:
        made: Sequence[Json] | msgspec.Raw | None = changes_payload(row.changes)
    else:
        made = changes
    return {
        "agency": row.agency,
        "year": row.year,
        "report": row.report,
        "state": row.state,
        "passage": row.passage or None,
        "similarity": _rounded(row.similarity),
        "changes": made,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
