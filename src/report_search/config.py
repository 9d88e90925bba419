"""Settings that more than one command needs, and the environment variables that set them.

The rule: a setting comes from its option, else its environment variable, else its default; nothing else is read.
"""

from __future__ import annotations

import os
from pathlib import Path

INDEX_VARIABLE = "REPORT_SEARCH_INDEX"
DEFAULT_INDEX = Path("var") / "index"
DEFAULT_CORPUS = Path("corpus")
DEFAULT_ENGINE = "whoosh"
DEFAULT_LIMIT = 20
MAX_LIMIT = 100


def index_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """The folder of the index: the one chosen, else ``REPORT_SEARCH_INDEX``, else ``var/index``."""
    return Path(chosen or os.environ.get(INDEX_VARIABLE) or DEFAULT_INDEX)
