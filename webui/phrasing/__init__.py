"""Wording through the years: concordance, and phrases that are new or vanished."""
