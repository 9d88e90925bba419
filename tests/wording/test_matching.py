"""Pasted text against every report: what an index finds is what comparing with every sentence finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.demo.plan import make_corpus
from indexer.synthetic.demo.write import write_demo
from report_search.analysis.arabic_numbers import inside_number
from report_search.analysis.sentences import sentences
from report_search.analysis.similarity import similarity
from report_search.errors import OperatorError, RequestError
from report_search.export.match_table import match_csv
from report_search.generations.statement_file import STATEMENT_FILE
from report_search.passages import Passage
from report_search.presentation.json_payload import encoded
from report_search.presentation.wording_payload import match_chunks, match_payload
from report_search.search.searcher import Searcher
from report_search.wording import matching
from report_search.wording.library import Library
from report_search.wording.marks import changes
from report_search.wording.matching import MOST_CHARACTERS, MOST_LINES, MatchRow, match
from report_search.wording.statements import said_in, statements_of
from webui import create_app

ODD = (
    "公开",
    "3件",
    "2019年",
    "推进政务公开。其他。",
    "行政复议\t0",
    "甲乙丙丁戊己庚辛",
    "决算。其他。制度。",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("matching")
    write_demo(root / "demo", make_corpus(agencies=3, years=range(2014, 2021), seed=77), formats=("txt",))
    assert not run_job(IndexJob((root / "demo",), root / "index", "memory")).failed
    return root


@pytest.fixture(scope="module")
def searcher(built: Path) -> Searcher:
    return Searcher(built / "index")


@pytest.fixture(scope="module")
def pasted(searcher: Searcher) -> list[str]:
    """Sentences that are held, as they are and edited, longer stretches, and what is odd."""
    found: list[str] = []
    for report in searcher.reports()[::3]:
        for at, passage in enumerate(searcher.report_passages(report.id)[::4]):
            said = sentences(passage.text)
            found += [said[0].replace("工作", "各项工作") if at % 2 else said[0], "".join(said[:2])]
    return list(dict.fromkeys([*ODD, *(text.replace("\n", "") for text in found[:140])]))


class Brute:
    """Every report compared with every sentence: how near it is, and where it stands."""

    def __init__(self, searcher: Searcher) -> None:
        summaries = sorted(searcher.reports(), key=lambda one: (one.agency_key, -(one.year or 0), one.id))
        self.reports = {
            one.id: [p for p in searcher.report_passages(one.id) if not p.is_head] for one in summaries
        }

    def row(self, report: str, piece: str) -> tuple[str, str, float | None, str]:
        """State, passage, similarity and the text that stands there."""
        said = sentences(piece)
        key, length = matching.key_of("".join(said) or piece), max(1, len(said))
        for passage in self.reports[report]:
            if _stands(key, matching.key_of(passage.text)):
                return "verbatim", passage.id, 1.0, ""
        wanted = matching.NEAR if len(key) >= 16 else 0.75
        best: tuple[float, str, str] = (0.0, "", "")
        for text, passage in _windows(self.reports[report], length):
            found = similarity(key, matching.key_of(text))
            if found >= wanted and found > best[0]:
                best = found, passage, text
        return ("near", best[1], best[0], best[2]) if best[0] else ("none", "", None, "")


def _windows(passages: list[Passage], length: int) -> Iterator[tuple[str, str]]:
    for passage in passages:
        said = [one.text for one in statements_of([passage])]
        for at in range(len(said) - length + 1):
            yield "".join(said[at : at + length]), passage.id


def _stands(key: str, text: str) -> bool:
    ends = [at for at in range(len(text)) if text.startswith(key, at)]
    return any(not inside_number(text, at) and not inside_number(text, at + len(key)) for at in ends)


def test_what_is_found_is_what_comparing_everything_finds(searcher: Searcher, pasted: list[str]) -> None:
    brute = Brute(searcher)
    found = match(searcher, "\n".join(pasted), mode="lines")
    states = {"verbatim": 0, "near": 0, "none": 0}
    for piece in found.pieces:
        assert [row.report for row in piece.rows] == list(brute.reports)
        for row in piece.rows:
            state, passage, near, stands = brute.row(row.report, piece.text)
            assert (row.state, row.passage, row.similarity) == (state, passage, near), piece.text
            wanted = changes(stands, "".join(sentences(piece.text))) if state == "near" else ()
            assert row.changes in (wanted, None)
            states[state] += 1
        assert {state: piece.count(state) for state in states} == {  # type: ignore[arg-type]
            state: sum(row.state == state for row in piece.rows) for state in states
        }
    assert min(states.values()) > 150


def test_counts_of_years_and_the_nearest_rows_are_those_of_all_rows(
    searcher: Searcher, pasted: list[str]
) -> None:
    for piece in match(searcher, "\n".join(pasted[:40]), mode="lines").pieces:
        standing = [row for row in piece.rows if row.state != "none"]
        assert piece.found() == standing
        for year in piece.years():
            here = [row for row in standing if row.year == year.year]
            assert [year.verbatim, year.near] == [_count(here, "verbatim"), _count(here, "near")]
            first = next((row for row in here if row.state == "verbatim"), here[0] if here else None)
            assert year.passage == (first.passage if first else "")
        few = piece.found(5)
        assert [row for row in standing if row in few] == few
        assert len(few) == min(5, len(standing))
        left_out = [row.similarity or 0 for row in standing if row not in few]
        assert max(left_out, default=0) <= min((row.similarity or 0 for row in few), default=1)


def _count(rows: list[MatchRow], state: str) -> int:
    return sum(row.state == state for row in rows)


def test_only_the_nearest_are_marked_where_much_is_near(
    searcher: Searcher, pasted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "MOST_MARKED", 0)
    monkeypatch.setattr(matching, "FEWEST_MARKED", 2)
    unmarked = 0
    for piece in match(searcher, "\n".join(pasted), mode="lines").pieces:
        near = [row for row in piece.rows if row.state == "near"]
        marked = [row.similarity or 0 for row in near if row.changes is not None]
        others = [row.similarity or 0 for row in near if row.changes is None]
        unmarked += len(others)
        assert min(marked, default=1) >= max(others, default=0)
        assert bool(marked) == bool(near)
    assert unmarked
    found = match(searcher, "\n".join(pasted), mode="lines")
    assert any(row.changes is None for piece in match_payload(found).pieces for row in piece.rows)
    assert b"".join(match_csv(found, str)).count(b"\r\n") == 1 + sum(
        len(piece.rows) for piece in found.pieces
    )


def test_json_by_pieces_is_the_json(searcher: Searcher, pasted: list[str]) -> None:
    for text in ("\n".join(pasted[:9]), "。。。\n公开", "公开"):
        found = match(searcher, text, mode="lines")
        assert b"".join(match_chunks(found)) == encoded(match_payload(found)) + b"\n"


def test_five_hundred_lines_and_eight_thousand_characters_are_answered(
    searcher: Searcher, pasted: list[str]
) -> None:
    client = create_app(searcher).test_client()
    lines = (pasted * MOST_LINES)[:MOST_LINES]
    text = "。".join(pasted * 20)[:MOST_CHARACTERS]
    assert len(text) == MOST_CHARACTERS
    for body in ({"text": "\n".join(lines), "mode": "lines"}, {"text": text}):
        answer = client.post("/api/v1/match", json=body).get_json()
        reports = len(searcher.reports())
        assert all(len(piece["rows"]) == reports or piece["error"] for piece in answer["pieces"])
        page = client.post("/match", data=body).get_data(as_text=True)
        assert page.count("<section") == len(answer["pieces"])
        assert "另有" in page
        assert page.count("<li><a href") <= 12 * len(answer["pieces"])


def test_more_rows_than_are_bearable_are_refused(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "MOST_ANSWERS", 2 * len(searcher.reports()))
    assert len(match(searcher, "公开。\n公示。", mode="lines").pieces) == 2
    with pytest.raises(RequestError, match="一次最多比对 2 句") as caught:
        match(searcher, "公开。\n公示。\n公告。", mode="lines")
    assert caught.value.code == "too-much"


def test_what_is_kept_of_reports_is_what_their_passages_say(searcher: Searcher) -> None:
    kept = dict(Library(searcher).every_report())
    assert kept == {one.id: said_in(searcher.report_passages(one.id)) for one in searcher.reports()}
    assert all(Library(searcher).said(report) == said for report, said in kept.items())


def test_an_index_without_the_file_is_read_passage_by_passage(
    built: Path, searcher: Searcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = match_payload(match(searcher, "全年主动公开政府信息。"))
    shutil.copytree(built / "index", tmp_path / "index")
    older = Searcher(tmp_path / "index")
    older.generation().record.checksums.pop(STATEMENT_FILE)
    assert match_payload(match(older, "全年主动公开政府信息。")) == wanted
    shutil.copytree(built / "index", tmp_path / "damaged")
    damaged = Searcher(tmp_path / "damaged")
    with (damaged.generation().folder / STATEMENT_FILE).open("r+b") as file:
        file.write(b"?")
    with pytest.raises(OperatorError, match="损坏"):
        match(damaged, "公开")


def test_an_update_keeps_what_is_said_now(built: Path, tmp_path: Path) -> None:
    corpus, index = tmp_path / "demo", tmp_path / "index"
    shutil.copytree(built / "demo", corpus)
    files = sorted(corpus.rglob("*.txt"))
    aside = files[3].rename(tmp_path / "aside.txt")
    run_job(IndexJob((corpus,), index, "memory"))
    aside.rename(files[3])
    files[5].unlink()
    files[7].write_text(files[7].read_text(encoding="utf-8").replace("公开", "公示"), encoding="utf-8")
    run_job(IndexJob((corpus,), index, "memory"))
    searcher = Searcher(index)
    wanted = {one.id: said_in(searcher.report_passages(one.id)) for one in searcher.reports()}
    assert dict(Library(searcher).every_report()) == wanted
    assert len(wanted) == len(files) - 1
