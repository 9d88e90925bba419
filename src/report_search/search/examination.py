"""An examination of an index: what of it holds, what does not, and what to do about it.

The rule: it only looks. Each part is looked at whatever another one is like, so that one run tells all there is to do.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

from msgspec import Struct

from report_search.analysis.fingerprint import fingerprint
from report_search.errors import OperatorError
from report_search.generations import Generation, PublishedGenerations
from report_search.generations.files import files_below
from report_search.generations.original import has_original
from report_search.search.request import SearchRequest
from report_search.search.searcher import Searcher

State = Literal["ok", "warning", "failed"]
ROOM = 2
"""An update needs about as much room as the index has already; with twice as much nobody need think of it."""


class Diagnosis(Struct, frozen=True):
    """What was looked at, how it is, in words, and what to do."""

    part: str
    state: State
    message: str
    hint: str = ""


def examine(index: Path) -> tuple[Diagnosis, ...]:
    """All findings about the index in the folder ``index``. Raises nothing that a damaged index may cause."""
    generations = PublishedGenerations(index)
    findings = [_guarded("index", lambda: _files(generations))]
    if findings[0].state != "failed":
        generation = generations.current()
        assert generation is not None
        findings.append(_guarded("answer", lambda: _answer(index)))
        findings.append(_guarded("originals", lambda: _originals(generation)))
    findings.append(_guarded("addresses", lambda: _book(generations)))
    findings.extend(_room(index))
    return tuple(findings)


def _guarded(part: str, look: Callable[[], Diagnosis]) -> Diagnosis:
    try:
        return look()
    except OperatorError as error:
        return Diagnosis(part, "failed", error.message, error.hint)
    except OSError as error:
        return Diagnosis(
            part, "failed", f"读不出来：{error.filename}（{error.strerror}）", "请检查磁盘和权限。"
        )


def _files(generations: PublishedGenerations) -> Diagnosis:
    generation = generations.open(fingerprint())
    generation.verify_all()
    record = generation.record
    held = f"{record.reports} 份报告，{record.passages} 段，建于 {record.built}"
    return Diagnosis("index", "ok", f"{held}，{len(record.checksums)} 个文件逐一核对无误。")


def _answer(index: Path) -> Diagnosis:
    page = Searcher(index).search(SearchRequest(limit=1))
    return Diagnosis("answer", "ok", f"检索可用，共 {page.total.passages} 段。")


def _originals(generation: Generation) -> Diagnosis:
    missing = [one.path for one in generation.reports() if not has_original(generation, one)]
    if not missing:
        return Diagnosis("originals", "ok", "报告的原文件都还在建立索引时的地方。")
    return Diagnosis(
        "originals",
        "warning",
        f"{len(missing)} 份报告的原文件不在建立索引时的地方，如 {missing[0]}。",
        "检索不受影响，但下载不到原文件；再次运行 report-search index 时，找不到的报告会被移出索引。",
    )


def _book(generations: PublishedGenerations) -> Diagnosis:
    path = generations.addresses.path
    if not path.exists():
        return Diagnosis(
            "addresses",
            "warning",
            "没有地址簿。",
            f"从前发布过的地址无从查起；有备份的，请恢复 {path}，没有的下次运行 report-search index 会新建。",
        )
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as book:
        try:
            told = str(book.execute("PRAGMA quick_check").fetchone()[0])
        except sqlite3.DatabaseError as error:
            told = str(error)
    if told != "ok":
        return Diagnosis("addresses", "failed", f"地址簿损坏：{told}", f"请从备份恢复 {path}。")
    return Diagnosis("addresses", "ok", f"地址簿完好，发布过 {len(generations.addresses.reports())} 份报告。")


def _room(index: Path) -> Iterator[Diagnosis]:
    if not index.exists():
        return
    size = sum(path.stat().st_size for path in files_below(index))
    free = shutil.disk_usage(index).free
    told = f"索引占 {size / 1e6:.0f} MB，磁盘还有 {free / 1e6:.0f} MB。"
    if free < ROOM * size:
        yield Diagnosis("room", "warning", told, "更新索引时可能写不下，请腾出空间。")
    else:
        yield Diagnosis("room", "ok", told)
