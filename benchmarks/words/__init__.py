"""Measurements of what is asked of wording."""
