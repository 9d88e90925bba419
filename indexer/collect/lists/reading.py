"""Reading a list page of whatever platform: that which its seed names, else that which the page itself shows.

The rule: of what a list links to only titles of reports are followed, never every link of a site.
"""

from __future__ import annotations

import re

from indexer.collect.addresses import fragment_of
from indexer.collect.links import FoundLink
from indexer.collect.lists.found import FoundOnList, ListPage, NextPage
from indexer.collect.lists.gkmlpt import is_gkmlpt, read_gkmlpt
from indexer.collect.lists.hanweb import is_hanweb, read_hanweb
from indexer.collect.lists.jpaas import is_jpaas, read_jpaas
from indexer.collect.lists.plain import read_plain
from indexer.collect.lists.trs import is_trs, read_trs
from indexer.collect.seeds import Seed
from indexer.structure.report_titles import is_report_title, why_not_a_report
from indexer.text.dates import years_in

_ENTRY_DATE = re.compile(r"[\s\[(（]*20\d\d[-年./]\d{1,2}[-月./]\d{1,2}日?[\s\])）]*$|^[\s·•●◆■]+")
_BARE_YEAR = re.compile(r"20\d\d年?度?(?:年?报|年度报告)?")


def platform_of(seed: Seed, page: ListPage) -> str:
    """The platform that a list page is of."""
    if seed.platform != "auto":
        return seed.platform
    if is_gkmlpt(page.url):
        return "gkmlpt"
    if is_jpaas(page.url, page.text):
        return "jpaas"
    if is_hanweb(page.text):
        return "hanweb"
    return "trs" if is_trs(page.text) else "links"


def read_list(seed: Seed, page: ListPage, *, number: int, most: int) -> FoundOnList:
    """What a list page gives; ``number`` is its own, and ``most`` pages of a list are read."""
    platform = platform_of(seed, page)
    if platform == "trs":
        # Every page of the list draws the same numbers, and the first is enough.
        found = read_trs(page, most) if number == 0 else FoundOnList(read_trs(page, 0).links)
    elif platform == "hanweb":
        found = read_hanweb(page, most, method=seed.method)
    elif platform == "gkmlpt":
        found = read_gkmlpt(page, fragment_of(seed.url), sid=seed.sid)
    elif platform == "jpaas":
        found = read_jpaas(page, number)
    else:
        found = read_plain(page, number)
    more: tuple[NextPage, ...] = tuple(one for one in found.more if one.number < most)
    return FoundOnList(found.links, more)


def reports_among(seed: Seed, links: tuple[FoundLink, ...]) -> list[FoundLink]:
    """The links whose words are the title of a report, or what the seed says such a title is."""
    own = re.compile(seed.titles) if seed.titles else None
    return [link for link in links if _is_report(_ENTRY_DATE.sub("", link.text), own)]


def _is_report(title: str, own: re.Pattern[str] | None) -> bool:
    if own is not None:
        return bool(own.search(title))
    if _BARE_YEAR.fullmatch(title):
        return True
    return is_report_title(title) and not why_not_a_report(title)


def year_of_title(title: str) -> int | None:
    """The year that a title is about: the first it names; None if it names none."""
    years = years_in(_ENTRY_DATE.sub("", title))
    return years[0] if years else None
