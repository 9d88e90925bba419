"""The command that serves: how many processes, what a query may cost, who may ask how often, what is written down.

The rule: everything has a value that is right for a server that others reach, so that ``serve`` alone will do.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from report_search.cli.click_zh import Command
from report_search.cli.query_options import index_option
from report_search.config import URL_VARIABLE, index_folder, site_url

if TYPE_CHECKING:
    from webui.adding.guard import AddingSettings


@click.command(
    cls=Command,
    examples=(
        "report-search serve",
        "report-search serve --host 0.0.0.0 --port 8080 --workers 4",
        "report-search serve --allow-upload --upload-folder 我的报告/",
        "report-search serve --trusted-proxy 127.0.0.1 --access-log - --rate 300",
    ),
)
@index_option
@click.option("--host", default="127.0.0.1", help="监听的地址（默认 127.0.0.1，只供本机访问）。")
@click.option("--port", default=8000, type=click.IntRange(0, 65535), help="端口（默认 8000），0 为任选。")
@click.option(
    "--workers",
    default=0,
    type=click.IntRange(0, 256),
    help="几个服务进程（默认每个处理器核心一个；Windows 上总是一个）。",
)
@click.option(
    "--deadline",
    default=2.0,
    type=click.FloatRange(0),
    help="一次检索最多算几秒，超过即回答 503（默认 2），0 为不限。",
)
@click.option(
    "--queue",
    default=64,
    type=click.IntRange(1),
    help="每个进程最多让几个请求等候，再多即回答 503（默认 64）。",
)
@click.option(
    "--client-connections",
    default=100,
    type=click.IntRange(0),
    help="一个来访地址在每个进程最多几个连接（默认 100），0 为不限。",
)
@click.option(
    "--rate",
    default=0,
    type=click.IntRange(0),
    help="一个来访地址每分钟最多几次请求，超过即回答 429（默认 0，不限）。",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="IP",
    help="反向代理的地址或网段，可重复：它给出的 X-Forwarded-For 才算数。",
)
@click.option(
    "--keep-answers",
    "kept_megabytes",
    default=4,
    type=click.IntRange(0, 4096),
    help="每个进程留存多少 MB 最近的回答（压缩后），同样的请求不必再算（默认 4），0 为不留。",
)
@click.option("--access-log", default="", metavar="FILE", help="访问日志，每行一个 JSON；- 为标准输出。")
@click.option("--log-addresses", is_flag=True, help="访问日志里也写来访地址。")
@click.option("--log-queries", is_flag=True, help="访问日志里也写检索的内容。")
@click.option(
    "--missed-log", default="", metavar="FILE", help="把没有找到结果的检索记入这个文件，不记是谁检索的。"
)
@click.option(
    "--allow-upload",
    is_flag=True,
    help="允许在这台机器上用“添加报告”页收入文件（默认不允许；只能监听本机）。",
)
@click.option(
    "--upload-folder",
    default=Path("collected"),
    type=click.Path(path_type=Path, file_okay=False),
    help="添加的报告存放的语料目录（默认 collected）。",
)
def serve(index: Path | None, **options: Any) -> None:
    """启动网页界面和 API。

    收到 SIGTERM 或 Ctrl+C 时答完已收到的请求再停；收到 SIGHUP 时逐个换上新的服务进程。索引更新后不必重启。
    部署、监控和各项上限的说明见 docs/operations.md。
    """
    from report_search.search.searcher import Searcher
    from webui.operating.settings import ServiceSettings, networks
    from webui.serving import ServerSettings, serve_forever

    folder = index_folder(index)
    # Opened before the address is announced: a server whose every page says 503 helps nobody.
    Searcher(folder).generation()
    service = ServiceSettings(
        deadline=options["deadline"] or None,
        trusted_proxies=networks(options["proxies"]),
        adding=_adding(folder, options),
        **{
            name: options[name]
            for name in ("rate", "access_log", "log_addresses", "log_queries", "missed_log", "kept_megabytes")
        },
    )
    chosen = {name: options[name] for name in ("host", "port", "workers", "queue", "client_connections")}
    serve_forever(ServerSettings(index=folder, service=service, **chosen), announce=click.echo)


def _adding(index: Path, options: Mapping[str, Any]) -> AddingSettings | None:
    """What the page “添加报告” needs; None without it. Raises ``UsageError`` where others reach the server."""
    from webui.adding.guard import AddingSettings, is_loopback

    if not options["allow_upload"]:
        return None
    if not is_loopback(options["host"]):
        raise click.UsageError("--allow-upload 只能用于本机（--host 127.0.0.1）。")
    if options["proxies"] or site_url():
        raise click.UsageError(
            f"--allow-upload 不能与 --trusted-proxy 或 {URL_VARIABLE} 同用：别人也会访问得到。"
        )
    folder = Path(options["upload_folder"]).absolute()
    return AddingSettings(folder, index.absolute(), secrets.token_hex(32))
