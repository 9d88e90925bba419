"""The official tables, filled with numbers that keep their identities.

Three forms: 2019 (reports of 2019 and 2020), 2021 (later ones) and the statistics annex of 2014 to 2018. A
table is described by rows of labels; spans, header paths and values follow from that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from msgspec import Struct

from indexer.tables.annex import add_group_headers
from report_search.model import Cell, HeaderPath, Row, Table

Printed = tuple[str, int | float | None, str]
"""A value as printed, its number and its unit."""

_APPLICANTS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
_CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_ANSWERED = "三、本年度办理结果"
_OUTCOMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("（一）予以公开", ()),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", ()),
    (
        "（三）不予公开",
        (
            "1.属于国家秘密",
            "2.其他法律行政法规禁止公开",
            "3.危及“三安全一稳定”",
            "4.保护第三方合法权益",
            "5.属于三类内部事务信息",
            "6.属于四类过程性信息",
            "7.属于行政执法案卷",
            "8.属于行政查询事项",
        ),
    ),
    (
        "（四）无法提供",
        ("1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确"),
    ),
    (
        "（五）不予处理",
        (
            "1.信访举报投诉类申请",
            "2.重复申请",
            "3.要求提供公开出版物",
            "4.无正当理由大量反复申请",
            "5.要求行政机关确认或重新出具已获取信息",
        ),
    ),
)
_OTHER_2021 = (
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "3.其他",
)
_RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_ANNEX: tuple[tuple[str, str], ...] = (
    ("一、主动公开情况", ""),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条"),
    ("其中：主动公开规范性文件数", "条"),
    ("制发规范性文件总数", "件"),
    ("（二）通过政府网站公开政府信息数", "条"),
    ("（三）通过政务微博公开政府信息数", "条"),
    ("二、回应解读情况", ""),
    ("（一）回应公众关注热点或重大舆情数", "次"),
    ("（二）参加或举办新闻发布会总次数", "次"),
    ("三、依申请公开情况", ""),
    ("（一）收到申请数", "件"),
    ("（二）申请办结数", "件"),
    ("（三）申请答复数", "件"),
    ("四、行政复议数量", "件"),
    ("五、行政诉讼数量", "件"),
    ("六、举报投诉数量", "件"),
    ("七、依申请公开信息收取的费用", "万元"),
    ("八、机构建设和保障经费情况", ""),
    ("（一）政府信息公开工作专门机构数", "个"),
    ("（二）从事政府信息公开工作人员数", "人"),
    ("九、政府信息公开会议和培训情况", ""),
    ("（一）召开政府信息公开工作会议或专题会议数", "次"),
    ("（二）接受培训人员数", "人次"),
)


class Requests(Struct, frozen=True):
    """Table B with the two totals that prose speaks of, and what each applicant's column leaves for next year."""

    table: Table
    received: int
    answered: int
    left: tuple[int, ...] = ()


def proactive_2019(rng: Random) -> Table:
    """Table A of the reports of 2019 and 2020."""
    change = ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")
    return _blocks(
        (
            _block("一", ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"), rng,
                   rows=(("规章", "nnn"), ("规范性文件", "nnn"))),
            _block("五", change, rng, rows=(("行政许可", "nsb"), ("其他对外管理服务事项", "nsu"))),
            _block("六", change, rng, rows=(("行政处罚", "nsb"), ("行政强制", "nsb"))),
            _block("八", change[:3], rng, rows=(("行政事业性收费", "ns"),)),
            _block("九", ("信息内容", "采购项目数量", "采购总金额"), rng, rows=(("政府集中采购", "nm"),)),
        ),
        "a-2019",
    )  # fmt: skip


def proactive_2021(rng: Random) -> Table:
    """Table A of the reports of 2021 and later."""
    decided = ("信息内容", "本年处理决定数量")
    return _blocks(
        (
            _block("一", ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"), rng,
                   rows=(("规章", "nnn"), ("行政规范性文件", "nnn"))),
            _block("五", decided, rng, rows=(("行政许可", "b"),)),
            _block("六", decided, rng, rows=(("行政处罚", "b"), ("行政强制", "n"))),
            _block("八", ("信息内容", "本年收费金额（单位：万元）"), rng, rows=(("行政事业性收费", "f"),)),
        ),
        "a-2021",
    )  # fmt: skip


