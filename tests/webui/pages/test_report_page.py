"""A report and a passage on pages of their own: anchors, outline, tables, marks, citations."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask.testing import FlaskClient

from report_search.passages import Passage
from report_search.search.searcher import Searcher
from tests.webui.pages.made_up import made_up_index
from tests.webui.pages.soup import one, soup
from webui import create_app


def test_a_report_is_shown_whole_with_an_anchor_for_every_passage(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    for report, passages in passages_by_report.items():
        page = soup(client, f"/reports/{report}")
        for passage in passages:
            there = one(page, f"[id='{passage.id}']").get_text()
            assert passage.text.split("\t")[-1] in there
            one(page, f"a.anchor[href='/passages/{passage.id}']")
        assert not page.select("mark")


def test_a_report_has_an_outline_of_its_printed_headings(client: FlaskClient) -> None:
    page = soup(client, "/reports/waijiaobu-2014")
    outline = [a.get_text() for a in page.select(".outline nav a")]
    assert outline == ["引言", "一、加强主动公开工作", "五、继续做好依申请公开工作"]
    headings = page.select(".chapter h2")
    for anchor in page.select(".chapter h2 .anchor"):
        anchor.decompose()
    assert [h.get_text() for h in headings] == outline[1:]
    assert one(page, "strong.lead").get_text() == "（一）做好新闻发布工作"


def test_a_table_keeps_its_spans_and_the_scopes_of_its_heads(client: FlaskClient) -> None:
    table = one(soup(client, "/reports/waijiaobu-2019"), "table")
    head = one(table, "th[scope=rowgroup]")
    assert (head["rowspan"], head.get_text()) == ("2", "三、本年度办理结果")
    assert one(table, "th[colspan='2'][rowspan='2']")["scope"] == "colgroup"
    assert [td.get_text() for td in table.select("tr:last-child td.num")] == ["0引"]


def test_a_report_marks_the_words_it_was_opened_with_where_they_are_printed(client: FlaskClient) -> None:
    page = soup(client, "/reports/waijiaobu-2019?q=本年度办理结果")
    assert one(page, "th mark").get_text() == "本年度办理结果"
    assert len(page.select(".in-place ol a")) == 2
    note = soup(client, "/reports/waijiaobu-2019?q=截至年底")
    assert one(note, "figcaption mark").get_text() == "截至年底"
    lead = soup(client, "/reports/waijiaobu-2014?q=“新闻发布工作。全年”")
    assert [m.get_text() for m in lead.select("p.passage mark")] == ["新闻发布工作", "。全年"]
    none = soup(client, "/reports/waijiaobu-2014?q=国家秘密")
    assert "不见于本报告" in one(none, ".in-place").get_text()


def test_a_report_shows_its_warnings(client: FlaskClient) -> None:
    assert "没有第四节。" in one(soup(client, "/reports/waijiaobu-2019"), ".warnings").get_text()


def test_a_passage_has_a_permanent_page_with_headings_neighbours_and_citation(
    client: FlaskClient, passages_by_report: dict[str, list[Passage]]
) -> None:
    before, passage, after = passages_by_report["waijiaobu-2014"][:3]
    page = soup(client, f"/passages/{passage.id}")
    assert one(page, ".quoted").get_text(strip=True) == passage.text
    assert str(one(page, "a[rel=prev]")["href"]) == f"/passages/{before.id}"
    assert str(one(page, "a[rel=next]")["href"]) == f"/passages/{after.id}"
    assert str(page.select(".actions a")[0]["href"]) == f"/reports/waijiaobu-2014#{passage.id}"
    standard, sentence, *others = (c.get_text() for c in page.select("[data-copy]"))
    address, today = f"http://localhost/passages/{passage.id}", date.today()
    local = " （本机地址，他人未必能打开）"
    assert sentence == (
        "外交部《外交部2014年政府信息公开工作情况》（2014年12月19日发布），“一、加强主动公开工作”，"
        f"{today.year}年{today.month}月{today.day}日查阅，{address}{local}"
    )
    assert standard == (
        "外交部. 外交部2014年政府信息公开工作情况[R/OL]. 外交部，2014-12-19：一、加强主动公开工作"
        f"[{today.isoformat()}]. {address}{local}"
    )
    assert [one.split()[0] for one in others] == [">", f"@techreport{{{passage.id},", "TY"]


def test_traditional_text_is_marked_as_such(client: FlaskClient, tmp_path: Path) -> None:
    """Without it a browser draws traditional characters in the shapes of the mainland."""
    report, passage = made_up_index(tmp_path, script="traditional")
    traditional = create_app(Searcher(tmp_path)).test_client()
    assert one(soup(traditional, "/?q=培训"), ".hit-text")["lang"] == "zh-Hant"
    assert one(soup(traditional, f"/passages/{passage}"), ".quoted")["lang"] == "zh-Hant"
    assert {s["lang"] for s in soup(traditional, f"/reports/{report}").select(".chapter")} == {"zh-Hant"}
    assert not soup(client, "/?q=微博").select("main [lang]")


def test_a_long_outline_folds_deep_sections_but_not_those_with_hits(tmp_path: Path) -> None:
    report, _ = made_up_index(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    outline = one(soup(client, f"/reports/{report}"), ".outline nav")
    shown = [a.get_text() for a in outline.select("nav > ol > li > a")]
    assert shown == ["一、总体情况", "（一）培训", "（二）公开"]
    folded = outline.select("li details")
    assert [one(fold, "summary").get_text() for fold in folded] == ["24 个小节"]
    assert len(folded[0].select("a")) == 24
    assert not folded[0].has_attr("open")
    assert one(soup(client, f"/reports/{report}?q=第7项"), ".outline li details").has_attr("open")
