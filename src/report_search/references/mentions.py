"""Where a text names a document: titles in 《》, document numbers (国办公开办函〔2021〕30号), orders (国务院令第711号).

The rule: what is printed decides. A title is what stands between brackets that close each other; 〈〉 and 《》 inside
it belong to it, and name a document as well. A number directly behind a title, in brackets or not, is of the same
document. Whether a title is that of a document, of a newspaper or of a programme is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from report_search.analysis.fold import FoldedText, fold
from report_search.references.naming import REPUBLIC, key_of, tidy

LONGEST_TITLE = 150
_CHINESE = r"[\u3400-\u9fff]"
_YEAR = r"(?:(?:19|20)\d\d|[〇○零一二三四五六七八九]{4})"
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMBER = re.compile(rf"({_CHINESE}{{1,20}})[〔\[(【{{〈]({_YEAR})年?[〕\])】}}〉]第?0*(\d{{1,5}})号")
_ORDER = re.compile(
    rf"({_CHINESE}{{1,24}}?)令\(?第0*(\d{{1,4}})号|第0*(\d{{1,4}})号(国务院)令|({_CHINESE}{{2,24}}?)第0*(\d{{1,4}})号令"
)
_BRACKET = re.compile(r"[《》〈〉\t]")
_LEADS_IN = re.compile(
    r"根据|按照|依据|依照|遵照|参照|对照|贯彻|落实|执行|印发|转发|下发|发布|公布|关于|制定|出台|收到|废止|文件|文号|通知|报送"
    r"|学习|宣传|传达|研究|部署|遵守|坚持|深入|全面|积极|切实|坚决|依法|精神|规定|要求|编制|上报|批转|答复|编号|及其|国家级"
    r"|附件|以及|其中|修订|严格|认真|结合|围绕|详见|参见|符合|违反|实施|施行|名为|[的了按以见即据由在将是为等至到如]"
    r"|对(?!外)|自(?!然)|经(?!信|贸|济|发)|从(?!化)|[和与及或]"
)
"""Words that come before a number in running text; nothing but the blank space of a form ends them."""
_JOINS = ("和", "与", "及", "或")
"""Words that also begin names of places (和田) and join names of offices (住房和城乡建设部)."""
_NOUNS = ("文件", "文号", "通知", "附件", "精神", "规定", "要求", "其中")
"""Words among those that lead in behind which a 和 joins; behind a verb (按和政发) it begins a name."""
_CLOSERS = ("号", "》", ")", "”", "」")
_OF_STATE = ("国", "中")
_STATE_COUNCIL = "国务院"
_KNOWN = re.compile(r"(?:国办|国发|中办|中发|国函)[^国中]*$")
"""How the abbreviations of the State Council and of the Central Committee begin, which most citations have."""
_BEHIND_TITLE = re.compile(r"\(?(?:文号:?|见|即)?")
_BEHIND_NUMBER = re.compile(r"(?:文件?)?")


class Mention(Struct, frozen=True):
    """A document named at ``start`` … ``end`` of a text (code points of the original).

    ``title`` and ``number`` are keys, of which one may be ""; the labels are what is printed of them. ``is_order``:
    the number is that of an order, which says the edition of a law and not which document it is. ``is_inner``: it is
    named inside another title.
    """

    start: int
    end: int
    title: str = ""
    number: str = ""
    title_label: str = ""
    number_label: str = ""
    is_order: bool = False
    is_inner: bool = False


class _Found(Struct, frozen=True):
    """A mention with its span in the folded text."""

    start: int
    end: int
    mention: Mention


def mentions_in(text: str) -> list[Mention]:
    """The documents that ``text`` names, in the order in which they begin."""
    if "《" not in text and "号" not in text and "號" not in text:
        return []
    folded = fold(text)
    titles, numbers = list(_titles(folded)), list(_numbers(folded))
    found = _paired(folded.text, titles, numbers)
    return [one.mention for one in sorted(found, key=lambda one: (one.start, -one.end))]


def _titles(folded: FoldedText) -> Iterator[_Found]:
    """What stands in 《》, and in 〈〉 inside of them."""
    opened: list[int] = []
    for bracket in _BRACKET.finditer(folded.text):
        mark, at = bracket.group(), bracket.start()
        if mark == "\t":
            opened.clear()
        elif mark == "《" or (mark == "〈" and opened):
            opened.append(at)
        elif mark == "》":
            # A 〈 that is still open was never closed.
            while opened and folded.text[opened[-1]] == "〈":
                opened.pop()
            if opened:
                yield from _title(folded, opened.pop(), at, is_inner=bool(opened))
        elif opened and folded.text[opened[-1]] == "〈":
            yield from _title(folded, opened.pop(), at, is_inner=True)


def _title(folded: FoldedText, opening: int, closing: int, *, is_inner: bool) -> Iterator[_Found]:
    name = folded.text[opening + 1 : closing]
    key = key_of(name) if len(name) <= LONGEST_TITLE else ""
    if key:
        start, end = folded.span(opening, closing + 1)
        label = tidy(folded.original[start + 1 : end - 1])
        yield _Found(
            opening, closing + 1, Mention(start, end, title=key, title_label=label, is_inner=is_inner)
        )


def _numbers(folded: FoldedText) -> Iterator[_Found]:
    for match in _NUMBER.finditer(folded.text):
        run, year, number = match.groups()
        issuer = _issuer(run, before=folded.text[: match.start()])
        start = match.end(1) - len(issuer)
        yield _number(folded, (start, match.end()), f"{issuer}〔{year.translate(_DIGITS)}〕{number}号")
    for match in _ORDER.finditer(folded.text):
        body, first, second, council, other, third = match.groups()
        run = body or council or other
        at = match.end(1) if body else match.end(4) if council else match.end(5)
        issuer = _issuer(run, before=folded.text[: at - len(run)], is_office=True)
        start = match.start() if council else at - len(issuer)
        issuer = "国务院" if issuer == "国" else issuer
        yield _number(
            folded, (start, match.end()), f"{issuer}令第{first or second or third}号", is_order=True
        )


def _number(folded: FoldedText, span: tuple[int, int], label: str, *, is_order: bool = False) -> _Found:
    start, end = folded.span(*span)
    return _Found(*span, Mention(start, end, number=key_of(label), number_label=label, is_order=is_order))


def _issuer(run: str, *, before: str, is_office: bool = False) -> str:
    """The end of ``run`` that says who issued a document: of 根据国办发 it is 国办发.

    ``is_office``: it is the name of an office and no abbreviation.
    """
    run = run.rpartition(REPUBLIC)[2] or run
    if is_office:
        return _STATE_COUNCIL if run.endswith(_STATE_COUNCIL) else _without_lead(run, before, is_office=True)
    known = _KNOWN.search(run)
    return known.group() if known else _without_lead(run, before, is_office=False)


def _without_lead(run: str, before: str, *, is_office: bool) -> str:
    """``run`` without the words that lead in to what it ends with."""
    leads = list(_LEADS_IN.finditer(run))
    verbs_end = {lead.end() for lead in leads if lead.group() not in _NOUNS}
    for lead in reversed(leads):
        rest = run[lead.end() :]
        if lead.group() in _JOINS:
            is_lead = lead.start() not in verbs_end and _joins(lead, rest, before=before, is_office=is_office)
        else:
            is_lead = True
        if rest and is_lead:
            return rest
    return run


def _joins(lead: re.Match[str], rest: str, *, before: str, is_office: bool) -> bool:
    """Whether a 和 stands between two names and is no part of one."""
    if lead.start() == 0:
        return before.endswith(_CLOSERS) or rest.startswith(_OF_STATE)
    return not is_office


def _paired(text: str, titles: Sequence[_Found], numbers: Sequence[_Found]) -> Iterator[_Found]:
    """Titles and numbers; where one stands directly behind the other both name the same document."""
    number_of: dict[int, int] = {}
    for at, number in enumerate(numbers):
        ahead = _adjacent(text, titles, end=number.start, gap=_BEHIND_TITLE)
        if ahead is not None:
            number_of.setdefault(ahead, at)
    taken = set(number_of.values())
    for at, title in enumerate(titles):
        ahead = _adjacent(text, numbers, end=title.start, gap=_BEHIND_NUMBER)
        if ahead is not None and ahead not in taken and at not in number_of:
            number_of[at] = ahead
    title_of = {number: title for title, number in number_of.items()}
    for at, title in enumerate(titles):
        yield _with_number(title, numbers[number_of[at]].mention) if at in number_of else title
    for at, number in enumerate(numbers):
        yield _with_title(number, titles[title_of[at]].mention) if at in title_of else number


def _adjacent(text: str, before: Sequence[_Found], *, end: int, gap: re.Pattern[str]) -> int | None:
    """Which of ``before`` ends where only ``gap`` is left up to ``end``."""
    for at, one in enumerate(before):
        if one.end <= end <= one.end + 6 and gap.fullmatch(text, one.end, end):
            return at
    return None


def _with_number(title: _Found, number: Mention) -> _Found:
    known = replace(
        title.mention, number=number.number, number_label=number.number_label, is_order=number.is_order
    )
    return replace(title, mention=known)


def _with_title(number: _Found, title: Mention) -> _Found:
    return replace(number, mention=replace(number.mention, title=title.title, title_label=title.title_label))
