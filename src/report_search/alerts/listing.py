"""What the commands of alerts print, as lines and as JSON; both say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from report_search.alerts.findings import Finding
from report_search.alerts.outbox import Delivery
from report_search.alerts.running import AlertState, RunOutcome
from report_search.alerts.saved_searches import Alert, SavedSearches
from report_search.search.since.moments import feed_time

Json = dict[str, Any]
KIND_LABELS = {"markdown": "Markdown", "json": "JSON", "mail": "邮件", "post": "推送"}


def outcome_lines(outcome: RunOutcome) -> Iterator[str]:
    """What a run did: each alert, what has gone, what has not and why."""
    for one in outcome.alerts:
        yield f"{one.alert}：{f'没有运行：{one.error}' if one.error else _new(one.passages)}"
    yield f"送出 {len(outcome.sent)} 件，没有送出 {len(outcome.failed)} 件。"
    for delivery, error in outcome.failed:
        yield f"  没有送出：{delivery.alert} → {delivery.address}（{error}）。下次运行再送。"


def outcome_payload(outcome: RunOutcome) -> Json:
    """The same; ``new`` is null where an alert ran for the first time."""
    return {
        "alerts": [
            {"name": one.alert, "new": one.passages, "error": one.error or None} for one in outcome.alerts
        ],
        "sent": [_delivery(one) for one in outcome.sent],
        "failed": [{**_delivery(one), "error": error} for one, error in outcome.failed],
    }


def preview_lines(searches: SavedSearches, found: Sequence[Finding | None]) -> Iterator[str]:
    """What a run would find."""
    for alert, finding in zip(searches.alerts, found, strict=True):
        yield f"{alert.name}：{_new(finding.total if finding else None)}"


def preview_payload(searches: SavedSearches, found: Sequence[Finding | None]) -> Json:
    """The same."""
    pairs = zip(searches.alerts, found, strict=True)
    return {
        "alerts": [
            {
                "name": alert.name,
                "new": finding.total if finding else None,
                "since": feed_time(finding.since) if finding else None,
                "passages": [hit.passage.id for hit in finding.hits] if finding else [],
            }
            for alert, finding in pairs
        ]
    }


def check_lines(searches: SavedSearches, totals: Sequence[int]) -> Iterator[str]:
    """Each alert with what it finds now."""
    for alert, total in zip(searches.alerts, totals, strict=True):
        yield f"{alert.name}：{alert.title}，现有 {total} 段；送到 {_targets(alert)}"
    yield f"{len(searches.alerts)} 个提醒，没有错误。"


def check_payload(searches: SavedSearches, totals: Sequence[int]) -> Json:
    """The same."""
    return {
        "alerts": [
            {**_alert(alert), "passages": total} for alert, total in zip(searches.alerts, totals, strict=True)
        ]
    }


def state_lines(found: Sequence[AlertState]) -> Iterator[str]:
    """Each alert: what it looks for, when it last ran, what waits."""
    for state in found:
        ran = f"上次运行 {state.last.ran}" if state.last else "还没有运行过"
        yield f"{state.alert.name}：{state.alert.title}"
        yield f"  检索式 {state.alert.request.text or '（全部）'}；{ran}；送到 {_targets(state.alert)}"
        for delivery in state.waiting:
            error = f"，{delivery.error}" if delivery.error else ""
            yield f"  等待送出：{delivery.address}（试过 {delivery.attempts} 次{error}）"


def states_payload(found: Sequence[AlertState]) -> Json:
    """The same; ``ran`` and ``seen`` are null before the first run."""
    return {
        "alerts": [
            {
                **_alert(state.alert),
                "ran": state.last.ran if state.last else None,
                "seen": feed_time(state.last.seen) if state.last else None,
                "waiting": [
                    {**_delivery(one), "attempts": one.attempts, "error": one.error or None}
                    for one in state.waiting
                ],
            }
            for state in found
        ]
    }


def _alert(alert: Alert) -> Json:
    return {
        "name": alert.name,
        "title": alert.title,
        "query": alert.request.text,
        "filters": {field: list(values) for field, values in alert.request.filters},
        "targets": [{"kind": target.kind, "address": target.address} for target in alert.targets],
    }


def _delivery(one: Delivery) -> Json:
    return {"id": one.id, "alert": one.alert, "kind": one.kind, "address": one.address}


def _targets(alert: Alert) -> str:
    return "、".join(f"{KIND_LABELS[target.kind]} {target.address}" for target in alert.targets)


def _new(passages: int | None) -> str:
    return "第一次运行，从现在起留意" if passages is None else f"新收录 {passages} 段"
