"""What stands above the text of a report: its title, its date line, its metadata block.

The rule: these lines become facts with a place and leave the text; a line that is none of them stays in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
    r"[（(]?\s*(发布)?(日期|时间)?[:：]?\s*20\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?\s*(\d{1,2}[:：]\d{2}([:：]\d{2})?)?\s*[）)]?"
)
_BUTTONS = re.compile(r"[\s【\[（(|]*(?:字[号体號體]|打印|列印|分享|关闭|關閉|收藏).*$")
_BORDERS = re.compile(r"\s*[|｜\t]\s*")
_COLUMN = re.compile(
    r"(政府)?(信息|政务|校务)公开(年报|年度报告|工作年度报告|专栏|专题|专区|平台|目录)?|通知公告|年度报告|年报|正文"
)
"""Names of the columns of a site, which stand above the title of a page."""
_FULL_NAME = re.compile(
    r"[\u4e00-\u9fff（）()]{2,}?(?:人民政府|办事处|办公室|办公厅|委员会|管委会|大学|学院|局|厅)"
)
_TOP = 60
_LONGEST_VALUE = 40


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
    """The front of ``document`` and what is left when it is taken away."""
    front = FrontMatter()
    for name, text in document.facts.items():
        about = KEYS.get(name, KEYS.get(normalise(name), ""))
        if about and text.strip():
            front.facts.append(Fact(about, text.strip(), "facts"))
    parts = [_without_borders(part) for part in document.parts[:_TOP]] + list(document.parts[_TOP:])
    top = _top_of(parts)
    taken = _take_title(front, parts, top)
    for at in range(top):
        if at not in taken and _take_metadata(front, parts[at]):
            taken.add(at)
            value = _value_below(parts, at) if at + 1 not in taken else None
            if value is not None:
                front.facts.append(value)
                taken.add(at + 1)
    if not front.title:
        front.title = _named_title(document, front)
    else:
        taken |= _take_signature(front, parts, min(top, _TOP), taken=taken)
    front.parts = [part for at, part in enumerate(parts) if at not in taken]
    return front


def _without_borders(part: Part) -> Part:
    """A line of the page around the report without the borders of the table that it was set in."""
    if not isinstance(part, Line) or not part.text.strip().strip("|｜ "):
        return part
    bare = part.text.strip("|｜ \u3000\xa0")
    edged = bare != part.text.strip() and not _BORDERS.search(bare)
    stands = edged and (is_report_title(bare) or _STAMP.fullmatch(bare) or _line_pairs(bare))
    return replace(part, text=bare) if stands or (edged and boilerplate.is_trail(bare)) else part


def _take_signature(front: FrontMatter, parts: Sequence[Part], top: int, *, taken: set[int]) -> set[int]:
    """The lines around the title that are its agency's name, a column of the site, or the title again."""
    found: set[int] = set()
    titles = [
        at
        for at, part in enumerate(parts[:top])
        if isinstance(part, Line) and at in taken and label_key(part.text) in label_key(front.title)
    ]
    if not titles:
        return found
    for at, part in enumerate(parts[:top]):
        if at in taken or not isinstance(part, Line):
            continue
        text = trim(part.text)
        again = is_report_title(text) and label_key(text) == _without_year(front.title)
        if again or (at < titles[0] and _COLUMN.fullmatch(normalise(text))):
            found.add(at)
        elif titles[0] < at <= titles[-1] + 3 and _is_name(text):
            front.facts.append(Fact("signature", text, "signature"))
            found.add(at)
    return found


def _is_name(text: str) -> bool:
    """Whether ``text`` can be nothing but the full name of an agency."""
    return 4 <= len(text) <= 30 and bool(_FULL_NAME.fullmatch(text))


def _without_year(title: str) -> str:
    return re.sub(r"20\d\d年?度?", "", label_key(title))


def _top_of(parts: Sequence[Part]) -> int:
    """How many parts stand above the first prose, heading of a section, or table of values."""
    for at, part in enumerate(parts[:_TOP]):
        if isinstance(part, Grid):
            if not _metadata_pairs(part):
                return at
            continue
        text = part.text.strip()
        if _KEY.match(text) or boilerplate.is_boilerplate(part) or is_report_title(text) or _row_pairs(text):
            continue
        ordinal = ordinal_of(text)
        if (
            "。" in text
            or (ordinal is not None and ordinal.style in ("han", "han-paren", "part"))
            or "\t" in text
        ):
            return at
    return min(len(parts), _TOP)


def _take_title(front: FrontMatter, parts: Sequence[Part], top: int) -> set[int]:
    """The lines of the title within the first ``top`` parts; sets ``front.title``."""
    lines = [(at, part) for at, part in enumerate(parts[:top]) if isinstance(part, Line)]
    best = min(_titles(lines), key=_doubt, default=None)
    if best is None:
        return set()
    front.title = _run_text(best)
    own = {at for at, line in lines if any(line is one for one in best)}
    return own | {at for at, line in lines if label_key(line.text) == label_key(front.title)}


