"""Alerts from the index to whoever is told: what is new, once each, whatever fails or is killed on the way."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.run.pipeline import IndexJob, run_job
from report_search.alerts import channels
from report_search.alerts.outbox import Outbox
from report_search.alerts.running import RunOutcome, preview, run_alerts
from report_search.alerts.saved_searches import SavedSearches, read_saved_searches
from report_search.cli import main
from report_search.errors import OperatorError
from report_search.export.site_address import SiteAddress
from report_search.generations import Generations
from report_search.generations.locks import held
from tests.alerts.servers import HookSink, MailSink, hook_sink, mail_sink

ROOT = Path(__file__).resolve().parents[2]
SITE = SiteAddress("https://example.org/reports")
DESK = "desk@example.org"


class Desk:
    """A corpus, its index, and a file of alerts below one folder."""

    def __init__(self, root: Path) -> None:
        self.root, self.index, self.file = root, root / "index", root / "alerts.toml"
        self.publish(2018, "全年公开信息十二条。", "举办培训两次。")

    def publish(self, year: int, *texts: str) -> None:
        corpus = self.root / "corpus"
        corpus.mkdir(exist_ok=True)
        title = f"云州市水利局{year}年政府信息公开工作年度报告"
        body = "\n\n".join(texts)
        (corpus / f"{year}.txt").write_text(f"{title}\n\n一、总体情况\n\n{body}\n", encoding="utf-8")
        run_job(IndexJob((corpus,), self.index, "memory", accept_losses=True))

    def write(self, alert: str = "", others: str = "", *, query: str = "公开") -> None:
        self.file.write_text(
            f'{others}\n[[alert]]\nname = "news"\nquery = "{query}"\n{alert}\n', encoding="utf-8"
        )

    def searches(self) -> SavedSearches:
        return read_saved_searches(self.file)

    def run(self) -> RunOutcome:
        return run_alerts(self.index, self.searches(), site=SITE, now=datetime.now(UTC))

    def found(self) -> list[str]:
        """The texts in all files that were written."""
        files = sorted((self.root / "found").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        return [item["text"] for path in files for item in json.loads(path.read_bytes())["items"]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def mail() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def hook() -> Iterator[HookSink]:
    with hook_sink() as sink:
        yield sink


def by_mail(sink: MailSink, more: str = 'security = "none"') -> str:
    return f'[mail]\nserver = "127.0.0.1:{sink.port}"\nfrom = "政府信息公开年报检索 <reports@example.org>"\n{more}\n'


FOLDER = 'folder = "found"\nformats = ["json", "markdown"]'


def test_what_is_new_is_found_once(desk: Desk) -> None:
    desk.write(FOLDER)
    assert [one.passages for one in desk.run().alerts] == [None]
    assert desk.found() == []
    desk.publish(2019, "公开规章三件。", "无。")
    assert preview(desk.index, desk.searches())[0].total == 1  # type: ignore[union-attr]
    assert [one.passages for one in desk.run().alerts] == [1]
    assert [one.passages for one in desk.run().alerts] == [0]
    desk.publish(2018, "全年公开信息十三条。", "举办培训两次。")
    desk.publish(2020, "又公开了一次。")
    desk.run()
    assert desk.found() == ["公开规章三件。", "又公开了一次。", "全年公开信息十三条。"]
    [written] = [
        path for path in (desk.root / "found").glob("*.md") if "规章" in path.read_text(encoding="utf-8")
    ]
    assert "https://example.org/reports/passages/" in written.read_text(encoding="utf-8")


def test_since_in_the_file_begins_earlier(desk: Desk) -> None:
    desk.write(FOLDER + "\nsince = 2020-01-01")
    desk.run()
    desk.run()
    assert desk.found() == ["全年公开信息十二条。"]


def test_another_search_of_the_same_name_begins_anew(desk: Desk) -> None:
    desk.write(FOLDER)
    desk.run()
    desk.publish(2019, "公开规章三件。举办培训五次。")
    desk.write(FOLDER, query="培训")
    assert [one.passages for one in desk.run().alerts] == [None]
    # Where it goes is no other search.
    desk.write(FOLDER.replace("found", "elsewhere"), query="培训")
    desk.publish(2020, "举办培训六次。")
    assert [one.passages for one in desk.run().alerts] == [1]


def test_a_passage_that_lacks_a_word_is_no_news(desk: Desk) -> None:
    desk.write(FOLDER, query="全年公开信息十二条")
    desk.run()
    desk.publish(2019, "全年公开信息若干。")
    desk.run()
    assert desk.found() == []


def test_an_index_that_was_put_back_repeats_nothing(desk: Desk) -> None:
    desk.write(FOLDER)
    desk.run()
    desk.publish(2019, "公开规章三件。")
    desk.run()
    Generations(desk.index).rollback()
    desk.run()
    desk.publish(2020, "又公开了一次。")
    desk.run()
    assert desk.found() == ["公开规章三件。", "又公开了一次。"]


def test_mail_has_what_was_found_and_nothing_else_in_its_head(desk: Desk, mail: MailSink) -> None:
    desk.write(
        f'mail = ["{DESK}", "two@example.org"]\ntitle = "新的\\r\\nBcc: x@example.org\\u001b"', by_mail(mail)
    )
    desk.run()
    desk.publish(2019, "公开规章三件。<script>公开</script>")
    desk.run()
    desk.run()
    [message] = mail.accepted(DESK)
    assert len(mail.accepted("two@example.org")) == 1
    assert message["To"] == DESK
    assert message["Bcc"] is None
    assert message["Subject"] == "[政府信息公开年报检索] 新的 Bcc: x@example.org\ufffd：新收录 1 段"
    assert message["From"].addresses[0].addr_spec == "reports@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "https://example.org/reports/passages/" in text
    assert "<script>公开</script>" in text


def test_a_post_is_json_that_says_what_it_is(desk: Desk, hook: HookSink) -> None:
    desk.write(f'post = ["{hook.origin}/hook?x=1"]', f'[post]\nhosts = ["{hook.origin}"]')
    desk.run()
    desk.publish(2019, *(f"公开事项{number}。" for number in range(1, 121)))
    outcome = desk.run()
    desk.run()
    assert [path for path, _, _ in hook.posts] == ["/hook?x=1"] * 2
    bodies = [json.loads(body) for _, _, body in hook.posts]
    assert [(body["part"], body["parts"], len(body["items"])) for body in bodies] == [(1, 2, 100), (2, 2, 20)]
    assert {body["total"]["passages"] for body in bodies} == {120}
    assert bodies[0]["link"].startswith("https://example.org/reports/?q=")
    keys = [headers["Idempotency-Key"] for _, headers, _ in hook.posts]
    assert keys == [body["id"] for body in bodies] == [one.id for one in outcome.sent]
    assert len({item["id"] for body in bodies for item in body["items"]}) == 120


def test_what_did_not_go_waits_and_goes_later(desk: Desk, hook: HookSink, mail: MailSink) -> None:
    hooks = f'[post]\nhosts = ["{hook.origin}"]\n'
    desk.write(f'{FOLDER}\nmail = ["{DESK}"]\npost = ["{hook.origin}/"]', hooks + by_mail(mail))
    desk.run()
    desk.publish(2019, "公开规章三件。")
    hook.status, mail.refuses = 500, {DESK}
    outcome = desk.run()
    assert sorted(one.kind for one in outcome.sent) == ["json", "markdown"]
    assert sorted(one.kind for one, _ in outcome.failed) == ["mail", "post"]
    assert [one.attempts for one in Outbox(desk.index).waiting()] == [1, 1]
    desk.publish(2020, "又公开了一次。")
    hook.status, mail.refuses = 200, set()
    outcome = desk.run()
    assert len(outcome.sent) == 6
    assert outcome.failed == ()
    assert len(mail.accepted(DESK)) == 2
    # The one that was refused came as it was, byte for byte.
    assert [json.loads(body)["items"][0]["text"] for _, _, body in hook.posts] == [
        "公开规章三件。",
        "公开规章三件。",
        "又公开了一次。",
    ]
    assert hook.posts[0][2] == hook.posts[1][2]


def test_redirects_are_not_followed(desk: Desk, hook: HookSink) -> None:
    with hook_sink() as elsewhere:
        hook.status, hook.location = 307, f"{elsewhere.origin}/taken"
        desk.write(f'post = ["{hook.origin}/"]', f'[post]\nhosts = ["{hook.origin}", "{elsewhere.origin}"]')
        desk.run()
        desk.publish(2019, "公开规章三件。")
        [(_, error)] = desk.run().failed
        assert "307" in error
        assert elsewhere.posts == []


def test_a_host_that_was_taken_off_the_list_gets_nothing_more(desk: Desk, hook: HookSink) -> None:
    hooks = f'[post]\nhosts = ["{hook.origin}"]\n'
    hook.status = 500
    desk.write(f'{FOLDER}\npost = ["{hook.origin}/"]', hooks)
    desk.run()
    desk.publish(2019, "公开规章三件。")
    desk.run()
    hook.status, hook.posts = 200, []
    desk.write(FOLDER)
    desk.run()
    assert (hook.posts, Outbox(desk.index).waiting()) == ([], ())


def test_a_slow_answer_does_not_hold_up_a_run(
    desk: Desk, hook: HookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "PATIENCE", 0.5)
    hook.waits = 3.0
    desk.write(f'{FOLDER}\npost = ["{hook.origin}/"]', f'[post]\nhosts = ["{hook.origin}"]')
    desk.run()
    desk.publish(2019, "公开规章三件。")
    started = datetime.now(UTC)
    outcome = desk.run()
    assert (datetime.now(UTC) - started).total_seconds() < 2.5
    assert len(outcome.failed) == 1
    assert desk.found() == ["公开规章三件。"]


def test_a_search_that_no_longer_makes_sense_stops_no_other(desk: Desk) -> None:
    desk.write(FOLDER)
    broken = '[[alert]]\nname = "broken"\nagency = ["从来没有的机关"]\nfolder = "found"\nsince = 2020-01-01\n'
    desk.file.write_text(broken + desk.file.read_text(encoding="utf-8"), encoding="utf-8")
    desk.run()
    desk.publish(2019, "公开规章三件。")
    outcome = desk.run()
    assert [bool(one.error) for one in outcome.alerts] == [True, False]
    assert not outcome.is_whole
    assert desk.found() == ["公开规章三件。"]


def test_only_one_run_is_at_work(desk: Desk) -> None:
    desk.write(FOLDER)
    with (
        held(desk.index / "alerts.lock", code="a", message="b"),
        pytest.raises(OperatorError, match="另一个进程正在运行提醒"),
    ):
        desk.run()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from report_search.alerts import channels, running
from report_search.alerts.outbox import Outbox
from report_search.alerts.saved_searches import read_saved_searches
from report_search.export.site_address import SiteAddress

root, where, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
calls = 0

def killing(real, *, before):
    def call(*given, **more):
        global calls
        calls += 1
        if before and calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*given, **more)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return call

match where:
    case "before entering":
        Outbox.enter = killing(Outbox.enter, before=True)
    case "behind entering":
        Outbox.enter = killing(Outbox.enter, before=False)
    case "before a file":
        channels.replace_file = killing(channels.replace_file, before=True)
    case "behind a file":
        channels.replace_file = killing(channels.replace_file, before=False)
    case "behind a mark":
        Outbox.mark_sent = killing(Outbox.mark_sent, before=False)
    case "before a post":
        channels.Poster.post = killing(channels.Poster.post, before=True)
searches, now = read_saved_searches(root / "alerts.toml"), datetime.now(UTC)
running.run_alerts(root / "index", searches, site=SiteAddress("https://example.org"), now=now)
"""


