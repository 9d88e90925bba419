"""A stream of tokens says the same as the oracle of exact wording, or is flagged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_search.analysis.fold import fold
from report_search.analysis.matching import candidate_grams, occurs_in
from report_search.engine.opensearch import token_stream
from report_search.engine.opensearch.token_stream import UNRELIABLE, VARIANTS, Tokens, symbol_sequences
from tests.engine.corpus import PIECES

texts = st.lists(st.sampled_from((*PIECES, ".", ",", "3", "50", "2019.5.1", "\\")), max_size=14).map("".join)


def stands(needle: str, text: str) -> bool:
    """Whether a wording of the needle stands in the stream of the text, as an engine would see it."""
    tokens = Tokens(fold(text))
    for symbols in symbol_sequences(fold(needle, border=False)) or []:
        if len(symbols) == 1:
            if symbols[0] in tokens.characters:
                return True
            continue
        wanted = token_stream.phrase(symbols)
        if any(tokens.stream[at : at + len(wanted)] == wanted for at in range(len(tokens.stream))):
            return True
    return False


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_a_stream_says_what_the_oracle_says(data: st.DataObject) -> None:
    text = data.draw(texts)
    if data.draw(st.booleans()) and text:
        start = data.draw(st.integers(0, len(text) - 1))
        needle = text[start : start + data.draw(st.integers(1, 12))]
    else:
        needle = data.draw(texts)
    folded, wanted = fold(text), fold(needle, border=False)
    if wanted.is_empty or symbol_sequences(wanted) is None:
        return
    said = stands(needle, text)
    assert said <= occurs_in(wanted, folded), "a stream may miss a match, but never makes one up"
    flags = Tokens(folded).flags
    if UNRELIABLE not in flags and not (VARIANTS in flags and token_stream.exceeds_reach(wanted)):
        assert said == occurs_in(wanted, folded)


@pytest.mark.parametrize(
    ("needle", "text", "stands_there"),
    [
        ("350条", "共350条", True),
        ("350条", "共2,350条", False),
        ("350条", "2,350条和350条", True),
        ("5%", "占12.5%", False),
        ("2019.5", "2019.5.1", True),
        ("019.5", "2019.5.1", False),
        ("1,234件", "办理1,234件", True),
        ("1234件", "办理1,234件", True),
        (",234", "1,234", False),
        ("5", "第5条", True),
        ("5", "第15条", False),
        ("COVID 19", "covid 19", True),
        ("申请 13", "申请十三件", True),
        ("申请13件", "申请十三件", True),
        ("护，", "保护，工作", True),
    ],
)
def test_wordings_with_numbers(needle: str, text: str, stands_there: bool) -> None:
    assert stands(needle, text) is stands_there


@given(texts, texts)
def test_pairs_hold_what_a_match_needs(needle: str, text: str) -> None:
    folded, wanted = fold(text), fold(needle, border=False)
    if wanted.is_empty or not occurs_in(wanted, folded):
        return
    tokens = Tokens(folded)
    pairs = {*tokens.base_pairs, *tokens.variant_pairs}

    def has(gram: str) -> bool:
        if len(gram) == 1:
            return token_stream.character_token(gram) in tokens.characters
        return token_stream.pair_token(gram) in pairs

    assert any(all(map(has, grams)) for grams in candidate_grams(wanted))


def test_pairs_of_additional_readings_are_those_that_only_they_have() -> None:
    tokens = Tokens(fold("答覆答覆"))
    assert tokens.base_pairs == ["答覆", "覆答", "答覆"]
    assert tokens.variant_pairs == {"答复", "复答"}


def test_long_words_are_told_apart_and_short_enough_for_a_server() -> None:
    one, other = token_stream.word_token("x" * 400), token_stream.word_token("x" * 401)
    assert one != other
    assert max(len(one), len(other)) < 255
