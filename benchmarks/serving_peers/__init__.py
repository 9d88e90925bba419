"""Servers that ours is measured against."""
