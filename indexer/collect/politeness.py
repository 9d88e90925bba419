"""Asking politely: robots.txt first, a pause between two requests to a host, redirects step by step.

The rule: every request goes through here, that for a robots.txt and each step of a redirect included, so that a host is
never asked more often than was promised, by whatever way one came to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from indexer.collect.addresses import host_of, normal_address, origin_of_address
from indexer.collect.clock import WallClock
from indexer.collect.links import text_of
from indexer.collect.robots import allows, pause_of, robots_of
from indexer.collect.seeds import CollectSettings, Seed
from indexer.collect.transport import HttpAnswer, Outgoing, Transport, TransportError, TransportRules
from indexer.collect.verdicts import BY_HAND, Judgement, judge
from indexer.collect.work_queue import RobotsFile, WorkQueue
from report_search import __version__

_LONGEST_TEXT = 8 * 1024 * 1024
"""Bytes of an answer that is looked at as a page; a longer one is kept, and leads nowhere."""
_NOT_ALLOWED = "种子没有列出这个主机"


class Fetched(Struct, frozen=True):
    """What came of asking for an address: the last answer (None if none came), over which redirects, what it means.

    ``host`` is the one that answered last; ``stops_host`` says that nothing more is to be asked of it. ``text`` is that
    of the answer, "" for what is none.
    """

    verdict: Judgement
    host: str
    answer: HttpAnswer | None = None
    redirects: tuple[str, ...] = ()
    text: str = ""
    stops_host: bool = False


class RequestLimitError(Exception):
    """The run has asked as often as it may."""


class PoliteClient:
    """Asks for the addresses of one seeds file; counts ``requests`` and ``bytes`` of bodies."""

    def __init__(
        self, settings: CollectSettings, queue: WorkQueue, *, clock: WallClock, ca_file: str = ""
    ) -> None:
        self._settings = settings
        self._queue = queue
        self._clock = clock
        self._ca_file = ca_file
        self._transports: dict[TransportRules, Transport] = {}
        self.requests = 0
        self.bytes = 0
        self.on_wait: Callable[[str, float], None] = lambda host, seconds: None

    @property
    def user_agent(self) -> str:
        """Who asks, and whom to write to."""
        return f"report-search/{__version__} (collects disclosure reports; +{self._settings.contact})"

    def rules_for(self, seed: Seed) -> TransportRules:
        """The rules of the requests of a seed."""
        return TransportRules(
            seconds=self._settings.seconds,
            max_bytes=self._settings.max_bytes,
            allow_private=seed.allow_private,
            tls=seed.tls,
            certificate=seed.certificate,
            ca_file=self._ca_file,
        )

    def fetch(self, seed: Seed, asked: Outgoing) -> Fetched:
        """Ask for an address as far as the seed and the site allow.

        Raises ``RequestLimitError`` before a request that would be one too many; ``TransportError``, whose notes
        name the host, if no answer came.
        """
        steps: list[str] = []
        while True:
            host = host_of(asked.url)
            if barred := self._barred(seed, asked.url):
                return replace(barred, redirects=tuple(steps))
            answer = self._send(seed, asked)
            text = text_of(answer.body, answer.header("content-type")) if _may_be_text(answer) else ""
            verdict = judge(answer, text, now=self._clock.time())
            if verdict.kind != "moved":
                stops = verdict.kind == "refused"
                return Fetched(verdict, host, answer, tuple(steps), text, stops_host=stops)
            steps.append(asked.url)
            target = normal_address(answer.header("location"), asked.url)
            if not target or target in steps or len(steps) > self._settings.max_redirects:
                reason = f"转向太多或绕圈（{len(steps)} 次）" if target else "转向的地址有误"
                return Fetched(Judgement("failed", reason), host, answer, tuple(steps))
            asked = Outgoing(target, asked.headers, asked.form if answer.status in (307, 308) else "")

    def _barred(self, seed: Seed, url: str) -> Fetched | None:
        """Why ``url`` may not be asked for: it is on no host of the seed, or its robots.txt says no."""
        host = host_of(url)
        if host not in seed.allowed_hosts:
            return Fetched(Judgement("failed", f"{_NOT_ALLOWED}：{host}"), host)
        robots = self._robots(seed, url)
        if allows(robots, url):
            return None
        if robots.state == "unknown":
            return Fetched(Judgement("later", "robots.txt 暂时取不到，先不访问"), host)
        if robots.state == "refused":
            return Fetched(Judgement("refused", f"{BY_HAND}（拒绝自动访问）"), host, stops_host=True)
        return Fetched(Judgement("refused", f"{BY_HAND}（robots.txt 不允许）"), host)

    def _robots(self, seed: Seed, url: str) -> RobotsFile:
        host = host_of(url)
        known = self._queue.robots(host)
        if known.is_current(self._clock.time()):
            return known
        address = f"{origin_of_address(url)}/robots.txt"
        for _ in range(self._settings.max_redirects + 1):
            answer = self._send(seed, Outgoing(address, {}))
            target = normal_address(answer.header("location"), address)
            if not (300 <= answer.status < 400 and target and host_of(target) in seed.allowed_hosts):
                break
            address = target
        # A redirect that leads nowhere is, after RFC 9309, as good as no robots.txt.
        status = 404 if 300 <= answer.status < 400 else answer.status
        robots = robots_of(status, answer.body, now=self._clock.time())
        self._queue.set_robots(host, robots)
        self._queue.set_ready(host, self._clock.time() + pause_of(robots))
        return robots

    def _send(self, seed: Seed, asked: Outgoing) -> HttpAnswer:
        host = host_of(asked.url)
        self._wait_for(host)
        if self.requests >= self._settings.max_requests:
            raise RequestLimitError
        self.requests += 1
        headers: Mapping[str, str] = {"User-Agent": self.user_agent, "Accept": "*/*", **asked.headers}
        pause = max(self._settings.pause, pause_of(self._queue.robots(host)))
        # Entered before the request: whoever kills this run starts the next one no earlier.
        self._queue.set_ready(host, self._clock.time() + pause)
        try:
            answer = self._transport(seed).send(Outgoing(asked.url, headers, asked.form))
        except TransportError as error:
            error.add_note(host)
            raise
        finally:
            self._queue.set_ready(host, self._clock.time() + pause)
        self.bytes += len(answer.body)
        return answer

    def _wait_for(self, host: str) -> None:
        seconds = self._queue.ready(host) - self._clock.time()
        if seconds > 0:
            self.on_wait(host, seconds)
            self._clock.sleep(seconds)

    def _transport(self, seed: Seed) -> Transport:
        rules = self.rules_for(seed)
        if rules not in self._transports:
            self._transports[rules] = Transport(rules)
        return self._transports[rules]


def _may_be_text(answer: HttpAnswer) -> bool:
    head = answer.body[:8].lstrip()
    is_known_binary = head.startswith(
        (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"Rar!")
    )
    return bool(head) and not is_known_binary and len(answer.body) <= _LONGEST_TEXT
