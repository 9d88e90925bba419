"""Writes a folder of synthetic reports, each file in one of the formats, for demonstrations and trials.

The rule: every file says in its first paragraph that it is synthetic, and so does the README beside them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from indexer.synthetic import printing
from indexer.synthetic.pages import write_html
from indexer.synthetic.plaintext import write_markdown, write_text
from indexer.synthetic.reports import reports
from indexer.synthetic.vocabulary import MARK
from indexer.synthetic.word import write_docx
from report_search.errors import OperatorError
from report_search.model import Report

Progress = Callable[[str, int, int], None]
"""Told what is done, how many of it, and of how many."""
FORMATS = ("html", "docx", "md", "pdf", "txt")
WRITERS: dict[str, Callable[[Report], bytes]] = {
    "html": write_html,
    "docx": write_docx,
    "md": write_markdown,
    "txt": write_text,
}
_README = f"""# 演示语料

{MARK}

这个文件夹由 `report-search demo` 生成，可以随时删除后重新生成。请勿与真实报告放在一起建索引。
"""


def write_corpus(
    folder: Path,
    *,
    number: int = 60,
    seed: int = 1,
    formats: Sequence[str] = FORMATS,
    progress: Progress = lambda what, done, total: None,
) -> Mapping[str, int]:
    """Write ``number`` reports into ``folder``, the ``formats`` in turn; how many of each format were written.

    Raises ``OperatorError`` as ``prepare`` does.
    """
    usable = prepare(folder, formats)
    (folder / "README.md").write_text(_README, encoding="utf-8")
    pending: list[Report] = []
    counts: Counter[str] = Counter()
    for at, report in enumerate(reports(number, seed=seed)):
        chosen = usable[at % len(usable)]
        counts[chosen] += 1
        if chosen == "pdf":
            pending.append(report)
        else:
            (folder / f"{report.id}.{chosen}").write_bytes(WRITERS[chosen](report))
            progress("生成", counts.total() - len(pending), number)
    _print(folder, pending)
    return dict(counts)


def prepare(folder: Path, formats: Sequence[str]) -> list[str]:
    """Make ``folder``, and say which of ``formats`` can be written here: PDF only where a Chromium can print it.

    Raises ``OperatorError`` (``folder-not-empty``) if it holds anything, so that no file of anyone's is overwritten,
    ``unknown-format`` and ``no-printer``.
    """
    unknown = set(formats) - set(FORMATS)
    if unknown:
        raise OperatorError("unknown-format", f"不认识的格式：{'、'.join(sorted(unknown))}")
    if folder.exists() and any(folder.iterdir()):
        raise OperatorError("folder-not-empty", f"{folder} 不是空文件夹", hint="请换一个新文件夹")
    usable = [name for name in formats if name != "pdf" or printing.is_available()]
    if not usable:
        raise OperatorError("no-printer", "没有可用的 Chromium，无法生成 PDF", hint="请换一种格式")
    folder.mkdir(parents=True, exist_ok=True)
    return usable


def _print(folder: Path, pending: Sequence[Report]) -> None:
    if pending:
        pages = (write_html(report, layout="print") for report in pending)
        for report, page in zip(pending, printing.print_pages(pages), strict=True):
            (folder / f"{report.id}.pdf").write_bytes(page)
