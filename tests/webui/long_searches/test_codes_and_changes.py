"""A search as a code, and what tells one search from another."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.long_searches.changes import changed, changes, lists_of
from webui.long_searches.codes import MOST_BYTES, packed, unpacked

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)
SEARCHES = st.fixed_dictionaries(
    {},
    optional={
        "q": st.lists(TEXTS, min_size=1, max_size=1),
        "agency": st.lists(st.text("外交部 &=-~.", min_size=1), min_size=1, unique=True),
        "year": st.lists(st.sampled_from(["2014", "2019", "2014..2019"]), min_size=1, unique=True),
        "pick": st.lists(st.text("abc-1", min_size=1), min_size=1, unique=True),
        "sort": st.just(["newest"]),
    },
)


def pairs_of(lists: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in lists.items() for value in values]


@given(lists=SEARCHES)
def test_a_code_gives_back_what_was_packed(lists: dict[str, list[str]]) -> None:
    assert unpacked(packed(pairs_of(lists))) == pairs_of(lists)


@given(before=SEARCHES, after=SEARCHES)
def test_what_is_changed_by_the_changes_is_what_was_wanted(
    before: dict[str, list[str]], after: dict[str, list[str]]
) -> None:
    found = lists_of(changed(pairs_of(before), list(changes(before, after))))
    assert {name: sorted(values) for name, values in found.items()} == {
        name: sorted(values) for name, values in after.items()
    }


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("全年公开" * 20, "全年公开" * 19, "~q=76.0."),
        ("全年公开" * 20 + "微博", "全年公开" * 20 + "微信", "~q=81.0.信"),
        ("微博", "微信", "q=微信"),
        ('"' + "全年公开" * 20 + '"', "全年公开" * 20, "~q=0.81. ~q=80.0."),
        ("微博" + "全年公开" * 20, "全年公开" * 20, "~q=0.80."),
    ],
)
def test_a_long_text_is_told_by_its_edit(before: str, after: str, change: str) -> None:
    said = list(changes({"q": [before]}, {"q": [after]}))
    assert " ".join("=".join(pair) for pair in said) == change
    assert changed([("q", before)], said) == [("q", after)]


def test_one_value_of_fifty_is_taken_away_by_its_name() -> None:
    fifty = [f"机关{n}" for n in range(50)]
    said = list(changes({"q": ["甲"], "agency": fifty}, {"q": ["甲"], "agency": fifty[1:]}))
    assert said == [("-agency", "机关0")]
    assert list(changes({"agency": fifty}, {"agency": ["机关7"]})) == [("-", "agency"), ("agency", "机关7")]
    assert list(changes({"agency": fifty}, {"q": ["甲"]})) == [("-", "agency"), ("q", "甲")]


@pytest.mark.parametrize("code", ["", "!", "AAAA", packed([("q", "公开" * 300)])[:-9], "中文"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError):
        unpacked(code)


@pytest.mark.parametrize(
    "held", [b"5", b"[5]", b'["ab"]', b'[["q", 5]]', b'[["q"]]', b"{}}", b"[" * 99_999, b"\xff"]
)
def test_a_code_of_anything_else_is_refused(held: bytes) -> None:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    code = urlsafe_b64encode(packing.compress(held) + packing.flush()).decode()
    if held == b'["ab"]':
        # Two letters pass for a name and a value: no harm.
        assert unpacked(code) == [("a", "b")]
        return
    with pytest.raises(ValueError):
        unpacked(code)


def test_a_code_unpacks_to_no_more_than_a_search() -> None:
    """32 KB of an address could be 32 MB of memory."""
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    data = packing.compress(b'[["q","' + b"a" * (50 * MOST_BYTES) + b'"]]') + packing.flush()
    with pytest.raises(ValueError, match="more than an address"):
        unpacked(urlsafe_b64encode(data).decode())


@pytest.mark.parametrize("edit", ["", "1.2", "x.0.", "99.0.", "0.99.", "-1.0.a"])
def test_an_edit_that_can_not_be_read_is_refused(edit: str) -> None:
    with pytest.raises(ValueError):
        changed([("q", "公开")], [("~q", edit)])