def _titles(lines: Sequence[tuple[int, Line]]) -> Iterator[list[Line]]:
    """Every run of one to three neighbouring lines that can be the title."""
    for n in range(len(lines)):
        for count in (1, 2, 3):
            run = lines[n : n + count]
            if len(run) < count or run[-1][0] != run[0][0] + count - 1:
                break
            own = [line for _, line in run]
            text = _run_text(own)
            if is_report_title(text) and not _KEY.match(text) and (count == 1 or _belongs(own)):
                yield own


def _doubt(run: Sequence[Line]) -> int:
    """How much speaks against a run of lines as the title: a headline, no year, no agency, no markup."""
    text = _run_text(run)
    return (
        8 * is_headline(text)
        + 4 * (not years_in(text))
        + 2 * (not agency_in_title(text))
        + (not run[0].level)
    )


def _run_text(lines: Sequence[Line]) -> str:
    text = ""
    for line in lines:
        text = join_text(text, one_line(line.text))
    return text


def _belongs(run: Sequence[Line]) -> bool:
    """Whether the lines at the top are one title: an agency above one that lacks it, or one that breaks off."""
    texts = [line.text.strip() for line in run]
    if any(len(text) > 40 or _KEY.match(text) or _STAMP.fullmatch(text) for text in texts):
        return False
    rest = "".join(texts[1:])
    if is_report_title(rest):
        head = re.sub(r"20\d\d年?度?$", "", normalise(texts[0]))
        broken = bool(years_in(texts[0])) and not years_in(rest) and not is_report_title(texts[0])
        return bool(AGENCY_TAIL.search(head)) and (broken or not agency_in_title(rest))
    return not is_report_title(texts[-1])


def _take_metadata(front: FrontMatter, part: Part) -> bool:
    """Whether ``part`` is metadata and nothing else; its facts go to ``front``."""
    if isinstance(part, Grid):
        pairs = _metadata_pairs(part)
        front.facts += [Fact(about, text, "metadata") for about, text in pairs]
        return bool(pairs)
    text = part.text.strip()
    if boilerplate.is_trail(text) or re.match(r".{0,6}位置(是)?[:：]", text):
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
    key_line, value = parts[at], parts[at + 1] if at + 1 < len(parts) else None
    if not isinstance(key_line, Line) or not isinstance(value, Line):
        return None
    name = key_line.text.strip().rstrip(":：").strip()
    text = value.text.strip()
    bare = name != key_line.text.strip() and name in KEYS and 0 < len(text) <= _LONGEST_VALUE
    says = "。" in text or _KEY.match(text) or is_report_title(text) or ordinal_of(text)
    return Fact(KEYS[name], text, "metadata") if bare and not says else None


def _row_pairs(text: str) -> list[tuple[str, str]]:
    """The keys and values of a row of a metadata table that was saved as text."""
    cells = _BORDERS.split(text.strip("|｜ ")) if _BORDERS.search(text.strip("|｜ ")) else []
    return _metadata_pairs(Grid((tuple(GridCell(cell) for cell in cells),))) if len(cells) > 1 else []


def _line_pairs(text: str) -> list[tuple[str, str]]:
    """The keys and values of a line that holds nothing else (a date stamp may stand before them)."""
    found = list(_KEY.finditer(text))
    if not found or len(text) > 400 or "。" in text:
        return []
    before = text[: found[0].start()].strip(" \u3000\xa0|[]【】（）()")
    if before and not _STAMP.fullmatch(before):
        return []
    pairs = [("stamp", date_in(before))] if before else []
    for match, after in zip(found, [*found[1:], None], strict=True):
        value = text[match.end() : after.start() if after else len(text)].strip(" \u3000\xa0|\t[]【】；;")
        pairs.append((KEYS["".join(match.group(1).split())], _BUTTONS.sub("", value)))
    return pairs


def _metadata_pairs(grid: Grid) -> list[tuple[str, str]]:
    """The keys and values of a metadata table, none if it is another table."""
    cells = [one_line(cell.text) for row in grid.rows for cell in row]
    names = [at for at, text in enumerate(cells) if _key_of(text)]
    least = 1 if len(cells) == 2 and len(grid.rows) == 1 else 2
    if len(names) < least or len(names) * 3 < len([text for text in cells if text]):
        return []
    pairs = []
    for at in names:
        name, _, inline = cells[at].replace("：", ":").partition(":")
        value = inline.strip() or (cells[at + 1] if at + 1 < len(cells) and at + 1 not in names else "")
        pairs.append((KEYS["".join(name.split())], value))
    return pairs


def _key_of(text: str) -> str:
    name = "".join(text.replace("：", ":").partition(":")[0].split())
    return name if name in KEYS and not name.isascii() else ""


def _named_title(document: Document, front: FrontMatter) -> str:
    """The title that the file names itself, if no line prints one."""
    names = [document.title, *(fact.text for fact in front.texts("title"))]
    for name in names:
        for piece in (name, *re.split(r"[_|｜]|\s[-–—]\s|——", name)):
            if is_report_title(piece):
                return one_line(piece)
    return next((one_line(name) for name in names if name.strip()), "")
