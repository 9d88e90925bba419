"""Writes a demo corpus: the reports in the formats of their time, what an editor would add, and the truth.

The rule: the same seed gives the same reports; a format that can't be made here (PDF without a Chromium) is left to
the others, and ``truth.json`` says which file holds which report.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from indexer.run.discover import TRUTH
from indexer.synthetic import corpus as plain
from indexer.synthetic import printing
from indexer.synthetic.demo.bodies import FOUNDED, REFORM, Body
from indexer.synthetic.demo.compose import DemoReport
from indexer.synthetic.demo.plan import DemoCorpus
from indexer.synthetic.demo.truth import truth_of
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import FIRST_YEAR
from indexer.synthetic.vocabulary import MARK
from report_search.errors import RequestError
from report_search.model import Report

LAST_POSSIBLE_YEAR = 2099
_README = f"""# 演示语料

{MARK}

这个文件夹由 `report-search demo` 生成，可以随时删除后重新生成。每个机关一个文件夹，一年一份报告，格式各不相同；
其中一个机关在 {REFORM} 年更名，一个并入另一个机关，有两个年份缺报告，有一份报告后来作过更正，有几处数字故意写错。
`truth.json` 写明全部真相：每句话历年怎样沿用和改动，每个官方表格的每一格，哪些报告提到哪些词，错在哪里。
`agencies.toml` 和 `topics.toml` 只对这个文件夹有效，是对程序自带机关表、主题表的补充。
"""
_TOPICS = """# 只对这个文件夹有效的主题，写法与程序自带的主题表相同。

[[topic]]
key = "grain"
label = "粮食收储"
terms = ["粮食收购", "库存轮换", "储备粮", "粮库"]

[[topic]]
key = "open-data"
label = "数据开放"
terms = ["公共数据集", "数据开放"]
"""


def parse_years(text: str) -> range:
    """The years of ``2008..2024`` or ``2019``.

    Raises ``RequestError`` (``bad-year``) for anything else, and for years that no report could be about.
    """
    match = re.fullmatch(r"(\d{4})(?:\.\.(\d{4}))?", text.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not FIRST_YEAR <= first <= last <= LAST_POSSIBLE_YEAR:
        raise RequestError(
            "bad-year",
            f"“{text}”不是可以生成的年份。",
            hint=f"写成 2008..2024，在 {FIRST_YEAR} 到 {LAST_POSSIBLE_YEAR} 之间。",
        )
    return range(first, last + 1)


def write_demo(
    folder: Path,
    made: DemoCorpus,
    *,
    formats: Sequence[str] = plain.FORMATS,
    progress: plain.Progress = lambda what, done, total: None,
) -> Mapping[str, int]:
    """Write a corpus into ``folder``; how many files of each format there are.

    Raises ``OperatorError`` as ``corpus.write_corpus`` does.
    """
    usable = plain.prepare(folder, formats)
    files = dict(_file_names(made, usable))
    truth = json.dumps(truth_of(made, files), ensure_ascii=False, separators=(",", ":"))
    (folder / "README.md").write_text(_README, encoding="utf-8")
    (folder / "agencies.toml").write_text("\n".join(_agency_entries(made.bodies)), encoding="utf-8")
    (folder / "topics.toml").write_text(_TOPICS, encoding="utf-8")
    (folder / "manifest.toml").write_text("\n".join(_manifest(made, files)), encoding="utf-8")
    for done, (report, data) in enumerate(_written(made.reports, files), 1):
        path = folder / files[report.name]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        progress("生成", done, len(made.reports))
    # Last, since it says that the corpus is complete.
    (folder / TRUTH).write_text(truth, encoding="utf-8")
    return dict(Counter(file.rpartition(".")[2] for file in files.values()))


def _file_names(made: DemoCorpus, usable: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The file of each report by its name: the formats in turn, another one first for each body."""
    at = {body.key: number for number, body in enumerate(made.bodies)}
    for one in made.reports:
        chosen = usable[(one.year + 2 * at[one.body.key]) % len(usable)]
        if one.superseded or one.corrects:
            # The bytes of a PDF differ each time, and with them the id of one of two editions.
            chosen = next((name for name in usable if name != "pdf"), chosen)
        edition = "-2" if one.corrects else ""
        yield one.name, f"{one.body.key}/{one.year}{edition}.{chosen}"


def _written(reports: Sequence[DemoReport], files: Mapping[str, str]) -> Iterator[tuple[DemoReport, bytes]]:
    """Each report with its bytes, those that the browser prints last."""
    printed = []
    for one in reports:
        suffix = files[one.name].rpartition(".")[2]
        if suffix == "pdf":
            printed.append(one)
        else:
            yield one, plain.WRITERS[suffix](_as_printed(one))
    if printed:
        pages = (write_html(_as_printed(one), layout="print") for one in printed)
        yield from zip(printed, printing.print_pages(pages), strict=True)


def _as_printed(one: DemoReport) -> Report:
    """The report under the name that its body had then."""
    return replace(one.report, agency=one.body.name_in(one.year))


def _agency_entries(bodies: Sequence[Body]) -> Iterator[str]:
    yield "# 只对这个文件夹有效的机关，写法与程序自带的机关表相同。均为虚构。\n"
    for body in bodies:
        yield f'[[agency]]\nkey = "{body.key}"\nname = "{body.name}"'
        if body.aliases:
            yield f"aliases = {json.dumps(body.aliases, ensure_ascii=False)}"
        if body.former:
            yield f'former = [{{ name = "{body.former}", from = {FOUNDED}, to = {REFORM} }}]'
        before = [one.key for one in bodies if one.merged_into == body.key]
        if before:
            listed = ", ".join(f'{{ key = "{key}", year = {REFORM} }}' for key in before)
            yield f"predecessors = [{listed}]"
        yield ""


def _manifest(made: DemoCorpus, files: Mapping[str, str]) -> Iterator[str]:
    yield "# 演示语料的清单。\n"
    for one in made.reports:
        if one.corrects:
            yield f'[[report]]\nfile = "{files[one.name]}"\nnote = "更正版，代替此前发布的一版"\n'
