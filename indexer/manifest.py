"""The corpus manifest: what an editor knows about a file and a reader can't find out.

``manifest.toml`` at the root of a corpus holds ``[[report]]`` entries. ``file`` names the file (relative to the
manifest, forward slashes); every other key overrides what the reader finds. ``[[missing]]`` entries say why there is
no report of an agency and year. ``collected.toml`` beside it has the same shape and is written by ``report-search
collect``; what the editor's file says of a file or of an agency's year goes before it. ``agencies.toml`` and
``topics.toml`` add to the library's tables for this corpus. The rule: the manifest always wins.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import cast

from msgspec import Struct, field

from report_search.errors import OperatorError
from report_search.model import ABSENCE_REASONS, AbsenceReason, MissingReport
from report_search.taxonomy import topics
from report_search.taxonomy.additions import AGENCIES_FILE, NO_ADDITIONS, TOPICS_FILE, Additions
from report_search.taxonomy.agencies import agency_table

NAME = "manifest.toml"
COLLECTED = "collected.toml"
"""The manifest that a program writes."""
FACTS = ("agency", "year", "title", "published", "number", "period", "url", "fetched")
"""What overrides a finding of the reader, and when the file was fetched, which no reader can find."""
PICTURES = "pictures"
"""Which files of the corpus the pictures of a page are: a table from each address as the page has it."""
FIELDS = (*FACTS, PICTURES, "pages", "skip", "withdrawn", "note")
MISSING_FIELDS = ("agency", "year", "reason", "note", "url", "checked")


class Entry(Struct, frozen=True):
    """What the manifest says of one file: texts by field, ``year`` as digits; ``skip`` leaves the file out.

    Among the texts, ``pictures`` is JSON, so that a file is read again when its pictures are others.

    ``withdrawn`` is the reason for which the report was taken back on purpose, "" if it was not. Its file is left out
    too, and need not be there any more. ``pages`` are the paths of pictures: the pages behind the first, which is the
    file itself.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    skip: bool = False
    withdrawn: str = ""
    pages: tuple[str, ...] = ()

    @property
    def pictures(self) -> Mapping[str, str]:
        """The files of the corpus (relative, forward slashes) by the address of a picture as the page has it."""
        found: dict[str, str] = json.loads(self.facts.get(PICTURES, "{}"))
        return found

    @property
    def is_left_out(self) -> bool:
        """Whether the file is not to be read."""
        return self.skip or bool(self.withdrawn)


