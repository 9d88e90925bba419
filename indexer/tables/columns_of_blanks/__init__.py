"""Official tables in text that keeps the look of a page (``pdftotext -layout``): columns made of blanks."""
