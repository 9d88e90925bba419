"""What a site's robots.txt allows, after RFC 9309.

The rule: a site without one allows everything, a site whose robots.txt can't be had because it fails allows nothing
for now.
"""

from __future__ import annotations

from functools import lru_cache

from indexer.collect.work_queue import RobotsFile
from report_search.errors import OperatorError

try:
    from protego import Protego
except ImportError as missing:
    raise OperatorError(
        "missing-extra",
        "采集要用到 protego，还没有安装。",
        hint="请运行 pip install 'report-search[collect]'。",
    ) from missing

PRODUCT = "report-search"
"""The name by which a robots.txt may address this program."""
MOST_BYTES = 512 * 1024
_REFUSALS = frozenset({412, 418, 493, 521})
"""Answers of what stands before a site to keep programs out; no site says with them that it has no robots.txt."""


def robots_of(status: int, body: bytes, *, now: float) -> RobotsFile:
    """What the answer to a request for robots.txt says."""
    if status in _REFUSALS:
        return RobotsFile("refused", "", now)
    if 200 <= status < 300:
        text = body[:MOST_BYTES].decode("utf-8", "replace")
        # A page in its place (a soft 404) has no line that says anything to a robot.
        return RobotsFile("read" if "<html" not in text[:2000].lower() else "none", text, now)
    return RobotsFile("none" if 400 <= status < 500 and status != 429 else "unknown", "", now)


def allows(robots: RobotsFile, url: str) -> bool:
    """Whether ``url`` may be asked for."""
    if robots.state == "read":
        return bool(_parsed(robots.text).can_fetch(url, PRODUCT))
    return robots.state == "none"


def may_be_asked(robots: RobotsFile, url: str) -> bool:
    """Whether nothing is known that bars ``url``: its robots.txt allows it, or was not asked for yet."""
    return robots.state == "unknown" or allows(robots, url)


def pause_of(robots: RobotsFile) -> float:
    """Seconds between two requests that a robots.txt asks for, 0 for none."""
    if robots.state != "read":
        return 0.0
    rules = _parsed(robots.text)
    rate = rules.request_rate(PRODUCT)
    spread = rate.seconds / rate.requests if rate and rate.requests else 0.0
    return max(float(rules.crawl_delay(PRODUCT) or 0.0), spread)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)
