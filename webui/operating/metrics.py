"""Figures for Prometheus: requests by what was asked and how it ended, how long they took, what is served.

prometheus_client is an extra (``serve``) and optional: without it nothing is counted. The worker processes of one
server count in files of a folder that they share, ``PROMETHEUS_MULTIPROC_DIR``, so that any of them can say what all
have done. The rule: no label has a value that an asker may choose, so that nobody can make figures without number.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

from report_search.errors import RequestError
from report_search.generations import Generation

try:
    import prometheus_client
    from prometheus_client import multiprocess
except ImportError:
    prometheus_client = None  # type: ignore[assignment]

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)


class _Figures:
    """What is counted. Made once a process, since a name can be registered once."""

    def __init__(self, client: Any) -> None:
        self.requests = client.Counter(
            "report_search_requests", "Requests by endpoint and HTTP status.", ["endpoint", "status"]
        )
        self.seconds = client.Histogram(
            "report_search_request_seconds",
            "Seconds from the start of an answer to its last byte.",
            ["endpoint"],
            buckets=SECONDS,
        )
        self.errors = client.Counter(
            "report_search_errors", "Answers that were errors, by their code.", ["code"]
        )
        self.passages = client.Gauge(
            "report_search_index_passages", "Passages that are served.", multiprocess_mode="mostrecent"
        )
        self.built = client.Gauge(
            "report_search_index_built_timestamp_seconds",
            "When the index that is served was built.",
            multiprocess_mode="mostrecent",
        )


_FIGURES = _Figures(prometheus_client) if prometheus_client is not None else None


def count(endpoint: str, status: int, *, seconds: float) -> None:
    """Count a request that was answered."""
    if _FIGURES is not None:
        _FIGURES.requests.labels(endpoint, status).inc()
        _FIGURES.seconds.labels(endpoint).observe(seconds)


def count_error(code: str) -> None:
    """Count an answer that was an error."""
    if _FIGURES is not None:
        _FIGURES.errors.labels(code).inc()


def exposition(generation: Generation | None) -> tuple[bytes, str]:
    """All figures in the format of Prometheus, and its media type. Raises ``RequestError`` without the extra."""
    if prometheus_client is None or _FIGURES is None:
        raise RequestError(
            "no-metrics",
            "这里没有安装统计指标。",
            hint="请安装附加组件 serve：pip install 'report-search[serve]'。",
        )
    if generation is not None:
        _FIGURES.passages.set(generation.record.passages)
        _FIGURES.built.set(datetime.fromisoformat(generation.record.built).timestamp())
    registry = prometheus_client.REGISTRY
    if os.environ.get(SHARED_FOLDER):
        registry = prometheus_client.CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return prometheus_client.generate_latest(registry), prometheus_client.CONTENT_TYPE_LATEST
