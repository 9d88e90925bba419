"""The three tasks of a journalist, each from the front page with one search and at most two clicks.

A subject through the years, who never mentions it, and taking a sentence away with its source. What the pages show is
held to a count over the texts of the reports.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from report_search.generations import ReportSummary
from report_search.search.searcher import Searcher
from tests.webui.browser.chromium import Locator, Page, expect
from webui import create_app

pytestmark = pytest.mark.browser

SUBJECT = "领事保护"
MOST_CLICKS = 2


@pytest.fixture(scope="module")
def app(demo_index: Path) -> Flask:
    return create_app(Searcher(demo_index))


@pytest.fixture(scope="module")
def passages_with_it(demo_index: Path) -> dict[ReportSummary, int]:
    """How many passages of each report have the subject, by reading them all."""
    searcher = Searcher(demo_index)
    return {
        report: sum(SUBJECT in one.text for one in searcher.report_passages(report.id))
        for report in searcher.reports()
    }


class Reader:
    """Someone at the front page, whose searches and clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.searches = self.clicks = 0

    def search(self, text: str) -> None:
        self.page.get_by_label("检索词").fill(text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/?q=*")
        self.searches += 1

    def click(self, target: Locator) -> None:
        expect(target).to_be_visible()
        target.click()
        self.clicks += 1

    def is_quick(self) -> bool:
        return self.searches == 1 and self.clicks <= MOST_CLICKS


@pytest.fixture
def reader(visit: Callable[..., Page]) -> Reader:
    return Reader(visit("/", permissions=["clipboard-read", "clipboard-write"], accept_downloads=True))


def test_a_subject_through_the_years(reader: Reader, passages_with_it: dict[ReportSummary, int]) -> None:
    reader.search(f"“{SUBJECT}”")
    years: dict[int, list[int]] = defaultdict(list)
    for report, passages in passages_with_it.items():
        years[report.year or 0].append(passages)
    for year, counts in years.items():
        said = f"{year}年：{sum(counts)} 段 / {sum(map(bool, counts))} 份，收录 {len(counts)} 份"
        expect(reader.page.get_by_role("link", name=said, exact=True)).to_be_visible()
    reader.click(reader.page.get_by_role("link", name="2019年：").first)
    expect(reader.page.locator(".chip-filter")).to_have_text("年份2019×")
    in_2019 = [n for report, n in passages_with_it.items() if report.year == 2019]
    expect(reader.page.locator("article.hit")).to_have_count(sum(in_2019))
    assert reader.is_quick()


def test_who_never_mentions_it(reader: Reader, passages_with_it: dict[ReportSummary, int]) -> None:
    mentioned: dict[str, int] = defaultdict(int)
    for report, passages in passages_with_it.items():
        mentioned[report.agency] += passages
    silent = {agency for agency, passages in mentioned.items() if not passages}
    assert silent
    assert len(silent) < len(mentioned)
    reader.search(f"“{SUBJECT}”")
    reader.click(reader.page.get_by_role("link", name="谁提到，谁没有提到").first)
    reader.page.wait_for_url("**/mentions?*")
    rows = reader.page.locator(".mention-matrix tbody tr")
    expect(rows).to_have_count(len(mentioned))
    reader.click(reader.page.get_by_role("link", name="从未提到").first)
    expect(rows).to_have_count(len(silent))
    assert set(rows.locator("th a").all_inner_texts()) == silent
    assert reader.is_quick()


def test_a_sentence_is_cited(reader: Reader) -> None:
    reader.search(f"“{SUBJECT}”")
    sentence = reader.page.locator("article.hit .fragments").first.inner_text()
    reader.click(reader.page.get_by_role("link", name="引用本段").first)
    expect(reader.page.locator(".quoted")).to_have_text(sentence)
    reader.click(reader.page.get_by_role("button", name="复制").first)
    expect(reader.page.get_by_role("button", name="已复制")).to_be_visible()
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert reader.page.url in copied
    assert "[R/OL]" in copied
    assert reader.is_quick()


def test_every_hit_is_exported(reader: Reader, passages_with_it: dict[ReportSummary, int]) -> None:
    reader.search(f"“{SUBJECT}”")
    reader.click(reader.page.locator("summary", has_text="导出"))
    with reader.page.expect_download() as waiting:
        reader.click(reader.page.get_by_role("link", name="CSV 表格").first)
    with waiting.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(passages_with_it.values())
    assert all(SUBJECT in row["text"] for row in rows)
    assert reader.is_quick()
