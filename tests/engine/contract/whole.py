"""What every engine promises, written once. An engine's tests are a class that inherits these and gives its name.

What an engine can't do is a test overridden with the reason. The meaning of a tree comes from ``query.evaluate``,
everything else from the engine's own answers: a facet's count is compared with what the click gives, a walk by
cursors with the whole list.
"""

from __future__ import annotations

from tests.engine.contract.finding import Finding
from tests.engine.contract.groups import Groups
from tests.engine.contract.questions import Questions
from tests.engine.contract.random_trees import RandomTrees
from tests.engine.contract.writing import Writing


class EngineContract(Finding, Questions, Groups, Writing, RandomTrees):
    """Inherit and set ``name``."""
