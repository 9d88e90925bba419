"""The official tables as data: cells with their source, checks of their sums, series through the years."""
