"""Which documents a text names, however they are printed."""

from __future__ import annotations

import pytest

from report_search.model import Paragraph, Report, Section, Source
from report_search.passages import passages_of
from report_search.references.extract import citations_of
from report_search.references.mentions import mentions_in
from report_search.references.naming import LONGEST, is_generic, key_of

NUMBERS = [
    ("国办公开办函〔2021〕30号", "国办公开办函2021-30号"),
    ("国办公开办函[2021]30号", "国办公开办函2021-30号"),
    ("国办公开办函(2021)30号", "国办公开办函2021-30号"),
    ("国办公开办函（2021）30号", "国办公开办函2021-30号"),
    ("国办公开办函【2021】30号", "国办公开办函2021-30号"),
    ("国办公开办函［２０２１］３０号", "国办公开办函2021-30号"),
    ("國辦公開辦函〔二〇二一〕30號", "国办公开办函2021-30号"),
    ("国办公开办函 〔 2021 〕 030 号", "国办公开办函2021-30号"),
    ("国办公开\n办函〔2021〕第30号", "国办公开办函2021-30号"),
    ("自然资办发〔2020〕8号", "自然资办发2020-8号"),
    ("和政发〔2020〕3号", "和政发2020-3号"),
    ("国务院令第711号", "国务院令第711号"),
    ("中华人民共和国国务院令第711号", "国务院令第711号"),
    ("国令第711号", "国务院令第711号"),
    ("第711号国务院令", "国务院令第711号"),
    ("国务院第711号令", "国务院令第711号"),
    ("住房和城乡建设部令第50号", "住房和城乡建设部令第50号"),
]


@pytest.mark.parametrize(("printed", "key"), NUMBERS)
@pytest.mark.parametrize(
    "frame", ["{}", "根据{}要求", "见《人民日报》、{}，", "印发的{}（附件）", "按{}办理"]
)
def test_a_number_is_one_document_in_every_spelling(printed: str, key: str, frame: str) -> None:
    text = frame.format(printed)
    [found] = [one for one in mentions_in(text) if one.number]
    assert found.number == key
    assert text[found.start : found.end] == printed or key == "国务院令第711号"


def test_numbers_in_a_row_are_told_apart() -> None:
    text = "按照国办发〔2019〕14号和国办发〔2020〕1号以及示政发〔2020〕22号文件精神"
    assert [one.number for one in mentions_in(text)] == [
        "国办发2019-14号",
        "国办发2020-1号",
        "示政发2020-22号",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2021年30号",
        "共30号",
        "（2021）京01行初5号",
        "第12号公交车",
        "电话（2021）12345678号码",
        "《》",
        "《未完的名称",
        "名称》",
    ],
)
def test_what_is_no_document_is_none(text: str) -> None:
    assert mentions_in(text) == []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("《甲办法》和《乙办法》", ["甲办法", "乙办法"]),
        ("《关于印发〈甲办法〉的通知》", ["关于印发甲办法的通知", "甲办法"]),
        ("《关于印发《甲办法》的通知》", ["关于印发甲办法的通知", "甲办法"]),
        ("《关于印发〈甲办法的通知》", ["关于印发甲办法的通知"]),
        ("《中华人民共和国行政许可法》", ["行政许可法"]),
        ("《中国外交 2019 年版》", ["中国外交2019年版"]),
        ("《世界\n知识》", ["世界知识"]),
        ("甲《乙\t丙》", []),
        (f"《{'长' * 151}》", []),
    ],
)
def test_titles_are_what_closed_brackets_hold(text: str, titles: list[str]) -> None:
    found = mentions_in(text)
    assert [one.title for one in found] == titles
    assert all(text[one.start] in "《〈" and text[one.end - 1] in "》〉" for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "《甲要点》（国办发〔2021〕12号）",
        "《甲要点》 (国办发[2021]12号)",
        "《甲要点》（文号：国办发〔2021〕12号，以下简称《要点》）",
        "国办发〔2021〕12号《甲要点》",
    ],
)
def test_a_title_and_the_number_beside_it_are_one_document(text: str) -> None:
    named = [(one.title, one.number) for one in mentions_in(text) if one.title != "要点"]
    assert named == [("甲要点", "国办发2021-12号")] * 2


