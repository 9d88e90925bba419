"""docs/operations.md and the files for proxies say what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from report_search.cli import cli
from report_search.search.filters import MAX_FILTER_VALUES
from webui.operating import metrics, watching
from webui.operating.settings import DEFAULT_DEADLINE
from webui.serving import channel, dispatcher, settings, worker
from webui.site import PROBES

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "operations.md").read_text("utf-8")
NGINX = (ROOT / "examples" / "nginx.conf").read_text("utf-8")
CADDY = (ROOT / "examples" / "Caddyfile").read_text("utf-8")
SERVE = cli.commands["serve"]


def option(name: str) -> click.Option:
    return next(one for one in SERVE.params if isinstance(one, click.Option) and f"--{name}" in one.opts)


def bound(row: str) -> str:
    """The default in the row of the table of bounds that begins so."""
    found = re.search(rf"^\| {re.escape(row)}[^|]*\| ([^|]*) \|", DOCUMENT, re.M)
    assert found, row
    return found[1]


def test_every_option_of_the_server_is_explained() -> None:
    for one in SERVE.params:
        if isinstance(one, click.Option) and one.name not in ("index", "host", "port"):
            assert one.opts[0] in DOCUMENT, one.opts


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("seconds that a query may take", DEFAULT_DEADLINE),
        ("values in all filters", MAX_FILTER_VALUES),
        ("requests that wait, a worker", settings.DEFAULT_QUEUE),
        ("seconds that one may wait", channel.LONGEST_WAIT),
        ("comparisons of many texts", dispatcher.MOST_PATIENT),
        ("exports that are streamed at once", dispatcher.MOST_STREAMS),
        ("connections of one client", settings.DEFAULT_CLIENT_CONNECTIONS),
        ("connections, a worker", worker.MOST_CONNECTIONS),
        ("seconds for the head", channel.HEAD_SECONDS),
        ("seconds for a whole request", channel.BODY_SECONDS),
        ("seconds in which a reader", channel.STALLED_SECONDS),
    ],
)
def test_the_bounds_are_those_of_the_program(row: str, value: float) -> None:
    assert float(bound(row)) == value


def test_the_other_figures_of_the_table() -> None:
    assert bound("the same, for comparing") == f"{watching.PATIENCE} times as long"
    sizes = f"{worker.MOST_HEADER_BYTES >> 10} KB, {worker.MOST_BODY_BYTES >> 20} MB"
    assert bound("bytes of a head") == sizes


def test_the_defaults_of_the_command_are_those_of_the_program() -> None:
    assert option("deadline").default == DEFAULT_DEADLINE
    assert option("queue").default == settings.DEFAULT_QUEUE
    assert option("client-connections").default == settings.DEFAULT_CLIENT_CONNECTIONS
    assert option("rate").default == option("workers").default == 0


def test_every_figure_is_explained() -> None:
    pytest.importorskip("prometheus_client", reason="the extra 'serve' is not installed")
    text = metrics.exposition(None)[0].decode()
    named = set(re.findall(r"^# TYPE (report_search_\w+)", text, re.M))
    assert named
    for name in named:
        # A counter that has counted also tells since when, under a name of its own.
        told = (name, name.replace("_created", "_total"), name.removesuffix("_created"))
        assert any(f"`{one}`" in DOCUMENT for one in told), name


def blocks(text: str) -> dict[str, str]:
    """The blocks of nginx by what stands before their brace, after every brace was matched."""
    plain = re.sub(r"#.*", "", text)
    assert plain.count("{") == plain.count("}")
    return {head.strip(): body for head, body in re.findall(r"^([^\n{};]+)\{([^{}]*)\}", plain, re.M)}


def directives(block: str) -> dict[str, list[str]]:
    """The directives of a block of nginx: by name, or by name and header, their values."""
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, block.split(";"))):
        name, *values = line.split()
        key = f"{name} {values[0]}" if name == "proxy_set_header" else name
        found[key] = values
    return found


def seconds(value: str) -> int:
    return int(value.removesuffix("s"))


def test_nginx_passes_on_the_address_and_who_asked() -> None:
    found = blocks(NGINX)
    upstream, location = directives(found["upstream report_search"]), directives(found["location /reports/"])
    assert upstream["server"] == [f"127.0.0.1:{option('port').default}"]
    # A path behind the name of the upstream would take the prefix away, and decode what was asked.
    assert location["proxy_pass"] == ["http://report_search"]
    assert location["proxy_set_header Host"][1] == "$host"
    assert location["proxy_set_header X-Forwarded-For"][1] == "$remote_addr"
    assert location["proxy_set_header X-Request-Id"][1] == "$request_id"
    assert seconds(upstream["keepalive_timeout"][0]) < channel.IDLE_SECONDS
    # In a location nginx refuses it.
    assert "client_header_timeout" not in location
    head = re.search(r"^client_header_timeout (\d+)s;", NGINX, re.M)
    assert head
    assert int(head[1]) <= channel.HEAD_SECONDS
    longest = DEFAULT_DEADLINE * watching.PATIENCE + channel.LONGEST_WAIT
    assert seconds(location["proxy_read_timeout"][0]) > longest


def test_caddy_passes_on_the_address_and_who_asked() -> None:
    plain = re.sub(r"#.*", "", CADDY)
    assert plain.count("{") == plain.count("}")
    assert re.search(rf"reverse_proxy 127\.0\.0\.1:{option('port').default} ", plain)
    assert "handle_path" not in plain
    assert "header_up X-Forwarded-For {remote_host}" in plain
    assert "header_up X-Request-Id {http.request.uuid}" in plain
    found = re.search(r"keepalive (\d+)s", plain)
    assert found
    assert int(found[1]) < channel.IDLE_SECONDS


@pytest.mark.parametrize("text", [NGINX, CADDY])
def test_both_run_the_server_as_it_has_to_be_run_and_keep_its_probes_to_themselves(text: str) -> None:
    command = re.search(r"REPORT_SEARCH_URL=https://example\.org/reports report-search (serve .*)", text)
    assert command
    SERVE.make_context("serve", command[1].split()[1:])
    assert "--trusted-proxy 127.0.0.1" in command[1]
    for probe in PROBES:
        assert probe.removeprefix("/") in re.sub(r"#.*", "", text)


def test_commands_of_the_document_can_be_read() -> None:
    found = re.findall(r"report-search (serve|index)\b([^\n#`]*)", DOCUMENT)
    assert len(found) >= 3
    for name, arguments in found:
        with cli.commands[name].make_context(name, arguments.split()):
            pass
