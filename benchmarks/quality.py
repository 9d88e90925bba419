"""Ranking: questions through the whole path, against plain BM25 over jieba's words and over pairs of characters.

What: MRR@10 and Recall@10 of the first relevant passage, the share of questions that find nothing, and for each
baseline the questions that win and lose against it. A question goes the way it goes for people: the query reader, the
engine, a relaxed query where nothing holds all the words. Corpus: folders with ``passages.jsonl`` (id, title, text),
``queries*.jsonl`` (id, text) and ``qrels.tsv`` (question, passage, grade), each passage a report of its own; without
a folder the project's own corpus and questions, with fields and operators as typed.
Beware: general knowledge asks other questions than people ask of reports; in sets made for reading comprehension every
question was written in sight of its passage, and shares more of its words than real ones do.

    python -m benchmarks quality --set FOLDER … --show 5
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bm25 import BASELINES, Bm25
from indexer.run.pipeline import IndexJob, run_job
from report_search.engine.protocol import EngineRequest
from report_search.engine.registry import open_engine
from report_search.passages import Locator, Passage
from report_search.query.interpret import read
from report_search.search import relaxation
from report_search.search.corpus_lexicon import lexicon_of
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher

ROOT = Path(__file__).resolve().parent.parent
DEPTH = 10
FULL = 3
"""The grade of a passage that answers; a set without grades above 1 has only such."""

Finder = Callable[[str], list[str]]
"""From a question to the ids of the best passages."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the passages that answer it."""

    id: str
    text: str
    answers: frozenset[str]


def questions_of(folder: Path, file: Path) -> list[Question]:
    """The questions of a file with their answers from ``qrels.tsv``."""
    answers: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        question, passage, grade = line.split("\t")
        if int(grade) > 0:
            answers[question].add(passage)
    found = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [Question(q["id"], q["text"], frozenset(answers[q["id"]])) for q in found]


def passages_of(folder: Path) -> Iterator[Passage]:
    """The passages of a set, each the only one of a report."""
    for line in (folder / "passages.jsonl").read_text("utf-8").splitlines():
        fields = json.loads(line)
        yield Passage(
            id=fields["id"],
            report=fields["id"],
            type="paragraph",
            text=fields["text"].replace("\t", " "),
            locator=Locator(fields["id"], (0,), 0),
            position=0,
            agency="",
            agency_key="",
            year=None,
            published="",
            title="",
            section="overview",
            section_title="",
        )


def engine_over(passages: Sequence[Passage], engine: str, folder: Path) -> Finder:
    """The query reader and an engine over passages, which are indexed in ``folder``."""
    opened = open_engine(engine, folder)
    with opened.writer() as writer:
        writer.add(passages)
    snapshot, lexicon = opened.snapshot(), lexicon_of(())

    def find(text: str) -> list[str]:
        interpretation = read(text, lexicon, strict=False)
        asked = EngineRequest(interpretation.tree, limit=DEPTH, facets=())
        _, matches = relaxation.find(snapshot, asked, interpretation=interpretation)
        return [hit.id for hit in matches.hits]

    return find


def baseline_over(passages: Sequence[Passage], name: str) -> Finder:
    """A baseline over the texts of passages and their headings."""
    bm25 = Bm25([f"{p.text}\n{p.context}" for p in passages], BASELINES[name])
    return lambda text: [passages[row].id for row in bm25.ranked(text, DEPTH)]


def own_set(engine: str, folder: Path) -> tuple[list[Passage], list[Question], Finder]:
    """The project's corpus, its questions, and the searcher over it."""
    run_job(IndexJob(paths=(ROOT / "corpus",), index=folder, engine=engine))
    searcher = Searcher(folder)
    passages = [p for report in searcher.reports() for p in searcher.report_passages(report.id)]
    lines = (ROOT / "tests" / "quality" / "queries.jsonl").read_text("utf-8").splitlines()
    questions = []
    for fields in map(json.loads, lines):
        # Where no passage answers in full, the best there are count as answers.
        enough = min(max(fields["grades"].values()), FULL)
        answers = frozenset(id_ for id_, grade in fields["grades"].items() if grade >= enough)
        questions.append(Question(fields["id"], fields["query"], answers))

    def find(text: str) -> list[str]:
        return [hit.passage.id for hit in searcher.search(SearchRequest(text, limit=DEPTH)).hits]

    return passages, questions, find


def reciprocal(found: Sequence[str], answers: frozenset[str]) -> float:
    """1 / the rank of the first answer; 0 if it is not among the first ten."""
    return next((1 / at for at, id_ in enumerate(found[:DEPTH], 1) if id_ in answers), 0.0)


def report(name: str, questions: Sequence[Question], finders: dict[str, Finder], *, show: int) -> None:
    """Print a table for one set, the first finder against every other one."""
    print(f"\n{name}: {len(questions)} questions")
    ranks = {}
    for label, find in finders.items():
        found = [find(question.text) for question in questions]
        ranks[label] = [reciprocal(f, q.answers) for f, q in zip(found, questions, strict=True)]
        mrr = sum(ranks[label]) / len(questions)
        recall = sum(rank > 0 for rank in ranks[label]) / len(questions)
        nothing = sum(not f for f in found) / len(questions)
        print(f"  {label:12} MRR@10 {mrr:.4f}  Recall@10 {recall:.4f}  nothing found {nothing:.3f}")
    own, *others = finders
    for other in others:
        _compare(questions, (ranks[own], ranks[other]), other, show=show)


def _compare(
    questions: Sequence[Question], ranks: tuple[list[float], list[float]], other: str, *, show: int
) -> None:
    differences = [
        (own - baseline, question) for question, own, baseline in zip(questions, *ranks, strict=True)
    ]
    differences.sort(key=lambda pair: (pair[0], pair[1].id))
    losses = [pair for pair in differences if pair[0] < 0]
    gains = [pair for pair in reversed(differences) if pair[0] > 0]
    print(f"  against {other}: {len(gains)} gains, {len(losses)} losses")
    for difference, question in (*gains[:show], *losses[:show]):
        print(f"    {difference:+.2f}  {question.id}  {question.text}")


def measure(folder: Path, engine: str, *, show: int) -> None:
    """Print a table for each file of questions of a set."""
    passages = list(passages_of(folder))
    with tempfile.TemporaryDirectory() as at:
        finders = {engine: engine_over(passages, engine, Path(at))}
        finders |= {name: baseline_over(passages, name) for name in BASELINES}
        for file in sorted(folder.glob("queries*.jsonl")):
            title = f"{folder.name}/{file.name}, {len(passages)} passages"
            report(title, questions_of(folder, file), finders, show=show)


def main(arguments: list[str]) -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks quality", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--set", type=Path, nargs="*", default=[], help="folders with a set each")
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--show", type=int, default=0, help="gains and losses to print of each comparison")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as at:
        passages, questions, find = own_set(options.engine, Path(at))
        finders = {options.engine: find} | {name: baseline_over(passages, name) for name in BASELINES}
        report(f"corpus, {len(passages)} passages", questions, finders, show=options.show)
    for folder in options.set:
        measure(folder, options.engine, show=options.show)
