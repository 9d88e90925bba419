"""From the bytes of a file to a ``Report``: the one walk that every format takes.

The rule: what can't become a report is a ``ReadError`` that says why; what is doubtful is a warning in the report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from indexer.document import Document, Grid, Line, Part, Reader
from indexer.manifest import Entry, Manifest
from indexer.readers.docx.reader import DocxReader
from indexer.readers.html.reader import HtmlReader
from indexer.readers.pdf.reader import PdfReader
from indexer.readers.text import TextReader
from indexer.structure.boilerplate import drop_boilerplate
from indexer.structure.front_matter import read_front_matter
from indexer.structure.lost_line_breaks import drop_cell_borders, restore_line_breaks
from indexer.structure.metadata import Metadata, read_metadata
from indexer.structure.outline import OutlineNode, build_outline
from indexer.structure.paragraphs import read_paragraph
from indexer.structure.reflow import join_wrapped_lines
from indexer.structure.report_ids import report_id
from indexer.structure.report_titles import is_blank, is_listing, is_report_title, why_not_a_report
from indexer.tables.build import build_tables
from indexer.tables.from_lines import collect_flat_tables
from indexer.text.script import script_of
from report_search.analysis.normalise import normalise
from report_search.errors import ReadError
from report_search.model import Block, Report, ReportWarning, Section, Source, Table
from report_search.taxonomy import sections

MAX_BYTES = 64 * 1024 * 1024
READERS: tuple[Reader, ...] = (PdfReader(), DocxReader(), HtmlReader(), TextReader())
"""The readers in the order they are asked; text takes what the others leave."""

_INSIST = "如确为报告，请在清单中写明标题。"
_ENOUGH_SECTIONS = 3
"""How many known section titles make a report of a document whose title does not say so."""


def read_file(path: Path, *, root: Path | None = None, manifest: Manifest | None = None) -> Report:
    """The report in the file at ``path``.

    ``root`` is the corpus folder that ``source.path`` is relative to (the file's own folder if None). Raises
    ``ReadError`` for a file that can't be opened, read, or is not a report.
    """
    name = _name(path, root)
    entry = (manifest or Manifest()).entry(name)
    if entry.skip:
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
    for reader in READERS:
        if reader.recognises(data, name):
            return reader.read(data, name)
    raise ReadError(
        "binary", "不认识的文件格式", hint="可收录文本、Markdown、HTML、PDF 和 DOCX。", where=name
    )


def make_report(document: Document, source: Source, *, entry: Entry | None = None) -> Report:
    """The report that ``document`` is. Raises ``ReadError`` (``not-a-report``, ``empty``)."""
    facts = entry.facts if entry else {}
    front = read_front_matter(document)
    parts = join_wrapped_lines(
        drop_cell_borders(collect_flat_tables(restore_line_breaks(drop_boilerplate(front.parts))))
    )
    metadata = read_metadata(front, parts, manifest=facts)
    nodes, warnings = build_outline(parts)
    if not {"title", "agency"} & set(facts):
        _refuse(metadata, nodes, [part.text for part in parts if isinstance(part, Line)])
    if not nodes:
        raise ReadError("empty", "只有标题，没有正文", hint="请重新下载。")
    built = _Assembly()
    made = tuple(built.section(node, place="", parent="") for node in nodes)
    return Report(
        id=report_id(metadata.agency_key, metadata.year),
        agency=metadata.agency,
        agency_key=metadata.agency_key,
        year=metadata.year,
        title=metadata.title,
        published=metadata.published,
        source=Source(source.path, metadata.url or source.url, source.sha256, source.format),
        sections=made,
        warnings=(*document.warnings, *metadata.warnings, *warnings, *built.warnings),
        evidence=tuple(metadata.evidence),
        period=metadata.period,
        number=metadata.number,
        script=script_of([metadata.title, *(part.text for part in parts if isinstance(part, Line))]),
    )


def _refuse(metadata: Metadata, nodes: Sequence[OutlineNode], texts: Sequence[str]) -> None:
    """Raise ``ReadError`` for what is no report: by its title, else by what its lines are."""
    title = metadata.title
    known = sum(sections.is_known_title(normalise(node.title)) for node in nodes)
    what = why_not_a_report(title)
    what = what or ("模板或样本" if is_blank(texts) else "")
    what = what or ("目录或列表页" if is_listing([title, *texts]) and not known else "")
    if what:
        raise ReadError("not-a-report", f"“{title}”是{what}，不是年度报告", hint=_INSIST)
    if not is_report_title(title) and known < _ENOUGH_SECTIONS:
        raise ReadError("not-a-report", "没有找到年度报告的标题和章节", hint=_INSIST)


class _Assembly:
    """Turns nodes into sections and collects the warnings of their tables."""

    def __init__(self) -> None:
        self.warnings: list[ReportWarning] = []

    def section(self, node: OutlineNode, *, place: str, parent: str) -> Section:
        """The section that ``node`` is; ``place`` names what it stands in, ``parent`` that one's kind."""
        where = " › ".join(part for part in (place, node.heading) if part)
        kind = parent or _kind(node)
        return Section(
            number=node.number,
            title=node.title,
            kind=kind,
            blocks=tuple(self._blocks(node.blocks, where)),
            subsections=tuple(self.section(child, place=where, parent=kind) for child in node.children),
        )

    def _blocks(self, parts: Sequence[Part], where: str) -> list[Block]:
        blocks: list[Block] = []
        at = 0
        while at < len(parts):
            part = parts[at]
            if isinstance(part, Line):
                blocks.append(read_paragraph(part.text))
                at += 1
                continue
            run = _run_of_grids(parts, at)
            blocks += self._tables(run, where)
            at += len(run)
        return blocks

    def _tables(self, grids: Sequence[Grid], where: str) -> list[Table]:
        tables, warnings = build_tables(grids, where)
        self.warnings += warnings
        return tables


def _kind(node: OutlineNode) -> str:
    """The kind of a top section; all that stands in it has the same."""
    return sections.kind_of(normalise(node.title)) if node.title or node.number else "preamble"


def _run_of_grids(parts: Sequence[Part], start: int) -> list[Grid]:
    run: list[Grid] = []
    for part in parts[start:]:
        if not isinstance(part, Grid):
            break
        run.append(part)
    return run


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
        raise ReadError("unreadable", f"文件打不开：{error.strerror}", hint="请核对路径和权限。") from error


def _source(data: bytes, name: str, document: Document) -> Source:
    return Source(path=name, url="", sha256=hashlib.sha256(data).hexdigest(), format=document.format)
