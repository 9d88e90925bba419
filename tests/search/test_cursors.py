"""Cursors: bound to their request and their generation, and never a way to break anything."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from report_search.engine.protocol import SortKey
from report_search.errors import GoneError, RequestError
from report_search.search import cursors
from report_search.search.cursors import Position
from report_search.search.request import SearchRequest

KEY = SortKey(True, 1.2345678901234567, 2019, "2020-01-31", "waijiaobu-2019", 7)
POSITION = Position(20, KEY)
REQUEST = SearchRequest("领事保护", filters=(("year", ("2019", "2014")),), limit=5)


def following(request: SearchRequest, **changes: object) -> SearchRequest:
    return replace(request, cursor=cursors.encode(request, "1", position=POSITION), **changes)  # type: ignore[arg-type]


def test_what_goes_in_comes_out() -> None:
    assert cursors.decode(following(REQUEST), "1") == POSITION
    assert cursors.decode(REQUEST, "1") == Position()


def test_the_size_of_a_page_its_facets_and_the_order_of_filters_may_change() -> None:
    for changes in (
        {"limit": 50},
        {"facets": ()},
        {"whole": ("agency",)},
        {"strict": True},
        {"filters": (("year", ("2014", "2019")), ("topic", ()))},
    ):
        assert cursors.decode(following(REQUEST, **changes), "1") == POSITION


@pytest.mark.parametrize(
    "changes",
    [{"text": "领事"}, {"filters": ()}, {"sort": "newest"}, {"expand": False}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_cursor_of_another_request_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(RequestError) as error:
        cursors.decode(following(REQUEST, **changes), "1")
    assert (error.value.code, error.value.status) == ("cursor-foreign", 400)


def test_a_cursor_of_another_generation_is_gone() -> None:
    for request in (following(REQUEST), following(REQUEST, filters=())):
        with pytest.raises(GoneError) as error:
            cursors.decode(request, "2")
        assert error.value.status == 410


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80))
def test_any_text_is_a_cursor_or_an_error_of_the_asker(text: str) -> None:
    with pytest.raises(RequestError) as error:
        cursors.decode(SearchRequest("x", cursor=text), "1")
    assert error.value.code == "bad-cursor"


@given(st.binary(max_size=120))
def test_any_bytes_are_a_cursor_or_an_error_of_the_asker(data: bytes) -> None:
    text = base64.urlsafe_b64encode(data).decode().rstrip("=") or "A"
    with pytest.raises(RequestError):
        cursors.decode(SearchRequest("x", cursor=text), "1")
