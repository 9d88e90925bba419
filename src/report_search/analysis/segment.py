"""Words: jieba's cut of a folded text, for reading queries and for ranking. What matches is not decided here.

The rule: no character that counts is lost. Numbers are kept whole, single digits too; Latin words and other scripts
are words of their own; jieba sees Chinese stretches only, without its guesses at unknown words (HMM). White space
and punctuation are no words.

jieba loads slowly, so it is imported and its dictionary read on the first cut, once in a process. Its cache, a file
that is trusted when read, lies in a folder of the user's own instead of the shared temporary folder; where that
can't be written, jieba goes without.
"""

from __future__ import annotations

import importlib
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

from report_search.analysis.numbers import NUMBER

_HAN = r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
_LATIN = r"a-z\u00aa\u00ba\u00df-\u00f6\u00f8-\u024f\u0250-\u02af\u1e00-\u1eff"
_TOKEN = re.compile(
    rf"(?P<latin>[0-9]*[{_LATIN}][{_LATIN}0-9]*)|(?P<number>{NUMBER})|(?P<han>{_HAN})|(?P<other>[^\W_]+)"
)
_DATA = "data/dictionary.txt"


class Segmenter:
    """Cuts folded text into words, with ``dictionary`` (a file or words, one a line) on top of jieba's own.

    A line may hold a frequency behind its word; without one the word is made just frequent enough to be cut whole.
    """

    def __init__(self, dictionary: Sequence[str] | Path = ()) -> None:
        self._dictionary = dictionary
        self._lock = Lock()
        self._tokenizer: Any = None

    def words(self, text: str) -> list[str]:
        """The words of a folded text one after another, none inside another."""
        return list(self._cut(text, search=False))

    def search_words(self, text: str) -> list[str]:
        """The words that carry the ranking: as ``words``, with the shorter words inside long ones before them.

        Numbers stand without thousands separators.
        """
        return list(self._cut(text, search=True))

    def _cut(self, text: str, *, search: bool) -> Iterator[str]:
        for token in _TOKEN.finditer(text):
            if token.lastgroup == "han":
                yield from self._cut_han(token.group(), search=search)
            elif token.lastgroup == "number" and search:
                yield token.group().replace(",", "")
            else:
                yield token.group()

    def _cut_han(self, text: str, *, search: bool) -> Iterable[str]:
        tokenizer = self._tokenizer or self._load()
        cut: Iterable[str] = (tokenizer.cut_for_search if search else tokenizer.cut)(text, HMM=False)
        return cut

    def _load(self) -> Any:
        with self._lock:
            if self._tokenizer is None:
                jieba = _jieba()
                tokenizer = jieba.Tokenizer()
                tokenizer.tmp_dir = str(_cache_folder())
                tokenizer.cache_file = f"jieba-{jieba.__version__}.cache"
                tokenizer.initialize()
                for line in lines(self._dictionary):
                    word, _, frequency = line.partition(" ")
                    tokenizer.add_word(word, int(frequency) if frequency else None)
                self._tokenizer = tokenizer
        return self._tokenizer


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
