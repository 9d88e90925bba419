"""Passages to measure on: about 150 Chinese characters each, always the same for the same numbers.

They are put together from sentences: of files with one JSON object a line that has a ``text``, or, without files, of
sentences made from a short list of the words of these reports. Reports have 60 passages, agencies 17 reports. Beware:
made sentences repeat far more than real ones, so common pairs of characters are even commoner.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from report_search.passages import Locator, Passage, TopicReason

WORDS = """
本机关 外交部 各司局 领事司 新闻司 办公厅 市政府 各区县 有关单位 信息公开办公室 驻外使领馆
认真贯彻 积极推进 不断完善 及时发布 主动公开 受理 办结 加强 举办 修订 组织开展 答复
政府信息公开条例 领事保护与协助工作 新闻发布会 依申请公开 政务微博 政府网站 规范性文件 预算决算 行政复议 人大代表建议
，取得明显成效 ，比上年增长 ，得到社会各界好评 ，切实保障公众知情权 ，做到应公开尽公开 ，进一步规范办理程序
"""
SUBJECTS, VERBS, THINGS, TAILS = (line.split() for line in WORDS.strip().splitlines())
SECTIONS = ("overview", "proactive", "requests", "review", "problems", "other")
TOPICS = ("consular", "press", "media", "website", "budget")
PASSAGES_PER_REPORT = 60
REPORTS_PER_AGENCY = 17


def sentences(files: Sequence[Path]) -> list[str]:
    """The sentences that passages are put together from."""
    if not files:
        return list(_made(random.Random(0), 20_000))
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    parts = [part for line in lines for part in re.split(r"(?<=[。！？；])", json.loads(line)["text"])]
    return [part for part in parts if part.strip()]


def _made(rng: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        number = rng.choice([rng.randint(2, 99), rng.randint(100, 99_999)])
        printed = f"{number:,}" if rng.random() < 0.5 else str(number)
        year = rng.randint(2008, 2024)
        yield (
            f"{rng.choice(['', f'{year}年，'])}{rng.choice(SUBJECTS)}{rng.choice(VERBS)}{rng.choice(THINGS)}"
            f"和{rng.choice(THINGS)}{rng.choice(['', f'{printed}件', f'共{printed}条'])}{rng.choice(TAILS)}。"
        )


def passages(count: int, files: Sequence[Path] = (), *, first: int | None = None) -> list[Passage]:
    """``count`` passages, or only the ``first`` of them."""
    parts = sentences(files)
    rng = random.Random(count)
    number = count if first is None else min(first, count)
    return [_passage(at, _text(parts, rng), rng) for at in range(number)]


def _text(parts: list[str], rng: random.Random) -> str:
    text = ""
    while len(text) < rng.randint(110, 150):
        text += rng.choice(parts)
    return text


def _passage(number: int, text: str, rng: random.Random) -> Passage:
    report, position = divmod(number, PASSAGES_PER_REPORT)
    agency, turn = divmod(report, REPORTS_PER_AGENCY)
    year = 2008 + turn
    name = f"agency{agency}-{year}"
    section = SECTIONS[position // 10]
    return Passage(
        id=f"{name}-{number:08x}",
        report=name,
        type="paragraph" if position % 3 else "table",
        text=text,
        locator=Locator(name, (position // 10,), position % 10),
        position=position,
        agency=f"第{agency}机关",
        agency_key=f"agency{agency}",
        year=year,
        published=f"{year + 1}-01-{1 + agency % 28:02d}",
        title=f"第{agency}机关{year}年政府信息公开工作年度报告",
        section=section,
        section_title=section,
        headings=(section, f"（{position % 10}）{text[:8]}"),
        topics=tuple(TopicReason(key, (key,)) for key in rng.sample(TOPICS, rng.randint(0, 2))),
    )
