"""Markdown files to lines and grids."""
