"""Reads a Markdown file: a parser finds what is markup, everything else is handed on as it was printed.

Only a file named .md or .markdown is Markdown, since nothing in the bytes of a text tells its stars from printed ones.
The rule: characters in, the same characters out; marks, comments and targets of links were not printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from markdown_it.token import Token

from indexer.document import Document, Line, Part
from indexer.readers import spacing
from indexer.readers.foreign import pictures_only
from indexer.readers.html.fragment import fragment_parts
from indexer.readers.markdown.inline import printed_cell, printed_lines
from indexer.readers.markdown.parser import parser
from indexer.readers.markdown.source import HtmlTable, SourceLine, split_source
from indexer.readers.text.reader import decode, is_text
from report_search.errors import ReadError

_SUFFIXES = frozenset((".md", ".markdown"))
_PAGE = re.compile(rb"\s*(?:<!doctype\s+html|<html\b[^>]*>\s*<head\b)", re.I)
_FRONT = re.compile(r"---[ \t]*\n((?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_FACT = re.compile(r"([^\s:：#][^:：\n]{0,30})[:：](.*)")
_DELIMITERS = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?[ \t]*\|?[ \t]*")
_PICTURE = re.compile(r"!\[[^\[\]\n]{0,200}\](?:\([^()\n]{1,2000}\)|\[[^\[\]\n]{0,200}\])|<img\s", re.I)
_PIPE = re.compile(r"(?<!\\)\|")
_TRAILING = " \u3000\xa0\ufeff"
_BLANK = _TRAILING + "\t"


class MarkdownReader:
    """Files named .md or .markdown, unless they hold a whole web page."""

    format = "markdown"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether the name says Markdown and the bytes can be text."""
        named = PurePath(name).suffix.lower() in _SUFFIXES
        return named and is_text(data) and not _PAGE.match(data.removeprefix(b"\xef\xbb\xbf")[:4096])

    def read(self, data: bytes, name: str) -> Document:
        """The lines and tables of ``data``. Raises ``ReadError`` as ``text.decode`` does, and for pictures alone."""
        text = decode(data).lstrip("\ufeff")
        facts, body, skipped = _front_matter(text)
        parts = tuple(_parts(body, first=skipped + 1))
        pictures = len(_PICTURE.findall(body))
        if not parts and pictures:
            raise pictures_only("文件", pictures)
        if not parts:
            raise ReadError("no-text", "文件里没有正文，只有标记", hint="请找有文字的版本。")
        return Document(self.format, parts, title=facts.get("title", ""), facts=facts, pictures=pictures)


def _front_matter(text: str) -> tuple[dict[str, str], str, int]:
    """The keys that stand between two ``---`` before the text, the text, and the number of lines taken."""
    match = _FRONT.match(text)
    if not match:
        return {}, text, 0
    pairs = (_FACT.match(line) for line in match[1].split("\n"))
    facts = {pair[1].strip(): pair[2].strip().strip("\"'") for pair in pairs if pair}
    return facts, text[match.end() :], match[0].count("\n")


def _parts(text: str, *, first: int) -> Iterator[Part]:
    for piece in split_source(text, first=first):
        if isinstance(piece, HtmlTable):
            yield from fragment_parts(piece.source, where=f"第{piece.number}行")
        else:
            yield from _lines(piece)


def _lines(source: list[SourceLine]) -> Iterator[Line]:
    tokens = parser().parse("\n".join(line.text for line in source))
    for at, token in enumerate(tokens):
        if token.type == "inline" and token.map:
            own = source[token.map[0] : token.map[1]]
            gap = _has_gap(source, token.map[0])
            level = int(tokens[at - 1].tag[1]) if tokens[at - 1].type == "heading_open" else 0
            if level:
                own = own[:1]
                yield from _paragraph([SourceLine(token.content, own[0].number)], gap=True, level=level)
            else:
                yield from _paragraph(own, gap=gap, level=0)
        elif token.type == "fence":
            yield from _verbatim(token, source)


def _has_gap(source: list[SourceLine], at: int) -> bool:
    """Whether an empty line, a rule or a heading stands before a line."""
    return at == 0 or not source[at - 1].text.strip(_BLANK) or not _prints(source[at - 1].text)


def _prints(line: str) -> bool:
    return any(char.isalnum() for char in line)


def _verbatim(token: Token, source: list[SourceLine]) -> Iterator[Line]:
    first = source[token.map[0]].number + 1 if token.map else 0
    gap = True
    for at, text in enumerate(token.content.split("\n")):
        if text.strip(_BLANK):
            yield Line(text.rstrip(_BLANK), gap=gap, where=f"第{first + at}行")
        gap = not text.strip(_BLANK)


def _paragraph(source: list[SourceLine], *, gap: bool, level: int) -> Iterator[Line]:
    """The lines of a paragraph; rows of a table between pipes are read cell by cell."""
    has_delimiters = any(_DELIMITERS.fullmatch(line.text) for line in source)
    run: list[SourceLine] = []
    for line in source:
        if _is_row(line.text, has_delimiters=has_delimiters) and not level:
            yield from _printed(run, gap=gap, level=level)
            yield _row(line, gap=gap and not run)
            run, gap = [], False
        elif line.begins_item and run:
            yield from _printed(run, gap=gap, level=level)
            run, gap = [line], True
        else:
            gap = gap or (line.begins_item and not run)
            run.append(line)
    yield from _printed(run, gap=gap, level=level)


def _is_row(text: str, *, has_delimiters: bool) -> bool:
    bare = text.strip(_BLANK)
    return bare.startswith("|") or (has_delimiters and bool(_PIPE.search(bare)))


def _row(line: SourceLine, *, gap: bool) -> Line:
    """A row with its cells as printed; a pipe inside a cell stays marked as one."""
    cells = _PIPE.split(line.text.strip(_BLANK).removeprefix("|"))
    if len(cells) > 1 and not cells[-1].strip():
        del cells[-1]
    texts = (spacing.join(printed_cell(cell)).replace("|", "\\|") for cell in cells)
    return Line("| " + " | ".join(texts) + " |", gap=gap, where=f"第{line.number}行")


def _printed(source: list[SourceLine], *, gap: bool, level: int) -> Iterator[Line]:
    if not source:
        return
    lines = printed_lines("\n".join(line.text for line in source))
    numbers = [None, *(line.source_line for line in lines), None]
    for line, before, behind in zip(lines, numbers, numbers[2:], strict=False):
        origin = source[min(line.source_line, len(source) - 1)]
        text = line.text
        if before != line.source_line:
            text = _with_indent(text, origin.text)
        if behind != line.source_line:
            text = _with_empty_cells(text, origin.text)
        own_level = level or line.level
        yield Line(
            text.rstrip(_TRAILING),
            level=own_level,
            strong=line.strong,
            gap=gap or own_level > 0,
            where=f"第{origin.number}行",
        )
        gap = False


def _with_indent(text: str, source: str) -> str:
    """The text with the indent of its line in the source, which tells where a paragraph begins."""
    return source[: len(source) - len(source.lstrip(_BLANK))] + text.lstrip(_BLANK)


def _with_empty_cells(text: str, source: str) -> str:
    """The text with the tabs at the end of its line in the source, which stand for empty cells."""
    margin = source[len(source.rstrip(_BLANK)) :]
    return text.rstrip(_BLANK) + margin if "\t" in margin else text
