"""The tantivy engine keeps the contract, and answers exactly as the memory engine does."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("tantivy", reason="the extra 'tantivy' is not installed")

from report_search.analysis.word_segmenter import query_segmenter
from report_search.engine.columnar.prepared import prepare
from report_search.engine.columnar.segment import SegmentBuilder
from report_search.engine.registry import open_engine
from report_search.engine.tantivy import engine as tantivy_engine
from report_search.engine.tantivy import live_rows
from report_search.engine.tantivy.batches import write_batch
from report_search.errors import OperatorError
from report_search.passages import Passage
from report_search.query.ast import Everything, Query
from tests.engine.contract.given import BASIC, apart, everything, ids, relaxed
from tests.engine.corpus import REPORTS, passage, passages, phrase, positional_trees, term
from tests.engine.likeness import LikeMemory


class TestTantivy(LikeMemory):
    name = "tantivy"

    def test_compaction_keeps_every_passage_and_bounds_the_batches(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tantivy_engine, "MAX_SMALL_BATCHES", 4)
        with self.filled(*([p] for p in BASIC)) as engine:
            assert isinstance(engine, tantivy_engine.TantivyEngine)
            assert len(list(engine.batches.iterdir())) <= 4
            assert engine.snapshot().passages([p.id for p in BASIC]) == BASIC
            with engine.writer() as writer:
                for name, *_ in REPORTS[:3]:
                    writer.remove_report(name)
            assert ids(everything(engine.snapshot())) == [BASIC[5].id]
            assert len(list(engine.batches.iterdir())) == 1

    def test_a_report_removed_while_small_batches_are_joined_stays_away(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tantivy_engine, "MAX_SMALL_BATCHES", 2)
        with self.filled([BASIC[0], BASIC[1]], [BASIC[2]], [BASIC[4]]) as engine:
            with engine.writer() as writer:
                writer.remove_report("waijiaobu-2014")
                writer.add([BASIC[0]])
            assert set(ids(everything(engine.snapshot()))) == {BASIC[k].id for k in (0, 2, 4)}

    def test_a_large_writer_leaves_several_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tantivy_engine, "BATCH_ROWS", 2)
        with self.filled(BASIC[:5], BASIC[5:]) as engine:
            assert isinstance(engine, tantivy_engine.TantivyEngine)
            assert [p.name for p in sorted(engine.batches.iterdir())] == [f"{n:012d}" for n in (0, 2, 4, 5)]
            assert everything(engine.snapshot(), phrase("领事保护")).total.passages == 3
            assert engine.snapshot().passages([BASIC[3].id, BASIC[5].id]) == [BASIC[3], BASIC[5]]

    @relaxed
    @given(st.lists(passages(most=9), max_size=2), st.lists(positional_trees, min_size=1, max_size=4))
    def test_places_are_those_that_memory_finds_whatever_the_batches(
        self, commits: list[list[Passage]], asked: list[Query]
    ) -> None:
        """Nearness, sentences and patterns over batches of three rows, a report of them removed."""
        answers = []
        for name in ("memory", self.name):
            with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as folder:
                patched.setattr(tantivy_engine, "BATCH_ROWS", 3)
                engine = open_engine(name, Path(folder))
                for commit in apart(commits):
                    with engine.writer() as writer:
                        writer.add(commit)
                with engine.writer() as writer:
                    writer.remove_report(REPORTS[0][0])
                found = [everything(engine.snapshot(), tree) for tree in asked]
                answers.append([(one.total, one.hits) for one in found])
                engine.close()
        assert answers[0] == answers[1]

    def test_columns_of_a_commit_that_never_came_are_dead(self) -> None:
        with self.filled(BASIC[:4]) as engine:
            assert isinstance(engine, tantivy_engine.TantivyEngine)
            builder = SegmentBuilder()
            for p in BASIC[4:]:
                builder.add(p, prepare(p, query_segmenter()))
            write_batch(engine.batches / f"{4:012d}", builder)
            engine.close()
            assert everything(engine.snapshot()).total.passages == 4
            with engine.writer() as writer:
                writer.add([passage(9, "新的段落")])
            assert everything(engine.snapshot()).total.passages == 5
            assert [p.name for p in sorted(engine.batches.iterdir())] == [f"{n:012d}" for n in (0, 6)]

    def test_masks_are_read_in_several_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(live_rows, "BUCKETS", 2)
        many = [passage(n, "领事保护" if n % 3 else "新闻发布", report=n % 4) for n in range(300)]
        with self.filled(many) as engine:
            found = everything(engine.snapshot(), phrase("领事保护"))
            assert set(ids(found)) == {p.id for p in many if "领事" in p.text}
            assert everything(engine.snapshot(), Everything()).total.passages == 300

    def test_files_of_a_commit_are_never_written_again(self, tmp_path: Path) -> None:
        """Generations share files by hard links, so a changed file would change the one before."""
        before, after = tmp_path / "before", tmp_path / "after"
        engine = open_engine("tantivy", before)
        with engine.writer() as writer:
            writer.add(BASIC)
        engine.close()
        contents = {path: path.read_bytes() for path in before.rglob("*") if path.is_file()}
        for path in contents:
            place = after / path.relative_to(before)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, place)
        updated = open_engine("tantivy", after)
        with updated.writer() as writer:
            writer.remove_report("waijiaobu-2014")
            writer.add([passage(3, "又一段", report=0)])
        updated.close()
        assert {path: path.read_bytes() for path in contents} == contents
        again = open_engine("tantivy", before)
        assert again.snapshot().report_passages("waijiaobu-2014") == BASIC[:2]
        assert everything(again.snapshot(), phrase("又一段")).total.passages == 0
        assert {path for path in before.rglob("*") if path.is_file()} == set(contents)

    def test_a_commit_that_fails_leaves_what_was(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with self.filled(BASIC[:4]) as engine:
            with monkeypatch.context() as patched:
                patched.setattr(SegmentBuilder, "write", full)
                with pytest.raises(OperatorError, match="写入失败"), engine.writer() as writer:
                    writer.add(BASIC[4:])
            assert set(ids(everything(engine.snapshot()))) == {p.id for p in BASIC[:4]}
            with engine.writer() as writer:
                writer.add(BASIC[4:])
            assert everything(engine.snapshot()).total.passages == 6

    def test_a_damaged_index_is_refused(self, tmp_path: Path) -> None:
        engine = open_engine("tantivy", tmp_path)
        with engine.writer() as writer:
            writer.add(BASIC)
        engine.close()
        (tmp_path / "index" / "meta.json").write_text("{}")
        with pytest.raises(OperatorError, match="损坏"):
            open_engine("tantivy", tmp_path)

    def test_words_and_characters_no_tokenizer_expects(self) -> None:
        texts = ["a\\b|c", "长" * 300, "x" * 400 + "件", "\ue000私\U0010fffd", "a\u200bb", "12\\m3"]
        with self.filled([passage(n, text) for n, text in enumerate(texts)]) as engine:
            snapshot = engine.snapshot()
            for number, text in enumerate(texts):
                assert ids(everything(snapshot, phrase(text))) == [passage(number, "").id]
                assert passage(number, "").id in ids(everything(snapshot, term(text)))
