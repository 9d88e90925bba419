"""From a request to a page of results: interpretation, filters, relaxation, facets, highlights, cursors."""
