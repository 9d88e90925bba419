"""Small corpora and random query trees for the contract tests: every kind of node, every kind of variant."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from report_search.analysis.cell_values import read_value
from report_search.analysis.fold import fold
from report_search.analysis.word_segmenter import query_segmenter
from report_search.fields import BORDER
from report_search.passages import Locator, Passage, TopicReason
from report_search.query.ast import (
    And,
    AtLeast,
    Between,
    Everything,
    HasNumber,
    IncludeHeadings,
    InField,
    InReport,
    Leaf,
    Near,
    Not,
    NumberRange,
    Or,
    Pattern,
    Phrase,
    Query,
    Question,
    Term,
    Within,
)
from report_search.query.builder import grams_of

SECTIONS = ("preamble", "overview", "requests")
TOPICS = ("consular", "press", "budget")
REPORTS = (
    ("waijiaobu-2014", "外交部", 2014, "2014-12-19"),
    ("waijiaobu-2019", "外交部", 2019, "2020-01-31"),
    ("shanghai-2019", "上海市", 2019, "2020-03-31"),
    ("shanghai-nd", "上海市", None, ""),
)
HEADINGS = ("一、总体情况", "（一）加强領事保護", "二、申请1,234件", "十三件答覆")
PIECES = (
    *"领事保护工作申请件年的第条",
    *"，。；、\t “”—1",
    "领事保护",
    "公开",
    "1,234",
    "12.5%",
    "350条",
    "2,350条",
    "二〇二三年",
    "2023年",
    "十三件",
    "13件",
    "第十二条",
    "答覆",
    "答复",
    "乾隆",
    "干部",
    "後",
    "Ｃovid 19",
    "①件",
    "⽅便",
    "\n",
    "\n\n",
    "𠮷野",
    "领 事",
    "5千万",
    "五千万",
    "三千余",
    "3千余",
    "Wi-Fi",
    "wifi",
    "覆核",
    "复核",
    "鄕",
    "*",
    "\t12\t",
    "\t66.7 万件",
    "\t-5\t5%",
    "13",
    "增长5%",
    "。受理",
)
VALUES = (-5.0, 0.0, 1.0, 5.0, 12.0, 13.0, 350.0, 1234.0, 3000.0, 667_000.0, 50_000_000.0)


KINDS = (
    lambda report, number: {"type": "paragraph"},
    lambda report, number: {"type": "table", "locator": Locator(REPORTS[report][0], (0,), number, 2)},
    lambda report, number: {"type": "table", "locator": Locator(REPORTS[report][0], (0,), number, -1)},
    lambda report, number: {"type": "heading", "locator": Locator(REPORTS[report][0], (number,), -1)},
)
"""What distinguishes a paragraph, a row, the head of a table, a heading."""
ROW = KINDS[1]


def passage(number: int, text: str, *, report: int = 1, **changes: Any) -> Passage:
    """Passage ``number`` of one of the four reports."""
    name, agency, year, published = REPORTS[report]
    values: dict[str, Any] = {
        "id": f"{name}-{number:08x}",
        "report": name,
        "type": "paragraph",
        "text": text,
        "locator": Locator(name, (0,), number),
        "position": number,
        "agency": agency,
        "agency_key": name.split("-")[0],
        "year": year,
        "published": published,
        "title": f"{agency}政府信息公开工作年度报告",
        "section": "overview",
        "section_title": "一、总体情况",
        "headings": (HEADINGS[0],),
    }
    return Passage(**(values | changes))


def term(text: str, *synonyms: str) -> Term:
    """A word of an unquoted query."""
    folded = fold(text, border=False)
    return Term(text, folded, tuple(query_segmenter().search_words(folded.text)), tuple(map(fold, synonyms)))


def phrase(text: str) -> Phrase:
    """Exact wording."""
    folded = fold(text, border=False)
    return Phrase(text, folded, tuple(query_segmenter().search_words(folded.text)))


def value_cells(text: str) -> tuple[int, ...]:
    """The parts of a row's text that are numbers; here the first one is its header."""
    parts = text.split(BORDER)
    return tuple(at for at, part in enumerate(parts) if at and read_value(part).number is not None)


texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)


@st.composite
def passages(draw: st.DrawFn, *, most: int = 12) -> list[Passage]:
    """Up to ``most`` passages of the four reports."""
    found = []
    for number in range(draw(st.integers(0, most))):
        topics = draw(st.lists(st.sampled_from(TOPICS), unique=True, max_size=2))
        text = draw(texts.filter(lambda text: bool(text.strip())))
        report = draw(st.integers(0, len(REPORTS) - 1))
        kind = draw(st.sampled_from(KINDS))
        found.append(
            passage(
                number,
                text,
                report=report,
                # The head of a table has no value cells, whatever stands in it.
                value_cells=value_cells(text) if kind is ROW else (),
                **kind(report, number),
                section=draw(st.sampled_from(SECTIONS)),
                headings=tuple(draw(st.lists(st.sampled_from(HEADINGS), max_size=2))),
                topics=tuple(TopicReason(key, ("因",)) for key in topics),
            )
        )
    return found


