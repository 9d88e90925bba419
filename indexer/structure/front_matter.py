"""What comes before the text of a report: its title, its date line, its metadata block.

The rule: these lines become facts that say where they were found, and leave the text; any other line stays in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.document import Document, Grid, Line, Part
from indexer.structure import boilerplate
from indexer.structure.metadata_keys import (
    KEYS,
    KNOWN_KEY,
    grid_pairs,
    has_borders,
    is_stamp,
    line_pairs,
    row_pairs,
)
from indexer.structure.report_titles import (
    AGENCY_TAIL,
    agency_in_title,
    ends_notice,
    is_headline,
    is_report_title,
)
from indexer.text.dates import date_in, is_document_number, years_in
from indexer.text.ordinals import ordinal_of
from report_search.analysis.normalise import join_text, label_key, normalise, one_line, trim

_LOCATION = re.compile(r".{0,6}位置(是)?[:：]")
_COLUMN = re.compile(
    r"(政府)?(信息|政务|校务)公开(年报|年度报告|工作年度报告|专栏|专题|专区|平台|目录)?|通知公告|年度报告|年报|正文"
)
"""Names of the columns of a site, which pages print above their title."""
_FULL_NAME = re.compile(
    r"[\u4e00-\u9fff（）()]{2,}?(?:人民政府|办事处|办公室|办公厅|委员会|管委会|大学|学院|局|厅)"
)
_YEAR = re.compile(r"20\d\d年?度?")
_TITLE_WITH_TEXT = re.compile(
    r"([^。；，,]{6,60}?(?:年度报告|工作报告|年报))\s*((?:本(?:年度)?(?:报告|年报)|(?:根据|按照|依据|依照)《).*)",
    re.DOTALL,
)
_UNFINISHED = re.compile(
    r"(?:关于)?(?:20\d\d\s*年?\s*[-—–~～至/]*\s*)?(?:20)?\d\d\s*(?:学年度?|年度?)?的?$|关于$"
)
"""The end of a line that can't end a title: a year or 关于."""
_SECTION_STYLES = frozenset({"han", "han-paren", "part"})
_SIGNATURE_REACH = 3
_TOP = 60
"""Parts at the head of a document among which front matter is sought."""
_LONGEST_VALUE = 40
_MOST_TITLE_LINES = 3
_LONGEST_TITLE_LINE = 40
_LONGEST_TITLE = 1_000
"""What a format names as title and is longer is none."""


class Fact(Struct, frozen=True):
    """One piece of metadata: what it is about (``published``, ``publisher`` …), its text, where it was found."""

    about: str
    text: str
    found_in: str


class FrontMatter(Struct):
    """The title as printed ("" if none was found), the facts, and the parts that are left of the document."""

    title: str = ""
    facts: list[Fact] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def texts(self, about: str) -> list[Fact]:
        """The facts about one thing, in the order they were found."""
        return [fact for fact in self.facts if fact.about == about and fact.text]


def read_front_matter(document: Document) -> FrontMatter:
    """The front matter of ``document`` and what is left when it is taken away."""
    # 索引号：0001 发布日期：2020-01-20       metadata: the facts published = 2020-01-20
    # 示例市教育局                          the title, of two lines
    # 2019年政府信息公开工作年度报告
    # 来源：办公室　打印                      metadata
    # 根据……编制本报告。                     prose: the text begins here, and nothing below is looked at
    front = FrontMatter()
    for name, text in document.facts.items():
        about = KEYS.get(name, KEYS.get(normalise(name), ""))
        if about and text.strip():
            front.facts.append(Fact(about, text.strip(), "facts"))
    parts = [piece for part in document.parts[:_TOP] for piece in _title_apart(_without_frame(part))]
    parts += document.parts[_TOP:]
    top = _top_of(parts)
    taken = _take_title(front, parts, top)
    taken = _take_all_metadata(front, parts, top, taken=taken)
    if front.title:
        taken |= _take_title_area(front, parts, top, taken=taken)
    else:
        front.title = _named_title(document, front)
        front.facts += _names_alone([line for at, line in _numbered_lines(parts[:top]) if at not in taken])
    front.parts = [part for at, part in enumerate(parts) if at not in taken]
    return front


