"""Every operation of the API, in the order in which it is described."""

from __future__ import annotations

from webui.openapi import holdings, numbers, searching, service, wording
from webui.openapi.operations import ApiOperation

OPERATIONS: tuple[ApiOperation, ...] = (
    *searching.OPERATIONS,
    *holdings.OPERATIONS,
    *wording.OPERATIONS,
    *numbers.OPERATIONS,
    *service.OPERATIONS,
)
