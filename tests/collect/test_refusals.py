"""What a site may do to whoever asks: refuse, lie, turn in circles, be slow. Nothing gets round any of it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from indexer.collect.transport import Outgoing, Transport, TransportError, TransportRules, is_public
from report_search.errors import OperatorError
from tests.collect.runs import QuickClock, collected, kept_bytes, manifest, queued
from tests.collect.sites import Reply, Site, plain_site, seeds_file, serving, trs_site

AGENCY = "乙市水务局"
YEARS = (2024, 2023, 2022, 2021)


@pytest.fixture
def site() -> Site:
    return trs_site(AGENCY, YEARS, size=10)


def seed_of(site: Site, address: str) -> dict[str, object]:
    return {"url": address + site.start, "agency": AGENCY, "years": "2021..2024"}


@pytest.mark.parametrize("status", [401, 403, 412, 451, 521])
def test_a_refusal_stops_the_host_and_says_that_a_person_is_needed(
    site: Site, status: int, tmp_path: Path
) -> None:
    site.pages[site.years[2022]] = Reply(b"<html>no", status, etag=False)
    with serving(site) as address:
        seeds = seeds_file(tmp_path, {"one": seed_of(site, address)})
        summary = collected(seeds)
        asked = len(site.log)
        refused = {page.url.removeprefix(address): page.note for page in summary.refused}
        assert site.years[2022] in refused
        # What came after the refusal was not asked for any more, and stands in the queue as refused.
        assert site.years[2021] in refused
        assert site.asked(site.years[2021]) == 0
        assert all(note.startswith("网站拒绝，需人工下载") for note in refused.values())
        assert "collect import" in "\n".join(summary.lines())
        reasons = {one["year"]: one["reason"] for one in manifest(tmp_path / "collected")["missing"]}
        assert reasons[2022] == reasons[2021] == "refused"
        # The next round asks once more, and no more than that.
        collected(seeds)
        assert site.asked(site.years[2022]) == 2
        assert len(site.log) - asked <= 2


def test_what_is_found_on_a_host_that_refused_waits_for_the_next_round(site: Site, tmp_path: Path) -> None:
    refusing = plain_site("丙县财政局", (2020,))
    # Which of the two hosts is asked first depends on their ports.
    refusing.pages["/show.asp?id=2020"] = refusing.pages["/show.asp?id=2021"] = Reply(b"", 412, etag=False)
    with serving(site) as address, serving(refusing) as other:
        link = f'<ul><li><a href="{other}/show.asp?id=2021">丙县2021年政府信息公开工作年度报告</a></li></ul>'
        site.pages[site.start] = Reply(f"<html><body>{link}</body></html>".encode())
        seeds = {
            "refusing": {"url": other + refusing.start},
            "late": {"url": address + site.start, "hosts": [other.partition("//")[2]]},
        }
        path = seeds_file(tmp_path, seeds)
        collected(path, settled=False)
        refusing.pages["/show.asp?id=2020"] = refusing.pages["/show.asp?id=2021"] = Reply(
            b"<html>now it answers"
        )
        collected(path, settled=False)
    assert {page.state for page in queued(tmp_path / "collected").values()} <= {"done", "same"}


CAPTCHAS = {
    "captcha": "<html><body>请输入验证码后继续访问</body></html>",
    "too often": "<html><title>提示</title><body>您的访问过于频繁，请稍后再试</body></html>",
    "firewall": "<html><body>您的请求已被网站防火墙拦截</body></html>",
    "script": "<html><script>document.cookie='__jsl_clearance='+f();location.reload()</script></html>",
}


@pytest.mark.parametrize("name", sorted(CAPTCHAS))
def test_a_captcha_is_a_refusal_though_it_comes_with_200(site: Site, name: str, tmp_path: Path) -> None:
    site.pages[site.years[2024]] = Reply(CAPTCHAS[name].encode())
    with serving(site) as address:
        summary = collected(seeds_file(tmp_path, {"one": seed_of(site, address)}))
    assert len(summary.refused) == 4
    assert not kept_bytes(tmp_path / "collected")


def test_a_soft_404_is_no_report_and_harms_nothing_else(site: Site, tmp_path: Path) -> None:
    gone = "<html><title>提示信息</title><body>您访问的页面不存在或已被删除</body></html>"
    site.pages[site.years[2023]] = Reply(gone.encode("gb18030"), kind="text/html; charset=gbk")
    site.pages[site.years[2022]] = Reply(b"", 404, etag=False)
    with serving(site) as address:
        summary = collected(seeds_file(tmp_path, {"one": seed_of(site, address)}))
    assert summary.refused == ()
    pages = queued(tmp_path / "collected")
    assert pages[site.years[2023][1:]].state == pages[site.years[2022][1:]].state == "gone"
    missing = {one["year"]: one for one in manifest(tmp_path / "collected")["missing"]}
    assert {year: one["reason"] for year, one in missing.items()} == {
        2022: "not-collected",
        2023: "not-collected",
    }
    assert "软 404" in missing[2023]["note"]


def test_redirects_are_followed_step_by_step_and_circles_end(site: Site, tmp_path: Path) -> None:
    real = site.pages[site.years[2024]]
    site.pages[site.years[2024]] = Reply(b"", 302, {"Location": "/moved/1"}, etag=False)
    site.pages["/moved/1"] = Reply(b"", 301, {"Location": "/moved/2"}, etag=False)
    site.pages["/moved/2"] = real
    site.pages[site.years[2023]] = Reply(b"", 302, {"Location": "/loop"}, etag=False)
    site.pages["/loop"] = Reply(b"", 302, {"Location": site.years[2023]}, etag=False)
    site.pages[site.years[2022]] = Reply(b"", 302, {"Location": "http://elsewhere.example/x"}, etag=False)
    with serving(site) as address:
        summary = collected(seeds_file(tmp_path, {"one": seed_of(site, address)}))
        notes = {page.url.removeprefix(address): page.note for page in summary.failed}
    assert "绕圈" in notes[site.years[2023]]
    assert "种子没有列出这个主机" in notes[site.years[2022]]
    import json

    [sidecar] = (tmp_path / "collected" / "_sidecars").rglob("t20240112*.json")
    told = json.loads(sidecar.read_text(encoding="utf-8"))
    assert told["url"] == address + site.years[2024]
    assert told["address"] == address + "/moved/2"
    assert [one.removeprefix(address) for one in told["redirects"]] == [site.years[2024], "/moved/1"]
    assert (told["status"], told["seed"], told["by_hand"]) == (200, "one", False)
    assert told["headers"]["content-type"] == "text/html"


def test_an_answer_without_end_is_given_up_in_time(site: Site, tmp_path: Path) -> None:
    site.pages[site.years[2023]] = Reply(b"<html>" + b"x" * 200, drip=0.1)
    site.pages[site.years[2022]] = Reply(b"<html>" + b"x" * 5000, cut=100)
    site.pages[site.years[2024]] = Reply(b"<html>" + b"x" * 200_000)
    with serving(site) as address:
        seeds = seeds_file(
            tmp_path, {"one": seed_of(site, address)}, seconds=0.5, attempts=1, max_bytes=100_000
        )
        summary = collected(seeds)
        notes = {page.url.removeprefix(address): page.note for page in summary.failed}
    assert "0.5 秒内没有收完" in notes[site.years[2023]]
    assert "断了" in notes[site.years[2022]] or "连接不成" in notes[site.years[2022]]
    assert "100,000 字节" in notes[site.years[2024]]
    assert not kept_bytes(tmp_path / "collected")


def test_a_busy_site_is_waited_for_as_long_as_it_says(site: Site, tmp_path: Path) -> None:
    real, answers = site.pages[site.years[2024]], [Reply(b"", 503, {"Retry-After": "120"}, etag=False)]
    site.pages[site.years[2024]] = lambda asked: answers.pop() if answers else real  # type: ignore[return-value]
    clock = QuickClock()
    with serving(site) as address:
        summary = collected(
            seeds_file(tmp_path, {"one": seed_of(site, address)}, patience=300.0), clock=clock
        )
    assert summary.failed == summary.refused == ()
    assert max(clock.slept) == pytest.approx(120, abs=1)
    assert site.asked(site.years[2024]) == 2


def test_a_site_that_fails_is_tried_again_and_then_left(site: Site, tmp_path: Path) -> None:
    site.pages[site.years[2024]] = Reply(b"", 500, etag=False)
    site.pages[site.years[2023]] = Reply(b"", 429, etag=False)
    with serving(site) as address:
        summary = collected(
            seeds_file(tmp_path, {"one": seed_of(site, address)}, patience=3600.0), clock=QuickClock()
        )
        assert [page.url.removeprefix(address) for page in summary.failed] == [site.years[2024]]
        assert [page.url.removeprefix(address) for page in summary.refused] == [site.years[2023]]
    assert site.asked(site.years[2024]) == site.asked(site.years[2023]) == 3


def test_robots_txt_is_kept(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Reply(f"User-agent: *\nDisallow: {site.years[2023]}\n".encode())
    with serving(site) as address:
        summary = collected(seeds_file(tmp_path, {"one": seed_of(site, address)}))
    assert site.asked(site.years[2023]) == 0
    [refused] = summary.refused
    assert "robots.txt 不允许" in refused.note
    assert len(kept_bytes(tmp_path / "collected")) >= 3


@pytest.mark.parametrize(("status", "state"), [(503, "failed"), (521, "refused")])
def test_without_a_robots_txt_that_can_be_had_nothing_is_asked(
    site: Site, status: int, state: str, tmp_path: Path
) -> None:
    site.pages["/robots.txt"] = Reply(b"", status, etag=False)
    with serving(site) as address:
        collected(seeds_file(tmp_path, {"one": seed_of(site, address)}, patience=3600.0), clock=QuickClock())
    assert {one.path for one in site.log} == {"/robots.txt"}
    assert {page.state for page in queued(tmp_path / "collected").values()} == {state}


def test_a_missing_robots_txt_allows_everything(site: Site, tmp_path: Path) -> None:
    del site.pages["/robots.txt"]
    with serving(site) as address:
        assert not collected(seeds_file(tmp_path, {"one": seed_of(site, address)})).failed
    assert len(kept_bytes(tmp_path / "collected")) >= 4


def test_the_pause_is_kept_between_all_requests_to_a_host(site: Site, tmp_path: Path) -> None:
    real = site.pages[site.years[2024]]
    site.pages[site.years[2024]] = Reply(b"", 302, {"Location": "/moved"}, etag=False)
    site.pages["/moved"] = real
    with serving(site) as address:
        seeds = seeds_file(tmp_path, {"one": seed_of(site, address)}, pause=0.15)
        collected(seeds, settled=False)
        # The next run begins no earlier either.
        collected(seeds, settled=False, refresh=True)
    assert len(site.log) > 12
    assert min(site.gaps()) >= 0.149


def test_a_longer_pause_that_robots_txt_asks_for_is_kept(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 20\n")
    clock = QuickClock()
    with serving(site) as address:
        collected(seeds_file(tmp_path, {"one": seed_of(site, address)}, patience=60.0), clock=clock)
    assert len([one for one in clock.slept if one > 19]) >= 4


def test_only_the_hosts_of_the_seed_are_asked(site: Site, tmp_path: Path) -> None:
    other = plain_site("丙县财政局", (2020,))
    with serving(site) as address, serving(other) as elsewhere:
        listed = (
            f'<ul><li><a href="{elsewhere}/show.asp?id=2020">丙县2020年政府信息公开工作年度报告</a></li></ul>'
        )
        site.pages[site.start] = Reply(f"<html><body>{listed}</body></html>".encode())
        seeds = seeds_file(tmp_path, {"one": seed_of(site, address)})
        summary = collected(seeds)
        assert [page.url for page in summary.elsewhere] == [f"{elsewhere}/show.asp?id=2020"]
        assert other.log == []
        host = elsewhere.partition("//")[2]
        named = tmp_path / "named"
        named.mkdir()
        collected(seeds_file(named, {"one": {**seed_of(site, address), "hosts": [host]}}))
        assert other.asked("/show.asp?id=2020") == 1


def test_no_private_address_is_asked_unless_the_seed_says_so(site: Site, tmp_path: Path) -> None:
    with serving(site) as address:
        seeds = seeds_file(tmp_path, {"one": {**seed_of(site, address), "allow_private": False}}, pause=3.0)
        summary = collected(seeds, clock=QuickClock())
    assert site.log == []
    assert "内网" in summary.failed[0].note


def test_addresses_of_no_public_net_are_known() -> None:
    private = ("127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1")
    assert not [one for one in (*private, "fe80::1%eth0", "::ffff:10.0.0.1", "224.0.0.1") if is_public(one)]
    assert is_public("8.8.8.8")
    assert is_public("2400:3200::1")


@pytest.fixture
def old_server() -> Iterator[tuple[int, str]]:
    """A server that speaks TLS 1.1 at most: its port, and the file of the authority that vouches for it."""
    trustme = pytest.importorskip("trustme", reason="trustme is not installed")
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLS"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(65536)
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with authority.cert_pem.tempfile() as path:
        yield listener.getsockname()[1], path
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_old_tls_is_spoken_only_by_an_exception_of_the_seed(old_server: tuple[int, str]) -> None:
    port, ca_file = old_server
    asked = Outgoing(f"https://127.0.0.1:{port}/", {})
    strict = TransportRules(5.0, 1000, allow_private=True, ca_file=ca_file)
    with pytest.raises(TransportError) as refused:
        Transport(strict).send(asked)
    assert refused.value.kind == "tls"
    lenient = TransportRules(5.0, 1000, allow_private=True, ca_file=ca_file, tls=("old-protocol",))
    assert Transport(lenient).send(asked).body == b"ok"
    assert lenient.tls_exceptions == ("old-protocol",)
    # The exception is from the protocol; the certificate still has to be vouched for.
    with pytest.raises(TransportError):
        Transport(TransportRules(5.0, 1000, allow_private=True, tls=("old-protocol",))).send(asked)


def test_a_certificate_that_nobody_vouches_for_is_taken_by_its_hash_alone(tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme", reason="trustme is not installed")
    import hashlib

    certificate = trustme.CA().issue_cert("old.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    fingerprint = hashlib.sha256(der).hexdigest()
    site = trs_site(AGENCY, (2024,))
    with serving(site, context) as address:
        seed = seed_of(site, address)
        assert collected(seeds_file(tmp_path, {"one": seed}), clock=QuickClock()).failed
        wrong = {**seed, "certificate": "0" * 64}
        assert collected(seeds_file(tmp_path, {"one": wrong}), clock=QuickClock()).failed
        assert site.log == []
        summary = collected(seeds_file(tmp_path, {"one": {**seed, "certificate": fingerprint}}))
        assert summary.failed == ()
    [sidecar] = (tmp_path / "collected" / "_sidecars").rglob("*.json")
    assert '"certificate"' in sidecar.read_text(encoding="utf-8")


WRONG_SEEDS = {
    "no contact": ("[collect]\n[[seed]]\nname='a'\nurl='http://a.gov.cn/'", "contact"),
    "a contact that is none": (
        "[collect]\ncontact='me'\n[[seed]]\nname='a'\nurl='http://a.gov.cn/'",
        "contact",
    ),
    "too fast": (
        "[collect]\ncontact='a@b.org'\npause=1.0\n[[seed]]\nname='a'\nurl='http://a.gov.cn/'",
        "3 秒",
    ),
    "no seed": ("[collect]\ncontact='a@b.org'", "[[seed]]"),
    "an unknown key": (
        "[collect]\ncontact='a@b.org'\n[[seed]]\nname='a'\nurl='http://a.gov.cn/'\nspeed=9",
        "speed",
    ),
    "no address": ("[collect]\ncontact='a@b.org'\n[[seed]]\nname='a'\nurl='ftp://a.gov.cn/'", "url"),
    "an exception that is none": (
        "[collect]\ncontact='a@b.org'\n[[seed]]\nname='a'\nurl='http://a.gov.cn/'\ntls=['none']",
        "tls",
    ),
    "two of a name": (
        "[collect]\ncontact='a@b.org'\n" + "[[seed]]\nname='a'\nurl='http://a.gov.cn/'\n" * 2,
        "同名",
    ),
    "years backwards": (
        "[collect]\ncontact='a@b.org'\n[[seed]]\nname='a'\nurl='http://a.gov.cn/'\nyears='2020..2010'",
        "years",
    ),
    "no TOML": ("[collect", "TOML"),
}


@pytest.mark.parametrize("name", sorted(WRONG_SEEDS))
def test_a_seeds_file_that_is_wrong_says_what_is_right(name: str, tmp_path: Path) -> None:
    from indexer.collect.seeds import load_seeds

    text, named = WRONG_SEEDS[name]
    (tmp_path / "seeds.toml").write_text(text, encoding="utf-8")
    with pytest.raises(OperatorError) as error:
        load_seeds(tmp_path / "seeds.toml")
    assert error.value.code == "seeds"
    assert named in error.value.message
    assert error.value.hint
