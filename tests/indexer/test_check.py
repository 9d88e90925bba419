"""Looking a corpus over without an index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.run.check import Checked, check_paths, parse_file
from indexer.run.pipeline import IndexJob, run_job
from report_search.errors import OperatorError, ReadError
from report_search.search.searcher import Searcher


def write(corpus: Path, name: str, year: int) -> Path:
    title = f"云州市水利局{year}年政府信息公开工作年度报告"
    path = corpus / name
    path.write_text(
        f"{title}\n\n一、总体情况\n\n全年主动公开信息三件。\n\n三、收到和处理申请情况\n\n无。\n", "utf-8"
    )
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    write(folder, "a.txt", 2017)
    write(folder, "b.txt", 2019)
    write(folder, "c.txt", 2019)
    write(folder, "out.txt", 2020)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "manifest.toml").write_text('[[report]]\nfile = "out.txt"\nskip = true\n', encoding="utf-8")
    return folder


def check(*paths: Path) -> Checked:
    return check_paths(paths, progress=lambda what, done, total: None)


def test_reports_failures_and_what_is_left_out(corpus: Path) -> None:
    checked = check(corpus)
    assert checked.anything_read
    assert [report.path for report in checked.reports] == ["a.txt", "b.txt", "c.txt"]
    assert [(failure.path, failure.code) for failure in checked.failed] == [("empty.txt", "empty")]
    assert checked.skipped == ("out.txt",)
    text = "\n".join(checked.lines())
    for expected in (
        "section-missing",
        "report-shared",
        "empty.txt  读取失败",
        "out.txt  按清单略过",
        "失败 1 个",
    ):
        assert expected in text


def test_the_matrix_and_the_ids_are_those_of_an_index(corpus: Path, tmp_path: Path) -> None:
    checked = check(corpus)
    run_job(IndexJob((corpus,), tmp_path / "ix", "memory"))
    summaries = Searcher(tmp_path / "ix").reports()
    assert {report.id: report.passages for report in checked.reports} == {s.id: s.passages for s in summaries}
    [row] = checked.as_json()["coverage"]["rows"]
    assert {year: place["state"] for year, place in row["years"].items()}["2018"] == "missing"
    assert len(row["years"]["2019"]["reports"]) == 2
    assert json.loads(json.dumps(checked.as_json())) == checked.as_json()


def test_a_file_that_fails_has_its_place_if_the_manifest_names_it(tmp_path: Path) -> None:
    for year in (2013, 2018):
        write(tmp_path, f"{year}.txt", year)
    (tmp_path / "lost.pdf").write_bytes(b"\x00\x01\x02\xff\xfe")
    [agency] = {report.agency for report in check(tmp_path).reports}
    entry = f'[[report]]\nfile = "lost.pdf"\nagency = "{agency}"\nyear = 2015\n'
    (tmp_path / "manifest.toml").write_text(entry, encoding="utf-8")
    [row] = check(tmp_path).coverage.rows
    states = [cell.state for cell in row.cells]
    # Both reports go from 一 to 三: what lacks a section is doubtful.
    assert states == ["unsure", "missing", "failed", "missing", "missing", "unsure"]


def test_progress_is_told_file_by_file(corpus: Path) -> None:
    seen: list[tuple[int, int]] = []
    check_paths([corpus], progress=lambda what, done, total: seen.append((done, total)))
    assert seen == [(n, 4) for n in range(1, 5)]


def test_nothing_there_is_the_operators_affair(tmp_path: Path) -> None:
    with pytest.raises(OperatorError):
        check(tmp_path)
    with pytest.raises(OperatorError):
        check(tmp_path / "nowhere")


def test_one_file_is_read_as_a_run_would_read_it(corpus: Path) -> None:
    (corpus / "manifest.toml").write_text(
        '[[report]]\nfile = "a.txt"\nyear = 2011\nurl = "https://example.org/a"\nskip = true\n',
        encoding="utf-8",
    )
    report = parse_file(corpus / "a.txt")
    assert (report.year, report.source.url, report.source.path) == (2011, "https://example.org/a", "a.txt")
    with pytest.raises(ReadError):
        parse_file(corpus)
    with pytest.raises(ReadError):
        parse_file(corpus / "empty.txt")
