"""Lines of JSON for whoever runs the server: one a request, and one for each query that found nothing.

The rule: a line is written at once and whole, so that several processes may share a file; and whatever cannot be
written (a full disk) hinders no answer.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from report_search.errors import OperatorError
from report_search.presentation.json_payload import encoded

STANDARD_OUTPUT = "-"
LOG = logging.getLogger("webui")


class LineLog:
    """A file that lines of JSON are added to; "-" for standard output, "" for none.

    Raises ``OperatorError`` where the file can't be opened.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        if self.is_on and name != STANDARD_OUTPUT:
            try:
                with Path(name).open("ab"):
                    pass
            except OSError as error:
                raise OperatorError(
                    "log-unwritable", f"日志写不了：{name}（{error.strerror}）", hint="请换一个可写的文件。"
                ) from error

    @property
    def is_on(self) -> bool:
        """Whether anything is written."""
        return bool(self._name)

    def write(self, line: Mapping[str, Any]) -> None:
        """Add a line, with the time before it."""
        if not self.is_on:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        data = encoded({"time": now, **line}) + b"\n"
        try:
            self._append(data)
        except OSError:
            LOG.exception("a line of the log could not be written")

    def _append(self, data: bytes) -> None:
        if self._name == STANDARD_OUTPUT:
            os.write(1, data)
            return
        # Opened for each line: whoever moves the file away to begin a new one need not tell anybody.
        target = os.open(self._name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            os.write(target, data)
        finally:
            os.close(target)
