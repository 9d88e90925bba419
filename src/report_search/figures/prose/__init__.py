"""Figures in running text: reading them, labelling them, joining them by year, holding them against the tables."""
