"""Wording through the years: changes that are marked without colour, aligned keywords, new phrases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.browser.chromium import CONTRAST, DESKTOP, PHONE, Page, expect

pytestmark = pytest.mark.browser


def test_what_changed_is_marked_for_whoever_sees_no_colour(visit: Callable[..., Page]) -> None:
    page = visit("/match")
    page.get_by_label("要比对的文字").fill(
        "收到信息公开申请46起。\n全年发布微博、微信共6755条，提供领事救助202次。"
    )
    page.get_by_label("按行").check()
    page.get_by_role("button", name="比对", exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_have_count(3)
    inserted = page.locator("section ins").first
    expect(inserted).to_contain_text("46")
    assert inserted.evaluate("element => getComputedStyle(element).textDecorationLine") == "underline"
    assert page.evaluate(CONTRAST) == []


def test_the_columns_of_a_comparison_become_one_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("/compare?a=waijiaobu-2014&b=waijiaobu-2019", viewport=PHONE, is_mobile=True, has_touch=True)
    cells = page.locator(".compared tr").last.locator("td")
    first, second = cells.nth(0).bounding_box(), cells.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    assert first["x"] == second["x"]
    assert first["y"] < second["y"]
    page.goto("/reports/waijiaobu-2019")
    page.get_by_role("link", name="与上一年比较").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("两份报告的比较")


KWIC_EDGES = """() => [...document.querySelectorAll(".kwic tbody tr:not(.kwic-group)")].map(row => {
  const [left, key] = row.cells, text = left.querySelector("bdi").getBoundingClientRect();
  return [text.right - left.getBoundingClientRect().right, text.width - left.clientWidth,
          key.getBoundingClientRect().left];
})"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_concordance_is_aligned_and_cut_on_its_left(
    visit: Callable[..., Page], size: dict[str, int]
) -> None:
    page = visit("/concordance?q=领事&width=60", viewport=size)
    edges = page.evaluate(KWIC_EDGES)
    assert len(edges) > 2
    assert all(abs(right) < 1.5 for right, _, _ in edges), "the end of the left side touches the keyword"
    assert any(over > 0 for _, over, _ in edges), "a long left side is wider than its cell"
    assert len({round(left) for _, _, left in edges}) == 1, "the keywords stand under one another"
    # What is cut from sight is still there to be copied, in the order in which it is printed.
    row = page.locator(".kwic tbody tr", has=page.locator("mark")).first
    copied = row.evaluate("""row => {
      const range = document.createRange();
      range.selectNodeContents(row);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return getSelection().toString();
    }""")
    told = page.request.get("/api/v1/concordance?q=领事&width=60").json()["lines"][0]
    assert copied.startswith(told["left"])
    assert [told["left"], told["key"], told["right"]] == copied.split("\t")[:3]


def test_from_a_result_to_its_concordance_and_to_the_report(visit: Callable[..., Page]) -> None:
    page = visit("/?q=领事救助")
    page.get_by_role("link", name="逐处并列").click()
    page.get_by_role("link", name="按左边").click()
    assert "sort=left" in page.url
    page.locator(".kwic-place a").first.click()
    assert "/reports/waijiaobu-2014" in page.url
    expect(page.locator(":target mark")).to_have_count(1)


def test_from_an_agency_to_a_phrase_that_is_new(visit: Callable[..., Page]) -> None:
    page = visit("/agencies/waijiaobu")
    page.get_by_role("link", name="各年新出现和不再出现的说法").click()
    expect(page.get_by_text("没有收录：2015—2018年")).to_be_visible()
    entry = page.locator(".phrases li", has_text="预防性").first
    expect(entry.locator("mark").first).to_be_visible()
    entry.get_by_role("link", name="看上下文").first.click()
    assert "/reports/waijiaobu-2019" in page.url
    page.go_back()
    page.get_by_role("link", name="2014", exact=True).click()
    expect(page.get_by_text("这是已收录的最早一年")).to_be_visible()


def test_from_an_agency_to_how_much_it_rewrote_and_to_the_comparison(visit: Callable[..., Page]) -> None:
    page = visit("/agencies/waijiaobu/rewriting", java_script_enabled=False)
    table = page.get_by_role("region", name="各年各部分改写的比例")
    heads = table.locator("thead th").all_inner_texts()
    row = table.locator("tbody tr").first
    shares = dict(zip(heads[1:], row.locator("td").all_inner_texts(), strict=True))
    told = page.request.get("/api/v1/compare?a=waijiaobu-2014&b=waijiaobu-2019").json()
    assert shares.pop("全文") == f"{told['rewritten']:.0%}"
    expected = {
        one["label"]: "—" if one["rewritten"] is None else f"{one['rewritten']:.0%}"
        for one in told["sections"]
    }
    assert shares == {label: expected[label] for label in shares}
    assert set(expected) - set(shares) == {label for label, share in expected.items() if share == "—"} - set(
        shares
    )
    expect(row).to_contain_text("同 2014 年比，其间没有收录")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("两份报告的比较")
    assert "a=waijiaobu-2014" in page.url
    assert "b=waijiaobu-2019" in page.url
    expect(page.locator("main")).to_contain_text(f"{told['rewritten']:.0%}")


def test_a_sentence_is_followed_through_the_years_without_script(visit: Callable[..., Page]) -> None:
    page = visit("/match", java_script_enabled=False)
    page.get_by_label("要比对的文字").fill("甲乙丙丁戊己庚辛壬癸。")
    page.get_by_role("button", name="比对", exact=True).click()
    expect(page.locator("main section")).to_contain_text("逐字 0 份，相近 0 份")
    paragraphs = page.request.get("/api/v1/search?q=领事保护&type=paragraph").json()["hits"]
    page.goto(f"/passages/{paragraphs[0]['id']}/history")
    told = page.request.get(f"/api/v1/passages/{paragraphs[0]['id']}/history").json()
    expect(page.locator("main")).to_contain_text(f"首次出现 {told['first']}")
    for row in told["rows"]:
        expect(page.locator("main")).to_contain_text(str(row["year"]))
