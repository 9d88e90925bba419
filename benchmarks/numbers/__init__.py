"""Measurements of the numbers of the official tables: whether they are right, and what a million of them costs."""
