"""A corpus to count in: agencies with gaps between their years, two reports of one year, reports without a year.

Made of a seed, with words that are in some reports and not in others; no report is real.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.generations import BuildOutcome, Generations
from report_search.model import Paragraph, Report, Section, Source
from report_search.passages import headings_of, passages_of
from report_search.taxonomy import topics

AGENCIES = {
    "示例甲省司法厅": "jiasheng-sifa",
    "示例乙市财政局": "yishi-caizheng",
    "示例丙区教育局": "bingqu-jiaoyu",
    "示例丁县审计局": "dingxian-shenji",
    "示例戊市交通局": "wushi-jiaotong",
}
WORDS = ("领事保护", "领保", "行政复议", "微博", "政务公开标准化", "三公经费", "依申请公开", "培训")
_SENTENCES = (
    "本机关加强{}工作，取得新的进展。",
    "全年开展{}{}次。",
    "{}和{}有待改进。",
    "做好{}，公布有关情况。",
)
_SECTIONS = (
    ("一", "总体情况", "overview"),
    ("二", "主动公开情况", "proactive"),
    ("五", "存在的问题", "problems"),
)


def reports(seed: int = 1, *, agencies: Sequence[str] = tuple(AGENCIES)) -> Iterator[Report]:
    """The reports of the agencies, one or two a year from 2012 to 2023 with gaps, and one or two of no known year."""
    random = Random(seed)
    for agency in agencies:
        years: list[int | None] = [year for year in range(2012, 2024) if random.random() < 0.6]
        years += random.choices(years, k=2) + [None] * random.randint(0, 2)
        for number, year in enumerate(years):
            yield _report(agency, year, number=number, random=random)


def _report(agency: str, year: int | None, *, number: int, random: Random) -> Report:
    report_id = f"{AGENCIES[agency]}-{year or 'nd'}-{number}"
    sections = tuple(
        Section(numeral, title, kind, tuple(_paragraphs(random)))
        for numeral, title, kind in _SECTIONS
        if random.random() < 0.8
    )
    source = Source(path=f"{report_id}.txt", url="", sha256="0" * 64, format="text")
    return Report(
        report_id, agency, AGENCIES[agency], year, f"{agency}{year or ''}年度报告", "", source, sections
    )


def _paragraphs(random: Random) -> Iterator[Paragraph]:
    for _ in range(random.randint(1, 3)):
        sentence = random.choice(_SENTENCES)
        yield Paragraph(sentence.format(*random.sample(WORDS, k=sentence.count("{}"))))


def publish(root: Path, listed: Sequence[Report], *, engine: str) -> None:
    """Publish a generation with the reports in a folder."""
    generations = Generations(root)
    with generations.draft(engine=engine, fingerprint=fingerprint()) as draft:
        opened = open_engine(engine, draft.engine_folder)
        with opened.writer() as writer:
            for report in listed:
                passages = topics.assign(report, passages_of(report))
                writer.add([*passages, *headings_of(report, position=len(passages))])
                draft.put(report, passages=len(passages))
        info = opened.info()
        opened.close()
        generations.publish(draft, BuildOutcome(info.passages, info.reports))
