"""The documents that reports cite: the list, the page of each, the links that lead there."""
