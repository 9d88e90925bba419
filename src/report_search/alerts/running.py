"""A run of the alerts: look for what is new, enter it, hand it on.

The rule: looking and entering is one step that a crash leaves done or not done; handing on is repeated until it is
marked as done. A run that finds another at work stops.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from report_search.alerts.channels import NotSentError, channels
from report_search.alerts.findings import Finding, find_new
from report_search.alerts.messages import Sender, deliveries
from report_search.alerts.outbox import Delivery, LastRun, Outbox
from report_search.alerts.saved_searches import Alert, SavedSearches
from report_search.errors import RequestError
from report_search.export.site_address import SiteAddress
from report_search.generations.locks import held
from report_search.search.cursors import request_digest
from report_search.search.searcher import Searcher
from report_search.search.since.moments import seconds_of_moment

LOCK_FILE = "alerts.lock"


class AlertOutcome(Struct, frozen=True):
    """What a run made of an alert: ``passages`` found; None where this was its first run, from which on it looks.

    ``error`` says why its search could not be run, "" if it was; the alert stays where it was.
    """

    alert: str
    passages: int | None
    error: str = ""


class RunOutcome(Struct, frozen=True):
    """What a run found and handed on; ``failed`` wait for the next run, each with its error."""

    alerts: tuple[AlertOutcome, ...]
    sent: tuple[Delivery, ...]
    failed: tuple[tuple[Delivery, str], ...]

    @property
    def is_whole(self) -> bool:
        """Whether every search was run and everything has gone."""
        return not self.failed and not any(one.error for one in self.alerts)


class AlertState(Struct, frozen=True):
    """An alert, how far it has looked (None before its first run), and what of it waits to be handed on."""

    alert: Alert
    last: LastRun | None
    waiting: tuple[Delivery, ...]


def run_alerts(root: Path, searches: SavedSearches, *, site: SiteAddress, now: datetime) -> RunOutcome:
    """Run every alert over the index below ``root``, and hand on what is new and what is left of runs before.

    Raises ``OperatorError`` if there is no index or another run is at work.
    """
    # A pinned searcher: all alerts look at the same generation, up to the same time.
    searcher, outbox = Searcher(root).pinned(), Outbox(root)
    with held(root / LOCK_FILE, code="alerts-locked", message=f"另一个进程正在运行提醒（{root}）。"):
        seen = searcher.newest_time()
        sender = Sender(site, searches.mail, now)
        outcomes = tuple(
            _look(searcher, outbox, alert, seen=seen, sender=sender) for alert in searches.alerts
        )
        sent, failed = _hand_on(outbox, searches, at=now.isoformat(timespec="seconds"))
    return RunOutcome(outcomes, sent, failed)


def preview(root: Path, searches: SavedSearches) -> tuple[Finding | None, ...]:
    """What a run would find for each alert, None where it would be the first; nothing is entered or sent."""
    searcher, outbox = Searcher(root).pinned(), Outbox(root)
    seen = searcher.newest_time()
    return tuple(
        _finding(searcher, alert, outbox.last_run(alert.name), seen=seen) for alert in searches.alerts
    )


def states(root: Path, searches: SavedSearches) -> tuple[AlertState, ...]:
    """How far each alert is."""
    outbox = Outbox(root)
    waiting = outbox.waiting()
    return tuple(
        AlertState(
            alert, outbox.last_run(alert.name), tuple(one for one in waiting if one.alert == alert.name)
        )
        for alert in searches.alerts
    )


def count_all(root: Path, searches: SavedSearches) -> tuple[int, ...]:
    """How many passages each search finds now with all its words. Raises ``RequestError`` for one not understood."""
    searcher = Searcher(root).pinned()
    requests = (replace(alert.request, limit=1, facets=()) for alert in searches.alerts)
    return tuple(searcher.search(request, is_helping=False).total.complete for request in requests)


def _look(searcher: Searcher, outbox: Outbox, alert: Alert, *, seen: int, sender: Sender) -> AlertOutcome:
    last = outbox.last_run(alert.name)
    try:
        finding = _finding(searcher, alert, last, seen=seen)
    except RequestError as error:
        # A value that the corpus no longer has; the other alerts are no worse for it.
        return AlertOutcome(alert.name, None, f"{error.message}{error.hint}")
    found = deliveries(finding, sender) if finding and finding.total else ()
    # An index that was put back to an older generation has nothing new, and what was seen stays seen.
    furthest = max(seen, last.seen) if last else seen
    ran = sender.now.isoformat(timespec="seconds")
    outbox.enter(alert.name, LastRun(_digest(alert), furthest, ran), deliveries=found)
    return AlertOutcome(alert.name, finding.total if finding else None)


def _finding(searcher: Searcher, alert: Alert, last: LastRun | None, *, seen: int) -> Finding | None:
    """What is new for an alert; None where it looks for the first time, and from now on."""
    if last is not None and last.digest == _digest(alert):
        since = last.seen + 1
    elif alert.since:
        since = seconds_of_moment(alert.since)
    else:
        return None
    return find_new(searcher, alert, since=since, seen=seen)


def _digest(alert: Alert) -> str:
    """A digest of what is looked for; where it goes may change without beginning anew."""
    return hashlib.sha256(f"{request_digest(alert.request)} {alert.since}".encode()).hexdigest()[:16]


def _hand_on(
    outbox: Outbox, searches: SavedSearches, *, at: str
) -> tuple[tuple[Delivery, ...], tuple[tuple[Delivery, str], ...]]:
    """Hand on everything that waits; what has no target any more is dropped."""
    wanted = {
        (alert.name, target.kind, target.address) for alert in searches.alerts for target in alert.targets
    }
    sent: list[Delivery] = []
    failed: list[tuple[Delivery, str]] = []
    with channels(searches) as ways:
        for delivery in outbox.waiting():
            if (delivery.alert, delivery.kind, delivery.address) not in wanted:
                outbox.drop(delivery)
                continue
            try:
                ways[delivery.kind](delivery)
            except NotSentError as error:
                outbox.mark_failed(delivery, str(error))
                failed.append((delivery, str(error)))
            else:
                outbox.mark_sent(delivery, at=at)
                sent.append(delivery)
    return tuple(sent), tuple(failed)
