"""What ``import report_search`` gives: the names, when they are imported, and the page that documents them."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import report_search
from indexer.run.pipeline import IndexJob, run_job

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "api-python.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S))
NAMES = [name for name in report_search.__all__ if name != "__version__"]


def imported_for_type_checkers() -> dict[str, str]:
    """Each name that type checkers see, with its module."""
    tree = ast.parse(Path(report_search.__file__).read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If) and isinstance(node.test, ast.Name)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


def test_the_names_are_sorted_and_type_checkers_see_each_in_the_module_it_comes_from() -> None:
    assert list(report_search.__all__) == sorted(report_search.__all__)
    seen = imported_for_type_checkers()
    assert sorted(seen) == sorted(NAMES)
    for name in NAMES:
        assert getattr(report_search, name) is getattr(sys.modules[seen[name]], name)
    assert set(dir(report_search)) >= set(report_search.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Searchr'"):
        report_search.Searchr  # type: ignore[attr-defined]  # noqa: B018


def test_nothing_is_imported_before_it_is_used() -> None:
    program = (
        "import sys, report_search\n"
        "ours = [name for name in sys.modules if name.startswith('report_search.')]\n"
        "assert ours == ['report_search.late_names'], ours\n"
        "report_search.SearchRequest()\n"
        "assert 'report_search.search.request' in sys.modules\n"
        "assert 'report_search.search.searcher' not in sys.modules and 'numpy' not in sys.modules\n"
        "from report_search import *\n"
        "assert Searcher is report_search.Searcher\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_page_documents_every_name_and_no_other() -> None:
    assert re.findall(r"^### (\w+)$", PAGE, re.M) == list(SECTIONS)
    assert sorted(SECTIONS) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_an_example(name: str) -> None:
    assert len(re.findall(r"^```python\n>>> ", SECTIONS[name], re.M)) == 1


def literal(value: object) -> str:
    return repr(value).replace("'", '"')


def signature(function: Callable[..., Any]) -> str:
    """The parameters of a function and what it returns, as the page writes them."""
    found, starred = [], False
    told = inspect.signature(function)
    for parameter in told.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            found.append("*")
            starred = True
        default = "" if parameter.default is parameter.empty else f" = {literal(parameter.default)}"
        found.append(f"{parameter.name}: {parameter.annotation}{default}")
    returns = "" if told.return_annotation in ("None", told.empty) else f" -> {told.return_annotation}"
    return f"({', '.join(found)}){returns}"


def members(cls: type) -> Iterator[str]:
    """The public methods and properties of a class, as the page writes them."""
    for name, value in vars(cls).items():
        if inspect.isfunction(value) and not name.startswith("_"):
            yield name + signature(value)
        elif isinstance(value, property):
            assert value.fget
            yield f"{name}: {value.fget.__annotations__['return']}"


@pytest.mark.parametrize("name", NAMES)
def test_the_page_gives_the_signature_of_each(name: str) -> None:
    known, section = getattr(report_search, name), SECTIONS[name]
    heading = re.match(rf"\n`{name}(\(.*)`\n", section)
    rows = re.findall(r"^\| `(\w+)` \| `(.+?)` \| .+ \|$", section.replace("\\|", "|"), re.M)
    if not inspect.isclass(known):
        assert heading
        assert heading[1] == signature(known)
        return
    assert re.findall(r"^- `(.+?)`: .+[.)]$", section, re.M) == list(members(known))
    if dataclasses.is_dataclass(known):
        assert rows == [(field.name, _type(field)) for field in dataclasses.fields(known)]
    elif not getattr(known, "_is_protocol", False):
        assert heading
        assert heading[1] == signature(known.__init__)  # type: ignore[misc]


def _type(field: dataclasses.Field[Any]) -> str:
    default = "" if field.default is dataclasses.MISSING else f" = {literal(field.default)}"
    return f"{field.type}{default}"


def test_the_code_of_the_page_gives_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job(IndexJob((ROOT / "corpus",), tmp_path / "var" / "index", "whoosh"))
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.S))
    test = doctest.DocTestParser().get_doctest(code, {}, "docs/api-python.md", "api-python.md", 0)
    assert len(test.examples) > len(NAMES)
    told: list[str] = []
    failed, _ = doctest.DocTestRunner().run(test, out=told.append)
    assert not failed, "".join(told)
