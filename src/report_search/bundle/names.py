"""Names of members as people read them, and which of them may be one.

The rule: a packer that says nothing of an encoding wrote UTF-8 or GBK; a name that leads out of its bundle is no
member.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Member = TypeVar("Member")


def plain_name(name: str | bytes) -> str:
    """A name with forward slashes, none at its beginning, no step that stays; bytes are UTF-8, else GB18030."""
    text = _decoded(name) if isinstance(name, bytes) else name
    return "/".join(step for step in text.replace("\\", "/").split("/") if step not in ("", "."))


def _decoded(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030", "replace")


def members_inside(found: Mapping[str, Member]) -> dict[str, Member]:
    """Those of the members found that have a place in their bundle, by name, sorted."""
    return {name: found[name] for name in sorted(found) if is_inside(name)}


def is_inside(name: str) -> bool:
    """Whether a plain name leads to a place in its bundle."""
    return bool(name) and ".." not in name.split("/")
