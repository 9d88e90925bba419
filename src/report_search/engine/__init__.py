"""How an engine is asked: the boundary, and one module per engine behind it."""
