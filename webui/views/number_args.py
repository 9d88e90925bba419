"""What is asked of the numbers of the official tables, read from the parameters of an address.

The rule: as everywhere, an unknown parameter of an address for programs is an error; a page passes over it.
"""

from __future__ import annotations

from msgspec import Struct

from report_search.errors import GoneError, RequestError
from report_search.figures.selection import check_kinds
from report_search.search.filters import refuse_too_many
from webui.urls import Arguments, read_limit, refuse_unknown_or_repeated

SELECTING = ("agency", "year")
CHECK_PARAMETERS = (*SELECTING, "kind", "limit", "cursor")
SERIES_PARAMETERS = ("measure", *SELECTING)


class CheckArguments(Struct, frozen=True):
    """Which checks are asked for: of which reports, of which kinds, from which place in the list, how many."""

    agencies: tuple[str, ...]
    years: tuple[str, ...]
    kinds: tuple[str, ...]
    limit: int
    cursor: str


class SeriesArguments(Struct, frozen=True):
    """Which series are asked for: of which measures, of which reports."""

    measures: tuple[str, ...]
    agencies: tuple[str, ...]
    years: tuple[str, ...]


def read_checks(args: Arguments, *, strict: bool) -> CheckArguments:
    """Which checks are asked for. Raises ``RequestError``."""
    if strict:
        refuse_unknown_or_repeated(args, known=CHECK_PARAMETERS, single=())
    return CheckArguments(
        agencies=_values(args, "agency"),
        years=_values(args, "year"),
        kinds=check_kinds(_values(args, "kind")),
        limit=read_limit(args.get("limit", "")),
        cursor=args.get("cursor", ""),
    )


def read_all_checks(args: Arguments) -> CheckArguments:
    """Which checks a file is to hold: all that are meant, so a place in a list is refused."""
    refuse_unknown_or_repeated(args, known=CHECK_PARAMETERS[:-2], single=())
    return read_checks(args, strict=True)


def read_series(args: Arguments, *, strict: bool) -> SeriesArguments:
    """Which series are asked for. Raises ``RequestError``."""
    if strict:
        refuse_unknown_or_repeated(args, known=SERIES_PARAMETERS, single=())
    return SeriesArguments(_values(args, "measure"), _values(args, "agency"), _values(args, "year"))


def read_place(cursor: str, generation: str) -> int:
    """Where in a list ``cursor`` is; 0 for none. Raises ``GoneError`` if it is of another generation."""
    if not cursor:
        return 0
    of, _, place = cursor.rpartition(".")
    if not (place.isascii() and place.isdigit()) or len(place) > 9:
        raise RequestError("bad-cursor", "参数 cursor 读不懂。", hint="请用上一页给出的 next。")
    if of != generation:
        raise GoneError("stale-cursor", "索引已经更新，翻页位置不再有效。", hint="请从第一页重新取。")
    return int(place)


def next_place(place: int, generation: str) -> str:
    """The cursor that leads to a place in a list."""
    return f"{generation}.{place}"


def _values(args: Arguments, name: str) -> tuple[str, ...]:
    """The values of a parameter, each once; an empty field of a form is none. Raises ``RequestError`` for too many."""
    values = tuple(dict.fromkeys(value.strip() for value in args.getlist(name) if value.strip()))
    refuse_too_many(values)
    return values
