"""Marks: on the printed characters, safe whatever was printed, whole in every excerpt."""

from __future__ import annotations

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from report_search.model import Cell, Report, Row, Section, Source, Table
from report_search.passages import Locator, row_at
from report_search.search.highlight import Snippet, Span
from webui.marking import WHOLE_TEXT, cells, clip, excerpt, mark_spans

TEXTS = st.text(st.sampled_from("公开信息，。；、<&>\"'12 \t\n"), max_size=900)


@st.composite
def snippets(draw: st.DrawFn) -> Snippet:
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=16)))
    cuts = cuts[: len(cuts) // 2 * 2]
    return Snippet(text, tuple(zip(cuts[::2], cuts[1::2], strict=True)))


def test_text_is_escaped_inside_and_outside_of_marks() -> None:
    text = "<script>alert(\"公开\")</script>&'公开'"
    spans: tuple[Span, ...] = ((0, 8), (15, 17))
    assert mark_spans(text, spans) == (
        "<mark>&lt;script&gt;</mark>alert(&#34;<mark>公开</mark>&#34;)&lt;/script&gt;&amp;&#39;公开&#39;"
    )


@given(snippets())
def test_marking_adds_marks_and_changes_nothing(snippet: Snippet) -> None:
    html = str(mark_spans(snippet.text, snippet.spans))
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert unescape(bare) == snippet.text
    assert "<" not in bare
    assert html.count("<mark>") == html.count("</mark>") == len(snippet.spans)


@given(snippets())
def test_an_excerpt_is_in_order_short_and_holds_the_first_mark(snippet: Snippet) -> None:
    parts = excerpt(snippet)
    if len(snippet.text) <= WHOLE_TEXT:
        assert parts == [snippet]
        return
    at = 0
    for part in parts:
        at = snippet.text.index(part.text, at)
        assert all(0 <= low < high <= len(part.text) for low, high in part.spans)
    if snippet.spans:
        low, high = snippet.spans[0]
        assert snippet.text[low:high] in {p.text[a:b] for p in parts for a, b in p.spans}
    assert parts


def test_an_excerpt_begins_and_ends_where_a_sentence_does() -> None:
    filler = "这一句话与检索无关。" * 30
    text = filler + "设立呼叫中心，提供领事保护。" + filler
    at = text.index("领事保护")
    (part,) = excerpt(Snippet(text, ((at, at + 4),)))
    assert part.text.startswith("这一句话")
    assert part.text.endswith("。")
    assert "设立呼叫中心，提供领事保护。" in part.text
    assert len(part.text) < WHOLE_TEXT


def test_marks_far_apart_give_several_windows_as_long_as_there_is_room() -> None:
    text = "甲" + "。" * 300 + "乙" + "。" * 300 + "丙"
    spans = tuple((text.index(mark), text.index(mark) + 1) for mark in "甲乙丙")
    parts = excerpt(Snippet(text, spans))
    assert [part.text[low:high] for part in parts for low, high in part.spans] == ["甲", "乙"]


@given(snippets())
def test_cells_are_the_parts_between_borders_with_their_own_marks(snippet: Snippet) -> None:
    parts = cells(snippet)
    assert "\t".join(part.text for part in parts) == snippet.text
    inside = sum(high - low for part in parts for low, high in part.spans)
    borders = sum(snippet.text[low:high].count("\t") for low, high in snippet.spans)
    assert inside == sum(high - low for low, high in snippet.spans) - borders


def test_clipping_cuts_marks_at_the_edges() -> None:
    assert clip(Snippet("abcdef", ((0, 2), (3, 6))), (1, 4)) == Snippet("bcd", ((0, 1), (2, 3)))


def test_a_locator_of_another_generation_gives_no_row() -> None:
    """Between two generations of an index a passage may be of one and the report of the other."""
    table = Table((Row((Cell("甲", 0), Cell("1", 1)), headers=("甲",)),))
    sections = (Section("一", "总体情况", "overview", (table,)),)
    report = Report("x", "甲局", "x", None, "年报", "", Source("a", "", "", "text"), sections)
    assert row_at(report, Locator("x", (0,), 0, 0)) == table.rows[0]
    for path, block, row in (((1,), 0, 0), ((0, 0), 0, 0), ((0,), 1, 0), ((0,), 0, 1), ((0,), 0, None)):
        assert row_at(report, Locator("x", path, block, row)) is None
