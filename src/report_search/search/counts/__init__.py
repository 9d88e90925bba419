"""Counts set against the reports held: by year, agency and section (``trend``), by agency and year (``mentions``)."""
