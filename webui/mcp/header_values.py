"""Values of headers that may be no ASCII: ``=?base64?…?=`` is the UTF-8 that it holds.

The rule: what is wrongly packed is no value, so that it never matches what a message says.
"""

from __future__ import annotations

import base64
import binascii
import re

_PACKED = re.compile(r"=\?base64\?(.*)\?=")


def decoded(value: str | None) -> str | None:
    """The value that a header stands for; None for none, and for what can't be unpacked."""
    packed = _PACKED.fullmatch(value) if value is not None else None
    if packed is None:
        return value
    try:
        return base64.b64decode(packed[1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
