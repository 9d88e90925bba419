"""An agency as a place: found by anything that is typed for it, its years and names from table and matrix."""

from __future__ import annotations

import pytest

from report_search.corpus_coverage import Coverage, coverage
from report_search.errors import NotFoundError
from report_search.generations import ReportSummary
from report_search.model import ReportWarning
from report_search.search.agencies import AgencyDirectory
from report_search.taxonomy.additions import Additions
from report_search.taxonomy.agencies import agency_table

ADDED = Additions(
    "corpus",
    """
[[agency]]
key = "jia-gangkou"
name = "某甲港口局"
aliases = ["甲港局"]
former = [{ name = "某甲航务局", from = 2001, to = 2018 }]
predecessors = [{ key = "jia-dengta", year = 2018 }]

[[agency]]
key = "jia-dengta"
name = "某甲灯塔局"
""",
)


def summary(agency: str, key: str, year: int | None, *codes: str) -> ReportSummary:
    warnings = tuple(ReportWarning(code, "") for code in codes)
    name = f"{key}-{year}"
    return ReportSummary(name, agency, key, year, "", "", name, "", "text", 3, warnings=warnings)


def matrix() -> Coverage:
    return coverage(
        [
            summary("某甲港口局", "jia-gangkou", 2012),
            summary("某甲港口局", "jia-gangkou", 2015, "table-missing"),
            summary("某甲港口局", "jia-gangkou", None),
            summary("某甲灯塔局", "jia-dengta", 2011),
            summary("重庆市人民政府", "chongqing", 2015),
            summary("某丙县水务局", "mou-bing-1f2e", 2014),
        ]
    )


@pytest.fixture(scope="module")
def directory() -> AgencyDirectory:
    return AgencyDirectory(agency_table([ADDED]), matrix())


def test_years_are_those_of_the_matrix(directory: AgencyDirectory) -> None:
    card = directory.card("jia-gangkou")
    assert (card.held, card.missing, card.doubtful, card.undated) == ((2012, 2015), (2013, 2014), (2015,), 1)


def test_names_go_through_the_years(directory: AgencyDirectory) -> None:
    names = directory.card("jia-gangkou").names
    assert [(one.name, one.start, one.end, one.reform) for one in names] == [
        ("某甲航务局", 2001, 2018, ""),
        ("某甲港口局", 2018, None, "2018年机构改革"),
    ]


def test_lineage_leads_both_ways(directory: AgencyDirectory) -> None:
    [before] = directory.card("jia-gangkou").predecessors
    assert (before.key, before.year, before.held) == ("jia-dengta", 2018, (2011,))
    [after] = directory.card("jia-dengta").successors
    assert (after.key, after.name, after.held) == ("jia-gangkou", "某甲港口局", (2012, 2015))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("某甲港口局", "jia-gangkou"),
        ("甲港局", "jia-gangkou"),
        ("航务", "jia-gangkou"),
        ("某甲航務局", "jia-gangkou"),
        ("jia-gangkou", "jia-gangkou"),
        ("gangkou", "jia-gangkou"),
        ("gkj", "jia-gangkou"),
        ("mjgkj", "jia-gangkou"),
        ("MouJiaGang", "jia-gangkou"),
        ("hangwu", "jia-gangkou"),
        ("chongqing", "chongqing"),
        ("cqs", "chongqing"),
        ("shuiwuju", "mou-bing-1f2e"),
        ("mbxswj", "mou-bing-1f2e"),
    ],
)
def test_found_by_name_alias_pinyin_and_initials(directory: AgencyDirectory, typed: str, found: str) -> None:
    assert [card.key for card in directory.cards(typed)][:1] == [found]


@pytest.mark.parametrize("typed", ["海关", "zzz", "angkou", "港 口 x"])
def test_what_is_nobodys_finds_nobody(directory: AgencyDirectory, typed: str) -> None:
    assert directory.cards(typed) == ()


def test_the_exact_name_comes_first(directory: AgencyDirectory) -> None:
    assert [card.key for card in directory.cards("某甲")] == ["jia-dengta", "jia-gangkou"]
    assert len(directory.cards("")) == 4


@pytest.mark.parametrize("name", ["某甲港口局", "甲港局", " 某甲航务局 ", "jia-gangkou"])
def test_a_name_alone_names_its_agency(directory: AgencyDirectory, name: str) -> None:
    card = directory.named(name)
    assert card is not None
    assert card.key == "jia-gangkou"


@pytest.mark.parametrize("text", ["", "  ", "港口", "某甲港口局 2015", "某甲港口局的年报"])
def test_anything_else_names_none(directory: AgencyDirectory, text: str) -> None:
    assert directory.named(text) is None


def test_an_agency_of_the_table_is_there_without_reports(directory: AgencyDirectory) -> None:
    card = directory.card("ziranziyuanbu")
    assert not card.is_held
    assert card.names[-1].start == 2018
    named = directory.named("国土资源部")
    assert named is not None
    assert [one.key for one in named.successors] == ["ziranziyuanbu"]


def test_an_unknown_key_is_not_found_and_says_what_is_near(directory: AgencyDirectory) -> None:
    with pytest.raises(NotFoundError) as error:
        directory.card("gangkou")
    assert "某甲港口局" in error.value.hint
