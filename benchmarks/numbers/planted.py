"""Reports of official forms whose sums hold, and faults planted in them, each with what has to be found.

What has to be found is worked out by the demo corpus's own list of sums, apart from what the index uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from indexer.synthetic.demo.measures import (
    COLUMNS,
    Broken,
    broken_carry_over,
    broken_sums,
    places,
    request_rows,
)
from indexer.synthetic.reports import agencies, report
from report_search.model import Cell, Paragraph, Report, Section, Table

KINDS = ("row-sum", "column-sum", "balance", "review-sum", "carry-over", "prose")
DIFFERENCES = (1, 4, 10, 78)
_SAYINGS = (
    "{year}年，本机关共收到政府信息公开申请{number}件，均已依法答复。",
    "全年收到政府信息公开申请{number}件。",
    "本年度新收政府信息公开申请 {number} 件，按时办结。",
    "一年来，收到公民、法人和其他组织政府信息公开申请共计{number}件。",
)
Values = dict[str, int]
"""The numbers of the tables of requests and of reviews, by measure."""


class PlantedFault(Struct, frozen=True):
    """A report with a fault, the one before it of the same agency, and all that has to be found in the two.

    ``wanted`` are kind, measure, what is printed and what it should be; of a fault in prose the last two are the
    number in the text and that of the table.
    """

    kind: str
    before: Report
    report: Report
    wanted: tuple[tuple[str, str, int, int], ...]


def with_values(table: Table, changes: Mapping[str, Cell]) -> Table:
    """``table`` with other cells, by their measures."""
    rows = list(table.rows)
    for place in places(table):
        if place.measure in changes:
            row = rows[place.row]
            new = replace(changes[place.measure], column=place.cell.column, path=place.cell.path)
            cells = tuple(new if at == place.at else cell for at, cell in enumerate(row.cells))
            rows[place.row] = replace(row, cells=cells)
    return replace(table, rows=tuple(rows))


def number(value: int) -> Cell:
    """A cell that prints a number."""
    return Cell(str(value), 0, value=value)


def pairs(count: int, *, seed: int) -> Iterator[tuple[Report, Report]]:
    """So many pairs of reports of one agency and two years that follow each other, every sum of which holds."""
    rng, names = Random(seed), agencies()
    made = 0
    while made < count:
        agency, year = rng.choice(names), rng.choice((2020, 2021, 2022, 2023, 2024))
        before, now = (report(agency, one, seed=seed) for one in (year - 1, year))
        before = _carrying(before, values_of(now))
        # Where less is left over than was carried in, fewer than none may have to have come in.
        if min(values_of(before).values()) >= 0:
            made += 1
            yield _saying(before, rng), _saying(now, rng)


def planted(count: int, *, seed: int) -> Iterator[PlantedFault]:
    """So many faults, of all kinds in turn."""
    rng = Random(seed)
    for at, (before, now) in enumerate(pairs(count, seed=seed)):
        yield _planted(KINDS[at % len(KINDS)], before, now, rng=rng)


def _planted(kind: str, before: Report, now: Report, *, rng: Random) -> PlantedFault:
    wrong, form = rng.choice(DIFFERENCES), _form(now)
    if kind == "prose":
        total = values_of(now)["requests.new.total"]
        others = {
            total,
            total + values_of(now)["requests.carried_in.total"],
            values_of(now)["requests.total.total"],
        }
        said = next(one for one in range(total + wrong, total + 10_000) if one not in others)
        text = rng.choice(_SAYINGS).format(year=now.year, number=said)
        return PlantedFault(
            kind, before, _with_saying(now, text), (("prose", "requests.new.total", said, total),)
        )
    if kind == "carry-over":
        # All of a column of the earlier report moves along, so that its own sums go on holding, and its prose.
        moved = _moved(values_of(before), rng.choice(COLUMNS[:-1]), wrong)
        broken = _saying(with_numbers(before, moved), rng)
        wanted = [
            *broken_sums(values_of(now), form=form),
            *broken_carry_over(values_of(now), values_of(broken)),
        ]
        return PlantedFault(kind, broken, now, _said(wanted))
    measure = _measure(kind, form, rng)
    broken = with_numbers(now, {measure: values_of(now)[measure] + wrong})
    wanted = [
        *broken_sums(values_of(broken), form=form),
        *broken_carry_over(values_of(broken), values_of(before)),
    ]
    return PlantedFault(kind, before, broken, _said(wanted))


def _measure(kind: str, form: int, rng: Random) -> str:
    """A cell that a sum of the kind has in it."""
    rows = request_rows(f"requests-{form}")
    if kind == "review-sum":
        group = rng.choice(("reviews", "suits.direct", "suits.after_review"))
        return f"{group}.{rng.choice(('upheld', 'corrected', 'other', 'pending', 'total'))}"
    # Neither the row of new requests nor that which is carried in: these are said in prose, and by the year before.
    chosen = {"row-sum": rows[2:-2], "column-sum": rows[2:-1], "balance": rows[-1:]}[kind]
    return f"requests.{rng.choice(chosen)}.{rng.choice(COLUMNS)}"


def _said(broken: list[Broken]) -> tuple[tuple[str, str, int, int], ...]:
    return tuple((one.kind, one.measure, one.printed, one.expected) for one in broken)


def values_of(made: Report) -> Values:
    """The numbers of its tables of requests and of reviews."""
    return {
        place.measure: place.cell.value
        for table in _tables(made)
        for place in places(table)
        if isinstance(place.cell.value, int)
    }


def with_numbers(made: Report, numbers: Mapping[str, int]) -> Report:
    """``made`` with other numbers, by their measures."""
    cells = {measure: number(value) for measure, value in numbers.items()}
    return replace(made, sections=tuple(_with_cells(section, cells) for section in made.sections))


def _with_cells(section: Section, cells: Mapping[str, Cell]) -> Section:
    blocks = tuple(
        with_values(block, cells) if isinstance(block, Table) and not block.form.startswith("a") else block
        for block in section.blocks
    )
    return replace(section, blocks=blocks)


def _tables(made: Report) -> list[Table]:
    blocks = (block for _, section in made.walk() for block in section.blocks if isinstance(block, Table))
    return [table for table in blocks if table.form.startswith(("b", "c"))]


def _form(made: Report) -> int:
    return 2019 if made.year is not None and made.year < 2021 else 2021


def _moved(values: Values, column: str, amount: int) -> Values:
    """The cells to change so that ``amount`` more came in and was left over, in ``column`` and in the total."""
    return {
        f"requests.{row}.{one}": values[f"requests.{row}.{one}"] + amount
        for row in ("new", "carried_out")
        for one in (column, COLUMNS[-1])
    }


def _carrying(before: Report, now: Values) -> Report:
    """``before`` with what ``now`` carried in left over, and as many more or fewer that came in."""
    values = values_of(before)
    changed = {}
    for column in COLUMNS:
        left_over = now[f"requests.carried_in.{column}"]
        changed[f"requests.carried_out.{column}"] = left_over
        changed[f"requests.new.{column}"] = (
            values[f"requests.total.{column}"] + left_over - values[f"requests.carried_in.{column}"]
        )
    return with_numbers(before, changed)


def _saying(made: Report, rng: Random) -> Report:
    """``made`` with a sentence that says what its table says."""
    total = values_of(made)["requests.new.total"]
    return _with_saying(made, rng.choice(_SAYINGS).format(year=made.year, number=total))


def _with_saying(made: Report, text: str) -> Report:
    """``made`` with no sentence on requests received but ``text``."""
    sections = tuple(_without_sayings(section) for section in made.sections)
    first = next(at for at, section in enumerate(sections) if section.kind == "overview")
    blocks = (*sections[first].blocks, Paragraph(text))
    opened = replace(sections[first], blocks=blocks)
    return replace(made, sections=(*sections[:first], opened, *sections[first + 1 :]))


def _without_sayings(section: Section) -> Section:
    kept = tuple(block for block in section.blocks if isinstance(block, Table) or "申请" not in block.text)
    below = tuple(_without_sayings(one) for one in section.subsections)
    return replace(section, blocks=kept, subsections=below)
