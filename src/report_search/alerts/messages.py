"""How findings read: as Markdown, as JSON, as a mail.

The rule: a report's text is text everywhere. Nothing of it can become markup, a header of a mail or a control
character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from report_search.alerts.findings import Finding
from report_search.alerts.outbox import Delivery
from report_search.alerts.saved_searches import AlertTarget, MailServer
from report_search.config import SITE_NAME
from report_search.export.citations import Visit, cited_passage, markdown, markdown_text
from report_search.export.rows import search_address
from report_search.export.site_address import LOCAL_NOTE, SiteAddress
from report_search.export.xml_text import xml_text
from report_search.fields import BORDER
from report_search.presentation.json_payload import encoded, hit_payload, index_payload
from report_search.search.facets import label_of
from report_search.search.results import Hit
from report_search.search.since.moments import feed_time

POST_ITEMS = 100
"""So many passages go in one post; more go in several."""
MAIL_ITEMS = 100
"""So many passages stand in a mail; a link leads to the rest."""
_NAMESPACE = UUID("0d9d1c8e-7d0b-5a51-8a53-5b1f2a6f7f60")
"""The namespace of the ids of deliveries; it must never change."""
_LINE_BREAKS = re.compile(r"\s+")


class Sender(Struct, frozen=True):
    """Who speaks: the ``site`` whose addresses are given, the mail server (None if no mail is sent), and when."""

    site: SiteAddress
    mail: MailServer | None
    now: datetime


def deliveries(finding: Finding, sender: Sender) -> list[Delivery]:
    """A delivery for each target of an alert; a post in several parts where there is much."""
    return [one for target in finding.alert.targets for one in _for_target(finding, target, sender)]


def _for_target(finding: Finding, target: AlertTarget, sender: Sender) -> Iterator[Delivery]:
    match target.kind:
        case "markdown":
            yield _delivery(finding, target, _markdown(finding, sender).encode(), suffix="md")
        case "json":
            yield _delivery(finding, target, encoded(payload(finding, sender.site)) + b"\n", suffix="json")
        case "mail":
            name = delivery_id(finding, target)
            yield _delivery(finding, target, mail(finding, target.address, sender=sender, name=name))
        case "post":
            parts = _in_parts(finding.hits)
            for number, hits in enumerate(parts, start=1):
                own_id = delivery_id(finding, target, part=number)
                part = {"id": own_id, "part": number, "parts": len(parts)}
                body = payload(replace(finding, hits=tuple(hits)), sender.site) | part
                yield _delivery(finding, target, encoded(body), part=number)


def _in_parts(hits: Sequence[Hit]) -> list[Sequence[Hit]]:
    return [hits[start : start + POST_ITEMS] for start in range(0, len(hits), POST_ITEMS)]


def delivery_id(finding: Finding, target: AlertTarget, *, part: int = 1) -> str:
    """The id of a delivery: the same whenever the same is handed on to the same target."""
    window = f"{finding.since}..{finding.seen}"
    return str(
        uuid5(_NAMESPACE, "\n".join((finding.alert.name, window, target.kind, target.address, str(part))))
    )


def _delivery(
    finding: Finding, target: AlertTarget, body: bytes, *, suffix: str = "", part: int = 1
) -> Delivery:
    name, own_id = finding.alert.name, delivery_id(finding, target, part=part)
    day = feed_time(finding.seen)[:10]
    file = f"{name}-{day}-{own_id[:8]}.{suffix}" if suffix else ""
    return Delivery(own_id, name, target.kind, target.address, file, body)


def payload(finding: Finding, site: SiteAddress) -> dict[str, Any]:
    """A finding as JSON: the search, how many passages, and each as a search gives it, with its whole address."""
    request, links = finding.alert.request, site.links
    return {
        "alert": finding.alert.name,
        "title": finding.alert.title,
        "query": request.text,
        "filters": {field: list(values) for field, values in request.filters},
        "since": feed_time(finding.since),
        "until": feed_time(finding.seen),
        "total": {"passages": finding.total, "reports": finding.reports},
        "link": search_address(request, site),
        "items": [hit_payload(hit, links) for hit in finding.hits],
        "index": index_payload(finding.index),
    }


def mail(finding: Finding, address: str, *, sender: Sender, name: str) -> bytes:
    """A finding as a mail to ``address``, as it goes over the wire; ``name`` is the id that it keeps."""
    assert sender.mail is not None
    message = EmailMessage()
    shown, own = parseaddr(sender.mail.sender)
    local, _, domain = own.rpartition("@")
    message["From"] = Address(_line(shown), local, domain)
    message["To"] = address
    message["Subject"] = f"[{SITE_NAME}] {_line(finding.alert.title)}：新收录 {finding.total} 段"
    message["Date"] = format_datetime(sender.now.astimezone(UTC))
    message["Message-ID"] = f"<{name}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_mail_lines(finding, sender)), cte="base64")
    return message.as_bytes()


def _mail_lines(finding: Finding, sender: Sender) -> Iterator[str]:
    shown = finding.hits[:MAIL_ITEMS]
    yield from (
        _line(finding.alert.title),
        "",
        _counted(finding),
        search_address(finding.alert.request, sender.site),
    )
    yield from _local_note(sender)
    for number, hit in enumerate(shown, start=1):
        yield from ("", f"{number}. {_place(hit)}", _one_line(hit), sender.site.passage(hit.passage.id))
    if finding.total > len(shown):
        yield from ("", f"以上是前 {len(shown)} 段，其余见上面的地址。")


def _markdown(finding: Finding, sender: Sender) -> str:
    visit = Visit(sender.now.date(), sender.site.is_local)
    link = search_address(finding.alert.request, sender.site)
    lines = [
        f"# {markdown_text(_line(finding.alert.title))}",
        "",
        f"{_counted(finding)}[在网页上查看](<{link}>)",
    ]
    for hit in finding.hits:
        lines += [
            "",
            f"## {markdown_text(_place(hit))}",
            "",
            markdown(cited_passage(hit.passage, sender.site), visit),
        ]
    if finding.total > len(finding.hits):
        lines += ["", f"以上是前 {len(finding.hits)} 段。"]
    return xml_text("\n".join(lines) + "\n")


def _counted(finding: Finding) -> str:
    return f"新收录 {finding.total} 段，见于 {finding.reports} 份报告（{_day(finding.since)}以来）。"


def _day(seconds: int) -> str:
    day = date.fromisoformat(feed_time(seconds)[:10])
    return f"{day.year}年{day.month}月{day.day}日"


def _place(hit: Hit) -> str:
    passage = hit.passage
    year = f" {passage.year}年" if passage.year is not None else ""
    return _line(f"{passage.agency}{year} · {label_of('section', passage.section)}")


def _one_line(hit: Hit) -> str:
    return _line(hit.passage.text.replace(BORDER, " | "))


def _local_note(sender: Sender) -> tuple[str, ...]:
    return (f"（{LOCAL_NOTE}）",) if sender.site.is_local else ()


def _line(text: str) -> str:
    """``text`` in one line without control characters: a break would end a header of a mail."""
    return _LINE_BREAKS.sub(" ", xml_text(text)).strip()
