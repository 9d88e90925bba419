"""The files for nginx and Caddy, tried with these programs in front of a server that says what it was asked."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
DEFAULT = "127.0.0.1:8000"


class Echo(BaseHTTPRequestHandler):
    """Answers with the path and the headers that it was asked with."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        told = {"path": self.path, **{name.lower(): value for name, value in self.headers.items()}}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def behind() -> Iterator[int]:
    """The port of a server to stand behind the proxy."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def nginx_file(folder: Path, port: int, behind: int) -> list[str]:
    text = (EXAMPLES / "nginx.conf").read_text(encoding="utf-8").replace(DEFAULT, f"127.0.0.1:{behind}")
    head, server = text.split("# server { }\n")
    path = folder / "nginx.conf"
    path.write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{ }}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{head}\n"
        f"server {{ listen 127.0.0.1:{port}; server_name example.org;\n{server}\n}} }}\n",
        encoding="utf-8",
    )
    return ["nginx", "-c", str(path), "-e", "stderr"]


def caddy_file(folder: Path, port: int, behind: int) -> list[str]:
    text = (EXAMPLES / "Caddyfile").read_text(encoding="utf-8").replace(DEFAULT, f"127.0.0.1:{behind}")
    site = f"http://example.org:{port} {{\n\tbind 127.0.0.1\n"
    text = re.sub(r"^example\.org \{\n", site, text, count=1, flags=re.M)
    path = folder / "Caddyfile"
    path.write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text, encoding="utf-8")
    return ["caddy", "run", "--config", str(path), "--adapter", "caddyfile"]


@pytest.fixture(params=[nginx_file, caddy_file], ids=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, tmp_path: Path, behind: int) -> Iterator[int]:
    """The port of the proxy."""
    port = free_port()
    command = request.param(tmp_path, port, behind)
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs Debian's {command[0]}")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            for _ in range(200):
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, process.stderr and process.stderr.read().decode()
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def ask(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "example.org", **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_the_address_and_who_asked_are_passed_on_and_probes_are_not(proxy: int) -> None:
    path = "/reports/api/v1/search?q=%E9%A2%86%E4%BA%8B&agency=a%2Fb"
    status, _, body = ask(proxy, path, **{"X-Forwarded-For": "6.6.6.6", "X-Request-Id": "chosen-by-client"})
    assert status == 200
    told = json.loads(body)
    assert told["path"] == path
    assert told["host"].partition(":")[0] == "example.org"
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert told["x-request-id"] != "chosen-by-client"
    assert len(told["x-request-id"]) >= 8
    for probe in ("healthz", "readyz", "metrics"):
        assert ask(proxy, f"/reports/{probe}")[0] == 404
    status, headers, _ = ask(proxy, "/reports")
    assert status == 308
    assert str(headers["Location"]).endswith("/reports/")
