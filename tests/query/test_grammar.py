"""What is typed, on both keyboards, against the whole tree that it means."""

from __future__ import annotations

import pytest

from tests.query.trees import Make, Strictly

LINGBAO = ("领事保护", "领保")


def test_an_empty_query_is_everything(strictly: Strictly, make: Make) -> None:
    for text in ("", "   ", "\u3000", "\t\n", "\u200b"):
        reading = strictly(text)
        assert reading.tree == make.everything
        assert (reading.read_as, reading.hints) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "外交部 公司",
        "外交部　公司",
        "外交部，公司",
        "外交部、公司",
        "外交部；公司",
        "外交部, 公司",
        "外交部 AND 公司",
        "外交部 ＡＮＤ 公司",
        "(外交部 公司)",
        "（外交部 公司）",
        "外交部\n公司",
    ],
)
def test_blanks_and_marks_mean_and(text: str, strictly: Strictly, make: Make) -> None:
    assert strictly(text).tree == make.both(make.term("外交部"), make.term("公司"))


@pytest.mark.parametrize(
    "text",
    [
        '"领事保护工作"',
        "“领事保护工作”",
        "「领事保护工作」",
        "『领事保护工作』",
        "＂领事保护工作＂",
        "”领事保护工作“",
        '“领事保护工作"',
        '"领事保护工作”',
        "“领事保护工作“",
        "”领事保护工作”",
    ],
)
def test_every_pair_of_quotes_is_exact_wording(text: str, strictly: Strictly, make: Make) -> None:
    assert strictly(text).tree == make.phrase("领事保护工作")


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        ("「他说“好”的」", ["他说“好”的"]),
        ('“含"引号"的”', ['含"引号"的']),
        ('"他说“好”的"', ["他说“好”的"]),
        ("“外“中”交”", ["外“中”交"]),
        ('“外交" “商务”', ["外交", "商务"]),
        ('"外交” "商务"', ["外交", "商务"]),
        ("“外交“ “商务“", ["外交", "商务"]),
        ("”外交“ ”商务“", ["外交", "商务"]),
        ("『外「中」交』", ["外「中」交"]),
        ('"OR -公司 (年份:2014)"', ["OR -公司 (年份:2014)"]),
        ("“。”", ["。"]),
    ],
)
def test_inside_a_pair_everything_is_literal(
    text: str, wordings: list[str], strictly: Strictly, make: Make
) -> None:
    tree = strictly(text).tree
    phrases = [make.row(wording) if " " in wording else make.phrase(wording) for wording in wordings]
    assert tree == (phrases[0] if len(phrases) == 1 else make.both(*phrases))


@pytest.mark.parametrize(
    "text", ["招商 -公司", "招商 －公司", "招商 NOT 公司", "招商 −公司", "招商　-公司", "招商 NOT公司"]
)
def test_a_minus_behind_a_blank_excludes(text: str, strictly: Strictly, make: Make) -> None:
    if text.endswith("NOT公司"):
        assert strictly(text).tree != make.both(make.term("招商"), make.not_(make.term("公司")))
    else:
        assert strictly(text).tree == make.both(make.term("招商"), make.not_(make.term("公司")))


def test_what_is_excluded_is_taken_as_it_stands_and_without_synonyms(strictly: Strictly, make: Make) -> None:
    assert strictly("-领保").tree == make.not_(make.term("领保"))
    assert strictly("外交部 -政府信息公开").tree == make.both(
        make.term("外交部"), make.not_(make.phrase("政府信息公开", cut_=True))
    )
    assert strictly('-"公司"').tree == make.not_(make.phrase("公司"))
    assert strictly("-年份:2014").tree == make.not_(make.field("year", "2014"))
    assert strictly("-(公司 OR 企业)").tree == make.not_(make.either(make.term("公司"), make.term("企业")))
    assert strictly("NOT(公司 企业)").tree == make.not_(make.both(make.term("公司"), make.term("企业")))


