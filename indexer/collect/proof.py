"""Proving what was collected: every kept file is what it was when it came, and a passage stands in its file.

The rule: nothing is taken from the index but what is to be proven; the file is hashed and read anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from indexer.collect.kept_files import SIDECARS, KeptFiles, Sidecar
from indexer.collect.places import TextPlace, place_in_bytes, place_in_text, text_of_document
from indexer.read_report import read_document
from indexer.readers.beside import as_recorded, reading_with
from indexer.readers.scans.recognition import NEEDED, recognising
from indexer.run import sandbox
from indexer.run.pipeline import RECOGNISED_FOLDER
from indexer.run.sandbox import Sandbox
from indexer.run.worker_pool import recognise
from report_search.bundle import split
from report_search.errors import OperatorError, ReadError
from report_search.generations import SourceRecord
from report_search.generations.original import bytes_of_source
from report_search.search.searcher import Searcher

_MARKED_UP = frozenset({"html", "markdown", "text"})


class FileProof(Struct, frozen=True):
    """A kept file: ``state`` is ``ok``, ``changed`` or ``missing``; where it came from, "" where nobody knows."""

    file: str
    state: str
    sha256: str
    url: str = ""
    fetched: str = ""
    by_hand: bool = False
    tls: tuple[str, ...] = ()


class PassageProof(Struct, frozen=True):
    """A passage: the proof of its file, and where its text stands in it.

    ``in_text`` are code-point offsets in what the reader draws from the file, ``in_bytes`` byte offsets in the file
    itself, for pages and texts; None where the text was not found, or its bytes can't be told (PDF, DOCX …).
    ``unread`` says why the file could not be read, "" if it could.
    """

    passage: str
    text: str
    file: FileProof
    root: Path
    in_text: TextPlace | None = None
    in_bytes: TextPlace | None = None
    unread: str = ""

    @property
    def holds(self) -> bool:
        """Whether file and text are what the index says."""
        return self.file.state == "ok" and self.in_text is not None

    def lines(self) -> Iterator[str]:
        """For people."""
        file = self.file
        yield f"段落 {self.passage}：{'属实' if self.holds else '不能证实'}"
        yield f"  文件 {file.file}  {_STATES[file.state]}  SHA-256 {file.sha256}"
        if file.url:
            by_hand = "，人工保存" if file.by_hand else ""
            yield f"  取自 {file.url}，{file.fetched}{by_hand}"
        if self.in_text:
            yield f"  文字在读出的文本的第 {self.in_text.start} 到 {self.in_text.end} 个字符"
        elif self.unread:
            yield f"  文件没有读出：{self.unread}"
        elif self.file.state == "ok":
            yield "  文字在文件里没有找到"
        if self.in_bytes:
            yield f"  在文件的第 {self.in_bytes.start} 到 {self.in_bytes.end} 字节"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "passage": self.passage,
            "text": self.text,
            "holds": self.holds,
            "file": file_payload(self.file),
            "in_text": _offsets(self.in_text),
            "in_bytes": _offsets(self.in_bytes),
            "unread": self.unread,
        }


_STATES = {"ok": "与收录时一致", "changed": "已被改动", "missing": "不在了"}


def _offsets(place: TextPlace | None) -> list[int] | None:
    return [place.start, place.end] if place else None


def file_payload(proof: FileProof) -> dict[str, Any]:
    """A proof of a file, for programs."""
    return {**asdict(proof), "tls": list(proof.tls)}


def file_line(proof: FileProof) -> str:
    """A proof of a file, for people."""
    return f"{_STATES[proof.state]}  {proof.file}  {proof.url}"


def prove_files(folder: Path) -> Iterator[FileProof]:
    """A proof of each file that was kept below ``folder``. Raises ``OperatorError`` if none ever was."""
    files = KeptFiles(folder)
    if next(files.paths(), None) is None:
        raise OperatorError(
            "nothing-collected", f"{folder} 里没有采集来的文件。", hint="请用 --folder 指明采集到的语料目录。"
        )
    for path in files.paths():
        sidecar = files.sidecar(path)
        if sidecar is not None:
            yield _file_proof(path, sidecar, files.sha256(path))


def prove_passages(index: Path, passage_ids: Sequence[str]) -> list[PassageProof]:
    """The proofs of passages of the index.

    Raises ``RequestError`` if there is no such passage, ``OperatorError`` if the index does not know its file.
    """
    searcher = Searcher(index).pinned()
    sources = {one.report: one for one in searcher.generation().record.sources if one.report}
    proofs: list[PassageProof] = []
    searches: dict[str, _Search] = {}
    for passage in map(searcher.passage, passage_ids):
        source = sources.get(passage.report)
        if source is None or not source.root:
            raise OperatorError(
                "no-source", "索引没有记下这段文字出自哪个文件。", hint="请运行 report-search index 重建。"
            )
        file = _indexed_file(Path(source.root), source)
        proofs.append(PassageProof(passage.id, passage.text, file, Path(source.root)))
        if file.state == "ok":
            searches[passage.id] = _Search(source, passage.text, index / RECOGNISED_FOLDER)
    places = dict(zip(searches, _places(list(searches.values())), strict=True))
    return [_with_places(proof, places.get(proof.passage)) for proof in proofs]


_Places = tuple[TextPlace | None, TextPlace | None]
"""Where a text stands in what the reader draws from a file, and in its bytes."""


def _places(searches: Sequence[_Search]) -> Iterator[_Places | ReadError]:
    """What comes of each search. Files whose pages are pictures are read with the limits of those."""
    with closing(Sandbox(find_in_file, processes=1).run(searches)) as outcomes:
        for search, found in zip(searches, outcomes, strict=True):
            needs_recognition = isinstance(found, ReadError) and found.code == NEEDED
            yield recognise(find_in_pictures, search) if needs_recognition else found


def _with_places(proof: PassageProof, found: _Places | ReadError | None) -> PassageProof:
    if found is None:
        return proof
    if isinstance(found, ReadError):
        return replace(proof, unread=found.message)
    return replace(proof, in_text=found[0], in_bytes=found[1])


class _Search(Struct, frozen=True):
    """A text, the file where it is looked for, and the folder of the pages that were recognised before."""

    source: SourceRecord
    text: str
    cache: Path


def find_in_file(search: _Search) -> _Places:
    """Where a text stands in a file; for a child process. Raises ``ReadError``, for pictures one that says so."""
    with recognising(allowed=False):
        return _find(search)


def find_in_pictures(search: _Search) -> _Places:
    """The same for a file with pages that are pictures."""
    with recognising(allowed=True, cache=search.cache, on_page=sandbox.tell):
        return _find(search)


def _find(search: _Search) -> _Places:
    source = search.source
    data = bytes_of_source(source)
    with reading_with(as_recorded(Path(source.root), source.beside)):
        document = read_document(data, source.path)
    in_text = place_in_text(search.text, text_of_document(document))
    in_bytes = place_in_bytes(search.text, data) if document.format in _MARKED_UP else None
    return in_text, in_bytes


def _indexed_file(root: Path, source: SourceRecord) -> FileProof:
    """The file of a report, against the hash that the index has of it and, where it was collected, its sidecar."""
    files = KeptFiles(root)
    bundle, member = split(root, source.path)
    if member or source.pages:
        return _proof_of_parts(files, source, holder=bundle.relative_to(root).as_posix())
    now = files.sha256(source.path)
    sidecar = files.sidecar(source.path) if (root / SIDECARS).is_dir() else None
    if sidecar is None:
        return FileProof(source.path, _state(now, source.sha256), source.sha256)
    if sidecar.sha256 != source.sha256:
        return _file_proof(source.path, sidecar, "changed" if now else "")
    return _file_proof(source.path, sidecar, now)


def _proof_of_parts(files: KeptFiles, source: SourceRecord, *, holder: str) -> FileProof:
    """A file in a bundle, or several pictures that are one report, against the hash that the index has of it.

    The sidecar is that of ``holder``: the bundle, or the first of the pictures.
    """
    sidecar = files.sidecar(holder) if (files.folder / SIDECARS).is_dir() else None
    try:
        now = hashlib.sha256(bytes_of_source(source)).hexdigest()
    except (OSError, ReadError):
        now = ""
    state = _state(now, source.sha256)
    if sidecar is None:
        return FileProof(source.path, state, source.sha256)
    if state == "ok":
        state = _state(files.sha256(holder), sidecar.sha256)
    told = _file_proof(source.path, sidecar, "")
    return replace(told, state=state, sha256=source.sha256)


def _file_proof(path: str, sidecar: Sidecar, now: str) -> FileProof:
    return FileProof(
        path,
        _state(now, sidecar.sha256),
        sidecar.sha256,
        sidecar.url,
        sidecar.fetched,
        sidecar.by_hand,
        sidecar.tls,
    )


def _state(now: str, then: str) -> str:
    if not now:
        return "missing"
    return "ok" if now == then else "changed"
