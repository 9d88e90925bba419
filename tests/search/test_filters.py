"""Filters: every way to write a value, and nothing that is dropped in silence."""

from __future__ import annotations

import pytest

from report_search.errors import RequestError
from report_search.search.corpus_lexicon import lexicon_of
from report_search.search.filters import ResolvedFilters, resolve

YEARS = (2009, 2014, 2019)
LEXICON = lexicon_of({"外交部", "某市水务局"})


def resolved(field: str, *values: str, strict: bool = True) -> ResolvedFilters:
    return resolve(((field, values),), lexicon=LEXICON, years=YEARS, strict=strict)


def values(field: str, *given: str) -> tuple[str, ...]:
    return dict(resolved(field, *given).filters).get(field, ())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2019", ("2019",)),
        ("2019年", ("2019",)),
        ("２０１９", ("2019",)),
        ("二〇一九年", ("2019",)),
        ("2016", ("2016",)),
        ("nd", ("nd",)),
        ("不详", ("nd",)),
        ("2010..2019", ("2014", "2019")),
        ("2010-2014", ("2014",)),
        (" 2014 .. ", ("2014", "2019")),
        ("..2014", ("2009", "2014")),
        ("2015..2018", ("2015", "2016", "2017", "2018")),
        ("2030..", ("2030",)),
        ("1800..1900", ("1800", "1900")),
    ],
)
def test_years_and_ranges(typed: str, meant: tuple[str, ...]) -> None:
    assert values("year", typed) == meant


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        ("section", "overview", "overview"),
        ("section", "总体情况", "overview"),
        ("section", "總體情況", "overview"),
        ("topic", "领事保护与服务", "consular-protection"),
        ("topic", "consular-protection", "consular-protection"),
        ("type", "表格", "table"),
        ("type", "paragraph", "paragraph"),
        ("agency", "中华人民共和国外交部", "外交部"),
        ("agency", "某市水务局", "某市水务局"),
        ("report", "waijiaobu-2019", "waijiaobu-2019"),
    ],
)
def test_labels_keys_and_other_names_are_one_value(field: str, typed: str, meant: str) -> None:
    assert values(field, typed) == (meant,)
    assert values(field, typed, meant) == (meant,), "each value once"


@pytest.mark.parametrize("field", ["section", "topic", "type"])
def test_a_value_that_names_nothing_is_an_error_that_names_the_choices(field: str) -> None:
    with pytest.raises(RequestError) as error:
        resolved(field, "没有这个")
    assert error.value.code == "unknown-value"
    assert {"section": "总体情况", "topic": "领事保护与服务", "type": "段落"}[field] in error.value.hint


def test_an_agency_or_report_that_nobody_knows_is_an_error_and_for_people_finds_nothing() -> None:
    """A mistyped agency was a filter that found nothing, and a program took the empty 200 for "not mentioned"."""
    lexicon = lexicon_of({"外交部", "某市水务局"}, ["waijiaobu-2019", "shuiwuju-2019"])
    for field, typed, near in (
        ("agency", "某市水物局", "某市水务局"),
        ("agency", "从未听说的公司", "收录范围"),
        ("report", "waijiaobu-2091", "waijiaobu-2019"),
    ):
        with pytest.raises(RequestError) as error:
            resolve(((field, (typed,)),), lexicon=lexicon, years=YEARS, strict=True)
        assert error.value.code == "unknown-value"
        assert near in error.value.hint
        found = resolve(((field, (typed,)),), lexicon=lexicon, years=YEARS, strict=False)
        assert found.filters == ((field, (typed,)),)
        assert [hint.code for hint in found.hints] == ["unknown-value"]


def test_an_agency_of_the_table_that_the_corpus_does_not_hold_is_no_error() -> None:
    assert values("agency", "财政部") == ("财政部",)


@pytest.mark.parametrize(
    ("field", "value"), [("section", "x"), ("year", "now"), ("year", "2019..2014"), ("agency", " ")]
)
def test_for_people_it_is_a_hint(field: str, value: str) -> None:
    found = resolved(field, value, strict=False)
    assert found.filters == ()
    assert [hint.code for hint in found.hints] != []
    with pytest.raises(RequestError):
        resolved(field, value)


def test_an_unknown_field_is_always_an_error() -> None:
    with pytest.raises(RequestError) as error:
        resolved("colour", "red", strict=False)
    assert error.value.code == "unknown-field"


def test_a_field_given_twice_is_one_filter() -> None:
    twice = resolve((("year", ("2014",)), ("year", ("2019",))), lexicon=LEXICON, years=YEARS, strict=True)
    assert twice.filters == (("year", ("2014", "2019")),)


def test_an_agency_of_the_corpus_is_taken_as_it_is_and_other_names_lead_to_it() -> None:
    """A report kept its manifest's spelling; the click on its facet value found nothing."""
    alias, canonical = "中华人民共和国外交部", "外交部"
    for held, meant in (
        ({alias}, {alias: alias, canonical: alias, "waijiaobu": alias}),
        ({alias, canonical}, {alias: alias, canonical: canonical, "waijiaobu": canonical}),
        ({"台湾办", "臺灣辦"}, {"台湾办": "台湾办", "臺灣辦": "臺灣辦", "臺湾办": "台湾办"}),
        (set[str](), {alias: canonical, canonical: canonical}),
    ):
        lexicon = lexicon_of(held)
        for typed, value in meant.items():
            found = resolve((("agency", (typed,)),), lexicon=lexicon, years=YEARS, strict=True)
            assert found.filters == (("agency", (value,)),), (held, typed)