@pytest.mark.parametrize(
    ("where", "number"),
    [
        ("before entering", 1),
        ("behind entering", 1),
        ("before a file", 2),
        ("behind a file", 1),
        ("behind a mark", 1),
        ("behind a mark", 3),
        ("before a post", 1),
    ],
)
def test_killed_anywhere_everything_comes_once(desk: Desk, hook: HookSink, where: str, number: int) -> None:
    desk.write(f'{FOLDER}\npost = ["{hook.origin}/"]', f'[post]\nhosts = ["{hook.origin}"]')
    desk.run()
    desk.publish(2019, "公开规章三件。")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(desk.root), where, str(number)],
        env=environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    desk.run()
    desk.run()
    assert desk.found() == ["公开规章三件。"]
    assert len(list((desk.root / "found").glob("*.md"))) == 1
    assert len(hook.posts) == 1


def test_what_may_have_gone_goes_again_under_the_same_name(desk: Desk, mail: MailSink) -> None:
    desk.write(f'mail = ["{DESK}"]', by_mail(mail))
    desk.run()
    desk.publish(2019, "公开规章三件。")
    mail.dies_before_answering = True
    assert len(desk.run().failed) == 1
    mail.dies_before_answering = False
    desk.run()
    first, again = mail.accepted(DESK)
    assert first["Message-ID"] == again["Message-ID"]
    assert first.as_bytes() == again.as_bytes()