def _without_frame(part: Part) -> Part:
    """``part`` without the pipes at its edges, if it is a line of front matter that was set in a table of one cell."""
    if not isinstance(part, Line) or not part.text.strip().strip("|｜ "):
        return part
    bare = part.text.strip("|｜ \u3000\xa0")
    if bare == part.text.strip() or has_borders(bare):
        return part
    is_metadata = bool(is_stamp(bare) or line_pairs(bare)) or boilerplate.is_trail(bare)
    return replace(part, text=bare) if is_metadata or is_report_title(bare) else part


def _names_alone(lines: Iterable[Line]) -> list[Fact]:
    """The full names of agencies that stand on a line of their own above a text without a title."""
    names = [trim(line.text) for line in lines]
    return [Fact("site", name, "page") for name in names if _is_full_name(name)]


def _title_apart(part: Part) -> list[Part]:
    """``part``, cut where the title of a report and the first words of its text are on one line."""
    match = _TITLE_WITH_TEXT.match(part.text.strip()) if isinstance(part, Line) else None
    if match is None or not isinstance(part, Line) or not is_report_title(match[1]):
        return [part]
    return [replace(part, text=match[1]), replace(part, text=match[2], level=0, strong=False)]


def _take_all_metadata(front: FrontMatter, parts: Sequence[Part], top: int, *, taken: set[int]) -> set[int]:
    """``taken`` with the parts within the first ``top`` that are metadata; their facts go to ``front``."""
    taken = set(taken)
    for at in range(top):
        if at in taken or not _take_metadata(front, parts[at]):
            continue
        taken.add(at)
        value = None if at + 1 in taken else _value_below(parts, at)
        if value is not None:
            front.facts.append(value)
            taken.add(at + 1)
    return taken


def _take_title_area(front: FrontMatter, parts: Sequence[Part], top: int, *, taken: set[int]) -> set[int]:
    """The lines around the title that are no text: the site above it, its agency's name, the title again."""
    lines = _numbered_lines(parts[:top])
    titles = _title_positions(front, lines, taken)
    if not titles:
        return set()
    left = [(at, line) for at, line in lines if at not in taken]
    found = {at for at, line in left if _repeats_title(trim(line.text), front.title)}
    found |= _take_site_lines(front, [(at, line) for at, line in left if at < titles[0]], top_line=lines[0])
    below_title = range(titles[0] + 1, titles[-1] + _SIGNATURE_REACH + 1)
    for at, text in [(at, trim(line.text)) for at, line in left if at in below_title]:
        if _is_full_name(text):
            front.facts.append(Fact("signature", text, "signature"))
            found.add(at)
    return found


def _take_site_lines(
    front: FrontMatter, above: Sequence[tuple[int, Line]], *, top_line: tuple[int, Line]
) -> set[int]:
    """The lines ``above`` the title that belong to the site; the names of agencies among them are facts."""
    # • 无障碍 / 甲镇人民政府 / 您现在的位置：首页 > 公开 / (the title): one line that is surely of the page says that
    # the page was saved with what is around the report; then every short line above the title is of it too.
    lines = [(at, trim(line.text)) for at, line in above]
    has_frame = boilerplate.is_boilerplate(top_line[1]) or bool(front.texts("trail"))
    has_frame = has_frame or any(_is_of_site(text) for _, text in lines)
    of_site = [
        (at, text) for at, text in lines if _is_of_site(text) or (has_frame and boilerplate.is_short(text))
    ]
    front.facts += [Fact("site", text, "page") for _, text in of_site if _is_full_name(text)]
    return {at for at, _ in of_site}


def _is_of_site(text: str) -> bool:
    """Whether ``text`` above a title is surely printed by the site."""
    return boilerplate.is_site_line(text) or _is_column(text)


def _title_positions(front: FrontMatter, lines: Sequence[tuple[int, Line]], taken: set[int]) -> list[int]:
    title = label_key(front.title)
    return [at for at, line in lines if at in taken and label_key(line.text) in title]


def _is_column(text: str) -> bool:
    """Whether ``text`` is the name of a column of a site (信息公开年报)."""
    return bool(_COLUMN.fullmatch(normalise(text)))


