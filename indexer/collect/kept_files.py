"""The files that are kept, byte for byte as they were sent, and beside each what is known of where it came from.

    FOLDER/www.example.gov.cn/t2019-5f3a0c11.html              the bytes
    FOLDER/_sidecars/www.example.gov.cn/t2019-5f3a0c11.html.json   the sidecar: address, time, headers, hash …
    FOLDER/_former/…                                            what stood at the same address before, with its sidecar

The rule: a file appears under its name only when all of it is on the disk, its sidecar before it, so that no file is
ever without one; and what an address gave earlier is moved aside, never lost.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from indexer.collect.addresses import file_name
from report_search.errors import OperatorError
from report_search.generations.files import replace_file

SIDECARS, FORMER = "_sidecars", "_former"
SIDECAR_LAYOUT = 1


class Sidecar(Struct, frozen=True):
    """Where a file came from.

    ``url`` was asked for and ``address`` answered, over ``redirects``. ``fetched`` is an ISO time in UTC; ``headers``
    are those of the answer. ``decoded`` names a coding that was taken off (the bytes of a file are never otherwise
    changed). ``tls`` names the exceptions made for ``seed``. ``by_hand`` says that a person saved the file, ``name``
    what it was called then.
    """

    url: str
    address: str
    fetched: str
    sha256: str
    size: int
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    redirects: tuple[str, ...] = ()
    seed: str = ""
    tls: tuple[str, ...] = ()
    decoded: str = ""
    by_hand: bool = False
    name: str = ""
    layout: int = SIDECAR_LAYOUT


class KeptFiles:
    """The kept files below a corpus folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, body: bytes, sidecar: Sidecar, *, name: str = "") -> str:
        """Keep ``body`` and what is known of it; the path of its file in the folder.

        The same bytes at the same address change nothing. ``name`` is the name to give instead of that of the address.
        """
        path = name or file_name(sidecar.url, suffix=suffix_of(body, sidecar.url))
        if self.sha256(path) == sidecar.sha256 and self.sidecar(path) is not None:
            return path
        self._set_aside(path)
        for target, data in ((self._sidecar_path(path), _encoded(sidecar)), (self.folder / path, body)):
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, data)
        return path

    def sha256(self, path: str) -> str:
        """The SHA-256 of a kept file as it is now, "" if it is not there."""
        try:
            return hashlib.sha256((self.folder / path).read_bytes()).hexdigest()
        except OSError:
            return ""

    def is_there(self, path: str) -> bool:
        """Whether a file is in its place."""
        return (self.folder / path).is_file()

    def sidecar(self, path: str) -> Sidecar | None:
        """What is known of a file; None if nothing is. Raises ``OperatorError`` for a sidecar that is damaged."""
        place = self._sidecar_path(path)
        try:
            data: dict[str, Any] = json.loads(place.read_bytes())
            known = {name: data[name] for name in Sidecar.__struct_fields__ if name in data}
            for name in ("redirects", "tls"):
                known[name] = tuple(known.get(name, ()))
            return Sidecar(**known)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise OperatorError(
                "sidecar", f"来源记录 {place} 损坏。", hint="请删去它和它的文件，再运行 collect。"
            ) from error

    def paths(self) -> Iterator[str]:
        """The path of every file that has a sidecar, be the file there or not."""
        top = self.folder / SIDECARS
        for place in sorted(top.rglob("*.json")) if top.is_dir() else ():
            yield place.relative_to(top).as_posix().removesuffix(".json")

    def _sidecar_path(self, path: str) -> Path:
        return self.folder / SIDECARS / f"{path}.json"

    def _set_aside(self, path: str) -> None:
        """Keep what stands under ``path`` where former states are kept; it stays in its place until it is replaced."""
        former = self.sidecar(path)
        data = self.folder / path
        if former is None or not data.is_file() or self.sha256(path) != former.sha256:
            return
        aside = self.folder / FORMER / f"{path}.{former.sha256[:16]}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        replace_file(aside.with_name(f"{aside.name}.json"), _encoded(former))
        if not aside.exists():
            replace_file(aside, data.read_bytes())


def _encoded(sidecar: Sidecar) -> bytes:
    return (json.dumps(asdict(sidecar), ensure_ascii=False, indent=1) + "\n").encode()


_OPENINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", ".pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
    (b"{\\rtf", ".rtf"),
    (b"Rar!", ".rar"),
    (b"7z\xbc\xaf", ".7z"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
)
_PICTURES = (".png", ".jpg", ".tif")
_LEAST_PICTURE = 10_000
"""Bytes of the picture of a page; an icon or a code to scan has fewer."""
_ZIPS = (".docx", ".xlsx", ".ofd", ".odt", ".ods", ".zip")


def is_picture(body: bytes) -> bool:
    """Whether ``body`` is a picture that may be a page of a report."""
    return len(body) >= _LEAST_PICTURE and suffix_of(body, "") in _PICTURES


def suffix_of(body: bytes, name: str) -> str:
    """The suffix for a file, by its bytes; what they leave open (a package, old Office) its address decides."""
    path = name.partition("?")[0].lower()
    said = path[path.rfind(".") :] if "." in path.rpartition("/")[2] else ""
    for opening, suffix in _OPENINGS:
        if body.startswith(opening):
            return said if suffix == ".doc" and said in (".doc", ".xls", ".wps", ".et") else suffix
    if body.startswith(b"PK\x03\x04"):
        return said if said in _ZIPS else ".zip"
    head = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"mime-version:" in head[:1000]:
        return ".mhtml"
    return said if said in (".txt", ".md") and not head.startswith(b"<") else ".html"
