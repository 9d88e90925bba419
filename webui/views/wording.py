"""View models of wording: a sentence through the years, two reports side by side, a pasted text and where it stands.

The rule: what was added and dropped is marked in colour and in words, so that it is heard and printed too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from report_search.errors import RequestError
from report_search.presentation.wording_lines import (
    REWRITTEN_MEANS,
    STATE_LABELS,
    match_summary,
    row_label,
    share,
    summary_of,
)
from report_search.search.facets import label_of
from report_search.wording.comparison import ComparedRow, ComparedSide, Comparison
from report_search.wording.history import History, HistoryRow
from report_search.wording.marks import Change
from report_search.wording.matching import (
    MOST_CHARACTERS,
    MOST_LINES,
    MatchedPiece,
    Matching,
    MatchMode,
    MatchRow,
    MatchYear,
)
from webui import urls, wording_urls
from webui.wording_urls import PastedText

MOST_LISTED, FEWEST_LISTED = 3000, 12
"""So many reports are listed on a page of matches, shared by its pieces, and so many of a piece at least."""


class SentenceLink(Struct, frozen=True):
    """A sentence of the passage, and the address of its history; ``chosen`` for the one that is shown."""

    text: str
    link: str
    chosen: bool


class YearView(Struct, frozen=True):
    """A year of a history; ``agency`` is "" where it is the agency of the passage."""

    row: HistoryRow
    label: str
    agency: str
    link: str
    is_own: bool


class YearsView(Struct, frozen=True):
    """Years that follow each other and say the same: the newest, and those that are folded below it."""

    head: YearView
    folded: tuple[YearView, ...]

    @property
    def span(self) -> str:
        """The years that are folded: 2016—2019."""
        years = [one.row.year for one in self.folded]
        return f"{years[-1]}—{years[0]}" if len(years) > 1 else f"{years[0]}"


class HistoryView(Struct, frozen=True):
    """The history of a sentence."""

    history: History
    summary: str
    sentences: tuple[SentenceLink, ...]
    groups: tuple[YearsView, ...]
    passage_link: str
    report_link: str


class SideView(Struct, frozen=True):
    """What one report says, with its address; ``place`` names the section where that is not the one it is shown in."""

    text: str
    link: str
    place: str


class ComparedRowView(Struct, frozen=True):
    """A row of a comparison, with the anchor by which it can be pointed at."""

    anchor: str
    state: str
    label: str
    a: SideView | None
    b: SideView | None
    changes: tuple[Change, ...]


class ComparedSectionView(Struct, frozen=True):
    """A section of a comparison: what changed, and what is folded."""

    anchor: str
    label: str
    share: str
    changed: tuple[ComparedRowView, ...]
    same: tuple[ComparedRowView, ...]


class ComparisonView(Struct, frozen=True):
    """Two reports side by side."""

    found: Comparison
    share: str
    share_means: str
    sections: tuple[ComparedSectionView, ...]
    a_link: str
    b_link: str
    swapped_link: str


def history_view(history: History) -> HistoryView:
    """The history of a sentence, years that say the same folded."""
    passage = history.passage
    return HistoryView(
        history=history,
        summary=summary_of(history),
        sentences=tuple(
            SentenceLink(text, wording_urls.history_link(passage.id, sentence=at), at == history.sentence)
            for at, text in enumerate(history.sentences)
        ),
        groups=tuple(_groups(history)),
        passage_link=urls.passage_link(passage.id),
        report_link=urls.report_link(passage.report, passage=passage.id),
    )


def _groups(history: History) -> Iterator[YearsView]:
    for _, rows in groupby(history.rows, key=lambda row: (row.state, row.text)):
        years = [_year(row, history) for row in rows]
        yield YearsView(years[0], tuple(years[1:]))


def _year(row: HistoryRow, history: History) -> YearView:
    return YearView(
        row=row,
        label=STATE_LABELS[row.state],
        agency=row.agency if row.agency != history.passage.agency else "",
        link=urls.passage_link(row.passage) if row.passage else "",
        is_own=row.report == history.passage.report,
    )


def comparison_view(found: Comparison) -> ComparisonView:
    """Two reports side by side; every row has an anchor."""
    return ComparisonView(
        found=found,
        share=share(found.rewritten),
        share_means=REWRITTEN_MEANS,
        sections=tuple(
            ComparedSectionView(
                anchor=f"s-{section.kind}",
                label=section.label,
                share=share(section.rewritten),
                changed=tuple(_rows(section.changed, section.kind, 1)),
                same=tuple(_rows(section.same, section.kind, len(section.changed) + 1)),
            )
            for section in found.sections
        ),
        a_link=urls.report_link(found.a.id),
        b_link=urls.report_link(found.b.id),
        swapped_link=wording_urls.compare_link(found.b.id, found.a.id),
    )


def _rows(rows: Sequence[ComparedRow], kind: str, first: int) -> Iterator[ComparedRowView]:
    for number, row in enumerate(rows, first):
        yield ComparedRowView(
            anchor=f"{kind}-{number}",
            state="numbers" if row.numbers else row.state,
            label=row_label(row),
            a=_side(row.a, kind),
            b=_side(row.b, kind),
            changes=row.changes,
        )


def _side(side: ComparedSide | None, kind: str) -> SideView | None:
    if side is None:
        return None
    place = label_of("section", side.section) if side.section != kind else ""
    return SideView(side.text.replace("\t", "　"), urls.passage_link(side.passage), place)


class MatchedReport(Struct, frozen=True):
    """A report in which a piece stands, verbatim or nearly."""

    row: MatchRow
    link: str


class MatchedYear(Struct, frozen=True):
    """How often a piece stands in a year's reports, and where first; ``link`` is "" where it does not."""

    counts: MatchYear
    link: str


