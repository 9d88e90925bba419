"""Boilerplate: passages of a corpus that say nearly the same, found once, when an index is built."""
