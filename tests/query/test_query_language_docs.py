"""Every example of docs/query-language.md is read as it says, and every code and limit is named there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from report_search.errors import RequestError
from report_search.fields import FIELD_NAMES
from report_search.query import builder, interpret, lexer
from report_search.query.ast import Everything
from report_search.query.interpret import read
from report_search.query.lexicon import Lexicon

TEXT = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| (.+) \|$", TEXT, re.MULTILINE)
BROKEN = [(query, code.strip("`")) for query, code in ROWS if re.fullmatch(r"`[a-z-]+`", code)]
GOOD = [(query, says) for query, says in ROWS if (query, says.strip("`")) not in BROKEN]
ALIKE = [
    ("外交部 2014年 护照", "外交部，2014年，护照"),
    ("护照 -签证", "护照 NOT 签证"),
    ("护照 OR 签证", "护照｜签证"),
    ("(护照 案件) OR 签证", "护照 AND 案件 OR 签证"),
    ("护照 NEAR/10 案件", "护照 NEAR 案件"),
    ("年份:2014", "year:2014"),
    ("章节:主动公开", "section:proactive"),
    ("类型:表格", "type:table"),
]


def test_the_page_has_examples() -> None:
    assert len(GOOD) > 20
    assert len(BROKEN) > 8


@pytest.mark.parametrize("query", [query for query, _ in GOOD])
def test_an_example_is_read_as_typed(query: str, real: Lexicon) -> None:
    found = read(query, real, strict=True)
    assert found.tree != Everything()
    assert found.read_as
    assert found.hints == ()


@pytest.mark.parametrize(("query", "code"), BROKEN)
def test_a_broken_example_has_its_code(query: str, code: str, real: Lexicon) -> None:
    with pytest.raises(RequestError) as caught:
        read(query, real, strict=True)
    assert caught.value.code == code


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_is_called_the_same_is(one: str, other: str, real: Lexicon) -> None:
    assert one in TEXT
    assert read(one, real, strict=True).tree == read(other, real, strict=True).tree


def test_every_code_field_and_limit_is_named() -> None:
    sources = Path(interpret.__file__).parent.glob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    made = set(re.findall(r'(?:_problem|Problem|RequestError|Hint)\(\s*"([a-z-]+)"', code))
    assert len(made) > 12
    assert {name for name in made if f"`{name}`" not in TEXT} == set()
    assert {name for name in FIELD_NAMES if f"{name}:" not in TEXT} == set()
    for limit in (lexer.MAX_LENGTH, builder.MAX_LEAVES, lexer.MAX_DEPTH, lexer.MAX_STARS, lexer.MAX_DISTANCE):
        assert re.search(rf"\b{limit}\b", TEXT)
