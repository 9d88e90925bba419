"""report-search: what a report is, how Chinese is read, what a query means, how an engine is asked.

The library half of the project. ``indexer`` fills it and ``webui`` shows it; it imports neither, but for
``cli``, the one place where everything is put together. ARCHITECTURE.md draws the layers.
"""

__version__ = "0.2.0"
