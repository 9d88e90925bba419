"""A catalogue of paragraphs that is brought up to date has the groups of one made from nothing, whatever happened."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from report_search.generations.boilerplate_file import BoilerplateGroup
from report_search.hashing import hash64
from report_search.passages import Locator, Passage
from report_search.wording.boilerplate import catalogue as catalogues
from report_search.wording.boilerplate.catalogue import (
    NOTHING,
    Catalogue,
    groups_of,
    restored,
    stored,
    updated,
)
from report_search.wording.boilerplate.near_texts import near_groups
from report_search.wording.boilerplate.signatures import comparable_text, signatures_of

BASES = (
    "认真贯彻落实政府信息公开条例，全年主动公开政府信息12条，着力提升政务公开工作水平。",
    "本机关严格按照规定程序办理依申请公开事项，做到依法答复、及时答复、规范答复，没有发生行政复议。",
    "继续加强政府网站建设，优化栏目设置，完善检索功能，方便公众查询和获取政府信息。",
    "公开。",
)
LETTERS = "机关单位公开信息条例申请答复网站群众需求规范流程"


def passage(report: str, number: int, text: str, *, kind: str = "paragraph") -> Passage:
    return Passage(
        id=f"{report}-{number:08x}",
        report=report,
        type=kind,  # type: ignore[arg-type]
        text=text,
        locator=Locator(report, (0,), number),
        position=number,
        agency=f"机关{report[0]}",
        agency_key=report[0],
        year=2019,
        published="",
        title="",
        section="overview",
        section_title="",
        headings=(),
        topics=(),
    )


def edited(text: str, chance: random.Random) -> str:
    characters = list(text)
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        at = chance.randrange(len(characters))
        characters[at : at + chance.randrange(2)] = chance.choice(LETTERS)
    return "".join(characters)


def report_of(name: str, chance: random.Random) -> list[Passage]:
    texts = [edited(chance.choice(BASES), chance) for _ in range(chance.randrange(5))]
    rows = [passage(name, 100, BASES[0], kind="table")]
    return [passage(name, number, text) for number, text in enumerate(texts)] + rows


Corpus = dict[str, list[Passage]]


def read_later(corpus: Corpus, names: Sequence[str]) -> Mapping[str, Callable[[], Sequence[Passage]]]:
    return {name: lambda name=name: corpus[name] for name in names}  # type: ignore[misc]


def from_nothing(corpus: Corpus) -> Catalogue:
    return updated(NOTHING, kept=(), added=read_later(corpus, list(corpus)), passages_by_id=lambda ids: ())


def told(catalogue: Catalogue, corpus: Corpus) -> list[BoilerplateGroup]:
    return groups_of(catalogue, {name: f"机关{name[0]}" for name in corpus})


@pytest.mark.parametrize("seed", range(12))
def test_any_history_of_adding_and_removing_ends_as_from_nothing(seed: int) -> None:
    chance = random.Random(seed)
    corpus: Corpus = {}
    catalogue = NOTHING
    for step in range(12):
        gone = {name for name in corpus if chance.random() < 0.25}
        renewed = {name for name in corpus if name not in gone and chance.random() < 0.15}
        joining = [f"{chance.choice('abc')}{seed}-{step}-{at}" for at in range(chance.randrange(4))]
        kept = corpus.keys() - gone - renewed
        fetched = {one.id: one for name in kept for one in corpus[name]}
        corpus = {name: corpus[name] for name in kept}
        new = [*sorted(renewed), *joining]
        corpus |= {name: report_of(name, chance) for name in new}
        catalogue = updated(
            restored(stored(catalogue)),
            kept=kept,
            added=read_later(corpus, new),
            passages_by_id=lambda ids, fetched=fetched: [fetched[one] for one in ids],  # type: ignore[misc]
        )
        anew = from_nothing(corpus)
        assert told(catalogue, corpus) == told(anew, corpus)
        for name in ("reports", "counts", "passages"):
            assert getattr(catalogue, name) == getattr(anew, name)
        for name in ("folded", "texts", "digests", "signed", "signatures"):
            assert np.array_equal(getattr(catalogue, name), getattr(anew, name)), name
        assert catalogue.words.vocabulary == anew.words.vocabulary
        for name in ("texts", "starts", "words"):
            assert np.array_equal(getattr(catalogue.words, name), getattr(anew.words, name)), name


def test_groups_are_those_of_near_texts() -> None:
    chance = random.Random(7)
    corpus = {f"a-{at:03}": report_of(f"a-{at:03}", chance) for at in range(150)}
    paragraphs = [one for own in corpus.values() for one in own if one.type == "paragraph"]
    expected = [
        tuple(paragraphs[at].id for at in group) for group in near_groups([one.text for one in paragraphs])
    ]
    found = told(from_nothing(corpus), corpus)
    assert [group.passages for group in found] == expected
    assert any(len(group.texts) > 3 for group in found)
    by_id = {one.id: one for one in paragraphs}
    for group in found:
        hashes = {hash64(one) for one in {folded(by_id[name].text) for name in group.passages}}
        assert set(group.texts) == (hashes if len(hashes) > 1 else set())


def folded(text: str) -> str:
    return catalogues.fold_text(text)


def test_only_what_is_new_is_read_and_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = {name: [passage(name, at, text) for at, text in enumerate(BASES)] for name in ("a-1", "b-1")}
    catalogue = from_nothing(corpus)
    signed: list[str] = []

    def signing(texts: Sequence[str]) -> object:
        signed.extend(texts)
        return signatures_of(texts)

    monkeypatch.setattr(catalogues, "signatures_of", signing)
    new = BASES[1].replace("没有发生", "从未发生")
    corpus["c-1"] = [passage("c-1", 0, new), passage("c-1", 1, BASES[2])]
    asked: list[str] = []

    def by_id(ids: Sequence[str]) -> list[Passage]:
        asked.extend(ids)
        return [one for own in corpus.values() for one in own if one.id in ids]

    found = updated(catalogue, kept={"a-1", "b-1"}, added=read_later(corpus, ["c-1"]), passages_by_id=by_id)
    assert signed == [comparable_text(new)]
    assert asked == ["a-1-00000001"]
    assert told(found, corpus) == told(from_nothing(corpus), corpus)


def test_a_text_that_leaves_divides_what_it_connected() -> None:
    text = "".join(chr(0x4E00 + 7 * at) for at in range(120))
    between = text[:52] + "间" + text[53:]
    far = text[:52] + "间" + text[53:90] + "远" + text[91:105] + "别" + text[106:]
    corpus = {
        "a-1": [passage("a-1", 0, text)],
        "b-1": [passage("b-1", 0, between)],
        "c-1": [passage("c-1", 0, far)],
    }
    whole = from_nothing(corpus)
    assert [group.passages for group in told(whole, corpus)] == [
        ("a-1-00000000", "b-1-00000000", "c-1-00000000")
    ]
    del corpus["b-1"]
    left = updated(
        whole,
        kept=corpus.keys(),
        added={},
        passages_by_id=lambda ids: [one for own in corpus.values() for one in own if one.id in ids],
    )
    assert told(left, corpus) == told(from_nothing(corpus), corpus) == []


def test_a_catalogue_of_another_recipe_is_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = stored(from_nothing({"a-1": [passage("a-1", 0, BASES[0])]}))
    assert restored(kept).reports == ("a-1",)
    monkeypatch.setattr(catalogues, "RECIPE", "another")
    assert restored(kept) is NOTHING
    assert restored(None) is NOTHING
