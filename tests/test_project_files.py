"""What stands beside the code: the image, the lock file, the hooks, the picture, the changelog."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import report_search

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def normal(name: str) -> str:
    """The name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_names_versions_and_hashes_of_all_dependencies_and_no_address() -> None:
    locked = dict(re.findall(r"^([A-Za-z0-9._-]+)==([\w.]+)", LOCK, re.M))
    extras = [*PROJECT["optional-dependencies"]["fast"], *PROJECT["optional-dependencies"]["pdf"]]
    wanted = {normal(re.split(r"[<>=]", one)[0]) for one in (*PROJECT["dependencies"], *extras)}
    assert wanted <= {normal(name) for name in locked}
    assert "://" not in LOCK
    entries = re.split(r"^(?=\w)", LOCK, flags=re.M)[1:]
    assert len(entries) >= len(locked)
    assert all("--hash=sha256:" in entry for entry in entries)


def test_what_is_pinned_in_the_project_is_locked_at_that_version() -> None:
    pinned = [one for one in PROJECT["dependencies"] if "==" in one]
    assert pinned
    for one in pinned:
        assert re.search(rf"^{re.escape(one)}(?= )", LOCK, re.M), one


def test_the_version_stands_in_the_changelog() -> None:
    assert PROJECT["version"] == report_search.__version__
    assert f"## [{report_search.__version__}] - " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_image_copies_files_that_exist() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.M) for name in line.split()
    ]
    assert len(copied) > 5
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_passes_its_linter() -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("the extra 'ci' is not installed: no hadolint")
    done = subprocess.run([linter, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_npm_brings_to_the_browser_tests_is_pinned_with_its_hash_and_no_address() -> None:
    folder = ROOT / "tests" / "webui" / "browser"
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    lock = (folder / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: entry for name, entry in json.loads(lock)["packages"].items() if name}
    assert {name.rpartition("node_modules/")[2]: one["version"] for name, one in packages.items()} == wanted
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert "://" not in lock
    assert f"npm ci --prefix {folder.relative_to(ROOT)}" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_hooks_before_a_commit_fetch_nothing() -> None:
    repos = re.findall(r"repo: (\S+)", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert repos == ["local"]


def load(path: Path) -> ModuleType:
    """A program of the project as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_of_the_rooms_is_drawn_from_the_imports_of_today() -> None:
    program = load(ROOT / "docs" / "images" / "architecture.py")
    drawn = program.drawing()
    assert drawn == program.PICTURE.read_text(encoding="utf-8"), "run python docs/images/architecture.py"
    rooms, _ = program.structure()
    assert {"report_search.engine.columnar", "indexer.tables", "webui.views"} <= set(rooms)


def test_rooms_that_import_each_other_are_named() -> None:
    program = load(ROOT / "docs" / "images" / "architecture.py")
    with pytest.raises(ValueError, match="in a circle: b → c → b"):
        program.floors({"a": {"b"}, "b": {"c"}, "c": {"b"}})


def test_the_demo_is_made_aside_once_then_indexed_with_the_corpus_and_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = load(ROOT / "start.py")
    monkeypatch.chdir(tmp_path)
    ran: list[tuple[str, ...]] = []

    def run(module: str, *arguments: str) -> int:
        ran.append(arguments)
        if arguments[0] == "demo":
            Path(arguments[1]).mkdir(parents=True)
        return 0

    monkeypatch.setattr(start, "run", run)
    monkeypatch.setattr(start, "is_set_up", lambda extra: True)
    monkeypatch.setattr(start, "ROOT", tmp_path)
    (tmp_path / "var" / "demo.part").mkdir(parents=True)
    index = ("index", "corpus", "var/demo", "--index", "var/demo-index")
    serve = ("serve", "--index", "var/demo-index")
    assert start.main(["demo"]) == 0
    assert ran == [("demo", "var/demo.part"), index, serve]
    assert (tmp_path / "var" / "demo").is_dir()
    assert start.main(["demo"]) == 0
    assert ran[3:] == [index, serve]
    assert start.main(["demo", "elsewhere"]) == 0
    assert ran[5:] == [("demo", "elsewhere")]


def test_modules_are_compiled_once_and_not_by_every_process() -> None:
    start = load(ROOT / "start.py")
    assert start.environment({"PYTHONDONTWRITEBYTECODE": "1", "A": "b"}) == {"A": "b"}


def test_the_helper_script_knows_what_a_command_needs() -> None:
    start = load(ROOT / "start.py")
    assert start.wanted([]) == start.wanted(["search", "领事保护"]) == "files"
    assert start.wanted(["test", "-k", "x"]) == start.wanted(["setup"]) == "dev"
    assert start.wanted(["setup", "ci"]) == "ci"
    assert start.on_all_cores(["-n", "1"]) == []
    assert "-n" in start.on_all_cores(["-q"])
    assert set(start.EXTRAS) <= set(PROJECT["optional-dependencies"])
