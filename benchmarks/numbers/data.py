"""What a million official cells cost: to store, to read a series of, to rank a year by; and who cites what.

What:     cells of the form of 2021 (200 a report) put into ``data.sqlite`` as a build puts them; then from the file
          that was published: opening it with its checksum, a measure over an agency's years, a year over all agencies
          by size, the checks of an agency, the page with a table and a chart. Of citations: ``references.sqlite``
          filled, the list, a document's page and a passage's links. Medians of ``--rounds``.
Corpus:   a few generated tables, each used by many reports of ten years.
Caveats:  reading the reports is not in it: see ``growth``. Files are in the system's cache.

    python -m benchmarks data [--reports 5000] [--citing 10000]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient
from msgspec.structs import replace

from benchmarks.machine import heading
from indexer.synthetic.reports import report
from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.figures.database import FigureDatabase, FigureSelection
from report_search.figures.extract import ReportFigures, figures_of
from report_search.figures.writer import FigureWriter
from report_search.generations import BuildOutcome, Generations
from report_search.model import Paragraph, Report, Section, Source
from report_search.passages import Passage, passages_of
from report_search.references.database import ReferenceDatabase
from report_search.references.extract import citations_of
from report_search.references.writer import ReferenceWriter
from report_search.search.searcher import Searcher
from webui import create_app

YEARS = range(2015, 2025)
TEMPLATES = 25
MEASURE = "requests.new.total"
LAW = "政府信息公开条例"
Step = Callable[[], object]


def made_figures(number: int) -> Iterator[ReportFigures]:
    """The figures of so many reports, of an agency for every ten."""
    templates = [figures_of(report(f"示例甲市第{at}局", 2022)) for at in range(TEMPLATES)]
    for at in range(number):
        template, agency, year = templates[at % TEMPLATES], at // len(YEARS), YEARS[at % len(YEARS)]
        name = f"jigou{agency:04}-{year}"
        header = replace(
            template.report, id=name, agency=f"示例{agency}局", agency_key=f"jigou{agency:04}", year=year
        )
        cells = tuple(replace(cell, passage=f"{name}-{cell.row:08x}") for cell in template.cells)
        yield replace(template, report=header, cells=cells)


def made_citing(number: int) -> Iterator[list[Passage]]:
    """So many passages that cite documents, ten a report."""
    random = Random(1)
    for at in range(number // 10):
        agency, year = at // len(YEARS), YEARS[at % len(YEARS)]
        paragraphs = tuple(
            Paragraph(
                f"根据《中华人民共和国政府信息公开条例》和国办发〔{random.choice(YEARS)}〕{random.randint(1, 60)}号，"
                f"落实《第{random.randint(1, 500)}号示例工作方案》第{one}项。"
            )
            for one in range(10)
        )
        section = Section("一", "总体情况", "overview", paragraphs)
        name = f"jigou{agency:04}-{year}"
        source = Source(name, "", "0" * 64, "text")
        yield passages_of(
            Report(name, f"示例{agency}局", f"jigou{agency:04}", year, "年报", "", source, (section,))
        )


def publish(root: Path, reports: int, citing: int) -> None:
    """An index with a report and the two files; what is put into them is made before the clock runs."""
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        held = [next(iter(made_citing(10)))]
        with engine.writer() as writer:
            writer.add(held[0])
        engine.close()
        draft.put(_report_of(held[0]), passages=len(held[0]))
        fill_figures(draft.folder, reports)
        fill_references(draft.folder, citing)
        generations.publish(draft, BuildOutcome(len(held[0]), 1))


def _report_of(passages: list[Passage]) -> Report:
    first = passages[0]
    source = Source(first.report, "", "0" * 64, "text")
    section = Section("一", "总体情况", "overview", tuple(Paragraph(one.text) for one in passages))
    return Report(first.report, first.agency, first.agency_key, first.year, "年报", "", source, (section,))


def fill_figures(folder: Path, reports: int) -> None:
    """Write ``data.sqlite`` and say what that took."""
    spent, cores, cells = 0.0, 0.0, 0
    with FigureWriter(folder) as writer:
        for figures in made_figures(reports):
            start, began = time.perf_counter(), time.process_time()
            writer.put(figures)
            spent += time.perf_counter() - start
            cores += time.process_time() - began
            cells += len(figures.cells)
        start, began = time.perf_counter(), time.process_time()
        writer.finish(())
        finishing = time.perf_counter() - start
        cores += time.process_time() - began
    size = (folder / "data.sqlite").stat().st_size / 1e6
    took = f"put {spent:.1f} s, finish {finishing:.1f} s, of a core {cores:.1f} s"
    print(f"{cells} cells of {reports} reports: {took}; {size:.0f} MB", flush=True)


def fill_references(folder: Path, citing: int) -> None:
    """Write ``references.sqlite`` and say what that took."""
    passages = list(made_citing(citing))
    start = time.perf_counter()
    with ReferenceWriter(folder) as writer:
        found = [citations_of(own) for own in passages]
        reading = time.perf_counter() - start
        for own in found:
            writer.put(own)
        writer.finish()
    seconds = time.perf_counter() - start
    print(
        f"{sum(map(len, found))} citations in {sum(map(len, passages))} passages: read {reading:.1f} s,"
        f" with the file {seconds:.1f} s",
        flush=True,
    )


def median_ms(step: Step, rounds: int) -> float:
    """The median time of a step after a first one that does not count, in milliseconds."""
    step()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        taken.append(1_000 * (time.perf_counter() - start))
    return statistics.median(taken)


def steps(searcher: Searcher, client: FlaskClient) -> Iterator[tuple[str, Step]]:
    """What is measured, by name."""
    generation = searcher.generation()
    figures, references = FigureDatabase(generation), ReferenceDatabase(generation)
    agency = FigureSelection(("示例7局",))
    passage = references.citing(LAW, limit=1)[0].passage

    def ranked() -> object:
        rows = figures.series(MEASURE, FigureSelection((), (2022,)))
        return sorted(rows, key=lambda row: row.value or 0, reverse=True)

    yield "open data.sqlite, with its checksum", lambda: FigureDatabase(generation)
    yield "series of a measure over an agency's years", lambda: figures.series(MEASURE, agency)
    yield "ranking of a year", ranked
    yield "checks of an agency", lambda: figures.checks(agency)
    yield "series of a measure over everything", lambda: figures.series(MEASURE)
    yield "list of cited documents", lambda: client.get("/references")
    yield "cited documents by name", lambda: client.get("/references?q=示例")
    yield "page of the most cited document", lambda: client.get(f"/references/{LAW}")
    yield "the same for programs", lambda: client.get(f"/api/v1/references/{LAW}")
    yield "links of a passage", lambda: references.of_passage(passage)


def main(arguments: list[str]) -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks data")
    parser.add_argument("--reports", type=int, default=5_000)
    parser.add_argument("--citing", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args(arguments)
    print(heading("Flask"))
    with TemporaryDirectory() as name:
        publish(Path(name), options.reports, options.citing)
        searcher = Searcher(Path(name))
        client = create_app(searcher).test_client()
        for label, step in steps(searcher, client):
            print(f"{label:45}{median_ms(step, options.rounds):9.1f} ms", flush=True)
