"""Files of an index and of a snapshot changed behind its back: refused, or answered as before, never otherwise."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

from msgspec import Struct, field

from benchmarks.breaking.changing import answers_of
from report_search.errors import OperatorError
from report_search.generations.snapshots import restore, write_snapshot

SNAPSHOT_SHARE = 5
"""One of so many tamperings is of a snapshot that is then restored."""
Change = Callable[[bytes, random.Random], bytes]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _zeroed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    length = min(len(data) - at, chance.randrange(1, 512))
    return data[:at] + b"\0" * length + data[at + length :]


def _grown(data: bytes, chance: random.Random) -> bytes:
    return data + chance.randbytes(chance.randrange(1, 512))


def _garbage(data: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(max(1, len(data)))


def _swapped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[at:] + data[:at]


CHANGES: Mapping[str, Change] = {
    "a bit": _flipped,
    "cut short": _cut,
    "zeros": _zeroed,
    "grown": _grown,
    "garbage": _garbage,
    "turned": _swapped,
}


class Tamperings(Struct):
    """What came of them: refused with a word to the operator, answered as before, and what was neither."""

    engine: str
    tried: int = 0
    refused: int = 0
    same: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def tamper(index: Path, folder: Path, engine: str, *, number: int, seed: int = 1) -> Tamperings:
    """Change a file of a copy of ``index`` ``number`` times, each time another copy in ``folder``, and ask it."""
    chance, told = random.Random(f"{seed} {engine}"), Tamperings(engine)
    began = time.perf_counter()
    kept = folder / "kept.tar.gz"
    write_snapshot(index, kept)
    wanted = answers_of(index)
    if "refused" in wanted:
        raise ValueError(f"the index to be tampered with is refused: {wanted}")
    for turn in range(number):
        copied = folder / "copied"
        shutil.rmtree(copied, ignore_errors=True)
        if turn % SNAPSHOT_SHARE == SNAPSHOT_SHARE - 1:
            _judge(
                told, f"snapshot, {_change(kept, folder / 'bad', chance)}", wanted, _restored(folder, copied)
            )
        else:
            shutil.copytree(index, copied)
            path = _chosen(copied, chance)
            name = path.relative_to(copied).as_posix()
            what = f"{name}, {_change(path, path, chance)}"
            _judge(told, what, wanted, lambda copied=copied: answers_of(copied))  # type: ignore[misc]
    told.seconds = time.perf_counter() - began
    return told


def _chosen(index: Path, chance: random.Random) -> Path:
    files = sorted(path for path in index.rglob("*") if path.is_file() and path.stat().st_size)
    return chance.choice(files)


def _change(path: Path, target: Path, chance: random.Random) -> str:
    """Write to ``target`` what stands in ``path``, changed; how."""
    how = chance.choice(sorted(CHANGES))
    data = path.read_bytes()
    # A file of a generation may be a hard link: another one is put in its place.
    target.unlink(missing_ok=True)
    target.write_bytes(CHANGES[how](data, chance))
    return how


def _restored(folder: Path, copied: Path) -> Callable[[], Mapping[str, object]]:
    def ask() -> Mapping[str, object]:
        try:
            restore(folder / "bad", copied)
        except OperatorError as error:
            return {"refused": error.code}
        return answers_of(copied)

    return ask


def _judge(
    told: Tamperings, what: str, wanted: Mapping[str, object], ask: Callable[[], Mapping[str, object]]
) -> None:
    told.tried += 1
    try:
        with redirect_stderr(StringIO()):
            answered = ask()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        told.wrong.append(f"{what}: {type(error).__name__}: {error}")
        return
    if "refused" in answered:
        told.refused += 1
    elif answered == wanted:
        told.same += 1
    else:
        told.wrong.append(f"{what}: it answers otherwise")