def _is_full_name(text: str) -> bool:
    """Whether ``text`` can be nothing but the full name of an agency."""
    return 4 <= len(text) <= 30 and bool(_FULL_NAME.fullmatch(text))


def _repeats_title(text: str, title: str) -> bool:
    """Whether ``text`` is ``title`` or a part of it again, without its year or its agency."""
    whole, again = label_key(title), label_key(text)
    return is_report_title(text) and (again in whole or again == _YEAR.sub("", whole))


def _top_of(parts: Sequence[Part]) -> int:
    """How many parts come before the first prose, heading of a section, or table of values."""
    return next((at for at, part in enumerate(parts[:_TOP]) if _begins_text(part)), min(len(parts), _TOP))


def _begins_text(part: Part) -> bool:
    if isinstance(part, Grid):
        return not grid_pairs(part)
    text = part.text.strip()
    if _is_metadata(text) or boilerplate.is_boilerplate(part) or is_report_title(text):
        return False
    ordinal = ordinal_of(text)
    is_section = ordinal is not None and ordinal.style in _SECTION_STYLES
    is_table_row = "\t" in text
    return "。" in text or is_section or is_table_row


def _is_metadata(text: str) -> bool:
    return bool(KNOWN_KEY.match(text) or line_pairs(text) or row_pairs(text))


def _take_title(front: FrontMatter, parts: Sequence[Part], top: int) -> set[int]:
    """The lines of the title within the first ``top`` parts; sets ``front.title``."""
    lines = _numbered_lines(parts[:top])
    candidates = list(_title_candidates(lines))
    best = min(candidates, key=_doubt, default=None)
    if best is None:
        return set()
    best = _fullest(best, [one for one in candidates if _doubt(one) == _doubt(best)])
    best = [*best, *_end_of_notice(lines, best)]
    front.title = _joined_text(line for _, line in best)
    own = {at for at, _ in best}
    # Many pages print the title twice, in the head of the page and above the text.
    return own | {at for at, line in lines if label_key(line.text) == label_key(front.title)}


def _end_of_notice(lines: Sequence[tuple[int, Line]], title: _Candidate) -> _Candidate:
    """The line below ``title`` that makes it the title of a notice (关于…年度报告 / 编制和公布工作的通知), if any."""
    below = [(at, line) for at, line in lines if at == title[-1][0] + 1]
    return [one for one in below if ends_notice(one[1].text)]


def _numbered_lines(parts: Sequence[Part]) -> list[tuple[int, Line]]:
    """The lines among ``parts`` with their positions."""
    return [(at, part) for at, part in enumerate(parts) if isinstance(part, Line)]


_Candidate = Sequence[tuple[int, Line]]
"""Neighbouring lines with their positions."""


def _title_candidates(lines: Sequence[tuple[int, Line]]) -> Iterator[_Candidate]:
    """Every one to three neighbouring lines that can be the title together."""
    for first in range(len(lines)):
        for count in range(1, _MOST_TITLE_LINES + 1):
            candidate = lines[first : first + count]
            is_unbroken = len(candidate) == count and candidate[-1][0] == candidate[0][0] + count - 1
            if not is_unbroken:
                break
            if _can_be_title([line for _, line in candidate]):
                yield candidate


def _can_be_title(lines: Sequence[Line]) -> bool:
    text = _joined_text(lines)
    if not is_report_title(text) or any(map(_is_of_the_page, lines)):
        return False
    return len(lines) == 1 or _belong_together(lines)


def _doubt(candidate: _Candidate) -> int:
    """How much speaks against lines as the title, the heaviest first: a headline, no year, no agency, no markup."""
    text = _joined_text(line for _, line in candidate)
    has_markup = candidate[0][1].level > 0
    return (
        8 * is_headline(text) + 4 * (not years_in(text)) + 2 * (not agency_in_title(text)) + (not has_markup)
    )


def _is_of_the_page(line: Line) -> bool:
    """Whether ``line`` is a trail, a button or a key with its value."""
    return boilerplate.is_boilerplate(line) or _is_metadata(line.text.strip())


