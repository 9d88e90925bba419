"""Authentication and TLS: before a small server, and in front of the real cluster."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

pytest.importorskip("urllib3", reason="the extra 'opensearch' is not installed")
pytest.importorskip("trustme", reason="the extra 'ci' is not installed")

from report_search.engine.opensearch import auth
from report_search.engine.opensearch import client as opensearch_client
from report_search.engine.opensearch.client import Client
from report_search.engine.protocol import EngineInfo
from report_search.engine.registry import open_engine
from report_search.errors import OperatorError
from tests.engine.contract.given import BASIC, everything, ids
from tests.engine.corpus import phrase
from tests.engine.opensearch.tls_front import PASSWORD, USER, Front, front
from tests.engine.opensearch_server import Cluster


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No user is set, no authority is trusted, and retries end soon."""
    for name in (
        auth.USER_VARIABLE,
        auth.PASSWORD_VARIABLE,
        auth.AUTHORITY_VARIABLE,
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(opensearch_client, "PATIENCE", 0.2)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Front]:
    with front(tmp_path) as running:
        yield running


@pytest.fixture
def trusted(proxy: Front, monkeypatch: pytest.MonkeyPatch) -> Front:
    """A proxy whose authority is set as trusted."""
    monkeypatch.setenv(auth.AUTHORITY_VARIABLE, str(proxy.authority))
    return proxy


@pytest.fixture
def logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The right user and password are set."""
    monkeypatch.setenv(auth.USER_VARIABLE, USER)
    monkeypatch.setenv(auth.PASSWORD_VARIABLE, PASSWORD)


def get(*nodes: str) -> object:
    with closing(Client(nodes)) as client:
        return client.get("/x")


def refused(*nodes: str) -> OperatorError:
    """The error of a request; no part of it contains the password."""
    with pytest.raises(OperatorError) as error:
        get(*nodes)
    assert PASSWORD not in error.value.message + error.value.hint + repr(error.value)
    return error.value


@pytest.mark.usefixtures("logged_in")
def test_a_password_in_chinese_is_accepted(trusted: Front) -> None:
    assert get(f"https://127.0.0.1:{trusted.port}") == {"fine": 1}
    assert trusted.asked == [("GET", "/x")]
    assert trusted.turned_away == 0


@pytest.mark.usefixtures("logged_in")
def test_the_environment_variable_of_openssl_is_used(proxy: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
    assert get(f"https://127.0.0.1:{proxy.port}") == {"fine": 1}


def test_without_a_password_both_variables_are_named(trusted: Front) -> None:
    error = refused(f"https://127.0.0.1:{trusted.port}")
    assert error.code == "opensearch-denied"
    assert "要求登录" in error.message
    assert auth.USER_VARIABLE in error.hint
    assert auth.PASSWORD_VARIABLE in error.hint


def test_only_the_missing_variable_is_named(trusted: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(auth.USER_VARIABLE, USER)
    error = refused(f"https://127.0.0.1:{trusted.port}")
    assert error.hint == f"请设置环境变量 {auth.PASSWORD_VARIABLE}。"


@pytest.mark.usefixtures("logged_in")
def test_a_wrong_password_is_reported_at_once(trusted: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_client, "PATIENCE", 60.0)
    monkeypatch.setenv(auth.PASSWORD_VARIABLE, PASSWORD + "x")
    error = refused(f"https://127.0.0.1:{trusted.port}")
    assert error.code == "opensearch-denied"
    assert "不接受" in error.message
    assert trusted.turned_away == 1


@pytest.mark.usefixtures("logged_in")
def test_an_unknown_authority_is_refused_before_anything_is_sent(
    proxy: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_client, "PATIENCE", 60.0)
    error = refused(f"https://127.0.0.1:{proxy.port}")
    assert error.code == "opensearch-certificate"
    assert "不受信任的机构" in error.message
    assert auth.AUTHORITY_VARIABLE in error.hint
    assert not proxy.asked
    assert not proxy.turned_away


@pytest.mark.usefixtures("logged_in")
def test_only_the_authorities_of_the_file_that_is_set_are_trusted(
    proxy: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front(tmp_path) as other:
        monkeypatch.setenv(auth.AUTHORITY_VARIABLE, str(other.authority))
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
        assert get(f"https://127.0.0.1:{other.port}") == {"fine": 1}
        assert "不受信任" in refused(f"https://127.0.0.1:{proxy.port}").message


@pytest.mark.usefixtures("logged_in")
def test_a_certificate_for_another_host_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with front(tmp_path, host="search.example.org") as other:
        monkeypatch.setenv(auth.AUTHORITY_VARIABLE, str(other.authority))
        error = refused(f"https://127.0.0.1:{other.port}")
    assert error.code == "opensearch-certificate"
    assert "别的主机" in error.message
    assert not other.asked


@pytest.mark.usefixtures("logged_in")
def test_a_node_that_is_not_trusted_costs_a_try_at_the_next(trusted: Front, tmp_path: Path) -> None:
    with front(tmp_path) as other:
        nodes = f"https://127.0.0.1:{other.port}", f"https://127.0.0.1:{trusted.port}"
        assert get(*nodes) == {"fine": 1}
    assert not other.turned_away


def test_a_server_that_wants_a_client_certificate_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_client, "PATIENCE", 60.0)
    with front(tmp_path, demanding=True) as other:
        monkeypatch.setenv(auth.AUTHORITY_VARIABLE, str(other.authority))
        error = refused(f"https://127.0.0.1:{other.port}")
    assert error.code == "opensearch-tls"
    assert "客户端证书" in error.hint


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_without_certificates_is_reported(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv(auth.AUTHORITY_VARIABLE, str(file))
    error = refused("https://127.0.0.1:1")
    assert error.code == "opensearch-authority"
    assert str(file) in error.message
    assert "PEM" in error.hint


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(
    "node", ["http://search1:9200", "http://10.0.0.1:9200", "http://127.0.0.1.example.org"]
)
def test_a_password_is_never_sent_unencrypted(node: str) -> None:
    error = refused("http://127.0.0.1:9200", node)
    assert error.code == "opensearch-unencrypted"
    assert "opensearch+https://" in error.hint


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_get_it_unencrypted(host: str) -> None:
    assert "Authorization" in auth.authorization([f"http://{host}:9200"])


def test_without_a_password_plain_http_is_allowed() -> None:
    assert auth.authorization(["http://search1:9200"]) == {}


def test_plain_http_to_a_server_of_tls(proxy: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_client, "PATIENCE", 60.0)
    error = refused(f"http://127.0.0.1:{proxy.port}")
    assert error.code == "opensearch-protocol"
    assert "要求使用 TLS" in error.message
    assert "opensearch+https://" in error.hint


@contextmanager
def plain(status: int, body: str = "", **headers: str) -> Iterator[str]:
    """A server of plain HTTP with one answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"127.0.0.1:{running.server_port}"
        finally:
            running.shutdown()


