"""What comes before the text of a report: its title, its date line, its metadata block.

The rule: these lines become facts that say where they were found, and leave the text; any other line stays in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from indexer.document import Document, Grid, GridCell, Line, Part
from indexer.structure import boilerplate
from indexer.structure.report_titles import AGENCY_TAIL, agency_in_title, is_headline, is_report_title
from indexer.text.dates import date_in, is_document_number, years_in
from indexer.text.ordinals import ordinal_of
from report_search.analysis.normalise import join_text, label_key, normalise, one_line, trim

_ABOUT = {
    "published": "发布日期 日期 时间 发布时间 公开日期 公开时间 发表时间 信息发布日期 PubDate publishdate",
    "written": "成文日期 成文时间 生成日期 生成时间 制发日期 发文日期 印发日期",
    "publisher": "发布机构 发布单位 发文机关 公开机构 公开主体 发布机关 制发机关 信息公开单位",
    "origin": "来源 信息来源 文章来源 稿件来源 ContentSource 责任部门",
    "site": "SiteName 网站名称 站点名称",
    "number": "文号 发文字号 文件编号",
    "title": "标题 名称 信息名称 文件名称 ArticleTitle title",
    "url": "url Url URL canonical og:url 原文链接 source 链接",
    "": "索引号 索取号 主题分类 主题词 体裁分类 组配分类 有效性 公开方式 公开形式 公开范围 公开时限 信息类别 "
    "文种 载体 作者 编辑 撰稿 审核 供稿 初审 复审 终审 点击率 浏览量 浏览 阅读量 阅读 点击 访问量 责任编辑 "
    "浏览次数 点击数 阅读次数 访问次数 点击量 分类 主题 关键词 服务对象 生命周期 废止日期 "
    "生效日期 内容概述 信息分类 所属主题 发布人",
}
KEYS: Mapping[str, str] = {name: about for about, names in _ABOUT.items() for name in names.split()}
"""Printed and technical keys of metadata and what each is about ("" for what no report needs)."""

_NAMES = sorted((name for name in KEYS if not name.isascii()), key=len, reverse=True)
_SPACED = "|".join(r"\s*".join(name) for name in _NAMES)
_KEY = re.compile(rf"[【\[]?({_SPACED})[】\]]?\s*[:：]")
_STAMP = re.compile(
    r"[（(]?\s*+(发布)?(日期|时间)?[:：]?\s*+20\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*+日?\s*+(\d{1,2}[:：]\d{2}([:：]\d{2})?)?\s*[）)]?"
)
_BUTTONS = re.compile(r"[\s【\[（(|]*(?:字[号体號體]|打印|列印|分享|关闭|關閉|收藏).*$")
_BORDERS = re.compile(r"(?:(?<!\s)\s*[|｜\t]|[|｜])\s*")
_LOCATION = re.compile(r".{0,6}位置(是)?[:：]")
_COLUMN = re.compile(
    r"(政府)?(信息|政务|校务)公开(年报|年度报告|工作年度报告|专栏|专题|专区|平台|目录)?|通知公告|年度报告|年报|正文"
)
"""Names of the columns of a site, which pages print above their title."""
_FULL_NAME = re.compile(
    r"[\u4e00-\u9fff（）()]{2,}?(?:人民政府|办事处|办公室|办公厅|委员会|管委会|大学|学院|局|厅)"
)
_SECTION_STYLES = frozenset({"han", "han-paren", "part"})
_SIGNATURE_REACH = 3
_TOP = 60
"""Parts at the head of a document among which front matter is sought."""
_LONGEST_VALUE = 40
_LONGEST_PAIRS = 400
_MOST_TITLE_LINES = 3
_LONGEST_TITLE_LINE = 40
_LONGEST_TITLE = 1_000
"""What a format names as title and is longer is none."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of metadata: what it is about (``published``, ``publisher`` …), its text, where it was found."""

    about: str
    text: str
    found_in: str


