"""Searches too long to stand in every link of a page: they stand once, in its address."""
