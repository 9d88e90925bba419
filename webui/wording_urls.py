"""Addresses of the pages on wording: their parameters read, and the links that lead to them."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request as flask_request
from msgspec import Struct

from report_search.errors import RequestError
from report_search.passages import Passage
from report_search.wording.matching import MOST_CHARACTERS, MOST_LINES, MatchMode, read_mode
from webui.urls import Arguments, endpoint_url, passage_link, refuse_unknown_or_repeated

MOST_BYTES = 2_000_000
"""Of a request with pasted text: 500 lines of a thousand characters."""
_BODY_HINT = '请发送 {"text": "……", "mode": "sentences"}，mode 可以是 sentences 或 lines。'


class ReportPair(Struct, frozen=True):
    """Two reports to compare, by their ids."""

    a: str
    b: str


def read_sentence(args: Arguments) -> int | None:
    """The number of a sentence, None for the default.

    Raises ``RequestError`` for another parameter, and for what is no number.
    """
    _only(args, "sentence")
    typed = args.get("sentence", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
        raise RequestError("bad-sentence", f"参数 sentence 不能是“{typed}”。", hint="请给出从 0 起的整数。")
    return int(typed)


def read_report_pair(args: Arguments) -> ReportPair:
    """The two reports to compare. Raises ``RequestError`` (``missing-report``) where one is not given."""
    _only(args, "a", "b")
    pair = ReportPair(args.get("a", "").strip(), args.get("b", "").strip())
    if not pair.a or not pair.b:
        raise RequestError(
            "missing-report",
            "要比较哪两份报告，没有说全。",
            hint="请用参数 a 和 b 给出两份报告的编号，或在报告页点“与上一年比较”。",
        )
    return pair


class PastedText(Struct, frozen=True):
    """A text that was sent to be matched."""

    text: str
    mode: MatchMode


def read_pasted() -> PastedText:
    """The text in the body of this request: a JSON object with ``text`` and ``mode``, or the fields of a form.

    Raises ``RequestError`` for a body that is neither or too long, for an unknown mode, and for any other key.
    """
    if (flask_request.content_length or 0) > MOST_BYTES:
        raise RequestError(
            "too-long", "发来的文字太长。", hint=f"一次最多 {MOST_CHARACTERS} 字，或 {MOST_LINES} 行。"
        )
    sent = flask_request.get_json(silent=True) if flask_request.is_json else flask_request.form.to_dict()
    if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
        raise RequestError("bad-body", "请求的内容不是可以读懂的 JSON。", hint=_BODY_HINT)
    for name in sent:
        if name not in ("text", "mode"):
            raise RequestError("unknown-parameter", f"没有名为 {name} 的参数。", hint=_BODY_HINT)
    return PastedText(sent.get("text", ""), read_mode(sent.get("mode", "")))


def _only(args: Arguments, *names: str) -> None:
    refuse_unknown_or_repeated(args, known=names, single=names)


def history_link_of(passage: Passage) -> str:
    """The address of a passage's history; "" for a heading and the head of a table, which have none."""
    return history_link(passage.id) if has_history(passage) else ""


def has_history(passage: Passage) -> bool:
    """Whether a passage has a history: a heading and the head of a table have none."""
    return not (passage.is_heading or passage.is_head)


def history_link(passage: str, *, sentence: int | None = None) -> str:
    """The address of the history of a passage, or of one of its sentences."""
    link = history_link_below(passage_link(passage))
    return link if sentence is None else f"{link}?sentence={sentence}"


def history_link_below(passage_link: str) -> str:
    """The address of the history of the passage at an address."""
    return f"{passage_link}/history"


def compare_link(a: str, b: str) -> str:
    """The address of two reports side by side."""
    return f"{endpoint_url('wording.compare')}?{urlencode({'a': a, 'b': b})}"
