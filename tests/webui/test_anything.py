"""Whatever is typed, pasted or put into an address: an answer or a refusal, never an error of the program."""

from __future__ import annotations

from typing import Any

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sampling import sampled
from webui.urls import PARAMETERS

WORDS = ("领事", "保护", "外交部", "2014", "3件", "的", "𠀀", "<b>", "&", "%")
SIGNS = (
    "“",
    "”",
    '"',
    "(",
    ")",
    "（",
    "）",
    "-",
    "NOT ",
    " OR ",
    "|",
    "*",
    "NEAR/3",
    "同句(",
    "，",
    "：",
    "年份:",
    "year:",
)
BLANKS = (" ", "\u3000", "\t", "\n", "\0", "\u200b")
PIECES = st.sampled_from([*WORDS, *SIGNS, *BLANKS])
QUERIES = st.lists(PIECES, max_size=12).map("".join)
VALUES = st.one_of(
    QUERIES, st.text(max_size=8), st.sampled_from(["2014", "2014..", "..", "newest", "0", "1", "100"])
)
ADDRESSES = st.sampled_from(
    ["/", "/api/v1/search", "/reports/waijiaobu-2014", "/about", "/passages/x", "/api/v1/reports"]
)


@settings(max_examples=sampled(150), deadline=None)
@given(
    address=ADDRESSES,
    query=QUERIES,
    others=st.lists(st.tuples(st.sampled_from(PARAMETERS[1:]), VALUES), max_size=3),
)
def test_no_address_breaks_the_program(
    app: Flask, address: str, query: str, others: list[tuple[str, Any]]
) -> None:
    answer = app.test_client().get(address, query_string=[("q", query), *others])
    assert answer.status_code in (200, 400, 404, 410), answer.get_data(as_text=True)[:300]
    if answer.is_json and answer.status_code == 200 and any(map(str.isalnum, query)):
        assert answer.get_json().get("query", {"read_as": "no search"})["read_as"], "read as nothing"
