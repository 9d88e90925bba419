"""What a run of collecting tells: what came, what is left, what only a person can fetch.

The rule: whatever was to be had and is not here is named, with the reason; nothing is only counted that someone can
put right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from indexer.collect.clock import iso_time
from indexer.collect.verdicts import BY_HAND
from indexer.collect.work_queue import NewPage, QueuedPage, WorkQueue

_NAMED = 30
"""Pages of one kind that are named one by one."""
_ENDS = {"done": "", "limit": "到了 max_requests 的上限，再次运行从断处继续。"}
_COUNTED = ("kept", "changed", "unchanged", "same", "gone", "unasked")


class CollectOutcome(Struct, frozen=True):
    """What a run did: ``counts`` by what happened, ``requests`` and the ``bytes`` of their answers, how it ``ended``.

    Of a dry run: the pages ``planned``, those ``barred`` by a robots.txt, and how many an earlier run has left
    ``pending``.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    bytes: int = 0
    ended: str = "done"
    is_dry: bool = False
    planned: tuple[NewPage, ...] = ()
    barred: tuple[NewPage, ...] = ()
    pending: int = 0


class CollectSummary(Struct, frozen=True):
    """The end of a run: its outcome, pages refused, failed or gone, how many are still due and from when.

    ``unlisted`` names seeds whose list was read and leads to no report, ``unread`` those whose list could not be read.
    ``reports`` and ``skipped`` count what the corpus folder holds after reading; both are 0 before that.
    """

    outcome: CollectOutcome
    refused: tuple[QueuedPage, ...]
    failed: tuple[QueuedPage, ...]
    gone: tuple[QueuedPage, ...]
    elsewhere: tuple[QueuedPage, ...]
    unlisted: tuple[str, ...]
    unread: tuple[str, ...]
    seeds: int
    due: int
    ready: str = ""
    reports: int = 0
    skipped: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        """How many files came, changed and so on."""
        return self.outcome.counts

    @property
    def is_fruitless(self) -> bool:
        """Whether not one list could be read."""
        return len(self.unread) == self.seeds

    def lines(self) -> Iterator[str]:
        """For people."""
        yield from self._planned_lines() if self.outcome.is_dry else self._kept_lines()
        yield from _named(BY_HAND, self.refused)
        if self.refused:
            yield "  人工保存网页或文件后：report-search collect import 文件 --url 网址"
        yield from _named("没有取到", self.failed)
        yield from _named("链接失效", self.gone)
        yield from _named("在种子没有列出的主机上，没有访问", self.elsewhere)
        if self.unlisted:
            yield f"列表里没有找到年报链接：{'、'.join(self.unlisted)}"
            yield "  列表可能由脚本载入，或标题不同于一般；请核对种子的 url、platform 和 titles。"
        if self.due:
            yield f"还有 {self.due} 个地址留待下次" + (f"，{self.ready} 之后再运行。" if self.ready else "。")
        if _ENDS[self.outcome.ended]:
            yield _ENDS[self.outcome.ended]

    def _kept_lines(self) -> Iterator[str]:
        counts, outcome = self.counts, self.outcome
        yield (
            f"请求 {outcome.requests} 次，收到 {outcome.bytes:,} 字节；新存 {counts.get('kept', 0)} 个文件，"
            f"更新 {counts.get('changed', 0)} 个，没有变化 {counts.get('unchanged', 0)} 个，"
            f"与别处相同 {counts.get('same', 0)} 个。"
        )
        if unasked := counts.get("unasked", 0):
            yield (
                f"另有 {unasked} 个已存的地址该重新核对，但网站不支持条件请求，没有再取；"
                "要全部重取请加 --refresh。"
            )
        if self.reports or self.skipped:
            yield f"已存的文件里有 {self.reports} 份报告；{self.skipped} 个不是报告或与另一份同文，不收录。"

    def _planned_lines(self) -> Iterator[str]:
        outcome = self.outcome
        yield f"只读了列表（请求 {outcome.requests} 次，收到 {outcome.bytes:,} 字节），没有保存。"
        yield from _planned("会采集", outcome.planned)
        yield from _planned("robots.txt 不允许，不会取", outcome.barred)
        if not outcome.planned:
            yield "没有新的可以采集。"
        if outcome.pending:
            yield f"上次没有取完的还有 {outcome.pending} 个，会接着取。"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        outcome = self.outcome
        return {
            **{name: self.counts.get(name, 0) for name in _COUNTED},
            "requests": outcome.requests,
            "bytes": outcome.bytes,
            "reports": self.reports,
            "skipped": self.skipped,
            "refused": [_told(page) for page in self.refused],
            "failed": [_told(page) for page in self.failed],
            "dead": [_told(page) for page in self.gone],
            "elsewhere": [_told(page) for page in self.elsewhere],
            "planned": [_told_new(new) for new in outcome.planned],
            "barred": [_told_new(new) for new in outcome.barred],
            "pending": outcome.pending,
            "unlisted": list(self.unlisted),
            "unread": list(self.unread),
            "due": self.due,
            "ready": self.ready,
            "ended": outcome.ended,
        }


