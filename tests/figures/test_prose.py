"""Figures in running text are read as a reader labelled them, and joined by year with no false pair."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from indexer.read_report import read_bytes
from indexer.synthetic.reports import reports
from report_search.figures.extract import figures_of
from report_search.figures.prose.reading import ProseFigure, figures_of_text
from report_search.figures.prose.series import ProsePoint, ProseSeries, prose_series
from tests.figures.figured import Figured
from tests.figures.gold_figures import Score, cases
from tests.sampling import sampled

CORPUS = Path(__file__).parents[2] / "corpus"


def read(text: str, *, year: int | None = None) -> list[tuple[str, str, float]]:
    return [(one.label, one.text, one.value) for one in figures_of_text(text, year=year)]


def of_file(name: str) -> list[ProsePoint]:
    report = read_bytes((CORPUS / name).read_bytes(), name)
    assert report.year is not None
    return [ProsePoint(report.year, report.agency, name, one) for one in figures_of(report).prose]


def joined(*sentences: tuple[int, str]) -> list[ProseSeries]:
    """The series that sentences of several years make."""
    return prose_series(
        ProsePoint(year, "某局", str(year), figure)
        for year, sentence in sentences
        for figure in figures_of_text(sentence, year=year)
    )


class TestGold:
    @pytest.mark.parametrize("name", ["tuned.txt", "held_back.txt"])
    def test_sentences_are_read_as_they_were_labelled(self, name: str) -> None:
        score = Score()
        for text, gold in cases(name):
            score.add(gold, figures_of_text(text))
        assert score.precision >= 0.95, score.wrong
        assert score.recall >= 0.95, score.missing

    def test_the_two_ministry_reports_are_read_as_they_were_labelled(self) -> None:
        score = Score()
        for name, gold in cases("corpus.txt"):
            score.add(gold, [point.figure for point in of_file(name)])
        assert (score.wrong, score.missing) == ([], [])

    def test_there_are_enough_labels(self) -> None:
        labelled = [
            len(gold) for name in ("tuned.txt", "held_back.txt", "corpus.txt") for _, gold in cases(name)
        ]
        assert sum(labelled) >= 300

    def test_the_ministry_reports_have_one_pair_and_it_is_true(self) -> None:
        (found,) = prose_series([*of_file("mfa-2014.txt"), *of_file("mfa-2019.md")])
        assert [(one.year, one.figure.value, one.figure.unit) for one in found.points] == [
            (2014, 157, "次"),
            (2019, 225, "场"),
        ]
        assert found.label == "举行例行记者会"
        assert found.nearness == pytest.approx(0.857)


class TestReading:
    @pytest.mark.parametrize(
        ("text", "about", "value"),
        [
            ("受理近30件", "近", 30),
            ("受理30余件", "余", 30),
            ("受理申请不超过30件", "不超过", 30),
            ("受理申请30件以上", "以上", 30),
            ("发布信息超万条", "超", 10_000),
            ("占比近三成", "近", 3),
            ("受理申请30件", "", 30),
        ],
    )
    def test_what_is_not_exact_is_never_shown_as_exact(self, text: str, about: str, value: float) -> None:
        (figure,) = figures_of_text(text)
        assert (figure.about, figure.value) == (about, value)
        assert about in figure.text

    @pytest.mark.parametrize(
        ("text", "low", "high"),
        [
            ("答复时限为10至15个工作日", 10, 15),
            ("答复时限为10—15个工作日", 10, 15),
            ("答复时限为三到五个工作日", 3, 5),
            ("涨幅为5%-10%", 5, 10),
            ("用户在30万至35万之间", 300_000, 350_000),
        ],
    )
    def test_a_range_is_one_figure(self, text: str, low: float, high: float) -> None:
        (figure,) = figures_of_text(text)
        assert (figure.value, figure.high) == (low, high)

    def test_from_one_number_to_another_is_no_range(self) -> None:
        assert [(one.value, one.high) for one in figures_of_text("由2件到5件")] == [(2, None), (5, None)]

    @pytest.mark.parametrize(
        "text",
        [
            "2021年3月5日印发国办发〔2021〕30号文件。",
            "按照第二十条第三款的规定办理。",
            "联系电话：65961114。",
            "庆祝成立70周年。",
            "落实三年行动计划。",
            "设置二级目录。",
            "推行“最多跑一次”改革。",
            "公布《两县项目统计表》。",
            "建立一支队伍，打造一个平台。",
        ],
    )
    def test_what_counts_nothing_is_no_figure(self, text: str) -> None:
        assert read(text) == []

    def test_names_dealt_out_by_respectively_go_to_their_numbers(self) -> None:
        assert read("政务微博、政务微信分别发布信息320条和410条。") == [
            ("政务微博发布信息", "320条", 320),
            ("政务微信发布信息", "410条", 410),
        ]

    def test_a_share_and_a_change_are_labelled_with_what_they_are_of(self) -> None:
        found = figures_of_text("主动公开信息1.2万条，同比增长12.5%，其中政策文件300条，占2.5%。")
        assert [(one.label, one.whole, one.is_change) for one in found] == [
            ("主动公开信息", "", False),
            ("主动公开信息同比增长", "", True),
            ("政策文件", "主动公开信息", False),
            ("政策文件占", "主动公开信息", True),
        ]

    def test_a_number_of_another_year_says_so(self) -> None:
        found = figures_of_text("收到申请由上年的96件增至121件，2020年为88件。", year=2022)
        assert [(one.value, one.is_earlier) for one in found] == [(96, True), (121, False), (88, True)]

    def test_a_label_is_printed_as_it_stands_in_the_report(self) -> None:
        (figure,) = figures_of_text("全年舉辦　記者會 ２２５ 場。")
        assert (figure.label, figure.text, figure.value) == ("舉辦記者會", "２２５ 場", 225)
        assert figure.sentence[figure.start :].startswith(figure.text)


class TestJoining:
    def test_the_same_thing_is_joined_over_years_that_are_not_held(self) -> None:
        (found,) = joined(
            (2012, "全年举办新闻发布会12场。"),
            (2015, "举办新闻发布会近20场，回应关切。"),
            (2016, "全年举行新闻发布会31场。"),
        )
        assert [(one.year, one.figure.text) for one in found.points] == [
            (2012, "12场"),
            (2015, "近20场"),
            (2016, "31场"),
        ]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("政务微博发布信息320条。", "政务微信发布信息410条。"),
            ("受理行政复议案件12件。", "受理行政诉讼案件8件。"),
            ("收到政府信息公开申请12件。", "收到网络政府信息公开申请8件。"),
            ("办理人大代表建议12件。", "办理政协委员提案8件。"),
            ("主动公开信息1200条。", "主动公开信息增长12%。"),
            ("培训经费12万元。", "培训经费报销12次。"),
            ("“民声”专栏发布信息12条。", "“回音”专栏发布信息15条。"),
            ("引发行政诉讼5起，结果维持3起。", "全年复议案件8件，其中结果维持6起。"),
            ("收到政府信息公开申请12件。", "答复政府信息公开申请10件。"),
            ("收到政府信息公开申请12件。", "去年收到政府信息公开申请12件。"),
            ("举办例行记者会12场。", "举办例行座谈会12场。"),
        ],
    )
    def test_what_differs_in_a_word_that_matters_is_not_joined(self, one: str, other: str) -> None:
        assert joined((2018, one), (2019, other)) == []

    def test_of_two_that_may_follow_the_one_in_the_like_sentence_does(self) -> None:
        found = joined(
            (2018, "发现问题45个，已全部整改。门户网站改版时，发现问题9个，逐个修复。"),
            (2019, "门户网站改版时，发现问题8个，逐个修复。发现问题43个，已全部整改。"),
        )
        assert sorted([one.figure.value for one in series.points] for series in found) == [[9, 8], [45, 43]]

    def test_a_series_has_one_number_a_year(self) -> None:
        found = joined((2018, "举办培训班3期。举办培训班3期。"), (2019, "举办培训班4期。"))
        assert all(first.year < second.year for one in found for first, second in pairwise(one.points))


def test_series_of_the_demo_corpus_are_the_true_ones(figured: Figured) -> None:
    names = figured.names()
    true = {
        (names[value["report"]], value["value"], value["text"]): (thread["sentence"], thread["label"])
        for thread in figured.truth["figures"]
        for value in thread["values"]
        if value["report"] in names
    }

    def thread_of(point: ProsePoint) -> tuple[str, str] | None:
        said = [
            thread
            for (report, value, text), thread in true.items()
            if (report, value) == (point.report, point.figure.value) and point.figure.sentence in text
        ]
        return said[0] if said else None

    agencies = {summary.agency for summary in figured.generation.reports()}
    pairs = [
        (thread_of(one), thread_of(other))
        for agency in agencies
        for series in prose_series(figured.database.prose([agency]))
        for one, other in pairwise(series.points)
    ]
    known = [(one, other) for one, other in pairs if one and other]
    assert [pair for pair in known if pair[0] != pair[1]] == []
    wanted = sum(
        len({value["year"] for value in thread["values"] if value["report"] in names}) - 1
        for thread in figured.truth["figures"]
        if sum(value["report"] in names for value in thread["values"]) > 1
    )
    assert len(known) >= 0.9 * wanted


def test_clean_generated_reports_say_nothing_against_their_tables() -> None:
    for made in reports(sampled(200), seed=23, start=9_000):
        assert [check for check in figures_of(made).checks if check.kind == "prose"] == [], made.id


def test_every_figure_stands_in_its_sentence() -> None:
    figures: list[ProseFigure] = [point.figure for point in of_file("mfa-2019.md")]
    assert all(one.sentence[one.start :].startswith(one.text) for one in figures)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("网站链接近两千条", "近"),
        ("直接近200人次受益", "近"),
        ("受理申请接近200件", "接近"),
        ("间接近三成", "近"),
    ],
)
def test_a_word_that_ends_before_the_number_is_no_part_of_what_makes_it_inexact(
    text: str, about: str
) -> None:
    assert [figure.about for figure in figures_of_text(text)] == [about]