@pytest.mark.parametrize("at_once", [False, True])
def test_mail_goes_encrypted_and_only_to_who_can_prove_itself(
    desk: Desk, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme = pytest.importorskip("trustme", reason="the extra 'ci' is not installed")
    monkeypatch.setenv("REPORT_SEARCH_SMTP_PASSWORD", "secret")
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(desk.root / "own.pem")
    security = f'security = "{"tls" if at_once else "starttls"}"\nuser = "reports"\n'
    with mail_sink(context=context, tls_at_once=at_once, user="reports") as sink:
        desk.write(f'mail = ["{DESK}"]', by_mail(sink, security))
        desk.run()
        desk.publish(2019, "公开规章三件。")
        [(_, error)] = desk.run().failed
        assert "CERTIFICATE_VERIFY_FAILED" in error
        assert (sink.mails, sink.logins) == ([], [])
        desk.write(f'mail = ["{DESK}"]', by_mail(sink, security + 'authorities = "own.pem"'))
        assert desk.run().failed == ()
        assert (len(sink.mails), sink.encrypted, len(sink.logins)) == (1, [True], 1)


def test_mail_never_goes_in_the_clear_where_encryption_was_asked_for(desk: Desk, mail: MailSink) -> None:
    desk.write(f'mail = ["{DESK}"]', by_mail(mail, 'security = "starttls"'))
    desk.run()
    desk.publish(2019, "公开规章三件。")
    assert len(desk.run().failed) == 1
    assert mail.mails == []


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as done:
        main(["alerts", *words])
    return int(done.value.code or 0)


def test_the_commands(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.write(FOLDER)
    where = ("--file", str(desk.file), "--index", str(desk.index), "--json")
    assert command("check", *where) == 0
    assert json.loads(capsys.readouterr().out)["alerts"][0]["passages"] == 1
    assert command("list", *where) == 0
    assert json.loads(capsys.readouterr().out)["alerts"][0]["ran"] is None
    assert command("run", *where) == 0
    assert json.loads(capsys.readouterr().out)["alerts"] == [{"name": "news", "new": None, "error": None}]
    desk.publish(2019, "公开规章三件。")
    assert command("run", "--dry-run", *where) == 0
    [planned] = json.loads(capsys.readouterr().out)["alerts"]
    assert (planned["new"], len(planned["passages"]), desk.found()) == (1, 1, [])
    assert command("run", *where[:-1]) == 0
    assert capsys.readouterr().out == "news：新收录 1 段\n送出 2 件，没有送出 0 件。\n"
    desk.write(FOLDER, query="公开 OR")
    assert command("check", *where[:-1]) == 2
    (desk.root / "blocked").write_text("a file", encoding="utf-8")
    desk.write('folder = "blocked"\nsince = 2020-01-01')
    assert command("run", *where[:-1]) == 1
    assert "没有送出" in capsys.readouterr().out
    assert command("list", *where[:-1]) == 0
    assert "等待送出" in capsys.readouterr().out
    assert command("run", "--file", str(desk.root / "none.toml")) == 1