def requests(
    rng: Random, *, form: int, scale: int | None = None, carried: Sequence[int] | None = None
) -> Requests:
    """Table B; ``form`` is 2019 (23 value rows) or 2021 (25).

    ``scale`` is the size of the agency, ``carried`` what the year before left in each of the six columns of
    applicants; what is None is drawn.
    """
    others = _OTHER_2021 if form == 2021 else ()
    labels = [
        (group, item)
        for group, items in (*_OUTCOMES, ("（六）其他处理", others))
        for item in (items or ("",))
    ]
    # The size of the agency. Most requests end in one of two ways: granted (0), a complaint in disguise (13).
    drawn = rng.choice((2, 12, 80, 600))
    scale = drawn if scale is None else scale
    counts = [_applicants(rng, scale if at in (0, 13) else scale // 4) for at in range(len(labels))]
    total = [sum(column) for column in zip(*counts, strict=True)]
    new, carried, left = _balance(rng, total, carried=carried)
    rows = [
        *_request_heads(),
        _request_row((("一、本年新收政府信息公开申请数量", 3),), (), new),
        _request_row((("二、上年结转政府信息公开申请数量", 3),), (), carried),
        *_outcome_rows(labels, counts, total),
        _request_row((("四、结转下年度继续办理", 3),), (), left),
    ]
    return Requests(Table(tuple(rows), form=f"b-{form}"), sum(new), sum(total), tuple(left))


def _balance(
    rng: Random, total: Sequence[int], *, carried: Sequence[int] | None
) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """What is new, carried over and left in each column, by what was settled and, if given, carried over."""
    # The identity of each column: new + carried over = settled (total) + left for next year. The right side and what
    # was carried over, never more than the right side, are drawn; what is new follows.
    left = [rng.randint(0, max(1, n // 9)) for n in total]
    if carried is None:
        carried = [rng.randint(0, min(n + m, max(1, n // 8))) for n, m in zip(total, left, strict=True)]
    # What was carried over and is not settled is left again, so that no column has less than no new request.
    left = [max(m, c - n) for n, m, c in zip(total, left, carried, strict=True)]
    new = [n + m - c for n, m, c in zip(total, left, carried, strict=True)]
    return new, carried, left


def review(rng: Random) -> tuple[Table, int]:
    """Table C and the number of its cases."""
    fives = [[rng.choice((0, 0, 0, 1, 2, 5, 11)) for _ in range(4)] for _ in range(3)]
    values = [n for five in fives for n in (*five, sum(five))]
    tops = ("行政复议", "行政诉讼", "行政诉讼")
    kinds = ((), ("未经复议直接起诉",), ("复议后起诉",))
    paths = [(top, *kind, result) for top, kind in zip(tops, kinds, strict=True) for result in _RESULTS]
    heads = (
        _row(_heads((("行政复议", 1, 5), ("行政诉讼", 1, 10))), is_head=True),
        _row(
            _heads((*((result, 2, 1) for result in _RESULTS), *((kind[0], 1, 5) for kind in kinds[1:]))),
            is_head=True,
        ),
        _row(_heads(((result, 1, 1) for result in _RESULTS * 2), start=5), is_head=True),
    )
    cells = [_value(_whole(n), at, path) for at, (n, path) in enumerate(zip(values, paths, strict=True))]
    # Five columns each: the four results of a kind of case and their sum.
    return Table((*heads, _row(cells)), form="c"), sum(map(sum, fives))


def annex(rng: Random, figures: Mapping[str, int]) -> Table:
    """The statistics table of the reports of 2014 to 2018; ``figures`` gives what the prose speaks of."""
    given = {
        "（一）收到申请数": figures["requests"],
        "四、行政复议数量": figures["cases"],
        "五、行政诉讼数量": 0,
    }
    rows = [_row(_heads((("统计指标", 1, 1), ("单位", 1, 1), ("统计数", 1, 1))), is_head=True)]
    for label, unit in _ANNEX:
        number = _whole(given.get(label, rng.randint(0, 2000))) if unit else ("", None, "")
        rows.append(
            _row(
                [
                    Cell(label, 0, is_header=True),
                    Cell(unit, 1, path=("单位",)),
                    _value(number, 2, ("统计数",)),
                ],
                (label,),
            )
        )
    return add_group_headers(Table(tuple(rows), form="stats-2014"))


def _applicants(rng: Random, scale: int) -> list[int]:
    """The six columns of a row of table B: people, five kinds of bodies."""
    people = rng.randint(0, max(1, scale))
    firms = rng.randint(0, max(1, scale // 8)) if rng.random() < 0.5 else 0
    return [people, firms, *(rng.choice((0, 0, 0, 0, 1, 2)) for _ in range(4))]


def _request_heads() -> Iterable[Row]:
    yield _row(_heads(((_CORNER, 3, 3), ("申请人情况", 1, 7))), is_head=True)
    yield _row(_heads((("自然人", 2, 1), ("法人或其他组织", 1, 5), ("总计", 2, 1)), start=3), is_head=True)
    yield _row(_heads(((name, 1, 1) for name in _APPLICANTS), start=4), is_head=True)


_REQUEST_PATHS: tuple[HeaderPath, ...] = (
    ("申请人情况", "自然人"),
    *(("申请人情况", "法人或其他组织", name) for name in _APPLICANTS),
    ("申请人情况", "总计"),
)


def _request_row(
    labels: Sequence[tuple[str, int]], above: HeaderPath, counts: Sequence[int], *, down: Sequence[int] = ()
) -> Row:
    """A value row: labels with their colspans that begin in it, the headers that span down from above."""
    start = 3 - sum(width for _, width in labels)
    spans = (*down, *([1] * (len(labels) - len(down))))
    heads = _heads(
        ((text, rows, width) for (text, width), rows in zip(labels, spans, strict=True)), start=start
    )
    values = [_value(_whole(n), 3 + at, _REQUEST_PATHS[at]) for at, n in enumerate((*counts, sum(counts)))]
    return _row([*heads, *values], (*above, *(text for text, _ in labels)))


def _outcome_rows(
    labels: Sequence[tuple[str, str]], counts: Sequence[Sequence[int]], total: Sequence[int]
) -> Iterable[Row]:
    """The rows of what became of the requests. A header that spans rows is printed in the first of them only:

    三、本年度办理结果 │（一）予以公开               │   printed: 三 (all rows), （一） (1 row, 2 columns)
                       │（三）不予公开 │ 1.国家秘密  │   printed: （三） (8 rows), 1.     above: 三
                       │               │ 2.法律禁止  │   printed: 2.                      above: 三, （三）
    """
    sizes = Counter(group for group, _ in labels)
    begun: set[str] = set()
    for (group, item), row in zip(labels, counts, strict=True):
        above: list[str] = []
        # Labels with their colspans, and the rowspans of those that span down.
        printed: list[tuple[str, int]] = []
        down: list[int] = []
        if begun:
            above.append(_ANSWERED)
        else:
            printed.append((_ANSWERED, 1))
            down.append(len(labels) + 1)
        if group in begun:
            above.append(group)
        else:
            printed.append((group, 1 if item else 2))
            down.append(sizes[group])
        begun.add(group)
        if item:
            printed.append((item, 1))
        yield _request_row(printed, tuple(above), row, down=down)
    yield _request_row((("（七）总计", 2),), (_ANSWERED,), total)


def _block(item: str, heads: Sequence[str], rng: Random, *, rows: Sequence[tuple[str, str]]) -> list[Row]:
    """A block of table A: its title over four columns, its column heads, its rows."""
    title = f"第二十条第（{item}）项"
    widths = [1] * (len(heads) - 1) + [5 - len(heads)]
    block = [
        _row(_heads(((title, 1, 4),)), is_head=True),
        _row(_heads((head, 1, width) for head, width in zip(heads, widths, strict=True)), is_head=True),
    ]
    for label, kinds in rows:
        cells = [Cell(label, 0, is_header=True)]
        for at, kind in enumerate(kinds, 1):
            cells.append(_value(_printed(rng, kind), at, (heads[at],), width=widths[at]))
        block.append(_row(cells, (title, label)))
    return block


def _blocks(blocks: Iterable[list[Row]], form: str) -> Table:
    return Table(tuple(row for block in blocks for row in block), form=form)


def _printed(rng: Random, kind: str) -> Printed:
    """A value of table A: n small, b big, s signed, f fraction, u with a unit, m money."""
    if rng.random() < 0.04:
        return "", None, ""
    if kind == "s":
        change = rng.choice((0, 0, 3, 25, 174, -1, -12, -183))
        return f"{change:+d}" if change else "0", change, ""
    if kind == "f":
        amount = rng.randint(0, 9_999_999) / 10_000
        return f"{amount}", amount, ""
    if kind == "u" and rng.random() < 0.3:
        return f"{rng.randint(11, 999) / 10}万件", None, "万件"
    if kind == "m":
        return f"{(n := rng.randint(1, 99_999))}万元", n, "万元"
    return _whole(rng.randint(0, 40) if kind == "n" else rng.randint(0, 80_000))


def _whole(number: int) -> Printed:
    return str(number), number, ""


def _value(printed: Printed, column: int, path: HeaderPath, *, width: int = 1) -> Cell:
    text, number, unit = printed
    if number is None and unit:
        number = float(text.removesuffix(unit))
    return Cell(text, column, 1, width, path=path, value=number, unit=unit)


def _heads(heads: Iterable[tuple[str, int, int]], *, start: int = 0) -> list[Cell]:
    """Header cells side by side from a column on: text, rowspan, colspan."""
    cells = []
    column = start
    for text, rowspan, colspan in heads:
        cells.append(Cell(text, column, rowspan, colspan, is_header=True))
        column += colspan
    return cells


def _row(cells: Sequence[Cell], headers: HeaderPath = (), *, is_head: bool = False) -> Row:
    return Row(tuple(cells), headers, is_head)
