"""Sentences: where a text is cut, and where not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_search.analysis.sentences import sentences
from report_search.analysis.similarity import opcodes, similarity


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("（一）做好新闻发布。全年举办5场。", ["做好新闻发布。", "全年举办5场。"]),
        ("3.加强培训。", ["加强培训。"]),
        ("3.5万人次参加。", ["3.5万人次参加。"]),
        ("2019年，受理5件。", ["2019年，受理5件。"]),
        ("他说：“公开是常态。”会后答问。", ["他说：“公开是常态。”", "会后答问。"]),
        ("按照通知（见附件。）办理。", ["按照通知（见附件。）办理。"]),
        ("见http://a.cn/?id=1。谢谢！", ["见http://a.cn/?id=1。", "谢谢！"]),
        ("真的吗?是的。", ["真的吗?", "是的。"]),
        ("没有句号", ["没有句号"]),
        ("括号（没有合上。还有一句。", ["括号（没有合上。", "还有一句。"]),
        (" \n ", []),
    ],
)
def test_where_a_text_is_cut(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


@given(st.text(alphabet="一二公开信息。！？?“”（）\n 1.", max_size=60))
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost_but_white_space_and_an_ordinal(text: str) -> None:
    whole = "".join("".join(sentences(text)).split())
    assert "".join(text.split()).endswith(whole)


def test_similarity_is_of_both_texts() -> None:
    assert similarity("公开", "公开") == 1
    assert similarity("公开信息", "公开") == pytest.approx(2 * 2 / 6)
    assert similarity("公开信息", "公开", at_least=0.9) == 0


@given(st.lists(st.sampled_from("甲乙丙丁")), st.lists(st.sampled_from("甲乙丙丁")))
@settings(max_examples=100, deadline=None)
def test_opcodes_cover_both_sides(old: list[str], new: list[str]) -> None:
    steps = list(opcodes(old, new))
    assert [
        one for step in steps if step.edit != "insert" for one in old[step.old_start : step.old_end]
    ] == old
    assert [
        one for step in steps if step.edit != "delete" for one in new[step.new_start : step.new_end]
    ] == new
    assert all(
        old[step.old_start : step.old_end] == new[step.new_start : step.new_end]
        for step in steps
        if step.edit == "keep"
    )
