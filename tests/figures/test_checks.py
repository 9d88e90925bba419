"""Sums that do not hold are found, all of them, and nothing else is: not on clean reports, not in torn tables."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace

from benchmarks.numbers.planted import number, with_values
from indexer.read_report import read_bytes
from indexer.synthetic import forms
from indexer.synthetic.demo.measures import broken_sums, places
from indexer.synthetic.demo.plan import make_corpus
from indexer.synthetic.demo.truth import truth_of
from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import reports
from report_search.figures.cells import OfficialCell
from report_search.figures.checks import Check, check_carry_over, check_table
from report_search.figures.extract import figures_of
from report_search.figures.prose.checks import check_prose
from report_search.figures.prose.reading import figures_of_text
from report_search.model import Cell
from tests.sampling import sampled

Found = tuple[str, str, int | float, int | float]


def said(check: Check) -> Found:
    return check.kind, check.measure, check.left.value, check.right.value


def test_clean_reports_give_no_alarm() -> None:
    for made in reports(sampled(200), seed=11, start=5_000):
        assert figures_of(made).checks == (), made.id


@pytest.mark.parametrize("form", [2019, 2021])
def test_every_planted_fault_is_found_and_no_other(form: int) -> None:
    rng = Random(form)
    for _ in range(sampled(250)):
        table = forms.requests(rng, form=form).table
        review, _ = forms.review(rng)
        place = rng.choice([*places(table), *places(review)])
        assert isinstance(place.cell.value, int)
        change = {place.measure: number(place.cell.value + rng.choice((1, 4, 10, 78)))}
        broken = [with_values(one, change) for one in (table, review)]
        values = {
            p.measure: p.cell.value for one in broken for p in places(one) if isinstance(p.cell.value, int)
        }
        wanted = [(b.kind, b.measure, b.printed, b.expected) for b in broken_sums(values, form=form)]
        assert wanted
        found = [said(check) for one in broken for check in check_table(one)]
        assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize(("form", "sums"), [(2021, 25 + 7 + 7 + 3), (2019, 23 + 7 + 7 + 3)])
def test_a_form_has_so_many_sums(form: int, sums: int) -> None:
    table = forms.requests(Random(1), form=form).table
    review, _ = forms.review(Random(1))
    # Cells that are all different powers of two fit nowhere, so that every sum is wrong.
    found = []
    for one in (table, review):
        changes = {place.measure: number(2**at) for at, place in enumerate(places(one))}
        found += check_table(with_values(one, changes))
    assert len(found) == sums
    assert len({(check.kind, check.measure) for check in found}) == sums


@pytest.mark.parametrize("mark", ["", "—", "/", "无", "3余", "1.2万件"])
def test_a_sum_is_made_of_numbers_only(mark: str) -> None:
    table = forms.requests(Random(4), form=2021).table
    wrong = with_values(table, {"requests.granted.total": number(99_999)})
    assert {check.kind for check in check_table(wrong)} >= {"row-sum", "column-sum"}
    hidden = Cell(mark, 0, value=1.2 if mark == "1.2万件" else None, unit="万件" if mark == "1.2万件" else "")
    measures = {"requests.granted.legal": hidden, "requests.partly.total": hidden}
    found = [said(check)[:2] for check in check_table(with_values(wrong, measures))]
    assert ("row-sum", "requests.granted.total") not in found
    assert ("column-sum", "requests.total.total") not in found


def test_a_torn_table_makes_no_sum_of_what_it_lost() -> None:
    table = forms.requests(Random(4), form=2021).table
    for at in [at for at, row in enumerate(table.rows) if not row.is_head]:
        rows = tuple(row for number, row in enumerate(table.rows) if number != at)
        assert check_table(replace(table, rows=rows)) == []


def test_what_is_said_of_a_sum_is_in_plain_words() -> None:
    table = forms.requests(Random(8), form=2021).table
    values = {place.measure: place.cell.value for place in places(table)}
    total = values["requests.new.total"]
    assert isinstance(total, int)
    (row_sum, balance) = check_table(with_values(table, {"requests.new.total": number(total + 4)}))
    assert row_sum.message == f"总计栏为 {total + 4}，各列相加为 {total}，相差 4"
    assert row_sum.difference == 4
    assert balance.message.startswith("“本年新收＋上年结转”")
    assert "“办理结果＋结转下年度”" in balance.message
    assert balance.message.endswith("相差 4")
    assert balance.left.text.count("＋") == 1


def test_the_demo_corpus_holds_what_was_planted_and_no_more() -> None:
    made = make_corpus()
    told = truth_of(made, {one.name: f"{one.name}.html" for one in made.reports})
    counted = {(one.body.key, one.year): one for one in made.reports if not one.superseded}
    figures = {one.name: figures_of(one.report) for one in counted.values()}
    found = []
    for (key, year), one in counted.items():
        own = figures[one.name]
        checks = list(own.checks)
        if before := counted.get((key, year - 1)):
            checks += check_carry_over(figures[before.name].named(), own.named(), years=(year - 1, year))
        found += [(one.name, *said(check)) for check in checks]
    wanted = [(b["report"], b["kind"], b["measure"], b["printed"], b["expected"]) for b in told["broken"]]
    assert sorted(found) == sorted(wanted)
    assert {fault["kind"] for fault in told["faults"]} == {
        *("row-sum", "column-sum", "balance", "review-sum", "carry-over", "prose")
    }


def test_reading_turns_them_into_warnings() -> None:
    made = make_corpus()
    for one in made.reports[::7]:
        checks = [check for check in figures_of(one.report).checks if check.kind != "prose"]
        read = read_bytes(write_html(one.report), "r.html")
        sums = [w for w in read.warnings if w.code in ("total-mismatch", "identity-broken")]
        assert [warning.message for warning in sums] == [check.message for check in checks]


def prose(text: str, *, total: int = 95, carried: int = 3, settled: int = 90) -> list[Check]:
    def cell(value: int, label: str) -> OfficialCell:
        return OfficialCell("", value, "printed", str(value), "", "2021", (label, "总计"), 0, passage="p")

    cells = {
        "requests.new.total": cell(total, "一、本年新收"),
        "requests.carried_in.total": cell(carried, "二、上年结转"),
        "requests.total.total": cell(settled, "（七）总计"),
    }
    return check_prose(figures_of_text(text, passage="q", year=2022), cells, year=2022)


class TestProse:
    @pytest.mark.parametrize(
        "text",
        [
            "2022年，我局共收到政府信息公开申请17件，均已答复。",
            "全年收到各类政府信息公开申请１７件。",
            "本年度新收信息公开申请17 件，按时办结。",
            "一年来，收到公民、法人和其他组织政府信息公开申请共计17件。",
        ],
    )
    def test_another_number_than_the_tables_is_found(self, text: str) -> None:
        (found,) = prose(text)
        assert (found.kind, found.left.value, found.right.value, found.difference) == ("prose", 17, 95, -78)
        assert found.message.startswith("正文写作 ")
        assert found.message.endswith("表中为 95，相差 78")
        assert (found.left.passage, found.right.passage) == ("q", "p")

    @pytest.mark.parametrize(
        "text",
        [
            "全年共收到政府信息公开申请95件。",
            "全年共收到政府信息公开申请98件（含上年结转3件）。",
            "全年共收到政府信息公开申请95件，其中收到网络申请17件。",
            "全年通过网络收到申请17件。",
            "2021年共收到政府信息公开申请17件。",
            "全年收到政府信息公开申请近17件。",
            "自条例施行以来，累计收到政府信息公开申请1017件。",
            "市本级收到政府信息公开申请17件。",
            "全年收到建议提案17件。",
        ],
    )
    def test_what_may_mean_something_else_is_not(self, text: str) -> None:
        assert prose(text) == []

    def test_a_cell_that_is_no_number_contradicts_nothing(self) -> None:
        assert check_prose(figures_of_text("共收到申请17件。"), {}, year=2022) == []

    @pytest.mark.parametrize(
        ("text", "measure", "printed"),
        [
            ("共收到申请95件，予以公开18件，部分公开6件。", "requests.granted.total", 40),
            ("共收到申请95件，予以公开40件，部分公开4件。", "requests.partly.total", 6),
            ("全年收到申请95件，上年结转5件。", "requests.carried_in.total", 3),
            ("全年收到申请95件，结转下年度继续办理9件。", "requests.carried_out.total", 8),
            ("因政府信息公开引发的行政复议案件7件。", "reviews.total", 2),
        ],
    )
    def test_other_rows_are_held_against_the_text_as_well(
        self, text: str, measure: str, printed: int
    ) -> None:
        (found,) = against_all(text)
        assert (found.kind, found.measure, found.right.value) == ("prose", measure, printed)

    @pytest.mark.parametrize(
        "text",
        [
            "共收到申请95件，予以公开40件，部分公开6件，上年结转3件，结转下年度8件。",
            "共收到申请95件，其中自然人申请60件，予以公开18件。",
            "共收到网络申请50件，予以公开18件。",
            "共收到申请95件，予以公开近20件。",
            "制发文件95件，予以公开18件。",
            "因政府信息公开引发的行政复议、行政诉讼案件7件。",
            "去年收到申请90件，予以公开18件。",
        ],
    )
    def test_of_other_rows_too_what_may_mean_something_else_is_not(self, text: str) -> None:
        assert against_all(text) == []


def against_all(text: str) -> list[Check]:
    """What the text says against a table of 95 requests received, 40 of them granted, and so on."""
    values = {
        "requests.new.total": 95,
        "requests.carried_in.total": 3,
        "requests.granted.total": 40,
        "requests.partly.total": 6,
        "requests.total.total": 90,
        "requests.carried_out.total": 8,
        "reviews.total": 2,
    }
    cells = {
        key: OfficialCell(key, value, "printed", str(value), "", "2021", ("总计",), 0, passage="p")
        for key, value in values.items()
    }
    return check_prose(figures_of_text(text, passage="q", year=2022), cells, year=2022)
