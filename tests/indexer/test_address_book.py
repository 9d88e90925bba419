"""The book of addresses beside the generations: killed at the swap, lost, damaged, and made from an index of 0.1."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from indexer.run.pipeline import IndexJob, run_job
from indexer.structure import report_ids
from report_search.errors import MovedError, NotFoundError, OperatorError
from report_search.generations import AddressBook, Generations
from report_search.generations import address_book as books
from report_search.passage_ids import ordinal_ids
from report_search.passages import Passage
from report_search.search.searcher import Searcher

ROOT = Path(__file__).resolve().parent.parent.parent
PLAIN = ("全年公开信息十二条。", "无。", "受理申请三件。", "无。", "举办培训两次。")


def write(corpus: Path, name: str, *texts: str, year: int = 2019) -> None:
    corpus.mkdir(exist_ok=True)
    body = "\n\n".join(texts)
    title = f"云州市水利局{year}年政府信息公开工作年度报告"
    text = f"{title}\n\n一、总体情况\n\n{body}\n\n二、主动公开政府信息情况\n\n公开规章三件。\n\n无。\n"
    (corpus / name).write_text(text, encoding="utf-8")


def job(root: Path, engine: str = "memory") -> IndexJob:
    return IndexJob((root / "corpus",), root / "index", engine, accept_losses=True)


def addresses(root: Path) -> dict[str, str]:
    """Every address of the current generation and the text at it."""
    searcher = Searcher(root / "index")
    passages = (one for report in searcher.reports() for one in searcher.whole_report(report.id))
    return {one.id: one.text for one in passages}


def entered(root: Path) -> set[str]:
    book = AddressBook(root / "index")
    return {one.id for report in book.reports() for one in book.passages(report.id)}


KILL = """
import os, pathlib, signal, sys
from indexer.run.pipeline import IndexJob, run_job
from report_search.generations import Generations, addresses, address_book
root, where = pathlib.Path(sys.argv[1]), sys.argv[2]

def killed(*given, **more):
    os.kill(os.getpid(), signal.SIGKILL)

def killed_after(real):
    def call(*given, **more):
        real(*given, **more)
        killed()
    return call

if where == "before preparing":
    addresses.Addresses.prepare = killed
elif where == "while preparing":
    addresses.set_fact = killed
elif where == "before the swap":
    Generations._make_current = killed
elif where == "behind the swap":
    Generations._make_current = killed_after(Generations._make_current)
elif where == "while publishing":
    address_book.set_fact = killed
elif where == "behind publishing":
    address_book.AddressBook.settle = killed_after(address_book.AddressBook.settle)