def test_a_number_belongs_to_the_title_before_it() -> None:
    found = mentions_in("《甲要点》（国办发〔2021〕12号）《乙要点》（国办发〔2021〕13号）、《丙要点》")
    assert {one.title: one.number for one in found} == {
        "甲要点": "国办发2021-12号",
        "乙要点": "国办发2021-13号",
        "丙要点": "",
    }


def cited(*texts: str) -> list[list[tuple[str, str]]]:
    """The documents of each passage of a report: their titles and numbers."""
    section = Section("一", "概述", "overview", tuple(map(Paragraph, texts)))
    report = Report("x-1", "某局", "x", 2020, "年报", "", Source("x", "", "0" * 64, "text"), (section,))
    passages = passages_of(report)
    found = citations_of(passages)
    return [
        [(one.mention.title, one.mention.number) for one in found if one.passage == passage]
        for passage in passages
    ]


class TestShortForms:
    @pytest.mark.parametrize(
        "saying",
        [
            "《甲公开条例》（以下简称《条例》）",
            "《甲公开条例》(以下简称“《条例》”)",
            "《甲公开条例》（以下简称“条例”）",
            "《甲公开条例》（简称：《条例》）",
            "《甲公开条例》（下称《条例》）",
            "《甲公开条例》，以下称《条例》",
            "《甲公开条例》（2019年修订，以下简称新《条例》）",
            "《甲公开条例》（以下简称\n《条例》）",
        ],
    )
    def test_it_means_what_the_report_says(self, saying: str) -> None:
        before, _, after = cited("早已学习《条例》。", f"根据{saying}，", "严格执行《条例》。")
        assert before == after == [("甲公开条例", "")]

    def test_it_means_nothing_elsewhere(self) -> None:
        assert cited("根据《甲公开条例》。", "严格执行《条例》。")[1] == [("条例", "")]

    def test_the_last_saying_before_it_counts(self) -> None:
        found = cited(
            "《甲办法》（以下简称《办法》）。",
            "执行《办法》。",
            "《乙办法》（以下简称《办法》）。",
            "执行《办法》。",
        )
        assert found[1] == [("甲办法", "")]
        assert found[3] == [("乙办法", "")]

    def test_it_may_stand_for_a_number(self) -> None:
        found = cited("国办发〔2021〕12号文件（以下简称《通知》）印发后，", "按《通知》要求，")
        assert found[1] == [("", "国办发2021-12号")]

    def test_several_documents_have_no_short_form(self) -> None:
        assert cited("《甲办法》《乙办法》（以下统称《办法》）。", "按《办法》。")[1] == [("办法", "")]

    def test_a_sentence_away_nothing_is_shortened(self) -> None:
        assert cited("《甲办法》已印发。以下简称《办法》。")[0][-1] == ("办法", "")

    def test_a_title_with_one_number_has_it_throughout_the_report(self) -> None:
        found = cited("《通知》（国办发〔2021〕12号）印发后，", "按《通知》要求，")
        assert found[1] == [("通知", "国办发2021-12号")]


class TestKeys:
    @pytest.mark.parametrize(
        "name",
        [
            "《关于印发〈甲要点〉的通知》",
            "关于印发甲要点的通知",
            "《关于印发“甲要点”的通知》",
            "關於印發甲要點的通知",
        ],
    )
    def test_punctuation_script_and_width_make_no_other_document(self, name: str) -> None:
        assert key_of(name) == "关于印发甲要点的通知"

    def test_numbers_stay_apart(self) -> None:
        assert key_of("世界知识年鉴 2018/2019") == "世界知识年鉴2018-2019"
        assert key_of("2.1版") != key_of("21版")

    def test_a_key_is_of_bounded_length_and_no_path(self) -> None:
        long = key_of("长" * 149)
        assert len(long) <= LONGEST
        assert long != key_of("长" * 148)
        assert not set(key_of("a/b?c#d%e.f&g《》\t x")) & set("/?#%.&《》\t ")
        assert key_of("——《》") == ""

    def test_the_republic_alone_keeps_its_name(self) -> None:
        assert key_of("中华人民共和国") == "中华人民共和国"

    def test_names_that_say_only_the_sort(self) -> None:
        assert all(map(is_generic, ("通知", "实施意见", "新条例", "管理办法")))
        assert not any(map(is_generic, ("政府信息公开条例", "2021年工作要点")))
