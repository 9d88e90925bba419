"""The example programs run, and the example engine keeps the contract of engines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_search.engine.registry import ENGINES, EngineModule
from tests.engine.contract.given import everything, ids
from tests.engine.contract.whole import EngineContract
from tests.engine.corpus import passage, term

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = sorted((ROOT / "examples").glob("*.py"))


def run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / program), *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_says_how_to_run_it() -> None:
    assert len(PROGRAMS) == 4
    for path in PROGRAMS:
        assert f"    python examples/{path.name} " in path.read_text(encoding="utf-8"), path.name


def test_a_folder_is_indexed_and_searched(tmp_path: Path) -> None:
    corpus, index = str(ROOT / "corpus"), str(tmp_path / "index")
    listed = run("index_a_folder.py", corpus, index)
    assert "waijiaobu-2019  外交部 2019" in listed
    assert "读入 0 个文件，未变 2 个" in run("index_a_folder.py", corpus, index)

    found = run("search_from_python.py", index, "“领事保护” 年份:2019")
    assert "见于 1 份报告。2019 " in found
    assert "【领事保护】" in found


def test_what_can_not_be_answered_is_a_message_and_no_traceback(tmp_path: Path) -> None:
    program = ROOT / "examples" / "search_from_python.py"
    asked = [sys.executable, str(program), str(tmp_path / "nothing"), "领事保护"]
    done = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "还没有索引" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_example_engine_answers_a_search() -> None:
    assert "waijiaobu-20" in run("write_an_engine.py", str(ROOT / "corpus"), "领事保护")


@pytest.fixture(scope="module", autouse=True)
def scan_engine() -> Iterator[None]:
    """The registry with the example engine in it."""
    ENGINES["scan"] = EngineModule("examples.write_an_engine")
    yield
    del ENGINES["scan"]


class TestScanEngine(EngineContract):
    name = "scan"

    @pytest.mark.parametrize("words", [("保护", "工作"), ("工作", "保护")])
    def test_contiguous_beats_near_and_near_beats_apart(self, words: tuple[str, str]) -> None:
        """It scores by the share of marked text and not by nearness: all are found, in an order of its own."""
        texts = ("保护了许多，再讨论了工作", f"再将{''.join(words)}和公开")
        corpus = [passage(number, text) for number, text in enumerate(texts)]
        with self.filled(corpus) as engine:
            found = everything(engine.snapshot(), term(words[0]))
            assert set(ids(found)) == {item.id for item in corpus}
