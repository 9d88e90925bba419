"""Addresses: one canonical form for every request, and no parameter dropped in silence."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask, url_for
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from report_search.errors import RequestError
from report_search.fields import FILTER_FIELDS
from report_search.search.request import SearchRequest
from webui import site, urls


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def arguments(link: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(urlsplit(link).query))


REQUESTS = st.builds(
    SearchRequest,
    text=st.text(st.characters(exclude_categories=["Cs"])),
    filters=st.dictionaries(
        st.sampled_from(["year", "section", "topic", "agency", "type", "report"]),
        st.lists(
            st.text("外交部2019a &=+#", min_size=1).filter(str.strip).map(str.strip), min_size=1, unique=True
        ),
    ).map(lambda chosen: urls._canonical({field: tuple(values) for field, values in chosen.items()})),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    limit=st.integers(1, 100),
    cursor=st.text("abcXYZ-_09"),
    expand=st.booleans(),
)


@given(request=REQUESTS)
def test_an_address_gives_back_the_request_it_was_made_for(app: Flask, request: SearchRequest) -> None:
    with app.test_request_context("/"):
        assert urls.read_request(arguments(urls.search_link(request)), strict=False) == request
        strict = urls.read_request(arguments(urls.api_link(request)), strict=True)
        assert strict == replace(request, strict=True)


def test_the_same_request_has_one_address() -> None:
    one = urls.read_request(MultiDict([("year", "2019"), ("q", "微博"), ("year", "2014")]), strict=True)
    other = urls.read_request(
        MultiDict([("year", "2014"), ("year", "2019"), ("year", "2014"), ("sort", ""), ("q", "微博")]),
        strict=False,
    )
    assert urls.search_link(one) == urls.search_link(other) == "/?q=%E5%BE%AE%E5%8D%9A&year=2014&year=2019"
    assert urls.search_link(SearchRequest()) == "/"


def test_taking_values_away_starts_from_the_first_page() -> None:
    filters = (("year", ("2014", "2018", "2019")), ("topic", ("press",)))
    start = SearchRequest(text="微博", filters=filters, cursor="abc")
    left = urls.without_values(start, field="year", values=("2018", "2019"))
    assert left == replace(start, filters=(("year", ("2014",)), ("topic", ("press",))), cursor="")
    assert urls.without_values(left, field="year", values=("2014",)) == urls.cleared(start, "year")
    assert urls.cleared(start).filters == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"from": "2014", "to": "2019"}, "2014..2019"),
        ({"from": "2014"}, "2014.."),
        ({"to": "2019", "from": ""}, "..2019"),
        ({"from": "2014", "to": "2019", "year": "2020"}, "2014..2019"),
    ],
)
def test_two_boxes_are_a_range_of_years(given: dict[str, str], expected: str) -> None:
    request = urls.read_request(MultiDict(given), strict=True)
    assert request.filters == (("year", (expected,)),)


def toggled(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """``request`` with one value of a filter added, or removed if it was chosen."""
    filters = dict(request.filters)
    filters[field] = tuple(set(filters.get(field, ())) ^ {value})
    chosen = tuple((name, tuple(sorted(filters[name]))) for name in FILTER_FIELDS if filters.get(name))
    return replace(request, filters=chosen, cursor="")


FIELDS = st.sampled_from(FILTER_FIELDS)
VALUES = st.text("外交部2019 &=+#", min_size=1)


@given(request=REQUESTS, field=FIELDS, values=st.lists(VALUES, max_size=3))
def test_links_made_together_are_those_made_one_by_one(
    app: Flask, request: SearchRequest, field: str, values: list[str]
) -> None:
    with app.test_request_context("/", base_url="https://example.org/below/"):
        toggle_link, narrow_link = urls.toggle_links(request, field), urls.narrow_links(request, field)
        for value in (*values, *request.chosen(field)):
            added = urls.search_link(toggled(request, field, value))
            assert toggle_link(value) == added
            assert narrow_link(value) == (
                urls.search_link(request) if value in request.chosen(field) else added
            )


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_addresses_are_those_that_flask_makes(app: Flask, name: str) -> None:
    for root in ("https://example.org/", "https://example.org/below/"):
        with app.test_request_context("/", base_url=root):
            assert urls.passage_link(name) == url_for("pages.passage", passage_id=name)
            assert urls.report_link(name) == url_for("pages.report", report_id=name)
            assert urls.endpoint_url("api.search") == url_for("api.search")


def test_a_report_takes_along_the_words_but_not_the_choices() -> None:
    asked = SearchRequest(text="微博", filters=(("year", ("2019",)),), cursor="abc", expand=False)
    link = urls.report_link("waijiaobu-2019", passage="waijiaobu-2019-00000000", request=asked)
    assert link == "/reports/waijiaobu-2019?q=%E5%BE%AE%E5%8D%9A&expand=0#waijiaobu-2019-00000000"


def test_links_stay_below_the_path_where_the_application_is_mounted(app: Flask) -> None:
    with app.test_request_context("/", base_url="https://example.org/reports-search/"):
        assert urls.search_link(SearchRequest(text="a")) == "/reports-search/?q=a"
        whole = "https://example.org/reports-search/passages/x-2019-0"
        assert site.address().passage("x-2019-0") == whole
        assert whole.endswith(urls.passage_link("x-2019-0"))


@pytest.mark.parametrize(
    ("pairs", "code", "named"),
    [
        ([("jahr", "2019")], "unknown-parameter", "jahr"),
        ([("q", "a"), ("q", "b")], "repeated-parameter", "q"),
        ([("limit", "many")], "bad-limit", "limit"),
        ([("limit", "0")], "bad-limit", "limit"),
        ([("limit", "101")], "bad-limit", "limit"),
        ([("limit", "٣")], "bad-limit", "limit"),
        ([("sort", "upwards")], "bad-sort", "sort"),
        ([("expand", "maybe")], "bad-expand", "expand"),
        ([("whole", "report")], "bad-whole", "whole"),
    ],
)
def test_a_program_is_told_which_parameter_is_wrong(
    pairs: list[tuple[str, str]], code: str, named: str
) -> None:
    with pytest.raises(RequestError) as caught:
        urls.read_request(MultiDict(pairs), strict=True)
    assert caught.value.code == code
    assert named in caught.value.message


def test_a_page_ignores_unknown_parameters_but_no_wrong_value_of_its_own() -> None:
    assert urls.read_request(MultiDict([("utm_source", "x"), ("year", "")]), strict=False) == SearchRequest()
    with pytest.raises(RequestError):
        urls.read_request(MultiDict([("limit", "many")]), strict=False)


def test_a_parameter_without_a_value_is_no_parameter() -> None:
    """Forms and clients send every field, filled in or not."""
    names = ("year", "section", "topic", "agency", "report", "type", "sort", "limit", "cursor")
    empty = MultiDict([("q", "护照"), *((name, "") for name in names)])
    assert urls.read_request(empty, strict=True) == urls.read_request(MultiDict([("q", "护照")]), strict=True)


@pytest.mark.parametrize("name", ["amp;year", "amp;amp;year", "year[]", "year[0]", "amp;year[]"])
def test_names_copied_from_a_page_or_written_as_lists_are_read(name: str) -> None:
    """?q=微博&amp;year=2019 searched every year without a word."""
    for strict in (True, False):
        read = urls.read_request(MultiDict([("q", "微博"), (name, "2019"), ("year", "2014")]), strict=strict)
        assert read.filters == (("year", ("2014", "2019")),)


def test_a_name_that_looks_like_ours_is_said_and_one_of_others_is_not() -> None:
    args = MultiDict([("Year", "2019"), ("years", "2014"), ("utm_source", "x"), ("year[]", "2019")])
    assert urls.unread_names(args) == ["Year", "years"]
    with pytest.raises(RequestError):
        urls.read_request(MultiDict([("amp;colour", "red")]), strict=True)
