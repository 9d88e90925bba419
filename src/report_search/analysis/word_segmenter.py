"""Segmentation: a folded text as words, for reading queries and for ranking. What matches is not decided here.

The rule: no character that counts is lost. Numbers are kept whole, single digits too; Latin words and other scripts
are words of their own; jieba sees Chinese stretches only, without its guesses at unknown words (HMM). White space
and punctuation are no words.

Three backends give the same words. ``mapped`` looks jieba's words up in a file that is mapped into memory
(``mapped_dictionary``): slow for each character, but a query waits for no dictionary to load. ``rjieba``, where it is
installed, is fourteen times as fast as ``jieba``, which is the reference; both load their dictionary first. So there
are two segmenters: ``query_segmenter`` for a few short texts, ``build_segmenter`` for many. Tests hold the backends
together.

jieba's cache and the mapped dictionary lie in a folder of the user's own instead of the shared temporary folder;
where that can't be written, there are none.
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
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol

from report_search.analysis.arabic_numbers import NUMBER
from report_search.analysis.mapped_dictionary import MappedDictionary, write_dictionary
from report_search.data import entries, read_lines

_HAN = r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
_LATIN = r"a-z\u00aa\u00ba\u00df-\u00f6\u00f8-\u024f\u0250-\u02af\u1e00-\u1eff"
# Latin first, so that the digits of g20 and 3d belong to the word. White space and punctuation match nothing.
_TOKEN = re.compile(
    rf"(?P<latin>[0-9]*[{_LATIN}][{_LATIN}0-9]*)|(?P<number>{NUMBER})|(?P<han>{_HAN})|(?P<other>[^\W_]+)"
)

BackendName = Literal["jieba", "rjieba", "mapped"]
_RJIEBA_WITH_DICTIONARY = (0, 2, 2)
"""The first version of rjieba that takes additional words."""


class _Backend(Protocol):
    """Splits a Chinese stretch into words. The methods are named, and do, as in jieba without HMM."""

    def cut(self, text: str) -> Iterable[str]: ...

    def cut_for_search(self, text: str) -> Iterable[str]: ...


class Segmenter:
    """Splits folded text into words, with ``dictionary`` (a file or lines) on top of jieba's own.

    A line may hold a frequency behind its word; without one the word is made just frequent enough to be kept whole.
    Safe to share between threads. The backend is loaded by ``load`` or by the first Chinese text.
    """

    def __init__(self, dictionary: Sequence[str] | Path = (), *, by: BackendName = "mapped") -> None:
        self._dictionary = dictionary
        self._by = by
        self._lock = Lock()
        self._backend: _Backend | None = None

    def words(self, text: str) -> list[str]:
        """The words of a folded text one after another, none inside another."""
        return list(self._split(text, for_search=False))

    def search_words(self, text: str) -> list[str]:
        """The words that carry the ranking: as ``words``, with the shorter words inside long ones before them.

        Numbers have no thousands separators.
        """
        return list(self._split(text, for_search=True))

    def load(self) -> None:
        """Load the backend now instead of with the first text."""
        self._loaded()

    def _split(self, text: str, *, for_search: bool) -> Iterator[str]:
        for token in _TOKEN.finditer(text):
            if token.lastgroup == "han":
                yield from self._split_han(token.group(), for_search=for_search)
            elif token.lastgroup == "number" and for_search:
                yield token.group().replace(",", "")
            else:
                yield token.group()

    def _split_han(self, text: str, *, for_search: bool) -> Iterable[str]:
        # There is nothing to split, and perhaps no backend has to be loaded.
        if len(text) == 1:
            return (text,)
        backend = self._backend or self._loaded()
        return backend.cut_for_search(text) if for_search else backend.cut(text)

    def _loaded(self) -> _Backend:
        with self._lock:
            if self._backend is None:
                self._backend = _open_backend(self._by, self._dictionary)
            return self._backend


@cache
def query_segmenter() -> Segmenter:
    """The process's segmenter for a few short texts, such as a query: it loads no dictionary."""
    return Segmenter(bundled_dictionary(), by="mapped")