class PieceView(Struct, frozen=True):
    """A piece of the text: in which reports it stands, by agency, and by year.

    ``unlisted`` counts the reports that are left out of ``agencies``.
    """

    piece: MatchedPiece
    anchor: str
    summary: str
    unlisted: int
    agencies: tuple[tuple[str, tuple[MatchedReport, ...]], ...]
    years: tuple[MatchedYear, ...]


class MatchView(Struct, frozen=True):
    """The box with its text, and what was found; ``error`` is what can't be answered."""

    text: str
    mode: MatchMode
    pieces: tuple[PieceView, ...] = ()
    years: tuple[int | None, ...] = ()
    error: str = ""
    most_characters: int = MOST_CHARACTERS
    most_lines: int = MOST_LINES


def blank_match_view(pasted: PastedText | None = None, error: RequestError | None = None) -> MatchView:
    """The box alone, empty or with what was pasted and why it can't be matched."""
    said = f"{error.message}{error.hint}" if error else ""
    return MatchView(pasted.text if pasted else "", pasted.mode if pasted else "sentences", error=said)


def match_view(found: Matching, pasted: PastedText) -> MatchView:
    """Where each piece stands; of many reports those where it is nearest."""
    years = next((tuple(one.year for one in piece.years()) for piece in found.pieces if not piece.code), ())
    most = max(FEWEST_LISTED, MOST_LISTED // max(1, len(found.pieces)))
    pieces = tuple(_piece(piece, number, most=most) for number, piece in enumerate(found.pieces, 1))
    return MatchView(pasted.text, pasted.mode, pieces, years)


def _piece(piece: MatchedPiece, number: int, *, most: int) -> PieceView:
    rows = piece.found(most)
    listed = (MatchedReport(row, urls.passage_link(row.passage)) for row in rows)
    agencies = groupby(listed, key=lambda one: one.row.agency)
    return PieceView(
        piece=piece,
        anchor=f"p-{number}",
        summary=match_summary(piece),
        unlisted=piece.count("verbatim") + piece.count("near") - len(rows),
        agencies=tuple((agency, tuple(group)) for agency, group in agencies),
        years=tuple(
            MatchedYear(one, urls.passage_link(one.passage) if one.passage else "") for one in piece.years()
        ),
    )
