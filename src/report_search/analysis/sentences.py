"""Sentences: a text cut where a full stop, a question mark or an exclamation mark ends one.

The rule: put together, the sentences are the text without the white space between them and without the ordinals that
paragraphs begin with: （三） says where a sentence stands, not what it says. Nothing is cut inside brackets or
quotation marks that are closed again.
"""

from __future__ import annotations

import re

_ORDINAL = re.compile(
    r"\s*(?:[（(](?:[〇零一二三四五六七八九十百]+|[0-9０-９]{1,3})[）)][、.．]?|[①-⑳⑴-⒇⒈-⒛]"
    r"|[0-9０-９]{1,2}(?:[、．]|\.(?![0-9０-９]))|[一二三四五六七八九十]{1,3}、)\s*"
)
_QUOTED = re.compile(
    r"[（(][^（()）\n]{0,200}[)）]|“[^“”\n]{0,200}”|《[^《》\n]{0,200}》|「[^「」\n]{0,200}」"
)
_ENDS = "。！？"
# Of ASCII marks only those behind a Chinese character end a sentence: an address has question marks too.
_END = re.compile(rf"[{_ENDS}]+[”’」』）)]*|(?<=[\u3400-\u9fff])[!?]+[”’」』）)]*|\n+")
_CLOSED_END = re.compile(rf"[{_ENDS}!?][”」]$")


def sentences(text: str) -> list[str]:
    """The sentences of ``text`` in order, as printed; [] for a text of white space.

    A quotation that ends with a full stop of its own ends the sentence that it closes.
    """
    opening = _ORDINAL.match(text)
    body = text[opening.end() :] if opening else text
    inside = bytearray(len(body) + 1)
    ends = set()
    for quoted in _QUOTED.finditer(body):
        start, end = quoted.span()
        inside[start:end] = b"\1" * (end - start)
        if _CLOSED_END.search(quoted.group()):
            ends.add(end)
    ends |= {match.end() for match in _END.finditer(body) if not inside[match.start()]}
    found: list[str] = []
    start = 0
    for end in (*sorted(ends), len(body)):
        sentence = body[start:end].strip()
        # What only closes the one before (a mark behind a quotation) belongs to it.
        if found and sentence and not any(char.isalnum() for char in sentence):
            found[-1] += sentence
        elif sentence:
            found.append(sentence)
        start = end
    return found
