"""Whether a text asks something, in plain Chinese. What asks for a silence is told apart by ``silence``."""

from __future__ import annotations

import re

ASKING = re.compile(
    r"[?？]\s*$|[吗嗎呢]\W*$|什么|什麼|甚么|甚麼|哪|谁|誰|多少|多久|多[大长長高远遠]|怎|如何|为何|為何|何[时時地处處人年种種]"
    r"|[是能可]否|是不是|有没有|有沒有|第?[几幾][个個年月日次项項种種件条條位名家类類]"
)
"""What makes a question of a text."""


def asks(text: str) -> bool:
    """Whether a text asks something."""
    return ASKING.search(text) is not None
