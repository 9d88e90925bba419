"""The memory engine keeps the contract."""

from __future__ import annotations

from tests.engine.contract.given import BASIC
from tests.engine.contract.whole import EngineContract
from tests.engine.corpus import REPORTS


class TestMemory(EngineContract):
    name = "memory"


def test_the_basic_corpus_of_the_contract_uses_every_report() -> None:
    assert {passage.report for passage in BASIC} == {name for name, *_ in REPORTS}
