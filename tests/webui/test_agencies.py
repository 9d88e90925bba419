"""Agencies on the site: the list, the page of each, the card above the hits, the addresses that people guess."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


class TestList:
    def test_every_agency_is_listed_with_its_years(self, client: FlaskClient) -> None:
        page = text_of(client, "/agencies")
        assert 'href="/agencies/waijiaobu"' in page
        assert "收录2014、2019年；缺2015—2018年；2019年存疑" in page
        assert "共 2 个机关" in page

    @pytest.mark.parametrize("typed", ["外交", "waijiao", "wjb", "中华人民共和国外交部"])
    def test_some_are_found(self, client: FlaskClient, typed: str) -> None:
        page = text_of(client, f"/agencies?q={typed}")
        assert "/agencies/waijiaobu" in page
        assert "/agencies/shanghai" not in page
        found = client.get(f"/api/v1/agencies?q={typed}").get_json()
        assert [agency["key"] for agency in found["agencies"]] == ["waijiaobu"]

    def test_nobody_is_found(self, client: FlaskClient) -> None:
        assert "没有收录名称、简称或拼音是“<b>”的机关".replace("<b>", "&lt;b&gt;") in text_of(
            client, "/agencies?q=<b>"
        )

    def test_wrong_parameters_are_refused(self, client: FlaskClient) -> None:
        assert client.get("/agencies?page=0").status_code == 400
        assert client.get("/agencies?page=99").status_code == 404
        assert client.get("/api/v1/agencies?name=a").status_code == 400
        assert client.get("/api/v1/agencies?q=a&q=b").status_code == 400
        assert client.get("/api/v1/agencies/waijiaobu?q=a").status_code == 400


class TestPage:
    def test_reports_gaps_and_doubts(self, client: FlaskClient) -> None:
        page = text_of(client, "/agencies/waijiaobu")
        assert "外交部2014年政府信息公开工作情况" in page
        assert page.count("没有收录</li>") == 4
        assert "没有第四节" in page

    def test_a_count_is_what_its_link_gives(self, client: FlaskClient) -> None:
        page = text_of(client, "/agencies/waijiaobu")
        counts = re.findall(r'<td><a href="(/\?[^"]+)" rel="nofollow">(\d+)<', page)
        assert len(counts) > 4
        for link, count in counts:
            address = link.replace("&amp;", "&").replace("/?", "/api/v1/search?")
            assert client.get(address).get_json()["total"]["passages"] == int(count), link

    def test_api_and_page_say_the_same(self, client: FlaskClient) -> None:
        page = text_of(client, "/agencies/waijiaobu")
        agency = client.get("/api/v1/agencies/waijiaobu").get_json()
        assert agency["held"] == [2014, 2019]
        assert agency["missing"] == [2015, 2016, 2017, 2018]
        for topic in agency["topics"]:
            assert f'<th scope="row">{topic["label"]}</th>' in page
            assert topic["passages"] == sum(year["passages"] for year in topic["years"])
        assert [report["id"] for report in agency["reports"]] == ["waijiaobu-2019", "waijiaobu-2014"]

    def test_an_agency_without_reports_says_so_and_leads_on(self, client: FlaskClient) -> None:
        page = text_of(client, "/agencies/ziranziyuanbu")
        assert "没有收录它的报告" in page
        assert 'href="/agencies/guotuziyuanbu"' in page
        assert "2018年机构改革" in page

    def test_nobody_is_not_found(self, client: FlaskClient) -> None:
        assert client.get("/agencies/nobody").status_code == 404
        assert client.get("/api/v1/agencies/nobody").get_json()["error"]["code"] == "no-agency"


class TestCard:
    @pytest.mark.parametrize("name", ["外交部", "中华人民共和国外交部", "waijiaobu"])
    def test_a_name_alone_gives_the_card(self, client: FlaskClient, name: str) -> None:
        page = text_of(client, f"/?q={name}")
        assert 'class="agency-card"' in page
        assert 'href="/agencies/waijiaobu"' in page

    @pytest.mark.parametrize("asked", ["q=外交部+领事", "q=微博", "q=外交部&year=2014", "agency=外交部"])
    def test_anything_else_gives_none(self, client: FlaskClient, asked: str) -> None:
        assert 'class="agency-card"' not in text_of(client, f"/?{asked}")


class TestGuessedAddresses:
    @pytest.mark.parametrize(
        ("guessed", "there"),
        [
            ("/agencies/", "/agencies"),
            ("/agencies/waijiaobu/", "/agencies/waijiaobu"),
            ("/agencies/外交部", "/agencies/waijiaobu"),
            ("/api/v1/agencies/外交部", "/api/v1/agencies/waijiaobu"),
            ("/reports", "/about"),
            ("/reports/", "/reports"),
            ("/about/", "/about"),
            ("/help/?a=b", "/help?a=b"),
            ("/search?q=a&year=2014", "/?q=a&year=2014"),
            ("/reports/waijiaobu-2014/?q=%E5%BE%AE", "/reports/waijiaobu-2014?q=%E5%BE%AE"),
            ("/api/v1/reports/", "/api/v1/reports"),
        ],
    )
    def test_they_lead_where_the_thing_is(self, client: FlaskClient, guessed: str, there: str) -> None:
        answer = client.get(guessed)
        assert (answer.status_code, answer.headers["Location"]) == (308, there)

    @pytest.mark.parametrize(
        "address", ["/nowhere/", "/nowhere", "/agencies/waijiaobu/x/", "/static/nothing.js/"]
    )
    def test_what_is_nowhere_stays_nowhere(self, client: FlaskClient, address: str) -> None:
        assert client.get(address).status_code == 404

    def test_lineage_without_predecessors_says_so(self, client: FlaskClient) -> None:
        answer = client.get("/api/v1/search?agency=外交部&lineage=1").get_json()
        assert [hint["code"] for hint in answer["query"]["hints"]] == ["lineage"]
        assert client.get("/api/v1/search?lineage=2").status_code == 400
