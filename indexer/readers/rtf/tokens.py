"""The bytes of an RTF file as control words, groups and text, decoded as the font in force says.

    {\\rtf1\\ansi\\ansicpg936 {\\fonttbl{\\f0\\fcharset134 宋体;}} \\f0 \\'d5\\'fd\\'ce\\'c4 \\u25991?\\par}

The rule: bytes of a character stand together, so they are decoded when something else comes; a character given by its
number (``\\u``) is followed by as many bytes for old readers as ``\\uc`` says, and those are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from indexer.readers import limits

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)"
)
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 204: "cp1251"}
"""Encodings of fonts whose characters are no Latin ones."""
_CODE_PAGES = {936: "gb18030", 950: "cp950", 932: "cp932", 65001: "utf-8", 10008: "gb18030"}
_SYMBOLS = {b"~": "\xa0", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n", b"\t": "\t"}
_DEPTH = 500


class Word(Struct, frozen=True):
    """A control word with its number (None without one), or ``{`` and ``}`` for the border of a group."""

    name: str
    number: int | None = None


class _State(Struct, frozen=True):
    """What a group inherits: the encoding in force, how many bytes follow a numbered character."""

    encoding: str
    fallback: int = 1


class RtfTokens(Struct):
    """Reads the tokens of one file."""

    data: bytes
    _page: str = "cp1252"
    _fonts: dict[int, str] = field(default_factory=dict)
    _font: int = 0

    def __iter__(self) -> Iterator[Word | str]:
        """Words and texts in order. Raises ``ReadError`` for groups nested too deep."""
        states = [_State("")]
        pending = bytearray()
        skip = 0
        end = 0
        while found := _TOKEN.match(self.data, end):
            end = found.end()
            name, number, code, _, _, text = found.groups()
            if code or text:
                raw = bytes([int(code, 16)]) if code else text
                raw, skip = raw[skip:], max(0, skip - len(raw))
                pending += raw
            elif name == b"bin":
                # What follows is no text at all.
                end += max(0, int(number or 0))
            else:
                if pending:
                    yield self._decoded(bytes(pending), states[-1])
                    pending.clear()
                is_numbered = name == b"u" and number is not None
                skip = states[-1].fallback if is_numbered else 0
                yield from self._control(found, states)
        if pending:
            yield self._decoded(bytes(pending), states[-1])

    def _control(self, found: re.Match[bytes], states: list[_State]) -> Iterator[Word | str]:
        """What a control word, a control symbol or the border of a group is; ``states`` change with it."""
        name, number, _, symbol, brace, _ = found.groups()
        value = int(number) if number else None
        if brace:
            self._turn(states, brace)
            yield Word(brace.decode())
        elif symbol:
            yield Word("*") if symbol == b"*" else _SYMBOLS.get(symbol, symbol.decode("latin-1"))
        elif name == b"u" and value is not None:
            yield chr(value & 0xFFFF)
        elif name:
            states[-1] = self._noted(states[-1], name, value)
            yield Word(name.decode(), value)

    def _decoded(self, raw: bytes, state: _State) -> str:
        return raw.decode(state.encoding or self._page, "replace")

    @staticmethod
    def _turn(states: list[_State], brace: bytes) -> None:
        if brace == b"{":
            if len(states) > _DEPTH:
                raise limits.too_large("文档嵌套层数", len(states), limit=_DEPTH)
            states.append(states[-1])
        elif len(states) > 1:
            states.pop()

    def _noted(self, state: _State, name: bytes, value: int | None) -> _State:
        """The state after a control word: those that say how bytes are to be decoded change it."""
        if value is None:
            return replace(state, encoding="") if name == b"plain" else state
        if name == b"ansicpg":
            self._page = _CODE_PAGES.get(value, f"cp{value}" if value in range(1250, 1259) else "cp1252")
        elif name == b"uc":
            return replace(state, fallback=min(max(value, 0), 8))
        elif name == b"f":
            self._font = value
            return replace(state, encoding=self._fonts.get(value, ""))
        elif name == b"fcharset" and value in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[value]
            return replace(state, encoding=_CHARSETS[value])
        return state
