"""Ranking: questions through the whole path, against plain BM25 over jieba's words and over pairs of characters.

What: MRR@10 and Recall@10 of the first relevant passage, the share of questions that find nothing, and for each
baseline the questions that win and lose against it, counted by what made the difference. A question goes the way it
goes for people: the query reader, the engine, a relaxed query where keywords find nothing. Corpus: folders with
``passages.jsonl`` (id, title, text), ``queries*.jsonl`` (id, text) and ``qrels.tsv`` (question, passage, grade), each
passage a report of its own; without a folder the project's own corpus and questions, with fields and operators as
typed.
Beware: general knowledge asks other questions than people ask of reports; in sets made for reading comprehension every
question was written in sight of its passage, and shares more of its words than real ones do.

    python -m benchmarks quality --set FOLDER … --show 5
    python -m benchmarks quality --sets FOLDER-OF-SETS
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.bm25 import BASELINES, Bm25
from indexer.run.pipeline import IndexJob, run_job
from report_search.analysis.fold import fold
from report_search.engine.protocol import EngineRequest
from report_search.engine.registry import open_engine
from report_search.passages import Locator, Passage
from report_search.query.ast import question_of
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
Texts = Mapping[str, str]
"""The folded text of each passage by its id."""


class Question(Struct, frozen=True):
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


def texts_of(passages: Sequence[Passage]) -> Texts:
    """The folded text of each passage with its context."""
    return {passage.id: fold(f"{passage.text}\n{passage.context}").text for passage in passages}


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


def words_of_question(text: str) -> list[str]:
    """The words that a question is scored by; [] if a text is not read as a question."""
    question = question_of(read(text, lexicon_of(()), strict=False).tree)
    return [term.folded.text for term in question.terms] if question is not None else []


def cause_of_loss(words: Sequence[str], found: Sequence[str], better: Sequence[str], texts: Texts) -> str:
    """Why a question is answered later than by a baseline, which has the answer ``better`` at its end."""
    answer = better[-1]
    if not words:
        return "not read as a question"
    if not found:
        return "nothing found"
    if len(found) < DEPTH and answer not in found:
        return "answer below the share of the best score"
    return f"behind a passage with {_more_or_fewer(words, found[0], answer, texts)} of its words"


def cause_of_gain(words: Sequence[str], found: Sequence[str], better: Sequence[str], texts: Texts) -> str:
    """Why a question is answered earlier than by a baseline; ``better`` has the answer at its end."""
    if not found:
        return "the baseline finds nothing"
    return f"the answer has {_more_or_fewer(words, better[-1], found[0], texts)} of its words"


def _more_or_fewer(words: Sequence[str], one: str, other: str, texts: Texts) -> str:
    held = [sum(word in texts[id_] for word in words) for id_ in (one, other)]
    return "as many" if held[0] == held[1] else "more" if held[0] > held[1] else "fewer"


def reciprocal(found: Sequence[str], answers: frozenset[str]) -> float:
    """1 / the rank of the first answer; 0 if it is not among the first ten."""
    return next((1 / at for at, id_ in enumerate(found[:DEPTH], 1) if id_ in answers), 0.0)


def report(
    name: str, questions: Sequence[Question], finders: dict[str, Finder], *, texts: Texts, show: int
) -> None:
    """Print a table for one set, the first finder against every other one."""
    print(f"\n{name}: {len(questions)} questions")
    found = {label: [find(question.text) for question in questions] for label, find in finders.items()}
    for label, lists in found.items():
        ranks = [reciprocal(ids, question.answers) for ids, question in zip(lists, questions, strict=True)]
        mrr = sum(ranks) / len(questions)
        recall = sum(rank > 0 for rank in ranks) / len(questions)
        nothing = sum(not ids for ids in lists) / len(questions)
        print(f"  {label:12} MRR@10 {mrr:.4f}  Recall@10 {recall:.4f}  nothing found {nothing:.4f}")
    own, *others = finders
    for other in others:
        _compare(questions, (found[own], found[other]), other, texts=texts, show=show)


def _compare(
    questions: Sequence[Question],
    found: tuple[list[list[str]], list[list[str]]],
    other: str,
    *,
    texts: Texts,
    show: int,
) -> None:
    causes: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    differences = []
    for question, own, baseline in zip(questions, *found, strict=True):
        difference = reciprocal(own, question.answers) - reciprocal(baseline, question.answers)
        if difference:
            is_gain = difference > 0
            winner, loser = (own, baseline) if is_gain else (baseline, own)
            up_to_answer = winner[: next(at for at, id_ in enumerate(winner, 1) if id_ in question.answers)]
            cause = cause_of_gain if is_gain else cause_of_loss
            causes[is_gain][cause(words_of_question(question.text), loser, up_to_answer, texts)] += 1
            differences.append((difference, question))
    print(f"  against {other}: {causes[True].total()} gains, {causes[False].total()} losses")
    for is_gain, counted in causes.items():
        for cause_name, count in counted.most_common():
            print(f"    {'gain' if is_gain else 'loss'} {count:4}  {cause_name}")
    differences.sort(key=lambda pair: (pair[0], pair[1].id))
    for difference, question in (*differences[::-1][:show], *differences[:show]):
        print(f"    {difference:+.2f}  {question.id}  {question.text}")


def measure(folder: Path, engine: str, *, show: int) -> None:
    """Print a table for each file of questions of a set."""
    passages = list(passages_of(folder))
    with tempfile.TemporaryDirectory() as at:
        finders = {engine: engine_over(passages, engine, Path(at))}
        finders |= {name: baseline_over(passages, name) for name in BASELINES}
        for file in sorted(folder.glob("queries*.jsonl")):
            title = f"{folder.name}/{file.name}, {len(passages)} passages"
            report(title, questions_of(folder, file), finders, texts=texts_of(passages), show=show)


def main(arguments: list[str]) -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks quality", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--set", type=Path, nargs="*", default=[], help="folders with a set each")
    parser.add_argument(
        "--sets", type=Path, nargs="*", default=[], help="folders that hold folders with a set"
    )
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--show", type=int, default=0, help="gains and losses to print of each comparison")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as at:
        passages, questions, find = own_set(options.engine, Path(at))
        finders = {options.engine: find} | {name: baseline_over(passages, name) for name in BASELINES}
        texts = texts_of(passages)
        report(f"corpus, {len(passages)} passages", questions, finders, texts=texts, show=options.show)
    inside = (file.parent for folder in options.sets for file in sorted(folder.glob("*/passages.jsonl")))
    for folder in (*options.set, *inside):
        measure(folder, options.engine, show=options.show)
