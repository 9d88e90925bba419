"""What the engines compute with arrays of the smallest type that holds their numbers."""

from __future__ import annotations

import numpy as np
import pytest

from report_search.engine.arrays import equal_range


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.int64, np.uint64])
@pytest.mark.parametrize(
    ("value", "wanted"), [(3, (0, 2)), (4, (2, 2)), (7, (3, 4)), (200, (4, 4)), (1 << 62, (4, 4))]
)
def test_a_value_that_does_not_fit_the_type_stands_behind_all(
    kind: type[np.integer[np.typing.NBitBase]], value: int, wanted: tuple[int, int]
) -> None:
    """Of an index whose last variant is in a text below 256, text 256 was an error 500 on the front page."""
    assert equal_range(np.array([3, 3, 5, 7], dtype=kind), value) == wanted


def test_of_none_there_is_none() -> None:
    assert equal_range(np.zeros(0, dtype=np.uint8), 300) == (0, 0)
