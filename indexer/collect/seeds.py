"""The seeds file: who collects, with which bounds, and where the lists of reports are.

The rule: nothing is fetched that this file does not allow. Only the hosts of a seed are asked, no address of a private
network and no exception from TLS unless the seed names it, and never without a contact that a site can write to.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from indexer.collect.addresses import host_of, normal_address
from report_search.errors import OperatorError

POLITE_PAUSE = 3.0
"""Seconds between two requests to a host; only a seed that is allowed private addresses may be asked more often."""
PLATFORMS = ("auto", "links", "trs", "hanweb", "gkmlpt", "jpaas")
TLS_EXCEPTIONS = ("old-protocol", "weak-ciphers", "legacy-renegotiation")
_CONTACT = re.compile(r"[!-~]*(?:[^\s@]+@[^\s@]+\.[^\s@]+|https?://[!-~]{4,})[!-~]*")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_YEARS = re.compile(r"(20\d\d)(?:\.\.(20\d\d))?")
_Made = TypeVar("_Made", bound=Struct)


class CollectSettings(Struct, frozen=True):
    """The table ``[collect]``.

    ``contact`` is an address of mail or web that goes into the user agent. ``folder`` is the corpus folder, relative to
    the seeds file. ``pause`` and ``seconds`` (for one answer) are seconds, ``max_bytes`` those of one answer;
    ``max_requests`` bounds a run, ``list_pages`` the pages of one list, ``max_depth`` the steps from a list. An answer
    without a validator is asked for again after ``refresh_days``. ``ca_file`` names certificates to trust besides the
    system's.
    """

    contact: str
    folder: str = "collected"
    pause: float = POLITE_PAUSE
    seconds: float = 120.0
    max_bytes: int = 64 * 1024 * 1024
    max_requests: int = 5000
    max_redirects: int = 5
    max_depth: int = 3
    list_pages: int = 200
    attempts: int = 3
    refresh_days: float = 30.0
    patience: float = 300.0
    ca_file: str = ""


class Seed(Struct, frozen=True):
    """One list of reports, a table ``[[seed]]``.

    ``years`` (``2008..2024``) are those of which a report is expected, "" for unknown; ``hosts`` may be asked besides
    the one of ``url``; ``titles`` is an expression for the titles of reports where they say less than most. ``tls``
    names exceptions, and ``certificate`` is the SHA-256 of the one certificate that is accepted though nobody vouches
    for it. ``method`` is how a Hanweb list is asked for more.
    """

    name: str
    url: str
    agency: str = ""
    years: str = ""
    platform: str = "auto"
    hosts: tuple[str, ...] = ()
    titles: str = ""
    method: str = "post"
    sid: str = ""
    tls: tuple[str, ...] = ()
    certificate: str = ""
    allow_private: bool = False

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts that may be asked, with their ports where they are not the usual ones."""
        return frozenset((host_of(self.url), *(host.lower() for host in self.hosts)))

    @property
    def expected_years(self) -> tuple[int, ...]:
        """The years of which a report is expected."""
        found = _YEARS.fullmatch(self.years)
        if not found:
            return ()
        return tuple(range(int(found[1]), int(found[2] or found[1]) + 1))


class SeedFile(Struct, frozen=True):
    """A seeds file as read; ``folder`` is where the corpus is kept, ``ca_file`` "" or the path of certificates."""

    settings: CollectSettings
    seeds: tuple[Seed, ...]
    folder: Path
    ca_file: str = ""
    by_name: Mapping[str, Seed] = field(default_factory=dict)


