"""Which pictures of a folder are read as reports."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest

from indexer.readers.scans import recognizer
from indexer.run import pictures
from indexer.run.discover import discover


def png(height: int, width: int = 10) -> bytes:
    """A PNG of one grey tone."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(autouse=True)
def _with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "is_available", lambda: True)


def found(folder: Path) -> list[str]:
    return [file.name for file in discover([folder])]


def test_a_picture_as_high_as_a_page_is_read_unless_a_page_refers_to_it(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(png(1000))
    (tmp_path / "logo.png").write_bytes(png(999))
    (tmp_path / "扫描 1.png").write_bytes(png(1400))
    (tmp_path / "年报.html").write_text("<img src='%E6%89%AB%E6%8F%8F%201.png'>", encoding="utf-8")
    assert found(tmp_path) == ["scan.png", "年报.html"]


def test_a_picture_in_the_folder_of_a_saved_page_belongs_to_the_page(tmp_path: Path) -> None:
    saved = tmp_path / "年报_files"
    saved.mkdir()
    (saved / "p1.png").write_bytes(png(1600))
    (saved / "p2.png").write_bytes(png(1600))
    (tmp_path / "年报.htm").write_bytes("<img src=年报_files/p1.png>".encode("gb18030"))
    assert found(tmp_path) == ["年报.htm", "年报_files/p2.png"]


def test_a_picture_that_the_manifest_names_is_read_however_small(tmp_path: Path) -> None:
    (tmp_path / "small.png").write_bytes(png(20))
    (tmp_path / "page.html").write_text("<img src='small.png'>", encoding="utf-8")
    (tmp_path / "manifest.toml").write_text("[[report]]\nfile = 'small.png'\nyear = 2019\n", encoding="utf-8")
    assert found(tmp_path) == ["page.html", "small.png"]


def test_a_picture_that_was_named_is_read(tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    path.write_bytes(png(20))
    assert [file.path for file in discover([path])] == [path]


def test_without_the_extra_only_what_the_manifest_names_is_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer, "is_available", lambda: False)
    (tmp_path / "scan.png").write_bytes(png(1400))
    assert found(tmp_path) == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_the_height_is_told_by_the_first_bytes(tmp_path: Path, kind: str) -> None:
    image = pytest.importorskip("PIL.Image", reason="needs Pillow (the extra scan)")
    out = io.BytesIO()
    image.new("L", (30, 1234), 255).save(out, kind)
    (tmp_path / "one").write_bytes(out.getvalue())
    assert pictures.height_of(tmp_path / "one") == 1234


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xc0", b"II*\0\xff\xff\xff\xff", b"MM\0*", b"%PDF-1.4"]
)
def test_what_is_damaged_or_no_picture_has_no_height(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "one").write_bytes(data)
    assert pictures.height_of(tmp_path / "one") == 0
