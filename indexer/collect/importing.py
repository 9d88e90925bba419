"""Files that a person saved: a page (HTML, MHTML), a document, or a WARC of a browser's visit.

They are kept like what was fetched, with a sidecar that says that a person brought them. Where a saved page names its
address, and in a WARC, the address is taken from there. The rule: what is imported fills the place of what a site
refused, and goes through the same reading as all else.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from indexer.collect.addresses import host_of, normal_address
from indexer.collect.kept_files import KeptFiles, Sidecar, suffix_of
from indexer.collect.links import text_of
from indexer.collect.work_queue import NewPage, QueuedPage, WorkQueue
from report_search.errors import OperatorError, machine_fault

try:
    from warcio import archiveiterator
except ImportError:
    archiveiterator = None

_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.I)
_LOCATION = re.compile(rb"^(?:Snapshot-)?Content-Location:\s*(\S+)", re.I | re.M)
_DATE = re.compile(rb"^Date:\s*(.+?)\r?$", re.I | re.M)
_WARC = (b"WARC/", b"\x1f\x8b")
_IS_REPORT = re.compile(r"信息公开|政务公开")
_UNSAFE = re.compile(r"[^\w.-]+")
_MOST_BYTES = 64 * 1024 * 1024
_MOST_WARC = 4 * 1024**3
_HEAD = 4096


class SaidOfImport(Struct, frozen=True):
    """What a person says of a file: its address, whose report of which year it is, when it was fetched.

    "" and None say nothing.
    """

    url: str = ""
    agency: str = ""
    year: int | None = None
    title: str = ""
    fetched: str = ""

    @property
    def facts(self) -> str:
        """What is for the manifest, as JSON; "" for nothing."""
        found = {"agency": self.agency, "year": self.year, "title": self.title}
        given = {name: value for name, value in found.items() if value}
        return json.dumps(given, ensure_ascii=False) if given else ""


class ImportedFile(Struct, frozen=True):
    """A file that was taken: its path in the corpus folder, its address ("" if it has none)."""

    file: str
    url: str


class _Piece(Struct, frozen=True):
    """Bytes to import, with what is known of them."""

    body: bytes
    name: str
    url: str
    fetched: str
    headers: dict[str, str]
    status: int = 0


def import_file(queue: WorkQueue, path: Path, *, folder: Path, said: SaidOfImport) -> list[ImportedFile]:
    """Take a file, or every report page and document of a WARC, into the corpus folder.

    Raises ``OperatorError`` for a file that can't be opened, is too large or holds nothing to import.
    """
    if said.url and not normal_address(said.url):
        raise OperatorError("import", f"网址有误：{said.url}", hint="请写完整的 http 或 https 网址。")
    pieces = _pieces(queue, path, said)
    place = _Place(queue, folder)
    imported = [place.take(piece, said) for piece in pieces]
    if not imported:
        raise OperatorError(
            "import", f"{path.name} 里没有可以收录的网页或文件。", hint="请保存报告所在的网页或附件。"
        )
    return imported


def _pieces(queue: WorkQueue, path: Path, said: SaidOfImport) -> Iterator[_Piece]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
        is_warc = head.startswith(_WARC[0]) or (head.startswith(_WARC[1]) and ".warc" in path.name.lower())
        if size > (_MOST_WARC if is_warc else _MOST_BYTES):
            raise OperatorError("import", f"{path.name} 太大，没有读取", hint="请拆开后再导入。")
        if is_warc:
            yield from _pieces_of_warc(queue, path)
        else:
            yield _piece_of_file(path, said)
    except OSError as error:
        raise machine_fault(error) or OperatorError(
            "import", f"{path} 打不开：{error.strerror}", hint="请核对路径和权限。"
        ) from error


def _piece_of_file(path: Path, said: SaidOfImport) -> _Piece:
    body = path.read_bytes()
    if not body.strip():
        raise OperatorError("import", f"{path.name} 是空的。", hint="请重新保存。")
    saved = _SAVED_FROM.search(body[:_HEAD]) or _LOCATION.search(body[:_HEAD])
    address = said.url or (saved[1].decode("utf-8", "replace") if saved else "")
    return _Piece(body, path.name, normal_address(address), said.fetched or _saved_at(path, body), {})


def _saved_at(path: Path, body: bytes) -> str:
    """When a page was saved: as it says itself, else when its file was written."""
    found = _DATE.search(body[:_HEAD])
    try:
        moment = parsedate_to_datetime(found[1].decode("ascii")) if found else None
    except (ValueError, UnicodeDecodeError):
        moment = None
    moment = moment or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _pieces_of_warc(queue: WorkQueue, path: Path) -> Iterator[_Piece]:
    if archiveiterator is None:
        raise OperatorError(
            "missing-extra",
            "读取 WARC 要用到 warcio，还没有安装。",
            hint="请运行 pip install 'report-search[collect]'。",
        )
    with path.open("rb") as file:
        try:
            for record in archiveiterator.ArchiveIterator(file):
                if record.rec_type == "response" and record.http_headers is not None:
                    piece = _piece_of_record(record)
                    if piece and _is_wanted(queue, piece):
                        yield piece
        except (archiveiterator.ArchiveLoadFailed, EOFError, ValueError) as error:
            raise OperatorError(
                "import", f"{path.name} 不是完整的 WARC：{error}", hint="请重新保存后再导入。"
            ) from error


def _piece_of_record(record: object) -> _Piece | None:
    status = str(record.http_headers.get_statuscode())  # type: ignore[attr-defined]
    url = normal_address(str(record.rec_headers.get_header("WARC-Target-URI") or ""))  # type: ignore[attr-defined]
    if status != "200" or not url:
        return None
    body = record.content_stream().read(_MOST_BYTES + 1)  # type: ignore[attr-defined]
    if not body or len(body) > _MOST_BYTES:
        return None
    headers = {name.lower(): value for name, value in record.http_headers.headers}  # type: ignore[attr-defined]
    date = str(record.rec_headers.get_header("WARC-Date") or "")  # type: ignore[attr-defined]
    name = urlsplit(url).path.rpartition("/")[2] or "index.html"
    return _Piece(body, name, url, date.replace("Z", "+00:00"), headers, 200)


def _is_wanted(queue: WorkQueue, piece: _Piece) -> bool:
    """Whether a record of a WARC can be a report: a document, or a page that speaks of disclosure."""
    if queue.page(piece.url) is not None:
        return True
    kind = piece.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if kind.startswith(("image/", "font/", "video/", "audio/")) or kind.endswith(
        ("javascript", "json", "css")
    ):
        return False
    if suffix_of(piece.body, piece.url) != ".html":
        return True
    return bool(_IS_REPORT.search(text_of(piece.body, piece.headers.get("content-type", ""))))


class _Place(Struct, frozen=True):
    """A corpus folder with its queue, where pieces are taken to."""

    queue: WorkQueue
    folder: Path

    def take(self, piece: _Piece, said: SaidOfImport) -> ImportedFile:
        """Keep a piece and enter it. Raises ``OperatorError`` for the address of a list."""
        sha256 = hashlib.sha256(piece.body).hexdigest()
        twin = next(iter(self.queue.pages("sha256 = ? AND file != ''", sha256)), None)
        path = self._keep(piece, twin, sha256)
        with self.queue.transaction():
            page = self._page(piece, twin, sha256)
            is_new = page.file != path or not page.fetched
            self.queue.set(
                page.id,
                state="done",
                note="人工导入",
                file=path,
                sha256=sha256,
                size=len(piece.body),
                fetched=piece.fetched if is_new else page.fetched,
                facts=said.facts or page.facts,
            )
        return ImportedFile(path, piece.url)

    def _keep(self, piece: _Piece, twin: QueuedPage | None, sha256: str) -> str:
        """The path of the file that holds the bytes of a piece."""
        files = KeptFiles(self.folder)
        if twin is not None and files.sha256(twin.file) == sha256:
            return twin.file
        sidecar = Sidecar(
            url=piece.url,
            address=piece.url,
            fetched=piece.fetched,
            sha256=sha256,
            size=len(piece.body),
            status=piece.status,
            headers=piece.headers,
            decoded=piece.headers.get("content-encoding", ""),
            by_hand=True,
            name=piece.name,
        )
        return files.keep(piece.body, sidecar, name="" if piece.url else _name(piece, sha256))

    def _page(self, piece: _Piece, twin: QueuedPage | None, sha256: str) -> QueuedPage:
        """The page of the queue that a piece belongs to: that of its address, else that of the same bytes."""
        known = self.queue.page(piece.url) if piece.url else None
        if known is not None and known.kind == "list":
            raise OperatorError(
                "import", f"{piece.url} 是列表页的网址。", hint="请给出报告本身的网址，或不写 --url。"
            )
        found = known or twin
        if found is not None:
            return found
        url = piece.url or f"sha256:{sha256}"
        self.queue.enter([NewPage("", "import", url, host_of(url))])
        entered = self.queue.page(url)
        assert entered is not None
        return entered


def _name(piece: _Piece, sha256: str) -> str:
    """The path of an import that has no address: what it was called, and digits of its hash."""
    stem = _UNSAFE.sub("-", piece.name.rpartition(".")[0] or piece.name).strip("-.")[:48] or "file"
    suffix = suffix_of(io.BytesIO(piece.body).read(_HEAD), piece.name.lower())
    return f"imported/{stem}-{sha256[:8]}{suffix}"