def load_seeds(path: Path) -> SeedFile:
    """The seeds file at ``path``. Raises ``OperatorError`` (``seeds``) that names the key that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(f"种子文件 {path} 打不开：{error.strerror}", "请核对路径。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"种子文件 {path} 不是合法的 TOML：{error}", "请改正后重新运行。") from error
    unknown = set(data) - {"collect", "seed"}
    if unknown:
        raise _wrong(f"种子文件有未知的表 {'、'.join(sorted(unknown))}", "只有 [collect] 和 [[seed]]。")
    settings = _made(CollectSettings, data.get("collect", {}), where="[collect]")
    listed = data.get("seed", [])
    if not isinstance(listed, list) or not listed:
        raise _wrong("种子文件里没有 [[seed]]", "每个网站的年报列表写一节 [[seed]]。")
    seeds = tuple(_seed(one, number) for number, one in enumerate(listed, 1))
    _check_settings(settings, seeds)
    names = [seed.name for seed in seeds]
    if len(set(names)) < len(names):
        raise _wrong("两个 [[seed]] 同名", "name 不能重复。")
    here = path.absolute().parent
    ca_file = str(here / settings.ca_file) if settings.ca_file else ""
    return SeedFile(settings, seeds, here / settings.folder, ca_file, {seed.name: seed for seed in seeds})


def _check_settings(settings: CollectSettings, seeds: tuple[Seed, ...]) -> None:
    if not _CONTACT.fullmatch(settings.contact):
        raise _wrong(
            "contact 应是一个邮件地址或网址",
            "它写进每次请求的 User-Agent，网站管理员凭它能找到您；只用英文字母、数字和符号。",
        )
    numbers = ("pause", "seconds", "max_bytes", "max_requests", "list_pages", "attempts", "patience")
    if any(getattr(settings, name) <= 0 for name in numbers) or settings.max_redirects < 0:
        raise _wrong("[collect] 的各项上限应大于零", "不写即用默认值。")
    if settings.pause < POLITE_PAUSE and not all(seed.allow_private for seed in seeds):
        raise _wrong(
            f"pause 不能少于 {POLITE_PAUSE:g} 秒",
            "对别人的网站，同一主机每三秒最多一次请求；只有全是本机或内网的种子（allow_private）才可以更快。",
        )


def _seed(data: Any, number: int) -> Seed:
    where = f"第 {number} 个 [[seed]]"
    seed = _made(Seed, data, where=where)
    if not seed.name.strip():
        raise _wrong(f"{where} 缺少 name", "name 是这个种子的名字，写进每个文件的来源记录。")
    if not normal_address(seed.url):
        raise _wrong(f"{where} 的 url 不是 http 或 https 网址：{seed.url}", "请写列表页的完整网址。")
    choices = (("platform", (seed.platform,), PLATFORMS), ("method", (seed.method,), ("post", "get")))
    for key, values, known in (*choices, ("tls", seed.tls, TLS_EXCEPTIONS)):
        if wrong := [value for value in values if value not in known]:
            raise _wrong(f"{where} 的 {key} 不能是 {'、'.join(wrong)}", f"可用的有：{'、'.join(known)}。")
    if seed.certificate and not _FINGERPRINT.fullmatch(seed.certificate):
        raise _wrong(f"{where} 的 certificate 应是证书的 SHA-256", "64 位小写十六进制数字。")
    if seed.years and not seed.expected_years:
        raise _wrong(f"{where} 的 years 应写作 2008..2024 或 2019", "先小后大。")
    try:
        re.compile(seed.titles)
    except re.error as error:
        raise _wrong(f"{where} 的 titles 不是合法的正则表达式：{error}", "请改正后重新运行。") from error
    return seed


def _made(kind: type[_Made], data: Any, *, where: str) -> _Made:
    """A ``kind`` of Struct from a table."""
    known = list(kind.__struct_fields__)
    if not isinstance(data, dict):
        raise _wrong(f"{where} 应是一个表", f"可用的键：{'、'.join(known)}。")
    if unknown := sorted(set(data) - set(known)):
        raise _wrong(f"{where} 有未知的键 {'、'.join(unknown)}", f"可用的键：{'、'.join(known)}。")
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise _wrong(f"{where} 的值有误或缺少必填的键：{error}", "写法见 docs/collecting.md。") from error


def _wrong(message: str, hint: str) -> OperatorError:
    return OperatorError("seeds", message, hint=hint)