class Manifest(Struct, frozen=True):
    """The entries by path, what the corpus adds to the tables, and which reports are known not to be here."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    additions: Additions = NO_ADDITIONS
    missing: tuple[MissingReport, ...] = ()

    def entry(self, path: str) -> Entry:
        """What is said of the file at ``path`` (relative, forward slashes); an empty entry if nothing is."""
        return self.entries.get(path, Entry())


def load_manifest(root: Path) -> Manifest:
    """The manifest in the folder ``root`` with what stands beside it, empty if there is none.

    Raises ``OperatorError`` (``manifest``) if one of both is not TOML, or has an entry without ``file`` or an unknown
    key; ``agencies-broken`` and ``topics-broken`` for a table that is not valid or contradicts the library's.
    """
    written, collected = _tables(root / NAME), _tables(root / COLLECTED)
    return Manifest(_entries(collected, written), _additions(root), _missing(collected, written))


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


class _Tables(Struct, frozen=True):
    """The tables of a manifest as they stand in the file ``name``."""

    name: str
    reports: Sequence[Mapping[str, object]] = ()
    missing: Sequence[Mapping[str, object]] = ()


def _tables(path: Path) -> _Tables:
    if not path.is_file():
        return _Tables(path.name)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OperatorError(
            "manifest", f"{path.name} 不是合法的 TOML：{error}", hint="请改正后重新运行。"
        ) from error
    return _Tables(path.name, _listed(data, "report", path.name), _listed(data, "missing", path.name))


def _listed(data: Mapping[str, object], key: str, name: str) -> Sequence[Mapping[str, object]]:
    listed = data.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise OperatorError("manifest", f"{name} 的条目应写作 [[{key}]]", hint="请改正后重新运行。")
    return listed


def _entries(collected: _Tables, written: _Tables) -> Mapping[str, Entry]:
    """The entries of both files; key by key the editor's word goes before the program's."""
    merged: dict[str, dict[str, object]] = {}
    for tables in (collected, written):
        for report in tables.reports:
            name = report.get("file")
            if not isinstance(name, str) or not name:
                raise OperatorError(
                    "manifest",
                    f"{tables.name} 的一个条目缺少 file",
                    hint=f"可用的键：file、{'、'.join(FIELDS)}。",
                )
            merged[name] = {**merged.get(name, {}), **report}
    return MappingProxyType(dict(map(_entry, merged.values())))


def _missing(collected: _Tables, written: _Tables) -> tuple[MissingReport, ...]:
    found: dict[tuple[str, int], MissingReport] = {}
    for tables in (collected, written):
        for one in tables.missing:
            missing = _missing_report(one, tables.name)
            found[missing.agency, missing.year] = missing
    return tuple(found[key] for key in sorted(found))


def _missing_report(one: Mapping[str, object], name: str) -> MissingReport:
    agency, year, reason = one.get("agency"), one.get("year"), one.get("reason")
    is_right = isinstance(agency, str) and agency and isinstance(year, int) and reason in ABSENCE_REASONS
    if set(one) - set(MISSING_FIELDS) or not is_right:
        raise OperatorError(
            "manifest",
            f"{name} 的一个 [[missing]] 条目有误：{agency} {year} {reason}",
            hint=f"可用的键：{'、'.join(MISSING_FIELDS)}；reason 可以是 {'、'.join(ABSENCE_REASONS)}。",
        )
    facts = {key: str(one.get(key, "")) for key in ("note", "url", "checked")}
    return MissingReport(str(agency), int(str(year)), cast(AbsenceReason, reason), **facts)


def _is_path(value: object) -> bool:
    """Whether a value names a file in the corpus folder."""
    return (
        isinstance(value, str) and bool(value) and not value.startswith("/") and ".." not in value.split("/")
    )


def _pictures(table: object, name: str) -> str:
    if not isinstance(table, dict) or not all(map(_is_path, table.values())):
        raise OperatorError(
            "manifest",
            f"{NAME} 中 {name} 的 pictures 应是一个表",
            hint='例如 pictures = { "/2019/1.png" = "扫描/1.png" }：网页里写的地址和语料目录里的文件。',
        )
    return json.dumps(table, ensure_ascii=False)


def _entry(report: Mapping[str, object]) -> tuple[str, Entry]:
    name = str(report["file"])
    if unknown := set(report) - {"file", *FIELDS}:
        raise OperatorError(
            "manifest",
            f"{NAME} 的一个条目有未知的键 {'、'.join(sorted(unknown))}",
            hint=f"可用的键：file、{'、'.join(FIELDS)}。",
        )
    withdrawn = report.get("withdrawn", "")
    if not isinstance(withdrawn, str) or ("withdrawn" in report and not withdrawn.strip()):
        raise OperatorError(
            "manifest",
            f"{NAME} 中 {name} 的 withdrawn 应写明撤下的原因",
            hint='例如 withdrawn = "内容有误，已由新版代替"。',
        )
    facts = {field: str(report[field]) for field in FACTS if field in report}
    if PICTURES in report:
        facts[PICTURES] = _pictures(report[PICTURES], name)
    return name, Entry(
        MappingProxyType(facts),
        skip=bool(report.get("skip", False)),
        withdrawn=withdrawn.strip(),
        pages=_pages(report.get("pages", []), name),
    )


def _pages(listed: object, name: str) -> tuple[str, ...]:
    """The paths of further pages, as a manifest lists them."""
    pages = listed if isinstance(listed, list) else [None]
    for page in pages:
        if not _is_path(page):
            raise OperatorError(
                "manifest",
                f"{NAME} 中 {name} 的 pages 应列出其余各页的图片，路径相对本目录",
                hint='例如 file = "p1.jpg"，pages = ["p2.jpg", "p3.jpg"]。',
            )
    return tuple(pages)
