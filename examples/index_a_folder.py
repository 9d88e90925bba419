"""Index a folder of reports and say what was read from it.

    python examples/index_a_folder.py corpus var/my-index

Run it again after files were added, changed or removed: only those are read.
"""

from __future__ import annotations

import sys
from pathlib import Path

from indexer.run.pipeline import IndexJob, run_job
from report_search import OperatorError, Searcher


def main(folder: str, index: str) -> int:
    job = IndexJob(paths=(Path(folder),), index=Path(index), engine="whoosh")
    try:
        summary = run_job(job)
    except OperatorError as error:
        print(f"{error.message}{error.hint}", file=sys.stderr)
        return 1

    # A file that can't be read stops nothing: it is named here, and the others are indexed.
    for failure in summary.failed:
        print(f"读取失败 {failure.path}：{failure.message}")
    print(
        f"读入 {len(summary.read)} 个文件，未变 {len(summary.unchanged)} 个，移出 {len(summary.removed)} 个。"
    )

    for report in Searcher(Path(index)).reports():
        year = "年份不详" if report.year is None else report.year
        print(f"{report.id}  {report.agency} {year}  {report.passages} 段，{len(report.warnings)} 条警告")
    return 0 if summary.anything_read else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
