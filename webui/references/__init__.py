"""The pages on cited documents: the list, and the page of each."""
