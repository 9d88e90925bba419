"""Reads an RTF: its groups are walked once, text and tables are taken as they come.

The rule: what is printed is text: numbers that a word processor wrote before paragraphs are, codes of fields, hidden
and deleted text, running heads, tables of fonts and the like are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.document import Document, Line, Part
from indexer.readers import limits, spacing
from indexer.readers.foreign import pictures_only
from indexer.readers.rtf.tokens import RtfTokens, Word
from indexer.readers.word_rows import RowCell, RowTables, paragraph_lines
from report_search.errors import ReadError

_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,9}\{\\rtf")
_SKIPPED = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "listtable",
        "listoverridetable",
        "revtbl",
        "rsidtbl",
        "generator",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "fldinst",
        "annotation",
        "atnid",
        "atnauthor",
        "atndate",
        "atnref",
        "object",
        "themedata",
        "colorschememapping",
        "datastore",
        "latentstyles",
        "xmlnstbl",
        "pgdsctbl",
        "pntxta",
        "pntxtb",
        "bkmkstart",
        "bkmkend",
        "info",
        "userprops",
        "mmathPr",
        "filetbl",
        "docvar",
        "ftnsep",
        "ftnsepc",
        "ftncn",
        "aftnsep",
        "aftnsepc",
        "aftncn",
        "nonshppict",
        "sp",
        "wgrffmtfilter",
    ]
)
"""Groups that print nothing."""
_KNOWN_STARRED = frozenset(
    ["shppict", "shpinst", "shptxt", "listtext", "pntext", "nesttableprops", "footnote", "ud", "fldinst"]
)
"""Groups that a reader may leave out unless it knows them, and that are known here."""
_PRINTED = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": "\u2003",
    "enspace": "\u2002",
}
_BODY_LEVEL = 9


class RtfReader:
    """RTF files, whatever they are called: many a .doc is one."""

    format = "rtf"

    def recognises(self, data: bytes, name: str) -> bool:
        """Whether ``data`` opens as an RTF does."""
        return bool(_OPENING.match(data))

    def read(self, data: bytes, name: str) -> Document:
        """The document in an RTF. Raises ``ReadError`` for one that is cut off, without text or beyond a limit."""
        limits.check_bytes(data)
        walk = _Walk()
        for token in RtfTokens(data):
            walk.take(token)
        if walk.depth > 0:
            raise ReadError("damaged", "RTF 文件不完整，在中途断开", hint="请重新下载")
        parts = walk.finished()
        if not parts and walk.pictures:
            raise pictures_only("RTF 文件", walk.pictures)
        if not parts:
            raise ReadError("no-text", "RTF 文件中没有文字", hint="请找有文字的版本。")
        return Document(self.format, tuple(parts), pictures=walk.pictures)


class _Group(Struct, frozen=True):
    """What a group inherits from the one around it.

    ``kind`` is ``skip`` for one that prints nothing, ``number`` for the number before a paragraph, ``note`` for a
    footnote, ``properties`` for the properties of a row of an inner table, else "".
    """

    kind: str = ""
    is_new: bool = False
    is_starred: bool = False
    hidden: bool = False
    strong: bool = False


class _ParagraphState(Struct, frozen=True):
    """How the paragraph is set that is being read: whether in a table, how deep, its heading level."""

    in_table: bool = False
    depth: int = 1
    level: int = 0


class _RowState(Struct):
    """The cells of a row as it describes them: right edges, and how the next one is merged."""

    left: int = 0
    edges: list[tuple[int, str, bool]] = field(default_factory=list)
    vertical: str = ""
    is_merged: bool = False


class _Walk(Struct):
    """One walk over the tokens of a file."""

    parts: list[Part] = field(default_factory=list)
    notes: list[list[str]] = field(default_factory=list)
    pictures: int = 0
    _groups: list[_Group] = field(default_factory=lambda: [_Group()])
    _paragraph: _ParagraphState = _ParagraphState()
    _text: list[tuple[str, bool]] = field(default_factory=list)
    _number: str = ""
    _lines: list[Line] = field(default_factory=list)
    """The lines of the cell that is being read."""
    _inner: list[str] = field(default_factory=list)
    """The cells of the row of an inner table."""
    _cells: list[tuple[Line, ...]] = field(default_factory=list)
    _row: _RowState = field(default_factory=_RowState)
    _rows: list[list[RowCell]] = field(default_factory=list)
    _tables: RowTables = field(default_factory=RowTables)
    _count: int = 0

    @property
    def depth(self) -> int:
        """How many groups are open."""
        return len(self._groups) - 1

    def take(self, token: Word | str) -> None:
        """Take the next token."""
        if isinstance(token, str):
            self._print(token)
        elif token.name == "{":
            self._groups.append(replace(self._groups[-1], is_new=True, is_starred=False))
        elif token.name == "}":
            if len(self._groups) > 1:
                self._groups.pop()
        elif token.name == "*":
            self._set(is_starred=True)
        else:
            self._word(token.name, token.number)

    def finished(self) -> list[Part]:
        """All parts, footnotes last."""
        self._end_paragraph()
        self._end_table()
        for number, texts in enumerate(self.notes, start=1):
            self.parts.append(Line(f"[{number}]{spacing.join(''.join(texts).splitlines())}", where="脚注"))
        return self.parts

    def _set(self, **changes: object) -> None:
        self._groups[-1] = replace(self._groups[-1], **changes)

    def _print(self, text: str) -> None:
        group = self._groups[-1]
        if group.kind in ("skip", "properties") or group.hidden:
            return
        if group.kind == "number":
            self._number += text
        elif group.kind == "note":
            self.notes[-1].append(text)
        elif text:
            self._text.append((text, group.strong))

    def _word(self, name: str, number: int | None) -> None:
        group = self._groups[-1]
        if group.is_new:
            self._set(is_new=False)
            self._open(name, is_starred=group.is_starred)
        if self._groups[-1].kind == "skip":
            return
        if name in _PRINTED:
            self._print(_PRINTED[name])
        elif name in ("v", "deleted"):
            self._set(hidden=number != 0)
        elif name == "b":
            self._set(strong=number != 0)
        elif name == "plain":
            self._set(strong=False, hidden=False)
        elif self._groups[-1].kind == "note":
            self._print("\n" if name == "par" else "")
        else:
            self._structure(name, number or 0)

    def _open(self, name: str, *, is_starred: bool) -> None:
        """Tell what a group is by its first word."""
        if self._groups[-1].kind == "skip":
            return
        if name in _SKIPPED or (is_starred and name not in _KNOWN_STARRED):
            self._set(kind="skip")
        elif name == "pict":
            self.pictures += 1
            self._set(kind="skip")
        elif name in ("listtext", "pntext"):
            self._number = ""
            self._set(kind="number")
        elif name == "footnote":
            self._print(f"[{len(self.notes) + 1}]")
            self.notes.append([])
            self._set(kind="note")
        elif name == "nesttableprops":
            self._set(kind="properties")

    def _structure(self, name: str, number: int) -> None:
        """Take a word that says where paragraphs, cells and rows begin and end."""
        match name:
            case "par" | "sect" | "page":
                self._end_paragraph()
            case "pard":
                self._paragraph = _ParagraphState()
            case "intbl":
                self._paragraph = replace(self._paragraph, in_table=True)
            case "itap":
                self._paragraph = replace(self._paragraph, depth=max(1, number), in_table=number > 0)
            case "outlinelevel":
                level = number + 1 if 0 <= number < _BODY_LEVEL else 0
                self._paragraph = replace(self._paragraph, level=level)
            case "cell":
                self._end_paragraph(in_cell=True)
                self._cells.append(tuple(self._lines))
                self._lines = []
            case "nestcell":
                self._end_paragraph(in_cell=True)
                self._inner.append("".join(line.text for line in self._lines_of_inner()))
            case "nestrow":
                self._lines.append(Line(" ".join(filter(None, self._inner))))
                self._inner = []
            case "row":
                self._end_row()
            case _ if self._groups[-1].kind != "properties":
                self._row_word(name, number)

    def _row_word(self, name: str, number: int) -> None:
        """Take a word that describes the cells of a row."""
        match name:
            case "trowd":
                self._row = _RowState()
            case "trleft":
                self._row.left = number
            case "clvmgf":
                self._row.vertical = "restart"
            case "clvmrg":
                self._row.vertical = "continue"
            case "clmrg":
                self._row.is_merged = True
            case "cellx":
                self._row.edges.append((number, self._row.vertical, self._row.is_merged))
                self._row.vertical, self._row.is_merged = "", False

    def _lines_of_inner(self) -> list[Line]:
        """The lines that were read since the last inner cell ended."""
        kept = [line for line in self._lines if line.where != _INNER]
        lines = [line for line in self._lines if line.where == _INNER]
        self._lines = kept
        return lines

    def _end_paragraph(self, *, in_cell: bool = False) -> None:
        lines = list(self._made_lines())
        self._text, self._number = [], ""
        if in_cell or self._paragraph.in_table:
            is_inner = self._paragraph.depth > 1
            self._lines += [replace(line, where=_INNER) for line in lines] if is_inner else lines
            return
        if lines or self._rows:
            self._end_table()
        self.parts += lines

    def _made_lines(self) -> Iterator[Line]:
        """The lines of the paragraph that ends, one for each line break in it."""
        printed = _joined("".join(text for text, _ in self._text))
        strong = all(bold for text, bold in self._text if text.strip())
        self._count += 1
        for text, is_new in paragraph_lines(printed, self._number.strip()):
            yield Line(text, self._paragraph.level, strong, is_new, where=f"第{self._count}段")

    def _end_row(self) -> None:
        row: list[RowCell] = []
        left = self._row.left
        for at, lines in enumerate(self._cells):
            right, vertical, is_merged = (
                self._row.edges[at] if at < len(self._row.edges) else (left + 1000, "", False)
            )
            if is_merged and row:
                row[-1] = replace(row[-1], right=right)
            else:
                row.append(RowCell(left, right, lines, vertical))
            left = right
        self._rows.append(row)
        self._cells, self._lines, self._text = [], [], []

    def _end_table(self) -> None:
        rest = [line for cell in self._cells for line in cell] + self._lines
        if self._rows:
            self.parts += self._tables.parts(self._rows)
        self.parts += rest
        self._rows, self._cells, self._lines = [], [], []


_INNER = "\0"
"""Marks lines of an inner table until its cell ends."""


def _joined(text: str) -> str:
    """``text`` with the halves of characters beyond the first plane put together; a half without another goes."""
    if not any("\ud800" <= char < "\ue000" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
