"""Readers: one file format and one library each, from bytes to a ``Document``."""
