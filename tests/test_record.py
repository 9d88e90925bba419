"""What the Python API gives are Structs on which the functions of ``dataclasses`` work as on any dataclass."""

from __future__ import annotations

import dataclasses
import json
import pickle
from collections.abc import Mapping

import msgspec
import pytest

import report_search
from report_search.record import Record


class Place(Record):
    line: int
    column: int = 0


class Remark(Place):
    text: str = ""
    seen: Mapping[str, Place] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()


REMARK = Remark(3, text="甲", seen={"乙": Place(4)})


def test_a_changed_copy_is_made() -> None:
    changed = dataclasses.replace(REMARK, text="丙")
    assert changed == Remark(3, text="丙", seen={"乙": Place(4)})
    assert REMARK.text == "甲"
    assert msgspec.structs.replace(REMARK, text="丙") == changed
    with pytest.raises(TypeError, match="colour"):
        dataclasses.replace(REMARK, colour="red")


def test_it_is_taken_apart() -> None:
    assert dataclasses.is_dataclass(Remark)
    assert dataclasses.is_dataclass(REMARK)
    assert dataclasses.asdict(REMARK) == {
        "line": 3,
        "column": 0,
        "text": "甲",
        "seen": {"乙": {"line": 4, "column": 0}},
        "notes": (),
    }
    assert dataclasses.astuple(Place(1)) == (1, 0)
    fields = dataclasses.fields(Remark)
    assert [(field.name, field.type) for field in fields] == [
        ("line", "int"),
        ("column", "int"),
        ("text", "str"),
        ("seen", "Mapping[str, Place]"),
        ("notes", "tuple[str, ...]"),
    ]
    assert fields[0].default is dataclasses.MISSING
    assert [field.default for field in (fields[1], fields[2], fields[4])] == [0, "", ()]
    assert fields[3].default_factory() == {}


def test_it_is_a_value() -> None:
    assert len({Place(1), Place(1), Place(2)}) == 2
    assert pickle.loads(pickle.dumps(REMARK)) == REMARK
    assert json.loads(msgspec.json.encode(Place(1))) == {"line": 1, "column": 0}
    assert msgspec.json.decode(b'{"line": 1}', type=Place) == Place(1)
    with pytest.raises(AttributeError):
        REMARK.text = "丙"  # type: ignore[misc]
    assert not hasattr(REMARK, "__dict__")


@pytest.mark.parametrize("name", report_search.__all__)
def test_every_value_of_the_python_api_is_one(name: str) -> None:
    known = getattr(report_search, name)
    if isinstance(known, type) and issubclass(known, msgspec.Struct):
        assert issubclass(known, Record)
        assert [field.name for field in dataclasses.fields(known)] == list(known.__struct_fields__)
