"""The whoosh engine keeps the contract, and answers exactly as the memory engine does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from report_search.engine.protocol import Writer
from report_search.engine.registry import open_engine
from report_search.engine.whoosh import engine as whoosh_engine
from report_search.errors import OperatorError
from tests.engine.contract.given import BASIC, everything
from tests.engine.corpus import passage
from tests.engine.likeness import LikeMemory


class TestWhoosh(LikeMemory):
    name = "whoosh"

    def test_compaction_keeps_every_passage_and_bounds_the_segments(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(whoosh_engine, "MAX_SMALL_SEGMENTS", 4)
        with self.filled(*([p] for p in BASIC)) as engine:
            assert isinstance(engine, whoosh_engine.WhooshEngine)
            assert len(engine.segments()) <= 4
            assert engine.snapshot().passages([p.id for p in BASIC]) == BASIC
            folders = {path.name for path in (engine.folder / "arrays").iterdir()}
            assert folders == {engine.arrays(segment).name for segment in engine.segments()}

    def test_a_large_writer_leaves_several_segments(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(whoosh_engine, "SEGMENT_PASSAGES", 2)
        with self.filled(BASIC[:1]) as engine:
            assert isinstance(engine, whoosh_engine.WhooshEngine)
            with engine.writer() as writer:
                writer.add([*BASIC[1:], passage(9, "又一段领事保护", report=3)])
                writer.remove_report("waijiaobu-2019")
                writer.remove_report("shanghai-nd")
                writer.add([BASIC[2]])
            found = everything(engine.snapshot(), sort="newest")
            assert [hit.id for hit in found.hits] == [BASIC[k].id for k in (4, 2, 0, 1)]
            with pytest.raises(ZeroDivisionError), engine.writer() as writer:
                _add_and_fail(writer)
            assert everything(engine.snapshot(), sort="newest") == found
            assert len(list((engine.folder / "arrays").iterdir())) == len(engine.segments())

    def test_files_of_a_commit_are_never_written_again(self, tmp_path: Path) -> None:
        """Generations share files by hard links, so a changed file would change the one before."""
        before, after = tmp_path / "before", tmp_path / "after"
        engine = open_engine("whoosh", before)
        with engine.writer() as writer:
            writer.add(BASIC)
        engine.close()
        contents = {p: p.read_bytes() for p in before.rglob("*") if p.is_file() and "LOCK" not in p.name}
        for path in contents:
            place = after / path.relative_to(before)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, place)
        updated = open_engine("whoosh", after)
        with updated.writer() as writer:
            writer.remove_report("waijiaobu-2014")
            writer.add([passage(3, "又一段", report=0)])
        updated.close()
        assert {path: path.read_bytes() for path in contents} == contents
        assert open_engine("whoosh", before).snapshot().report_passages("waijiaobu-2014") == BASIC[:2]

    def test_an_array_file_that_is_none_is_refused(self, tmp_path: Path) -> None:
        engine = open_engine("whoosh", tmp_path)
        with engine.writer() as writer:
            writer.add(BASIC)
        engine.close()
        for path in (tmp_path / "arrays").rglob("text"):
            path.write_bytes(b"nothing of the kind, but long enough to be read")
        with pytest.raises(OperatorError, match="损坏"):
            open_engine("whoosh", tmp_path).snapshot()


def _add_and_fail(writer: Writer) -> None:
    writer.add([passage(number, "新的段落", report=3) for number in range(20, 27)])
    raise ZeroDivisionError
