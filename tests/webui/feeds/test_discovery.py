"""What the site says of itself: the description of its search, suggestions, sitemap, llms.txt, security.txt."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree

from webui.feeds import discovery

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
CONTACT = "REPORT_SEARCH_SECURITY_CONTACT"


def test_a_browser_learns_how_to_search_here(client: FlaskClient) -> None:
    page = etree.HTML(client.get("/").get_data(as_text=True))
    [link] = page.xpath("//link[@rel='search'][@type='application/opensearchdescription+xml']/@href")
    answer = client.get(link)
    assert answer.content_type == "application/opensearchdescription+xml; charset=utf-8"
    root = etree.fromstring(answer.get_data())
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{OPENSEARCH}ShortName")) <= 16
    assert 0 < len(root.findtext(f"{OPENSEARCH}Description")) <= 1024
    templates = {url.get("type"): url.get("template") for url in root.iter(f"{OPENSEARCH}Url")}
    for template in templates.values():
        asked = template.replace("{searchTerms}", quote("微博"))
        assert client.get(asked.removeprefix("http://localhost")).status_code == 200, template
    assert templates["text/html"] == "http://localhost/?q={searchTerms}"


def test_suggestions_are_the_completions_in_the_shape_of_browsers(client: FlaskClient) -> None:
    typed, queries, counts = client.get("/api/v1/suggestions?q=微").get_json(force=True)
    completions = client.get("/api/v1/completions?q=微").get_json()["completions"]
    assert typed == "微"
    assert queries == [one["query"] for one in completions]
    assert counts == [f"{one['passages']} 段" for one in completions]
    assert queries
    assert client.get("/api/v1/suggestions?q=a&year=2019").status_code == 400


def test_every_page_of_the_sitemap_is_there(client: FlaskClient) -> None:
    answer = client.get("/sitemap.xml")
    root = etree.fromstring(answer.get_data())
    addresses = [one.findtext(f"{SITEMAP}loc") for one in root]
    assert root.tag == f"{SITEMAP}urlset"
    for address in addresses:
        assert client.get(address.removeprefix("http://localhost")).status_code == 200, address
    assert "http://localhost/reports/waijiaobu-2019" in addresses
    assert "http://localhost/agencies/shanghai" in addresses
    assert all(datetime.fromisoformat(one.text) for one in root.iter(f"{SITEMAP}lastmod"))
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/sitemap.xml", headers=known).status_code == 304
    assert client.get("/sitemap-1.xml").status_code == 404


def test_many_pages_stand_in_several_sitemaps(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [one.findtext(f"{SITEMAP}loc") for one in etree.fromstring(client.get("/sitemap.xml").get_data())]
    monkeypatch.setattr(discovery, "MAX_ADDRESSES", 4)
    root = etree.fromstring(client.get("/sitemap.xml").get_data())
    assert root.tag == f"{SITEMAP}sitemapindex"
    found = []
    for one in root:
        address = one.findtext(f"{SITEMAP}loc").removeprefix("http://localhost")
        parts = etree.fromstring(client.get(address).get_data())
        assert len(parts) <= 4
        found += [part.findtext(f"{SITEMAP}loc") for part in parts]
    assert found == whole
    assert client.get(f"/sitemap-{len(root) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_a_language_model_is_told_only_of_what_is_there(client: FlaskClient) -> None:
    answer = client.get("/llms.txt")
    text = answer.get_data(as_text=True)
    assert answer.content_type == "text/plain; charset=utf-8"
    assert re.match(r"# .+\n\n> .+\n", text)
    addresses = re.findall(r"\]\((http://localhost[^)]+)\)", text)
    assert len(addresses) >= 8
    for address in addresses:
        assert client.get(address.removeprefix("http://localhost")).status_code in (200, 405, 406), address


@pytest.mark.parametrize(
    ("setting", "contacts"),
    [
        ("mailto:security@example.org", ["mailto:security@example.org"]),
        (
            "security@example.org, https://example.org/tell",
            ["mailto:security@example.org", "https://example.org/tell"],
        ),
    ],
)
def test_security_txt_names_who_is_to_be_told(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, setting: str, contacts: list[str]
) -> None:
    monkeypatch.setenv(CONTACT, setting)
    answer = client.get("/.well-known/security.txt")
    fields = [line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines()]
    assert [value for name, value in fields if name == "Contact"] == contacts
    [expires] = [datetime.fromisoformat(value) for name, value in fields if name == "Expires"]
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=366)
    assert dict(fields)["Canonical"] == "http://localhost/.well-known/security.txt"


def test_without_a_contact_there_is_no_security_txt(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONTACT, raising=False)
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("wrong", ["nobody", "javascript:alert(1)", "http://example.org", "a@b\u4e2d"])
def test_a_contact_that_is_none_is_the_operators_to_mend(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv(CONTACT, wrong)
    answer = client.get("/.well-known/security.txt")
    assert answer.status_code == 503
    assert CONTACT in answer.get_data(as_text=True)
