"""An example of every answer in JSON, for the document and the page.

They are those of ``docs/api.md``, which a test holds to this file. The rule: an example has the shape that it is an
example of.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("examples.json")


@cache
def _examples() -> dict[str, Any]:
    return dict(json.loads(FILE.read_bytes()))


def example_of(operation: str) -> Any:
    """The example of what an operation answers; None where it answers with a file."""
    return _examples().get(operation)
