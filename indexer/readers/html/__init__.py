"""HTML pages to lines and grids."""
