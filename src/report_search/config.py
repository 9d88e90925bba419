"""Settings that more than one command needs, the environment variables that set them, and the name of the site.

The rule: a setting comes from its option, else its environment variable, else its default; nothing else is read.
"""

from __future__ import annotations

import os
from pathlib import Path

SITE_NAME = "政府信息公开年报检索"
"""What the site is called, wherever it names itself: titles, files that it hands out, the command's help.

年报 alone is never its name: it means the annual reports of listed companies.
"""

INDEX_VARIABLE = "REPORT_SEARCH_INDEX"
DEBUG_VARIABLE = "REPORT_SEARCH_DEBUG"
"""Set: tracebacks and what C libraries say are shown."""
URL_VARIABLE = "REPORT_SEARCH_URL"
SECURITY_CONTACT_VARIABLE = "REPORT_SEARCH_SECURITY_CONTACT"
ALERTS_VARIABLE = "REPORT_SEARCH_ALERTS"
SMTP_SERVER_VARIABLE = "REPORT_SEARCH_SMTP_SERVER"
SMTP_FROM_VARIABLE = "REPORT_SEARCH_SMTP_FROM"
SMTP_USER_VARIABLE = "REPORT_SEARCH_SMTP_USER"
SMTP_PASSWORD_VARIABLE = "REPORT_SEARCH_SMTP_PASSWORD"
DEFAULT_ALERTS = Path("alerts.toml")
DEFAULT_INDEX = Path("var") / "index"
DEFAULT_CORPUS = Path("corpus")
DEFAULT_ENGINE = "whoosh"
DEFAULT_LIMIT = 20
MAX_LIMIT = 100
DEFAULT_SITE = "http://127.0.0.1:8000"
"""Where ``serve`` stands without options."""


def index_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """The folder of the index: the one chosen, else ``REPORT_SEARCH_INDEX``, else ``var/index``."""
    return Path(chosen or os.environ.get(INDEX_VARIABLE) or DEFAULT_INDEX)


def site_url() -> str:
    """The address that the site is known by, as set in ``REPORT_SEARCH_URL``; "" if it is not set."""
    return os.environ.get(URL_VARIABLE, "").strip()


def security_contact() -> str:
    """Who is told of a weakness of the site, as set in ``REPORT_SEARCH_SECURITY_CONTACT``; "" if it is not set."""
    return os.environ.get(SECURITY_CONTACT_VARIABLE, "").strip()


def alerts_file(chosen: str | os.PathLike[str] | None = None) -> Path:
    """The file of saved searches: the one chosen, else ``REPORT_SEARCH_ALERTS``, else ``alerts.toml``."""
    return Path(chosen or os.environ.get(ALERTS_VARIABLE) or DEFAULT_ALERTS)
