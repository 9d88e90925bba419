"""What an index of shared characters leaves to be compared: never less than what is near, or contains a text."""

from __future__ import annotations

from random import Random

import pytest

from report_search.analysis.similarity import similarities, similarity
from report_search.wording.shared_characters import SharedCharacters

ALPHABET = "公开政府信息申请件2019，。领事𠮷"


def texts(seed: int, count: int = 300) -> list[str]:
    """Texts of a small alphabet, half of them edits of others, so that many are near."""
    rng = Random(seed)
    found: list[str] = []
    for _ in range(count):
        if found and rng.random() < 0.5:
            chars = list(rng.choice(found))
            for _ in range(rng.randint(1, 6)):
                chars.insert(rng.randint(0, len(chars)), rng.choice(ALPHABET))
                chars.pop(rng.randrange(len(chars)))
            found.append("".join(chars))
        else:
            found.append("".join(rng.choices(ALPHABET, k=rng.randint(1, 40))))
    return [*found, "公" * 400, "公" * 300 + "开", ""]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("at_least", [0.3, 0.6, 0.75, 1.0])
def test_nothing_near_is_left_out(seed: int, at_least: float) -> None:
    held = texts(seed)
    index = SharedCharacters(held)
    for wanted in [*held[::23], "公" * 350, "没有的字"]:
        near = {at for at, text in enumerate(held) if text and similarity(wanted, text) >= at_least}
        found = index.order[index.may_be_near(wanted, at_least=at_least)].tolist()
        assert near <= set(found)
        assert len(found) == len(set(found))


def test_most_of_what_is_not_near_is_left_out() -> None:
    held = [*texts(1), *("".join(Random(at).choices("甲乙丙丁戊己庚辛壬癸", k=20)) for at in range(500))]
    found = SharedCharacters(held).may_be_near("公开政府信息申请", at_least=0.6)
    assert len(found) < 250


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_contains_a_text_is_left_out(seed: int) -> None:
    held = texts(seed)
    index = SharedCharacters(held)
    for wanted in ("公", "公公", "𠮷", "公开", *(text[3:9] for text in held[::17] if len(text) > 4)):
        having = {at for at, text in enumerate(held) if wanted in text}
        assert having <= set(index.order[index.may_contain(wanted)].tolist())
    assert not len(index.may_contain("没"))


def test_of_no_texts_nothing_is_found() -> None:
    index = SharedCharacters([])
    assert not len(index.may_be_near("公开", at_least=0.6))
    assert not len(index.may_contain("公开"))


def test_how_near_many_texts_are() -> None:
    choices = texts(9)[:40]
    found = similarities(choices[0], choices, at_least=0.5)
    assert found == [similarity(choices[0], text, at_least=0.5) for text in choices]
    assert similarities("公开", [], at_least=0.5) == []
