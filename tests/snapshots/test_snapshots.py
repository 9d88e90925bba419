"""A snapshot is the whole index or nothing, and so is what is restored of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.run.pipeline import IndexJob, run_job
from report_search.alerts.outbox import Delivery, LastRun, Outbox
from report_search.cli import cli
from report_search.errors import OperatorError
from report_search.generations import Generations, PublishedReport
from report_search.generations.address_book import put_report, set_fact
from report_search.generations.snapshots import restore, write_snapshot
from report_search.search.examination import examine
from tests.test_generations import publish

Members = dict[str, bytes]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two generations, with a book that knows one report more."""
    generations = Generations(tmp_path / "index", grace=0)
    publish(generations, 1)
    publish(generations, 2, text="engine of two")
    enter(generations.root, "agency-1", "agency-2", "gone-2008")
    return generations.root


def enter(root: Path, *ids: str) -> None:
    """Enter addresses of reports in the book of an index."""
    with Generations(root).addresses.writing() as book:
        for one in ids:
            put_report(
                book,
                PublishedReport(one, "机关", "agency", 2019, "", "", "", "", "", 0, 1, 1, 0, "", ""),
                table="reports",
            )
        set_fact(book, generation="whatever")


@pytest.fixture
def snapshot(index: Path, tmp_path: Path) -> Path:
    target = tmp_path / "kept.tar.gz"
    write_snapshot(index, target)
    return target


def members(snapshot: Path) -> Members:
    with tarfile.open(snapshot) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]


def packed(target: Path, files: Members, *, links: dict[str, str] | None = None) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            if links and name in links:
                entry.type, entry.linkname = tarfile.SYMTYPE, links[name]
                archive.addfile(entry)
                continue
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return target


def test_what_is_restored_elsewhere_is_what_was_kept(index: Path, snapshot: Path, tmp_path: Path) -> None:
    other = tmp_path / "deep" / "other"
    facts = restore(snapshot, other)
    was, now = Generations(index).open("f"), Generations(other).open("f")
    assert (facts.generation, facts.reports) == (was.id, 2)
    assert now.record == was.record
    assert (now.engine_folder / "data").read_text("utf-8") == "engine of two"
    assert now.report("agency-1") == was.report("agency-1")
    assert {one.id for one in Generations(other).addresses.reports()} == {"agency-1", "agency-2", "gone-2008"}
    # The next run goes on from there, and nothing is left behind.
    assert publish(Generations(other), 3).id > now.id
    assert sorted(path.name for path in other.iterdir() if path.name != "hashed.json") == [
        *("addresses.sqlite", "current", "generations", "lock")
    ]
    assert sorted(path.name for path in snapshot.parent.iterdir()) == ["deep", "index", "kept.tar.gz"]


def test_an_index_that_is_there_is_replaced_only_if_asked_for(index: Path, snapshot: Path) -> None:
    third = publish(Generations(index), 3)
    with pytest.raises(OperatorError, match="已有索引"):
        restore(snapshot, index)
    assert Generations(index).open("f").id == third.id
    facts = restore(snapshot, index, replace=True)
    assert Generations(index).open("f").id == facts.generation != third.id


def test_a_damaged_generation_is_mended_by_its_own_snapshot(index: Path, snapshot: Path) -> None:
    data = Generations(index).open("f").engine_folder / "data"
    data.write_text("other bytes!!", encoding="utf-8")
    with pytest.raises(OperatorError, match="损坏"):
        Generations(index).open("f")
    restore(snapshot, index, replace=True)
    assert (Generations(index).open("f").engine_folder / "data").read_text("utf-8") == "engine of two"


def test_a_damaged_index_is_not_kept(index: Path, tmp_path: Path) -> None:
    for file in Generations(index).open("f").folder.glob("reports/*"):
        file.write_bytes(b"{}")
    target = tmp_path / "kept.tar.gz"
    target.write_bytes(b"the one before")
    with pytest.raises(OperatorError, match="损坏"):
        write_snapshot(index, target)
    assert target.read_bytes() == b"the one before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "kept.tar.gz"]


def test_no_address_is_lost_by_a_restore(index: Path, snapshot: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    generation = publish(Generations(other), 7)
    enter(other, "agency-7")
    with pytest.raises(OperatorError, match="不能丢失"):
        restore(snapshot, other, replace=True)
    assert Generations(other).open("f").id == generation.id
    # A book that knows more than the snapshot stays as it is.
    enter(index, "agency-9")
    restore(snapshot, index, replace=True)
    assert Generations(index).addresses.report("agency-9") is not None


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Members], Members]:
    return lambda files: {**files, name: change(files[name])}


