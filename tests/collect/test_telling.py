"""What a run tells whoever started it: everything that is not here by name, what a dry run would do, exit codes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("urllib3", reason="the extra 'collect' is not installed")
pytest.importorskip("protego", reason="the extra 'collect' is not installed")

from indexer.collect.collector import Collector, RunChoices
from indexer.collect.seeds import load_seeds
from indexer.collect.summary import CollectSummary
from indexer.collect.transport import tls_message
from indexer.collect.work_queue import WorkQueue
from report_search.cli import main
from tests.collect.runs import QuickClock, collected
from tests.collect.sites import Reply, Site, seeds_file, serving, trs_site

AGENCY = "乙市水务局"


@pytest.fixture
def site() -> Site:
    return trs_site(AGENCY, (2024, 2023, 2022), size=10)


def told(summary: CollectSummary) -> str:
    return "\n".join(summary.lines())


def dry(seeds: Path) -> CollectSummary:
    read = load_seeds(seeds)
    with closing(WorkQueue(read.folder, scratch=True)) as queue:
        return Collector(read, queue, choices=RunChoices(dry_run=True)).run()


def test_a_dry_run_says_what_it_would_do_and_nothing_of_files_kept(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Reply(f"User-agent: *\nDisallow: {site.years[2023]}\n".encode())
    with serving(site) as address:
        seeds = seeds_file(tmp_path, {"水务": {"url": address + site.start}}, max_requests=3)
        text = told(dry(seeds))
        assert "会采集（水务）：2 个" in text
        assert "robots.txt 不允许，不会取（水务）：1 个" in text
        assert "没有保存" in text
        assert "新存" not in text
        assert not (tmp_path / "collected").exists()
        # What a run before has left is told, too.
        collected(seeds, settled=False)
        summary = dry(seeds)
        assert (summary.outcome.planned, summary.outcome.pending) == ((), 1)
        assert "没有取完的还有 1 个" in told(summary)


def test_a_dead_link_is_named(site: Site, tmp_path: Path) -> None:
    site.pages[site.years[2023]] = Reply("<title>提示</title><body>页面不存在".encode())
    with serving(site) as address:
        summary = collected(seeds_file(tmp_path, {"水务": {"url": address + site.start}}), settled=False)
    assert "链接失效：1 个" in told(summary)
    assert [one["url"] for one in summary.as_json()["dead"]] == [address + site.years[2023]]


def test_a_list_that_leads_to_no_report_is_told(site: Site, tmp_path: Path) -> None:
    site.pages["/other.html"] = Reply(
        b"<html><body><div id=list></div><script src=load.js></script></body></html>"
    )
    with serving(site) as address:
        seeds = seeds_file(
            tmp_path, {"水务": {"url": address + site.start}, "空白": {"url": f"{address}/other.html"}}
        )
        for _ in range(2):
            summary = collected(seeds, settled=False)
            assert summary.unlisted == ("空白",)
            assert "列表里没有找到年报链接：空白" in told(summary)
    assert "没有找到年报链接" not in told(collected_with_one_list(site, tmp_path))


def collected_with_one_list(site: Site, folder: Path) -> CollectSummary:
    (folder / "one").mkdir()
    with serving(site) as address:
        return collected(seeds_file(folder / "one", {"水务": {"url": address + site.start}}), settled=False)


def test_reasons_of_refusals_are_not_said_twice(site: Site, tmp_path: Path) -> None:
    site.pages[site.years[2024]] = Reply(b"", 521, etag=False)
    with serving(site) as address:
        text = told(collected(seeds_file(tmp_path, {"水务": {"url": address + site.start}}), settled=False))
    assert text.count("需人工下载") == 1
    assert "  以 521 拒绝自动访问" in text


def test_what_is_left_for_later_says_from_when(site: Site, tmp_path: Path) -> None:
    site.pages[site.years[2024]] = Reply(b"", 503, {"Retry-After": "7200"}, etag=False)
    with serving(site) as address:
        seeds = seeds_file(tmp_path, {"水务": {"url": address + site.start}})
        summary = collected(seeds, clock=QuickClock(), settled=False)
    assert summary.ready.startswith("2023-11-15T00:13")
    assert f"{summary.ready} 之后再运行" in told(summary)


Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def called(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out + printed.err

    return called


def test_a_run_that_can_read_no_list_fails(site: Site, tmp_path: Path, call: Call) -> None:
    with serving(site) as address:
        nowhere = {"url": f"{address}/nothing.html"}
        code, output = call("collect", seeds_file(tmp_path, {"无": nowhere}))
        assert code == 1
        assert "无的列表" in output
        code, _ = call(
            "collect", seeds_file(tmp_path, {"无": nowhere, "水务": {"url": address + site.start}})
        )
        assert code == 0


def test_verifying_a_folder_that_nothing_was_collected_into_fails(tmp_path: Path, call: Call) -> None:
    code, output = call("collect", "verify", "--folder", tmp_path)
    assert code == 1
    assert "没有采集来的文件" in output


def test_a_refused_connection_is_not_called_slow(tmp_path: Path) -> None:
    with serving(Site()) as address:
        pass
    seeds = seeds_file(tmp_path, {"无": {"url": f"{address}/"}}, attempts=1)
    [failed] = collected(seeds, settled=False, clock=QuickClock()).failed
    assert "拒绝连接" in failed.note


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate",
            "certificate",
        ),
        ("[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1006)", "old-protocol"),
        ("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version", "old-protocol"),
        ("[SSL: UNSAFE_LEGACY_RENEGOTIATION_DISABLED] unsafe legacy renegotiation", "legacy-renegotiation"),
        ("[SSL: DH_KEY_TOO_SMALL] dh key too small", "weak-ciphers"),
        ("[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure", "weak-ciphers"),
        ("something else", "something else"),
    ],
)
def test_a_fault_of_tls_names_the_exception_that_would_let_it_pass(error: str, key: str) -> None:
    assert key in tls_message(error)