@pytest.mark.parametrize(
    "text", ["公司 OR 企业", "公司|企业", "公司｜企业", "公司 | 企业", "公司 ＯＲ 企业", "(公司 OR 企业)"]
)
def test_or(text: str, strictly: Strictly, make: Make) -> None:
    assert strictly(text).tree == make.either(make.term("公司"), make.term("企业"))


def test_what_binds_closer(strictly: Strictly, make: Make) -> None:
    outside, company, firm, year = (
        make.term("外交部"),
        make.term("公司"),
        make.term("企业"),
        make.field("year", "2014"),
    )
    assert strictly("年份:2014 公司 OR 企业").tree == make.both(year, make.either(company, firm))
    assert strictly("外交部 AND 公司 OR 企业").tree == make.either(make.both(outside, company), firm)
    assert strictly("外交部 (公司 OR 企业)").tree == make.both(outside, make.either(company, firm))
    assert strictly("(外交部 公司) OR 企业").tree == make.either(make.both(outside, company), firm)
    assert strictly("公司 OR 企业 OR 外交部").tree == make.either(company, firm, outside)
    assert strictly("公司 OR -企业").tree == make.either(company, make.not_(firm))


@pytest.mark.parametrize(
    "text",
    [
        "(公司 OR 企业) 外交部",
        "（公司 OR 企业） 外交部",
        "（公司 OR 企业）外交部",
        "(公司|企业)外交部",
        "((公司 OR 企业)) 外交部",
        "(公司)OR(企业) 外交部",
    ],
)
def test_parentheses_group(text: str, strictly: Strictly, make: Make) -> None:
    assert strictly(text).tree == make.both(
        make.either(make.term("公司"), make.term("企业")), make.term("外交部")
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("规章(试行)", ["规章", "试行"]),
        ("规章（试行）", ["规章", "试行"]),
        ("《条例》（以下简称", ["条例", "以下", "简称"]),
        ("简称《条例》）的规定", ["简称", "条例", "规定"]),
        ("1)加强", ["1", "加强"]),
        ("COVID-19", ["COVID-19"]),
        ("疫情COVID-19防控", ["疫情", "COVID-19", "防控"]),
        ("公司－企业", ["公司", "企业"]),
        ("单位：万元", ["单位", "万元"]),
        ("开通！", ["开通"]),
        ("12:30", ["12:30"]),
        ("http://www.gov.cn/a?b=1", ["http://www.gov.cn/a?b=1"]),
        ("ISBN:978", ["ISBN", "978"]),
        ("not or and", ["not", "or", "and"]),
        ("公司——企业", ["公司", "企业"]),
        ("公司…企业！", ["公司", "企业"]),
        ("同句", ["同句"]),
    ],
)
def test_what_only_looks_like_an_operator_is_words(
    text: str, words: list[str], strictly: Strictly, make: Make
) -> None:
    terms = [make.term(word) for word in words]
    reading = strictly(text)
    assert reading.tree == (terms[0] if len(terms) == 1 else make.both(*terms))
    assert {hint.code for hint in reading.hints} <= {"small-operator"}


def test_a_pasted_sentence_is_words_with_its_quoted_pieces_exact(strictly: Strictly, make: Make) -> None:
    text = "贯彻落实《政府信息公开条例》（以下简称《条例》），主动公开“放管服”改革信息……"
    words = [make.term(word) for word in ("贯彻", "落实")]
    words.append(make.term("政府信息公开条例", "信息公开条例"))
    words += [make.term(word) for word in ("以下", "简称", "条例")]
    assert strictly(text).tree == make.both(
        make.at_least(5, *words),
        make.term("主动"),
        make.term("公开"),
        make.phrase("放管服", cut_=True),
        make.term("改革"),
        make.term("信息"),
    )


@pytest.mark.parametrize("text", ["领事 NEAR/5 案件", "领事 ＮＥＡＲ／５ 案件"])
def test_near(text: str, strictly: Strictly, make: Make) -> None:
    assert strictly(text).tree == make.near(make.term("领事"), make.term("案件"), 5)


