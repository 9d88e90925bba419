"""The mutation runner: what it changes, that each change is program text, that a seed draws the same."""

from __future__ import annotations

import ast
from pathlib import Path

from benchmarks.mutants import ROOT, choose, module_files, module_name, near_tests
from benchmarks.mutation import mutants_of

SOURCE = '''"""Text before 1 < 2."""

LIMIT: int = 10


def 函数(a: int, b: int = 3) -> str:
    assert a > 0
    if not a:
        return f"{a + 1}"
    return "，" * (a if a < b and a != b else 0)
'''


def changes() -> set[tuple[int, str, str]]:
    return {(m.line, m.before, m.after) for m in mutants_of(Path("a.py"), SOURCE.encode())}


def test_operators_conditions_and_numbers_are_changed_and_nothing_else() -> None:
    test = "a < b and a != b"
    product = f'"，" * (a if {test} else 0)'
    assert changes() == {
        (3, "10", "9"),
        (3, "10", "11"),
        (6, "3", "2"),
        (6, "3", "4"),
        (8, "not a", "a"),
        (10, product, f"'，' // (a if {test} else 0)"),
        (10, test, "not (a < b and a != b)"),
        (10, test, "a < b or a != b"),
        (10, "a < b", "a <= b"),
        (10, "a != b", "a == b"),
        (10, "0", "-1"),
        (10, "0", "1"),
    }


def test_every_change_is_read_back_as_python_and_differs() -> None:
    source = (ROOT / "src/report_search/analysis/fold.py").read_bytes()
    mutants = mutants_of(Path("fold.py"), source)
    assert len(mutants) > 20
    original = ast.dump(ast.parse(source))
    for mutant in mutants:
        assert ast.dump(ast.parse(mutant.apply(source))) != original, str(mutant)


def test_a_seed_draws_the_same_mutants_and_every_module_has_its_turn() -> None:
    files = module_files(ROOT, ["report_search.query", "indexer.text"])
    every = [mutants_of(path, (ROOT / path).read_bytes()) for path in files]
    with_mutants = sum(map(bool, every))
    chosen = choose(every, with_mutants, 7)
    assert chosen == choose(every, with_mutants, 7)
    assert chosen != choose(every, with_mutants, 8)
    assert len({mutant.path for mutant in chosen}) == with_mutants


def test_the_nearest_tests_are_the_namesake_and_those_that_import_the_module() -> None:
    path = Path("src/report_search/analysis/fold.py")
    assert module_name(path) == "report_search.analysis.fold"
    own, folder = near_tests(ROOT, path)
    assert Path("tests/analysis/test_fold.py") in own
    assert Path("tests/analysis/test_fingerprint.py") not in own
    assert folder == (Path("tests/analysis"),)


def test_the_generator_of_made_up_reports_is_left_out_unless_it_is_named() -> None:
    assert not [path for path in module_files(ROOT, ["indexer"]) if "synthetic" in path.parts]
    assert module_files(ROOT, ["indexer.synthetic"])