def without(part: str) -> Callable[[Members], Members]:
    return lambda files: {name: data for name, data in files.items() if part not in name}


@pytest.mark.parametrize(
    "tamper",
    [
        changed("engine/data", lambda data: data[::-1]),
        changed("run.json", lambda data: data.replace(b'"passages":4', b'"passages":5')),
        changed("snapshot.json", lambda data: data.replace(b'"generation":"', b'"generation":"../')),
        changed("snapshot.json", lambda data: b"[]"),
        changed("addresses.sqlite", lambda data: b"no book at all"),
        changed("addresses.sqlite", lambda data: b""),
        without("engine/data"),
        without("reports/"),
        without("run.json"),
        without("addresses"),
        lambda files: {**files, "engine/more": b"an engine reads whatever is in its folder"},
        lambda files: {**files, "../outside": b"x"},
        lambda files: {**files, "/tmp/outside": b"x"},
        lambda files: dict(reversed(files.items())),
        lambda files: {},
    ],
)
def test_a_snapshot_that_was_tampered_with_changes_nothing(
    tamper: Callable[[Members], Members], snapshot: Path, tmp_path: Path
) -> None:
    other, bad = tmp_path / "other", tmp_path / "bad.tar.gz"
    packed(bad, tamper(members(snapshot)))
    with pytest.raises(OperatorError):
        restore(bad, other)
    assert Generations(other).current() is None
    assert list((other / "generations").iterdir()) == []
    assert not (tmp_path / "outside").exists()


def test_a_record_that_names_files_elsewhere_is_refused(snapshot: Path, tmp_path: Path) -> None:
    """Whoever makes a snapshot can make its checksums agree, but not write outside of the index."""
    files = members(snapshot)
    record, facts = json.loads(files["run.json"]), json.loads(files["snapshot.json"])
    name = "engine/../../../../escaped"
    record["checksums"][name] = hashlib.sha256(b"x").hexdigest()
    data = json.dumps(record).encode()
    facts["record"] = hashlib.sha256(data).hexdigest()
    files |= {"run.json": data, "snapshot.json": json.dumps(facts).encode(), name: b"x"}
    with pytest.raises(OperatorError, match="不是快照"):
        restore(packed(tmp_path / "bad.tar.gz", files), tmp_path / "other")
    assert not list(tmp_path.rglob("escaped"))


def test_links_of_an_archive_are_refused(snapshot: Path, tmp_path: Path) -> None:
    bad = packed(tmp_path / "bad.tar.gz", members(snapshot), links={"engine/data": "/etc/passwd"})
    with pytest.raises(OperatorError, match="不是快照"):
        restore(bad, tmp_path / "other")


