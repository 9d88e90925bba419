"""Words: nothing that counts is lost, the dictionary is heeded, and jieba keeps to itself."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from report_search.analysis.fold import fold
from report_search.analysis.segment import Segmenter, bundled, bundled_dictionary
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
    assert bundled().words(text) == words


def test_words_for_ranking_hold_the_shorter_ones_and_plain_numbers() -> None:
    assert bundled().search_words("领事保护1,234件") == ["领事", "保护", "领事保护", "1234", "件"]


def test_every_word_of_the_dictionary_is_cut_whole_and_would_not_be_without_it() -> None:
    entries, bare = bundled_dictionary(), Segmenter()
    assert len(entries) == len(set(entries)) > 150
    assert [word for word in entries if bundled().words(word) != [word]] == []
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
    words = bundled().words(text)
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
    assert [path.name for path in (tmp_path / "own" / "report-search").iterdir()] == ["jieba-0.42.1.cache"]


def test_importing_loads_no_dictionary_and_no_jieba() -> None:
    code = (
        "import sys, report_search.analysis.segment as s; s.bundled(); assert 'jieba' not in sys.modules;"
        "s.bundled().words('领事'); assert 'jieba' in sys.modules; assert 'pkg_resources' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