@cache
def build_segmenter() -> Segmenter:
    """The process's segmenter for many texts: the fastest there is, with its dictionary loaded."""
    segmenter = Segmenter(bundled_dictionary(), by=fastest_backend())
    segmenter.load()
    return segmenter


def bundled_dictionary() -> tuple[str, ...]:
    """The lines of ``data/dictionary.txt``: words of these reports that jieba's own dictionary takes apart."""
    return tuple(read_lines("dictionary.txt"))


@cache
def fastest_backend() -> BackendName:
    """The backend that is fastest for many texts in this installation."""
    try:
        installed = tuple(int(part) for part in version("rjieba").split(".")[:3])
    except (PackageNotFoundError, ValueError):
        return "jieba"
    return "rjieba" if installed >= _RJIEBA_WITH_DICTIONARY else "jieba"


def _open_backend(name: BackendName, dictionary: Sequence[str] | Path) -> _Backend:
    lines = dictionary.read_text("utf-8").splitlines() if isinstance(dictionary, Path) else dictionary
    own = tuple(entries(lines))
    match name:
        case "mapped":
            return _mapped(own)
        case "rjieba":
            return _RustJieba(own)
        case "jieba":
            return _Jieba(own)


class _Jieba:
    """jieba itself, the reference."""

    def __init__(self, own: Sequence[str]) -> None:
        jieba = _jieba()
        self.tokenizer = jieba.Tokenizer()
        self.tokenizer.tmp_dir = str(_cache_folder())
        self.tokenizer.cache_file = f"jieba-{jieba.__version__}.cache"
        self.tokenizer.initialize()
        for word, frequency in map(_word_and_frequency, own):
            self.tokenizer.add_word(word, frequency)

    def cut(self, text: str) -> Iterable[str]:
        words: Iterable[str] = self.tokenizer.cut(text, HMM=False)
        return words

    def cut_for_search(self, text: str) -> Iterable[str]:
        words: Iterable[str] = self.tokenizer.cut_for_search(text, HMM=False)
        return words


class _RustJieba:
    """rjieba, which has jieba's dictionary within it."""

    def __init__(self, own: Sequence[str]) -> None:
        self._jieba: Any = importlib.import_module("rjieba").Jieba()
        for word, frequency in map(_word_and_frequency, own):
            # jieba works the frequency out by itself, rjieba has to be told.
            self._jieba.add_word(word, frequency or self._jieba.suggest_freq(word), None)

    def cut(self, text: str) -> Iterable[str]:
        words: Iterable[str] = self._jieba.cut(text, False)
        return words

    def cut_for_search(self, text: str) -> Iterable[str]:
        words: Iterable[str] = self._jieba.cut_for_search(text, False)
        return words


def _mapped(own: Sequence[str]) -> _Backend:
    """jieba's words and ``own`` as a mapped file, written where there is none; jieba itself where none can be."""
    # The name says what is inside: other words, or another jieba, make another file.
    digest = hashlib.sha256("\n".join(own).encode()).hexdigest()[:12]
    path = _cache_folder() / f"words-{version('jieba')}-{digest}.table"
    try:
        return MappedDictionary(path)
    except (OSError, ValueError):
        jieba = _Jieba(own)
    try:
        write_dictionary(path, jieba.tokenizer.FREQ, total=jieba.tokenizer.total)
        return MappedDictionary(path)
    except (OSError, ValueError):
        return jieba


def _word_and_frequency(line: str) -> tuple[str, int | None]:
    word, _, frequency = line.partition(" ")
    return word, int(frequency) if frequency else None


@cache
def _jieba() -> Any:
    """jieba, imported late and without pkg_resources: that one takes longer than the rest and warns."""
    hidden = "pkg_resources"
    before = sys.modules.get(hidden)
    # None makes its import fail, for which jieba has a way round.
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
