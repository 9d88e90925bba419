"""Serving: the application on a production server, from an index in a folder.

One process a core answers, each with one thread; see ``worker`` for one of them and ``supervisor`` for all. The rule:
the server answers from the first moment. Until there is an index, every page says how to make one.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from report_search.export.site_address import configured_site
from webui.operating.logs import LineLog
from webui.serving.listener import address, listen
from webui.serving.settings import ServerSettings
from webui.serving.supervisor import Supervisor

__all__ = ["ServerSettings", "address", "serve_forever"]


def serve_forever(settings: ServerSettings, *, announce: Callable[[str], None]) -> None:
    """Serve until interrupted (port 0: any free one).

    ``announce`` is told the address once questions are answered. Raises ``OperatorError`` where the address is in use
    or not of this machine, a log can't be written, or ``REPORT_SEARCH_URL`` is no address.
    """
    # Here, so that a wrong setting is an error at once, and not one of each worker again and again.
    configured_site()
    LineLog(settings.service.access_log)
    LineLog(settings.service.missed_log)
    listener = listen(settings.host, settings.port)
    where = address(settings.host, listener.getsockname()[1])

    def on_ready() -> None:
        announce(f"在浏览器中打开 {where}（按 Ctrl+C 停止）")

    with listener:
        if settings.processes == 1:
            # By name: beside several workers this process needs nothing of what answers.
            import_module("webui.serving.worker").serve(settings, listener, on_ready=on_ready)
        else:
            Supervisor(settings, listener).run(on_ready)
    announce("已停止。")
