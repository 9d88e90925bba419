"""Layout analysis: characters and strokes of a fixed page to lines and tables, whatever format drew them."""
