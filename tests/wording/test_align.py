"""Alignment against corpora that know every edit, and against two real reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.run.check import parse_file
from indexer.synthetic.demo.plan import make_corpus
from report_search.passages import Locator, Passage, passages_of
from report_search.wording.align import align
from report_search.wording.statements import Statement, statements_of
from tests.wording.demo_pairs import score

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def statements(*texts: str, section: str = "overview", passage: str = "p") -> list[Statement]:
    return [Statement(text, passage, section, number) for number, text in enumerate(texts)]


def row(name: str, *values: str) -> Statement:
    """A row of a table, as it is read from its passage."""
    numbers = tuple(at for at, value in enumerate(values, start=1) if value.isdigit())
    passage = Passage(
        id=name,
        report="r-2019",
        type="table",
        text="\t".join((name, *values)),
        locator=Locator("r-2019", (0,), 0, 0),
        position=0,
        agency="",
        agency_key="",
        year=2019,
        published="",
        title="",
        section="disclosure",
        section_title="",
        headings=(),
        topics=(),
        value_cells=numbers,
    )
    return statements_of([passage])[0]


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_the_sentences_of_a_demo_corpus_are_followed(seed: int) -> None:
    found = score(make_corpus(agencies=4, years=range(2012, 2023), seed=seed))
    assert found.cut > 10
    assert found.precision >= 0.995
    assert found.recall >= 0.995
    assert found.cuts_recall >= 0.97


def test_two_real_reports_share_what_a_reader_would_pair() -> None:
    old = statements_of(passages_of(parse_file(CORPUS / "mfa-2014.txt")))
    new = statements_of(passages_of(parse_file(CORPUS / "mfa-2019.md")))
    links = align(old, new)
    pairs = [(old[link.older[0]].text[:12], new[link.newer[0]].text[:17]) for link in links]
    assert pairs == [("全年“外交小灵通”微博、", "部官方新媒体账号“外交小灵通”全年")]


def test_equal_sentences_are_paired_wherever_they_stand() -> None:
    old = statements("严格执行保密审查制度。", "按时公开部门预算。")
    new = [*statements("按时公开部门预算。", section="other"), *statements("严格执行保密审查制度。")]
    assert [(link.older, link.newer, link.similarity) for link in align(old, new)] == [
        ((1,), (0,), 1.0),
        ((0,), (1,), 1.0),
    ]


def test_a_split_and_a_merge_are_one_link() -> None:
    whole = statements("重新梳理职权事项，编制并公布了公开目录和公开指南。")
    parts = statements("重新梳理职权事项。", "在此基础上编制并公布了公开目录和公开指南。")
    assert [(link.older, link.newer) for link in align(whole, parts)] == [((0,), (0, 1))]
    assert [(link.older, link.newer) for link in align(parts, whole)] == [((0, 1), (0,))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("推进工程建设项目信息公开。", "推进重点领域信息主动公开。"),
        ("本年度没有收取检索费、复制费和邮寄费。", "全年未发生失密泄密事件。"),
        ("组织在线访谈6次。", "举办新闻发布会6场。"),
    ],
)
def test_other_sentences_are_not_paired(old: str, new: str) -> None:
    assert align(statements(old), statements(new)) == []


def test_numbers_do_not_keep_a_sentence_from_its_own() -> None:
    old = statements("受理申请5件。", "受理复议1,235件。")
    new = statements("受理复议3件。", "受理申请12345件。")
    assert [(link.older, link.newer) for link in align(old, new)] == [((1,), (0,)), ((0,), (1,))]


def test_rows_are_paired_by_their_heads_alone() -> None:
    old = [
        Statement("（一）予以公开\t41\t42", "a", "requests", label="（一）予以公开"),
        *statements("予以公开41件。"),
    ]
    new = [Statement("（一）予以公开\t7\t9", "b", "requests", label="（一）予以公开")]
    assert [(link.older, link.newer) for link in align(old, new)] == [((0,), (0,))]


def test_nothing_is_aligned_with_nothing() -> None:
    assert align([], statements("甲。")) == []
    assert align(statements("甲。"), []) == []


@pytest.mark.parametrize("values", [("", "15", "2"), ("", "", ""), ("—", "/", "2"), ("无", "无", "无")])
def test_a_row_is_the_same_row_whatever_its_cells_hold(values: tuple[str, ...]) -> None:
    old = [row("规章", "30", "14", "6"), row("规范性文件", "1", "2", "3")]
    new = [row("规范性文件", *values), row("规章", *values)]
    assert [(link.older, link.newer) for link in align(old, new)] == [((1,), (0,)), ((0,), (1,))]
