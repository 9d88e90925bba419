"""What an operation of the API is: where it is asked for, its parameters, its answers, its errors.

The rule: nothing is said twice. Shapes come from the payloads, bounds and defaults from where they are enforced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from report_search.presentation.payloads.parts import Payload

Schema = Mapping[str, Any]
"""A JSON Schema."""
Codes = Mapping[int, tuple[str, ...]]
"""The codes of errors by the status that they come with."""
JSON = "application/json"
FILES = (
    "text/csv",
    "*/*",
    "application/vnd.sqlite3",
    "application/x-ndjson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""Media types of what is kept as a file."""


class ApiParameter(Struct, frozen=True):
    """A parameter: its name, its schema, what it does, in English for programmers and in Chinese for the page.

    ``place`` is where it stands; one in a path is always needed. ``example`` is a value that a corpus probably answers.
    """

    name: str
    schema: Schema
    english: str
    chinese: str
    place: Literal["query", "path"] = "query"
    required: bool = False
    example: Any = None

    @property
    def is_repeated(self) -> bool:
        """Whether it may be given more than once."""
        return self.schema.get("type") == "array"

    @property
    def value_schema(self) -> Schema:
        """The schema of one value."""
        items = self.schema.get("items")
        return items if isinstance(items, Mapping) else self.schema


class ApiAnswer(Struct, frozen=True):
    """What a request is answered with: a shape as JSON, or a file of a media type (``shape`` None).

    Several shapes are alternatives.
    """

    media_type: str = JSON
    shapes: tuple[type[Payload], ...] = ()
    status: int = 200


class ApiOperation(Struct, frozen=True):
    """Something that can be asked for. ``id`` is unique and stays; ``path`` has names in braces.

    ``codes`` are those of its errors beside the ones that any request may get. ``sent`` is the schema of what is sent,
    ``sample`` one of it. ``errors`` is how they are told: in the one shape, by a page for people, or as JSON-RPC does.
    ``is_conditional`` says that the answer has an ETag, by which it is asked for again.
    """

    id: str
    group: str
    path: str
    english: str
    chinese: str
    answers: tuple[ApiAnswer, ...]
    parameters: tuple[ApiParameter, ...] = ()
    codes: Codes | None = None
    method: Literal["get", "post"] = "get"
    sent: Schema | None = None
    sample: Any = None
    errors: Literal["shape", "page", "rpc"] = "shape"
    is_conditional: bool = True

    @property
    def is_json(self) -> bool:
        """Whether it answers with a shape."""
        return any(answer.shapes for answer in self.answers)

    @property
    def is_file(self) -> bool:
        """Whether it answers with something to keep under a name."""
        return self.answers[0].media_type in FILES or self.path.startswith("/api/v1/search.")


def joined(*parts: Codes) -> Codes:
    """All codes of several maps, each once."""
    found: dict[int, dict[str, None]] = {}
    for part in parts:
        for status, codes in part.items():
            found.setdefault(status, {}).update(dict.fromkeys(codes))
    return {status: tuple(codes) for status, codes in sorted(found.items())}


def in_path(parameter: ApiParameter) -> ApiParameter:
    """A parameter as it stands in a path."""
    return replace(parameter, place="path", required=True)
