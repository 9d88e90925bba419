"""The passages that a reader has chosen: they stand in the address, ``pick=ID`` repeated, and nowhere else.

Every address of a page of results that is written while one is answered has them as well, so they survive the next
page, another order and another filter, and the address can be kept or sent. The rule: they change nothing of what is
found, and their order is that in which they were chosen.
"""

from __future__ import annotations

from typing import cast

from flask import g
from flask import request as flask_request
from werkzeug.datastructures import MultiDict

from report_search.errors import RequestError

PICK = "pick"
MOST_PICKED = 100
"""So many are kept on a page: every link of it has them all."""


def listed(args: MultiDict[str, str]) -> tuple[str, ...]:
    """The ids in ``args``, which may be repeated or have commas between."""
    parts = (part.strip() for value in args.getlist(PICK) for part in value.split(","))
    return tuple(part for part in parts if part)


def picked() -> tuple[str, ...]:
    """The ids in the address that is asked for, each once. Raises ``RequestError`` for more than ``MOST_PICKED``."""
    if "picked" not in g:
        ids = tuple(dict.fromkeys(listed(flask_request.args)))
        if len(ids) > MOST_PICKED:
            raise RequestError(
                "too-many-chosen",
                f"一次最多选 {MOST_PICKED} 段，地址中有 {len(ids)} 段。",
                hint="请先导出或引用已选的段落，清空后再选。",
            )
        g.picked = ids
    return cast("tuple[str, ...]", g.picked)
