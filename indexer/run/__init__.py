"""One run of the indexer: which files, read by whom, written into which generation, checked and summed up."""
