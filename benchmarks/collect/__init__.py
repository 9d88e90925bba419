"""Measurements of collecting."""
