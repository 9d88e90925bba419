"""The current generation of an index, for those who only read: found, checked and opened.

The rule: nothing that writes an index is imported here, so that a command which asks one question starts without it.
"""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path

from report_search.config import DEFAULT_INDEX
from report_search.errors import OperatorError
from report_search.generations.address_book import AddressBook
from report_search.generations.build_record import RECORD_FILE, damaged, decode_record
from report_search.generations.generation import Generation


class PublishedGenerations:
    """The generations below ``root``, a folder that need not be there yet, as their readers see them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.addresses = AddressBook(root)
        self._folder = root / "generations"
        self._loaded: tuple[str, Generation] | None = None

    def current(self) -> Generation | None:
        """The current generation; None if nothing was ever published. Its engine's files are not read here.

        Raises ``OperatorError`` if its record is damaged.
        """
        try:
            pointer = (self.root / "current").read_text(encoding="ascii").split()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise damaged(self.root / "current") from error
        if len(pointer) != 2:
            raise damaged(self.root / "current")
        return self._load(pointer[0], pointer[1])

    def open(self, fingerprint: str) -> Generation:
        """The current generation with its fingerprint and every engine file checked: ready for an engine.

        Raises ``OperatorError``: no index, another fingerprint, damaged files.
        """
        generation = self.current()
        if generation is None:
            raise OperatorError(
                "no-index", f"{self.root} 里还没有索引。", hint=f"请运行 {self._index_command()}。"
            )
        generation.require(fingerprint)
        generation.verify()
        return generation

    def _index_command(self) -> str:
        """The command that makes this index, as it has to be typed."""
        where = "" if self.root == DEFAULT_INDEX else f" --index {shlex.quote(str(self.root))}"
        return f"report-search index{where}"

    def _load(self, name: str, checksum: str) -> Generation:
        """The generation ``name``, whose record must have the ``checksum``."""
        if self._loaded and self._loaded[0] == checksum:
            return self._loaded[1]
        folder = self._folder / name
        try:
            data = (folder / RECORD_FILE).read_bytes()
        except OSError as error:
            raise damaged(folder / RECORD_FILE) from error
        if hashlib.sha256(data).hexdigest() != checksum:
            raise damaged(folder / RECORD_FILE)
        generation = Generation(name, folder, decode_record(data, folder))
        self._loaded = (checksum, generation)
        return generation
