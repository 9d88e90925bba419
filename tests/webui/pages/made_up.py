"""Small indexes of made-up reports, for pages that say what is doubtful or made up."""

from __future__ import annotations

from pathlib import Path

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.generations import BuildOutcome, Generations, SourceRecord
from report_search.model import Evidence, Paragraph, Report, ReportWarning, Script, Section, Source
from report_search.passages import passages_of


def made_up_index(root: Path, script: Script = "simplified") -> tuple[str, str]:
    """An index of one report of the kind that ``report-search demo`` writes; ids of it and of a passage."""
    deep = tuple(
        Section(f"{n}.", f"事项{n}", "overview", (Paragraph(f"完成第{n}项。"),)) for n in range(1, 25)
    )
    items = (
        Section("（一）", "培训", "overview", (Paragraph("举办培训三次。"),), deep),
        Section("（二）", "公开", "overview", (Paragraph("公开三件。"),)),
    )
    report = Report(
        "shili-2020",
        "示例甲市教育局",
        "shili",
        2020,
        "示例甲市教育局2020年政府信息公开工作年度报告",
        "",
        Source("a.md", "", "0" * 64, "markdown"),
        (Section("一", "总体情况", "overview", (), items),),
        script=script,
    )
    found = passages_of(report)
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            writer.add(found)
            draft.put(report, passages=len(found))
        engine.close()
        generations.publish(draft, BuildOutcome(len(found), 1))
    return report.id, found[0].id


def doubtful_index(root: Path) -> Path:
    """An index of two reports: the year of one is a guess, the file of the other can't be read any more."""
    generations = Generations(root)
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            for agency in ("甲局", "乙局"):
                report = Report(
                    agency,
                    agency,
                    agency,
                    2019,
                    f"{agency}年报",
                    "",
                    Source(f"{agency}.pdf", "", "0" * 64, "pdf"),
                    (Section("一", "概述", "overview", (Paragraph(f"{agency}的工作。"),)),),
                    warnings=(ReportWarning("table-missing", "没有读到官方的表", "三"),)
                    if agency == "甲局"
                    else (),
                    evidence=(Evidence("year", "2019", "网址", sure=agency == "乙局"),),
                )
                writer.add(passages_of(report))
                draft.put(report, passages=1)
        engine.close()
        kept = SourceRecord("乙局.pdf", "0" * 64, 1, 1, report="乙局", code="encrypted", message="加密了。")
        lost = SourceRecord(
            "丁.pdf", "", 1, 1, code="no-text", message="没有文字。", agency="丁局", year=2019
        )
        generations.publish(draft, BuildOutcome(2, 2, sources=(kept, lost)))
    return root
