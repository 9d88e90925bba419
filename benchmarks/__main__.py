"""``python -m benchmarks NAME …`` runs one measurement; without a name it lists them."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def modules() -> dict[str, str]:
    """The measurements there are, by name: modules beside this one or a folder below, with a ``main``."""
    here = Path(__file__).parent
    found = {}
    for path in sorted(here.rglob("*.py"), key=lambda path: path.stem):
        is_measurement = "\ndef main(" in path.read_text(encoding="utf-8")
        if is_measurement and not path.stem.startswith("_"):
            found[path.stem] = ".".join(("benchmarks", *path.relative_to(here).with_suffix("").parts))
    return found


def run(arguments: list[str]) -> int:
    """Run the measurement named first. Returns the exit status."""
    known = modules()
    if not arguments or arguments[0] not in known:
        print("usage: python -m benchmarks NAME [options]\n")
        for name, module in known.items():
            print(f"  {name:12} {(import_module(module).__doc__ or '').splitlines()[0]}")
        return 2
    import_module(known[arguments[0]]).main(arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
