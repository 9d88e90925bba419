"""The life of an index: whatever happens, what is current is complete, and nothing else is ever read from."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from report_search.errors import OperatorError
from report_search.generations import (
    BuildOutcome,
    Draft,
    Generation,
    Generations,
    PictureBeside,
    SourceRecord,
    checksum_cache,
)
from report_search.generations import generation as generation_module
from report_search.model import (
    Cell,
    Evidence,
    Paragraph,
    Report,
    ReportWarning,
    Row,
    Section,
    Source,
    Table,
    TurnedPage,
)

REPORT = Report(
    id="waijiaobu-2019",
    agency="外交部",
    agency_key="waijiaobu",
    year=2019,
    title="外交部政府信息公开工作年度报告",
    published="2020-01-31",
    source=Source("mfa-2019.md", "https://example.org/a", "ab" * 32, "markdown"),
    sections=(
        Section(
            "一",
            "总体情况",
            "overview",
            (Paragraph("（一）主动公开。全年……", "（一）", "主动公开"),),
            (
                Section(
                    "（一）",
                    "附表",
                    "overview",
                    (Table((Row((Cell("3件", 0, value=3, unit="件"),)),), "表"),),
                    mark="、",
                ),
            ),
        ),
    ),
    warnings=(ReportWarning("section-missing", "缺少“四”", "第四部分"),),
    evidence=(Evidence("year", "2019", "title"), Evidence("published", "2020-01-31", "url", sure=False)),
    turned_pages=(TurnedPage(2, 90),),
)


def report(number: int) -> Report:
    return replace(REPORT, id=f"agency-{number}", agency=f"机关{number}")


def fill(draft: Draft, *numbers: int, text: str = "engine") -> BuildOutcome:
    """Reports of two passages each, and one engine file."""
    for number in numbers:
        draft.put(report(number), passages=2)
    data = draft.engine_folder / "data"
    data.unlink(missing_ok=True)
    data.write_text(text, encoding="utf-8")
    kept = draft.kept
    return BuildOutcome(sum(s.passages for s in kept.values()), len(kept))


def publish(generations: Generations, *numbers: int, text: str = "engine") -> Generation:
    with generations.draft(engine="memory", fingerprint="f") as draft:
        return generations.publish(draft, fill(draft, *numbers, text=text))


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index", grace=0)


def folders(generations: Generations) -> set[str]:
    return {path.name for path in (generations.root / "generations").iterdir()}


def test_nothing_is_current_before_the_first_publication(generations: Generations) -> None:
    assert generations.current() is None
    with pytest.raises(OperatorError, match="还没有索引") as caught:
        generations.open("f")
    assert "report-search index" in caught.value.hint


def test_what_was_published_is_read_back(generations: Generations) -> None:
    beside = (PictureBeside("img/1.png", "a_files/1.png", "11" * 32),)
    source = SourceRecord(
        "a.txt", "00" * 32, 10, 123, code="not-a-report", message="不是年度报告", beside=beside
    )
    warning = ReportWarning("corpus", "提醒")
    with generations.draft(engine="memory", fingerprint="f") as draft:
        draft.put(REPORT, passages=3)
        (draft.engine_folder / "sub").mkdir()
        (draft.engine_folder / "sub" / "data").write_bytes(b"1")
        published = generations.publish(draft, BuildOutcome(3, 1, (source,), (warning,)))
    read = Generations(generations.root).open("f")
    assert read == published
    assert read.report("waijiaobu-2019") == REPORT
    assert read.report("nobody-2019") is None
    summary = read.reports()[0]
    assert (summary.id, summary.passages, summary.warnings) == ("waijiaobu-2019", 3, REPORT.warnings)
    assert [fact.field for fact in summary.unsure] == ["published"]
    assert (read.record.engine, read.record.fingerprint, read.record.passages, read.record.reports) == (
        "memory",
        "f",
        3,
        1,
    )
    assert (read.record.sources, read.record.warnings) == ((source,), (warning,))
    assert set(read.record.checksums) == {"engine/sub/data", "reports/waijiaobu-2019.json"}
    assert (read.engine_folder / "sub" / "data").read_bytes() == b"1"


def test_a_draft_starts_with_what_is_current_and_shares_its_files(generations: Generations) -> None:
    first = publish(generations, 1, 2)
    with generations.draft(engine="memory", fingerprint="f") as draft:
        assert draft.carried == first
        assert set(draft.kept) == {"agency-1", "agency-2"}
        draft.drop("agency-1")
        draft.drop("never-there")
        draft.put(report(3), passages=2)
        second = generations.publish(draft, BuildOutcome(4, 2))
    assert [s.id for s in second.reports()] == ["agency-2", "agency-3"]
    assert second.report("agency-1") is None
    assert first.report("agency-1") == report(1)
    mine, theirs = (g.folder / "reports" / "agency-2.json" for g in (second, first))
    assert mine.samefile(theirs)
    assert (second.folder / "engine" / "data").samefile(first.folder / "engine" / "data")


def test_a_replaced_report_leaves_the_generation_before_as_it_was(generations: Generations) -> None:
    first = publish(generations, 1)
    changed = replace(report(1), title="改过的标题")
    with generations.draft(engine="memory", fingerprint="f") as draft:
        draft.put(changed, passages=2)
        second = generations.publish(draft, BuildOutcome(2, 1))
    assert second.report("agency-1") == changed
    assert first.report("agency-1") == report(1)


def test_files_are_copied_where_links_are_impossible(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(generations, 1)

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    second = publish(generations, 2)
    assert second.report("agency-1") == report(1)
    Generations(generations.root).open("f")


@pytest.mark.parametrize(("engine", "fingerprint"), [("other", "f"), ("memory", "g")])
def test_another_engine_or_fingerprint_starts_from_nothing(
    generations: Generations, engine: str, fingerprint: str
) -> None:
    publish(generations, 1)
    with generations.draft(engine=engine, fingerprint=fingerprint) as draft:
        assert draft.carried is None
        assert draft.kept == {}


def test_a_draft_that_is_not_published_leaves_nothing(generations: Generations) -> None:
    first = publish(generations, 1)
    with pytest.raises(ZeroDivisionError):
        _draft_and_fail(generations)
    assert generations.current() == first
    assert folders(generations) == {first.id}


def _draft_and_fail(generations: Generations) -> None:
    with generations.draft(engine="memory", fingerprint="f") as draft:
        fill(draft, 2)
        raise ZeroDivisionError


def test_counts_that_differ_are_not_published(generations: Generations) -> None:
    first = publish(generations, 1)
    with generations.draft(engine="memory", fingerprint="f") as draft:
        fill(draft, 2)
        with pytest.raises(OperatorError, match="未启用"):
            generations.publish(draft, BuildOutcome(3, 2))
    assert generations.current() == first


def test_a_draft_that_fails_its_check_is_not_published(generations: Generations) -> None:
    def check(folder: Path) -> None:
        raise OperatorError("golden", f"{folder.name} 没有找到应有的段落")

    with generations.draft(engine="memory", fingerprint="f") as draft:
        outcome = fill(draft, 1)
        with pytest.raises(OperatorError, match="engine 没有找到"):
            generations.publish(draft, outcome, check=check)
    assert generations.current() is None


def test_a_second_writer_fails_at_once(generations: Generations) -> None:
    with (
        generations.draft(engine="memory", fingerprint="f"),
        pytest.raises(OperatorError, match="另一个进程") as caught,
        Generations(generations.root).draft(engine="memory", fingerprint="f"),
    ):
        pass
    assert caught.value.hint


def test_the_lock_is_released_when_its_process_ends(generations: Generations) -> None:
    script = f"""
        import os
        from pathlib import Path
        from report_search.generations import Generations
        with Generations(Path({str(generations.root)!r})).draft(engine="memory", fingerprint="f"):
            print("locked", flush=True)
            input()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"locked"
        with (
            pytest.raises(OperatorError, match="另一个进程"),
            generations.draft(engine="memory", fingerprint="f"),
        ):
            pass
        child.kill()
    assert publish(generations, 1).record.passages == 2