@dataclass(slots=True)
class FrontMatter:
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
    parts = [_without_frame(part) for part in document.parts[:_TOP]] + list(document.parts[_TOP:])
    top = _top_of(parts)
    taken = _take_title(front, parts, top)
    taken = _take_all_metadata(front, parts, top, taken=taken)
    if front.title:
        taken |= _take_signature(front, parts, top, taken=taken)
    else:
        front.title = _named_title(document, front)
    front.parts = [part for at, part in enumerate(parts) if at not in taken]
    return front


def _without_frame(part: Part) -> Part:
    """``part`` without the pipes at its edges, if it is a line of front matter that was set in a table of one cell."""
    if not isinstance(part, Line) or not part.text.strip().strip("|｜ "):
        return part
    bare = part.text.strip("|｜ \u3000\xa0")
    if bare == part.text.strip() or _BORDERS.search(bare):
        return part
    is_metadata = bool(_STAMP.fullmatch(bare) or _line_pairs(bare)) or boilerplate.is_trail(bare)
    return replace(part, text=bare) if is_metadata or is_report_title(bare) else part


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


def _take_signature(front: FrontMatter, parts: Sequence[Part], top: int, *, taken: set[int]) -> set[int]:
    """The lines around the title that are its agency's name, a column of the site, or the title again."""
    lines = _numbered_lines(parts[:top])
    titles = _title_positions(front, lines, taken)
    if not titles:
        return set()
    found: set[int] = set()
    below_title = range(titles[0] + 1, titles[-1] + _SIGNATURE_REACH + 1)
    for at, text in [(at, trim(line.text)) for at, line in lines if at not in taken]:
        if _repeats_title(text, front.title) or (at < titles[0] and _is_column(text)):
            found.add(at)
        elif at in below_title and _is_full_name(text):
            front.facts.append(Fact("signature", text, "signature"))
            found.add(at)
    return found


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
    """Whether ``text`` is ``title`` again, without its year."""
    return is_report_title(text) and label_key(text) == re.sub(r"20\d\d年?度?", "", label_key(title))


def _top_of(parts: Sequence[Part]) -> int:
    """How many parts come before the first prose, heading of a section, or table of values."""
    return next((at for at, part in enumerate(parts[:_TOP]) if _begins_text(part)), min(len(parts), _TOP))


def _begins_text(part: Part) -> bool:
    if isinstance(part, Grid):
        return not _metadata_pairs(part)
    text = part.text.strip()
    if _KEY.match(text) or boilerplate.is_boilerplate(part) or is_report_title(text) or _row_pairs(text):
        return False
    ordinal = ordinal_of(text)
    is_section = ordinal is not None and ordinal.style in _SECTION_STYLES
    is_table_row = "\t" in text
    return "。" in text or is_section or is_table_row


def _take_title(front: FrontMatter, parts: Sequence[Part], top: int) -> set[int]:
    """The lines of the title within the first ``top`` parts; sets ``front.title``."""
    lines = _numbered_lines(parts[:top])
    best = min(_title_candidates(lines), key=_doubt, default=None)
    if best is None:
        return set()
    front.title = _joined_text(line for _, line in best)
    own = {at for at, _ in best}
    # Many pages print the title twice, in the head of the page and above the text.
    return own | {at for at, line in lines if label_key(line.text) == label_key(front.title)}


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
    if not is_report_title(text) or _KEY.match(text):
        return False
    return len(lines) == 1 or _belong_together(lines)


def _doubt(candidate: _Candidate) -> int:
    """How much speaks against lines as the title, the heaviest first: a headline, no year, no agency, no markup."""
    text = _joined_text(line for _, line in candidate)
    has_markup = candidate[0][1].level > 0
    return (
        8 * is_headline(text) + 4 * (not years_in(text)) + 2 * (not agency_in_title(text)) + (not has_markup)
    )


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
    is_agency = bool(AGENCY_TAIL.search(re.sub(r"20\d\d年?度?$", "", normalise(first))))
    has_the_year = bool(years_in(first)) and not years_in(rest) and not is_report_title(first)
    return is_agency and (has_the_year or not agency_in_title(rest))


def _is_line_of_its_own(text: str) -> bool:
    return len(text) > _LONGEST_TITLE_LINE or bool(_KEY.match(text) or _STAMP.fullmatch(text))


