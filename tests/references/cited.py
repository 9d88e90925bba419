"""Made reports that cite documents in many spellings, and the truth of who cites which."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from report_search.analysis.fingerprint import fingerprint
from report_search.engine.registry import open_engine
from report_search.generations import BuildOutcome, Generations
from report_search.model import Paragraph, Report, Section, Source
from report_search.passages import Passage, count_passages, passages_with_headings
from report_search.references.extract import citations_of
from report_search.references.writer import ReferenceWriter

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
BRACKETS = ("〔〕", "[]", "()", "（）", "【】", "［］")
FILLERS = ("本年度各项工作平稳有序。", "对照年初计划，逐项检查落实情况。", "有关数据见附表。")


@dataclass(frozen=True)
class Made:
    """Reports, and by document the passages that cite it."""

    reports: tuple[Report, ...]
    truth: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def passages(self) -> dict[str, list[Passage]]:
        return {one.id: passages_with_headings(one) for one in self.reports}


def number(issuer: str, year: int, serial: int, random: Random) -> str:
    """A 文号 in one of its spellings."""
    brackets = random.choice(BRACKETS)
    digits = f"{year}", f"{serial}"
    if random.random() < 0.3:
        digits = digits[0].translate(FULL_WIDTH), digits[1].translate(FULL_WIDTH)
    blank = random.choice(("", "", " "))
    first = random.choice(("", "", "第"))
    return f"{issuer}{blank}{brackets[0]}{digits[0]}{brackets[1]}{blank}{first}{digits[1]}号"


# By key: sentences that cite it, each with what has to be said before in the same report.
LAW = "政府信息公开条例"
PLAN = "国办发2021-12号"
FORMAT = "国办公开办函2021-30号"
NOTICE = "示办函2020-7号"
PAPER = "示例日报"
HEADING = "贯彻《示例日报》精神"


def sentence(document: str, random: Random, *, shortened: bool) -> str:
    """A sentence that cites ``document``; ``shortened``: the report has said what 《条例》 is."""
    if document == LAW:
        names = [
            "《中华人民共和国政府信息公开条例》",
            "《政府信息公开条例》",
            "《政府信息公開條例》",
            "国务院令第711号",
        ]
        name = random.choice([*names, "《条例》", "《条例》"] if shortened else names)
        return f"认真学习{name}，依法办理每一件申请。"
    if document == PLAN:
        spelled = number("国办发", 2021, 12, random)
        title = "《2021年示例工作要点》"
        name = random.choice((spelled, title, f"{title}（{spelled}）", f"{title}({spelled})"))
        return f"根据{name}，细化任务分工。"
    if document == FORMAT:
        return f"本报告按照{number('国办公开办函', 2021, 30, random)}规定的格式编制。"
    if document == NOTICE:
        outer = random.choice(("《关于印发〈公开办法〉的通知》", "《关于印发《公开办法》的通知》"))
        return f"落实{outer}（{number('示办函', 2020, 7, random)}）要求。"
    return "在《示例日报》开设专栏。"


def make(reports: int = 40, *, seed: int = 1) -> Made:
    """So many reports of eight agencies, a few passages each."""
    random = Random(seed)
    texts: dict[str, list[tuple[str, set[str]]]] = {}
    for at in range(reports):
        agency, year = at % 8, 2014 + at // 8
        texts[f"jigou{agency}-{year}"] = list(_paragraphs(random))
    made = Made(tuple(_report(name, paragraphs) for name, paragraphs in texts.items()))
    for name, passages in made.passages().items():
        by_text = dict(texts[name])
        for passage in passages:
            # A heading cites as well; the title of a report here does not.
            for document in by_text.get(passage.text, {PAPER} if HEADING in passage.text else ()):
                made.truth[document].add(passage.id)
    return made


def _paragraphs(random: Random) -> list[tuple[str, set[str]]]:
    """Paragraphs, no two the same, each with the documents it cites."""
    found: dict[str, set[str]] = {}
    shortened = random.random() < 0.5
    if shortened:
        opening = random.choice(
            (
                "根据《中华人民共和国政府信息公开条例》（国务院令第711号，以下简称《条例》）编制本报告。",
                "根据《中华人民共和国政府信息公开条例》（以下简称“《条例》”）编制本报告。",
                "《中华人民共和国政府信息公开条例》（国务院令第711号）（下称《条例》）施行以来，工作有序。",
            )
        )
        found[opening] = {LAW}
    else:
        found["根据《中华人民共和国政府信息公开条例》（国务院令第711号）编制本报告。"] = {LAW}
    for _ in range(random.randint(2, 9)):
        wanted = random.sample((LAW, PLAN, FORMAT, NOTICE, PAPER), k=random.randint(0, 2))
        cited = set(wanted)
        if NOTICE in cited:
            cited.add("公开办法")
        text = "".join(sentence(one, random, shortened=shortened) for one in wanted) or random.choice(FILLERS)
        found[text] = cited
    return list(found.items())


def _report(name: str, paragraphs: list[tuple[str, set[str]]]) -> Report:
    agency, _, year = name.partition("-")
    blocks = tuple(Paragraph(text) for text, _ in paragraphs)
    source = Source(f"{name}.txt", "", "0" * 64, "text")
    title = f"示例{agency}{year}年年报"
    section = Section("一", HEADING, "overview", blocks)
    return Report(name, f"示例{agency}局", agency, int(year), title, "", source, (section,))


def publish(made: Made, root: Path) -> None:
    """An index of the reports on the memory engine."""
    generations = Generations(root)
    passages = made.passages()
    with generations.draft(engine="memory", fingerprint=fingerprint()) as draft:
        engine = open_engine("memory", draft.engine_folder)
        with engine.writer() as writer:
            for report in made.reports:
                own = passages[report.id]
                writer.add(own)
                draft.put(report, passages=count_passages(own))
        info = engine.info()
        engine.close()
        with ReferenceWriter(draft.folder) as references:
            for report in made.reports:
                references.put(citations_of(passages[report.id]))
            references.finish()
        generations.publish(draft, BuildOutcome(info.passages, info.reports))
