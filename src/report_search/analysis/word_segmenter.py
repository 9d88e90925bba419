"""Words: jieba's cut of a folded text, for reading queries and for ranking. What matches is not decided here.

The rule: no character that counts is lost. Numbers are kept whole, single digits too; Latin words and other scripts
are words of their own; jieba sees Chinese stretches only, without its guesses at unknown words (HMM). White space
and punctuation are no words.

The same cut is to be had in three ways. The few characters of a query are cut by a table of jieba's words on the disk
(``wordtable``), so that a search waits for no dictionary. ``for_many`` loads a cutter for many texts: rjieba where it
is installed, fourteen times as fast as jieba, and jieba itself elsewhere. Tests hold the three together; jieba is the
reference. The files that are kept, jieba's cache and the table, lie in a folder of the user's own instead of the shared
temporary folder; where that can't be written, it goes without.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol

from report_search.analysis.arabic_numbers import NUMBER
from report_search.analysis.mapped_dictionary import WordTable, write_table

_HAN = r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
_LATIN = r"a-z\u00aa\u00ba\u00df-\u00f6\u00f8-\u024f\u0250-\u02af\u1e00-\u1eff"
_TOKEN = re.compile(
    rf"(?P<latin>[0-9]*[{_LATIN}][{_LATIN}0-9]*)|(?P<number>{NUMBER})|(?P<han>{_HAN})|(?P<other>[^\W_]+)"
)
_DATA = "data/dictionary.txt"


CutterName = Literal["jieba", "rjieba", "table"]
_RJIEBA = (0, 2, 2)
"""The first version of rjieba that takes a dictionary."""


class _Cutter(Protocol):
    """Cuts Chinese stretches as jieba does without HMM."""

    def cut(self, text: str) -> Iterable[str]: ...

    def cut_for_search(self, text: str) -> Iterable[str]: ...


class Segmenter:
    """Cuts folded text into words, with ``dictionary`` (a file or words, one a line) on top of jieba's own.

    A line may hold a frequency behind its word; without one the word is made just frequent enough to be cut whole.
    ``by`` names one way of cutting; without it the segmenter chooses.
    """

    def __init__(self, dictionary: Sequence[str] | Path = (), *, by: CutterName | None = None) -> None:
        self._dictionary = dictionary
        self._by = by
        self._lock = Lock()
        self._cutter: _Cutter | None = None
        self._is_for_many = False

    def words(self, text: str) -> list[str]:
        """The words of a folded text one after another, none inside another."""
        return list(self._cut(text, search=False))

    def search_words(self, text: str) -> list[str]:
        """The words that carry the ranking: as ``words``, with the shorter words inside long ones before them.

        Numbers stand without thousands separators.
        """
        return list(self._cut(text, search=True))

    def for_many(self) -> None:
        """Make ready for many texts, or for the first one: from now on the fastest way there is."""
        with self._lock:
            if not self._is_for_many and self._by is None:
                self._cutter = self._load(many_cutter())
                self._is_for_many = True

    def warm(self) -> None:
        """Make ready for the first query; to be called in the background."""
        self._ready()

    def _cut(self, text: str, *, search: bool) -> Iterator[str]:
        for token in _TOKEN.finditer(text):
            if token.lastgroup == "han":
                yield from self._cut_han(token.group(), search=search)
            elif token.lastgroup == "number" and search:
                yield token.group().replace(",", "")
            else:
                yield token.group()

    def _cut_han(self, text: str, *, search: bool) -> Iterable[str]:
        if len(text) == 1:
            return (text,)
        cutter = self._cutter or self._ready()
        return cutter.cut_for_search(text) if search else cutter.cut(text)

    def _ready(self) -> _Cutter:
        with self._lock:
            if self._cutter is None:
                self._cutter = self._load(self._by or "table")
            return self._cutter

    def _load(self, name: CutterName) -> _Cutter:
        entries = tuple(lines(self._dictionary))
        if name == "rjieba":
            return _RustJieba(entries)
        return _table(entries) if name == "table" else _Jieba(entries)


class _Jieba:
    """jieba itself, the reference."""

    def __init__(self, entries: Sequence[str]) -> None:
        jieba = _jieba()
        self.tokenizer = jieba.Tokenizer()
        self.tokenizer.tmp_dir = str(_cache_folder())
        self.tokenizer.cache_file = f"jieba-{jieba.__version__}.cache"
        self.tokenizer.initialize()
        for word, frequency in map(_entry, entries):
            self.tokenizer.add_word(word, frequency)

    def cut(self, text: str) -> Iterable[str]:
        cut: Iterable[str] = self.tokenizer.cut(text, HMM=False)
        return cut

    def cut_for_search(self, text: str) -> Iterable[str]:
        cut: Iterable[str] = self.tokenizer.cut_for_search(text, HMM=False)
        return cut


class _RustJieba:
    """rjieba, which has jieba's dictionary within it."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._own: Any = importlib.import_module("rjieba").Jieba()
        for word, frequency in map(_entry, entries):
            self._own.add_word(word, frequency or self._own.suggest_freq(word), None)

    def cut(self, text: str) -> Iterable[str]:
        cut: Iterable[str] = self._own.cut(text, False)
        return cut

    def cut_for_search(self, text: str) -> Iterable[str]:
        cut: Iterable[str] = self._own.cut_for_search(text, False)
        return cut


