"""Which pictures of a folder are the pages of one report, by their names: 年报1.jpg, 年报2.jpg, 年报3.jpg.

The rule: only pictures of one kind whose names differ in nothing but a number at the end, and whose numbers run from 1
without a gap. Nothing is joined where that may mean another thing: copies of a file (年报.jpg, 年报 (1).jpg), annexes
(附件1.jpg), numbers alone, years, or a page that the manifest names as a report. What is not joined can be named in the
manifest (``pages``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

MOST_PAGES = 100
_NUMBERED = re.compile(r"(?P<stem>.*\D)(?P<number>\d{1,3})(?P<end>[)）\]】]|页|p)?", re.IGNORECASE)
_JOINTS = " _-–—.·(（[【第"
"""What stands between a name and the number of a page."""
_OTHERS = re.compile(r"附件|附表|附录|表|图|副本|copy", re.IGNORECASE)
"""Names that end so are numbered, and no pages."""
_PAGE = "页"


def numbered_series(
    pictures: Sequence[Path], *, named: Collection[Path] = ()
) -> dict[Path, tuple[Path, ...]]:
    """The first page of each report among ``pictures`` of one folder, with the pages behind it.

    ``named`` are those that the manifest names as reports: each may be a first page and no other.
    """
    groups: defaultdict[tuple[str, str, str], list[tuple[int, Path]]] = defaultdict(list)
    for path in pictures:
        if match := _NUMBERED.fullmatch(path.stem):
            key = (match["stem"], match["end"] or "", path.suffix.lower())
            groups[key].append((int(match["number"]), path))
    stems = {path.stem for path in pictures}
    found = {}
    for (stem, end, _), group in groups.items():
        numbers, pages = zip(*sorted(group), strict=True)
        name = stem.rstrip(_JOINTS)
        if not (name or end == _PAGE) or name in stems or _OTHERS.search(name[-4:]):
            continue
        if _runs_on(numbers) and not set(pages[1:]) & set(named):
            found[pages[0]] = tuple(pages[1:])
    return found


def _runs_on(numbers: Sequence[int]) -> bool:
    """Whether ``numbers`` run from 1 without a gap, two at least."""
    return list(numbers) == list(range(1, len(numbers) + 1)) and 1 < len(numbers) <= MOST_PAGES
