"""How small things are shown: numbers, dates, years. Filters and tests of the templates.

The rule: nothing here decides what is shown, only how.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from report_search.corpus_coverage import format_years
from report_search.fields import NO_YEAR, NO_YEAR_LABEL
from report_search.search.highlight import Snippet
from webui import urls
from webui.marking import LinkedSpan, link_spans, mark_spans

FORMAT_NAMES = {
    "text": "网页文本",
    "markdown": "Markdown",
    "html": "网页",
    "pdf": "PDF",
    "docx": "Word",
    "png": "PNG 图片",
    "jpeg": "JPG 图片",
    "tiff": "TIFF 图片",
    "pages": "几张图片",
    "doc": "Word（旧版）",
    "ofd": "OFD",
    "odt": "OpenDocument",
    "ods": "OpenDocument 表格",
    "rtf": "RTF",
    "sheet": "电子表格",
}
FACT_LABELS = {
    "agency": "机关",
    "year": "年份",
    "title": "标题",
    "published": "发布日期",
    "period": "统计期间",
    "number": "文号",
    "url": "网址",
    "fetched": "下载时间",
}
ORIGIN_LABELS = {"title": "标题", "text": "正文", "manifest": "收录清单"}
PAGE_NAMES = {"收录范围": "pages.corpus", "机关": "pages.agencies"}
"""Pages that a message may name in quotes, each with its endpoint."""
SYNTHETIC_PREFIX = "示例"
"""How the names of all agencies in synthetic reports begin, and of no other."""
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def number(value: int) -> str:
    """1234 as 1,234."""
    return f"{value:,}"


def date(value: str) -> str:
    """2014-12-19 as 2014年12月19日; anything else as it is."""
    parts = ISO_DATE.match(value)
    return f"{parts[1]}年{int(parts[2])}月{int(parts[3])}日" if parts else value


def date_time(value: str) -> str:
    """An ISO date and time to the minute, with its zone; anything else as it is."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    offset = at.strftime("%z")  # as +0800, "" for a time without a zone
    zone = f"（UTC{offset[:3]}:{offset[3:5]}）" if offset else ""
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}{zone}"


def year(value: int | str | None) -> str:
    """2014 as 2014年; none as 年份不详."""
    return NO_YEAR_LABEL if value in (None, "", NO_YEAR) else f"{value}年"


def format_name(value: str) -> str:
    """The format of a source as people call it."""
    return FORMAT_NAMES.get(value, value)


def field_label(field: str) -> str:
    """A field of a report's metadata as people call it."""
    return FACT_LABELS.get(field, field)


def origin_label(found_in: str) -> str:
    """Where a piece of metadata was found, as people say it."""
    return ORIGIN_LABELS.get(found_in, found_in)


def marked(snippet: Snippet) -> Markup:
    """A text with its marks."""
    return mark_spans(snippet.text, snippet.spans)


def linking_pages(message: str) -> Markup:
    """A message with links where it names a page: “收录范围”, “机关”页."""
    text = Markup("{}").format(message)
    for name, endpoint in PAGE_NAMES.items():
        link = Markup('“<a href="{}">{}</a>”').format(urls.endpoint_url(endpoint), name)
        text = text.replace(f"“{name}”", link)
    return text


def linked(snippet: Snippet, links: Sequence[LinkedSpan]) -> Markup:
    """A text with its marks and its links."""
    return link_spans(snippet, links)


def is_synthetic(agency: str) -> bool:
    """Whether an agency and so its reports are made up, for demonstration."""
    return agency.startswith(SYNTHETIC_PREFIX)


def is_link(value: str) -> bool:
    """Whether a source is an address on the web that may be linked; ``javascript:`` and file names are not."""
    return value.startswith(("http://", "https://"))


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number,
    "date": date,
    "date_time": date_time,
    "year": year,
    "years": format_years,
    "format_name": format_name,
    "field_label": field_label,
    "origin_label": origin_label,
    "marked": marked,
    "linked": linked,
    "linking_pages": linking_pages,
}
TESTS: dict[str, Callable[..., bool]] = {"link": is_link, "synthetic": is_synthetic}
"""Tests of the templates: ``{% if source is link %}``."""
