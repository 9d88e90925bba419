"""What the public is told of a fault that only the operator can mend: everything but where the files are.

The rule: the log of the server has the whole message, a page or a program gets it without the names of folders.
"""

from __future__ import annotations

import re

_FOLDER = re.compile(r"(?<![\w:/.<-])(?:--index\s+)?(?:/|[A-Za-z]:[\\/])[^\s，。；：、（）“”\"'<>]+")
_AFTER_COMMAND = re.compile(r"\s+--index\s+(?:'[^']*'|\S+?)(?=[\s，。；：、（）“”]|$)")


def without_folders(text: str, *known: str) -> str:
    """``text`` without absolute paths, without ``--index FOLDER``, and without the folders ``known``."""
    text = _AFTER_COMMAND.sub("", text)
    for folder in sorted(known, key=len, reverse=True):
        if folder not in ("", "."):
            text = text.replace(folder, "…")
    return _FOLDER.sub("…", text)
