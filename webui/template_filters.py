"""How small things are shown: numbers, dates, years. Filters of the templates; nothing here decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from report_search.fields import FIELD_LABELS, NO_YEAR, NO_YEAR_LABEL
from webui.marking import marked

FORMATS = {"text": "网页文本", "markdown": "Markdown", "html": "网页", "pdf": "PDF", "docx": "Word"}
FACTS = {
    "agency": FIELD_LABELS["agency"],
    "year": FIELD_LABELS["year"],
    "title": "标题",
    "published": "发布日期",
    "period": "统计期间",
    "number": "文号",
    "url": "网址",
}
PLACES = {"title": "标题", "text": "正文", "manifest": "语料清单"}
FICTION = "示例"
"""How the names of all agencies in synthetic reports begin, and of no other."""
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def number(value: int) -> str:
    """1234 as 1,234."""
    return f"{value:,}"


def date(value: str) -> str:
    """2014-12-19 as 2014年12月19日; anything else as it is."""
    found = ISO_DATE.match(value)
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else value


def moment(value: str) -> str:
    """An ISO moment to the minute, with its zone; anything else as it is."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    zone = at.strftime("%z")
    zone = f"（UTC{zone[:3]}:{zone[3:5]}）" if zone else ""
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}{zone}"


def year(value: int | str | None) -> str:
    """2014 as 2014年; none as 年份不详."""
    return NO_YEAR_LABEL if value in (None, "", NO_YEAR) else f"{value}年"


def format_name(value: str) -> str:
    """The format of a source as people call it."""
    return FORMATS.get(value, value)


def fact(field: str) -> str:
    """A field of a report's metadata as people call it."""
    return FACTS.get(field, field)


def found_in(place: str) -> str:
    """Where a piece of metadata was found, as people say it."""
    return PLACES.get(place, place)


def is_synthetic(agency: str) -> bool:
    """Whether an agency and so its reports are made up, for demonstration."""
    return agency.startswith(FICTION)


def is_link(value: str) -> bool:
    """Whether a source is an address on the web that may be linked."""
    return value.startswith(("http://", "https://"))


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number,
    "date": date,
    "moment": moment,
    "year": year,
    "format_name": format_name,
    "fact": fact,
    "found_in": found_in,
    "marked": lambda snippet: marked(snippet.text, snippet.spans),
}
TESTS: dict[str, Callable[..., bool]] = {"link": is_link, "synthetic": is_synthetic}
"""Tests of the templates: ``{% if source is link %}``."""
