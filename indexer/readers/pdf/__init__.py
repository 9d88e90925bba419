"""PDF files to lines and grids, by geometry."""
