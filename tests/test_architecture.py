"""The walls of the house: who may import whom, where each third-party package lives, how large things may be."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "report_search": ROOT / "src" / "report_search",
    "indexer": ROOT / "indexer",
    "webui": ROOT / "webui",
}

LAYERS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("alerts",),
    ("export",),
    ("presentation",),
    ("wording", "figures", "references"),
    ("search",),
    ("corpus_coverage",),
    ("engine",),
    ("generations",),
    ("query",),
    ("taxonomy",),
    ("passages",),
    ("passage_ids",),
    ("analysis",),
    ("model", "fields"),
    ("bundle", "deadline"),
    ("config", "data", "errors", "hashing", "late_names", "long_process", "process_pool", "record"),
)
"""Top first. A module imports its own line only inside its own package, and any line below."""


HOMES: dict[str, tuple[str, ...]] = {
    "flask": ("webui",),
    "werkzeug": ("webui",),
    "jinja2": ("webui",),
    "markupsafe": ("webui",),
    "waitress": ("webui.serving",),
    "prometheus_client": ("webui.operating.metrics",),
    "jieba": ("report_search.analysis.word_segmenter",),
    "rjieba": ("report_search.analysis.word_segmenter",),
    "opencc": ("report_search.analysis",),
    "whoosh": (
        "report_search.engine.whoosh.engine",
        "report_search.engine.whoosh.codec",
        "report_search.engine.whoosh.plain_pickles",
    ),
    "tantivy": (
        "report_search.engine.tantivy.engine",
        "report_search.engine.tantivy.live_rows",
    ),
    "urllib3": ("report_search.engine.opensearch.client", "indexer.collect.transport"),
    "protego": ("indexer.collect.robots",),
    "warcio": ("indexer.collect.importing",),
    "numpy": (
        "report_search.engine",
        "report_search.wording",
        "indexer.readers.scans",
        "indexer.readers.ofd.page_picture",
        "indexer.readers.pdf.rendered_page",
        "indexer.page_picture",
    ),
    "rapidocr": ("indexer.readers.scans.recognizer",),
    "cv2": ("indexer.readers.scans",),
    "PIL": (
        "indexer.readers.ofd.page_picture",
        "indexer.readers.scans.reader",
        "indexer.readers.scans.shown",
        "indexer.page_picture",
    ),
    "cachetools": ("report_search.engine", "webui.page_pictures.pictures", "webui.answers.kept"),
    "filelock": ("report_search.generations",),
    "xlsxwriter": ("report_search.export.xlsx_workbook", "indexer.synthetic.formats.xlsx"),
    "click": (
        "report_search.cli",
        "report_search.presentation.terminal",
        "report_search.presentation.concordance_payload",
    ),
    "msgspec": ("report_search", "indexer", "webui"),
    "duckdb": ("report_search.export.data_set",),
    "rapidfuzz": ("report_search.analysis.similarity",),
    "pypinyin": ("indexer", "report_search.analysis.pinyin"),
    "bs4": ("indexer.readers.html",),
    "lxml": ("indexer.readers", "indexer.collect.links"),
    "markdown_it": ("indexer.readers.markdown",),
    "docx": ("indexer.readers.docx.reader",),
    "playwright": ("indexer.synthetic.printing",),
    "pdfplumber": ("indexer.readers.pdf.reader",),
    "olefile": ("indexer.readers.compound",),
    "python_calamine": ("indexer.readers.sheets.reader",),
    "pypdfium2": (
        "indexer.readers.pdf.reader",
        "indexer.readers.pdf.drawn_page",
        "indexer.readers.pdf.rendered_page",
    ),
}
"""Third-party packages and the modules (or packages) that may import them."""

FOLDER_CEILING = 20
COMPLEXITY_CEILING = 12
MODULE_CEILING = 500
FUNCTION_CEILING = 60
ARGUMENT_CEILING = 5


def modules() -> Iterator[tuple[str, Path]]:
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join((package, *parts)).removesuffix(".__init__")
            yield name, path


MODULES = dict(modules())


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("import_module")
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)


def layer(module: str) -> int:
    part = module.split(".")[1]
    return next(at for at, names in enumerate(LAYERS) if part in names)


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith("report_search.")])
def test_a_module_uses_only_lines_below_its_own(name: str) -> None:
    for target in imports(MODULES[name]):
        if not target.startswith("report_search."):
            continue
        same_package = name.split(".")[1] == target.split(".")[1]
        assert same_package or layer(name) < layer(target), f"{name} imports {target}"


def test_the_layer_table_of_the_architecture_page_is_this_one() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"uses only lines below it:\n\n```\n(.*?)```", page, re.S)
    drawn = [tuple(sorted(line.split(" · "))) for line in table.splitlines()]
    assert drawn == [tuple(sorted(names)) for names in LAYERS if names != ("__main__",)]


ENGINES = ("whoosh", "tantivy", "opensearch")


@pytest.mark.parametrize("engine", ENGINES)
def test_no_engine_uses_another(engine: str) -> None:
    others = tuple(f"report_search.engine.{other}" for other in ENGINES if other != engine)
    barred = (*others, "report_search.engine.columnar") if engine == "opensearch" else others
    own = [name for name in MODULES if name.startswith(f"report_search.engine.{engine}")]
    assert own
    for name in own:
        assert [target for target in imports(MODULES[name]) if target.startswith(barred)] == [], name


def test_every_module_of_the_library_has_a_line() -> None:
    named = {part for line in LAYERS for part in line}
    found = {
        name.split(".")[1] for name in MODULES if name.count(".") >= 1 and name.startswith("report_search.")
    }
    assert found == named


@pytest.mark.parametrize("name", list(MODULES))
def test_the_three_packages_keep_apart(name: str) -> None:
    package = name.split(".")[0]
    allowed = {
        "report_search": {"report_search"},
        "indexer": {"report_search", "indexer"},
        "webui": {"report_search", "webui"},
    }[package]
    if name.startswith("report_search.cli"):
        allowed = set(PACKAGES)
    used = {target.split(".")[0] for target in imports(MODULES[name])} & set(PACKAGES)
    assert used <= allowed, f"{name} imports {sorted(used - allowed)}"


def test_nothing_but_the_command_line_uses_what_collects_over_the_network() -> None:
    own = ("indexer.collect", "report_search.cli")
    outside = [name for name in MODULES if not name.startswith(own)]
    assert not [
        name for name in outside if any(one.startswith("indexer.collect") for one in imports(MODULES[name]))
    ]


@pytest.mark.parametrize("name", list(MODULES))
def test_each_third_party_package_has_one_home(name: str) -> None:
    for target in imports(MODULES[name]):
        top = target.split(".")[0]
        if top in PACKAGES or top in sys.stdlib_module_names:
            continue
        assert top in HOMES, f"{name} imports {top}, which has no home in HOMES"
        assert any(name == home or name.startswith(home + ".") for home in HOMES[top]), (
            f"{name} imports {top}"
        )


def test_dependencies_are_those_that_have_a_home() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = {name.split(">")[0].split("=")[0].strip().lower() for name in project["dependencies"]}
    imported = {target.split(".")[0] for path in MODULES.values() for target in imports(path)}
    distribution = {"bs4": "beautifulsoup4", "docx": "python-docx", "markdown_it": "markdown-it-py"}
    homes = {distribution.get(name, name) for name in HOMES if name in imported}
    assert listed <= homes, f"listed but imported nowhere: {sorted(listed - homes)}"


def test_imports_stand_at_the_top_but_for_the_composition_root_and_optional_engines() -> None:
    free = ("report_search.cli", "report_search.engine.registry", "indexer.readers", "indexer.read_report")
    for name, path in MODULES.items():
        if name.startswith(free):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                deferred = [n for n in ast.walk(node) if isinstance(n, (ast.Import, ast.ImportFrom))]
                assert not deferred, f"{name}.{node.name} imports inside a function"


def test_no_folder_holds_too_many_modules() -> None:
    checked = [*PACKAGES.values(), ROOT / "tests", ROOT / "benchmarks"]
    folders = {path.parent for top in checked for path in top.rglob("*.py")}
    for folder in folders:
        modules_here = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules_here) <= FOLDER_CEILING, f"{folder.relative_to(ROOT)} holds {len(modules_here)}"


def test_no_public_class_name_stands_in_two_modules() -> None:
    homes: dict[str, list[str]] = {}
    for name, path in MODULES.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(name)
    assert len(homes) > 100
    assert not {name: places for name, places in homes.items() if len(places) > 1}


def _is_wildcard(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _branches(node: ast.AST) -> int:
    """How many ways more a node opens, counted as radon 6 counts."""
    match node:
        case ast.If() | ast.IfExp() | ast.Assert():
            return 1
        case ast.For() | ast.AsyncFor() | ast.While():
            return 1 + bool(node.orelse)
        case ast.Try():
            return len(node.handlers) + bool(node.orelse)
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.Match():
            return max(0, len(node.cases) - any(map(_is_wildcard, node.cases)))
        case _:
            return 0


def complexity(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The cyclomatic complexity of a function, that of the functions inside it included."""
    nested = (ast.FunctionDef, ast.AsyncFunctionDef)
    inner = [node for child in function.body for node in ast.walk(child)]
    return 1 + sum(map(_branches, inner)) + sum(isinstance(node, nested) for node in inner)


