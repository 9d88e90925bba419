"""Every message that the API may say has English words, found by reading the places where messages are made."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import pytest

from report_search.data import read_text
from report_search.errors import (
    GoneError,
    NotFoundError,
    OperatorError,
    RequestError,
    Standing,
    TooCostlyError,
)
from report_search.figures.checks import KINDS, WARNING_CODES
from report_search.presentation.english import catalogue as english
from report_search.presentation.english.answers import english_error, english_hints
from report_search.query.interpret import Hint, read
from report_search.query.lexicon import Lexicon
from tests.query.conftest import lexicon, segmenter

__all__ = ["lexicon", "segmenter"]

ROOT = Path(__file__).resolve().parents[2]
NOT_FOR_THE_API = (
    "cli/",
    "alerts/",
    "generations/snapshots.py",
    "generations/alerts_file.py",
    "presentation/mcp/",
    "adding/",
)
"""Where errors are made that only a command or a page tells, or that are in English from the start."""
ERRORS = ("RequestError", "NotFoundError", "GoneError", "OperatorError", "BusyError")
TOLD = (*ERRORS, "Problem", "Hint", "ReportWarning", "_warn", "_hint", "Misencoded", "_problem")
PLACES = ("标题", "元数据", "全文", "文件末尾", "第7页", "工作表“7”")
"""Where in a report a warning is about."""
MADE_OF_PARTS = "“7”7 数:7。"
"""What is wrong with a number is put together in ``query/numbers``; a query below tries it."""
HAN = re.compile("[\u4e00-\u9fff]")
COMMANDS_ONLY = {
    *("no-previous", "address-unavailable", "bad-proxy", "bad-security-contact", "log-unwritable"),
    *("index-counts", "binary-output", "missing-extra", "bad-7"),
}
"""Codes that only whoever starts or fills an index is told; ``bad-7`` is made of the name of a parameter."""


def calls() -> Iterator[tuple[Path, ast.Call, str, dict[str, set[str]]]]:
    """Every place where an error, a hint or a warning is made: what is called, and the texts of the names there."""
    for folder in (ROOT / "src" / "report_search", ROOT / "webui", ROOT / "indexer"):
        for path in sorted(folder.rglob("*.py")):
            if any(part in path.relative_to(folder).as_posix() for part in NOT_FOR_THE_API):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            constants = assignments(tree.body)
            for function in ast.walk(tree):
                if isinstance(function, (ast.FunctionDef, ast.Lambda)):
                    named = assignments(ast.walk(function), constants)
                    for node in ast.walk(function):
                        if isinstance(node, ast.Call):
                            yield path, node, called(node), named


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def texts(node: ast.expr, named: dict[str, set[str]]) -> set[str]:
    """What an argument may be: a text of its own, one of two, or what its name was given.

    7 stands for whatever is put in and is not known.
    """
    if isinstance(node, ast.IfExp):
        return texts(node.body, named) | texts(node.orelse, named)
    if isinstance(node, ast.Name):
        return named.get(node.id, set())
    if isinstance(node, ast.JoinedStr):
        parts = [texts(one, named) or {"7"} for one in node.values]
        return {"".join(chosen) for chosen in product(*parts)}
    if isinstance(node, ast.FormattedValue):
        return texts(node.value, named) if isinstance(node.value, ast.Name) else set()
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def assignments(nodes: Iterable[ast.AST], known: dict[str, set[str]] | None = None) -> dict[str, set[str]]:
    """The texts that names are given, beside those that are ``known``."""
    found = {name: set(values) for name, values in (known or {}).items()}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, set()).update(texts(node.value, found))
    return found


def made() -> Iterator[tuple[str, str, str, str]]:
    """Where, by which class, the code, and each text that may be given along with it."""
    for path, node, name, named in calls():
        if name not in TOLD and not name.endswith("Error"):
            continue
        at = f"{path.relative_to(ROOT)}:{node.lineno}"
        given = [*node.args, *(one.value for one in node.keywords)]
        for code in texts(given[0], named) if given else ():
            if re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", code):
                yield at, name, code, ""
                yield from ((at, name, code, text) for one in given[1:] for text in texts(one, named))


def is_read_error(at: str) -> bool:
    """Errors of a file that is being read are told by the indexer alone."""
    return at.startswith("indexer/")


def test_every_code_has_english_words() -> None:
    wanted = {code: at for at, _, code, _ in made() if code not in COMMANDS_ONLY and not is_read_error(at)}
    wanted |= {"internal-error": "webui", "too-costly": "errors"}
    wanted |= dict.fromkeys((*KINDS, *WARNING_CODES.values()), "figures")
    wanted |= dict.fromkeys(("no-figures", "no-references"), "missing")
    lacking = {code: at for code, at in wanted.items() if code not in english.codes()}
    assert lacking == {}
    assert len(wanted) > 100


def test_every_sentence_for_the_asker_is_translated() -> None:
    """What only the operator can put right is told in general words; all else sentence by sentence."""
    asked = [one for one in made() if one[1] != "OperatorError" and one[2] not in COMMANDS_ONLY]
    # One name may hold the texts of several codes of a module.
    beside: dict[str, set[str]] = {}
    for at, _, code, _ in asked:
        beside.setdefault(at.partition(":")[0], set()).add(code)
    lacking = [
        (at, code, text)
        for at, _, code, text in asked
        if HAN.search(text) and not is_read_error(at) and text != MADE_OF_PARTS
        if not any(english.english(one, text) for one in beside[at.partition(":")[0]])
    ]
    assert lacking == []
    assert len([one for one in asked if HAN.search(one[3])]) > 150


def test_every_warning_is_translated() -> None:
    warned = [one for one in made() if one[1] in ("ReportWarning", "_warn") and one[3] not in PLACES]
    lacking = [
        (at, code, text)
        for at, _, code, text in warned
        if code not in english.codes() or (HAN.search(text) and not english.english(code, text))
    ]
    assert lacking == []
    assert len(warned) > 20


def test_the_catalogue_has_the_same_names_on_both_sides_and_no_chinese_of_its_own() -> None:
    catalogue = tomllib.loads(read_text(english.CATALOGUE))
    for code, table in catalogue.items():
        for chinese, said in table.items():
            names = set(re.findall(r"\{(\w+)", chinese))
            assert set(re.findall(r"\{(\w+)", said)) <= names, (code, chinese)
            if code != english.LABELS:
                spelled = re.sub(r"整份|同句|NEAR/5|甲|乙|没有…|领事保护", "", said)
                assert not HAN.search(spelled), (code, said)
        if code not in (english.ANY, english.LABELS):
            assert english.DEFAULT in table or table[english.LIKE] in catalogue, code


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (
            NotFoundError("no-report", "没有编号为“a-1”的报告。", hint="已收录的报告见“收录范围”。"),
            "There is no report with the id “a-1”.",
            "The reports that are held are at /api/v1/reports.",
        ),
        (
            RequestError("unknown-value", "机关中没有“外交步”。", hint="相近的有：外交部、财政部。"),
            "There is no agency “外交步”.",
            "Near it: 外交部, 财政部.",
        ),
        (
            RequestError("unknown-value", "章节中没有“x”。", hint="可用：引言、收费。"),
            "There is no section “x”.",
            "One of: preamble, fees.",
        ),
        (
            TooCostlyError(2.5),
            "The query took longer than 2.5 seconds and was stopped.",
            "Use less of NEAR, 同句, wildcards and long texts, or ask in several queries; "
            "the command line has no limit.",
        ),
        (OperatorError("index-damaged", "索引文件损坏：/srv/x", hint="请重建。"), None, ""),
        (
            GoneError("removed", "《报告》的一段曾经收录，现在已不在库中。", nearest=Standing("report", "a")),
            "What stood at this address was held once and is not any more.",
            "",
        ),
        (RequestError("never-heard-of", "没听说过。"), "The request can't be answered (never-heard-of).", ""),
    ],
)
def test_an_error_is_told_in_english(error: RequestError, message: str | None, hint: str) -> None:
    told = english_error(error)
    assert type(told) is type(error)
    assert told.code == error.code
    assert told.message == message if message else not HAN.search(told.message)
    assert told.hint == hint
    assert HAN.search(error.message)


@pytest.mark.parametrize(
    "typed",
    ['"领事', "领事 OR", "机关:没有的", "年份:2019..2014", "((((((((((((((((((((x", "a && b", "数:5件", "*"],
)
def test_hints_of_queries_are_told_in_english(typed: str, lexicon: Lexicon) -> None:
    hints = read(typed, lexicon, strict=False).hints
    assert hints
    for before, told in zip(hints, english_hints(hints), strict=True):
        assert told.message
        assert "请" not in told.message
        assert isinstance(told, Hint)
        assert told.suggestion == before.suggestion
        assert "已" not in told.message
