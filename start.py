"""Set up and run report-search with nothing but Python 3.11 and pip.

    python3 start.py            sets up, indexes corpus/ and serves it; says the address
    python3 start.py demo       makes a demo corpus in var/demo, indexes it with corpus/ and serves both
    python3 start.py test       sets up and runs all tests, on all cores (more arguments go to pytest)
    python3 start.py setup      only sets up, with the development tools; "setup ci" with all that CI needs
    python3 start.py COMMAND …  any command of report-search, e.g. search 领事保护

Everything goes into .venv beside this file. A second run finds it there and starts at once; it is set up again when
pyproject.toml or the Python that runs this file has changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / ".report-search"
OLDEST = (3, 11)
DEMO = Path("var/demo")
DEMO_INDEX = Path("var/demo-index")
EXTRAS = ("files", "dev", "ci")
"""What can be installed with the project, each with all that stands before it."""


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        return fail(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    os.chdir(ROOT)
    extra = wanted(arguments)
    if not is_set_up(extra):
        set_up(extra)
    if arguments[:1] == ["setup"]:
        return 0
    if arguments[:1] == ["test"]:
        return run("pytest", *on_all_cores(arguments[1:]), *arguments[1:])
    if arguments == ["demo"]:
        return make_demo() or index_and_serve("corpus", str(DEMO), index=str(DEMO_INDEX))
    if arguments:
        return run("report_search", *arguments)
    return run("report_search", "index") or run("report_search", "serve")


def make_demo() -> int:
    """Make the demo corpus unless it is there; made aside, so that half a corpus is never taken for one."""
    if DEMO.exists():
        return 0
    unfinished = DEMO.with_name("demo.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    failed = run("report_search", "demo", str(unfinished))
    if not failed:
        unfinished.rename(DEMO)
    return failed


def index_and_serve(*corpora: str, index: str) -> int:
    """Index the folders, and serve the index."""
    indexed = run("report_search", "index", *corpora, "--index", index)
    return indexed or run("report_search", "serve", "--index", index)


def wanted(arguments: list[str]) -> str:
    """The extra that a command needs."""
    if arguments == ["setup", "ci"]:
        return "ci"
    return "dev" if arguments[:1] in (["test"], ["setup"]) else "files"


def on_all_cores(arguments: list[str]) -> list[str]:
    """Arguments with which pytest uses all cores, unless it is told how many."""
    told = any(argument.startswith(("-n", "--numprocesses")) for argument in arguments)
    return [] if told else ["-n", "auto"]


def state(extra: str) -> str:
    """What the set-up depends on: the project's description, the Python, the extra."""
    description = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return f"{description} {sys.version_info[:2]} {extra}"


def is_set_up(extra: str) -> bool:
    """Whether ``.venv`` has an extra, or one that has more."""
    if not STAMP.is_file() or not PYTHON.exists():
        return False
    found = STAMP.read_text(encoding="utf-8")
    return found in map(state, EXTRAS[EXTRAS.index(extra) :])


def set_up(extra: str) -> None:
    print("Setting up in .venv; this takes a minute the first time.", file=sys.stderr)
    if not PYTHON.exists():
        venv.EnvBuilder(with_pip=False).create(VENV)
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    flags = ["--quiet", "--disable-pip-version-check", "--editable"]
    done = subprocess.run([*pip, "install", *flags, f".[{extra}]"], check=False)
    if done.returncode:
        sys.exit(fail("pip could not install the project; it needs pip 22.3 or newer and its package index."))
    STAMP.write_text(state(extra), encoding="utf-8")


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of what is run.

    Compiled modules are kept (in ``__pycache__``, which git leaves out) even where the machine says otherwise:
    compiling everything anew in each of hundreds of processes takes a quarter of the tests' time.
    """
    return {name: value for name, value in given.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(module: str, *arguments: str) -> int:
    with subprocess.Popen([str(PYTHON), "-m", module, *arguments], env=environment(os.environ)) as process:
        while True:
            # Ctrl+C reaches that process too, however often. It puts things in order, and says with which code it ends.
            with suppress(KeyboardInterrupt):
                return process.wait()


def fail(message: str) -> int:
    print(f"start.py: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