def test_the_previous_generation_is_kept_for_rollback_and_older_ones_are_removed(
    generations: Generations,
) -> None:
    _, second, third = (publish(generations, number) for number in (1, 2, 3))
    assert folders(generations) == {second.id, third.id}
    assert generations.rollback() == second
    assert Generations(generations.root).open("f").id == second.id
    with pytest.raises(OperatorError, match="退回"):
        generations.rollback()
    fourth = publish(generations, 4)
    assert [s.id for s in fourth.reports()] == ["agency-1", "agency-2", "agency-4"]
    assert folders(generations) == {second.id, fourth.id}


def test_older_generations_are_kept_for_a_grace(tmp_path: Path) -> None:
    patient = Generations(tmp_path, grace=1000)
    first = publish(patient, 1)
    publish(patient, 2)
    publish(patient, 3)
    assert first.id in folders(patient)
    assert first.report("agency-1") == report(1)


def test_no_more_than_eight_are_kept_however_young(tmp_path: Path) -> None:
    patient = Generations(tmp_path, grace=1000)
    published = [publish(patient, number).id for number in range(12)]
    assert folders(patient) == set(published[-8:])


def test_another_fingerprint_is_refused(generations: Generations) -> None:
    publish(generations, 1)
    with pytest.raises(OperatorError, match="不一致") as caught:
        generations.open("another")
    assert "report-search index" in caught.value.hint