def _take_metadata(front: FrontMatter, part: Part) -> bool:
    """Whether ``part`` is metadata and nothing else; its facts go to ``front``."""
    if isinstance(part, Grid):
        pairs = _metadata_pairs(part)
        front.facts += [Fact(about, text, "metadata") for about, text in pairs]
        return bool(pairs)
    text = part.text.strip()
    if boilerplate.is_trail(text) or _LOCATION.match(text):
        # A trail tells whose site this is; it leaves the text only if nothing but a trail is on the line.
        front.facts += [Fact("trail", name, "breadcrumb") for name in boilerplate.trail_names(text)]
        return boilerplate.is_boilerplate(part)
    if _STAMP.fullmatch(text):
        front.facts.append(Fact("stamp", date_in(text), "date line"))
        return True
    if is_document_number(text):
        front.facts.append(Fact("number", text, "document number"))
        return True
    pairs = _line_pairs(text) or _row_pairs(text)
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
    return "。" in text or bool(_KEY.match(text) or ordinal_of(text)) or is_report_title(text)


def _row_pairs(text: str) -> list[tuple[str, str]]:
    """The keys and values of a row of a metadata table that was saved as text."""
    bare = text.strip("|｜ ")
    if not _BORDERS.search(bare):
        return []
    return _metadata_pairs(Grid((tuple(GridCell(cell) for cell in _BORDERS.split(bare)),)))


def _line_pairs(text: str) -> list[tuple[str, str]]:
    """The keys and values of a line that holds nothing else (a date stamp may come before them)."""
    # 2020-01-20 来源：办公室 字号：大 中 小 → (stamp, 2020-01-20), (origin, 办公室); the buttons are cut off.
    found = list(_KEY.finditer(text))
    if not found or len(text) > _LONGEST_PAIRS or "。" in text:
        return []
    before = text[: found[0].start()].strip(" \u3000\xa0|[]【】（）()")
    if before and not _STAMP.fullmatch(before):
        return []
    pairs = [("stamp", date_in(before))] if before else []
    ends = [*(match.start() for match in found[1:]), len(text)]
    for match, end in zip(found, ends, strict=True):
        value = text[match.end() : end].strip(" \u3000\xa0|\t[]【】；;")
        pairs.append((KEYS["".join(match.group(1).split())], _BUTTONS.sub("", value)))
    return pairs


def _metadata_pairs(grid: Grid) -> list[tuple[str, str]]:
    """The keys and values of a metadata table, none if it is another table."""
    # 索引号 | 0001 | 发布机构 | 教育局 / 发布日期：2020-01-20 | : a value is in the cell behind its key or in the same.
    cells = [one_line(cell.text) for row in grid.rows for cell in row]
    keys = [at for at, text in enumerate(cells) if _is_printed_key(_key_and_value(text)[0])]
    is_single_pair = len(cells) == 2 and len(grid.rows) == 1
    least = 1 if is_single_pair else 2
    filled = sum(map(bool, cells))
    # A table of values may have a 时间 or 名称 in its head: keys have to be a good part of all cells.
    if len(keys) < least or len(keys) * 3 < filled:
        return []
    return [_pair_at(cells, at, keys) for at in keys]


def _pair_at(cells: Sequence[str], at: int, keys: Sequence[int]) -> tuple[str, str]:
    name, value = _key_and_value(cells[at])
    has_value_behind = at + 1 < len(cells) and at + 1 not in keys
    return KEYS[name], value or (cells[at + 1] if has_value_behind else "")


def _key_and_value(text: str) -> tuple[str, str]:
    """What is before and behind the colon of a cell, the key without blanks (``来　源：``)."""
    name, _, value = text.replace("：", ":").partition(":")
    return "".join(name.split()), value.strip()


def _is_printed_key(name: str) -> bool:
    return name in KEYS and not name.isascii()


def _named_title(document: Document, front: FrontMatter) -> str:
    """The title that the file names itself, if no line prints one."""
    names = [document.title, *(fact.text for fact in front.texts("title"))]
    for name in names:
        for piece in (name, *re.split(r"[_|｜]|\s[-–—]\s|——", name)):
            if is_report_title(piece):
                return one_line(piece)
    return next((one_line(name) for name in names if name.strip() and len(name) <= _LONGEST_TITLE), "")