def test_tls_to_a_server_of_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_client, "PATIENCE", 60.0)
    with plain(200, "{}") as host:
        error = refused(f"https://{host}")
    assert error.code == "opensearch-protocol"
    assert "没有使用 TLS" in error.message
    assert "opensearch://" in error.hint


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, "<html>The plain HTTP request was sent to HTTPS port</html>", {}),
        (301, "", {"Location": "https://search1/x"}),
    ],
)
def test_a_server_that_says_it_wants_tls(status: int, body: str, headers: dict[str, str]) -> None:
    with plain(status, body, **headers) as host:
        assert refused(f"http://{host}").code == "opensearch-protocol"


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [(200, "<html>Welcome</html>", {}), (302, "", {"Location": "/login"})],
)
def test_a_server_that_is_not_opensearch_is_reported(status: int, body: str, headers: dict[str, str]) -> None:
    with plain(status, body, **headers) as host:
        error = refused(f"http://{host}")
    assert error.code == "opensearch-foreign"
    assert host in error.message


def test_json_of_something_else_is_not_taken_for_opensearch(tmp_path: Path) -> None:
    (tmp_path / "opensearch.json").write_text('{"index":"reports-1","passages":1,"reports":1,"documents":1}')
    with plain(200, '{"welcome":true}') as host:
        engine = open_engine(f"opensearch://{host}/reports", tmp_path)
        with pytest.raises(OperatorError) as error:
            engine.snapshot()
        engine.close()
    assert error.value.code == "opensearch-foreign"


def test_a_server_that_hangs_up_may_come_back() -> None:
    """It speaks neither TLS nor HTTP, as one that is being restarted: it is asked again before that is an error."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=hang_up, args=(listening,), daemon=True).start()
        error = refused(f"http://127.0.0.1:{listening.getsockname()[1]}")
    assert error.code == "opensearch-unreachable"


def hang_up(listening: socket.socket) -> None:
    while True:
        try:
            listening.accept()[0].close()
        except OSError:
            return


def test_a_user_without_permission_is_reported() -> None:
    body = '{"error":{"type":"security_exception","reason":"no permissions for [indices:admin/create]"}}'
    with plain(403, body) as host, closing(Client([f"http://{host}"])) as client:
        with pytest.raises(opensearch_client.RefusedError) as error:
            client.get("/x")
        assert auth.USER_VARIABLE in error.value.as_operator_error().hint
        assert "权限" in error.value.as_operator_error().hint


@pytest.mark.usefixtures("logged_in")
def test_the_cluster_behind_tls_is_filled_and_searched(
    opensearch: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_client, "PATIENCE", 60.0)
    with front(tmp_path, behind=opensearch.nodes[0].http) as proxy:
        monkeypatch.setenv(auth.AUTHORITY_VARIABLE, str(proxy.authority))
        engine = open_engine(proxy.address("secured"), tmp_path / "index")
        with engine.writer() as writer:
            writer.add(BASIC)
        with engine.writer() as writer:
            writer.remove_report(BASIC[0].report)
        left = [p for p in BASIC if p.report != BASIC[0].report]
        assert engine.info() == EngineInfo(len(left), len({p.report for p in left}))
        found = everything(engine.snapshot(), phrase("领事"))
        assert set(ids(found)) == {p.id for p in left if "领事" in p.text}
        assert engine.snapshot().passages([left[0].id]) == [left[0]]
        engine.close()
        assert proxy.turned_away == 0
        assert {"GET", "POST", "PUT"} <= {method for method, _ in proxy.asked}


def test_the_cluster_behind_tls_refuses_requests_without_a_password(
    opensearch: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front(tmp_path, behind=opensearch.nodes[0].http) as proxy:
        monkeypatch.setenv(auth.AUTHORITY_VARIABLE, str(proxy.authority))
        engine = open_engine(proxy.address("shut"), tmp_path / "index")
        with pytest.raises(OperatorError, match="要求登录"), engine.writer() as writer:
            writer.add(BASIC)
        engine.close()
        assert not proxy.asked
    assert engine.info() == EngineInfo(0, 0)
