"""All kinds of hostile files, and random ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from xml.sax.saxutils import escape

from benchmarks.hostile_files.archives import archives
from benchmarks.hostile_files.kind import Kind
from benchmarks.hostile_files.pages import page, pages
from benchmarks.hostile_files.prints import prints
from benchmarks.hostile_files.texts import CHARACTERS, LINES, WORDS, text_of, texts
from benchmarks.hostile_files.word import paragraph, word_file, word_files


def kinds() -> Iterator[Kind]:
    """Every kind there is, by format."""
    for format_of_text in ("txt", "md"):
        yield from texts(format_of_text)
    yield from pages()
    yield from archives()
    yield from word_files()
    yield from prints()


def random_kinds(number: int, *, seed: int) -> Iterator[Kind]:
    """Kinds that nobody thought of: two to four pieces drawn at random, repeated together."""
    draw = random.Random(seed)
    pieces = (*CHARACTERS, *WORDS, *(f"{line}\n" for line in LINES), "\n", "\n\n")
    for _ in range(number):
        unit = "".join(draw.choice(pieces) for _ in range(draw.randint(2, 4)))
        kind = draw.choice(("txt", "md", "html", "docx"))
        if kind in ("txt", "md"):
            yield Kind(kind, f"repeated {unit!r}", text_of(unit))
        elif kind == "html":
            tag = draw.choice(("p", "td", "pre", "li", "b"))
            yield page(f"<{tag}>{escape(unit)}" if draw.random() < 0.5 else f"<{tag}>{unit}</{tag}>")
        else:
            yield word_file(f"repeated {unit!r}", "".join(map(paragraph, unit.split("\n"))))
