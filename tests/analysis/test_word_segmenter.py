"""Segmentation: nothing that counts is lost, the dictionary is used, and jieba writes nowhere but in its folder."""

from __future__ import annotations

import logging
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from indexer.synthetic.reports import reports
from report_search.analysis.fold import fold
from report_search.analysis.mapped_dictionary import MappedDictionary, write_dictionary
from report_search.analysis.word_segmenter import (
    BackendName,
    Segmenter,
    build_segmenter,
    bundled_dictionary,
    fastest_backend,
    query_segmenter,
)
from report_search.passages import passages_of
from tests.analysis.texts import ruled


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("加强领事保护工作", ["加强", "领事保护", "工作"]),
        ("申请1,234件,办结3件", ["申请", "1,234", "件", "办结", "3", "件"]),
        ("依申请公开和政务公开", ["依申请公开", "和", "政务公开"]),
        ("增长12.5%(含)", ["增长", "12.5", "含"]),
        ("covid-19与g20峰会", ["covid", "19", "与", "g20", "峰会"]),
        ("café 𠮷野", ["café", "𠮷", "野"]),
        ("мир ガス", ["мир", "ガス"]),
        ("。、\t ", []),
        ("", []),
    ],
)
def test_words_of_a_query(text: str, words: list[str]) -> None:
    assert query_segmenter().words(text) == words


def test_words_for_ranking_hold_the_shorter_ones_and_plain_numbers() -> None:
    assert query_segmenter().search_words("领事保护1,234件") == ["领事", "保护", "领事保护", "1234", "件"]


def test_every_word_of_the_dictionary_is_kept_whole_and_would_not_be_without_it() -> None:
    entries, bare = bundled_dictionary(), Segmenter()
    assert len(entries) == len(set(entries)) > 150
    assert [word for word in entries if query_segmenter().words(word) != [word]] == []
    assert [word for word in entries if bare.words(word) == [word]] == []
    assert [word for word in entries if fold(word).text != word] == []


def test_a_dictionary_is_a_file_or_lines_with_or_without_frequency(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# 注释\n\n领事丁卯 100000\n", "utf-8")
    assert Segmenter(path).words("领事丁卯") == ["领事丁卯"]
    assert Segmenter(["领事丁卯"]).words("领事丁卯") == ["领事丁卯"]
    assert Segmenter().words("领事丁卯") == ["领事", "丁卯"]


@settings(max_examples=300, deadline=None)
@given(ruled)
def test_no_letter_and_no_digit_is_lost(original: str) -> None:
    text = fold(original).text
    words = query_segmenter().words(text)
    assert [c for c in "".join(words) if c.isalnum()] == [c for c in text if c.isalnum()]
    at = 0
    for word in words:
        at = text.index(word, at) + len(word)


def test_an_unwritable_cache_folder_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    with caplog.at_level(logging.WARNING):
        assert Segmenter(["领事保护"]).words("领事保护") == ["领事保护"]
    assert caplog.records == []


def test_the_cache_lies_in_the_users_folder_and_not_in_the_shared_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    Segmenter().words("领事")
    assert list(shared.iterdir()) == []
    kept = sorted(path.name for path in (tmp_path / "own" / "report-search").iterdir())
    assert [name.partition("-")[0] for name in kept] == ["jieba", "words"]


def test_a_query_waits_for_no_dictionary() -> None:
    query_segmenter().words("领事")
    code = (
        "import sys, report_search.analysis.word_segmenter as s; query = s.query_segmenter();"
        "assert 'jieba' not in sys.modules; query.words('领事保护');"
        "assert not {'jieba', 'rjieba'} & set(sys.modules);"
        "s.Segmenter(by='jieba').words('领事'); assert 'pkg_resources' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_build_and_a_query_have_the_same_words() -> None:
    text = "加强领事保护工作"
    assert build_segmenter() is not query_segmenter()
    assert build_segmenter().search_words(text) == query_segmenter().search_words(text)


def stretches(count: int) -> Iterator[str]:
    """Chinese stretches: words of the dictionaries whole and torn, rare characters, and the prose of reports."""
    rng = random.Random(7)
    jieba = Segmenter(bundled_dictionary(), by="jieba")
    jieba.words("领事")
    known = sorted(word for word, often in jieba._backend.tokenizer.FREQ.items() if often)  # type: ignore[union-attr]
    han = [word for word in known if re.fullmatch("[\u4e00-\u9fd5]+", word)]
    rare = "〇々㐀⺀⼀豈鿿𠀀𪛖"
    for _ in range(count):
        parts = (rng.choice(han)[rng.randint(0, 1) :] for _ in range(rng.randint(1, 16)))
        noise = (
            rng.choice(rare) if rng.random() < 0.1 else chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(3)
        )
        mixed = [*parts, *noise]
        rng.shuffle(mixed)
        yield "".join(mixed)
    for report in reports(40, seed=3):
        yield from (fold(passage.text).text for passage in passages_of(report))


@pytest.mark.parametrize("by", ["mapped", "rjieba"])
def test_every_backend_gives_the_words_of_jieba(by: BackendName) -> None:
    if by == "rjieba" and fastest_backend() != "rjieba":
        pytest.skip("rjieba is not installed")
    reference, other = Segmenter(bundled_dictionary(), by="jieba"), Segmenter(bundled_dictionary(), by=by)
    texts = list(stretches(3000))
    assert len(texts) > 4000
    assert [text for text in texts if other.words(text) != reference.words(text)] == []
    assert [text for text in texts if other.search_words(text) != reference.search_words(text)] == []


def test_a_mapped_dictionary_that_was_changed_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "words"
    write_dictionary(path, {"领事": 3, "保护": 2, "领": 0}, total=5)
    assert list(MappedDictionary(path).cut("领事保护")) == ["领事", "保护"]
    assert (MappedDictionary(path).frequency("领"), MappedDictionary(path).frequency("事")) == (0, 0)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match="no dictionary"):
        MappedDictionary(path)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="empty"):
        MappedDictionary(path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Segmenter(["领保"]).words("领保") == ["领保"]
    (kept,) = (tmp_path / "report-search").glob("words-*")
    kept.write_bytes(bytes(data))
    assert Segmenter(["领保"]).words("领保工作") == ["领保", "工作"]
    assert kept.read_bytes() != bytes(data)
