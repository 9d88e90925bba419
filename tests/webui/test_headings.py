"""Headings, titles and heads of tables on the pages: marks, anchors, addresses of their own, labels, cells."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient


def hits(client: FlaskClient, query: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/search", query_string={"q": query, **parameters})
    found: list[dict[str, Any]] = answer.get_json()["hits"]
    return found


def test_a_heading_is_a_hit_labelled_as_one_and_leads_to_its_anchor(client: FlaskClient) -> None:
    [hit] = hits(client, "“继续做好依申请公开”")
    assert (hit["type"], hit["position"], hit["is_head"], hit["cells"]) == ("heading", None, False, [])
    page = client.get("/", query_string={"q": "“继续做好依申请公开”"}).get_data(as_text=True)
    assert '<span class="kind">标题</span>' in page
    assert "<mark>继续做好依申请公开</mark>工作" in page
    report = client.get("/reports/waijiaobu-2014", query_string={"q": "“继续做好依申请公开”"})
    text = report.get_data(as_text=True)
    assert f'<h2 id="{hit["id"]}">五、<mark>继续做好依申请公开</mark>工作' in text
    assert f'<a href="#{hit["id"]}" aria-label="第 1 处">' in text


def test_a_title_is_marked_where_it_stands(client: FlaskClient) -> None:
    [hit] = hits(client, "“2014年政府信息公开工作情况”")
    text = client.get("/reports/waijiaobu-2014", query_string={"q": "“2014年政府信息”"}).get_data(
        as_text=True
    )
    assert f'<h1 id="{hit["id"]}">外交部<mark>2014年政府信息</mark>公开工作情况</h1>' in text


def test_the_marks_of_a_report_are_numbered_as_they_are_printed(client: FlaskClient) -> None:
    text = client.get("/reports/waijiaobu-2014", query_string={"q": "“公开工作”"}).get_data(as_text=True)
    anchors = [part.split('"')[0] for part in text.split('<li><a href="#')[1:] if "处" in part[:90]]
    assert len(anchors) == 4
    places = [text.index(f'id="{anchor}"') for anchor in anchors]
    assert places == sorted(places)


def test_the_page_of_a_heading_has_no_neighbours_and_no_place_in_the_count(client: FlaskClient) -> None:
    [hit] = hits(client, "“继续做好依申请公开”")
    text = client.get(f"/passages/{hit['id']}").get_data(as_text=True)
    assert "五、继续做好依申请公开工作" in text
    assert "章节标题，不计入全文 4 段" in text
    assert "：五、继续做好依申请公开工作[" in text, "a heading is its own place"
    assert 'rel="prev"' not in text
    assert 'rel="next"' not in text
    assert client.get(f"/api/v1/passages/{hit['id']}").get_json()["position"] is None


def test_headings_are_skipped_between_neighbours_and_in_counts(client: FlaskClient) -> None:
    [hit] = hits(client, "“收到信息公开申请”")
    text = client.get(hit["url"]).get_data(as_text=True)
    assert "全文 4 段中的第 4 段" in text
    assert 'rel="prev"' in text
    assert 'rel="next"' not in text
    reports = client.get("/api/v1/reports").get_json()["reports"]
    assert next(r["passages"] for r in reports if r["id"] == "waijiaobu-2014") == 4


def test_the_words_of_a_request_with_titles_are_marked_in_its_reports(client: FlaskClient) -> None:
    assert not any(hit["type"] == "heading" for hit in hits(client, "加强主动公开"))
    [hit] = [hit for hit in hits(client, "加强主动公开", titles="1") if hit["text"] == "一、加强主动公开工作"]
    page = client.get("/", query_string={"q": "加强主动公开", "titles": "1"}).get_data(as_text=True)
    links = {part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/reports/")}
    [link] = [link for link in links if link.endswith(f"#{hit['id']}")]
    text = client.get(link.replace("&amp;", "&")).get_data(as_text=True)
    assert f'id="{hit["id"]}">一、<mark>加强主动公开' in text


def test_the_head_of_a_table_is_labelled_and_shows_what_is_under_the_heads_found(client: FlaskClient) -> None:
    [hit] = [hit for hit in hits(client, "自然人") if hit["is_head"]]
    rows = [hit for hit in hits(client, "类型:表格") if not hit["is_head"]]
    assert hit["cells"] == [
        {
            "passage": next(row["id"] for row in rows if "予以公开" in row["text"]),
            "headers": ["三、本年度办理结果", "（一）予以公开"],
            "path": ["申请人情况", "自然人"],
            "text": "41",
            "value": 41,
        },
        {
            "passage": next(row["id"] for row in rows if "国家秘密" in row["text"]),
            "headers": ["三、本年度办理结果", "1.属于国家秘密"],
            "path": ["申请人情况", "自然人"],
            "text": "",
            "value": None,
        },
    ]
    page = client.get("/", query_string={"q": "自然人"}).get_data(as_text=True)
    assert '<span class="kind">表头</span>' in page
    assert "<dt>三、本年度办理结果 › （一）予以公开 › 申请人情况 › 自然人</dt>" in page