@pytest.mark.parametrize("name", ["engine/data", "run.json", "reports/agency-1.json"])
@pytest.mark.parametrize("how", ["changed", "gone", "added"])
def test_a_file_that_differs_from_what_was_published_is_refused(
    generations: Generations, name: str, how: str
) -> None:
    path = publish(generations, 1).folder / name
    if how == "changed":
        path.write_bytes(path.read_bytes().replace(b"e", b"f", 1))
    elif how == "gone":
        path.unlink()
    elif name == "engine/data":
        path.with_name("stray").write_bytes(b"")
    else:
        path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(OperatorError, match="损坏") as caught:
        _read_all(Generations(generations.root))
    assert "report-search index" in caught.value.hint


def _read_all(generations: Generations) -> None:
    generations.open("f").report("agency-1")


def test_the_folder_of_an_engine_is_verified_before_it_is_given(generations: Generations) -> None:
    (publish(generations, 1).folder / "engine" / "data").write_bytes(b"tampered")
    current = Generations(generations.root).current()
    assert current is not None
    with pytest.raises(OperatorError, match="损坏"):
        _ = current.engine_folder


@pytest.mark.parametrize("content", ["", "000001-abc", "one two three", "000001-abc 00", "\xff\xfe"])
def test_a_broken_pointer_is_refused(generations: Generations, content: str) -> None:
    publish(generations, 1)
    (generations.root / "current").write_bytes(content.encode("latin-1"))
    with pytest.raises(OperatorError, match="损坏"):
        Generations(generations.root).current()


def test_a_damaged_index_is_built_anew(generations: Generations) -> None:
    (publish(generations, 1).folder / "engine" / "data").write_bytes(b"tampered")
    fresh = Generations(generations.root, grace=0)
    with fresh.draft(engine="memory", fingerprint="f") as draft:
        assert draft.carried is None
        published = fresh.publish(draft, fill(draft, 1))
    assert Generations(generations.root).open("f").id == published.id


