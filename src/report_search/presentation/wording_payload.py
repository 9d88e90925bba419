"""The JSON of wording: histories of sentences, comparisons of reports, matches of a pasted text.

The rule is that of ``json_payload``: a key is never left out, and what is not known is ``null``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from report_search.presentation.json_payload import encoded, index_payload
from report_search.presentation.payloads.phrasing import (
    RewritingPayload,
    RewrittenSectionPayload,
    RewrittenYearPayload,
)
from report_search.presentation.payloads.wording import (
    ChangePayload,
    ComparedRowPayload,
    ComparedSectionPayload,
    ComparedSidePayload,
    ComparisonPayload,
    HistoryPayload,
    HistoryRowPayload,
    MatchedPiecePayload,
    MatchPayload,
    MatchRowPayload,
    PieceErrorPayload,
)

if TYPE_CHECKING:
    # Only named in annotations, so that nothing else is loaded for a few lines.
    from report_search.wording.comparison import ComparedRow, ComparedSide, Comparison
    from report_search.wording.history import History, HistoryRow
    from report_search.wording.marks import Change
    from report_search.wording.matching import MatchedPiece, Matching, MatchRow
    from report_search.wording.rewriting import Rewriting, RewrittenYear


def history_payload(history: History) -> HistoryPayload:
    """A sentence through the years, the newest first."""
    return HistoryPayload(
        passage=history.passage.id,
        sentence=history.sentence,
        sentences=list(history.sentences),
        rows=[_history_row(row) for row in history.rows],
        first=history.first,
        last_changed=history.last_changed,
        verbatim=history.verbatim,
        index=index_payload(history.index),
    )


def _history_row(row: HistoryRow) -> HistoryRowPayload:
    return HistoryRowPayload(
        year=row.year,
        state=row.state,
        similarity=_rounded(row.similarity),
        agency=row.agency or None,
        report=row.report or None,
        passage=row.passage or None,
        text=row.text or None,
        changes=changes_payload(row.changes),
    )


def changes_payload(changes: Sequence[Change]) -> list[ChangePayload]:
    """The pieces of a text that were kept, inserted or deleted."""
    return [ChangePayload(op=change.op, text=change.text) for change in changes]


def comparison_payload(found: Comparison) -> ComparisonPayload:
    """Two reports side by side, section by section."""
    return ComparisonPayload(
        a=found.a.id,
        b=found.b.id,
        rewritten=_rounded(found.rewritten),
        sections=[
            ComparedSectionPayload(
                kind=section.kind,
                label=section.label,
                rows=[_compared_row(row) for row in section.rows],
                rewritten=_rounded(section.rewritten),
            )
            for section in found.sections
        ],
        index=index_payload(found.index),
    )


def rewriting_payload(found: Rewriting) -> RewritingPayload:
    """How much an agency rewrote, by year and section, the newest first."""
    return RewritingPayload(
        agency=found.agency.name,
        agency_key=found.agency.key,
        years=[_rewritten_year(one) for one in found.years],
        index=index_payload(found.index),
    )


def _rewritten_year(year: RewrittenYear) -> RewrittenYearPayload:
    return RewrittenYearPayload(
        year=year.year,
        report=year.report,
        before_year=year.before_year,
        before=year.before,
        rewritten=_rounded(year.share),
        sections=[
            RewrittenSectionPayload(kind=section.kind, label=section.label, rewritten=_rounded(section.share))
            for section in year.sections
        ],
    )


def _compared_row(row: ComparedRow) -> ComparedRowPayload:
    return ComparedRowPayload(
        state=row.state,
        numbers=row.numbers,
        a=_side(row.a),
        b=_side(row.b),
        similarity=_rounded(row.similarity),
        changes=changes_payload(row.changes),
    )


def _side(side: ComparedSide | None) -> ComparedSidePayload | None:
    if side is None:
        return None
    return ComparedSidePayload(passage=side.passage, section=side.section, text=side.text)


def match_payload(found: Matching) -> MatchPayload:
    """Where each piece of a text stands."""
    return MatchPayload(
        pieces=[_piece(piece, [_match_row(row) for row in piece.rows]) for piece in found.pieces],
        index=index_payload(found.index),
    )


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

    def of(self, piece: MatchedPiece) -> list[Any]:
        """The rows of a piece, ready to be encoded with it."""
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


def _piece(piece: MatchedPiece, rows: list[Any]) -> MatchedPiecePayload:
    return MatchedPiecePayload(
        text=piece.text,
        rows=rows,
        error=PieceErrorPayload(code=piece.code, message=piece.message) if piece.code else None,
    )


def _match_row(row: MatchRow, changes: msgspec.Raw | None = None) -> MatchRowPayload:
    """The JSON of a row; ``changes`` are its changes, where they are encoded already."""
    made: Any = changes
    if changes is None and row.changes is not None:
        made = changes_payload(row.changes)
    return MatchRowPayload(
        agency=row.agency,
        year=row.year,
        report=row.report,
        state=row.state,
        passage=row.passage or None,
        similarity=_rounded(row.similarity),
        changes=made,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
