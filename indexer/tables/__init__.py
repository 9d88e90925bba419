"""From grids and lines to tables with header paths, by the official forms."""
