"""Where a page leads: a list to reports and to its further pages, the page of a report to its attachments.

The rule: nothing is entered that is deeper than allowed or on a host that the seed does not name; what stands on
another host is named, so that whoever runs this can decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from indexer.collect.addresses import host_of
from indexer.collect.links import FoundLink, links_of, own_text, pictures_of, seen_text
from indexer.collect.lists.found import ListPage
from indexer.collect.lists.gkmlpt import attachments_in_script
from indexer.collect.lists.reading import read_list, reports_among, year_of_title
from indexer.collect.seeds import CollectSettings, Seed
from indexer.collect.work_queue import NewPage, QueuedPage, WorkQueue

_MOST_ATTACHMENTS = 30
_MOST_PICTURES = 100
_STUB = 800
"""Characters of a page whose report may be in another page that it shows, or in pictures."""


class Followed(Struct, frozen=True):
    """The pages to enter, those on hosts that are not allowed, and a digest of a list's links."""

    pages: tuple[NewPage, ...] = ()
    elsewhere: tuple[NewPage, ...] = ()
    digest: str = ""


def follow_list(seed: Seed, page: QueuedPage, *, text: str, settings: CollectSettings) -> Followed:
    """Where the list page ``text`` leads."""
    found = read_list(seed, ListPage(page.url, text, page.form), number=page.number, most=settings.list_pages)
    links = reports_among(seed, found.links)
    digest = hashlib.sha256("\n".join(sorted(link.url for link in found.links)).encode()).hexdigest()
    followed = _divided(seed, page, links=links, depth_left=settings.max_depth - page.depth)
    further = tuple(
        NewPage(
            seed.name, "list", more.url, host_of(more.url), form=more.form, parent=page.id, number=more.number
        )
        for more in found.more
        if host_of(more.url) in seed.allowed_hosts
    )
    return replace(followed, pages=(*followed.pages, *further), digest=digest)


def follow_report(seed: Seed, page: QueuedPage, *, text: str, url: str) -> Followed:
    """The attachments of the page ``text`` at ``url``; of one that says little, also the pages and pictures that it
    shows."""
    if not text or page.kind in ("attachment", "picture"):
        return Followed()
    links = [*links_of(text, url), *attachments_in_script(text, url)]
    is_stub = len(seen_text(text)[1]) < _STUB
    wanted = [link for link in links if link.is_document or (is_stub and link.embedded)]
    followed = _divided(seed, page, links=wanted[:_MOST_ATTACHMENTS], depth_left=3 - page.depth)
    # A page that hands on a document needs no picture of it.
    if wanted or len(own_text(text)) >= _STUB:
        return followed
    shown = [FoundLink(one.url) for one in pictures_of(text, url)[:_MOST_PICTURES]]
    pictures = _divided(seed, page, links=shown, depth_left=1)
    return replace(pictures, pages=tuple(replace(new, kind="picture") for new in pictures.pages))


def known_digest(queue: WorkQueue, page: QueuedPage, *, digest: str) -> bool:
    """Whether an earlier page of the same list has the very same links."""
    return bool(
        queue.pages(
            "kind = 'list' AND seed = ? AND sha256 = ? AND number < ? AND number > 0",
            page.seed,
            digest,
            page.number,
        )
    )


def _divided(seed: Seed, page: QueuedPage, *, links: Iterable[FoundLink], depth_left: int) -> Followed:
    """The pages that ``links`` lead to, by whether their hosts may be asked."""
    if depth_left < 1:
        return Followed()
    pages: list[NewPage] = []
    elsewhere: list[NewPage] = []
    for link in links:
        new = NewPage(
            seed.name,
            "attachment" if page.kind != "list" and link.is_document else "report",
            link.url,
            host_of(link.url),
            depth=page.depth + 1,
            parent=page.id,
            title=link.text,
            year=year_of_title(link.text) or page.year,
        )
        (pages if new.host in seed.allowed_hosts else elsewhere).append(new)
    return Followed(tuple(pages), tuple(elsewhere))
