"""Engines by name: the one place that knows which there are.

An engine is imported when it is asked for, so that one that needs an extra costs nothing to those who lack
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from report_search.engine.protocol import Engine
from report_search.errors import OperatorError

ENGINES = {
    "memory": "report_search.engine.memory",
    "whoosh": "report_search.engine.whoosh.engine",
    "tantivy": "report_search.engine.tantivy.engine",
}
"""Name to module; each module has a function ``open_engine(folder)``."""
SERVERS = {"opensearch": "report_search.engine.opensearch.engine"}
"""The same for engines elsewhere, whose name is an address; ``open_engine(folder, address)``."""


class _Opens(Protocol):
    def open_engine(self, folder: Path, address: str = ..., /) -> Engine: ...


def open_engine(name: str, folder: Path) -> Engine:
    """The engine ``name`` (or at the address that it is) on ``folder``, which is made where it is missing.

    Raises ``OperatorError`` for a name that is not known, a package that is not installed, or files it can't
    read.
    """
    scheme, found, _ = name.partition("://")
    if found:
        return _load(scheme.partition("+")[0], SERVERS).open_engine(folder, name)
    return _load(name, ENGINES).open_engine(folder)


def _load(name: str, known: Mapping[str, str]) -> _Opens:
    if name not in known:
        names = [*sorted(ENGINES), *(f"{server}://主机:9200/索引名" for server in SERVERS)]
        raise OperatorError(
            "engine-unknown", f"没有名为“{name}”的引擎。", hint=f"可用的引擎：{'、'.join(names)}。"
        )
    try:
        return cast(_Opens, import_module(known[name]))
    except ModuleNotFoundError as missing:
        raise OperatorError(
            "engine-not-installed",
            f"引擎“{name}”缺少软件包 {missing.name}。",
            hint=f"请安装：pip install 'report-search[{name}]'。",
        ) from missing
