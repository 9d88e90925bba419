"""How much the tests notice: small changes to the code, one at a time, each tried against the tests nearest to it.

What:     mutants (see ``benchmarks.mutation``) of analysis, query and indexer, or of the modules and packages named,
          one of each module in turn, drawn by the seed. Each is made in a copy of the tree in a temporary folder. There
          the tests nearest to its module are run first (its namesake, and those that import it), then their folder. A
          mutant is killed if a test fails or never ends; a survivor shows a line that no near test looks at closely.
For:      finding gaps. Read each survivor: a test is missing, or the change makes no difference and all is well.
Caveats:  tests further away may notice a survivor. A set of tests that takes longer than ``--limit`` is not run, nor
          are tests with OpenSearch. A sample says little of a single module; name it to learn more.

    python -m benchmarks mutants [--number 30] [--seed 1] [--limit 300] [MODULE …]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from msgspec import Struct

from benchmarks.mutation import Mutant, mutants_of

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (Path("src"), Path())
"""Where packages are, from the root."""
MODULES = ("report_search.analysis", "report_search.query", "indexer")
LEFT_OUT = ("indexer.synthetic",)
"""The generator of made-up reports: what it writes is checked by reading it back, not by its own tests."""
FURTHER_FOLDERS = {"indexer": ("golden",)}
"""Folders of tests besides the one that is named like the package."""
COPIED = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", "-k", "not opensearch")
MAX_MEMORY = 6 << 30
"""Bytes that a process of the tests may take: a changed loop may never stop collecting. Address space that is only
reserved, as Chromium does on a large scale, is not counted."""
LOG_LINES = 20
"""Lines of pytest's output that are printed where tests fail without a mutant."""
SLACK = 20.0
"""Seconds that a run may take beyond three times its time without a mutant."""


class Verdict(Struct, frozen=True):
    """What became of a mutant: ``killed_by`` names the run of tests, "" for a survivor."""

    mutant: Mutant
    killed_by: str
    seconds: float

    def __str__(self) -> str:
        word = f"killed by {self.killed_by}" if self.killed_by else "SURVIVED"
        return f"{self.mutant}\n    {word}, {self.seconds:.0f} s"


class Baseline(Struct, frozen=True):
    """How a set of tests runs without a mutant: all its seconds, and its files, the quickest first."""

    seconds: float
    files: tuple[Path, ...]


class Tests:
    """Runs the tests of a copy of the tree, each set of files once without a mutant to know how long it takes."""

    def __init__(self, tree: Path, limit: float) -> None:
        self._tree = tree
        self._log = tree.parent / "pytest.log"
        self._times = tree.parent / "times.xml"
        self._limit = limit
        self._baselines: dict[tuple[Path, ...], Baseline | None] = {}

    def notice(self, paths: tuple[Path, ...]) -> bool:
        """Whether tests fail that passed before the mutant was made; False for tests that are too slow to run."""
        baseline = self._baselines[paths]
        if baseline is None:
            return False
        return not self._pass(baseline.files, 3 * baseline.seconds + SLACK)

    def prepare(self, paths: tuple[Path, ...]) -> None:
        """Run tests without a mutant. Ends the program if they fail."""
        if paths in self._baselines:
            return
        start = time.perf_counter()
        passed = self._pass(paths, self._limit)
        seconds = time.perf_counter() - start
        too_slow = seconds >= self._limit
        if not passed and not too_slow:
            print("\n".join(self._log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:]))
            sys.exit(f"tests fail without a mutant: {_named(paths)}")
        if too_slow:
            print(f"left out, slower than {self._limit:.0f} s: {_named(paths)}", flush=True)
        self._baselines[paths] = None if too_slow else Baseline(seconds, self._quickest_first())

    def _quickest_first(self) -> tuple[Path, ...]:
        """The test files of the last run by their seconds: most mutants fail one of the quick ones."""
        seconds: defaultdict[Path, float] = defaultdict(float)
        for case in ElementTree.parse(self._times).iter("testcase"):
            module = [part for part in case.attrib["classname"].split(".") if not part[0].isupper()]
            seconds[Path(*module).with_suffix(".py")] += float(case.attrib["time"])
        return tuple(sorted(seconds, key=lambda file: seconds[file]))

    def _pass(self, paths: tuple[Path, ...], limit: float) -> bool:
        """Whether all tests pass within ``limit`` seconds."""
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(self._tree / source) for source in SOURCES),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "TMPDIR": str(self._tree.parent),
        }
        command = [sys.executable, *PYTEST, f"--junitxml={self._times}", *map(str, paths)]
        with self._log.open("wb") as log:
            # A session of its own, so that whatever a test has started can be ended with it.
            running = subprocess.Popen(
                command,
                cwd=self._tree,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_limit_memory,
            )
        try:
            return running.wait(limit) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY, MAX_MEMORY))


def module_files(root: Path, names: Sequence[str]) -> list[Path]:
    """The files of modules and of all modules in packages, from the root. Ends the program for an unknown name."""
    files: set[Path] = set()
    for name in names:
        of_name = _files_of(root, name)
        if not of_name:
            sys.exit(f"no module named {name}")
        files |= of_name
    return sorted(path for path in files if not _is_left_out(path, names))


