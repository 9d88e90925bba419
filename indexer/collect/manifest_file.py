"""Writing ``collected.toml``, the manifest of what was collected: where each file came from and when, what is not here.

The rule: it is made anew from the queue, the seeds and the files each time, in a fixed order, so that the same state
gives the same bytes; what an editor has to say goes into ``manifest.toml``, which is never touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from indexer.manifest import COLLECTED
from report_search.generations.files import replace_file
from report_search.model import MissingReport

_HEAD = """\
# 由 report-search collect 写成，每次采集重写；要更正请写在同一目录的 manifest.toml 里，以那里为准。
"""


TomlValue = str | int | bool | Mapping[str, str]


class CollectedEntry(Struct, frozen=True):
    """What is said of one file: its path and its keys, texts, numbers, truth values or a table of texts."""

    file: str
    facts: Mapping[str, TomlValue] = field(default_factory=dict)


def write_collected(
    folder: Path, entries: Iterable[CollectedEntry], *, missing: Iterable[MissingReport] = ()
) -> None:
    """Write the file, whole or not at all; nothing where it says the same already."""
    lines = [_HEAD]
    for entry in sorted(entries, key=lambda entry: entry.file):
        lines += ["[[report]]", f"file = {_value(entry.file)}"]
        lines += [
            f"{name} = {_value(value)}" for name, value in entry.facts.items() if value not in ("", None, {})
        ]
        lines.append("")
    for one in sorted(missing, key=lambda one: (one.agency, one.year)):
        lines += ["[[missing]]", f"agency = {_value(one.agency)}", f"year = {one.year}"]
        lines.append(f"reason = {_value(one.reason)}")
        told = (("note", one.note), ("url", one.url), ("checked", one.checked))
        lines += [f"{name} = {_value(value)}" for name, value in told if value]
        lines.append("")
    data = "\n".join(lines).encode()
    path = folder / COLLECTED
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)


def _value(value: TomlValue) -> str:
    """A value as TOML writes it; its strings are those of JSON, but for one more character that has to be escaped."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_value(name)} = {_value(one)}' for name, one in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
