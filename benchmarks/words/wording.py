"""What questions on wording take: grouping near passages, histories, matches, concordances, distinctive words.

What:     grouping the paragraphs of a whole index, and again with one report read anew; then, asked of the application
          in this process: the history of a sentence, a concordance, the distinctive words of a search, how much a body
          rewrote, and a pasted text of 8,000 characters and of 500 lines against every report.
Corpus:   ``report-search demo`` in Markdown and text, each body with a report for each of 17 years, sentences carried
          over, reworded, divided and joined.
Caveats:  seconds of cores, so that what else the machine does counts little; "first" is in a process that has just
          opened the index, "again" the median of the same once more. Made-up sentences repeat more than real ones.

    python -m benchmarks wording [--agencies 19 190] [--engine whoosh]
    python -m benchmarks wording --index DIR
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.machine import PROGRAM, heading, run_timed
from report_search.search.searcher import Searcher
from report_search.wording.boilerplate.catalogue import NOTHING, restored, updated
from report_search.wording.matching import MOST_CHARACTERS, MOST_LINES
from webui import create_app
from webui.operating.settings import ServiceSettings

TIMES = 7
"""So often each is asked again; their median counts."""


def seconds(work: Callable[[], Any]) -> float:
    """Seconds of cores."""
    began = time.process_time()
    work()
    return time.process_time() - began


def whole(response: Any) -> Any:
    """A response of which every byte was made: what is streamed is made as it is read."""
    response.get_data()
    return response


def grouping(searcher: Searcher) -> dict[str, float]:
    """Grouping the paragraphs of an index from nothing, and with one report that is read anew."""
    reports = sorted(report.id for report in searcher.reports())
    texts = {report: searcher.whole_report(report) for report in reports}
    by_id = {passage.id: passage for passages in texts.values() for passage in passages}

    def grouped(former: Any, kept: Sequence[str]) -> Any:
        added = {report: (lambda own=texts[report]: own) for report in reports if report not in set(kept)}
        return updated(
            former, kept=set(kept), added=added, passages_by_id=lambda ids: [by_id[one] for one in ids]
        )

    whole: list[Any] = []
    first = seconds(lambda: whole.append(grouped(NOTHING, ())))
    before = grouped(whole[0], reports[:-1])
    again = [seconds(lambda: grouped(before, reports[:-1])) for _ in range(TIMES)]
    assert restored(None) is NOTHING
    return {"group all": first, "group one more": statistics.median(again)}


def pasted(searcher: Searcher) -> tuple[str, str]:
    """A text of 8,000 characters and one of 500 lines, of sentences that are held, every other one edited."""
    lines: list[str] = []
    for report in searcher.reports():
        lines += [p.text for p in searcher.report_passages(report.id) if p.type == "paragraph"][:3]
        if len(lines) >= MOST_LINES:
            break
    edited = [line.replace("工作", "各项工作") if at % 2 else line for at, line in enumerate(lines)]
    short = [line[:200].replace("\n", "") for line in edited[:MOST_LINES]]
    return "\n".join(edited)[:MOST_CHARACTERS], "\n".join(short)


def questions(searcher: Searcher) -> dict[str, Callable[[Any], Any]]:
    """What is asked of the application, by its name."""
    reports = [report for report in searcher.reports() if report.year is not None]
    report = reports[len(reports) // 2]
    passage = max(
        (one for one in searcher.report_passages(report.id) if one.type == "paragraph"),
        key=lambda one: len(one.text),
    )
    key = report.agency_key
    text, lines = pasted(searcher)
    gets = {
        "history page": f"/passages/{passage.id}/history",
        "concordance": "/concordance?q=公开",
        "distinctive": "/distinctive?q=公开",
        "rewriting": f"/agencies/{key}/rewriting",
        "folded results": "/?q=公开&fold=1",
    }
    posts = {"match 8,000": (text, "sentences"), "match 500 lines": (lines, "lines")}
    asked: dict[str, Callable[[Any], Any]] = {
        name: (lambda client, address=address: whole(client.get(address))) for name, address in gets.items()
    }
    for name, (body, mode) in posts.items():
        asked[name] = lambda client, body=body, mode=mode: whole(
            client.post("/api/v1/match", json={"text": body, "mode": mode})
        )
    asked["match page"] = lambda client: whole(
        client.post("/match", data={"text": text, "mode": "sentences"})
    )
    return asked


def measure(index: Path) -> None:
    """Print what each takes on an index."""
    searcher = Searcher(index)
    state = searcher.state()
    print(f"\n{state.passages} passages, {state.reports} reports, engine {state.engine}")
    for name, took in grouping(searcher).items():
        print(f"{name:>18}{took:10.3f} s")
    print(f"{'':>18}{'first':>10}{'again':>10}   ms of cores")
    client = create_app(searcher, ServiceSettings(deadline=None)).test_client()
    for name, ask in questions(searcher).items():
        answers: list[Any] = []
        first = seconds(lambda ask=ask, answers=answers: answers.append(ask(client)))  # type: ignore[misc]
        status = answers[0].status_code
        times = TIMES if first < 1 else 1
        again = statistics.median(seconds(lambda ask=ask: ask(client)) for _ in range(times))  # type: ignore[misc]
        said = "" if status == 200 else f"   answered {status}: {answers[0].get_data(as_text=True)[:100]}"
        print(f"{name:>18}{first * 1000:10.0f}{again * 1000:10.0f}{said}", flush=True)


def main(arguments: list[str]) -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks wording")
    parser.add_argument("--agencies", type=int, nargs="+", default=[19, 190])
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--index", type=Path, nargs="+", help="indexes that are there, instead of new ones")
    options = parser.parse_args(arguments)
    print(heading("jieba", "rjieba", "Whoosh", "numpy", "rapidfuzz"))
    for index in options.index or ():
        measure(index)
    for agencies in () if options.index else options.agencies:
        with TemporaryDirectory() as name:
            corpus, folder = Path(name) / "corpus", Path(name) / "index"
            formats = ("--format", "md", "--format", "txt")
            run_timed([*PROGRAM, "demo", str(corpus), "--agencies", str(agencies), *formats])
            run_timed([*PROGRAM, "index", str(corpus), "--index", str(folder), "--engine", options.engine])
            measure(folder)