run_job(IndexJob((root / "corpus",), root / "index", "memory", accept_losses=True))
"""
BEFORE = ("before preparing", "while preparing", "before the swap")
BEHIND = ("behind the swap", "while publishing")


@pytest.mark.parametrize("where", [*BEFORE, *BEHIND])
def test_killed_at_the_swap_the_book_and_the_index_agree(tmp_path: Path, where: str) -> None:
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    run_job(job(tmp_path))
    old = addresses(tmp_path)
    write(tmp_path / "corpus", "a.txt", "另有新的一段。", *PLAIN[1:])
    write(tmp_path / "corpus", "b.txt", *PLAIN)
    ran = subprocess.run(
        [sys.executable, "-c", KILL, str(tmp_path), where], cwd=ROOT, check=False, capture_output=True
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    now = addresses(tmp_path)
    assert (set(now) == set(old)) is (where in BEFORE)
    searcher = Searcher(tmp_path / "index")
    for address in old:
        assert address in now or not isinstance(_told(searcher, address), NotFoundError)
    run_job(job(tmp_path))
    book = AddressBook(tmp_path / "index")
    assert book.fact("pending") == ""
    assert entered(tmp_path) == {*old, *addresses(tmp_path)}
    current = Generations(tmp_path / "index").current()
    assert current is not None
    assert book.fact("generation") == current.id


def _told(searcher: Searcher, address: str) -> Exception | None:
    try:
        searcher.passage(address)
    except Exception as error:  # noqa: BLE001 - it is returned
        return error
    return None


def test_what_a_killed_build_prepared_was_never_there(tmp_path: Path) -> None:
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    run_job(job(tmp_path))
    write(tmp_path / "corpus", "a.txt", "从未发布的一段。")
    subprocess.run([sys.executable, "-c", KILL, str(tmp_path), "before the swap"], cwd=ROOT, check=False)
    assert AddressBook(tmp_path / "index").fact("pending")
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    run_job(job(tmp_path))
    digits = next(one for one in ordinal_ids("", ["从未发布的一段。"]))
    [report] = Searcher(tmp_path / "index").reports()
    with pytest.raises(NotFoundError):
        Searcher(tmp_path / "index").passage(f"{report.id}-{digits}")


def test_equal_texts_keep_their_places_whatever_is_added_above(tmp_path: Path) -> None:
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    run_job(job(tmp_path))
    searcher = Searcher(tmp_path / "index")
    [report] = searcher.reports()
    before = {
        one.id: (one.section, one.position) for one in searcher.whole_report(report.id) if one.text == "无。"
    }
    assert len(before) == 3
    write(tmp_path / "corpus", "a.txt", "无。", "新的一段。", *PLAIN)
    run_job(job(tmp_path))
    after = {
        one.id: (one.section, one.position) for one in searcher.whole_report(report.id) if one.text == "无。"
    }
    assert len(after) == 4
    assert {name: (section, at - 2) for name, (section, at) in after.items() if name in before} == before


def test_a_lost_book_gives_the_same_addresses_as_far_as_the_corpus_can_tell(tmp_path: Path) -> None:
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    write(tmp_path / "corpus", "b.txt", "另一份的内容。", "无。", year=2020)
    run_job(job(tmp_path))
    published = addresses(tmp_path)
    (tmp_path / "index" / books.BOOK_FILE).unlink()
    write(tmp_path / "corpus", "c.txt", "第三份。", year=2021)
    run_job(job(tmp_path))
    assert published.items() <= addresses(tmp_path).items()
    assert entered(tmp_path) == set(addresses(tmp_path)), "the current generation's are entered again"
    shutil.rmtree(tmp_path / "index")
    run_job(job(tmp_path))
    assert published.items() <= addresses(tmp_path).items()


def test_a_rebuilt_index_takes_its_addresses_from_the_book(tmp_path: Path) -> None:
    write(tmp_path / "corpus", "z.txt", *PLAIN)
    run_job(job(tmp_path))
    write(tmp_path / "corpus", "a.txt", "后来的一份。")
    run_job(job(tmp_path))
    published = addresses(tmp_path)
    shutil.rmtree(tmp_path / "index" / "generations")
    (tmp_path / "index" / "current").unlink()
    run_job(job(tmp_path))
    assert addresses(tmp_path) == published


def test_first_seen_stays_and_is_that_of_each_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    run_job(job(tmp_path))
    old = addresses(tmp_path)
    first = Searcher(tmp_path / "index").first_seen([*old, "never-was"])
    assert set(first) == set(old)
    write(tmp_path / "corpus", "a.txt", *PLAIN, "新加的一段。")
    monkeypatch.setattr("report_search.generations.publishing.now", lambda: "2031-05-06T07:08:09+00:00")
    run_job(job(tmp_path))
    searcher = Searcher(tmp_path / "index")
    again = searcher.first_seen(addresses(tmp_path))
    assert {name: again[name] for name in old} == first
    assert {again[name] for name in again.keys() - old.keys()} == {"2031-05-06T07:08:09+00:00"}
    [report] = searcher.reports()
    assert searcher.first_seen([report.id])[report.id] < "2031"


@pytest.mark.parametrize("content", [b"no book at all, but long enough to be read as one" * 20, None])
def test_a_book_that_can_not_be_read_is_the_operators_and_hinders_no_search(
    tmp_path: Path, content: bytes | None
) -> None:
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    run_job(job(tmp_path))
    path = tmp_path / "index" / books.BOOK_FILE
    if content is None:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    else:
        path.write_bytes(content)
    assert addresses(tmp_path)
    write(tmp_path / "corpus", "b.txt", *PLAIN, year=2020)
    with pytest.raises(OperatorError) as refused:
        run_job(job(tmp_path))
    assert refused.value.code in ("addresses-damaged", "addresses-layout")
    assert refused.value.hint


def _as_version_01(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the index as version 0.1 did: equals counted in reading order, digits for both of a pair, no book."""
    real = report_ids.assign_ids

    def both(reports: list[object], **known: object) -> list[object]:
        named = real(reports)  # type: ignore[arg-type]
        return [
            replace(one, id=f"{one.agency_key}-{one.year}-{one.source.sha256[:4]}")
            if one.year == 2019
            else one
            for one in named
        ]

    def settle(self: object, header: object, passages: list[Passage], *, root: str) -> list[Passage]:
        # Headings were no passages then.
        counted = [one for one in passages if not one.is_heading]
        names = ordinal_ids(f"{counted[0].report}-", [one.text for one in counted])
        return [replace(one, id=name) for one, name in zip(counted, names, strict=True)]

    with monkeypatch.context() as older:
        older.setattr("indexer.run.apply.assign_ids", both)
        older.setattr("report_search.generations.addresses.Addresses.settle", settle)
        older.setattr("report_search.generations.draft.IDS", 1)
        run_job(job(root, "whoosh"))
    (root / "index" / books.BOOK_FILE).unlink()


@pytest.mark.parametrize("engine_is_readable", [True, False])
def test_an_index_of_version_01_keeps_its_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine_is_readable: bool
) -> None:
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    write(tmp_path / "corpus", "b.txt", "另一份。", "无。")
    write(tmp_path / "corpus", "c.txt", "又一份。", "无。", year=2020)
    _as_version_01(tmp_path, monkeypatch)
    published = addresses(tmp_path)
    assert any(one.endswith("-2") for one in published)
    monkeypatch.setattr("indexer.run.work_plan.base_recipe", lambda: "another reader")
    if not engine_is_readable:
        monkeypatch.setattr("indexer.run.former_addresses.open_engine", _refuse)
    write(tmp_path / "corpus", "a.txt", "无。", "插在前面的一段。", *PLAIN)
    run_job(job(tmp_path, "whoosh"))
    now = addresses(tmp_path)
    assert {name: now.get(name) for name in published} == published
    searcher = Searcher(tmp_path / "index")
    for summary in searcher.reports():
        for one in searcher.report_passages(summary.id):
            if one.id in published and summary.path == "a.txt" and one.text == "无。":
                assert one.position >= 3


def _refuse(name: str, folder: Path) -> object:
    raise ValueError("written by another version")


def test_a_moved_text_is_followed_to_the_file_read_under_another_agency(tmp_path: Path) -> None:
    write(tmp_path / "corpus", "a.txt", *PLAIN)
    run_job(job(tmp_path))
    old = {address: text for address, text in addresses(tmp_path).items() if text != "无。"}
    (tmp_path / "corpus" / "manifest.toml").write_text(
        '[[report]]\nfile = "a.txt"\nagency = "云州市水务局"\n', encoding="utf-8"
    )
    run_job(job(tmp_path))
    searcher = Searcher(tmp_path / "index")
    for address, text in old.items():
        with pytest.raises(MovedError) as moved:
            searcher.passage(address)
        assert searcher.passage(moved.value.nearest.id).text == text
