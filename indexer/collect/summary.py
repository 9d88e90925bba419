"""What a run of collecting tells: what came, what is left, what only a person can fetch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.collect.work_queue import NewPage, QueuedPage, WorkQueue

_NAMED = 30
"""Pages of one kind that are named one by one."""
_ENDS = {"done": "", "limit": "到了 max_requests 的上限，再次运行从断处继续。"}


@dataclass(frozen=True, slots=True)
class CollectSummary:
    """The end of a run: ``counts`` by what happened, pages refused or failed, how many are still due.

    ``reports`` and ``skipped`` count what the corpus folder holds after reading; both are 0 before that.
    """

    counts: Mapping[str, int]
    requests: int
    bytes: int
    refused: tuple[QueuedPage, ...]
    failed: tuple[QueuedPage, ...]
    elsewhere: tuple[QueuedPage, ...]
    planned: tuple[NewPage, ...]
    due: int
    ended: str
    reports: int = 0
    skipped: int = 0

    def lines(self) -> Iterator[str]:
        """For people."""
        counts = self.counts
        yield (
            f"请求 {self.requests} 次，收到 {self.bytes:,} 字节；新存 {counts.get('kept', 0)} 个文件，"
            f"更新 {counts.get('changed', 0)} 个，没有变化 {counts.get('unchanged', 0)} 个，"
            f"与别处相同 {counts.get('same', 0)} 个。"
        )
        if unasked := counts.get("unasked", 0):
            yield (
                f"另有 {unasked} 个已存的地址该重新核对，但网站不支持条件请求，没有再取；"
                "要全部重取请加 --refresh。"
            )
        for new in self.planned:
            yield f"  会采集：{new.title}  {new.url}"
        if self.reports or self.skipped:
            yield f"已存的文件里有 {self.reports} 份报告；{self.skipped} 个不是报告或与另一份同文，不收录。"
        yield from _named("网站拒绝，需人工下载", self.refused)
        if self.refused:
            yield "  人工保存网页或文件后：report-search collect import 文件 --url 网址"
        yield from _named("没有取到", self.failed)
        yield from _named("在种子没有列出的主机上，没有访问", self.elsewhere)
        if self.due:
            yield f"还有 {self.due} 个地址留待下次。"
        if _ENDS[self.ended]:
            yield _ENDS[self.ended]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            **{
                name: self.counts.get(name, 0)
                for name in ("kept", "changed", "unchanged", "same", "gone", "unasked")
            },
            "requests": self.requests,
            "bytes": self.bytes,
            "reports": self.reports,
            "skipped": self.skipped,
            "refused": [_told(page) for page in self.refused],
            "failed": [_told(page) for page in self.failed],
            "elsewhere": [_told(page) for page in self.elsewhere],
            "planned": [{"url": new.url, "title": new.title} for new in self.planned],
            "due": self.due,
            "ended": self.ended,
        }


def summary_of_run(
    queue: WorkQueue,
    *,
    counts: Mapping[str, int],
    traffic: tuple[int, int],
    planned: tuple[NewPage, ...],
    ended: str,
) -> CollectSummary:
    """What a run tells; ``traffic`` are its requests and the bytes of their answers."""
    return CollectSummary(
        counts=counts,
        requests=traffic[0],
        bytes=traffic[1],
        refused=tuple(queue.pages("state = 'refused'")),
        failed=tuple(queue.pages("state = 'failed'")),
        elsewhere=tuple(queue.pages("state = 'skipped' AND note LIKE '种子没有列出%'")),
        planned=planned,
        due=len(queue.pages("state = 'due'")),
        ended=ended,
    )


def _told(page: QueuedPage) -> dict[str, Any]:
    return {"url": page.url, "seed": page.seed, "title": page.title, "year": page.year, "reason": page.note}


def _named(what: str, pages: tuple[QueuedPage, ...]) -> Iterator[str]:
    if pages:
        yield f"{what}：{len(pages)} 个"
    for page in pages[:_NAMED]:
        title = f"{page.title}  " if page.title else ""
        yield f"  {title}{page.url}  {page.note}"
    if len(pages) > _NAMED:
        yield f"  …… 其余 {len(pages) - _NAMED} 个见 --json"