def summary_of_run(queue: WorkQueue, seeds: Sequence[str], *, outcome: CollectOutcome) -> CollectSummary:
    """What a run tells that went by the ``seeds`` of these names."""
    due = queue.due_hosts()
    return CollectSummary(
        outcome=outcome,
        refused=tuple(queue.pages("state = 'refused'")),
        failed=tuple(queue.pages("state = 'failed'")),
        gone=tuple(queue.pages("state = 'gone' AND (kind != 'list' OR number = 0)")),
        elsewhere=tuple(queue.pages("state = 'skipped' AND note LIKE '种子没有列出%'")),
        unlisted=tuple(name for name in seeds if _is_unlisted(queue, name)),
        unread=tuple(name for name in seeds if not _first_lists_read(queue, name)),
        seeds=len(seeds),
        due=len(queue.pages("state = 'due'")),
        ready=iso_time(min(ready for ready, _ in due)) if due and outcome.ended == "done" else "",
    )


def _first_lists_read(queue: WorkQueue, seed: str) -> list[QueuedPage]:
    return queue.pages("seed = ? AND kind = 'list' AND number = 0 AND state = 'done'", seed)


def _is_unlisted(queue: WorkQueue, seed: str) -> bool:
    """Whether a list was read and names no report; the size of a list is how many it names."""
    lists = queue.pages("seed = ? AND kind = 'list' AND state = 'done'", seed)
    if not lists or any(page.size for page in lists):
        return False
    return not queue.pages("seed = ? AND kind != 'list'", seed)


def _told(page: QueuedPage) -> dict[str, Any]:
    return {"url": page.url, "seed": page.seed, "title": page.title, "year": page.year, "reason": page.note}


def _told_new(new: NewPage) -> dict[str, Any]:
    return {"url": new.url, "seed": new.seed, "title": new.title, "year": new.year}


def _planned(what: str, pages: Sequence[NewPage]) -> Iterator[str]:
    """The pages of a dry run, seed by seed."""
    for seed in dict.fromkeys(new.seed for new in pages):
        own = [new for new in pages if new.seed == seed]
        yield f"{what}（{seed}）：{len(own)} 个"
        for new in own:
            yield f"  {new.title}  {new.url}"


def _named(what: str, pages: Sequence[QueuedPage]) -> Iterator[str]:
    if pages:
        yield f"{what}：{len(pages)} 个"
    for page in pages[:_NAMED]:
        title = page.title or (f"{page.seed}的列表" if page.kind == "list" else "")
        # The head says already what most notes begin with.
        note = (
            page.note.removeprefix(what).removeprefix("（").removesuffix("）")
            if what == BY_HAND
            else page.note
        )
        yield "  " + "  ".join(one for one in (title, page.url, note) if one)
    if len(pages) > _NAMED:
        yield f"  …… 其余 {len(pages) - _NAMED} 个见 --json"
