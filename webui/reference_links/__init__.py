"""Links to cited documents, for every page that shows a passage."""
