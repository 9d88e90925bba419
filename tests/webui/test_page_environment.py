"""What a template prints is escaped as markupsafe escapes it, whatever it is."""

from __future__ import annotations

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from report_search.generations.original import MEDIA_TYPES
from webui.page_environment import PageEnvironment, escape_printed
from webui.template_filters import FORMAT_NAMES


class Shown(str):
    """A string of a class of its own, as a lazy text may be."""


class Drawn:
    """Something that says itself how it is printed."""

    def __html__(self) -> str:
        return "<svg></svg>"


ANYTHING = st.one_of(
    st.text(), st.text().map(Markup), st.text().map(Shown), st.integers(), st.none(), st.booleans()
)


@given(ANYTHING)
def test_what_is_printed_is_escaped_as_markupsafe_does(value: object) -> None:
    assert escape_printed(value) == str(escape(value))


def test_what_is_html_stays_as_it_is() -> None:
    assert escape_printed(Drawn()) == "<svg></svg>"


TEMPLATE = """{% macro bold(text) %}<b>{{ text }}</b>{% endmacro -%}
{% set kept %}<i>{{ hostile }}</i>{% endset -%}
{{ hostile }}|{{ bold(hostile) }}|{{ kept }}|{{ hostile ~ '&' }}|{{ [hostile]|join('<') }}|{{ drawn }}"""


def test_macros_blocks_and_filters_escape_once() -> None:
    app = Flask(__name__)
    app.jinja_environment = PageEnvironment
    environment = app.jinja_env
    shown = environment.from_string(TEMPLATE).render(hostile="<script>", drawn=Drawn())
    hostile = "&lt;script&gt;"
    assert shown == f"{hostile}|<b>{hostile}</b>|<i>{hostile}</i>|{hostile}&amp;|{hostile}|<svg></svg>"


def test_every_format_of_an_original_has_a_name_for_readers() -> None:
    assert MEDIA_TYPES.keys() == FORMAT_NAMES.keys()
