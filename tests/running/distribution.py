"""Which process of pytest-xdist runs which tests: a file goes to one process whole, and so does what files share.

Fixtures are made once that way, and one cluster starts, not one in each process. What takes longest goes out
first, so that no process ends long before another. The scheduler tells groups by what a test is called: marks stay
in the process that collects them, and ``--dist loadgroup`` of pytest-xdist 3.8 passes them on by renaming tests, which
pytest 9.2 no longer lets it do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

CLUSTER = "tests that need OpenSearch"
FOLDERS = ("tests/figures",)
"""Folders whose tests read one large index, which is made for them all."""
LONGEST = (CLUSTER, "tests/faults/test_faults.py", *FOLDERS)
"""Groups that take long, the longest first; the others follow as they are collected."""


def group_of(test: str) -> str:
    """The group of a test by its id: that of the cluster, its folder, or its file.

    ``tests/test_cases.py::test_found[opensearch-C01]`` needs the cluster, its neighbour ``[memory-C01]`` does not.
    """
    path, _, name = test.partition("::")
    parameters = re.split(r"[\[\]-]", name)[1:]
    needs_cluster = "/test_opensearch" in path or "opensearch" in parameters
    folder = path.rpartition("/")[0]
    return CLUSTER if needs_cluster else folder if folder in FOLDERS else path


def rank_of(test: str) -> int:
    """Where the group of a test stands among the longest."""
    group = group_of(test)
    return LONGEST.index(group) if group in LONGEST else len(LONGEST)


def scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """The scheduler of pytest-xdist that gives out groups, the longest first."""
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return GroupScheduling(config, log)