def _table(entries: Sequence[str]) -> _Cutter:
    """The table of jieba's words and ``entries``, made where there is none; jieba itself where that can't be kept."""
    known = hashlib.sha256("\n".join(entries).encode()).hexdigest()[:12]
    path = _cache_folder() / f"words-{version('jieba')}-{known}.table"
    try:
        return WordTable(path)
    except (OSError, ValueError):
        jieba = _Jieba(entries)
    try:
        write_table(path, jieba.tokenizer.FREQ, total=jieba.tokenizer.total)
        return WordTable(path)
    except (OSError, ValueError):
        return jieba


@cache
def many_cutter() -> CutterName:
    """What cuts many texts in this installation."""
    try:
        found = tuple(int(part) for part in version("rjieba").split(".")[:3])
    except (PackageNotFoundError, ValueError):
        return "jieba"
    return "rjieba" if found >= _RJIEBA else "jieba"


def _entry(line: str) -> tuple[str, int | None]:
    word, _, frequency = line.partition(" ")
    return word, int(frequency) if frequency else None


def bundled() -> Segmenter:
    """A segmenter with the words of ``data/dictionary.txt``; one for the process."""
    return _bundled()


@cache
def _bundled() -> Segmenter:
    return Segmenter(bundled_dictionary())


def bundled_dictionary() -> tuple[str, ...]:
    """The lines of ``data/dictionary.txt``: words of these reports that jieba's own dictionary cuts apart."""
    return tuple(lines(files("report_search").joinpath(_DATA).read_text("utf-8").splitlines()))


def lines(dictionary: Sequence[str] | Path) -> Iterator[str]:
    """The entries of a dictionary, without comments and empty lines."""
    source = dictionary.read_text("utf-8").splitlines() if isinstance(dictionary, Path) else dictionary
    return (line.strip() for line in source if line.strip() and not line.startswith("#"))


@cache
def _jieba() -> Any:
    """jieba, imported late and without pkg_resources: that one takes longer than the rest and warns."""
    hidden = "pkg_resources"
    before = sys.modules.get(hidden)
    sys.modules[hidden] = None  # type: ignore[assignment]
    try:
        jieba = importlib.import_module("jieba")
    finally:
        if before is None:
            del sys.modules[hidden]
        else:
            sys.modules[hidden] = before
    jieba.setLogLevel(logging.CRITICAL)
    return jieba


def _cache_folder() -> Path:
    """The user's own cache folder; made if need be and possible."""
    root = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path("~/.cache"))
    folder = Path(root).expanduser() / "report-search"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        logging.getLogger(__name__).debug("no cache folder at %s", folder)
    return folder