CRASH = """
import os, pathlib, shutil, sys
from report_search.generations import Generations
from tests.test_generations import fill

left = int(sys.argv[2])

def counted(real):
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return real(*arguments, **options)
    return call

for owner, names in ((os, ("link", "fsync", "rename", "replace", "mkdir", "unlink", "rmdir")),
                     (pathlib.Path, ("write_bytes", "replace", "rename", "mkdir", "unlink"))):
    for name in names:
        setattr(owner, name, counted(getattr(owner, name)))
generations = Generations(pathlib.Path(sys.argv[1]), grace=0)
with generations.draft(engine="memory", fingerprint="f") as draft:
    draft.drop("agency-1")
    generations.publish(draft, fill(draft, 9, text="new"))
print("done")
"""


def test_a_crash_at_any_step_leaves_a_complete_generation_current(tmp_path: Path) -> None:
    """The process is ended before its first, second, third … call that changes the disk, until it completes."""
    seen: list[set[str]] = []
    for step in range(200):
        generations = Generations(tmp_path / str(step), grace=0)
        publish(generations, 1)
        publish(generations, 2)
        ran = subprocess.run(
            [sys.executable, "-c", CRASH, str(generations.root), str(step)],
            capture_output=True,
            check=False,
            cwd=Path(__file__).resolve().parent.parent,
        )
        current = Generations(generations.root).open("f")
        ids = {summary.id for summary in current.reports()}
        assert all(current.report(name) is not None for name in ids)
        seen.append(ids)
        again = Generations(generations.root, grace=0)
        latest = publish(again, 3)
        assert folders(again) == {latest.id, current.id}
        if ran.returncode == 0:
            assert ran.stdout.strip() == b"done"
            break
        assert ran.returncode == 9, ran.stderr.decode()
    old, new = {"agency-1", "agency-2"}, {"agency-2", "agency-9"}
    assert seen[0] == old
    assert seen[-1] == new
    assert [ids for ids in seen if ids not in (old, new)] == []
    assert len(seen) > 10


def hashed_on_opening(generations: Generations, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The engine's files that are hashed when the current generation is opened."""
    hashed: list[str] = []

    def digests(paths: Iterable[Path]) -> list[str]:
        listed = list(paths)
        hashed.extend(path.name for path in listed)
        return real(listed)

    real = generation_module.digests
    with monkeypatch.context() as patch:
        patch.setattr(generation_module, "digests", digests)
        generations.open("f")
    return hashed


def test_files_that_nobody_changed_are_not_hashed_again(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checksum_cache, "CLOCK_MARGIN_NS", -(10**9))
    data = publish(generations, 1).folder / "engine" / "data"
    assert hashed_on_opening(generations, monkeypatch) == []
    (data.parent / "link").hardlink_to(data)
    (data.parent / "link").unlink()
    assert hashed_on_opening(generations, monkeypatch) == ["data"], "the system reports a change"
    with generations.draft(engine="memory", fingerprint="f"):
        pass
    assert hashed_on_opening(generations, monkeypatch) == [], "hashed by the writer and kept"
    facts = data.stat()
    data.write_bytes(bytes(facts.st_size))
    os.utime(data, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(OperatorError):
        generations.open("f")
    with generations.draft(engine="memory", fingerprint="f"):
        pass
    with pytest.raises(OperatorError):
        generations.open("f")


def test_a_file_as_new_as_its_checksum_and_an_old_cache_are_not_trusted(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checksum_cache, "CLOCK_MARGIN_NS", 10**12)
    publish(generations, 1)
    assert hashed_on_opening(generations, monkeypatch) == ["data"]
    monkeypatch.setattr(checksum_cache, "CLOCK_MARGIN_NS", -(10**9))
    with generations.draft(engine="memory", fingerprint="f"):
        pass
    assert hashed_on_opening(generations, monkeypatch) == []
    monkeypatch.setattr(checksum_cache, "MAX_AGE", 0.0)
    assert hashed_on_opening(generations, monkeypatch) == ["data"]
    (generations.root / "hashed.json").write_text("no cache", encoding="utf-8")
    assert hashed_on_opening(generations, monkeypatch) == ["data"]
