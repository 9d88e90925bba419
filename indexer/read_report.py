"""From the bytes of a file to a ``Report``: the one way that every format goes.

A reader makes a ``Document`` of the bytes; ``PASSES`` clean its parts up, one after the other; metadata and outline
are read from what is left, and the outline's blocks become paragraphs and tables. The rule: what can't become a
report is a ``ReadError`` that says why; what is doubtful is a warning in the report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from msgspec.structs import replace

from indexer.document import Document, Grid, Line, Part, Reader
from indexer.manifest import Entry, Manifest
from indexer.readers import limits
from indexer.readers.doc.reader import DocReader
from indexer.readers.docx.reader import DocxReader
from indexer.readers.foreign import foreign_file, pictures_only
from indexer.readers.html.reader import HtmlReader
from indexer.readers.markdown.reader import MarkdownReader
from indexer.readers.odt.reader import OpenDocumentReader
from indexer.readers.ofd.reader import OfdReader
from indexer.readers.pdf.reader import PdfReader
from indexer.readers.rtf.reader import RtfReader
from indexer.readers.scans.reader import PictureReader
from indexer.readers.scans.shown import with_pages_shown
from indexer.readers.sheets.reader import SheetReader
from indexer.readers.text.reader import TextReader
from indexer.structure.boilerplate import drop_boilerplate
from indexer.structure.front_matter import read_front_matter
from indexer.structure.lost_line_breaks import drop_cell_borders, restore_line_breaks
from indexer.structure.metadata import Metadata, read_metadata
from indexer.structure.missing_sections import missing_sections
from indexer.structure.one_report import check_is_one
from indexer.structure.outline import OutlineNode, build_outline
from indexer.structure.page_marks import join_over_page_marks
from indexer.structure.paragraphs import read_paragraph
from indexer.structure.reflow import join_wrapped_lines
from indexer.structure.report_ids import report_id
from indexer.structure.report_titles import (
    is_blank,
    is_headline,
    is_listing,
    is_news,
    is_report_title,
    is_rule,
    says_it_reports,
    why_not_a_report,
)
from indexer.tables.build import build_tables
from indexer.tables.from_lines import collect_flat_tables
from indexer.tables.missing import missing_tables
from indexer.text.dates import years_in
from indexer.text.script import script_of
from report_search.analysis.normalise import normalise
from report_search.errors import ReadError, machine_fault
from report_search.model import Block, Paragraph, Report, ReportWarning, Section, Source, Table
from report_search.taxonomy import sections

MAX_BYTES = 64 * 1024 * 1024
READERS: tuple[Reader, ...] = (
    PdfReader(),
    OfdReader(),
    DocxReader(),
    DocReader(),
    SheetReader(),
    OpenDocumentReader(),
    RtfReader(),
    PictureReader(),
    MarkdownReader(),
    HtmlReader(),
    TextReader(),
)
"""The readers in the order they are asked; text takes what the others leave."""

Pass = Callable[[Sequence[Part]], list[Part]]
"""One step of cleaning up: parts in reading order in, parts in reading order out."""
PASSES: tuple[Pass, ...] = (
    # Before boilerplate goes: a page mark tells that the lines around it were one page's end and the next one's top.
    join_over_page_marks,
    drop_boilerplate,
    # Before tables are looked for: a line that lost its breaks may hold the rows of one.
    restore_line_breaks,
    # Before lines are joined: it would join rows that are told apart by tabs or pipes only.
    collect_flat_tables,
    # After tables are collected: what pipes are left now are no table's.
    drop_cell_borders,
    join_wrapped_lines,
)
"""What is done to the parts of every document, whatever its format, before their meaning is looked for."""

_INSIST = "如确为报告，请在清单中写明标题。"
_SENTENCE_LENGTH = 40
"""A line of so many characters is prose, with a full stop or without."""
_ENOUGH_SECTIONS = 3
"""How many known section titles make a report of a document whose title does not say so."""


def read_file(path: Path, *, root: Path | None = None, manifest: Manifest | None = None) -> Report:
    """The report in the file at ``path``.

    ``root`` is the corpus folder that ``source.path`` is relative to (the file's own folder if None). Raises
    ``ReadError`` for a file that can't be opened, read, or is not a report.
    """
    name = _name(path, root)
    entry = (manifest or Manifest()).entry(name)
    if entry.is_left_out:
        raise ReadError("skipped", "清单要求不收录此文件", where=name)
    return read_bytes(_bytes(path), name, entry=entry)


def read_bytes(data: bytes, name: str, *, entry: Entry | None = None) -> Report:
    """The report in ``data``; ``name`` is its path in the corpus. Raises ``ReadError``."""
    if not data.strip():
        raise ReadError("empty", "文件是空的", hint="请重新下载或从语料中删去。", where=name)
    document = read_document(data, name)
    return make_report(document, _source(data, name, document), entry=entry)


def read_document(data: bytes, name: str) -> Document:
    """What the first reader that recognises ``data`` makes of it. Raises ``ReadError``."""
    if refusal := foreign_file(data):
        raise refusal
    for reader in READERS:
        if reader.recognises(data, name):
            return with_pages_shown(reader.read(data, name))
    raise ReadError(
        "binary",
        "不认识的文件格式",
        hint="可收录网页、文本、Markdown、PDF、OFD、Word、电子表格、ODT、RTF、ZIP 和扫描图片。",
        where=name,
    )


def make_report(document: Document, source: Source, *, entry: Entry | None = None) -> Report:
    """The report that ``document`` is. Raises ``ReadError`` (``not-a-report``, ``empty``)."""
    facts = entry.facts if entry else {}
    limits.check_parts(len(document.parts))
    limits.check_texts(_printed(document))
    check_is_one(document)
    front = read_front_matter(document)
    parts: Sequence[Part] = front.parts
    for clean_up in PASSES:
        parts = clean_up(parts)
    texts = [part.text for part in parts if isinstance(part, Line)]
    metadata = read_metadata(front, parts, manifest=facts)
    nodes, warnings = build_outline(parts)
    # Whoever named title or agency in the manifest says that it is a report.
    if not {"title", "agency"} & set(facts):
        _refuse(metadata, nodes, texts)
    if not nodes or (document.pictures and not _has_text(nodes, texts)):
        raise _without_text(document)
    binding_year = None if metadata.is_academic else metadata.year
    warnings += missing_sections(nodes, year=binding_year, told=warnings)
    assembly = _Assembly()
    made = tuple(assembly.section(node, above="", kind=_kind(node)) for node in nodes)
    return Report(
        id=report_id(metadata.agency_key, metadata.year),
        agency=metadata.agency,
        agency_key=metadata.agency_key,
        year=metadata.year,
        title=metadata.title,
        published=metadata.published,
        source=Source(
            source.path,
            metadata.url or source.url,
            source.sha256,
            source.format,
            facts.get("fetched", ""),
        ),
        sections=made,
        warnings=(
            *document.warnings,
            *metadata.warnings,
            *warnings,
            *assembly.warnings,
            *missing_tables(made, metadata.year),
        ),
        evidence=tuple(metadata.evidence),
        period=metadata.period,
        number=metadata.number,
        script=script_of([metadata.title, *texts]),
        turned_pages=document.turned_pages,
    )


def _has_text(nodes: Sequence[OutlineNode], texts: Sequence[str]) -> bool:
    """Whether a document says anything: a heading, a table, a sentence; captions and footers say nothing."""
    has_structure = any(node.heading or any(isinstance(one, Grid) for one in node.blocks) for node in nodes)
    return has_structure or any("。" in text or len(text) >= _SENTENCE_LENGTH for text in texts)


def _without_text(document: Document) -> ReadError:
    if document.pictures:
        return pictures_only("文件", document.pictures)
    return ReadError(
        "empty", "只有标题，没有正文", hint="正文可能是图片、附件或由脚本载入，请取得文字版后再收录。"
    )


def _printed(document: Document) -> Iterator[str]:
    """Every text of ``document``."""
    yield document.title
    yield from document.facts.values()
    for part in document.parts:
        if isinstance(part, Line):
            yield part.text
        else:
            yield from (cell.text for row in part.rows for cell in row)


def _refuse(metadata: Metadata, nodes: Sequence[OutlineNode], texts: Sequence[str]) -> None:
    """Raise ``ReadError`` for what is no report: by its title, else by what its lines are."""
    title = metadata.title
    known_sections = sum(sections.is_known_title(normalise(node.title)) for node in nodes)
    if what := why_not_a_report(title) or _what_lines_are(title, texts, known_sections=known_sections):
        raise ReadError("not-a-report", f"“{title or texts[0][:20]}”是{what}，不是年度报告", hint=_INSIST)
    needed = 1 if says_it_reports(texts) else _ENOUGH_SECTIONS
    if not is_report_title(title) and known_sections < needed:
        raise ReadError("not-a-report", "没有找到年度报告的标题和章节", hint=_INSIST)


def _what_lines_are(title: str, texts: Sequence[str], *, known_sections: int) -> str:
    """What the lines are instead of a report (``目录或列表页``), "" if they may be one."""
    if is_blank(texts):
        return "模板或样本"
    has_its_year = is_report_title(title) and bool(years_in(title))
    if is_rule(texts) and not (has_its_year and known_sections):
        return "制度或规定"
    if known_sections:
        return ""
    if is_listing([title, *texts]):
        return "目录或列表页"
    return "新闻报道" if is_headline(title) or is_news(texts) else ""


class _Assembly:
    """Turns nodes into sections and collects the warnings of their tables."""

    def __init__(self) -> None:
        self.warnings: list[ReportWarning] = []

    def section(self, node: OutlineNode, *, above: str, kind: str) -> Section:
        """The section that ``node`` is; ``above`` are the headings over it, ``kind`` is that of the top section."""
        where = " › ".join(heading for heading in (above, node.heading) if heading)
        return Section(
            number=node.number,
            title=node.title,
            kind=kind,
            mark=node.mark,
            blocks=tuple(self._blocks(node.blocks, where)),
            subsections=tuple(self.section(child, above=where, kind=kind) for child in node.children),
        )

    def _blocks(self, parts: Sequence[Part], where: str) -> list[Block]:
        """Paragraphs and tables. Grids in a row are given together: a table may go on in the next."""
        blocks: list[Block] = []
        for is_grid, group in groupby(parts, key=lambda part: isinstance(part, Grid)):
            if is_grid:
                blocks += self._tables([part for part in group if isinstance(part, Grid)], where)
            else:
                blocks += [_paragraph(part) for part in group if isinstance(part, Line)]
        return blocks

    def _tables(self, grids: Sequence[Grid], where: str) -> list[Table]:
        tables, warnings = build_tables(grids, where)
        self.warnings += warnings
        return tables


def _paragraph(line: Line) -> Paragraph:
    return replace(read_paragraph(line.text), recognised=line.recognised)


def _kind(node: OutlineNode) -> str:
    """The kind of a top section; all sections below it have the same."""
    return sections.kind_of(normalise(node.title)) if node.title or node.number else "preamble"


def _name(path: Path, root: Path | None) -> str:
    if root is None or not path.is_relative_to(root):
        return path.name
    return path.relative_to(root).as_posix()


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReadError("too-large", f"文件超过 {MAX_BYTES // 1024 // 1024} MB", hint="请拆分后再收录。")
        return path.read_bytes()
    except OSError as error:
        if fault := machine_fault(error):
            raise fault from error
        raise ReadError("unreadable", f"文件打不开：{error.strerror}", hint="请核对路径和权限。") from error


def _source(data: bytes, name: str, document: Document) -> Source:
    return Source(path=name, url="", sha256=hashlib.sha256(data).hexdigest(), format=document.format)
