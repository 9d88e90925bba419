"""The Model Context Protocol over HTTP: one address, ``/mcp``, behind which ``presentation.mcp`` answers."""
