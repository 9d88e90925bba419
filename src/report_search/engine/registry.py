"""Engines by name: the one place that knows which ones there are.

An engine is imported when it is asked for, so that one that needs an extra costs nothing to those who lack it. The
rule: only the missing package of an engine's extra means "not installed". Any other missing module is a defect of
this installation and is raised as it is, since installing the extra would not mend it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from msgspec import Struct

from report_search.engine.protocol import Engine
from report_search.errors import OperatorError


class EngineModule(Struct, frozen=True):
    """Where an engine is, and the third-party package that it needs ("" for none)."""

    module: str
    package: str = ""


ENGINES = {
    "memory": EngineModule("report_search.engine.memory"),
    "whoosh": EngineModule("report_search.engine.whoosh.engine", "whoosh"),
    "tantivy": EngineModule("report_search.engine.tantivy.engine", "tantivy"),
}
"""Engines by name; each module has a function ``open_engine(folder)``."""
SERVERS = {"opensearch": EngineModule("report_search.engine.opensearch.engine", "urllib3")}
"""Engines on servers, by the scheme of their address; each module has ``open_engine(folder, address)``."""


class _Opens(Protocol):
    def open_engine(self, folder: Path, address: str = ..., /) -> Engine: ...


def open_engine(name: str, folder: Path) -> Engine:
    """The engine ``name`` (or at the address that ``name`` is) on ``folder``, which is made where it is missing.

    Raises ``OperatorError`` for an unknown name, a package that is not installed, or files it can't read.
    """
    scheme, is_address, _ = name.partition("://")
    if is_address:
        # ``opensearch+https`` is OpenSearch over TLS.
        return _load(scheme.partition("+")[0], SERVERS).open_engine(folder, name)
    return _load(name, ENGINES).open_engine(folder)


def _load(name: str, engines: Mapping[str, EngineModule]) -> _Opens:
    engine = engines.get(name)
    if engine is None:
        names = [*sorted(ENGINES), *(f"{server}://主机:9200/索引名" for server in SERVERS)]
        raise OperatorError(
            "engine-unknown", f"没有名为“{name}”的引擎。", hint=f"可用的引擎：{'、'.join(names)}。"
        )
    try:
        return cast(_Opens, import_module(engine.module))
    except ModuleNotFoundError as missing:
        if missing.name != engine.package:
            raise
        raise OperatorError(
            "engine-not-installed",
            f"引擎“{name}”缺少软件包 {missing.name}。",
            hint=f"请安装：pip install 'report-search[{name}]'。",
        ) from missing
