"""The fingerprint: stable, and it names what changed."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest

from report_search.analysis import fingerprint as module
from report_search.analysis.fingerprint import changed, fingerprint, parts


def test_it_is_the_same_in_every_process() -> None:
    code = "from report_search.analysis.fingerprint import fingerprint; print(fingerprint())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == fingerprint()


def test_it_names_every_table_and_library() -> None:
    assert list(parts()) == [
        *(
            "schema",
            "unicode",
            "opencc",
            "jieba",
            "cutter",
            "characters",
            "radicals",
            "oldforms",
            "spellings",
            "units",
            "phrases",
            "dictionary",
        ),
    ]
    assert parts()["unicode"] == unicodedata.unidata_version
    assert all(value and " " not in value and "=" not in value for value in parts().values())


def test_a_mismatch_says_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr(module, "SCHEMA", "other")
    after = " ".join(f"{name}={value}" for name, value in parts().items())
    assert changed(before, after) == ["schema"]
    assert changed(before, before) == []
    assert changed("", "jieba=1") == ["jieba"]
