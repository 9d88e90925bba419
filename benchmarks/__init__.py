"""Measurements: each says at its head what it measures, on which corpus, and what to beware of."""
