"""The file of alerts: what may be written in it, and that a mistake is told with its place before anything is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_search.alerts.saved_searches import AlertTarget, read_saved_searches
from report_search.errors import OperatorError

WHOLE = """
[mail]
server = "mail.example.org"
from = "政府信息公开年报检索 <reports@example.org>"
user = "reports"

[post]
hosts = ["hooks.example.org", "http://127.0.0.1:9000"]

[[alert]]
name = "consular"
title = "领事保护的新提法"
query = '"领事保护" -新冠'
year = ["2019..", 2014]
agency = ["外交部"]
since = 2026-11-01
folder = "found"
formats = ["markdown", "json"]
mail = ["desk@example.org"]
post = ["https://hooks.example.org/reports?a=1", "http://127.0.0.1:9000/x"]

[[alert]]
name = "budget"
query = "预算"
titles = true
folder = "/srv/found"
"""


def read(tmp_path: Path, text: str) -> object:
    (tmp_path / "alerts.toml").write_text(text, encoding="utf-8")
    return read_saved_searches(tmp_path / "alerts.toml")


def test_a_file_says_what_is_looked_for_and_where_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORT_SEARCH_SMTP_PASSWORD", "secret")
    (tmp_path / "alerts.toml").write_text(WHOLE, encoding="utf-8")
    searches = read_saved_searches(tmp_path / "alerts.toml")
    first, second = searches.alerts
    assert (first.name, first.title, first.since) == ("consular", "领事保护的新提法", "2026-11-01")
    assert first.request.text == '"领事保护" -新冠'
    assert dict(first.request.filters) == {"year": ("2019..", "2014"), "agency": ("外交部",)}
    assert first.targets == (
        AlertTarget("markdown", str(tmp_path / "found")),
        AlertTarget("json", str(tmp_path / "found")),
        AlertTarget("mail", "desk@example.org"),
        AlertTarget("post", "https://hooks.example.org/reports?a=1"),
        AlertTarget("post", "http://127.0.0.1:9000/x"),
    )
    assert (second.title, second.request.titles, second.since) == ("预算", True, "")
    assert second.targets == (AlertTarget("markdown", "/srv/found"),)
    mail = searches.mail
    assert mail is not None
    assert (mail.host, mail.port, mail.security, mail.user) == (
        "mail.example.org",
        587,
        "starttls",
        "reports",
    )
    assert mail.password == "secret"
    assert searches.hosts == {("https", "hooks.example.org", 443), ("http", "127.0.0.1", 9000)}


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SERVER", "other.example.org:2525"), ("FROM", "a@example.org"), ("USER", "b")):
        monkeypatch.setenv(f"REPORT_SEARCH_SMTP_{name}", value)
    (tmp_path / "alerts.toml").write_text(WHOLE, encoding="utf-8")
    mail = read_saved_searches(tmp_path / "alerts.toml").mail
    assert mail is not None
    assert (mail.host, mail.port, mail.sender, mail.user) == ("other.example.org", 2525, "a@example.org", "b")


ALERT = '[[alert]]\nname = "a"\nfolder = "x"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[alert]\n", "alerts.toml"),
        (ALERT + 'quary = "a"\n', "quary"),
        ('[[alert]]\nquery = "a"\n', "name"),
        (ALERT + ALERT, "两个提醒"),
        ('[[alert]]\nname = "A b"\nfolder = "x"\n', "name"),
        ('[[alert]]\nname = "a"\n', "去处"),
        (ALERT + 'since = "gestern"\n', "since"),
        (ALERT + "since = 5\n", "since"),
        (ALERT + 'formats = ["pdf"]\n', "pdf"),
        (ALERT + 'mail = ["desk@example.org"]\n', "server"),
        (
            ALERT + 'mail = ["desk@example.org\\nBcc: x@y.z"]\n[mail]\nserver = "a"\nfrom = "a@b.c"\n',
            "邮件地址",
        ),
        (ALERT + '[mail]\nserver = "mail.example.org"\n', "from"),
        (ALERT + '[mail]\nserver = "mail.example.org"\nfrom = "a@b.c"\nsecurity = "none"\n', "本机"),
        (ALERT + '[mail]\nserver = "a"\nfrom = "a@b.c"\npassword = "x"\n', "password"),
        (ALERT + 'post = ["https://elsewhere.example.org/"]\n', "hosts"),
        (
            ALERT + 'post = ["https://hooks.example.org:8443/"]\n[post]\nhosts = ["hooks.example.org"]\n',
            "hosts",
        ),
        (
            ALERT + 'post = ["https://hooks.example.org.evil.org/"]\n[post]\nhosts = ["hooks.example.org"]\n',
            "hosts",
        ),
        (
            ALERT + 'post = ["https://hooks.example.org@evil.org/"]\n[post]\nhosts = ["hooks.example.org"]\n',
            "用户名",
        ),
        (ALERT + 'post = ["http://hooks.example.org/"]\n[post]\nhosts = ["hooks.example.org"]\n', "加密"),
        (ALERT + 'post = ["file:///etc/passwd"]\n', "http"),
        (ALERT + '[post]\nhosts = ["http://hooks.example.org"]\n', "加密"),
        (ALERT + 'post = ["https://hooks.example.org/a b"]\n[post]\nhosts = ["hooks.example.org"]\n', "地址"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(OperatorError, match=told) as refused:
        read(tmp_path, text)
    assert refused.value.code == "bad-alerts"
    assert "docs/alerts.md" in refused.value.hint


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="没有提醒文件"):
        read_saved_searches(tmp_path / "nowhere.toml")
