"""Measurements of what is read off pictures."""
