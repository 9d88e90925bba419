"""An index of the reports of the project, and a way to run commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.cli import main
from tests.cli.running import CORPUS, CommandResult, RunCommand


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    run_job(IndexJob((CORPUS,), folder, "memory"))
    return folder


@pytest.fixture
def run_command(capsys: pytest.CaptureFixture[str]) -> RunCommand:
    def run(*arguments: str | Path) -> CommandResult:
        with pytest.raises(SystemExit) as exited:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        assert isinstance(exited.value.code, int)
        return CommandResult(exited.value.code, printed.out, printed.err)

    return run
