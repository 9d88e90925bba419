"""What a page may cost beside its search: nothing is asked of the disk once for each hit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from report_search.generations import Generation, PublishedGenerations
from report_search.search.searcher import Searcher
from webui import create_app


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders in which somebody looked which generation is current, one entry a look."""
    seen: list[Path] = []
    look = PublishedGenerations.current

    def counted(self: PublishedGenerations) -> Generation | None:
        seen.append(self.root)
        return look(self)

    monkeypatch.setattr(PublishedGenerations, "current", counted)
    return seen


@pytest.mark.parametrize(
    "address", ["/?type=table", "/?q=微博&limit=100", "/api/v1/search?limit=100", "/about"]
)
def test_an_answer_looks_for_the_current_generation_only_a_few_times(
    address: str, looks: list[Path], tmp_path: Path, publish: Callable[[Path], None]
) -> None:
    """A page of table rows read the pointer once for each row."""
    publish(tmp_path)
    client = create_app(Searcher(tmp_path)).test_client()
    client.get(address)
    looks.clear()
    assert client.get(address).status_code == 200
    assert 1 <= len(looks) <= 2
