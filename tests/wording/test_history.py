"""Histories against corpora that know every edit: the first year, and the year of the last change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from indexer.synthetic.demo.bodies import REFORM
from indexer.synthetic.demo.plan import DemoCorpus, make_corpus
from indexer.synthetic.demo.truth import truth_of
from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.errors import NotFoundError, RequestError
from report_search.generations import BuildOutcome, Generations
from report_search.passages import count_passages, passages_with_headings
from report_search.search.searcher import Searcher
from report_search.taxonomy.additions import Additions
from report_search.wording.history import History, history
from report_search.wording.library import Library

SAMPLE = 60
SECONDS = 1.0
"""For one history over eleven years, on a machine that is busy with other tests; see docs on what it takes alone."""


def publish(corpus: DemoCorpus, root: Path) -> Searcher:
    """An index of the reports of a corpus that count, on the memory engine."""
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            for made in corpus.reports:
                if not made.superseded:
                    passages = passages_with_headings(made.report)
                    writer.add(passages)
                    draft.put(made.report, passages=count_passages(passages))
        info = engine.info()
        engine.close()
        added = (Additions("demo", "\n".join(_entries(corpus))),)
        generations.publish(draft, BuildOutcome(info.passages, info.reports, additions=added))
    return Searcher(root)


def _entries(corpus: DemoCorpus) -> Iterator[str]:
    for body in corpus.bodies:
        yield f'[[agency]]\nkey = "{body.key}"\nname = "{body.name}"'
        before = [
            f'{{ key = "{one.key}", year = {REFORM} }}'
            for one in corpus.bodies
            if one.merged_into == body.key
        ]
        if before:
            yield f"predecessors = [{', '.join(before)}]"


@pytest.fixture(scope="module", params=[12])
def known(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Searcher, DemoCorpus]:
    corpus = make_corpus(agencies=5, years=range(2012, 2023), seed=request.param)
    return publish(corpus, tmp_path_factory.mktemp("known")), corpus


def _asked(searcher: Searcher, corpus: DemoCorpus) -> Iterator[tuple[dict[str, Any], History]]:
    """Sentences with what is true of them, each asked of the last report that says it as one sentence."""
    library, rng = Library(searcher), Random(1)
    reports = {made.name: made for made in corpus.reports}
    sentences = truth_of(corpus, dict.fromkeys(reports, ""))["sentences"]
    rng.shuffle(sentences)
    for sentence in sentences[:SAMPLE]:
        sentence["years"] = [year for year in sentence["years"] if not reports[year["report"]].superseded]
        last = sentence["years"][-1]
        said = library.statements(reports[last["report"]].report.id)
        found = next((one for one in said if [one.text] == last["texts"]), None)
        if found:
            yield sentence, history(searcher, found.passage, sentence=found.number)


def _last_changed(sentence: dict[str, Any]) -> int:
    years = sentence["years"]
    changed = [at for at, year in enumerate(years) if year["texts"] != years[-1]["texts"]]
    return int(years[changed[-1] + 1 if changed else 0]["year"])


def test_first_and_last_changed_years_are_exact(known: tuple[Searcher, DemoCorpus]) -> None:
    right = total = 0
    for sentence, found in _asked(*known):
        total += 2
        right += found.first == sentence["years"][0]["year"]
        right += found.last_changed == _last_changed(sentence)
    assert total > SAMPLE
    assert right / total >= 0.98


def test_the_history_of_a_body_goes_on_in_what_it_was_merged_into(known: tuple[Searcher, DemoCorpus]) -> None:
    threads = [one for one in _asked(*known) if len(one[0]["agencies"]) > 1]
    library = Library(known[0])
    inherited = [
        made
        for made in library.summaries.values()
        if made.agency_key == "shili-yi-shangwu" and made.year == REFORM
    ]
    said = next(
        one for one in library.statements(inherited[0].id) if "粮食收购" in one.text or "储备粮" in one.text
    )
    rows = history(known[0], said.passage, sentence=said.number).rows
    assert {row.agency for row in rows if row.text} == {"示例乙市商务局", "示例乙市粮食局"}
    assert all(found.first == sentence["years"][0]["year"] for sentence, found in threads)


def test_a_history_takes_little_time(known: tuple[Searcher, DemoCorpus]) -> None:
    library = Library(known[0])
    said = library.statements(next(iter(library.summaries)))
    taken = []
    for one in said[2:7]:
        began = time.perf_counter()
        history(known[0], one.passage, sentence=one.number)
        taken.append(time.perf_counter() - began)
    assert min(taken) < SECONDS


def test_what_has_no_history(known: tuple[Searcher, DemoCorpus]) -> None:
    searcher = known[0]
    report = next(iter(Library(searcher).summaries))
    heading = next(one for one in searcher.whole_report(report) if one.is_heading)
    with pytest.raises(NotFoundError, match="没有沿革"):
        history(searcher, heading.id)
    first = searcher.report_passages(report)[0]
    with pytest.raises(RequestError, match="没有第 99 句"):
        history(searcher, first.id, sentence=99)