def _files_of(root: Path, name: str) -> set[Path]:
    """The file of a module, or all files of a package."""
    found: set[Path] = set()
    for source in SOURCES:
        path = root / source / Path(*name.split("."))
        module = path.with_suffix(".py")
        found |= {module} if module.is_file() else set(path.rglob("*.py"))
    return {path.relative_to(root) for path in found}


def _is_left_out(path: Path, names: Sequence[str]) -> bool:
    name = module_name(path)
    return any(name.startswith(left_out) and left_out not in names for left_out in LEFT_OUT)


def module_name(path: Path) -> str:
    """The dotted name of the module at a path from the root."""
    parts = path.with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "src" else parts).removesuffix(".__init__")


def choose(mutants: Sequence[Sequence[Mutant]], number: int, seed: int) -> list[Mutant]:
    """``number`` mutants out of those of each module, one of each in turn, always the same for the same seed."""
    rng = random.Random(seed)
    shuffled = [rng.sample(of_module, len(of_module)) for of_module in mutants if of_module]
    rng.shuffle(shuffled)
    chosen: list[Mutant] = []
    while len(chosen) < number and shuffled:
        chosen += [of_module.pop() for of_module in shuffled]
        shuffled = [of_module for of_module in shuffled if of_module]
    return chosen[:number]


def near_tests(root: Path, path: Path) -> tuple[tuple[Path, ...], ...]:
    """The sets of tests for the module at ``path``, nearest first: its own test files, then their folders."""
    name = module_name(path)
    folders = _test_folders(root, name)
    files = [file for folder in folders for file in sorted((root / folder).rglob("test_*.py"))]
    own = [file.relative_to(root) for file in files if _is_own(file, name)]
    return tuple(paths for paths in (tuple(own), folders) if paths)


def _test_folders(root: Path, name: str) -> tuple[Path, ...]:
    """``tests/analysis`` for ``report_search.analysis.fold``, ``tests/indexer`` and more for ``indexer.text.dates``."""
    top, *below = name.split(".")
    package = below[0] if top == "report_search" else top
    folders = [Path("tests") / folder for folder in (package, *FURTHER_FOLDERS.get(package, ()))]
    return tuple(folder for folder in folders if (root / folder).is_dir())


def _is_own(file: Path, name: str) -> bool:
    """Whether a test file is the namesake of a module or of a package around it, or imports the module.

    ``test_docx`` is the namesake of ``indexer.readers.docx.reader``.
    """
    namesakes = {f"test_{part}" for part in name.split(".")[1:]}
    return file.stem in namesakes or _imports(file, name)


def _imports(file: Path, module: str) -> bool:
    package, _, last = module.rpartition(".")
    text = file.read_text(encoding="utf-8")
    return f"from {module} import" in text or f"from {package} import {last}\n" in text


@contextlib.contextmanager
def applied(tree: Path, mutant: Mutant) -> Iterator[None]:
    """The tree with the change while the block runs."""
    file = tree / mutant.path
    source = file.read_bytes()
    file.write_bytes(mutant.apply(source))
    try:
        yield
    finally:
        file.write_bytes(source)


def judge(mutant: Mutant, tree: Path, tests: Tests) -> Verdict:
    """Try a mutant against one set of tests after another until one notices it."""
    sets = near_tests(tree, mutant.path)
    start = time.perf_counter()
    for paths in sets:
        tests.prepare(paths)
        with applied(tree, mutant):
            if tests.notice(paths):
                return Verdict(mutant, _named(paths), time.perf_counter() - start)
    return Verdict(mutant, "", time.perf_counter() - start)


def _named(paths: Sequence[Path]) -> str:
    return ", ".join(str(path.relative_to("tests")) for path in paths)


def main(arguments: list[str]) -> None:
    """Make the mutants, try each, print what became of it; the survivors again at the end."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks mutants", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("modules", nargs="*", default=list(MODULES), metavar="MODULE")
    parser.add_argument("--number", type=int, default=30, help="how many mutants are tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=300.0, help="seconds that a set of tests may take")
    options = parser.parse_args(arguments)
    files = module_files(ROOT, options.modules)
    every = [mutants_of(path, (ROOT / path).read_bytes()) for path in files]
    chosen = choose(every, options.number, options.seed)
    print(f"{len(chosen)} of {sum(map(len, every))} mutants in {len(files)} modules, seed {options.seed}")
    with TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        shutil.copytree(ROOT, tree, ignore=COPIED)
        tests = Tests(tree, options.limit)
        verdicts = []
        for mutant in chosen:
            verdicts.append(judge(mutant, tree, tests))
            print(verdicts[-1], flush=True)
    survivors = [verdict.mutant for verdict in verdicts if not verdict.killed_by]
    print(f"\n{len(verdicts)} mutants: {len(verdicts) - len(survivors)} killed, {len(survivors)} survived")
    for mutant in survivors:
        print(f"  {mutant}")
