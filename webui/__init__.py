"""The reading side: pages for people, JSON for programs."""

from typing import TYPE_CHECKING

from report_search.late_names import late_names

if TYPE_CHECKING:
    from webui.app import create_app as create_app

__all__ = ["create_app"]

if not TYPE_CHECKING:
    # A process that only watches over the workers needs nothing of the application, which takes 40 MB.
    __getattr__ = late_names(__name__, {"app": ("create_app",)})
