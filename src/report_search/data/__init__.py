"""The library's data files (word lists, tables of names, Unicode data) and the one way to read them.

The rule: every file is UTF-8 and is read from the installed package, so that a wheel works like a checkout. In a
list, an entry is a line; empty lines and lines that begin with ``#`` are none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any


def read_bytes(name: str) -> bytes:
    """The file ``name`` of this folder as it is, e.g. for a hash."""
    return files("report_search.data").joinpath(name).read_bytes()


def read_text(name: str) -> str:
    """The text of the file ``name`` of this folder."""
    return files("report_search.data").joinpath(name).read_text(encoding="utf-8")


def read_lines(name: str) -> list[str]:
    """The entries of the list ``name`` of this folder, in its order."""
    return list(entries(read_text(name).splitlines()))


def read_toml(name: str) -> dict[str, Any]:
    """The table in the TOML file ``name`` of this folder. Raises ``tomllib.TOMLDecodeError``."""
    return tomllib.loads(read_text(name))


def entries(lines: Iterable[str]) -> Iterator[str]:
    """The lines that are entries, without the white space around them."""
    return (line.strip() for line in lines if line.strip() and not line.startswith("#"))
