"""The arguments of a tool call, read as a model writes them: a number as text, one value in place of a list.

The rule: an argument that a tool does not know is ignored, and the answer names it; one that it knows and can't read
is an error that says what to give.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct

from report_search.errors import RequestError
from report_search.presentation.mcp.bounds import DEFAULT_TOKENS, FEWEST_TOKENS, MOST_TOKENS, asked_digest
from report_search.presentation.mcp.tokens import cut

PLACE_ARGUMENTS = ("cursor", "max_tokens", "limit")
"""Arguments that only say which part of an answer is wanted."""
MOST_VALUES = 50
MOST_CHARACTERS = 10_000


class ToolArguments(Struct, frozen=True):
    """What a tool was called with: the arguments that it knows, those without a value left out."""

    tool: str
    given: Mapping[str, Any]
    unread: tuple[str, ...] = ()
    """Names that were sent and that it does not know."""

    @property
    def digest(self) -> str:
        """A digest of what is asked for, whichever part of the answer is wanted."""
        asked = {name: value for name, value in self.given.items() if name not in PLACE_ARGUMENTS}
        return asked_digest(self.tool, asked)

    @property
    def max_tokens(self) -> int:
        """How long the answer may be."""
        return self.number("max_tokens", default=DEFAULT_TOKENS, low=FEWEST_TOKENS, high=MOST_TOKENS)

    def text(self, name: str, *, is_needed: bool = False) -> str:
        """A text, "" where it is not given. Raises ``RequestError`` if it is needed and not there."""
        value = self.given.get(name)
        if value is None and is_needed:
            # Who took the name of another tool's argument is told which of the sent names meant nothing.
            unread = f" It does not know {', '.join(self.unread)}." if self.unread else ""
            hint = f"Call {self.tool} with {name}.{unread}"
            raise RequestError("missing-argument", f"The argument {name} is missing.", hint=hint)
        return "" if value is None else _text(name, value)

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of a list, or of one value in its place; each once, in their order."""
        value = self.given.get(name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        if len(values) > MOST_VALUES:
            raise RequestError(
                "too-many-values", f"{name} has more than {MOST_VALUES} values.", hint="Ask in several calls."
            )
        found = (_text(name, one).strip() for one in values)
        return tuple(dict.fromkeys(one for one in found if one))

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of ``choices``; the first where nothing is given."""
        value = self.text(name).strip()
        if not value:
            return choices[0]
        if value not in choices:
            listed = ", ".join(filter(None, choices))
            raise RequestError(
                f"bad-{name}", f"{name} can't be “{cut(value, 40)}”.", hint=f"One of: {listed}."
            )
        return value

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        """A whole number, brought between ``low`` and ``high``."""
        value = self.given.get(name, default)
        if (
            isinstance(value, str)
            and value.strip().lstrip("-").isascii()
            and value.strip().lstrip("-").isdigit()
        ):
            value = int(value.strip()[:12])
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise RequestError(f"bad-{name}", f"{name} is no whole number.", hint=f"Give {low} to {high}.")
        return max(low, min(value, high))

    def switch(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.given.get(name, default)
        if isinstance(value, bool):
            return value
        spelled = {"true": True, "1": True, "false": False, "0": False}
        if str(value).lower() not in spelled:
            raise RequestError(
                f"bad-{name}", f"{name} is neither true nor false.", hint="Give true or false."
            )
        return spelled[str(value).lower()]


def read_arguments(
    tool: str, known: Collection[str], *, sent: Mapping[str, Any]
) -> tuple[ToolArguments, list[str]]:
    """What was sent to a tool, and the names that it does not know."""
    given = {name: value for name, value in sent.items() if name in known and value is not None}
    unread = [cut(name, 40) for name in sent if name not in known][:8]
    return ToolArguments(tool, given, tuple(unread)), unread


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise RequestError(f"bad-{name}", f"{name} is no text.", hint="Give a string.")
    text = str(value)
    if len(text) > MOST_CHARACTERS:
        raise RequestError(
            "too-long", f"{name} has more than {MOST_CHARACTERS} characters.", hint="Give a shorter one."
        )
    return text
