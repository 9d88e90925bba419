"""Moments as people write them, for ``since=``: a date, or a date with a time.

The rule: a moment without an offset is in UTC, as is every time that an index prints; whatever is no moment is an error
of the asker, never "no restriction".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from report_search.errors import RequestError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The plus of an offset is read as a blank where an address was typed without encoding it.
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?P<offset>[Zz]|[+ -][0-9]{2}:?[0-9]{2})?)?"
)


def seconds_of_moment(text: str) -> int:
    """The first whole second, since 1970, that is not before the moment ``text``. Raises ``RequestError``."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise _bad_since(text)
    offset = (found["offset"] or "Z").upper().replace(" ", "+").replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{offset}")
    except ValueError as error:
        raise _bad_since(text) from error
    passed = moment - _EPOCH
    return -(-passed // timedelta(seconds=1))


def canonical_moment(text: str) -> str:
    """The one way to write a moment: ``2026-11-01`` for its beginning, else ``2026-11-01T08:30:00Z``; "" for "".

    Raises ``RequestError`` for what is no moment.
    """
    if not text.strip():
        return ""
    return moment_text(seconds_of_moment(text))


def moment_text(seconds: int) -> str:
    """The moment so many seconds after the beginning of 1970, in its canonical form. Raises as ``canonical_moment``."""
    return feed_time(seconds).removesuffix("T00:00:00Z")


def feed_time(seconds: int) -> str:
    """A moment as feeds write it (RFC 3339), in UTC. Raises ``RequestError`` outside of the years 1 to 9999."""
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise _bad_since(str(seconds)) from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _bad_since(text: str) -> RequestError:
    return RequestError(
        "bad-since",
        f"since 不是日期或时间：“{text[:40]}”。",
        hint="请写成 2026-11-01 或 2026-11-01T08:00:00+08:00；不写时区即按 UTC。",
    )
