"""From lines to the structure of a report: front matter, headings, paragraphs, metadata, ids."""
