"""What a person saves is taken like what was fetched; coverage says why a report is not here; passages are proven."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from indexer.collect.places import place_in_bytes, place_in_text
from indexer.collect.work_queue import WorkQueue
from indexer.manifest import load_manifest
from indexer.run.pipeline import IndexJob, run_job
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import report
from indexer.synthetic.word import write_docx
from report_search.cli import main
from report_search.corpus_coverage import coverage_of
from report_search.errors import OperatorError
from report_search.fields import BORDER
from report_search.search.searcher import Searcher
from tests.collect.runs import collected, manifest
from tests.collect.sites import Reply, seeds_file, serving, trs_site

AGENCY = "戊市文化局"
YEARS = (2024, 2023, 2022, 2021)
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        assert isinstance(ended.value.code, int)
        return ended.value.code, printed.out + printed.err

    return command


def told(output: str) -> Any:
    return json.loads(output)


def test_what_a_site_refuses_is_imported_and_then_held(tmp_path: Path, run: Run) -> None:
    site = trs_site(AGENCY, YEARS, size=10)
    real = site.reply_of(site.years[2024])
    site.pages[site.years[2024]] = Reply(b"", 412, etag=False)
    folder, index = tmp_path / "collected", tmp_path / "index"
    with serving(site) as address:
        seed = {"url": address + site.start, "agency": AGENCY, "years": "2020..2024"}
        collected(seeds_file(tmp_path, {"one": seed}))
        # Nothing was fetched, since the first report was refused: nothing to index, and the manifest says why.
        reasons = {one["year"]: one["reason"] for one in manifest(folder)["missing"]}
        assert reasons == {2020: "not-published", **dict.fromkeys(YEARS, "refused")}
        saved = tmp_path / "另存的网页.html"
        saved.write_bytes(f"<!-- saved from url=(0044){address}{site.years[2024]} -->\n".encode() + real)
        code, output = run("collect", "import", saved, "--folder", folder, "--json")
    assert code == 0
    assert told(output)["reports"] == 1
    assert told(output)["imported"][0]["url"] == address + site.years[2024]
    reasons = {one["year"]: one["reason"] for one in manifest(folder)["missing"]}
    assert 2024 not in reasons
    assert reasons[2023] == "refused"
    run_job(IndexJob((folder,), index, "memory"))
    generation = Searcher(index).generation()
    [held] = generation.reports()
    assert (held.agency, held.year, held.url) == (AGENCY, 2024, address + site.years[2024])
    assert held.fetched
    [row] = coverage_of(generation.record).rows
    assert [cell.state for cell in row.cells] == ["missing"] * 4 + ["in"]
    assert row.cell(2020).reason.startswith("未发布")
    assert row.cell(2023).reason.startswith("网站拒绝")
    # What is known to be missing is told by every command and by the API's payload.
    assert "2023年网站拒绝" in run("agencies", AGENCY, "--index", index)[1]
    absences = told(run("agencies", AGENCY, "--index", index, "--json")[1])["absences"]
    assert [one["reason"] for one in absences] == ["not-published", "refused", "refused", "refused"]
    assert f"{AGENCY} 2023年没有收录：网站拒绝" in run("check", folder)[1]
    years = told(run("check", folder, "--json")[1])["coverage"]["rows"][0]["years"]
    assert years["2022"]["reason"].startswith("网站拒绝")


def test_a_changed_reason_alone_makes_a_new_generation(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.html").write_bytes(write_html(report(AGENCY, 2020), layout="article"))
    first = run_job(IndexJob((corpus,), index, "memory"))
    told_missing = f'[[missing]]\nagency = "{AGENCY}"\nyear = 2019\nreason = "not-published"\n'
    (corpus / "collected.toml").write_text(told_missing, encoding="utf-8")
    second = run_job(IndexJob((corpus,), index, "memory"))
    assert second.generation != first.generation
    assert second.read == ()
    # The editor's word goes before the program's.
    (corpus / "manifest.toml").write_text(told_missing.replace("not-published", "scan"), encoding="utf-8")
    run_job(IndexJob((corpus,), index, "memory"))
    [row] = coverage_of(Searcher(index).generation().record).rows
    assert row.cell(2019).reason == "扫描件"
    assert run_job(IndexJob((corpus,), index, "memory")).generation == Searcher(index).generation().id


def test_the_editors_manifest_goes_before_the_collected_one(tmp_path: Path) -> None:
    (tmp_path / "collected.toml").write_text(
        '[[report]]\nfile = "a.html"\nagency = "甲"\nurl = "https://a.gov.cn/"\nskip = true\n',
        encoding="utf-8",
    )
    (tmp_path / "manifest.toml").write_text(
        '[[report]]\nfile = "a.html"\nagency = "乙"\nskip = false\n', encoding="utf-8"
    )
    entry = load_manifest(tmp_path).entry("a.html")
    assert dict(entry.facts) == {"agency": "乙", "url": "https://a.gov.cn/"}
    assert not entry.is_left_out


@pytest.mark.parametrize(
    "line",
    [
        'agency = "甲"\nyear = 2019',
        'agency = "甲"\nyear = "x"\nreason = "scan"',
        "year = 2019",
        'agency = "甲"\nyear = 2019\nreason = "lost"',
    ],
)
def test_a_missing_entry_that_is_wrong_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(f"[[missing]]\n{line}\n", encoding="utf-8")
    with pytest.raises(OperatorError, match="missing"):
        load_manifest(tmp_path)


def test_a_scan_is_a_scan_in_the_coverage(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.html").write_bytes(write_html(report(AGENCY, 2020), layout="article"))
    page = (
        "<html><body><h1>2019年政府信息公开工作年度报告</h1>" + "<img src='/1.jpg' width=900 height=1200>" * 3
    )
    (corpus / "b.html").write_bytes(page.encode())
    (corpus / "manifest.toml").write_text(
        f'[[report]]\nfile = "b.html"\nagency = "{AGENCY}"\nyear = 2019\n', encoding="utf-8"
    )
    run_job(IndexJob((corpus,), index, "memory"))
    [row] = coverage_of(Searcher(index).generation().record).rows
    assert row.cell(2019).state == "failed"
    assert row.cell(2019).reason.startswith("扫描件")


def warc_record(url: str, body: bytes, kind: str) -> bytes:
    """A record as a browser's recorder writes it."""
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: 2026-11-20T08:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def test_a_warc_gives_its_report_pages_and_documents(tmp_path: Path, run: Run) -> None:
    pytest.importorskip("warcio", reason="the extra 'collect' is not installed")
    parts = {
        "https://www.a.gov.cn/2020.html": (write_html(report(AGENCY, 2020), layout="article"), "text/html"),
        "https://www.a.gov.cn/2019.docx": (write_docx(report(AGENCY, 2019)), "application/octet-stream"),
        "https://www.a.gov.cn/style.css": (b"body{}", "text/css"),
        "https://www.a.gov.cn/news.html": (b"<html><body>weather</body></html>", "text/html"),
    }
    records = [warc_record(url, body, kind) for url, (body, kind) in parts.items()]
    (tmp_path / "visit.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    folder = tmp_path / "collected"
    code, output = run("collect", "import", tmp_path / "visit.warc.gz", "--folder", folder, "--json")
    assert code == 0
    assert {one["url"] for one in told(output)["imported"]} == set(list(parts)[:2])
    assert told(output)["reports"] == 2
    entries = {one["url"]: one for one in manifest(folder)["report"]}
    assert entries["https://www.a.gov.cn/2020.html"]["fetched"] == "2026-11-20T08:00:00+00:00"


def test_an_import_says_what_is_wrong(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "collected"
    empty = tmp_path / "empty.html"
    empty.write_bytes(b"")
    for arguments in ((empty,), (tmp_path / "none.html",), (empty, "--url", "ftp://x")):
        code, output = run("collect", "import", *arguments, "--folder", folder)
        assert (code, output.startswith("错误：")) == (1, True)
    assert run("collect", "import", empty, empty, "--url", "https://a.gov.cn/", "--folder", folder)[0] == 2


def test_what_a_person_says_goes_into_the_manifest(tmp_path: Path, run: Run) -> None:
    saved, folder = tmp_path / "a.html", tmp_path / "collected"
    saved.write_bytes(write_html(report(AGENCY, 2020), layout="article"))
    said = ("--agency", "己市文化局", "--year", "2018", "--url", "https://a.gov.cn/2018.html")
    assert run("collect", "import", saved, *said, "--folder", folder)[0] == 0
    [entry] = manifest(folder)["report"]
    assert (entry["agency"], entry["year"], entry["url"]) == (
        "己市文化局",
        2018,
        "https://a.gov.cn/2018.html",
    )
    # Once more with another year: the same file, corrected.
    assert run("collect", "import", saved, "--year", "2017", "--folder", folder)[0] == 0
    [entry] = manifest(folder)["report"]
    assert entry["year"] == 2017
    run_job(IndexJob((folder,), tmp_path / "index", "memory"))
    [held] = Searcher(tmp_path / "index").generation().reports()
    assert held.year == 2017


def test_every_passage_is_proven_against_the_kept_bytes(tmp_path: Path, run: Run) -> None:
    site = trs_site(AGENCY, YEARS[:3], size=10)
    folder, index = tmp_path / "collected", tmp_path / "index"
    with serving(site) as address:
        collected(seeds_file(tmp_path, {"one": {"url": address + site.start, "agency": AGENCY}}))
    run_job(IndexJob((folder,), index, "memory"))
    assert "0 个对不上" in run("collect", "verify", "--folder", folder)[1]
    searcher = Searcher(index)
    chosen = [
        passage
        for summary in searcher.generation().reports()
        for passage in searcher.report_passages(summary.id)[::5]
    ]
    assert {passage.type for passage in chosen} >= {"paragraph", "table"}
    code, output = run("collect", "verify", *(one.id for one in chosen), "--index", index, "--json")
    assert code == 0
    proofs = told(output)["passages"]
    assert all(proof["holds"] for proof in proofs)
    in_bytes = [proof for proof in proofs if proof["in_bytes"]]
    assert len(in_bytes) >= len(proofs) / 2
    for proof in in_bytes:
        start, end = proof["in_bytes"]
        data = (folder / proof["file"]["file"]).read_bytes()[start:end]
        text = data.decode(
            "utf-8" if b"utf-8" in (folder / proof["file"]["file"]).read_bytes()[:300] else "gb18030"
        )
        first = proof["text"].split(BORDER)[-1].strip()[:6]
        assert "".join(first.split()) in "".join(text.split())
    # A changed byte is noticed, by the file and by the passage.
    file = folder / proofs[0]["file"]["file"]
    file.write_bytes(file.read_bytes() + b" ")
    code, output = run("collect", "verify", "--folder", folder)
    assert (code, "已被改动" in output) == (1, True)
    code, output = run("collect", "verify", proofs[0]["passage"], "--index", index)
    assert (code, "不能证实" in output) == (1, True)


def test_a_text_is_found_whatever_white_space_and_markup_stand_in_it() -> None:
    page = "<p>全年<b>受理</b>申请&nbsp;13\n件，<!-- x -->均已答复。</p>".encode("gb18030")
    found = place_in_bytes("全年受理申请13件，均已答复。", page)
    assert found is not None
    assert page[found.start : found.end].decode("gb18030").startswith("全年")
    assert page[found.start : found.end].decode("gb18030").endswith("答复。")
    assert place_in_bytes("全年受理申请14件", page) is None
    row = BORDER.join(("合计", "3", "4"))
    assert place_in_text(row, "项目\t数\n合计\t3\t4\n合计\t5\t6") is not None
    assert place_in_text(BORDER.join(("头", "乙", "5")), "头\t甲\t3\n乙\t5") is not None
    assert place_in_text(BORDER.join(("头", "乙", "7")), "头\t甲\t3\n乙\t5") is None


def test_a_dry_run_asks_for_lists_alone_and_leaves_nothing(tmp_path: Path, run: Run) -> None:
    site = trs_site(AGENCY, YEARS, size=2)
    with serving(site) as address:
        seeds = seeds_file(tmp_path, {"one": {"url": address + site.start, "agency": AGENCY}})
        code, output = run("collect", seeds, "--dry-run", "--json")
        assert code == 0
        assert {one["url"].removeprefix(address) for one in told(output)["planned"]} == set(
            site.years.values()
        )
        assert not [one for one in site.log if one.path in site.reports]
        assert not (tmp_path / "collected").exists()
        assert "会采集" in run("collect", seeds, "--dry-run")[1]
        code, output = run("collect", seeds)
        assert code == 0
        assert "4 份报告" in output
        assert "report-search index" in output


def test_two_runs_at_once_are_one_too_many(tmp_path: Path) -> None:
    queue = WorkQueue(tmp_path)
    with pytest.raises(OperatorError) as error:
        WorkQueue(tmp_path)
    assert error.value.code == "queue-locked"
    queue.close()
    WorkQueue(tmp_path).close()


def test_a_damaged_queue_is_named(tmp_path: Path) -> None:
    (tmp_path / ".collect").mkdir()
    (tmp_path / ".collect" / "queue.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(OperatorError) as error:
        WorkQueue(tmp_path)
    assert error.value.code == "queue-damaged"


def test_a_page_that_changed_is_replaced_and_its_former_state_is_kept(tmp_path: Path) -> None:
    site = trs_site(AGENCY, (2024,))
    with serving(site) as address:
        seeds = seeds_file(tmp_path, {"one": {"url": address + site.start, "agency": AGENCY}})
        collected(seeds)
        former = site.reply_of(site.years[2024])
        changed = write_html(report(AGENCY, 2024, seed=2), layout="article")
        site.pages[site.years[2024]] = Reply(changed)
        summary = collected(seeds, refresh=True)
    assert summary.counts["changed"] == 1
    folder = tmp_path / "collected"
    [entry] = manifest(folder)["report"]
    assert (folder / entry["file"]).read_bytes() == changed
    kept = [path.read_bytes() for path in (folder / "_former").rglob("*") if path.is_file()]
    assert former in kept
