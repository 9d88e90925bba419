"""The corpus manifest: what an editor knows about a file and a reader can't find out.

``manifest.toml`` at the root of a corpus holds ``[[report]]`` entries. ``file`` names the file (relative to the
manifest, forward slashes); every other key overrides what the reader finds. Beside it, ``agencies.toml`` and
``topics.toml`` add to the library's tables for this corpus. The rule: the manifest always wins.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from report_search.errors import OperatorError
from report_search.taxonomy import topics
from report_search.taxonomy.additions import AGENCIES_FILE, NO_ADDITIONS, TOPICS_FILE, Additions
from report_search.taxonomy.agencies import agency_table

NAME = "manifest.toml"
FACTS = ("agency", "year", "title", "published", "number", "period", "url", "fetched")
"""What overrides a finding of the reader, and when the file was fetched, which no reader can find."""
FIELDS = (*FACTS, "skip", "withdrawn", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one file: texts by field, ``year`` as digits; ``skip`` leaves the file out.

    ``withdrawn`` is the reason for which the report was taken back on purpose, "" if it was not. Its file is left out
    too, and need not be there any more.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    skip: bool = False
    withdrawn: str = ""

    @property
    def is_left_out(self) -> bool:
        """Whether the file is not to be read."""
        return self.skip or bool(self.withdrawn)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The entries by path, and what the corpus adds to the tables of agencies and topics."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    additions: Additions = NO_ADDITIONS

    def entry(self, path: str) -> Entry:
        """What is said of the file at ``path`` (relative, forward slashes); an empty entry if nothing is."""
        return self.entries.get(path, Entry())


def load_manifest(root: Path) -> Manifest:
    """The manifest in the folder ``root`` with what stands beside it, empty if there is none.

    Raises ``OperatorError`` (``manifest``) if it is not TOML, or has an entry without ``file`` or an unknown key;
    ``agencies-broken`` and ``topics-broken`` for a table that is not valid or contradicts the library's.
    """
    return Manifest(_entries(root / NAME), _additions(root))


def _additions(root: Path) -> Additions:
    found = Additions(root.as_posix(), _text(root / AGENCIES_FILE), _text(root / TOPICS_FILE))
    if not found:
        return NO_ADDITIONS
    try:
        agency_table([found])
        topics.labels([found])
        topics.parse(found.topics)
    except OperatorError as error:
        raise OperatorError(error.code, f"{root}：{error.message}", hint=error.hint) from error
    return found


def _text(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise OperatorError("manifest", f"{path} 不是 UTF-8 编码", hint="请改正后重新运行。") from error


def _entries(path: Path) -> Mapping[str, Entry]:
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OperatorError(
            "manifest", f"{NAME} 不是合法的 TOML：{error}", hint="请改正后重新运行。"
        ) from error
    reports = data.get("report", [])
    if not isinstance(reports, list):
        raise OperatorError("manifest", f"{NAME} 的条目应写作 [[report]]", hint="请改正后重新运行。")
    return MappingProxyType(dict(_entry(report) for report in reports))


def _entry(report: Mapping[str, object]) -> tuple[str, Entry]:
    name = report.get("file")
    unknown = set(report) - {"file", *FIELDS}
    if not isinstance(name, str) or not name or unknown:
        what = f"有未知的键 {'、'.join(sorted(unknown))}" if unknown else "缺少 file"
        raise OperatorError(
            "manifest", f"{NAME} 的一个条目{what}", hint=f"可用的键：file、{'、'.join(FIELDS)}。"
        )
    withdrawn = report.get("withdrawn", "")
    if not isinstance(withdrawn, str) or ("withdrawn" in report and not withdrawn.strip()):
        raise OperatorError(
            "manifest",
            f"{NAME} 中 {name} 的 withdrawn 应写明撤下的原因",
            hint='例如 withdrawn = "内容有误，已由新版代替"。',
        )
    facts = {field: str(report[field]) for field in FACTS if field in report}
    return name, Entry(
        MappingProxyType(facts), skip=bool(report.get("skip", False)), withdrawn=withdrawn.strip()
    )