def test_complexity_is_counted_by_expression() -> None:
    packed = "def f(a, b):\n    return [x for x in a if x and b or not x] if a else b"
    function = ast.parse(packed).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert complexity(function) == 1 + 2 + 2 + 1


@pytest.mark.parametrize("name", list(MODULES))
def test_functions_stay_simple(name: str) -> None:
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = complexity(node)
            assert found <= COMPLEXITY_CEILING, f"{name}.{node.name} has a complexity of {found}"


@pytest.mark.parametrize("name", list(MODULES))
def test_modules_and_functions_stay_small(name: str) -> None:
    text = MODULES[name].read_text(encoding="utf-8")
    assert text.count("\n") <= MODULE_CEILING
    tree = ast.parse(text)
    if text.strip():
        assert ast.get_docstring(tree), f"{name} does not say what it is for"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            _check_function(name, node)


def _check_function(module: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    where = f"{module}.{node.name}"
    assert (node.end_lineno or node.lineno) - node.lineno + 1 <= FUNCTION_CEILING, f"{where} is too long"
    positional = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]
    if any(
        isinstance(d, (ast.Attribute, ast.Call)) and "click" in ast.unparse(d) for d in node.decorator_list
    ):
        return
    assert len(positional) + len(node.args.kwonlyargs) <= ARGUMENT_CEILING, (
        f"{where} takes too many arguments"
    )
    ceiling = 3 if node.name.startswith("_") and node.name != "__init__" else 2
    assert len(positional) <= ceiling, f"{where}: arguments after number {ceiling} are keyword-only"


def test_markers_of_unfinished_work_are_absent() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "raise NotImplemented" + "Error", "except Exception" + ":")
    for name, path in MODULES.items():
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], name
