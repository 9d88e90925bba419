"""The reading side: pages for people, JSON for programs."""

from webui.app import create_app

__all__ = ["create_app"]
