"""Numbers from arrays: the same as asking each passage by itself."""

from __future__ import annotations

import pytest
from hypothesis import given

from report_search.analysis.fold import fold
from report_search.engine.columnar import indexed_text, number_index, text_index
from report_search.engine.columnar.number_index import NumberIndex
from report_search.engine.columnar.text_index import TextIndex
from report_search.passages import Passage
from report_search.query.ast import HasNumber, NumberRange
from report_search.query.numbers.of_passage import numbers_found, numbers_of
from tests.engine.contract.given import relaxed
from tests.engine.corpus import numbers, passage, passages, phrase


def index_of(found: list[Passage]) -> NumberIndex:
    folded = [fold(one.text) for one in found]
    arrays = text_index.build([indexed_text.text_of(text) for text in folded])
    own = [numbers_of(one, text) for one, text in zip(found, folded, strict=True)]
    return NumberIndex(number_index.build(own, arrays), TextIndex(arrays))


@relaxed
@given(passages(most=6), numbers)
def test_passages_have_a_number_as_each_by_itself_does(found: list[Passage], wanted: HasNumber) -> None:
    folded = [fold(one.text) for one in found]
    expected = [
        bool(numbers_found(wanted, numbers_of(one, text), text=text))
        for one, text in zip(found, folded, strict=True)
    ]
    # With few numbers each is looked at by itself; the sentences of all texts have to say the same.
    for few in (0, number_index.FEW):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(number_index, "FEW", few)
            assert index_of(found).containing(wanted).tolist() == expected


def test_a_word_beside_a_number_may_stand_in_another_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [passage(0, "已答覆13件。公开12件"), passage(1, "已答覆。公开13件"), passage(2, "答复13件")]
    wanted = HasNumber(NumberRange(13, 13), (phrase("答复"),))
    monkeypatch.setattr(number_index, "FEW", 0)
    assert index_of(found).containing(wanted).tolist() == [True, False, True]
