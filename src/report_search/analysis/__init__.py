"""How Chinese is read: folding, numbers, words, and where a wording occurs in a text.

The same functions serve the index side and the query side, and ``fingerprint`` names their version.
"""
