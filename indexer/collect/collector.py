"""One run of collecting: takes page after page from the queue, asks for it, keeps what came, enters where it leads.

The rule: what an answer changes is entered whole, after its bytes are on the disk; a host that refuses is left alone
until the next round, and a round begins only when nothing of the last one is left.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence

from msgspec import Struct

from indexer.collect.addresses import host_of, normal_address
from indexer.collect.clock import SystemClock, WallClock, iso_time
from indexer.collect.following import Followed, follow_list, follow_report, known_digest
from indexer.collect.kept_files import KeptFiles, Sidecar, is_picture
from indexer.collect.politeness import Fetched, PoliteClient, RequestLimitError
from indexer.collect.robots import may_be_asked
from indexer.collect.seeds import Seed, SeedFile
from indexer.collect.summary import CollectOutcome, CollectSummary, summary_of_run
from indexer.collect.transport import Outgoing, TransportError
from indexer.collect.verdicts import BY_HAND
from indexer.collect.work_queue import NewPage, QueuedPage, WorkQueue

_DAY = 24 * 3600.0
_SHOWN_HEADERS = 40
"""Headers of an answer that are kept."""
Progress = Callable[[str, int, int], None]


class RunChoices(Struct, frozen=True):
    """How a run goes: ``dry_run`` asks for lists alone and keeps nothing, ``refresh`` asks again for all there is."""

    dry_run: bool = False
    refresh: bool = False


class Collector:
    """Collects by one seeds file, with one queue."""

    def __init__(
        self,
        seeds: SeedFile,
        queue: WorkQueue,
        *,
        choices: RunChoices | None = None,
        clock: WallClock | None = None,
    ) -> None:
        self._seeds = seeds
        self._queue = queue
        self._choices = choices or RunChoices()
        self._clock = clock or SystemClock()
        self._files = KeptFiles(seeds.folder)
        self.client = PoliteClient(seeds.settings, queue, clock=self._clock, ca_file=seeds.ca_file)
        self._counts: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._planned: list[NewPage] = []
        self._barred: list[NewPage] = []
        self._pending = 0

    def run(self, progress: Progress = lambda what, done, total: None) -> CollectSummary:
        """Ask for whatever is due, until nothing is left that may be asked for within the patience of the run."""
        self._begin()
        ended = "done"
        self.client.on_wait = lambda host, seconds: progress(f"等候 {host}", self.client.requests, 0)
        while (page := self._next()) is not None:
            progress(f"采集 {page.host}", self.client.requests, 0)
            try:
                self._take(page)
            except RequestLimitError:
                ended = "limit"
                break
        outcome = CollectOutcome(
            counts=dict(self._counts),
            requests=self.client.requests,
            bytes=self.client.bytes,
            ended=ended,
            is_dry=self._choices.dry_run,
            planned=tuple(self._planned),
            barred=tuple(self._barred),
            pending=self._pending,
        )
        return summary_of_run(self._queue, [seed.name for seed in self._seeds.seeds], outcome=outcome)

    def _begin(self) -> None:
        """Enter the seeds; if nothing is left of the last round, begin a new one."""
        queue, now = self._queue, self._clock.time()
        # What is due on a host that refused meanwhile waits for the next round, like all that it refused.
        is_new_round = not queue.due_hosts()
        queue.enter(
            [
                NewPage(seed.name, "list", url, host_of(url))
                for seed in self._seeds.seeds
                if (url := normal_address(seed.url))
            ]
        )
        if self._choices.dry_run:
            self._pending = len(queue.pages("state = 'due' AND kind != 'list'"))
        if is_new_round or self._choices.refresh:
            self._begin_round(now)
        if self._choices.dry_run:
            for page in queue.pages("state = 'due' AND kind != 'list'"):
                queue.set(page.id, state="skipped")

    def _begin_round(self, now: float) -> None:
        queue = self._queue
        queue.forgive()
        oldest = now if self._choices.refresh else now - self._seeds.settings.refresh_days * _DAY
        with queue.transaction():
            for page in queue.pages(
                "state IN ('refused', 'failed') OR (kind = 'list' AND (number = 0 OR ?) AND state != 'due')"
                " OR (kind IN ('report', 'attachment', 'picture') AND state IN ('done', 'gone', 'same'))",
                self._choices.refresh,
            ):
                if page.seed in self._seeds.by_name and self._is_wanted(page, oldest):
                    queue.set(page.id, state="due", attempts=0, not_before=0)

    def _is_wanted(self, page: QueuedPage, oldest: float) -> bool:
        """Whether a page is asked for in a new round: one that is kept only if it was checked before ``oldest``.

        A site that can't say "unchanged" would send it all again for that, so there it is not asked for by itself.
        """
        if page.kind == "list" or page.state in ("refused", "failed") or self._choices.refresh:
            return True
        if page.file and not self._files.is_there(page.file):
            return True
        if page.checked > oldest:
            return False
        if page.state == "gone" or page.etag or page.modified:
            return True
        self._counts["unasked"] += 1
        return False

    def _next(self) -> QueuedPage | None:
        """The page to ask for next, once its host may be asked; None if that is too far away."""
        for ready, host in self._queue.due_hosts():
            wait = ready - self._clock.time()
            if wait > self._seeds.settings.patience:
                return None
            if wait > 0:
                self.client.on_wait(host, wait)
                self._clock.sleep(wait)
            page = self._queue.next_due(host, self._clock.time() + 0.001)
            if page is not None:
                return page
        return None

    def _take(self, page: QueuedPage) -> None:
        """Ask for a page and enter what came of it."""
        seed = self._seeds.by_name.get(page.seed)
        if seed is None:
            self._queue.set(page.id, state="skipped", note="种子文件里已没有这个种子")
            return
        try:
            fetched = self.client.fetch(seed, Outgoing(page.url, self._validators(page), page.form))
        except TransportError as error:
            self._enter_failure(page, error)
            return
        if fetched.answer is not None:
            self._failures[page.host] = 0
        if fetched.stops_host:
            self._stop(fetched)
        self._enter(page, seed, fetched=fetched)

    def _validators(self, page: QueuedPage) -> dict[str, str]:
        """What makes the request conditional, where the bytes are still here."""
        if self._choices.dry_run or not self._has_bytes(page):
            return {}
        found = {"If-None-Match": page.etag, "If-Modified-Since": page.modified}
        return {name: value for name, value in found.items() if value}

    def _has_bytes(self, page: QueuedPage) -> bool:
        """Whether what a page gave last is still here, be it under another address that gave the same."""
        if page.kind == "list":
            return True
        files = [one.file for one in self._queue.pages("sha256 = ? AND file != ''", page.sha256)]
        return any(self._files.sha256(file) == page.sha256 for file in files)

    def _enter(self, page: QueuedPage, seed: Seed, *, fetched: Fetched) -> None:
        verdict, now = fetched.verdict, self._clock.time()
        if verdict.kind == "ok":
            self._enter_answer(page, seed, fetched=fetched)
        elif verdict.kind == "unchanged":
            self._counts["unchanged"] += page.kind != "list"
            state = "done" if page.file or page.kind == "list" else "same"
            self._queue.set(page.id, state=state, checked=now, attempts=0)
        elif verdict.kind == "later":
            self._enter_later(page, verdict.reason, wait=verdict.wait, host=fetched.host)
            if fetched.answer is None:
                self._count_failure(fetched.host)
        else:
            state = {"gone": "gone", "refused": "refused"}.get(verdict.kind, "failed")
            self._counts[state] += 1
            self._queue.set(page.id, state=state, note=verdict.reason, checked=now)

    def _enter_answer(self, page: QueuedPage, seed: Seed, *, fetched: Fetched) -> None:
        answer = fetched.answer
        assert answer is not None
        values: dict[str, object] = {
            "state": "done",
            "note": "",
            "attempts": 0,
            "checked": self._clock.time(),
            "etag": answer.header("etag"),
            "modified": answer.header("last-modified"),
        }
        if page.kind == "picture" and not is_picture(answer.body):
            self._queue.set(page.id, **{**values, "state": "skipped", "note": "不是一页报告大小的图片"})
            return
        if page.kind == "list":
            followed = follow_list(seed, page, text=fetched.text, settings=self._seeds.settings)
            named = [new for new in (*followed.pages, *followed.elsewhere) if new.kind != "list"]
            values |= {"sha256": followed.digest, "size": len(named)}
        else:
            followed = follow_report(seed, page, text=fetched.text, url=answer.url)
            values |= self._kept(page, seed, fetched=fetched)
            if page.sha256 and values.get("sha256", page.sha256) == page.sha256 and self._validators(page):
                # It was told what is here and sent the same again: these validators are worth nothing.
                values |= {"etag": "", "modified": ""}
        with self._queue.transaction():
            self._queue.set(page.id, **values)
            self._enter_followed(page, followed)

    def _kept(self, page: QueuedPage, seed: Seed, *, fetched: Fetched) -> dict[str, object]:
        """Keep the bytes of an answer, unless another address has given the very same; the columns to set."""
        answer = fetched.answer
        assert answer is not None
        sha256 = hashlib.sha256(answer.body).hexdigest()
        twins = self._queue.pages("sha256 = ? AND id != ? AND file != '' AND kind != 'list'", sha256, page.id)
        if twins:
            self._counts["same"] += 1
            return {"state": "same", "note": f"与 {twins[0].url} 是同一份文件", "sha256": sha256, "file": ""}
        if page.sha256 == sha256 and page.file and self._files.sha256(page.file) == sha256:
            self._counts["unchanged"] += 1
            return {}
        fetched_at = iso_time(self._clock.time())
        sidecar = Sidecar(
            url=page.url,
            address=answer.url,
            fetched=fetched_at,
            sha256=sha256,
            size=len(answer.body),
            status=answer.status,
            headers=dict(list(answer.headers.items())[:_SHOWN_HEADERS]),
            redirects=fetched.redirects,
            seed=seed.name,
            tls=self.client.rules_for(seed).tls_exceptions,
            decoded=answer.coding,
        )
        path = self._files.keep(answer.body, sidecar)
        self._counts["changed" if page.file else "kept"] += 1
        return {"file": path, "sha256": sha256, "size": len(answer.body), "fetched": fetched_at}

    def _enter_followed(self, page: QueuedPage, followed: Followed) -> None:
        queue = self._queue
        reports = [new for new in followed.pages if new.kind != "list"]
        if self._choices.dry_run:
            self._plan(reports)
            reports = []
        came = queue.enter(reports)
        self._enter_elsewhere(followed.elsewhere)
        # A list that gives the same page again and again has come to its end.
        if page.kind == "list" and not known_digest(queue, page, digest=followed.digest):
            queue.enter([new for new in followed.pages if new.kind == "list"])
            if came and came == len(reports):
                self._look_further(page)

    def _plan(self, reports: Sequence[NewPage]) -> None:
        """Note what a run would ask for, and what it would not."""
        for new in reports:
            if self._queue.page(new.url) is None:
                allowed = may_be_asked(self._queue.robots(new.host), new.url)
                (self._planned if allowed else self._barred).append(new)

    def _enter_elsewhere(self, pages: Sequence[NewPage]) -> None:
        """Note pages on hosts that the seed does not name, without asking for them."""
        for new in pages:
            if self._queue.enter([new]):
                found = self._queue.page(new.url)
                assert found is not None
                self._queue.set(found.id, state="skipped", note=f"种子没有列出这个主机：{new.host}")

    def _look_further(self, page: QueuedPage) -> None:
        """Ask for the next page of a list again: all of this one is new, so it pushed others on."""
        for further in self._queue.pages(
            "kind = 'list' AND seed = ? AND number = ? AND state = 'done'", page.seed, page.number + 1
        ):
            self._queue.set(further.id, state="due")

    def _stop(self, fetched: Fetched) -> None:
        """Leave a host alone that refuses, with all that was still to be asked of it."""
        reason = fetched.verdict.reason
        with self._queue.transaction():
            self._queue.refuse(fetched.host, reason)
            for page in self._queue.pages("state = 'due' AND host = ?", fetched.host):
                self._queue.set(page.id, state="refused", note=reason)

    def _enter_later(self, page: QueuedPage, reason: str, *, wait: float, host: str) -> None:
        settings, now = self._seeds.settings, self._clock.time()
        attempts = page.attempts + 1
        if wait:
            self._queue.set_ready(host, now + wait)
        if attempts >= settings.attempts:
            self._counts["failed"] += 1
            state, note = ("refused", BY_HAND) if reason.endswith("429") else ("failed", reason)
            self._queue.set(page.id, state=state, note=f"{note}（试了 {attempts} 次）", checked=now)
            return
        backoff = wait or settings.pause * 4**attempts
        self._queue.set(page.id, attempts=attempts, not_before=now + backoff, note=reason)

    def _enter_failure(self, page: QueuedPage, error: TransportError) -> None:
        host = error.__notes__[0] if getattr(error, "__notes__", None) else page.host
        if error.kind in ("network", "slow"):
            self._enter_later(page, str(error), wait=0.0, host=host)
            self._count_failure(host)
            return
        self._counts["failed"] += 1
        self._queue.set(page.id, state="failed", note=str(error), checked=self._clock.time())

    def _count_failure(self, host: str) -> None:
        """Ask a host that goes on not answering for nothing more in this round."""
        self._failures[host] += 1
        if self._failures[host] < 2 * self._seeds.settings.attempts:
            return
        with self._queue.transaction():
            for page in self._queue.pages("state = 'due' AND host = ?", host):
                self._queue.set(page.id, state="failed", note="网站连接不上，这一轮不再试")
