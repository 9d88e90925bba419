"""Draws the rooms of the project and who imports whom: ``python docs/images/architecture.py`` writes architecture.svg.

Everything is read from the imports. A room is a folder of modules, or a module that stands alone at the top of
``report_search``. Rooms of the library stand in rows, each above everything it imports; an arrow that longer ways
imply as well is left out. ``tests/test_architecture.py`` fails while the picture differs from the code.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURE = Path(__file__).with_suffix(".svg")
PACKAGES = {
    "indexer": ROOT / "indexer",
    "report_search": ROOT / "src" / "report_search",
    "webui": ROOT / "webui",
}
DEEPER = ("report_search.engine", "indexer.readers")
"""Folders whose own folders are rooms too."""
WIDE, HIGH, GAP, ROW = 164, 30, 14, 56
"""The size of a room, the space beside it, and the height of a row, in pixels."""
COLOURS = {"indexer": "#e8f1e4", "report_search": "#e6edf7", "webui": "#f7eee2"}

Rooms = dict[str, int]
"""Each room with the number of its modules."""
Arrows = dict[str, set[str]]
"""Each room with those that it imports."""


def room_of(module: str) -> str:
    """``report_search.query.ast`` → ``report_search.query``."""
    parts = module.split(".")
    room = ".".join(parts[:2])
    if room in DEEPER and len(parts) > 3:
        return ".".join(parts[:3])
    return room


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the three packages by its dotted name; packages by their own."""
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            yield ".".join((package, *parts)).removesuffix(".__init__"), path


def imported(path: Path, known: frozenset[str]) -> Iterator[str]:
    """The modules of the project that the module at ``path`` imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in known else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def structure() -> tuple[Rooms, Arrows]:
    """The rooms and the arrows between them; a package's own ``__init__`` is no room."""
    by_name = {name: path for name, path in modules() if name not in PACKAGES}
    known = frozenset(by_name)
    rooms: Rooms = defaultdict(int)
    arrows: Arrows = defaultdict(set)
    for name, path in by_name.items():
        room = room_of(name)
        rooms[room] += path.name != "__init__.py"
        targets = {room_of(target) for target in imported(path, known) if target in known}
        arrows[room] |= targets - {room}
    return dict(rooms), dict(arrows)


def floors(arrows: Arrows) -> dict[str, int]:
    """The row of each room, 0 at the bottom: one above the highest room that it imports.

    Raises ``ValueError`` where rooms import each other in a circle.
    """
    found: dict[str, int] = {}

    def floor(room: str, above: tuple[str, ...] = ()) -> int:
        if room in above:
            raise ValueError("in a circle: " + " → ".join((*above[above.index(room) :], room)))
        if room not in found:
            lower = [floor(one, (*above, room)) for one in sorted(arrows.get(room, ()))]
            found[room] = 1 + max(lower, default=-1)
        return found[room]

    for room in sorted(arrows):
        floor(room)
    return found


def direct(arrows: Arrows) -> Arrows:
    """The arrows that no longer way implies."""

    def reach(room: str) -> set[str]:
        return {room}.union(*map(reach, arrows.get(room, ())))

    return {
        room: {one for one in targets if not any(one in reach(other) for other in targets - {one})}
        for room, targets in arrows.items()
    }


def places(rooms: Rooms, arrows: Arrows) -> dict[str, tuple[int, int]]:
    """The upper left corner of each room: a block of columns for each package, rows from the top down."""
    rows = floors(arrows)
    top = max(rows.values())
    found: dict[str, tuple[int, int]] = {}
    left = GAP
    for package in PACKAGES:
        lines: dict[int, list[str]] = defaultdict(list)
        for room in sorted(rooms):
            if room.split(".")[0] == package:
                lines[rows[room]].append(room)
        widest = max(len(line) for line in lines.values())
        for row, line in lines.items():
            offset = left + (widest - len(line)) * (WIDE + GAP) // 2
            for at, room in enumerate(line):
                found[room] = offset + at * (WIDE + GAP), 30 + (top - row) * ROW
        left += widest * (WIDE + GAP) + 2 * GAP
    return found


def drawing() -> str:
    """The picture as SVG."""
    rooms, arrows = structure()
    spots = places(rooms, arrows)
    width = max(x for x, _ in spots.values()) + WIDE + GAP
    height = max(y for _, y in spots.values()) + HIGH + GAP
    lines = [
        _arrow(spots[a], spots[b]) for a, targets in sorted(direct(arrows).items()) for b in sorted(targets)
    ]
    boxes = [_box(room, rooms[room], spots[room]) for room in sorted(rooms)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            ' font-family="system-ui, sans-serif" font-size="13" role="img">',
            "<title>The rooms of the project; arrows point at what is imported</title>",
            '<defs><marker id="tip" viewBox="0 0 6 6" refX="5.4" refY="3" markerWidth="6" markerHeight="6"'
            ' orient="auto"><path d="M0 0L6 3L0 6z" fill="#778"/></marker></defs>',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *_headings(spots),
            *lines,
            *boxes,
            "</svg>\n",
        ]
    )


def _headings(spots: dict[str, tuple[int, int]]) -> Iterator[str]:
    """The name of each package above its highest room."""
    for package in PACKAGES:
        y, x = min((y, x) for room, (x, y) in spots.items() if room.split(".")[0] == package)
        yield f'<text x="{x}" y="{y - 10}" font-weight="600" fill="#334">{package}</text>'


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + WIDE // 2, start[1] + HIGH
    x2, y2 = end[0] + WIDE // 2, end[1] - 2
    bend = (y1 + y2) // 2
    return f'<path d="M{x1} {y1}C{x1} {bend} {x2} {bend} {x2} {y2}" fill="none" stroke="#99a" marker-end="url(#tip)"/>'


def _box(room: str, count: int, spot: tuple[int, int]) -> str:
    (x, y), (package, _, name) = spot, room.partition(".")
    label = name.replace(".", "/") + (f" · {count}" if count > 1 else "")
    return (
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="5" fill="{COLOURS[package]}" stroke="#556"/>'
        f'<text x="{x + WIDE // 2}" y="{y + HIGH // 2 + 5}" text-anchor="middle">{escape(label)}</text>'
    )


if __name__ == "__main__":
    PICTURE.write_text(drawing(), encoding="utf-8")
