"""The library's data files: readable wherever the package lies, with comments that are no entries."""

from __future__ import annotations

import tomllib

import pytest

from report_search.data import entries, read_bytes, read_lines, read_text, read_toml


def test_comments_and_empty_lines_are_no_entries() -> None:
    assert list(entries(["# 注释", "", "  ", " 领事 3 ", "领#事"])) == ["领事 3", "领#事"]


@pytest.mark.parametrize(
    "name", ["dictionary.txt", "distinctions.txt", "setphrases.txt", "stopwords.txt", "units.txt"]
)
def test_a_list_has_entries_each_once(name: str) -> None:
    lines = read_lines(name)
    assert lines
    assert len(set(lines)) == len(lines)
    assert not [line for line in lines if line.startswith("#")]


def test_a_file_is_the_same_in_every_form() -> None:
    assert read_bytes("topics.toml").decode("utf-8").splitlines() == read_text("topics.toml").splitlines()
    assert read_toml("topics.toml") == tomllib.loads(read_text("topics.toml"))


def test_a_file_that_is_missing_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        read_text("nothing.txt")