def _fullest(best: _Candidate, equals: Sequence[_Candidate]) -> _Candidate:
    """The longest of ``equals`` that prints ``best`` and more (审计局2021年…, then 示例县审计局2021年…)."""
    title = label_key(_joined_text(line for _, line in best))
    longer = (one for one in equals if label_key(_joined_text(line for _, line in one)).endswith(title))
    return max(longer, key=lambda one: len(_joined_text(line for _, line in one)), default=best)


def _joined_text(lines: Iterable[Line]) -> str:
    text = ""
    for line in lines:
        text = join_text(text, one_line(line.text))
    return text


def _belong_together(lines: Sequence[Line]) -> bool:
    """Whether lines are one title: an agency above one that lacks it, or one that breaks off."""
    first, *others = (line.text.strip() for line in lines)
    if any(_is_line_of_its_own(text) for text in (first, *others)):
        return False
    rest = "".join(others)
    if not is_report_title(rest):
        # 示例市教育局2019年政府信息公开 / 工作年度报告: only the whole is a title.
        return not is_report_title(others[-1])
    # 示例市教育局2019年 / 政府信息公开工作年度报告: the rest is a title already, but lacks what the first line has.
    begins_with_agency = bool(AGENCY_TAIL.search(_UNFINISHED.sub("", normalise(first))))
    has_the_year = bool(years_in(first)) and not years_in(rest) and not is_report_title(first)
    return begins_with_agency and (has_the_year or not agency_in_title(rest))


def _is_line_of_its_own(text: str) -> bool:
    return len(text) > _LONGEST_TITLE_LINE or _is_metadata(text) or is_stamp(text)


def _take_metadata(front: FrontMatter, part: Part) -> bool:
    """Whether ``part`` is metadata and nothing else; its facts go to ``front``."""
    if isinstance(part, Grid):
        pairs = grid_pairs(part)
        front.facts += [Fact(about, text, "metadata") for about, text in pairs]
        return bool(pairs)
    text = part.text.strip()
    if boilerplate.is_trail(text) or _LOCATION.match(text):
        # A trail tells whose site this is; it leaves the text only if nothing but a trail is on the line.
        front.facts += [Fact("trail", name, "breadcrumb") for name in boilerplate.trail_names(text)]
        return boilerplate.is_boilerplate(part)
    if is_stamp(text):
        front.facts.append(Fact("stamp", date_in(text), "date line"))
        return True
    if is_document_number(text):
        front.facts.append(Fact("number", text, "document number"))
        return True
    pairs = line_pairs(text) or row_pairs(text)
    front.facts += [Fact(about, value, "metadata") for about, value in pairs]
    return bool(pairs)


def _value_below(parts: Sequence[Part], at: int) -> Fact | None:
    """The value of the bare key at ``at`` (``发布机构：``) where it was set on the next line."""
    if at + 1 >= len(parts):
        return None
    key_line, value_line = parts[at], parts[at + 1]
    if not isinstance(key_line, Line) or not isinstance(value_line, Line):
        return None
    printed, text = key_line.text.strip(), value_line.text.strip()
    name = printed.rstrip(":：").strip()
    is_bare_key = name != printed and name in KEYS
    can_be_value = 0 < len(text) <= _LONGEST_VALUE and not _says_something_else(text)
    return Fact(KEYS[name], text, "metadata") if is_bare_key and can_be_value else None


def _says_something_else(text: str) -> bool:
    """Whether a line below a bare key is a sentence, another key, the title or a heading, and not its value."""
    return "。" in text or bool(KNOWN_KEY.match(text) or ordinal_of(text)) or is_report_title(text)


def _named_title(document: Document, front: FrontMatter) -> str:
    """The title that the file names itself, if no line prints one."""
    names = [document.title, *(fact.text for fact in front.texts("title"))]
    names += [fact.text for fact in reversed(front.texts("trail")) if is_report_title(fact.text)]
    for name in names:
        for piece in (name, *re.split(r"[_|｜]|\s[-–—]\s|——", name)):
            if is_report_title(piece):
                return one_line(piece)
    return next((one_line(name) for name in names if name.strip() and len(name) <= _LONGEST_TITLE), "")
