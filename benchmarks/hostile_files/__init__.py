"""Files made to take forever: one fragment of a report over and over, in every place a format has for it."""
