"""Make the environments of the official clients: ``python3 tests/webui/mcp/environments.py``.

Two major versions of the PyPI package ``mcp``, each in an environment of its own below ``var/``: neither is a
dependency of the project, and they exclude each other. Versions are pinned in ``client-1.txt`` and ``client-2.txt``;
what is made already is not made again. Needs nothing but Python and pip.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
MAJORS = (1, 2)


def folder(major: int) -> Path:
    """Where the environment of a major version is."""
    return ROOT / "var" / f"mcp-client-{major}"


def python(major: int) -> Path:
    """The Python of that environment."""
    return folder(major) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pins(major: int) -> Path:
    """The file that pins what is in it."""
    return HERE / f"client-{major}.txt"


def is_made(major: int) -> bool:
    """Whether the environment is there with just what is pinned."""
    stamp = folder(major) / ".pins"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _state(major)


def _state(major: int) -> str:
    return f"{hashlib.sha256(pins(major).read_bytes()).hexdigest()} {sys.version_info[:2]}"


def _install(major: int) -> subprocess.Popen[bytes]:
    venv.EnvBuilder(with_pip=False, clear=True).create(folder(major))
    pip = [sys.executable, "-m", "pip", "--python", str(python(major))]
    flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
    return subprocess.Popen([*pip, "install", *flags, "--requirement", str(pins(major))])


def main() -> int:
    """Make what is missing, both at once; 1 if one could not be made."""
    running = {major: _install(major) for major in MAJORS if not is_made(major)}
    failed = [major for major, process in running.items() if process.wait()]
    for major in running.keys() - set(failed):
        (folder(major) / ".pins").write_text(_state(major), encoding="utf-8")
    for major in failed:
        print(f"environments.py: the client {major} of MCP could not be installed.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
