"""The memory engine keeps the contract."""

from __future__ import annotations

from tests.engine.contract import EngineContract


class TestMemory(EngineContract):
    name = "memory"
