"""A small corpus that changes step by step, and what an index of it may answer.

Each step writes a marker of its own into one report. The rule: an index is right if it finds exactly one marker, that
of the last step that became current or of the one being made, and everything else that it found before.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from report_search.errors import OperatorError
from report_search.generations import Generations
from report_search.search.examination import examine
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher

PROGRAM = (sys.executable, "-m", "report_search")
_REPORT = (
    "外交部{year}年政府信息公开工作年度报告\n\n一、总体情况\n\n{year}年，我部扎实推进政府信息公开工作，开展领事保护。"
    "{marker}\n\n二、主动公开情况\n\n全年公布信息{year}条，举办记者会，回应社会关切。\n"
)
_FIRST_YEAR = 2008


@dataclass
class Corpus:
    """A folder of ``reports`` reports, one of which says which step the corpus is at."""

    folder: Path
    reports: int = 6
    step: int = 0
    _turn: int = field(default=0, repr=False)

    def write(self) -> None:
        """Write every report."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for number in range(self.reports):
            self._write(number, "")
        self.advance()

    def advance(self) -> str:
        """Make the next step: another report has the marker. Gives the marker."""
        self._write(self._turn, "")
        self.step += 1
        self._turn = self.step % self.reports
        self._write(self._turn, f"本次为第{self.step}步标记。")
        return marker(self.step)

    def command(self, index: Path, engine: str) -> list[str]:
        """The command that brings an index up to date."""
        return [*PROGRAM, "index", str(self.folder), "--index", str(index), "--engine", engine]

    def _write(self, number: int, said: str) -> None:
        year = _FIRST_YEAR + number
        (self.folder / f"{year}.txt").write_text(_REPORT.format(year=year, marker=said), encoding="utf-8")


def marker(step: int) -> str:
    """The words by which a step is found."""
    return f"第{step}步标记"


def steps_found(index: Path, steps: range) -> list[int]:
    """Those of ``steps`` whose marker the index finds."""
    searcher = Searcher(index)
    return [one for one in steps if _count(searcher, f'"{marker(one)}"')]


def faults_of(index: Path, *, steps: tuple[int, ...], reports: int) -> list[str]:
    """What is wrong with an index that may stand at one of ``steps``; nothing is written."""
    if Generations(index).current() is None:
        return [] if 0 in steps else ["there is no index any more"]
    wrong = [f"{one.part}: {one.message}" for one in examine(index) if one.state == "failed"]
    if wrong:
        return wrong
    searcher = Searcher(index)
    found = [one for one in steps if one and _count(searcher, f'"{marker(one)}"')]
    if len(found) != 1:
        wrong.append(f"of the steps {steps} it finds {found}")
    if (held := _count(searcher, '"领事保护"')) != reports:
        wrong.append(f"{held} passages where there are {reports}")
    return wrong


def answers_of(index: Path) -> Mapping[str, object]:
    """What an index answers to a few questions, or what it says instead: to be compared with what it said before.

    Raises whatever is no word of ours to the operator.
    """
    try:
        searcher = Searcher(index)
        page = searcher.search(SearchRequest(text="信息公开", limit=100))
        first = page.hits[0].passage
        return {
            "hits": [(hit.passage.id, hit.passage.text, hit.snippet.spans) for hit in page.hits],
            "total": page.total,
            "words": [
                _count(searcher, query) for query in ("记者会", '"领事保护"', "社会 关切", "年份:2010")
            ],
            "facets": page.facets,
            "report": searcher.report(first.report),
            "passage": searcher.passage(first.id),
        }
    except OperatorError as error:
        return {"refused": error.code}


def _count(searcher: Searcher, query: str) -> int:
    return searcher.search(SearchRequest(text=query, limit=1, facets=())).total.passages
