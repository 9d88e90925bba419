"""Numbers in a query (数:>100): how they are typed, what stands beside them, and which numbers a passage has."""
