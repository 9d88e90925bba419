"""What a corpus adds to the tables of agencies and topics: beside the library's, never against it."""

from __future__ import annotations

import pytest

from report_search.errors import OperatorError
from report_search.taxonomy import topics
from report_search.taxonomy.additions import Additions, applying, in_force
from report_search.taxonomy.agencies import agencies, agency_table, reforms, resolve

HARBOUR = """
[[agency]]
key = "jia-gangkou"
name = "某甲港口局"
aliases = ["甲港局"]
former = [{ name = "某甲航务局", from = 2001, to = 2018 }]
predecessors = [{ key = "jia-dengta", year = 2018 }]

[[agency]]
key = "jia-dengta"
name = "某甲灯塔局"
"""
LIGHTS = '[[topic]]\nkey = "lights"\nlabel = "灯塔航标"\nterms = ["灯塔", "航标"]\n'


def added(agencies_text: str = "", topics_text: str = "") -> Additions:
    return Additions("corpus", agencies_text, topics_text)


class TestAgencies:
    def test_they_are_known_where_they_are_in_force_and_nowhere_else(self) -> None:
        assert resolve("某甲航务局").key == ""
        with applying([added(HARBOUR)]):
            assert resolve("某甲航务局").name == "某甲港口局"
            assert resolve("甲港局").key == "jia-gangkou"
            assert resolve("外交部").key == "waijiaobu"
        assert resolve("某甲航务局").key == ""
        assert in_force() == ()

    def test_the_library_stays_as_it_is(self) -> None:
        before = agencies()
        table = agency_table([added(HARBOUR)])
        assert table.agencies[: len(before)] == before
        assert len(table.agencies) == len(before) + 2

    def test_two_corpora_may_say_the_same(self) -> None:
        assert agency_table([added(HARBOUR), added(HARBOUR + "\n")]).by_key["jia-dengta"].name == "某甲灯塔局"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[[agency]", "不是合法的 TOML"),
            ('[agency]\nkey = "a"\n', "要有 name"),
            ('[[agency]]\nname = "某甲港口局"\n', "某甲港口局"),
            ('[[agency]]\nkey = "A b"\nname = "某甲港口局"\n', "小写字母"),
            ('[[agency]]\nkey = "jia"\nname = "某甲港口局"\nrank = 1\n', "rank"),
            ('[[agencies]]\nkey = "jia"\nname = "某甲港口局"\n', "agencies"),
            ('[[agency]]\nkey = "waijiaobu"\nname = "某甲港口局"\n', "waijiaobu"),
            ('[[agency]]\nkey = "jia"\nname = "某甲港口局"\naliases = ["发改委"]\n', "国家发展和改革委员会"),
            ('[[agency]]\nkey = "jia"\nname = "甲"\n[[agency]]\nkey = "jia"\nname = "乙"\n', "两次"),
            ('[[agency]]\nkey = "jia"\nname = "甲"\npredecessors = ["yi"]\n', "predecessors"),
            ('[[agency]]\nkey = "jia"\nname = "甲"\npredecessors = [{ key = "yi", year = 2018 }]\n', "yi"),
            ('[[agency]]\nkey = "jia"\nname = "甲"\nformer = [{ name = "乙" }]\n', "former"),
            ('[[agency]]\nkey = "jia"\nname = "甲"\naliases = "乙"\n', "aliases"),
            ('[[agency]]\nkey = "jia"\nname = "甲"\nsince = "2018"\n', "since"),
            (
                '[[agency]]\nkey = "jia"\nname = "甲"\nformer = [{ name = "乙", from = "a", to = 2 }]\n',
                "former",
            ),
        ],
    )
    def test_what_is_wrong_is_named(self, text: str, said: str) -> None:
        with pytest.raises(OperatorError) as error:
            agency_table([added(text)])
        assert error.value.code == "agencies-broken"
        assert said in error.value.message
        assert "agencies.toml" in error.value.hint

    def test_two_corpora_that_contradict_each_other_are_named(self) -> None:
        other = '[[agency]]\nkey = "jia-dengta"\nname = "某乙灯塔局"\n'
        with pytest.raises(OperatorError, match="jia-dengta"):
            agency_table([added(HARBOUR), added(other)])


class TestLineage:
    def test_predecessors_of_predecessors_come_along_once(self) -> None:
        chain = "".join(
            f'[[agency]]\nkey = "x{n}"\nname = "第{n}局"\n'
            f'predecessors = [{{ key = "x{n + 1}", year = 2018 }}, {{ key = "x3", year = 2013 }}]\n'
            for n in range(3)
        )
        table = agency_table([added(chain + '[[agency]]\nkey = "x3"\nname = "第3局"\n')])
        assert [agency.key for agency in table.lineage("x0")] == ["x1", "x3", "x2"]
        assert table.lineage("x3") == ()
        assert [(agency.key, year) for agency, year in table.successors("x1")] == [("x0", 2018)]

    def test_a_circle_ends(self) -> None:
        circle = (
            '[[agency]]\nkey = "x0"\nname = "甲"\npredecessors = [{ key = "x1", year = 2018 }]\n'
            '[[agency]]\nkey = "x1"\nname = "乙"\npredecessors = [{ key = "x0", year = 2008 }]\n'
        )
        assert [agency.key for agency in agency_table([added(circle)]).lineage("x0")] == ["x1"]

    def test_the_reforms_of_the_library_have_their_sources(self) -> None:
        table = agency_table()
        assert table.lineage("ziranziyuanbu")[0].name == "国土资源部"
        merged = {(before.key, before.year) for agency in table.agencies for before in agency.predecessors}
        assert len(merged) > 10
        for _, year in merged:
            assert str(year) in reforms()[year].source
        for agency in table.agencies:
            held = {name for before in agency.predecessors for name in table.by_key[before.key].names}
            assert not held & set(agency.names), (
                "a predecessor is another body, and no other name of this one"
            )


class TestTopics:
    def test_they_are_given_where_they_are_in_force(self) -> None:
        assert not topics.reasons("灯塔照亮港口。")
        with applying([added(topics_text=LIGHTS)]):
            [reason] = topics.reasons("灯塔照亮港口。")
            assert (reason.key, reason.because) == ("lights", ("灯塔",))
            assert list(topics.labels())[-1] == "lights"
        assert "lights" not in topics.labels()
        assert topics.labels([added(topics_text=LIGHTS)])["lights"] == "灯塔航标"
        assert "航标" in topics.terms([added(topics_text=LIGHTS)])

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[[topic]", "TOML"),
            ('[[topic]]\nkey = "lights"\nlabel = "灯塔"\n', "lights"),
            ('[[topic]]\nkey = "press"\nlabel = "别的"\nterms = ["灯塔"]\n', "press"),
        ],
    )
    def test_what_is_wrong_is_named(self, text: str, said: str) -> None:
        with pytest.raises(OperatorError, match=said) as error:
            topics.labels([added(topics_text=text)])
        assert error.value.code == "topics-broken"
