"""Files of every format: whether each gives the same report, and what damage does to its reader."""