def pattern(parts: list[str], wildcards: str, gap: int) -> Pattern:
    """A pattern with as many of ``wildcards`` as it has places between its parts."""
    return Pattern("*".join(parts), tuple(map(fold, parts)), gap, wildcards[: len(parts) - 1])


def row(text: str) -> Query:
    """Exact wording with white space in it, as a query has it."""
    parts = text.split()
    if len(parts) < 2:
        return phrase(text)
    return Or((phrase(text), Pattern(text, tuple(map(fold, parts)), wildcards=" " * (len(parts) - 1))))


patterns = st.builds(
    pattern,
    st.lists(texts, min_size=1, max_size=3),
    st.one_of(st.just("  "), st.text("*?", min_size=2, max_size=2)),
    st.integers(0, 6),
)
rows = st.lists(texts, min_size=2, max_size=3).map(" ".join)
words: st.SearchStrategy[Leaf] = st.one_of(
    st.builds(term, texts), st.builds(term, texts, texts), st.builds(phrase, texts), patterns
)
bounds = st.one_of(st.none(), st.sampled_from(VALUES))
numbers: st.SearchStrategy[HasNumber] = st.builds(
    HasNumber,
    st.builds(NumberRange, bounds, bounds, st.tuples(st.booleans(), st.booleans()), st.booleans()),
    st.lists(words, max_size=2).map(tuple),
)
leaves: st.SearchStrategy[Query] = st.one_of(
    numbers,
    st.builds(term, texts),
    st.builds(term, texts, texts),
    st.builds(phrase, texts),
    patterns,
    st.builds(row, rows),
    st.builds(
        InField,
        st.just("section"),
        st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=2).map(tuple),
    ),
    st.builds(InField, st.just("topic"), st.lists(st.sampled_from(TOPICS), min_size=1).map(tuple)),
    st.just(InField("year", ("2019", "nd"))),
    st.just(InField("agency", ("上海市",))),
    st.just(InField("report", ("waijiaobu-2014",))),
    st.just(InField("type", ("heading",))),
    st.just(Between("year", 2015, None)),
    st.just(Between("year", None, 2014)),
    st.just(Everything()),
)


def _inner(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Not, children),
        st.builds(InReport, children),
        st.builds(lambda count, found: AtLeast(min(count, len(found)), found), st.integers(1, 3), several),
        st.builds(Near, children, children, st.integers(0, 8)),
        st.builds(Within, several),
    )


_made: st.SearchStrategy[Query] = st.recursive(leaves, _inner, max_leaves=5)
trees: st.SearchStrategy[Query] = st.one_of(
    _made,
    _made,
    st.builds(IncludeHeadings, _made),
    st.builds(lambda first, second: And((IncludeHeadings(first), second)), _made, _made),
)

positional_trees: st.SearchStrategy[Pattern | Near | Within] = st.one_of(
    patterns,
    st.builds(Near, trees, trees, st.integers(0, 8)),
    st.builds(Within, st.lists(trees, min_size=1, max_size=3).map(tuple)),
)


def question(words: list[str], demanded: list[Query]) -> Question:
    """A question of some words, typed one after another."""
    asked = "".join(words)
    return Question(tuple(dict.fromkeys(map(term, words))), grams_of(asked), tuple(demanded))


_demanded = st.one_of(leaves, leaves, st.builds(InReport, _made), st.builds(Not, leaves))
questions: st.SearchStrategy[Question] = st.builds(
    question, st.lists(texts, min_size=1, max_size=4), st.lists(_demanded, max_size=2)
)
question_trees: st.SearchStrategy[Query] = st.one_of(
    questions,
    st.builds(lambda found, tree: And((tree, found)), questions, _made),
    st.builds(IncludeHeadings, questions),
    st.builds(lambda found, tree: IncludeHeadings(And((tree, found))), questions, leaves),
    st.builds(lambda found, tree: Or((Not(found), tree)), questions, leaves),
    st.builds(lambda found, tree: And((InReport(found), tree)), questions, leaves),
)
trees = st.one_of(trees, trees, question_trees)

filters = st.dictionaries(
    st.sampled_from(["year", "section", "topic", "type"]),
    st.lists(
        st.sampled_from(["2019", "2014", "nd", "overview", "consular", "table", "heading"]),
        min_size=1,
        max_size=3,
    ),
    max_size=2,
).map(lambda chosen: tuple((field, tuple(values)) for field, values in chosen.items()))


def random_passages(count: int, seed: int) -> list[Passage]:
    """Random passages with every variant in them."""
    source = Random(seed)
    passages = []
    for number in range(count):
        text = "".join(source.choices(PIECES, k=source.randint(1, 14)))
        passages.append(
            passage(
                number,
                text if text.strip() else "件",
                report=source.randrange(len(REPORTS)),
                type=(type_ := source.choice(["paragraph", "table"])),
                value_cells=value_cells(text) if type_ == "table" else (),
                section=source.choice(SECTIONS),
                headings=tuple(source.sample(HEADINGS, source.randint(0, 2))),
                topics=tuple(
                    TopicReason(key, ("因",)) for key in source.sample(TOPICS, source.randint(0, 2))
                ),
            )
        )
    return passages
