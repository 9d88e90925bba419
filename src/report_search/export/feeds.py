"""Feeds of a search: Atom (RFC 4287) and JSON Feed 1.1, the newest passages first.

An entry is its content: its id is made of the passage's address and its text, its time is when that was first published
here. The rule: nothing in a feed depends on when an index was built, so re-indexing the same texts changes no byte of
it, and a text that was corrected is one new entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree

import msgspec
from msgspec import Struct

from report_search.config import SITE_NAME
from report_search.export.citations import web_address
from report_search.export.site_address import LOCAL_NOTE, SiteAddress
from report_search.export.xml_text import add, xml_document, xml_text
from report_search.fields import BORDER
from report_search.passage_ids import text_digest
from report_search.passages import Passage
from report_search.search.facets import label_of
from report_search.search.results import SearchPage
from report_search.search.since.moments import feed_time
from report_search.search.since.newest import NewestHits, SeenHit

ENTRIES = 50
"""The most entries of a feed."""
TITLE_CHARACTERS = 40
"""So much of a text stands in the title of its entry."""
LANGUAGE = "zh-CN"
_NAMESPACE = UUID("6f0f4a35-5d0c-5f6e-9b1e-3b7a54c0a2d1")
"""The namespace of the ids of entries; it must never change."""
_ATOM = "http://www.w3.org/2005/Atom"


class Feed(Struct, frozen=True):
    """A feed to be written: its hits, its own address ``link``, the ``page`` that shows the same search.

    ``title`` is what was searched for, in a few words.
    """

    newest: NewestHits
    title: str
    link: str
    page: str
    site: SiteAddress

    @property
    def updated(self) -> int:
        """When the newest of its passages was first published, in seconds since 1970; of none, when the index began."""
        hits = self.newest.hits
        return hits[0].seconds if hits else self.newest.began


class _Entry(Struct, frozen=True):
    """What both kinds of feed say of a passage."""

    id: str
    passage: Passage
    title: str
    text: str
    link: str
    source: str
    time: str
    tags: tuple[str, ...]


class FeedFormat(Struct, frozen=True):
    """A kind of feed: its name for people, its media type, and what writes it."""

    label: str
    media_type: str
    write: Callable[[Feed], bytes]


def entry_id(passage: Passage) -> str:
    """The id of a passage's entry, whatever host it is asked by: it changes with the text, not with the white space."""
    return uuid5(_NAMESPACE, f"{passage.id} {text_digest(passage.text):x}").urn


def feed_title(page: SearchPage) -> str:
    """What a feed of an answer is of, in a few words: the query and the values of its filters."""
    text, topics = page.request.text, page.index.topics
    values = (
        f"{value}年" if field == "year" and value.isdigit() else label_of(field, value, topic_labels=topics)
        for field, chosen in page.request.filters
        for value in chosen
    )
    return " · ".join(filter(None, (text.strip(), *values))) or "全部段落"


def atom(feed: Feed) -> bytes:
    """An Atom feed."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": LANGUAGE})
    add(root, "id", text=feed.link)
    add(root, "title", text=f"{feed.title} · {SITE_NAME}")
    add(root, "subtitle", text=_description(feed))
    add(root, "updated", text=feed_time(feed.updated))
    add(root, "link", attributes={"rel": "self", "type": "application/atom+xml", "href": feed.link})
    add(root, "link", attributes={"rel": "alternate", "type": "text/html", "href": feed.page})
    add(root, "generator", text="report-search")
    for entry in _entries(feed):
        _add_entry(root, entry)
    return xml_document(root)


def _add_entry(root: ElementTree.Element, entry: _Entry) -> None:
    element = add(root, "entry")
    add(element, "id", text=entry.id)
    add(element, "title", text=entry.title)
    add(element, "updated", text=entry.time)
    add(element, "published", text=entry.time)
    add(add(element, "author"), "name", text=_agency(entry.passage))
    add(element, "link", attributes={"rel": "alternate", "type": "text/html", "href": entry.link})
    if entry.source:
        add(element, "link", attributes={"rel": "via", "href": entry.source})
    for tag in entry.tags:
        add(element, "category", attributes={"term": tag})
    add(element, "content", text=entry.text, attributes={"type": "text"})


def json_feed(feed: Feed) -> bytes:
    """A JSON Feed."""
    shape = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{feed.title} · {SITE_NAME}",
        "description": _description(feed),
        "home_page_url": feed.page,
        "feed_url": feed.link,
        "language": LANGUAGE,
        "items": [_item(entry) for entry in _entries(feed)],
    }
    return msgspec.json.encode(shape) + b"\n"


def _item(entry: _Entry) -> dict[str, Any]:
    passage = entry.passage
    item = {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": entry.time,
        "authors": [{"name": _agency(passage)}],
        "tags": list(entry.tags),
        "_report_search": {
            "passage": passage.id,
            "report": passage.report,
            "agency": passage.agency,
            "year": passage.year,
            "section": passage.section,
            "headings": list(map(xml_text, passage.headings)),
        },
    }
    return item | {"external_url": entry.source} if entry.source else item


FEEDS: Mapping[str, FeedFormat] = {
    "atom": FeedFormat("Atom 订阅", "application/atom+xml", atom),
    "json": FeedFormat("JSON Feed 订阅", "application/feed+json", json_feed),
}
"""The kinds of feeds by what their addresses end in, in the order in which they are offered."""


def _entries(feed: Feed) -> Iterator[_Entry]:
    labels = feed.newest.page.index.topics
    return (_entry(one, feed.site, topic_labels=labels) for one in feed.newest.hits)


def _entry(one: SeenHit, site: SiteAddress, *, topic_labels: Mapping[str, str]) -> _Entry:
    passage = one.hit.passage
    # The borders of cells: a tab is white space to a reader of feeds, and would be dropped.
    text = xml_text(passage.text.replace(BORDER, " | "))
    topics = (label_of("topic", reason.key, topic_labels=topic_labels) for reason in passage.topics)
    return _Entry(
        id=entry_id(passage),
        passage=passage,
        title=_title(passage, text),
        text=text,
        link=site.passage(passage.id),
        source=web_address(passage.source),
        time=feed_time(one.seconds),
        tags=tuple(dict.fromkeys((label_of("section", passage.section), *topics))),
    )


def _title(passage: Passage, text: str) -> str:
    """外交部 2019年 · 总体情况：加强领事保护……"""
    year = f" {passage.year}年" if passage.year is not None else ""
    place = label_of("section", passage.section)
    begun = " ".join(text.split())
    shown = begun if len(begun) <= TITLE_CHARACTERS else f"{begun[:TITLE_CHARACTERS]}……"
    return f"{_agency(passage)}{year} · {place}：{shown}"


def _agency(passage: Passage) -> str:
    return xml_text(passage.agency) or "机关不详"


def _description(feed: Feed) -> str:
    note = f"（{LOCAL_NOTE}）" if feed.site.is_local else ""
    return f"检索结果中最近收录的段落，最多 {ENTRIES} 段；时间为本站首次收录的时间{note}。"
