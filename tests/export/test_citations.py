"""Citations: each style as people paste it, whatever was printed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from markdown_it import MarkdownIt

from report_search.errors import OperatorError, RequestError
from report_search.export.citations import (
    STYLES,
    Cited,
    Visit,
    bibtex,
    gbt7714,
    markdown,
    ris,
    style_of,
    text,
    web_address,
)
from report_search.export.site_address import (
    LOCAL_NOTE,
    SiteAddress,
    bare_host,
    command_line_site,
    configured_site,
)

LINK = "https://reports.example.org/passages/jia-2019-0123abcd"
VISIT = Visit(date(2026, 12, 1), is_local=False)
LOCAL = Visit(date(2026, 12, 1), is_local=True)
PASSAGE = Cited(
    key="jia-2019-0123abcd",
    agency="甲局",
    title="甲局2019年政府信息公开工作年度报告",
    year=2019,
    published="2020-01-31",
    link=LINK,
    source="https://example.org/2019.html",
    place="二、主动公开 › （一）规章",
    quote="全年公开12件，增长5%。",
)
REPORT = Cited("jia-2019", "甲局", "甲局年报", 2019, "", "https://reports.example.org/reports/jia-2019")
PRINTED = (
    "100% \\input{x} $x_1$ #a & b~c^d {",
    "*重点* _下划_ `代码` [链接](http://evil.example) <script>alert(1)</script> ![图](x) ~~删~~ a|b &amp; \\*",
    "- 列表",
    "1. 列表",
    "+ 列表",
    "=== 线",
    "# 标题",
    "> 引",
    "    缩进的代码",
)


def test_gbt7714_is_the_edition_in_force() -> None:
    assert gbt7714(PASSAGE, VISIT) == (
        "甲局. 甲局2019年政府信息公开工作年度报告[R/OL]. 甲局，2020-01-31：二、主动公开 › （一）规章"
        f"[2026-12-01]. {LINK}"
    )
    assert gbt7714(REPORT, VISIT) == f"甲局. 甲局年报[R/OL]. 甲局[2026-12-01]. {REPORT.link}"


def test_a_running_text_names_report_day_and_place() -> None:
    assert text(PASSAGE, VISIT) == (
        "甲局《甲局2019年政府信息公开工作年度报告》（2020年1月31日发布），“二、主动公开 › （一）规章”，"
        f"2026年12月1日查阅，{LINK}"
    )


def test_bibtex_has_the_fields_of_a_report() -> None:
    entry = bibtex(PASSAGE, VISIT)
    assert entry.startswith("@techreport{jia-2019-0123abcd,\n")
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.M))
    assert fields == {
        "author": "{甲局}",
        "title": "{甲局2019年政府信息公开工作年度报告}",
        "institution": "甲局",
        "year": "2020",
        "month": "1",
        "url": LINK,
        "urldate": "2026-12-01",
        "note": "二、主动公开 › （一）规章；2019年度报告；原文：https://example.org/2019.html",
        "langid": "chinese",
    }
    assert "year = " not in bibtex(REPORT, VISIT)


def test_ris_has_one_tag_a_line() -> None:
    lines = ris(PASSAGE, VISIT).splitlines()
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert (lines[0], lines[-1]) == ("TY  - RPRT", "ER  - ")
    for expected in ("AU  - 甲局", "PY  - 2020", "DA  - 2020/01/31", f"UR  - {LINK}", "Y2  - 2026/12/01"):
        assert expected in lines


@pytest.mark.parametrize("printed", PRINTED)
def test_markdown_shows_what_was_printed(printed: str) -> None:
    cited = Cited("x", printed, printed, None, "", LINK, place=printed, quote=printed.strip())
    html = MarkdownIt("commonmark").render(markdown(cited, VISIT))
    assert html.startswith("<blockquote>\n<p>")
    shown = re.sub(r"<[^>]+>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    assert printed.strip() in shown.replace("&amp;", "&")
    assert re.findall(r"<(?!/)(\w+)", html) == ["blockquote", "p", "p", "a"]
    assert f'<a href="{LINK}">{LINK}</a>' in html


@pytest.mark.parametrize("printed", PRINTED)
def test_bibtex_escapes_what_tex_would_obey(printed: str) -> None:
    cited = Cited("x", printed, printed, None, "", LINK, place=printed)
    entry = bibtex(cited, VISIT).replace(r"\{", "").replace(r"\}", "")
    assert entry.count("{") == entry.count("}")
    assert not re.search(r"(?<!\\)[%$#&](?!.*\},?$)", entry.replace(LINK, "").split("\n")[1])


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("visit", [VISIT, LOCAL], ids=["public", "local"])
@pytest.mark.parametrize("cited", [PASSAGE, REPORT], ids=["passage", "report"])
def test_nothing_sticks_to_an_address_and_a_local_one_says_so(
    cited: Cited, visit: Visit, style: object
) -> None:
    assert isinstance(style, type(STYLES[0]))
    written = style.write(cited, visit)
    assert (LOCAL_NOTE in written) is visit.is_local
    bare = list(re.finditer(re.escape(cited.link), written))
    assert bare
    for match in bare:
        behind = written[match.end() : match.end() + 1]
        # In BibTeX a brace ends the field, in Markdown brackets are the syntax of a link.
        assert behind in ("", " ", "\n") or style.name in ("bibtex", "markdown")


def test_a_source_is_taken_only_from_the_web() -> None:
    assert web_address("mfa-2019.md") == ""
    assert web_address("javascript:alert(1)") == ""
    assert web_address("https://a.example/x y}\n") == "https://a.example/x%20y%7D%0A"


def test_an_unknown_style_names_those_there_are() -> None:
    with pytest.raises(RequestError) as refused:
        style_of("apa")
    assert "gbt7714、text、markdown、bibtex、ris" in refused.value.hint
    assert style_of("") is STYLES[0]


@pytest.mark.parametrize(
    ("setting", "root", "prefix", "host"),
    [
        ("https://reports.example.org", "https://reports.example.org", "", "reports.example.org"),
        ("https://Reports.Example.org:443/", "https://reports.example.org", "", "reports.example.org"),
        (" http://example.org:8080/gk/ ", "http://example.org:8080/gk", "/gk", "example.org:8080"),
        ("http://[::1]:8000", "http://[::1]:8000", "", "[::1]:8000"),
    ],
)
def test_the_address_of_the_site_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, setting: str, root: str, prefix: str, host: str
) -> None:
    monkeypatch.setenv("REPORT_SEARCH_URL", setting)
    site = configured_site()
    assert site == command_line_site() == SiteAddress(root)
    assert (site.prefix, site.host) == (prefix, host)
    assert site.passage("jia-2019-01") == f"{root}/passages/jia-2019-01"
    assert site.passage_path("jia-2019-01") == f"{prefix}/passages/jia-2019-01"


@pytest.mark.parametrize(
    "setting",
    ["reports.example.org", "ftp://example.org", "https://", "https://a@example.org", "https://example.org/?q=a",
     "https://example.org/#x", "https://例.example", "http://example.org:port", "http://[::1"],
)  # fmt: skip
def test_a_setting_that_is_no_address_is_the_operators_to_change(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("REPORT_SEARCH_URL", setting)
    with pytest.raises(OperatorError) as refused:
        configured_site()
    assert refused.value.code == "bad-url"
    assert "REPORT_SEARCH_URL" in refused.value.message


def test_without_the_setting_an_address_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPORT_SEARCH_URL", raising=False)
    assert configured_site() is None
    assert command_line_site().is_local


def test_a_host_is_compared_as_browsers_send_it() -> None:
    assert bare_host("Example.org:443", "https") == bare_host("example.org", "https") == "example.org"
    assert bare_host("example.org:443", "http") == "example.org:443"
    assert bare_host("[::1]", "http") == "[::1]"