@pytest.mark.parametrize("cut", [0, 10, 200, 600])
def test_a_file_that_is_cut_short_or_none_is_told(cut: int, snapshot: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar.gz"
    bad.write_bytes(snapshot.read_bytes()[:cut] if cut else b"not even an archive")
    with pytest.raises(OperatorError, match="不是快照"):
        restore(bad, tmp_path / "other")
    with pytest.raises(OperatorError, match="没有这个文件"):
        restore(tmp_path / "nothing", tmp_path / "other")


def test_nothing_in_a_book_from_elsewhere_is_executed(snapshot: Path, tmp_path: Path) -> None:
    book = tmp_path / "book"
    files = members(snapshot)
    book.write_bytes(files["addresses.sqlite"])
    with closing(sqlite3.connect(book)) as connection:
        connection.execute("CREATE TRIGGER evil AFTER INSERT ON reports BEGIN DELETE FROM reports; END")
        connection.commit()
    files["addresses.sqlite"] = book.read_bytes()
    other = tmp_path / "other"
    restore(packed(tmp_path / "bad.tar.gz", files), other)
    with closing(sqlite3.connect(other / "addresses.sqlite")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall() == []


def alert(root: Path, name: str) -> None:
    """Enter a run of an alert, with a delivery that waits."""
    waiting = Delivery(f"d-{name}", name, "file", "findings", "a.txt", b"found")
    Outbox(root).enter(name, LastRun("digest", 5, "2026-12-01T00:00:00+00:00"), deliveries=[waiting])


def test_the_state_of_alerts_goes_along(index: Path, tmp_path: Path) -> None:
    alert(index, "visas")
    kept, other = tmp_path / "kept.tar.gz", tmp_path / "other"
    assert write_snapshot(index, kept).alerts
    restore(kept, other)
    assert Outbox(other).last_run("visas") == LastRun("digest", 5, "2026-12-01T00:00:00+00:00")
    assert Outbox(other).waiting() == Outbox(index).waiting()
    # What has looked further is not set back.
    alert(other, "budget")
    restore(kept, other, replace=True)
    assert Outbox(other).last_run("budget") is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "kept.tar.gz", "other"]
    assert not list(other.glob("*.restored*"))


def test_nothing_in_a_state_of_alerts_from_elsewhere_is_executed(index: Path, tmp_path: Path) -> None:
    alert(index, "visas")
    write_snapshot(index, tmp_path / "kept.tar.gz")
    files = members(tmp_path / "kept.tar.gz")
    evil = tmp_path / "evil"
    evil.write_bytes(files["alerts.sqlite"])
    with closing(sqlite3.connect(evil)) as connection:
        connection.execute("CREATE TRIGGER evil AFTER INSERT ON alerts BEGIN DELETE FROM alerts; END")
        connection.commit()
    files["alerts.sqlite"] = evil.read_bytes()
    restore(packed(tmp_path / "bad.tar.gz", files), tmp_path / "other")
    with closing(sqlite3.connect(tmp_path / "other" / "alerts.sqlite")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall() == []
    files["alerts.sqlite"] = b"none"
    with pytest.raises(OperatorError, match="提醒的记录"):
        restore(packed(tmp_path / "bad.tar.gz", files), tmp_path / "third")
    assert Generations(tmp_path / "third").current() is None


def test_a_snapshot_is_a_plain_archive(snapshot: Path) -> None:
    assert gzip.decompress(snapshot.read_bytes())[:13] == b"snapshot.json"
    assert list(members(snapshot))[:2] == ["snapshot.json", "run.json"]


def test_a_rollback_of_a_damaged_generation_leaves_the_current_one(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "index")
    first, second = publish(generations, 1), publish(generations, 2)
    (first.folder / "engine" / "data").write_text("other", encoding="utf-8")
    with pytest.raises(OperatorError, match="损坏"):
        generations.rollback()
    assert Generations(generations.root).current() == second


def test_the_commands(index: Path, tmp_path: Path) -> None:
    run = CliRunner()
    kept, other = str(tmp_path / "kept.tar.gz"), str(tmp_path / "other")
    told = run.invoke(cli, ["snapshot", kept, "--index", str(index)])
    assert (told.exit_code, "2 份报告" in told.output) == (0, True)
    told = run.invoke(cli, ["restore", kept, "--index", other, "--json"])
    assert json.loads(told.output)["reports"] == 2
    second = Generations(index).open("f").id
    told = run.invoke(cli, ["index", "--rollback", "--index", str(index)])
    assert (told.exit_code, "已退回" in told.output) == (0, True)
    assert Generations(index).open("f").id < second
    assert run.invoke(cli, ["index", "corpus", "--rollback", "--index", str(index)]).exit_code == 2


def states(index: Path) -> dict[str, str]:
    return {one.part: one.state for one in examine(index)}


def test_a_sound_index_is_found_sound_and_each_fault_is_told(tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert states(index) == {"index": "failed", "addresses": "warning"}
    corpus = tmp_path / "corpus"
    shutil.copytree(Path(__file__).resolve().parents[2] / "corpus", corpus)
    run_job(IndexJob(paths=(corpus,), index=index, engine="memory"))
    sound = dict.fromkeys(("index", "answer", "originals", "addresses", "room"), "ok")
    assert states(index) == sound
    shutil.rmtree(corpus)
    assert states(index) == {**sound, "originals": "warning"}
    (index / "addresses.sqlite").write_bytes(b"no book" * 1000)
    assert states(index)["addresses"] == "failed"
    report = next(index.glob("generations/*/reports/*"))
    report.write_bytes(b"{}")
    found = examine(index)
    assert [one.part for one in found if one.state == "failed"] == ["index", "addresses"]
    assert all(one.hint for one in found if one.state != "ok")


def test_the_doctor_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_SEARCH_URL", "example.org")
    told = CliRunner().invoke(cli, ["doctor", "--index", str(tmp_path / "none")])
    assert told.exit_code == 1
    assert "不好  " in told.output
    assert "report-search index" in told.output
    assert "REPORT_SEARCH_URL" in told.output
    told = CliRunner().invoke(cli, ["doctor", "--index", str(tmp_path / "none"), "--json"])
    assert json.loads(told.output)["findings"][0]["state"] == "failed"
