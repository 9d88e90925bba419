"""Engines by name: the one place that knows which there are.

An engine is imported when it is asked for, so that one that needs an extra costs nothing to those who lack
it.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol

from report_search.engine.boundary import Engine
from report_search.errors import OperatorError

ENGINES = {
    "memory": "report_search.engine.memory",
    "whoosh": "report_search.engine.whoosh_engine",
    "tantivy": "report_search.engine.tantivy_engine",
}
"""Name to module; each module has a function ``open_engine(folder)``."""


class _Opens(Protocol):
    def open_engine(self, folder: Path) -> Engine: ...


def open_engine(name: str, folder: Path) -> Engine:
    """The engine ``name`` on ``folder``, which is made where it is missing.

    Raises ``OperatorError`` for a name that is not known, a package that is not installed, or files it can't
    read.
    """
    return _load(name).open_engine(folder)


def _load(name: str) -> _Opens:
    if name not in ENGINES:
        raise OperatorError(
            "engine-unknown", f"没有名为“{name}”的引擎。", hint=f"可用的引擎：{'、'.join(sorted(ENGINES))}。"
        )
    try:
        module = import_module(ENGINES[name])
    except ModuleNotFoundError as missing:
        raise OperatorError(
            "engine-not-installed",
            f"引擎“{name}”缺少软件包 {missing.name}。",
            hint=f"请安装：pip install 'report-search[{name}]'。",
        ) from missing
    return module