def test_near_binds_the_operands_beside_it(strictly: Strictly, make: Make) -> None:
    assert strictly("外交部 领事 NEAR 案件 公司").tree == make.both(
        make.term("外交部"), make.near(make.term("领事"), make.term("案件"), 10), make.term("公司")
    )
    assert strictly("公司 NEAR/3 企业 NEAR/4 案件").tree == make.both(
        make.near(make.term("公司"), make.term("企业"), 3), make.near(make.term("企业"), make.term("案件"), 4)
    )
    assert strictly("(公司 OR 企业) NEAR/3 “案件”").tree == make.near(
        make.either(make.term("公司"), make.term("企业")), make.phrase("案件", cut_=True), 3
    )
    assert strictly("政府信息 NEAR/3 公司").tree == make.near(
        make.phrase("政府信息", cut_=True), make.term("公司"), 3
    )


@pytest.mark.parametrize("text", ["同句(外交部 领保案件)", "同句（外交部，领保案件）"])
def test_one_sentence(text: str, strictly: Strictly, make: Make) -> None:
    assert strictly(text).tree == make.within(
        make.term("外交部"), make.term("领保", "领事保护"), make.term("案件")
    )


def test_one_sentence_takes_quotes_or_and_exclusions(strictly: Strictly, make: Make) -> None:
    assert strictly("同句(“外交” 公司 OR 企业 -案件) 领事").tree == make.both(
        make.within(
            make.phrase("外交", cut_=True),
            make.either(make.term("公司"), make.term("企业")),
            make.not_(make.term("案件")),
        ),
        make.term("领事"),
    )


@pytest.mark.parametrize("text", ["保*护", "保＊护", "保**护"])
def test_a_star_inside_a_word(text: str, strictly: Strictly, make: Make) -> None:
    assert strictly(text).tree == make.pattern(text, "保", "护")


def test_a_star_at_the_edge_means_nothing_and_says_so(strictly: Strictly, make: Make) -> None:
    reading = strictly("领事* 公司")
    assert reading.tree == make.both(make.term("领事"), make.term("公司"))
    (hint,) = reading.hints
    assert (hint.code, hint.position, hint.suggestion) == ("edge-star", 0, "领事 公司")


def test_a_star_in_quotes_is_a_star(strictly: Strictly, make: Make) -> None:
    assert strictly('"保*护"').tree == make.phrase("保*护")


def test_only_punctuation_is_exact_wording(strictly: Strictly, make: Make) -> None:
    for text in ("？？", "。", "《》", "--", "，"):
        assert strictly(text).tree == make.phrase(text)


def test_an_operator_glued_to_chinese_is_words_and_a_hint(strictly: Strictly, make: Make) -> None:
    reading = strictly("外交部OR商务部")
    assert reading.tree == make.both(make.term("外交部"), make.term("OR"), make.term("商务部"))
    (hint,) = reading.hints
    assert (hint.code, hint.position, hint.suggestion) == ("glued-operator", 3, "外交部 OR 商务部")


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [("-183", '"-183"'), ("公司 －1,234.5%", '公司 "－1,234.5%"'), ("(公司 OR -12.5)", '(公司 OR "-12.5")')],
)
def test_a_minus_before_a_number_excludes_it_and_says_so(
    strictly: Strictly, typed: str, suggestion: str
) -> None:
    reading = strictly(typed)
    assert any("-" in piece.text or "－" in piece.text for piece in reading.read_as)
    (hint,) = reading.hints
    assert (hint.code, hint.suggestion) == ("negative-number", suggestion)


def test_a_minus_before_a_year_or_a_count_needs_no_hint(strictly: Strictly, make: Make) -> None:
    for text in ("公司 -2014", "公司 -3件", "公司 -企业"):
        assert strictly(text).hints == ()
