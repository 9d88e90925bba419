"""``python -m benchmarks NAME …`` runs one measurement; without a name it lists them."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def names() -> list[str]:
    """The measurements there are: modules beside this one with a ``main``."""
    here = Path(__file__).parent
    found = (path for path in sorted(here.glob("*.py")) if not path.stem.startswith("_"))
    return [path.stem for path in found if "\ndef main(" in path.read_text(encoding="utf-8")]


def run(arguments: list[str]) -> int:
    """Run the measurement named first. Returns the exit status."""
    if not arguments or arguments[0] not in names():
        print("usage: python -m benchmarks NAME [options]\n")
        for name in names():
            print(f"  {name:12} {(import_module(f'benchmarks.{name}').__doc__ or '').splitlines()[0]}")
        return 2
    import_module(f"benchmarks.{arguments[0]}").main(arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
