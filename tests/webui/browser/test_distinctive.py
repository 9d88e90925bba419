"""Distinctive words: from a search to its words and on to where they stand, over made-up bodies of six years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log
from pathlib import Path

import pytest

from report_search.search.searcher import Searcher
from tests.webui.browser.chromium import Page, expect
from tests.webui.browser.server import serving
from webui import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(demo_index: Path) -> Iterator[str]:
    with serving(create_app(Searcher(demo_index))) as address:
        yield address


def test_distinctive_words_lead_to_where_they_stand(visit: Callable[..., Page]) -> None:
    page = visit("/?q=领事", java_script_enabled=False)
    page.get_by_role("link", name="特征词").click()
    rows = page.get_by_role("region", name="检索结果的特征词").locator("tbody tr")
    told = page.request.get("/api/v1/distinctive?q=领事").json()
    chosen, rest = told["total"]["selection"]["words"], told["total"]["rest"]["words"]
    assert rows.count() == len(told["words"]) > 0
    for at, word in enumerate(told["words"]):
        cells = rows.nth(at).locator("td").all_inner_texts()
        assert cells[:2] == [str(word["count"]), str(word["rest"])]
        # Both counts against what would be expected if the word were as frequent in the one part as in the other.
        shares = [(word["count"], chosen), (word["rest"], rest)]
        rate = (word["count"] + word["rest"]) / (chosen + rest)
        likelihood = 2 * sum(count * log(count / (words * rate)) for count, words in shares if count)
        assert float(cells[2]) == pytest.approx(likelihood, abs=0.06)
    word = rows.first.get_by_role("link").inner_text()
    rows.first.get_by_role("link").click()
    expect(page.get_by_role("searchbox").first).to_have_value(f"(领事) “{word}”")
    hits = page.locator(".hit")
    assert hits.count() > 0
    assert all(word in hit and "领事" in hit for hit in hits.all_inner_texts())
