"""Tests that share a fixture run in one process; pytest 9.2 had spread them over all, and nothing failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running.distribution import CLUSTER, LONGEST, group_of, rank_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("tests/test_cases.py::test_found[opensearch-C01]", CLUSTER),
        ("tests/test_cases.py::test_found[memory-C01]", "tests/test_cases.py"),
        ("tests/quality/test_exactness.py::test_a_quote[opensearch]", CLUSTER),
        ("tests/engine/opensearch/test_opensearch_auth.py::test_plain_http", CLUSTER),
        ("tests/engine/opensearch/test_leaf_queries.py::test_words", "tests/engine/opensearch/test_leaf_queries.py"),
        ("tests/figures/test_pages.py::TestChecks::test_one[a-b]", "tests/figures"),
        ("tests/test_cli.py::TestHelp::test_one", "tests/test_cli.py"),
    ],
    ids=range(7),
)  # fmt: skip
def test_a_group_is_the_cluster_a_folder_or_a_file(test: str, group: str) -> None:
    assert group_of(test) == group


def test_what_takes_longest_is_there_and_comes_first() -> None:
    assert rank_of("tests/engine/test_opensearch.py::test_one") == 0
    assert rank_of("tests/test_cli.py::test_one") == len(LONGEST)
    assert [group for group in LONGEST[1:] if not (ROOT / group).exists()] == []


def test_each_process_runs_whole_files() -> None:
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    files = ("tests/analysis/test_cases.py", "tests/test_fields.py")
    command = [sys.executable, "-m", "pytest", "-n", "2", "-v", "-p", "no:cacheprovider", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    words = [line.split() for line in done.stdout.splitlines() if " PASSED tests/" in line]
    ran = {(line[line.index("PASSED") + 1].partition("::")[0], line[0]) for line in words}
    assert sorted(file for file, _ in ran) == sorted(files)
    assert len({process for _, process in ran}) == 2
